/* The data of HTTPS records: read or refused, and what was read keeps within it. */
#include <stdlib.h>

#include "dns/svcb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_within(struct str part, struct str whole)
{
    if (part.size && (part.data < whole.data || part.data + part.size > whole.data + whole.size))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct svcb svcb;
    char room[DNS_NAME_TEXT_SIZE];
    const char *why = NULL;
    struct str rdata = str_make(data, size), id, rest;
    if (!svcb_read(rdata, &svcb, &why)) {
        if (!why)
            abort();
        return 0;
    }
    if (dns_name_text(&svcb.target, room).size == 0 || svcb.ipv4.size % 4 || svcb.ipv6.size % 16)
        abort();
    must_be_within(svcb.ipv4, rdata);
    must_be_within(svcb.ipv6, rdata);
    rest = svcb.alpn;
    while ((id = svcb_alpn_next(&rest)).data) {
        must_be_within(id, svcb.alpn);
        if (id.size == 0)
            abort();
    }
    return 0;
}
