/* A data directory that goes with the test, a store in it, and pieces to put into it. */
#ifndef TESTS_STORE_STORE_FIXTURE_H
#define TESTS_STORE_STORE_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "os/file.h"
#include "store/store.h"

struct fixture {
    char directory[40];
    uint8_t key[SEAL_KEY_SIZE];
    struct store *store; /* NULL: closed */
};

#define FIXTURE_PATH_SIZE 128

static inline void fixture_path(const struct fixture *f, const char *name, char path[static FIXTURE_PATH_SIZE])
{
    (void)snprintf(path, FIXTURE_PATH_SIZE, "%s/%s", f->directory, name);
}

static inline void fixture_make_directory(struct fixture *f)
{
    *f = (struct fixture){.key = {1, 2, 3}};
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/strictgate-store-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
}

static inline void fixture_open(struct fixture *f)
{
    struct err err = {0};
    if (!store_open(f->directory, f->key, &f->store, &err))
        fail_msg("%s (%s)", err.text, err.fix);
}

static inline void fixture_close(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
}

static inline void fixture_init(struct fixture *f)
{
    fixture_make_directory(f);
    fixture_open(f);
}

static inline int fixture_remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void fixture_fini(struct fixture *f)
{
    fixture_close(f);
    assert_int_equal(nftw(f->directory, fixture_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* The whole file as text; buf_fini. */
static inline struct buf fixture_read(const struct fixture *f, const char *name)
{
    char path[FIXTURE_PATH_SIZE];
    struct buf content;
    struct err err = {0};
    fixture_path(f, name, path);
    if (!file_read(path, 1 << 24, &content, &err))
        fail_msg("%s", err.text);
    return content;
}

static inline void fixture_write(const struct fixture *f, const char *name, struct str content)
{
    char path[FIXTURE_PATH_SIZE];
    fixture_path(f, name, path);
    FILE *file = fopen(path, "we"); /* not synced: some tests do this hundreds of times */
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.size, file), content.size);
    assert_int_equal(fclose(file), 0);
}

static inline bool fixture_has(const struct fixture *f, const char *name)
{
    char path[FIXTURE_PATH_SIZE];
    fixture_path(f, name, path);
    return access(path, F_OK) == 0;
}

static inline struct site *fixture_site(const char *name)
{
    struct site *site;
    json_t *json = json_pack("{s:s, s:[s]}", "name", name, "upstreams", "http://127.0.0.1:80");
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, NULL));
    json_decref(json);
    return site;
}

/* A state with these sites (ends with NULL), each on `max_age_s`. */
static inline void fixture_state(struct state *state, const char *const *names, uint32_t max_age_s, uint64_t generation)
{
    state_init(state);
    for (; *names; names++) {
        struct site *site = fixture_site(*names);
        site->hsts.mode = HSTS_HOLD;
        site->hsts.max_age_s = max_age_s;
        assert_true(state_add(state, &site, 1, NULL));
        site_unref(site);
    }
    state->generation = generation;
}

static inline void fixture_save(struct fixture *f, const struct store_change *change)
{
    struct err err = {0};
    if (!store_save(f->store, change, &err))
        fail_msg("%s", err.text);
}

static inline void fixture_load(struct fixture *f, struct state *state, struct book *book)
{
    struct err err = {0};
    if (!store_load(f->store, state, book, &err))
        fail_msg("%s", err.text);
}

/* One line a row: what is in a table, to compare with. The text is the caller's to buf_fini. */
static inline bool fixture_note_audit(void *context, const struct audit_entry *entry)
{
    return buf_printf(context, "%llu %lld %.*s %.*s %.*s %.*s %.*s|", (unsigned long long)entry->id,
                      (long long)entry->at_s, STR_ARG(entry->actor), STR_ARG(entry->act), STR_ARG(entry->site),
                      STR_ARG(entry->outcome), STR_ARG(entry->reason));
}

static inline bool fixture_note_ledger(void *context, struct str name, const struct ledger_entry *entry)
{
    return buf_printf(context, "%llu %.*s %lld%s%s cap %lld, %lld to %lld|", (unsigned long long)entry->id,
                      STR_ARG(name), (long long)entry->promise.max_age_s,
                      entry->promise.include_subdomains ? " sub" : "", entry->promise.preload ? " preload" : "",
                      (long long)entry->promise.cap_s, (long long)entry->from_s,
                      entry->to_s == LEDGER_OPEN ? -1LL : (long long)entry->to_s);
}

static inline void fixture_check_audit(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_audit(f->store, STR(""), 0, 1000, fixture_note_audit, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static inline void fixture_check_ledger(struct fixture *f, const char *name, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_ledger(f->store, str_from(name), fixture_note_ledger, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

#endif
