/* Leases of DHCP servers. */
#include "inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_all(INVENTORY_DHCP, data, size);
    return 0;
}
