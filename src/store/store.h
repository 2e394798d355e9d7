/*
 * Everything control must not lose, in one SQLite database (DATA/strictgate.db): WAL, synchronous=FULL, one writer. A
 * change is one transaction, on disk when store_save returns true: what changed of the state, the ledger's plan and the
 * audit entries together, or nothing of them. The aggregates have a file each (store_site.c, store_ledger.c, …) and a
 * table each; migrations are numbered (store_migrate.c), the first one takes over the state.json of version 0.
 *
 * A database that cannot be used (corrupt, of a newer version, locked by another control, a full or read-only disk) is
 * an error that says what to do; it is never repaired by guessing, never overwritten.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "crypto/seal.h"
#include "hsts/book.h"
#include "store/acme_order.h"
#include "store/audit.h"
#include "store/ca.h"
#include "store/clients_day.h"
#include "store/coverage.h"
#include "store/evidence.h"
#include "store/evidence_key.h"
#include "store/notification.h"
#include "store/state.h"
#include "store/subname.h"

struct store;

/*
 * Opens DATA/strictgate.db, makes or migrates it, and keeps it locked for this process. `seal_key` seals private keys;
 * its bytes are copied and wiped by store_close.
 */
NODISCARD bool store_open(const char *data_directory, const uint8_t seal_key[static SEAL_KEY_SIZE], struct store **ret,
                          struct err *err);
/* NULL is allowed. */
void store_close(struct store *store);
/*
 * True while no state was ever saved in it: it was made just now, or at a start that came no further. (A new one beside
 * a sealed snapshot is a loss, not a first start.)
 */
bool store_is_new(const struct store *store);
/* What opening it did that the operator should know (a migration), for the caller to log; empty when nothing. */
const char *store_news(const struct store *store);

/* The state and the book with all its history (both made here; the caller ends them). */
NODISCARD bool store_load(struct store *store, struct state *ret_state, struct book *ret_book, struct err *err);

/* The answer to a request that carried an idempotency key. */
struct store_answer {
    struct str key;
    int64_t at_s; /* wall clock */
    struct str request;
    uint16_t status;
    struct str body;
};

typedef bool store_also(void *context, struct store *store, struct err *err);

/* All parts are optional. */
struct store_change {
    /* Sites are compared by pointer: only those that differ are written, so that one that was saved is not changed any
     * more. NULL `before`: all of `after` replaces what is there. */
    const struct state *before, *after;
    const struct book_plan *plan;
    const struct audit_entry *audit;
    size_t audit_count;
    const struct store_answer *answer;    /* with the change, so that a crash cannot part them */
    const struct hsts_clock_saved *clock; /* goes with every change of the ledger; NULL: leave it */
    /* What else belongs to it, in the same transaction: calls functions of this file that put and remove. NULL:
     * nothing. */
    store_also *also;
    void *also_context;
};
/*
 * Durable when it returns true; nothing of it has happened when it returns false. The generation and the clock's over_s
 * never go back, whatever is given.
 */
NODISCARD bool store_save(struct store *store, const struct store_change *change, struct err *err);

/* Rows are given one by one, the newest first; the views live until the visitor returns, which says whether to go on.
 */
typedef bool store_visit_audit(void *context, const struct audit_entry *entry);
/* `site` empty: of all; `before_id` 0: from the newest. */
NODISCARD bool store_audit(struct store *store, struct str site, uint64_t before_id, uint32_t limit,
                           store_visit_audit *visit, void *context, struct err *err);
/* Which entries of a site belong into a span, see store_audit_span. */
struct store_audit_range {
    struct str site;
    int64_t from_s, until_s; /* wall clock; the latter is outside */
    uint32_t limit;
};
/*
 * Those of the site in the span, and those that are about no site but what all sites depend on: not about accounts,
 * sessions and notifications. *ret_count: how many there are of both, beyond the limit too.
 */
NODISCARD bool store_audit_span(struct store *store, const struct store_audit_range *range, uint64_t *ret_count,
                                store_visit_audit *visit, void *context, struct err *err);
typedef bool store_visit_ledger(void *context, struct str name, const struct ledger_entry *entry);
/* The whole history of a name, newest first, also what binds nobody any more; `name` empty: of all names. */
NODISCARD bool store_ledger(struct store *store, struct str name, store_visit_ledger *visit, void *context,
                            struct err *err);

/* A request for a certificate, made here. Views. */
struct store_request {
    int64_t id;
    struct str site;
    struct str der; /* PKCS#10 */
    struct str key; /* PKCS#8, DER: a secret; only where it is asked for */
    int64_t made_s; /* wall clock */
};
typedef bool store_visit_request(void *context, const struct store_request *request);
/* Keeps it with its key, together with the audit entry; *ret_id is the number it gets. */
NODISCARD bool store_put_request(struct store *store, const struct store_request *request,
                                 const struct audit_entry *record, int64_t *ret_id, struct err *err);
/* Those of the site, the oldest first; their keys only with `with_keys`, wiped when the visitor returns. */
NODISCARD bool store_requests(struct store *store, struct str site, bool with_keys, store_visit_request *visit,
                              void *context, struct err *err);
/* ERR_NOT_FOUND when the site has none of this number. */
NODISCARD bool store_remove_request(struct store *store, struct str site, int64_t id, const struct audit_entry *record,
                                    struct err *err);

/* The present one first, then the newest. */
typedef bool store_visit_evidence_key(void *context, const struct evidence_key *key);
NODISCARD bool store_evidence_keys(struct store *store, store_visit_evidence_key *visit, void *context,
                                   struct err *err);
/* The private half of the present one (PKCS#8, DER), made here: key_wipe. ERR_NOT_FOUND when there is none yet. */
NODISCARD bool store_evidence_key_open(struct store *store, struct buf *ret_key, struct err *err);
/*
 * The key that signs from now on, with its private half, together with the audit entry. The one before is retired, its
 * private half removed. retired_s of `key` is 0.
 */
NODISCARD bool store_put_evidence_key(struct store *store, const struct evidence_key *key, struct str secret,
                                      const struct audit_entry *record, struct err *err);

bool store_has_local_ca(struct store *store);
/*
 * The local CA: its root certificate and, unless NULL, its key (a secret: key_wipe), as PEM, made here. ERR_NOT_FOUND
 * when there is none yet.
 */
NODISCARD bool store_local_ca(struct store *store, struct buf *ret_root, struct buf *ret_key, struct err *err);
/* ERR_CONFLICT when there is one: what it signed could not be renewed any more. */
NODISCARD bool store_put_local_ca(struct store *store, struct str root, struct str key, struct err *err);

/* A certificate authority with its account, instead of the one of the same name; `record` may be NULL. */
NODISCARD bool store_put_ca(struct store *store, const struct ca *ca, const struct audit_entry *record,
                            struct err *err);
NODISCARD bool store_remove_ca(struct store *store, struct str name, const struct audit_entry *record, struct err *err);
/* All of them, by their names; references, the caller's. */
NODISCARD bool store_cas(struct store *store, struct ca *ret[static CA_COUNT_MAX], size_t *ret_count, struct err *err);

/* The order as it is now. Its key stays while it has one. */
NODISCARD bool store_put_acme_order(struct store *store, const struct acme_order *order, struct err *err);
/* The same with a new key for the certificate (PKCS#8, a secret). */
NODISCARD bool store_begin_acme_order(struct store *store, const struct acme_order *order, struct str key,
                                      struct err *err);
/* That key, made here: key_wipe. ERR_NOT_FOUND when there is none. */
NODISCARD bool store_acme_key(struct store *store, struct str site, bool rehearsal, struct buf *ret, struct err *err);
NODISCARD bool store_remove_acme_order(struct store *store, struct str site, bool rehearsal, struct err *err);
/* Every order, each the visitor's to free. */
typedef bool store_visit_acme_order(void *context, struct acme_order *take_order);
NODISCARD bool store_acme_orders(struct store *store, store_visit_acme_order *visit, void *context, struct err *err);

/* Private roots that the operator declared as installed on all clients. Views. */
struct store_root {
    struct str fingerprint, subject, pem;
    int64_t not_after_s;
    int64_t declared_s; /* wall clock */
};
typedef bool store_visit_root(void *context, const struct store_root *root);
/* Declares it, or takes it back when `root->pem` is empty, together with the audit entry. */
NODISCARD bool store_put_root(struct store *store, const struct store_root *root, const struct audit_entry *record,
                              struct err *err);
NODISCARD bool store_roots(struct store *store, store_visit_root *visit, void *context, struct err *err);

/* How a zone of the DNS may be changed by dynamic update (RFC 2136). Views. */
struct store_dns_zone {
    struct str zone;      /* lower case A-labels, without a final dot */
    struct str server;    /* "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53"; empty: to be taken out */
    struct str key_name;  /* of the TSIG key */
    struct str algorithm; /* "hmac-sha256" */
    struct str secret;    /* decoded: sealed in here, given in clear */
    int64_t added_s;      /* wall clock */
};
typedef bool store_visit_dns_zone(void *context, const struct store_dns_zone *zone);
/* Puts it in the place of what was there, or takes it out, together with the audit entry. */
NODISCARD bool store_put_dns_zone(struct store *store, const struct store_dns_zone *zone,
                                  const struct audit_entry *record, struct err *err);
/* All of them by name. The secret is wiped when the visitor returns. */
NODISCARD bool store_dns_zones(struct store *store, store_visit_dns_zone *visit, void *context, struct err *err);

/*
 * TXT records that prove names (control/dns_proof): written down before they are put up, until they are down again.
 * `owner` is the process that put one up, so that the next one knows what was left to it.
 */
NODISCARD bool store_put_dns_record(struct store *store, struct str name, struct str value, int64_t owner,
                                    struct err *err);
NODISCARD bool store_remove_dns_record(struct store *store, struct str name, struct str value, struct err *err);
typedef bool store_visit_dns_record(void *context, struct str name, struct str value);
/* Those of others than this owner. The visitor must not change them. */
NODISCARD bool store_dns_records_left(struct store *store, int64_t owner, store_visit_dns_record *visit, void *context,
                                      struct err *err);

/*
 * The inventory of a site (store/subname.h). It goes with its site. Names that are known already get the sources that
 * come with them; more than there is room for are left out. `record` may be NULL.
 */
NODISCARD bool store_add_subnames(struct store *store, struct str site, const struct subname_newcomer *rows,
                                  size_t count, int64_t now_s, const struct audit_entry *record,
                                  struct subname_taken *ret, struct err *err);
/*
 * Names that were only seen go again when a look found nothing there that weighs (hsts/subname.h), nobody has said
 * anything of them, and the list of names that were asked for (store/seen.h) has them no more: else whoever makes up
 * names fills the inventory.
 */
NODISCARD bool store_forget_subnames(struct store *store, struct str site, struct err *err);
/* ERR_NOT_FOUND when the site has no such name. */
NODISCARD bool store_remove_subname(struct store *store, struct str site, struct str name,
                                    const struct audit_entry *record, struct err *err);
/* Somebody's word for a name, instead of the one of before; `by` empty takes it back. NULL: it stays as it is. */
struct store_subname_words {
    const struct subname_word *sign_off;
    const struct subname_word *exception;
    int64_t exception_until_s;
};
/* ERR_NOT_FOUND when the site has no such name. */
NODISCARD bool store_put_subname_words(struct store *store, struct str site, struct str name,
                                       const struct store_subname_words *words, const struct audit_entry *record,
                                       struct err *err);
typedef bool store_visit_subname(void *context, const struct subname_entry *name);
/* In the order of their names, those behind `after` (empty: from the first). */
NODISCARD bool store_subnames(struct store *store, struct str site, struct str after, store_visit_subname *visit,
                              void *context, struct err *err);
/* The one name; no visit when the site has none of it. */
NODISCARD bool store_subname(struct store *store, struct str site, struct str name, store_visit_subname *visit,
                             void *context, struct err *err);
/* All names of the site are to be looked at, also those that somebody looks at now. */
NODISCARD bool store_want_subnames(struct store *store, struct str site, struct err *err);
/* How many are to be looked at, or are. */
NODISCARD bool store_wanted_subnames(struct store *store, struct str site, size_t *ret, struct err *err);
/* Some of them, which somebody looks at from now on. Where that is not told they are to be looked at again. */
NODISCARD bool store_take_subnames(struct store *store, struct str site, size_t limit, store_visit_subname *visit,
                                   void *context, struct err *err);
/*
 * What was found, at `at_s`; names that are gone meanwhile are passed over. One that would shut its visitors out stays
 * as it was when it could not be seen this time.
 */
NODISCARD bool store_put_subnames_found(struct store *store, struct str site, const struct subname_found *found,
                                        size_t count, int64_t at_s, struct err *err);
/* Whether names of this site were ever kept. */
NODISCARD bool store_has_inventory(struct store *store, struct str site, bool *ret, struct err *err);
/* When the one that was looked at longest ago was; 0: one never was, or there is none. */
NODISCARD bool store_subnames_looked(struct store *store, struct str site, int64_t *ret_s, struct err *err);
/* Sites with names that are to be looked at (`is_wanted`), or of which one was looked at last before `looked_s`. */
typedef bool store_visit_inventory(void *context, struct str site, bool is_wanted);
NODISCARD bool store_inventories_due(struct store *store, int64_t looked_s, store_visit_inventory *visit, void *context,
                                     struct err *err);

/* Evidence is not worth a sync each: several rows make one transaction. It goes with its site. */
NODISCARD bool store_put_served(struct store *store, const struct evidence_served *rows, size_t count, struct err *err);
/* What was counted until at_s (ledger clock) since the last time. Some of what is kept for long enough is forgotten. */
NODISCARD bool store_add_counts(struct store *store, int64_t at_s, const struct evidence_row *rows, size_t count,
                                struct err *err);
/* Those of the site that were seen served, the newest last, at most `limit`: views that live until the visitor returns.
 */
typedef bool store_visit_served(void *context, const struct evidence_served *row);
NODISCARD bool store_served(struct store *store, struct str site, uint32_t limit, store_visit_served *visit,
                            void *context, struct err *err);
/*
 * How many different certificates of the site, the source and the side were seen served: renewals proven are one fewer.
 */
NODISCARD bool store_served_count(struct store *store, struct str site, struct str source, struct str side,
                                  uint32_t *ret, struct err *err);
/* The dates of a certificate of the site; `id` in the store, `fingerprint` of its leaf. */
NODISCARD bool store_life(struct store *store, struct str site, struct str id, struct str fingerprint,
                          struct evidence_life *ret, struct err *err);
/*
 * All workers serve from this generation or a later one since at_s: every certificate that was published by then and
 * not acknowledged yet is. Each site that has one is given to `visit`, once a certificate.
 */
typedef void store_visit_name(void *context, struct str name);
NODISCARD bool store_acknowledge(struct store *store, uint64_t generation, int64_t at_s, store_visit_name *visit,
                                 void *context, struct err *err);
/* What is served in place of the site's certificates: these rows replace those of before. */
NODISCARD bool store_put_mismatches(struct store *store, struct str site, const struct evidence_mismatch *rows,
                                    size_t count, struct err *err);
typedef bool store_visit_mismatch(void *context, const struct evidence_mismatch *row);
NODISCARD bool store_mismatches(struct store *store, store_visit_mismatch *visit, void *context, struct err *err);
/*
 * The last self-check of each site, one row a site; it goes with its site. Backups have it, a restore leaves it out:
 * what was seen of another time says nothing now, and is soon looked at again.
 */
struct store_self_check {
    struct str site;
    int64_t at_s;       /* wall clock */
    uint64_t form;      /* of the site as it was looked at */
    struct str content; /* JSON, see control/self_check_text.h */
};
NODISCARD bool store_put_self_check(struct store *store, const struct store_self_check *row, struct err *err);
/* False ends the visits: memory ran out. */
typedef bool store_visit_self_check(void *context, const struct store_self_check *row);
NODISCARD bool store_self_checks(struct store *store, store_visit_self_check *visit, void *context, struct err *err);
/* Appends the content of the site's row, nothing where there is none. */
NODISCARD bool store_self_check_content(struct store *store, struct str site, struct buf *out, struct err *err);
/*
 * Weeks of clients (store/coverage.h), one row a site and week, for three years; they go with their site. What is there
 * of a week is merged with what is put.
 */
struct store_week {
    struct str site;
    struct coverage_week row;
};
NODISCARD bool store_put_weeks(struct store *store, const struct store_week *rows, size_t count, struct err *err);
typedef void store_visit_week(void *context, const struct coverage_week *row);
/* Those of the week `from` and later, the earliest first. */
NODISCARD bool store_weeks(struct store *store, struct str site, uint64_t from, store_visit_week *visit, void *context,
                           struct err *err);
struct store_counts_range {
    struct str site; /* empty: the gateway as a whole */
    enum evidence_step step;
    int64_t from_s, until_s; /* ledger clock, whole steps; the latter is outside */
};
typedef void store_visit_counts(void *context, int64_t at_s, const struct evidence_counts *counts);
/* What there is, in parts: several of the same moment add up, and they come in no order. */
NODISCARD bool store_counts(struct store *store, const struct store_counts_range *range, store_visit_counts *visit,
                            void *context, struct err *err);
/* The same without handshakes that failed, which stand apart. */
NODISCARD bool store_request_counts(struct store *store, const struct store_counts_range *range,
                                    store_visit_counts *visit, void *context, struct err *err);
/* Since when everything is counted (ledger clock); negative: it is not yet. */
NODISCARD bool store_counts_since(struct store *store, struct str site, int64_t *ret_s, struct err *err);
/*
 * The site's requests, without failed handshakes, since `from_s`: in whole hours (with the one that from_s lies in)
 * until its day ends, then in whole days.
 */
NODISCARD bool store_traffic(struct store *store, struct str site, int64_t from_s, struct evidence_counts *ret,
                             struct err *err);

/* The clients of sites by day (store/clients_day.h). Of a day that is there already the one that wins stays. */
struct store_clients_day {
    struct str site;
    const struct clients_day *day;
};
NODISCARD bool store_put_clients_days(struct store *store, const struct store_clients_day *rows, size_t count,
                                      struct err *err);
/* The newest first; what cannot be read is passed over. False ends the visits. */
typedef bool store_visit_clients_day(void *context, const struct clients_day *day);
NODISCARD bool store_clients_days(struct store *store, struct str site, uint64_t from_day, uint64_t until_day,
                                  store_visit_clients_day *visit, void *context, struct err *err);
/* Of days before and after these, so many rows at most. */
NODISCARD bool store_forget_clients_days(struct store *store, uint64_t before_day, uint64_t after_day, uint32_t limit,
                                         struct err *err);

/* Where notifications go. Views. */
struct store_channel {
    struct str name, content; /* JSON, nothing secret */
    struct str paused;        /* why nothing is sent there, or empty */
    int64_t digest_s;         /* when its last digest was made; 0: never */
    bool has_secret;
};
typedef bool store_visit_channel(void *context, const struct store_channel *channel);
/* By name. */
NODISCARD bool store_channels(struct store *store, store_visit_channel *visit, void *context, struct err *err);
/*
 * Makes or changes one, together with the audit entry; what is queued there is tried anew. `secret` is sealed; data
 * NULL: the present one stays, empty: it has none.
 */
NODISCARD bool store_put_channel(struct store *store, const struct store_channel *channel, struct str secret,
                                 const struct audit_entry *record, struct err *err);
/* With its deliveries. ERR_NOT_FOUND when there is none. */
NODISCARD bool store_remove_channel(struct store *store, struct str name, const struct audit_entry *record,
                                    struct err *err);
/* Its password or key on the heap, a secret: wipe_free. Size 0 and NULL when it has none. */
NODISCARD bool store_channel_secret(struct store *store, struct str name, void **ret, size_t *ret_size,
                                    struct err *err);
/* Nothing is sent there any more, and why; what waits for it is given up. */
NODISCARD bool store_pause_channel(struct store *store, struct str name, struct str why, int64_t now_s,
                                   struct err *err);

/* Something is told, or what is known of a problem that goes on changes, or both: one transaction. */
struct store_telling {
    const struct notification *notification; /* or NULL */
    const struct str *channels;              /* one delivery each */
    size_t channels_count;
    struct str site;
    enum notify_kind kind;
    const struct notify_standing *standing; /* of site and kind; NULL: leave it */
    bool standing_ends;
    struct str digest_of; /* the channel whose digest it is, or empty */
};
/* *ret_id is the notification's, untouched without one. */
NODISCARD bool store_tell(struct store *store, const struct store_telling *telling, uint64_t *ret_id, struct err *err);
/* What goes on of this kind; *ret_found false: nothing does. */
NODISCARD bool store_standing(struct store *store, struct str site, enum notify_kind kind, struct notify_standing *ret,
                              bool *ret_found, struct err *err);
/* Those of sites that are not in the state any more go. */
NODISCARD bool store_forget_standings(struct store *store, const struct state *state, struct err *err);
typedef bool store_visit_standing(void *context, struct str site, enum notify_kind kind,
                                  const struct notify_standing *standing);
/* The worst first. */
NODISCARD bool store_standings(struct store *store, store_visit_standing *visit, void *context, struct err *err);

typedef bool store_visit_delivery(void *context, const struct notification *notification,
                                  const struct notify_delivery *delivery);
/* What is to be tried now in the channel, the oldest first. Attempts further ahead than `wait_max_s` are due as well:
 * the clock was set back. */
NODISCARD bool store_deliveries_due(struct store *store, struct str channel, int64_t now_s, int64_t wait_max_s,
                                    uint32_t limit, store_visit_delivery *visit, void *context, struct err *err);
NODISCARD bool store_put_deliveries(struct store *store, const struct notify_delivery *rows, size_t count,
                                    struct err *err);
/* The newest first; one without a channel to go to has a delivery with an empty channel. `before_id` 0: from the
 * newest; `id` not 0: that one only. */
NODISCARD bool store_notifications(struct store *store, uint64_t id, uint64_t before_id, uint32_t limit,
                                   store_visit_delivery *visit, void *context, struct err *err);
/* Those from before `before_s` that wait for nothing go, and the oldest of all beyond `count_max`. */
NODISCARD bool store_prune_notifications(struct store *store, int64_t before_s, uint32_t count_max, struct err *err);

/* The answers to requests that carried an idempotency key; kept for a day. False with ERR_NOT_FOUND: never seen. */
NODISCARD bool store_idempotency_get(struct store *store, struct str key, int64_t now_s, struct arena *arena,
                                     struct str *ret_request, uint16_t *ret_status, struct str *ret_body,
                                     struct err *err);
/* The answer again, when more is known of it. */
NODISCARD bool store_idempotency_put(struct store *store, struct str key, int64_t now_s, struct str request,
                                     uint16_t status, struct str body, struct err *err);

/* Accounts of the panel, passkeys and sessions: store/account.h. */

/*
 * A consistent copy of everything but sessions (also the seal key and the local CA, so that it can be restored on
 * another machine: the file is a secret, mode 0600) into a new file. ERR_CONFLICT when the file exists.
 */
NODISCARD bool store_backup(struct store *store, const char *path, struct err *err);
/* What is in a backup, read without touching the store: for the difference and the merge. The caller ends all. */
struct store_backup_content {
    struct state state;
    struct book book;
    int64_t made_s;
    struct hsts_clock_saved clock;
};
NODISCARD bool store_read_backup(const char *path, struct store_backup_content *ret, struct err *err);
/*
 * Puts the backup's certificates, local CA, other CAs, audit log and evidence beside what is there (the union; nothing
 * is removed), so that a store_save with the backup's sites can follow; its accounts only where there is none. Private
 * keys are sealed anew with the present key.
 */
NODISCARD bool store_import_backup(struct store *store, const char *path, struct err *err);

#endif
