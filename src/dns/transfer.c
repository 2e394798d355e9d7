/* One connection for one zone; it is closed when the zone has ended, whatever else the server may say. */
#include "dns/transfer.h"

#include <unistd.h>

#include "dns/exchange.h"
#include "dns/tcp.h"

/* What was asked, for all that follows. */
struct question {
    struct buf bytes;
    uint16_t id;
    struct tsig_request request; /* with a key */
};

static bool make_question(const struct dns_transfer *transfer, int64_t now_s, struct question *q, struct err *err)
{
    if (!dns_id_make(&q->id, err))
        return false;
    dns_write_query(q->id, &transfer->zone, DNS_AXFR, 0, &q->bytes);
    if (!buf_ok(&q->bytes))
        return err_memory(err);
    return !transfer->key || tsig_sign(transfer->key, now_s, &q->bytes, &q->request, err);
}

static bool tell(const struct dns_words *w, const struct dns_transfer *transfer, const struct err *why, struct err *err)
{
    return err_set(err, why->code, "The DNS server %s port %u %s.", w->server,
                   (unsigned)os_address_port(&transfer->server), why->text);
}

/* Nothing more came. */
static bool ended(const struct transfer_reader *reader, const struct deadline *deadline,
                  const struct dns_transfer *transfer, struct err *err)
{
    struct err why = {0};
    if (reader->messages_count == 0)
        dns_tcp_why(deadline, 0, "takes the connection, but does not answer the question for the zone", &why);
    else if (deadline_is_over(deadline))
        (void)err_set(&why, ERR_SYSTEM, "has not sent the whole zone: %s", deadline_words(deadline));
    else
        (void)err_set(&why, ERR_SYSTEM, "stops in the middle of the zone");
    return tell(reader->words, transfer, &why, err);
}

static bool receive(int fd, struct transfer_reader *reader, const struct deadline *deadline,
                    const struct dns_transfer *transfer, int64_t now_s, struct err *err)
{
    const int64_t begun_ms = deadline_now_ms();
    struct buf message;
    bool ok = true;
    buf_init(&message, DNS_MESSAGE_SIZE_MAX);
    while (ok && reader->state != DNS_TRANSFER_IS_DONE) {
        const struct deadline try = dns_try(deadline, DNS_TRANSFER_IDLE_MS);
        if (dns_tcp_receive(fd, &try, &message))
            ok = transfer_reader_take(reader, buf_str(&message), now_s + (deadline_now_ms() - begun_ms) / 1000, err);
        else
            ok = ended(reader, deadline, transfer, err);
    }
    buf_fini(&message);
    return ok;
}

static bool talk(const struct dns_transfer *transfer, const struct question *q, const struct dns_words *w,
                 const struct deadline *deadline, int64_t now_s, const struct dns_transfer_to *to,
                 struct dns_transferred *ret, struct err *err)
{
    const struct deadline try = dns_try(deadline, DNS_TRY_MS_TCP);
    struct transfer_reader reader;
    struct err why = {0};
    int fd, error;
    if (!dns_tcp_connect(&transfer->server, &try, &fd, &error)) {
        dns_tcp_why(deadline, error, "does not take the connection", &why);
        return tell(w, transfer, &why, err);
    }
    transfer_reader_init(&reader, &transfer->zone, q->id, transfer->key, transfer->key ? &q->request : NULL, w, to);
    bool ok = dns_tcp_send(fd, buf_str(&q->bytes), &try) ? receive(fd, &reader, deadline, transfer, now_s, err)
                                                         : ended(&reader, deadline, transfer, err);
    if (ok)
        *ret = (struct dns_transferred){reader.serial, reader.records_count, reader.size};
    transfer_reader_fini(&reader);
    (void)close(fd);
    return ok;
}

bool dns_transfer(const struct dns_transfer *transfer, const struct deadline *deadline, int64_t now_s,
                  const struct dns_transfer_to *to, struct dns_transferred *ret, struct err *err)
{
    struct question q = {0};
    struct dns_words w;
    dns_words_fill(&w, &transfer->server, transfer->key, &transfer->zone, &transfer->zone);
    buf_init(&q.bytes, DNS_MESSAGE_SIZE_MAX);
    bool ok = make_question(transfer, now_s, &q, err) && talk(transfer, &q, &w, deadline, now_s, to, ret, err);
    buf_fini(&q.bytes);
    return ok;
}
