/*
 * A channel: where notifications go, and which. Read from JSON with an error that names the member, the reason and the
 * fix; written back without anything secret. The password of a mail account and the key of a webhook's signature are
 * not part of it: they are in the store, sealed.
 */
#ifndef CONTROL_NOTIFY_CHANNEL_H
#define CONTROL_NOTIFY_CHANNEL_H

#include <jansson.h>

#include "base/arena.h"
#include "outbound/smtp.h"
#include "store/jsonout.h"
#include "store/notification.h"

/* A handful of people and machines are told, not a mailing list. */
#define NOTIFY_CHANNELS_COUNT_MAX 32
#define NOTIFY_NAME_SIZE_MAX      32
#define NOTIFY_TO_COUNT_MAX       20
#define NOTIFY_USER_SIZE_MAX      254
/* Below this the key of a signature can be guessed. */
#define NOTIFY_SECRET_SIZE_MIN 16
#define NOTIFY_SECRET_SIZE_MAX 512
#define NOTIFY_ROOTS_SIZE_MAX  65536
#define NOTIFY_DIGEST_OFF      (-1)

enum notify_channel_kind { NOTIFY_EMAIL, NOTIFY_WEBHOOK, NOTIFY_SYSLOG, NOTIFY_HOOK };
extern const char *const notify_channel_kind_names[]; /* ends with NULL */

struct notify_channel {
    struct arena arena; /* everything below that is a view */
    struct str name;
    enum notify_channel_kind kind;
    uint32_t events;               /* 1u << enum notify_kind */
    enum notify_severity severity; /* what is less severe does not go there */
    int digest_hour;               /* UTC, or NOTIFY_DIGEST_OFF */
    /* email */
    struct str host;
    uint16_t port;
    enum smtp_security security;
    struct str user; /* or empty */
    struct str from;
    struct str *to;
    size_t to_count;
    /* webhook */
    struct str url;
    /* both */
    struct str roots_pem; /* or empty */
    /* syslog */
    uint32_t facility; /* RFC 5424 table 1 */
};

/* Reads a whole one; its root is judged at `now_s` (0: it was before, this is what the store holds).
 * notify_channel_free it. */
NODISCARD bool notify_channel_read(const json_t *json, int64_t now_s, struct notify_channel **ret, struct err *err);
/* NULL is allowed. */
void notify_channel_free(struct notify_channel *channel);
/* All members, into an object that is open. */
void notify_channel_write(const struct notify_channel *channel, struct jsonout *out);
/* What it is called in the log: "mail.example.org", "hooks.example.org", "the system's log", "the hook". */
struct str notify_channel_place(const struct notify_channel *channel);
/* Whether it wants to be told of this. */
bool notify_channel_wants(const struct notify_channel *channel, enum notify_kind kind, enum notify_severity severity);
/* Whether its secret may stay when it becomes `after`: a password is never given to another server. */
bool notify_channel_keeps_secret(const struct notify_channel *before, const struct notify_channel *after);

#endif
