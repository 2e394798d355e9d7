/*
 * Answers of DNS servers: what opens can be walked, names in it are names, signatures and CAA records are read or
 * refused.
 */
#include <stdlib.h>

#include "dns/caa.h"
#include "dns/tsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct dns_message *message, struct arena *arena)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    char room[DNS_NAME_TEXT_SIZE];
    struct buf text;
    buf_init(&text, DNS_MESSAGE_SIZE_MAX);
    while (dns_message_next(message, &cursor, &record)) {
        struct dns_name name, again;
        struct caa_record caa;
        if (dns_name_text(&record.name, room).size == 0)
            abort();
        if (dns_record_name(message, &record, &name) && !dns_name_parent(&name, &again) && name.size != 1)
            abort();
        buf_clear(&text);
        (void)!dns_record_text(&record, &text);
        (void)!caa_read(record.rdata, arena, &caa);
    }
    buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_message message;
    struct tsig_key key = {.name = {.size = 6, .wire = "\4acme"}, .secret = STR("0123456789abcdef")};
    const struct tsig_request request = {.id = 7};
    struct arena arena;
    int64_t server_s = 0;
    if (!dns_message_open(str_make(data, size), &message))
        return 0;
    arena_init(&arena, 1 << 20);
    walk(&message, &arena);
    if (tsig_check(&key, &request, &message, 1768478400, &server_s) == TSIG_GOOD)
        abort(); /* nobody guesses that */
    arena_fini(&arena);
    return 0;
}
