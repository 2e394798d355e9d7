/* For each site that has any: its rows, in an arena of their own that is made anew with every look. */
#include "control/mismatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/map.h"

/* A hundred listening sockets with both sides, and their texts. */
#define ROWS_SIZE_MAX ((size_t)256 * 1024)

struct rows {
    struct arena arena;
    struct str site; /* the key */
    struct evidence_mismatch *items;
    size_t count, capacity;
};

struct mismatches {
    struct store *store;
    struct map sites; /* name → struct rows */
};

static void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    arena_fini(&rows->arena);
    free(rows);
}

/* NULL when memory ran out. */
static struct rows *rows_new(struct str site, size_t capacity)
{
    struct rows *rows = calloc(1, sizeof *rows);
    if (!rows)
        return NULL;
    arena_init(&rows->arena, ROWS_SIZE_MAX);
    rows->capacity = capacity;
    rows->items = arena_zalloc(&rows->arena, (capacity + 1) * sizeof *rows->items);
    if (rows->items && arena_str(&rows->arena, site, &rows->site))
        return rows;
    rows_free(rows);
    return NULL;
}

/* A copy of the row, with all its texts. */
static bool rows_add(struct rows *rows, const struct evidence_mismatch *row)
{
    struct evidence_mismatch copy = *row;
    struct str *const texts[] = {&copy.side,   &copy.place,   &copy.name,   &copy.fingerprint,
                                 &copy.serial, &copy.subject, &copy.issuer, &copy.why};
    if (rows->count == rows->capacity)
        return true; /* the worst are told; a listing of hundreds helps nobody */
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!arena_str(&rows->arena, *texts[i], texts[i]))
            return false;
    copy.site = rows->site;
    rows->items[rows->count++] = copy;
    return true;
}

/* Rows of before the restart come site by site. */
#define STORED_COUNT_MAX 256

static bool take_stored(void *context, const struct evidence_mismatch *row)
{
    struct mismatches *mismatches = context;
    struct rows *rows = map_get(&mismatches->sites, row->site);
    if (!rows) {
        rows = rows_new(row->site, STORED_COUNT_MAX);
        if (!rows || !map_put(&mismatches->sites, rows->site, rows)) {
            rows_free(rows);
            return false;
        }
    }
    return rows_add(rows, row);
}

bool mismatches_new(struct store *store, struct mismatches **ret, struct err *err)
{
    struct mismatches *mismatches = calloc(1, sizeof *mismatches);
    if (!mismatches)
        return err_memory(err);
    mismatches->store = store;
    map_init(&mismatches->sites);
    if (!store_mismatches(store, take_stored, mismatches, err)) {
        mismatches_free(mismatches);
        return false;
    }
    *ret = mismatches;
    return true;
}

void mismatches_free(struct mismatches *mismatches)
{
    if (!mismatches)
        return;
    for (struct map_entry *e = NULL; (e = map_next(&mismatches->sites, e));)
        rows_free(e->value);
    map_fini(&mismatches->sites);
    free(mismatches);
}

static const struct evidence_mismatch *find(const struct rows *rows, struct str side, struct str place)
{
    for (size_t i = 0; rows && i < rows->count; i++)
        if (str_eq(rows->items[i].side, side) && str_eq(rows->items[i].place, place))
            return &rows->items[i];
    return NULL;
}

static bool is_same(const struct evidence_mismatch *a, const struct evidence_mismatch *b)
{
    return a && b && str_eq(a->fingerprint, b->fingerprint);
}

/* What was seen, continued from before: the same certificate at the same place since then. */
static bool add_seen(struct rows *rows, const struct rows *before, const struct served_place *seen, int64_t now_s)
{
    struct evidence_mismatch row = {.side = str_from(cert_side_name(seen->side)),
                                    .place = str_from(seen->where),
                                    .name = str_from(seen->name),
                                    .fingerprint = str_from(seen->fingerprint),
                                    .serial = str_from(seen->serial),
                                    .subject = str_from(seen->subject),
                                    .issuer = str_from(seen->issuer),
                                    .why = str_from(seen->why),
                                    .not_after_s = seen->not_after_s,
                                    .since_s = now_s,
                                    .at_s = now_s};
    const struct evidence_mismatch *old = find(before, row.side, row.place);
    if (seen->state == SERVED_RIGHT)
        return true;
    if (seen->state == SERVED_UNSEEN)
        return !old || rows_add(rows, old);
    if (is_same(old, &row))
        row.since_s = old->since_s;
    return rows_add(rows, &row);
}

static bool gather(struct rows *rows, const struct rows *before, const struct served_report *report, int64_t now_s)
{
    for (size_t i = 0; i < report->places_count; i++)
        if (!add_seen(rows, before, &report->places[i], now_s))
            return false;
    return true;
}

const char *mismatch_text(const struct evidence_mismatch *row, char room[static MISMATCH_TEXT_SIZE])
{
    struct tm utc;
    char since[32] = "?";
    time_t moment = (time_t)row->since_s;
    if (gmtime_r(&moment, &utc))
        (void)strftime(since, sizeof since, "%Y-%m-%d %H:%M UTC", &utc);
    if (row->fingerprint.size)
        (void)snprintf(room, MISMATCH_TEXT_SIZE,
                       "%.*s serves another certificate for %.*s than the stored %s one: serial %.*s of %.*s, SHA-256 "
                       "%.16s..., since %s",
                       STR_ARG(row->place), STR_ARG(str_part(row->name, 0, 80)),
                       str_eq(row->side, STR("rsa")) ? "RSA" : "ECDSA", STR_ARG(row->serial),
                       STR_ARG(str_part(row->issuer, 0, 100)), row->fingerprint.data, since);
    else
        (void)snprintf(room, MISMATCH_TEXT_SIZE, "%.*s, asked for %.*s (%s), %.*s, since %s", STR_ARG(row->place),
                       STR_ARG(str_part(row->name, 0, 80)), str_eq(row->side, STR("rsa")) ? "RSA" : "ECDSA",
                       STR_ARG(str_part(row->why, 0, 200)), since);
    return room;
}

static bool was_seen_right(const struct served_report *report, const struct evidence_mismatch *row)
{
    for (size_t i = 0; i < report->places_count; i++) {
        const struct served_place *place = &report->places[i];
        if (place->state == SERVED_RIGHT && str_eq(str_from(place->where), row->place) &&
            str_eq(str_from(cert_side_name(place->side)), row->side))
            return true;
    }
    return false;
}

static void tell(const struct rows *before, const struct rows *after, const struct served_report *report)
{
    char room[MISMATCH_TEXT_SIZE];
    for (size_t i = 0; after && i < after->count; i++) {
        const struct evidence_mismatch *row = &after->items[i];
        if (!is_same(find(before, row->side, row->place), row))
            log_error("%.*s: not the stored certificate is served: %s", STR_ARG(row->site), mismatch_text(row, room));
    }
    for (size_t i = 0; before && i < before->count; i++) {
        const struct evidence_mismatch *row = &before->items[i];
        if (find(after, row->side, row->place))
            continue;
        if (was_seen_right(report, row))
            log_notice("%.*s: %.*s serves the stored %.*s certificate again", STR_ARG(row->site), STR_ARG(row->place),
                       STR_ARG(row->side));
        else
            log_notice("%.*s: %.*s is not asked for the %.*s certificate any more: that it served another is over",
                       STR_ARG(row->site), STR_ARG(row->place), STR_ARG(row->side));
    }
}

/* `take_after` takes the place of what is known of the site; NULL: nothing is wrong any more. */
static bool replace(struct mismatches *mismatches, struct rows *before, struct rows *take_after)
{
    if (before)
        (void)map_remove(&mismatches->sites, before->site);
    rows_free(before);
    if (!take_after || map_put(&mismatches->sites, take_after->site, take_after))
        return true;
    rows_free(take_after);
    return false;
}

bool mismatches_seen(struct mismatches *mismatches, struct str site, const struct served_report *report, int64_t now_s,
                     struct err *err)
{
    struct rows *before = map_get(&mismatches->sites, site);
    struct rows *after = rows_new(site, report->places_count);
    if (!after || !gather(after, before, report, now_s)) {
        rows_free(after);
        return err_memory(err);
    }
    tell(before, after, report);
    bool changed = before || after->count;
    bool fine = !changed || store_put_mismatches(mismatches->store, site, after->items, after->count, err);
    if (after->count == 0) {
        rows_free(after);
        after = NULL;
    }
    return (replace(mismatches, before, after) || err_memory(err)) && fine;
}

const struct evidence_mismatch *mismatches_of(const struct mismatches *mismatches, struct str site, size_t *ret_count)
{
    const struct rows *rows = map_get(&mismatches->sites, site);
    *ret_count = rows ? rows->count : 0;
    return rows ? rows->items : NULL;
}

/* What has no certificate has none that another could stand in place of. */
static bool is_served(const struct site *site)
{
    return site && site_has_certificate(site);
}

static struct rows *find_gone(const struct mismatches *mismatches, const struct state *state)
{
    for (struct map_entry *e = NULL; (e = map_next(&mismatches->sites, e));)
        if (!is_served(state_find(state, e->key)))
            return e->value;
    return NULL;
}

void mismatches_keep(struct mismatches *mismatches, const struct state *state)
{
    for (struct rows *gone; (gone = find_gone(mismatches, state));)
        (void)replace(mismatches, gone, NULL);
}
