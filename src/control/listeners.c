/* From the ledger to DATA/bound. */
#include "control/listeners.h"

#include "base/log.h"
#include "control/record.h"
#include "store/bound.h"

/*
 * The end of an open promise moves on with every second; it is written by the hour, for as long as it is open the guard
 * does not go by the date. A fixed one is written by the minute.
 */
#define STEP_OPEN_S   3600
#define STEP_CLOSED_S 60

static int64_t round_up(int64_t until_s, int64_t step_s)
{
    return until_s > BOUND_UNTIL_S_MAX - step_s ? BOUND_UNTIL_S_MAX : (until_s + step_s - 1) / step_s * step_s;
}

static bool is_open(const struct ledger *ledger, int64_t over_s)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].to_s == LEDGER_OPEN &&
            ledger_entry_until(&ledger->entries[i], over_s, LEDGER_ANY) > over_s)
            return true;
    return false;
}

static bool served_names(const struct state *state, struct map *ret_names)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t k = 0; k < site_names_count(state->sites[i]); k++)
            if (!map_put(ret_names, site_name(state->sites[i], k), state->sites[i]))
                return false;
    return true;
}

/*
 * Until when the listener is needed for the name. One that no site serves any more has nothing left to keep, but for
 * other names that it binds: those below it, those that a wildcard covered.
 */
static int64_t needed_until(const struct book *book, const struct map *served, struct str name, int64_t over_s)
{
    bool binds_itself = map_has(served, name) || name_kind(name) == NAME_WILDCARD;
    return ledger_bound_until(book_ledger(book, name), over_s, LEDGER_ANY,
                              binds_itself ? LEDGER_NAME : LEDGER_SUBDOMAINS);
}

/* The binding that lasts longest; nobody's when the book has none. */
static void find_longest(const struct core *core, const struct map *served, struct bound *ret)
{
    int64_t over_s = core_over_s(core), longest_s = over_s;
    for (struct str name = {NULL, 0}; (name = book_next(&core->book, name)).data;) {
        int64_t until_s = needed_until(&core->book, served, name, over_s);
        if (until_s <= over_s)
            continue;
        ret->is_open = ret->is_open || is_open(book_ledger(&core->book, name), over_s);
        if (until_s > longest_s && name_read(name, "name", &ret->name, NULL))
            longest_s = until_s;
    }
    int64_t doubt_s = core_latest_s(core) - over_s;
    int64_t until_s = longest_s > BOUND_UNTIL_S_MAX - doubt_s ? BOUND_UNTIL_S_MAX : longest_s + doubt_s;
    ret->until_s = round_up(until_s, ret->is_open ? STEP_OPEN_S : STEP_CLOSED_S);
}

static bool look_up(const struct core *core, const struct state *state, struct bound *ret)
{
    struct bound bound = {.https_port = core->boot->served_https_port, .http_port = core->boot->http_port};
    struct map served;
    map_init(&served);
    bool fine = core->book.first == NULL || served_names(state, &served);
    if (fine)
        find_longest(core, &served, &bound);
    map_fini(&served);
    if (fine)
        *ret = bound.name.size ? bound : (struct bound){.until_s = 0};
    return fine;
}

static bool write_ports(struct record *record, const struct bound *bound, struct str *ret)
{
    char text[60];
    int size = snprintf(text, sizeof text, "{\"https\":%u,\"http\":%u}", bound->https_port, bound->http_port);
    return arena_str(&record->arena, str_make(text, (size_t)size), ret);
}

/* What the supervisor let pass: by an override, or because it could not know better. */
static bool note_change(struct core *core, const struct bound *before, const struct bound *after, struct err *err)
{
    struct record record;
    record_init(&record, STR("boot file"), STR("listener.change"), name_str(&after->name),
                core->read_clock(core).wall_s);
    const struct store_change change = {.audit = &record.entry, .audit_count = 1};
    bool fine =
        (write_ports(&record, before, &record.entry.before) && write_ports(&record, after, &record.entry.after) &&
         record_override(&record, core->boot->listener_reason ? "keep-listener" : "",
                         str_from(core->boot->listener_reason))) ||
        err_memory(err);
    fine = fine && store_save(core->store, &change, err);
    record_fini(&record);
    return fine;
}

void listeners_keep(struct core *core, const struct state *state)
{
    struct bound before = {.until_s = 0}, after;
    struct err err = {0};
    if (!look_up(core, state, &after)) {
        log_error("out of memory: until when listeners are needed is not written down");
        return;
    }
    bool was_read = bound_load(core->boot->data_directory, &before, &err);
    if (was_read && bound_eq(&before, &after))
        return;
    bool changed = before.name.size && after.name.size && before.https_port != after.https_port;
    if ((changed && !note_change(core, &before, &after, &err)) || !bound_save(core->boot->data_directory, &after, &err))
        log_error("until when listeners are needed is not written down: %s", err.text);
}
