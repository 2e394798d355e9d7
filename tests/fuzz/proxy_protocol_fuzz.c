/*
 * PROXY headers. One that is accepted was not accepted any sooner, does not depend on what follows it, and says either
 * nothing or a whole pair of addresses.
 */
#include <stdlib.h>

#include "http/proxy_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = str_make(data, size);
    struct proxy_header h, again;
    size_t taken = 0, taken_again = 0;
    switch (proxy_protocol_parse(in, &h, &taken)) {
    case PROXY_PROTOCOL_MORE: must(size < PROXY_PROTOCOL_SIZE_MAX); break;
    case PROXY_PROTOCOL_BAD: break;
    case PROXY_PROTOCOL_OK:
        must(taken > 0 && taken <= size && taken <= PROXY_PROTOCOL_SIZE_MAX);
        must(h.local ? h.ip_version == 0 : h.ip_version == 4 || h.ip_version == 6);
        must(proxy_protocol_parse(str_part(in, 0, taken), &again, &taken_again) == PROXY_PROTOCOL_OK);
        must(taken_again == taken && memcmp(again.source_address, h.source_address, 16) == 0);
        for (size_t i = 0; i < taken; i++)
            must(proxy_protocol_parse(str_part(in, 0, i), &again, &taken_again) == PROXY_PROTOCOL_MORE);
        break;
    }
    return 0;
}
