/* One map of names, each with all that the list says of it. */
#include "control/subname_intake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "control/record.h"
#include "os/clock.h"
#include "store/jsonout.h"

/* Of the reason in the audit log. */
#define REASON_SIZE 100

void subname_intake_init(struct subname_intake *intake, enum subname_source source)
{
    *intake = (struct subname_intake){.source = SUBNAME_BIT(source)};
    arena_init(&intake->arena, SUBNAME_INTAKE_SIZE_MAX);
    map_init(&intake->known);
    buf_init(&intake->problems, SUBNAME_PROBLEMS_SIZE_MAX);
}

void subname_intake_fini(struct subname_intake *intake)
{
    map_fini(&intake->known);
    buf_fini(&intake->problems);
    arena_fini(&intake->arena);
}

static struct subname_newcomer *find_or_make(struct subname_intake *intake, struct str name)
{
    struct subname_newcomer *row = map_get(&intake->known, name);
    if (row)
        return row;
    row = arena_zalloc(&intake->arena, sizeof *row);
    if (!row || !arena_str(&intake->arena, name, &row->name) || !map_put(&intake->known, row->name, row))
        return NULL;
    intake->count++;
    return row;
}

bool subname_intake_add(struct subname_intake *intake, struct str name, int64_t last_s, struct str cname,
                        struct err *err)
{
    if (intake->count >= SUBNAMES_COUNT_MAX && !map_has(&intake->known, name)) {
        intake->overflow++;
        return true;
    }
    struct subname_newcomer *row = find_or_make(intake, name);
    if (!row || (cname.size && !arena_str(&intake->arena, cname, &row->cname)))
        return err_memory(err);
    row->sources |= intake->source;
    row->last_s = last_s > row->last_s ? last_s : row->last_s;
    return true;
}

static void put_problem(struct subname_intake *intake, uint64_t line, const char *message)
{
    struct jsonout out = {.out = &intake->problems, .comma = intake->problems.size > 0};
    jsonout_object(&out, NULL);
    if (line)
        jsonout_u64(&out, "line", line);
    else
        jsonout_null(&out, "line");
    jsonout_str(&out, "message", str_from(message));
    jsonout_object_end(&out);
    intake->problems_count++;
}

static void on_problem(void *context, uint64_t line, const char *message)
{
    put_problem(context, line, message);
}

void subname_intake_note(struct subname_intake *intake, const char *format, ...)
{
    char message[INVENTORY_PROBLEM_SIZE + NAME_SIZE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    put_problem(intake, 0, message);
}

/* A zone of its own has names that this list does not: whoever gave it should know. */
static void note_zone(struct subname_intake *intake, const struct inventory_name *name)
{
    char message[INVENTORY_PROBLEM_SIZE + NAME_SIZE_MAX];
    if (map_has(&intake->known, name->name) || intake->problems_count >= INVENTORY_PROBLEMS_COUNT_MAX)
        return;
    (void)snprintf(message, sizeof message, "a zone of its own begins at %.*s: its names are not in here",
                   STR_ARG(name->name));
    put_problem(intake, name->line, message);
}

static bool on_name(void *context, const struct inventory_name *name, struct err *err)
{
    struct subname_intake *intake = context;
    bool is_cname = str_eq(name->type, STR("CNAME"));
    if (str_eq(name->type, STR("NS")))
        note_zone(intake, name);
    return subname_intake_add(intake, name->name, 0, is_cname ? name->target : STR(""), err);
}

struct inventory_to subname_intake_to(struct subname_intake *intake)
{
    return (struct inventory_to){.on_name = on_name, .on_problem = on_problem, .context = intake};
}

static struct subname_newcomer *list_rows(const struct subname_intake *intake)
{
    struct subname_newcomer *rows = calloc(intake->count + 1, sizeof *rows);
    size_t at = 0;
    for (struct map_entry *e = NULL; rows && (e = map_next(&intake->known, e));)
        rows[at++] = *(const struct subname_newcomer *)e->value;
    return rows;
}

static const char *source_word(unsigned bit)
{
    unsigned source = 0;
    while (source + 1 < SUBNAME_SOURCES_COUNT && SUBNAME_BIT(source) != bit)
        source++;
    return subname_sources[source];
}

static void note_left_out(struct subname_intake *intake, const struct subname_taken *taken)
{
    if (taken->left_out)
        subname_intake_note(intake,
                            "%zu names were left out: an inventory has at most %d names, all of this gateway together "
                            "%d",
                            taken->left_out, SUBNAMES_COUNT_MAX, SUBNAMES_TOTAL_COUNT_MAX);
}

bool subname_intake_store(struct core *core, struct str site, struct subname_intake *intake, struct str actor,
                          struct subname_taken *ret, struct err *err)
{
    struct record record;
    char reason[REASON_SIZE];
    int64_t now_s = clock_wall_s();
    struct subname_taken taken;
    struct subname_newcomer *rows = list_rows(intake);
    if (!rows)
        return err_memory(err);
    record_init(&record, actor, STR("subdomains.add"), site, now_s);
    (void)snprintf(reason, sizeof reason, "%s: %zu names", source_word(intake->source), intake->count);
    record.entry.reason = str_from(reason);
    bool fine = store_add_subnames(core->store, site, rows, intake->count, now_s, actor.size ? &record.entry : NULL,
                                   &taken, err);
    record_fini(&record);
    free(rows);
    if (!fine)
        return false;
    taken.left_out += intake->overflow;
    note_left_out(intake, &taken);
    *ret = taken;
    return true;
}

bool subname_domain(const struct site *site, struct str *ret, struct err *err)
{
    if (name_kind(site->name) == NAME_IP) {
        (void)err_set(err, ERR_CONFLICT, "%.*s is an address: no name is below it", STR_ARG(site->name));
        return err_fix(err, "keep the inventory at the site of a name");
    }
    *ret = site->name;
    return true;
}
