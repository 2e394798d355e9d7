/*
 * The messages of a zone transfer, each with its size in front as over TCP: the first byte says whether the question
 * was signed. What is given has names that can be shown; nobody guesses a signature.
 */
#include <stdlib.h>

#include "dns/transfer_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S INT64_C(1768478400)

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_printable(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        must(text.data[i] > ' ' && text.data[i] <= '~');
}

static bool on_record(void *context, const struct dns_transfer_record *record, struct err *err)
{
    uint64_t *count = context;
    (void)err;
    must(record->owner.size > 0 && record->type.size > 0);
    must_be_printable(record->owner);
    must_be_printable(record->type);
    must_be_printable(record->target);
    ++*count;
    return true;
}

static void read_all(struct transfer_reader *reader, struct str bytes, bool is_signed, const uint64_t *count)
{
    struct err err = {0};
    while (bytes.size >= 2 && reader->state != DNS_TRANSFER_IS_DONE) {
        size_t size = dns_get_u16(bytes, 0);
        if (!transfer_reader_take(reader, str_part(bytes, 2, size), NOW_S, &err)) {
            must(err.text[0] != '\0');
            return;
        }
        bytes = str_after(bytes, 2 + size);
    }
    must(reader->records_count >= *count);
    must(!is_signed || reader->state == DNS_TRANSFER_BEGINS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tsig_key key = {.name = {.size = 6, .wire = "\4acme"}, .secret = STR("0123456789abcdef")};
    const struct tsig_request request = {.id = 7};
    const struct dns_name zone = {.size = 13, .wire = "\7example\3org"};
    union os_address server;
    uint64_t count = 0;
    const struct dns_transfer_to to = {.on_record = on_record, .context = &count};
    struct dns_words words;
    struct transfer_reader reader;
    if (size == 0 || !os_address_parse(STR("192.0.2.53"), 53, &server))
        return 0;
    bool is_signed = data[0] & 1;
    dns_words_fill(&words, &server, is_signed ? &key : NULL, &zone, &zone);
    transfer_reader_init(&reader, &zone, 7, &key, is_signed ? &request : NULL, &words, &to);
    read_all(&reader, str_make(data + 1, size - 1), is_signed, &count);
    transfer_reader_fini(&reader);
    return 0;
}
