/* Private roots of a declarative set: {"certificate_pem"}, known by their fingerprints. */
#include <stdlib.h>

#include "control/apply_part.h"
#include "control/record.h"
#include "control/watch.h"
#include "crypto/root.h"
#include "os/clock.h"
#include "store/members.h"

/* More than any installation relies on. */
#define ROOTS_COUNT_MAX 64

struct content {
    struct arena arena;
    struct root root;
};

static void free_content(void *content)
{
    struct content *c = content;
    if (c)
        arena_fini(&c->arena);
    free(c);
}

static json_t *shown(struct str subject, struct str fingerprint, struct err *err)
{
    json_t *json = json_pack("{s:s%, s:s%}", "subject", subject.data, subject.size, "fingerprint_sha256",
                             fingerprint.data, fingerprint.size);
    if (!json)
        (void)err_memory(err);
    return json;
}

struct search {
    struct str fingerprint;
    bool found;
};

static bool look_at(void *context, const struct store_root *row)
{
    struct search *s = context;
    s->found = s->found || str_eq(row->fingerprint, s->fingerprint);
    return !s->found;
}

/* Takes the content: a part of a root that is not there yet. */
static bool add(struct core *core, struct apply_parts *parts, struct content *take_content, struct err *err)
{
    struct search search = {.fingerprint = str_from(take_content->root.fingerprint)};
    struct apply_part part = {.kind = &apply_roots, .name = search.fingerprint, .content = take_content};
    if (apply_parts_name(parts, "certificate_pem", search.fingerprint, err) &&
        store_roots(core->store, look_at, &search, err) && !search.found &&
        (part.after = shown(take_content->root.subject, search.fingerprint, err)))
        return apply_parts_add(parts, &part, err);
    free_content(take_content);
    return search.found;
}

static bool declare(struct core *core, const json_t *json, struct apply_parts *parts, struct err *err)
{
    static const char *const members[] = {"certificate_pem", NULL};
    struct str pem = {NULL, 0};
    struct err why = {0};
    if (!members_only(json, "", members, err) ||
        !members_str(json, "", "certificate_pem", CERT_FILE_SIZE_MAX, &pem, err))
        return false;
    struct content *c = calloc(1, sizeof *c);
    if (!c)
        return err_memory(err);
    arena_init(&c->arena, 4 * CERT_FILE_SIZE_MAX);
    if (root_read(pem, clock_wall_s(), &c->arena, &c->root, &why))
        return add(core, parts, c, err);
    free_content(c);
    if (why.code == ERR_MEMORY)
        return err_memory(err);
    (void)err_field(err, "certificate_pem", "%s", why.text);
    return err_fix(err, "%s", why.fix);
}

struct removal {
    struct apply_parts *parts;
    bool fine;
    struct err *err;
};

static bool take_back(void *context, const struct store_root *row)
{
    struct removal *r = context;
    if (apply_parts_has(r->parts, row->fingerprint))
        return true;
    const struct apply_part part = {
        .kind = &apply_roots, .name = row->fingerprint, .before = shown(row->subject, row->fingerprint, r->err)};
    r->fine = part.before && apply_parts_add(r->parts, &part, r->err);
    return r->fine;
}

static bool finish(struct core *core, bool remove_others, struct apply_parts *parts, struct err *err)
{
    struct removal removal = {.parts = parts, .fine = true, .err = err};
    return !remove_others || (store_roots(core->store, take_back, &removal, err) && removal.fine);
}

static bool write(struct core *core, const struct apply_part *part, struct str actor, struct err *err)
{
    const struct content *c = part->content;
    struct record record;
    struct store_root row = {.fingerprint = part->name, .declared_s = clock_wall_s()};
    if (c) {
        row.subject = c->root.subject;
        row.pem = c->root.pem;
        row.not_after_s = c->root.not_after_s;
    }
    record_init(&record, actor, c ? STR("root.declare") : STR("root.withdraw"), STR(""), row.declared_s);
    record.entry.reason = part->name;
    bool fine = store_put_root(core->store, &row, &record.entry, err);
    record_fini(&record);
    return fine;
}

static void taken(struct core *core, const struct apply_part *part)
{
    (void)part;
    watch_doubt(core->watch);
}

const struct apply_kind apply_roots = {.list = "private_roots",
                                       .count_max = ROOTS_COUNT_MAX,
                                       .declare = declare,
                                       .finish = finish,
                                       .write = write,
                                       .taken = taken,
                                       .free = free_content};
