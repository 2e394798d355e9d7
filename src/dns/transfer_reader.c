/* Refusals are believed without a signature, as everywhere: they only end an attempt. */
#include "dns/transfer_reader.h"

#include <arpa/inet.h>

/* An SOA record ends in five numbers, of which the serial is the first (RFC 1035 section 3.3.13); two names before. */
#define SOA_NUMBERS_SIZE 20
#define SOA_SIZE_MIN     (2 + SOA_NUMBERS_SIZE)

void transfer_reader_init(struct transfer_reader *reader, const struct dns_name *zone, uint16_t id,
                          const struct tsig_key *key, const struct tsig_request *request, const struct dns_words *words,
                          const struct dns_transfer_to *to)
{
    *reader = (struct transfer_reader){.to = to, .words = words, .zone = *zone, .id = id, .is_signed = request != NULL};
    if (request)
        tsig_stream_init(&reader->signatures, key, request);
}

void transfer_reader_fini(struct transfer_reader *reader)
{
    tsig_stream_fini(&reader->signatures);
}

/* ---- refusals ---- */

static bool wrong(const struct transfer_reader *r, const char *what, struct err *err)
{
    return err_set(err, ERR_SYSTEM, "The DNS server %s %s.", r->words->server, what);
}

static bool refused(const struct dns_words *w, bool is_signed, struct err *err)
{
    if (is_signed)
        (void)err_set(err, ERR_DENIED, "The DNS server %s does not let the key %s have the zone %s (REFUSED).",
                      w->server, w->key, w->zone);
    else
        (void)err_set(err, ERR_DENIED,
                      "The DNS server %s does not let this machine have the zone %s without a key (REFUSED).",
                      w->server, w->zone);
    return err_fix(err, "allow it there: in BIND by allow-transfer, in Knot by an acl with action: transfer");
}

static bool not_responsible(const struct dns_words *w, bool is_signed, struct err *err)
{
    if (is_signed)
        (void)err_set(err, ERR_DENIED,
                      "The DNS server %s does not serve the zone %s, or does not let the key %s have it (NOTAUTH).",
                      w->server, w->zone, w->key);
    else
        (void)err_set(err, ERR_DENIED,
                      "The DNS server %s does not serve the zone %s, or does not let anybody have it without a key "
                      "(NOTAUTH).",
                      w->server, w->zone);
    return err_fix(err, "give the zone's own name, the address of one of its servers, and a key that may transfer it");
}

static bool refused_code(const struct transfer_reader *r, enum dns_rcode rcode, struct err *err)
{
    char room[DNS_RCODE_TEXT_SIZE];
    const struct dns_words *w = r->words;
    switch (rcode) {
    case DNS_REFUSED: return refused(w, r->is_signed, err);
    case DNS_NOTAUTH: return not_responsible(w, r->is_signed, err);
    case DNS_SERVFAIL:
        (void)err_set(err, ERR_SYSTEM, "The DNS server %s cannot give the zone %s now (SERVFAIL).", w->server, w->zone);
        return err_fix(err, "look into its log: it may not have loaded the zone, or a secondary's copy has expired");
    case DNS_NOTIMP:
    case DNS_FORMERR:
        (void)err_set(err, ERR_SYSTEM, "The DNS server %s does not transfer zones (%s).", w->server,
                      dns_rcode_text(rcode, room));
        return err_fix(err, "ask the zone's primary server, or export the zone to a file and give that");
    default: break;
    }
    return err_set(err, ERR_SYSTEM, "The DNS server %s answers the question for the zone %s with %s.", w->server,
                   w->zone, dns_rcode_text(rcode, room));
}

static bool not_signed(const struct transfer_reader *r, struct err *err)
{
    (void)err_set(err, ERR_DENIED, "What the DNS server %s sends is not signed throughout: it is not believed.",
                  r->words->server);
    return err_fix(err, "see that it has the key %s, and that nothing between changes its answers", r->words->key);
}

/* ---- one message ---- */

static bool check_signature(struct transfer_reader *r, const struct dns_message *message, int64_t now_s,
                            struct err *err)
{
    int64_t server_s = 0;
    enum tsig_result result;
    if (!r->is_signed)
        return true;
    if (!tsig_stream_take(&r->signatures, message, now_s, &result, &server_s, err))
        return false;
    if (!dns_words_signature(result, r->words, now_s, server_s, err))
        return false;
    return result == TSIG_GOOD || message->rcode != DNS_NOERROR || not_signed(r, err);
}

static bool check_message(struct transfer_reader *r, struct str bytes, int64_t now_s, struct dns_message *message,
                          struct err *err)
{
    if (!dns_message_open_full(bytes, message))
        return wrong(r, "sends something that is no DNS message", err);
    if (!message->response || message->id != r->id || message->opcode != DNS_OPCODE_QUERY)
        return wrong(r, "sends an answer to something else", err);
    if (!check_signature(r, message, now_s, err))
        return false;
    if (message->rcode != DNS_NOERROR)
        return refused_code(r, message->rcode, err);
    bool has_question = message->questions_count == 1, is_first = r->messages_count == 1;
    if (message->truncated || (is_first && !has_question) ||
        (has_question && (message->question_type != DNS_AXFR || !dns_name_equal(&message->question, &r->zone))))
        return wrong(r, "sends an answer to something else", err);
    return true;
}

/* ---- records ---- */

/* Room for the texts of one record. */
struct texts {
    char owner[DNS_NAME_TEXT_SIZE], target[DNS_NAME_TEXT_SIZE];
    struct dns_transfer_record record;
};

static bool read_address(const struct dns_record *record, struct texts *texts)
{
    int family = record->type == DNS_A ? AF_INET : AF_INET6;
    if (record->rdata.size != (family == AF_INET ? 4 : 16) ||
        !inet_ntop(family, record->rdata.data, texts->target, sizeof texts->target))
        return false;
    texts->record.target = str_from(texts->target);
    return true;
}

static bool read_name(const struct dns_message *message, const struct dns_record *record, struct texts *texts)
{
    struct dns_name name;
    if (!dns_record_name(message, record, &name))
        return false;
    texts->record.target = dns_name_text(&name, texts->target);
    return true;
}

/* A priority, a name that is not compressed, parameters (RFC 9460 section 2.2); the root stands for the owner. */
static bool read_service(const struct dns_record *record, struct texts *texts)
{
    struct dns_name name;
    size_t at = 2;
    if (!dns_name_read(record->rdata, &at, &name))
        return false;
    texts->record.target = name.size == 1 ? STR("") : dns_name_text(&name, texts->target);
    return true;
}

/* *ret_leads: it leads somewhere. False: it is not as its type has it. */
static bool read_data(const struct dns_message *message, const struct dns_record *record, struct texts *texts,
                      bool *ret_leads)
{
    static const struct {
        uint16_t type;
        struct str word;
    } types[] = {{DNS_A, STR_INIT("A")},         {DNS_AAAA, STR_INIT("AAAA")}, {DNS_CNAME, STR_INIT("CNAME")},
                 {DNS_DNAME, STR_INIT("DNAME")}, {DNS_NS, STR_INIT("NS")},     {DNS_SVCB, STR_INIT("SVCB")},
                 {DNS_HTTPS, STR_INIT("HTTPS")}};
    size_t i = 0;
    while (i < sizeof types / sizeof *types && types[i].type != record->type)
        i++;
    *ret_leads = i < sizeof types / sizeof *types && record->class == DNS_IN;
    if (!*ret_leads)
        return true;
    texts->record.type = types[i].word;
    if (record->type == DNS_A || record->type == DNS_AAAA)
        return read_address(record, texts);
    if (record->type == DNS_SVCB || record->type == DNS_HTTPS)
        return read_service(record, texts);
    return read_name(message, record, texts);
}

static bool give(struct transfer_reader *r, const struct dns_message *message, const struct dns_record *record,
                 struct err *err)
{
    struct texts texts;
    bool leads;
    if (!read_data(message, record, &texts, &leads))
        return wrong(r, "sends a record whose data are not as its type has them", err);
    if (!leads)
        return true;
    texts.record.owner = dns_name_text(&record->name, texts.owner);
    return r->to->on_record(r->to->context, &texts.record, err);
}

/* The SOA record of the zone, which stands at both ends. */
static bool take_soa(struct transfer_reader *r, const struct dns_record *record, struct err *err)
{
    if (record->rdata.size < SOA_SIZE_MIN)
        return wrong(r, "sends a record whose data are not as its type has them", err);
    uint32_t serial = dns_get_u32(record->rdata, record->rdata.size - SOA_NUMBERS_SIZE);
    if (r->state == DNS_TRANSFER_BEGINS) {
        r->serial = serial;
        r->state = DNS_TRANSFER_GOES_ON;
        return true;
    }
    r->state = DNS_TRANSFER_IS_DONE;
    return serial == r->serial || wrong(r, "has changed the zone while it sent it; try again", err);
}

static bool take_record(struct transfer_reader *r, const struct dns_message *message, const struct dns_record *record,
                        struct err *err)
{
    bool is_soa = record->type == DNS_SOA && record->class == DNS_IN && dns_name_equal(&record->name, &r->zone);
    if (r->state == DNS_TRANSFER_IS_DONE)
        return wrong(r, "sends more behind the end of the zone", err);
    if (is_soa)
        return take_soa(r, record, err);
    if (r->state == DNS_TRANSFER_BEGINS)
        return wrong(r, "does not begin with the zone's SOA record", err);
    if (++r->records_count > DNS_TRANSFER_RECORDS_COUNT_MAX)
        return err_set(err, ERR_INPUT, "The zone %s has more than %u records, which is more than are taken.",
                       r->words->zone, DNS_TRANSFER_RECORDS_COUNT_MAX);
    return give(r, message, record, err);
}

bool transfer_reader_take(struct transfer_reader *reader, struct str bytes, int64_t now_s, struct err *err)
{
    struct dns_message message;
    struct dns_cursor cursor = {0};
    struct dns_record record;
    reader->messages_count++;
    reader->size += bytes.size;
    if (reader->size > DNS_TRANSFER_SIZE_MAX)
        return err_set(err, ERR_INPUT, "The zone %s has more than %llu bytes, which is more than are taken.",
                       reader->words->zone, (unsigned long long)DNS_TRANSFER_SIZE_MAX);
    if (!check_message(reader, bytes, now_s, &message, err))
        return false;
    if (reader->state == DNS_TRANSFER_BEGINS && message.counts[DNS_ANSWER] == 0)
        return wrong(reader, "does not begin with the zone's SOA record", err);
    while (dns_message_next(&message, &cursor, &record) && record.section == DNS_ANSWER)
        if (!take_record(reader, &message, &record, err))
            return false;
    if (reader->state == DNS_TRANSFER_IS_DONE && reader->is_signed && !tsig_stream_is_whole(&reader->signatures))
        return not_signed(reader, err);
    return true;
}
