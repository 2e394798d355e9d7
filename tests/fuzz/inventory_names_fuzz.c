/* Names as they are typed, and the guess of what a text is: it is read as that. */
#include "inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_all(INVENTORY_NAMES, data, size);
    if (size)
        read_all(inventory_guess(str_make(data + 1, size - 1)), data, size);
    return 0;
}
