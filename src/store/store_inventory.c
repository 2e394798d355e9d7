/* The inventories of sites: names that come and go, and what people say of them. */
#include "store/store_parts.h"

/* A table, and what is done within one transaction. */
typedef bool part(struct store *store, void *context, struct err *err);

static bool in_transaction(struct store *store, part *work, void *context, const struct audit_entry *record,
                           struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (work(store, context, err) && (!record || store_audit_put(store, record, err)))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

/* ---- names come in ---- */

/* Names that there are: of the site, of them those that were only seen, and of all sites. */
struct room {
    size_t own, own_seen, all;
};

static bool count_names(struct store *store, struct str site, struct room *ret, struct err *err)
{
    int64_t all;
    struct db_query query =
        db_query(store->db, "SELECT count(*), coalesce(sum(sources = ?2), 0) FROM inventory_name WHERE site = ?1");
    struct room room = {0};
    db_bind_str(&query, site);
    db_bind_i64(&query, SUBNAME_BIT(SUBNAME_SEEN));
    if (db_next(&query)) {
        room.own = (size_t)db_i64(&query, 0);
        room.own_seen = (size_t)db_i64(&query, 1);
    }
    if (!db_end(&query, err) || !db_number(store->db, "SELECT count(*) FROM inventory_name", &all, err))
        return false;
    room.all = (size_t)all;
    *ret = room;
    return true;
}

/* What strangers ask for leaves room for what somebody lists. */
static bool has_room(const struct room *room, bool is_seen)
{
    if (is_seen && (room->own_seen >= SUBNAMES_SEEN_COUNT_MAX || room->all >= SUBNAMES_TOTAL_COUNT_MAX / 2))
        return false;
    return room->own < SUBNAMES_COUNT_MAX && room->all < SUBNAMES_TOTAL_COUNT_MAX;
}

/* *ret_known: it was there, and has the sources as well now. */
static bool note_again(struct store *store, struct str site, const struct subname_newcomer *row, int64_t now_s,
                       bool *ret_known, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE inventory_name SET sources = sources | ?3, last_s = max(last_s, ?4), "
                            "cname = coalesce(nullif(?5, ''), cname) WHERE site = ?1 AND name = ?2 RETURNING 1");
    db_bind_str(&query, site);
    db_bind_str(&query, row->name);
    db_bind_i64(&query, row->sources);
    db_bind_i64(&query, row->last_s ? row->last_s : now_s);
    db_bind_str(&query, row->cname);
    *ret_known = db_next(&query);
    return db_end(&query, err);
}

static bool insert(struct store *store, struct str site, const struct subname_newcomer *row, int64_t now_s,
                   struct err *err)
{
    struct db_query query =
        db_query(store->db, "INSERT INTO inventory_name (site, name, sources, added_s, last_s, cname) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_str(&query, site);
    db_bind_str(&query, row->name);
    db_bind_i64(&query, row->sources);
    db_bind_i64(&query, now_s);
    db_bind_i64(&query, row->last_s ? row->last_s : now_s);
    db_bind_str(&query, row->cname);
    return db_run(&query, err);
}

static bool make_inventory(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO inventory (site) VALUES (?1) ON CONFLICT DO NOTHING");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

struct adding {
    struct str site;
    const struct subname_newcomer *rows;
    size_t count;
    int64_t now_s;
    struct subname_taken taken;
};

static bool add_one(struct store *store, struct adding *a, const struct subname_newcomer *row, struct room *room,
                    struct err *err)
{
    bool known, is_seen = row->sources == SUBNAME_BIT(SUBNAME_SEEN);
    if (!note_again(store, a->site, row, a->now_s, &known, err))
        return false;
    bool is_new = !known && has_room(room, is_seen);
    if (is_new && !insert(store, a->site, row, a->now_s, err))
        return false;
    room->own += is_new;
    room->own_seen += is_new && is_seen;
    room->all += is_new;
    a->taken.known += known;
    a->taken.added += is_new;
    a->taken.left_out += !known && !is_new;
    return true;
}

static bool add_all(struct store *store, void *context, struct err *err)
{
    struct adding *a = context;
    struct room room;
    if (!make_inventory(store, a->site, err) || !count_names(store, a->site, &room, err))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!add_one(store, a, &a->rows[i], &room, err))
            return false;
    return true;
}

bool store_add_subnames(struct store *store, struct str site, const struct subname_newcomer *rows, size_t count,
                        int64_t now_s, const struct audit_entry *record, struct subname_taken *ret, struct err *err)
{
    struct adding adding = {.site = site, .rows = rows, .count = count, .now_s = now_s};
    if (!in_transaction(store, add_all, &adding, record, err))
        return false;
    *ret = adding.taken;
    return true;
}

/* What weighs nothing is as subname_weighs_nothing has it. */
bool store_forget_subnames(struct store *store, struct str site, struct err *err)
{
    struct db_query query =
        db_query(store->db, "DELETE FROM inventory_name WHERE site = ?1 AND sources = ?2 AND looked_s > 0 AND "
                            "(verdict IN ('dead', 'unlooked') OR flags & ?3) AND sign_by = '' AND except_by = '' AND "
                            "NOT EXISTS (SELECT 1 FROM seen_name WHERE seen_name.name = inventory_name.name)");
    db_bind_str(&query, site);
    db_bind_i64(&query, SUBNAME_BIT(SUBNAME_SEEN));
    db_bind_i64(&query, SUBNAME_BIT(SUBNAME_WILDCARD));
    return db_run(&query, err);
}

/* ---- one name ---- */

struct of_name {
    struct str site, name;
    const struct store_subname_words *words;
};

static bool no_such_name(const struct of_name *of, struct err *err)
{
    (void)err_set(err, ERR_NOT_FOUND, "the inventory of %.*s has no name %.*s", STR_ARG(of->site), STR_ARG(of->name));
    return err_fix(err, "\"strictgate subdomains list %.*s\" shows those that it has",
                   STR_ARG(str_part(of->site, 0, 150)));
}

static bool run_of_name(struct db_query *query, const struct of_name *of, struct err *err)
{
    bool found = db_next(query);
    return db_end(query, err) && (found || no_such_name(of, err));
}

static bool remove_one(struct store *store, void *context, struct err *err)
{
    const struct of_name *of = context;
    struct db_query query = db_query(store->db, "DELETE FROM inventory_name WHERE site = ?1 AND name = ?2 RETURNING 1");
    db_bind_str(&query, of->site);
    db_bind_str(&query, of->name);
    return run_of_name(&query, of, err);
}

bool store_remove_subname(struct store *store, struct str site, struct str name, const struct audit_entry *record,
                          struct err *err)
{
    struct of_name of = {.site = site, .name = name};
    return in_transaction(store, remove_one, &of, record, err);
}

static void bind_word(struct db_query *query, const struct of_name *of, const struct subname_word *word)
{
    db_bind_str(query, of->site);
    db_bind_str(query, of->name);
    db_bind_str(query, word->by);
    db_bind_i64(query, word->at_s);
    db_bind_str(query, word->text);
}

static bool put_sign_off(struct store *store, const struct of_name *of, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE inventory_name SET sign_by = ?3, sign_s = ?4, sign_comment = ?5, "
                            "sign_verdict = verdict WHERE site = ?1 AND name = ?2 RETURNING 1");
    bind_word(&query, of, of->words->sign_off);
    return run_of_name(&query, of, err);
}

static bool put_exception(struct store *store, const struct of_name *of, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE inventory_name SET except_by = ?3, except_s = ?4, except_reason = ?5, "
                            "except_until_s = ?6 WHERE site = ?1 AND name = ?2 RETURNING 1");
    bind_word(&query, of, of->words->exception);
    db_bind_i64(&query, of->words->exception_until_s);
    return run_of_name(&query, of, err);
}

static bool put_words(struct store *store, void *context, struct err *err)
{
    const struct of_name *of = context;
    return (!of->words->sign_off || put_sign_off(store, of, err)) &&
           (!of->words->exception || put_exception(store, of, err));
}

bool store_put_subname_words(struct store *store, struct str site, struct str name,
                             const struct store_subname_words *words, const struct audit_entry *record, struct err *err)
{
    struct of_name of = {.site = site, .name = name, .words = words};
    return in_transaction(store, put_words, &of, record, err);
}

/* ---- with the site, and from a backup ---- */

bool store_inventory_remove(struct store *store, struct str site, struct err *err)
{
    struct db_query names = db_query(store->db, "DELETE FROM inventory_name WHERE site = ?1");
    db_bind_str(&names, site);
    if (!db_run(&names, err))
        return false;
    struct db_query query = db_query(store->db, "DELETE FROM inventory WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_inventory_sweep(struct store *store, struct err *err)
{
    return db_script(store->db,
                     "DELETE FROM inventory_name WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM inventory WHERE site NOT IN (SELECT name FROM site);",
                     err);
}

/* What was looked at elsewhere is looked at anew from here. */
static bool import_name(struct store *store, struct str site, const struct subname_entry *name, struct err *err)
{
    struct db_query query = db_query(
        store->db,
        "INSERT INTO inventory_name (site, name, sources, added_s, last_s, cname, sign_by, sign_s, sign_comment, "
        "sign_verdict, except_by, except_s, except_reason, except_until_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
        "?10, ?11, ?12, ?13, ?14) ON CONFLICT (site, name) DO UPDATE SET sources = sources | excluded.sources, "
        "added_s = min(added_s, excluded.added_s), last_s = max(last_s, excluded.last_s)");
    const struct subname_word *words[] = {&name->sign_off, &name->exception};
    db_bind_str(&query, site);
    db_bind_str(&query, name->name);
    db_bind_i64(&query, name->sources);
    db_bind_i64(&query, name->added_s);
    db_bind_i64(&query, name->last_s);
    db_bind_str(&query, name->cname);
    for (size_t i = 0; i < 2; i++) {
        db_bind_str(&query, words[i]->by);
        db_bind_i64(&query, words[i]->at_s);
        db_bind_str(&query, words[i]->text);
        if (i == 0)
            db_bind_str(&query, str_from(subname_verdicts[name->signed_verdict]));
    }
    db_bind_i64(&query, name->exception_until_s);
    return db_run(&query, err);
}

/* Each inventory is bounded where it comes from; both together may have more than there is room for, once. */
bool store_inventory_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query =
        db_query(from->db, "SELECT " STORE_SUBNAME_COLUMNS ", site FROM inventory_name ORDER BY site, name");
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct subname_entry name = store_subname_row(&query);
        struct str site = db_str(&query, 18);
        fine = make_inventory(store, site, err) && import_name(store, site, &name, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}
