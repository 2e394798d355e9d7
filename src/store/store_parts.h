/*
 * What the files behind store/store.h share: the store itself and one set of functions for each aggregate. For store/
 * only. Functions that write take part in the transaction that is under way; without one each is its own.
 */
#ifndef STORE_STORE_PARTS_H
#define STORE_STORE_PARTS_H

#include "crypto/cert.h"
#include "store/certificate.h"
#include "store/db.h"
#include "store/store.h"

/* 10,000 sites' names, aliases and routes are 10 MB as JSON; one site at a time is written. */
#define STORE_SITE_SIZE_MAX ((size_t)16 << 20)
/* The text of what a migration did. */
#define STORE_NEWS_SIZE 512

struct store {
    struct db *db;
    char *directory; /* NULL: a backup that is read */
    uint8_t seal_key[SEAL_KEY_SIZE];
    bool is_new;
    char news[STORE_NEWS_SIZE];
};

/* store_migrate.c: brings the database to the present version. ERR_INPUT when it is of a newer one or not ours. */
NODISCARD bool store_migrate(struct store *store, struct err *err);

/* takeover.c: what becomes of the files of before, in a new database with all its tables. */
NODISCARD bool takeover_import(struct store *store, struct err *err);
/* takeover_finish.c: what may only be done when the import is on disk; goes on where a crash ended it. Logs what it
 * cannot do. */
void takeover_finish(struct store *store);

/* store_site.c */
NODISCARD bool store_site_load(struct store *store, struct state *ret, struct err *err);
NODISCARD bool store_site_save(struct store *store, const struct state *before, const struct state *after,
                               struct err *err);
NODISCARD bool store_site_save_clock(struct store *store, const struct hsts_clock_saved *clock, struct err *err);
/* Writes what is there already, so that there is no commit without a write. */
NODISCARD bool store_site_touch(struct store *store, struct err *err);
/* Checks that the keys in here were sealed with the store's key, or marks an unmarked database as its own. */
NODISCARD bool store_site_check_seal(struct store *store, struct err *err);

/* store_certificate.c */
/* Takes it in, its key sealed, unless it is there; gives its id. */
NODISCARD bool store_certificate_add(struct store *store, const struct cert *cert,
                                     char id[static CERTIFICATE_ID_SIZE + 1], struct err *err);
/*
 * The chain (DER, one certificate after the other) and the key (PKCS#8, a secret), copied into the arena. ERR_NOT_FOUND
 * when there is none of this id, ERR_SYSTEM when it is not what was stored.
 */
NODISCARD bool store_certificate_get(struct store *store, struct str id, struct arena *arena, struct str *ret_chain,
                                     struct str *ret_key, struct err *err);
/* Whether it is there and opens, chain and key the same. */
NODISCARD bool store_certificate_holds(struct store *store, const struct cert *cert, struct err *err);
/* Cuts the next certificate off a chain. */
NODISCARD bool store_certificate_next(struct str *chain, struct str *ret);
/* True when it was removed, or was not there; not while a stored site refers to it. */
NODISCARD bool store_certificate_remove(struct store *store, struct str id, struct err *err);
typedef bool store_visit_id(void *context, struct str id);
NODISCARD bool store_certificate_each(struct store *store, store_visit_id *visit, void *context, struct err *err);
/* Takes in those of another store that are not here, their keys sealed anew. */
NODISCARD bool store_certificate_import(struct store *store, struct store *from, struct err *err);

/* Seals the keys in here, which `before` (the same rows with another key) opens, with the store's key. */
NODISCARD bool store_certificate_reseal(struct store *store, struct store *before, struct err *err);

/*
 * store_backup.c: takes evidence out of a copy until at most that many rows are left, or nothing more may go. Of
 * thousands of busy sites only; some hundreds keep all of theirs.
 */
NODISCARD bool store_backup_cut(struct db *db, int64_t rows_max, struct err *err);

/* store_restore.c: when the database is a backup that was put there, makes it ours. */
NODISCARD bool store_restore_adopt(struct store *store, struct err *err);

/* store_ledger.c */
NODISCARD bool store_ledger_put(struct store *store, struct str name, const struct ledger_entry *entry,
                                struct err *err);
NODISCARD bool store_ledger_load(struct store *store, struct book *ret, struct err *err);

/* store_audit.c */
NODISCARD bool store_audit_put(struct store *store, const struct audit_entry *entry, struct err *err);
NODISCARD bool store_audit_import(struct store *store, struct store *from, struct err *err);

/* store_idempotency.c */
NODISCARD bool store_idempotency_save(struct store *store, const struct store_answer *answer, struct err *err);

/* store_local_ca.c */
/* Whether exactly this is there and opens. */
NODISCARD bool store_local_ca_holds(struct store *store, struct str root, struct str key);
/* Takes it in where there is none; logs when another one is here. */
NODISCARD bool store_local_ca_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_local_ca_reseal(struct store *store, struct store *before, struct err *err);

/* store_request.c */
/* Takes in those of another store, their keys sealed anew; what is here already is not taken twice. */
NODISCARD bool store_request_import(struct store *store, struct store *from, struct err *err);
/* Seals the keys in here, which `before` opens, with the store's key. */
NODISCARD bool store_request_reseal(struct store *store, struct store *before, struct err *err);

/* store_ca.c */
/* Takes in those whose names are not here; logs those that are. */
NODISCARD bool store_ca_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_ca_reseal(struct store *store, struct store *before, struct err *err);

/* store_account.c */
/*
 * Takes in accounts and passkeys while there is no account here: one that was removed since does not come back, and a
 * password that was changed stays changed.
 */
NODISCARD bool store_account_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_account_reseal(struct store *store, struct store *before, struct err *err);

/* store_acme_order.c */
/* Of a site that is gone. */
NODISCARD bool store_acme_order_drop(struct store *store, struct str site, struct err *err);
/* Of all sites that are gone. */
NODISCARD bool store_acme_order_sweep(struct store *store, struct err *err);
/* Of another machine: all of them. */
NODISCARD bool store_acme_order_reseal(struct store *store, struct err *err);

/* store_root.c */
NODISCARD bool store_root_import(struct store *store, struct store *from, struct err *err);

/* store_life.c */
/*
 * The certificates of `after` are those that its generation publishes: new ones from now on, others not any more.
 * `before` as in store_site_save, which came just before.
 */
NODISCARD bool store_life_save(struct store *store, const struct state *before, const struct state *after,
                               struct err *err);
/* store_dns.c */
/* Zones that are here already stay as they are. */
NODISCARD bool store_dns_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_dns_reseal(struct store *store, struct store *before, struct err *err);

/* store_standing.c */
/* What the telling says of the problem that goes on. */
NODISCARD bool store_standing_put(struct store *store, const struct store_telling *telling, struct err *err);

/* store_channel.c */
/* Takes in those whose names are free here, their secrets sealed anew. */
NODISCARD bool store_channel_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_channel_reseal(struct store *store, struct store *before, struct err *err);

/* store_evidence.c */
/* A site that is gone leaves none: another of the same name proves nothing by it. */
NODISCARD bool store_served_remove(struct store *store, struct str site, struct err *err);
NODISCARD bool store_served_import(struct store *store, struct store *from, struct err *err);

/* store_evidence_key.c */
/* Takes in keys that are not known here; one that signed there signs here where none does. */
NODISCARD bool store_evidence_key_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_evidence_key_reseal(struct store *store, struct store *before, struct err *err);

/* store_inventory.c */
/* Of a site that is gone. */
NODISCARD bool store_inventory_remove(struct store *store, struct str site, struct err *err);
/* Of all sites that are gone. */
NODISCARD bool store_inventory_sweep(struct store *store, struct err *err);
/* Names that are not here, and words for names that nobody here has said anything about. */
NODISCARD bool store_inventory_import(struct store *store, struct store *from, struct err *err);
/* store_inventory_read.c: a row of the columns below. */
struct subname_entry store_subname_row(const struct db_query *row);
#define STORE_SUBNAME_COLUMNS                                                                                          \
    "name, sources, flags, added_s, last_s, cname, verdict, detail, addresses, looked_s, sign_by, sign_s, "            \
    "sign_comment, sign_verdict, except_by, except_s, except_reason, except_until_s"

/* store_counts.c */
/* Of a site that is gone. Searches each moment that there are rows of: some milliseconds. */
NODISCARD bool store_counts_remove(struct store *store, struct str site, struct err *err);
/* Of all sites that are gone. Reads everything once. */
NODISCARD bool store_counts_sweep(struct store *store, struct err *err);
/* The larger of two counts of the same time: an import that is repeated must not add up. */
NODISCARD bool store_counts_import(struct store *store, struct store *from, struct err *err);

/* store_clients.c */
/* Of a site that is gone; of all that are. */
NODISCARD bool store_clients_remove(struct store *store, struct str site, struct err *err);
NODISCARD bool store_clients_sweep(struct store *store, struct err *err);
/* Of two counts of the same day the one that wins (store/clients_day.h). */
NODISCARD bool store_clients_import(struct store *store, struct store *from, struct err *err);
/* Leaves so many bytes at most, of a copy: what is missed least goes first. */
NODISCARD bool store_clients_cut(struct db *db, int64_t size_max, struct err *err);
/* store_coverage.c: merged with what is here. */
NODISCARD bool store_report_import(struct store *store, struct store *from, struct err *err);
NODISCARD bool store_coverage_import(struct store *store, struct store *from, struct err *err);
/* Of a backup: no more rows than that are left, if possible; of the latest weeks. */
NODISCARD bool store_coverage_cut(struct db *db, int64_t rows_max, struct err *err);

#endif
