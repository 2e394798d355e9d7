/* The state in memory: an ordered array of shared sites, and what must hold over all of them. */
#include "store/state.h"

#include <stdio.h>
#include <stdlib.h>

#include "snapshot/counters.h"
#include "store/slots.h"

void state_init(struct state *state)
{
    *state = (struct state){0};
    settings_init(&state->settings);
}

void state_fini(struct state *state)
{
    for (size_t i = 0; i < state->sites_count; i++)
        site_unref(state->sites[i]);
    free(state->sites);
    state_init(state);
}

bool state_copy(const struct state *state, struct state *ret, struct err *err)
{
    struct state copy = *state;
    copy.sites_count = 0;
    copy.sites = calloc(state->sites_count + 1, sizeof *copy.sites);
    if (!copy.sites)
        return err_memory(err);
    for (size_t i = 0; i < state->sites_count; i++)
        copy.sites[copy.sites_count++] = site_ref(state->sites[i]);
    *ret = copy;
    return true;
}

int state_compare_names(struct str a, struct str b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_sites(const void *a, const void *b)
{
    const struct site *const *left = a, *const *right = b;
    return state_compare_names((*left)->name, (*right)->name);
}

/* Index of the site, or where it would be. */
static size_t position(const struct state *state, struct str name, bool *ret_found)
{
    size_t from = 0, to = state->sites_count;
    *ret_found = false;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = state_compare_names(state->sites[middle]->name, name);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

struct site *state_find(const struct state *state, struct str name)
{
    bool found;
    size_t at = position(state, name, &found);
    return found ? state->sites[at] : NULL;
}

struct site *state_find_any(const struct state *state, struct str name)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t k = 0; k < site_names_count(state->sites[i]); k++)
            if (str_eq(site_name(state->sites[i], k), name))
                return state->sites[i];
    return NULL;
}

bool state_add(struct state *state, struct site *const *sites, size_t count, struct err *err)
{
    if (state->sites_count + count > COUNTERS_SITES_MAX)
        return err_set(err, ERR_CONFLICT, "there would be %zu sites, at most %d are possible",
                       state->sites_count + count, COUNTERS_SITES_MAX);
    struct site **grown = realloc(state->sites, (state->sites_count + count + 1) * sizeof(struct site *));
    if (!grown)
        return err_memory(err);
    state->sites = grown;
    for (size_t i = 0; i < count; i++)
        state->sites[state->sites_count++] = site_ref(sites[i]);
    qsort(state->sites, state->sites_count, sizeof(struct site *), compare_sites);
    return true;
}

void state_replace(struct state *state, struct site *site)
{
    bool found;
    size_t at = position(state, site->name, &found);
    if (!found)
        return;
    struct site *old = state->sites[at];
    state->sites[at] = site_ref(site);
    site_unref(old);
}

void state_remove(struct state *state, struct str name)
{
    bool found;
    size_t at = position(state, name, &found);
    if (!found)
        return;
    struct site *gone = state->sites[at];
    state->sites_count--;
    memmove(&state->sites[at], &state->sites[at + 1], (state->sites_count - at) * sizeof *state->sites);
    site_unref(gone);
}

/* `visit` is called for every upstream; stops when it says no. */
static bool each_upstream(struct state *state, bool (*visit)(struct slots *slots, uint32_t *slot), struct slots *slots)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t r = 0; r < state->sites[i]->routes_count; r++)
            for (size_t u = 0; u < state->sites[i]->routes[r].upstreams_count; u++)
                if (!visit(slots, &state->sites[i]->routes[r].upstreams[u].slot))
                    return false;
    return true;
}

static bool each_site(struct state *state, bool (*visit)(struct slots *slots, uint32_t *slot), struct slots *slots)
{
    for (size_t i = 0; i < state->sites_count; i++)
        if (!visit(slots, &state->sites[i]->slot))
            return false;
    return true;
}

/* A slot that is out of range or has an owner already is given up; the owner gets another one. */
static bool visit_mark(struct slots *slots, uint32_t *slot)
{
    if (!slots_mark(slots, *slot))
        *slot = UPSTREAM_SLOT_NONE;
    return true;
}

static bool visit_take(struct slots *slots, uint32_t *slot)
{
    return *slot != UPSTREAM_SLOT_NONE || slots_take(slots, slot);
}

static bool assign(struct state *state, uint32_t slots_count, uint32_t *next,
                   bool (*each)(struct state *, bool (*)(struct slots *, uint32_t *), struct slots *), const char *what,
                   struct err *err)
{
    struct slots slots;
    if (!slots_init(&slots, slots_count, *next))
        return err_memory(err);
    (void)each(state, visit_mark, &slots);
    bool enough = each(state, visit_take, &slots);
    *next = slots.next;
    slots_fini(&slots);
    return enough || err_set(err, ERR_CONFLICT, "there are more than %u %s", slots_count, what);
}

bool state_assign_slots(struct state *state, struct err *err)
{
    return assign(state, COUNTERS_SITES_MAX, &state->site_slot_next, each_site, "sites", err) &&
           assign(state, COUNTERS_UPSTREAMS_MAX, &state->upstream_slot_next, each_upstream, "upstreams", err);
}

/* Names of all sites, by hash. */
struct names {
    struct names_place {
        struct str name;
        const struct site *site;
    } * places;
    size_t mask;
};

static const struct site *names_add(struct names *names, struct str name, const struct site *site)
{
    size_t at = str_hash(name) & names->mask;
    for (; names->places[at].site; at = (at + 1) & names->mask)
        if (str_eq(names->places[at].name, name))
            return names->places[at].site;
    names->places[at] = (struct names_place){name, site};
    return NULL;
}

static bool blame(const struct site *site, size_t name_index, size_t list_index, bool is_list, const struct site *owner,
                  struct err *err)
{
    char field[sizeof err->field], before[24] = "";
    if (is_list)
        (void)snprintf(before, sizeof before, "[%zu].", list_index);
    if (name_index)
        (void)snprintf(field, sizeof field, "%saliases[%zu]", before, name_index - 1);
    else
        (void)snprintf(field, sizeof field, "%sname", before);
    struct str name = site_name(site, name_index);
    (void)err_set(err, ERR_CONFLICT, "the name %.*s belongs to the site %.*s already", STR_ARG(name),
                  STR_ARG(owner->name));
    if (err)
        memcpy(err->field, field, sizeof field);
    return err_fix(err, "change or remove the site %.*s first", STR_ARG(owner->name));
}

static bool check_names(const struct state *state, const struct site *replaced, struct site *const *newcomers,
                        size_t count, bool is_list, struct names *names, struct err *err)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t k = 0; state->sites[i] != replaced && k < site_names_count(state->sites[i]); k++)
            (void)names_add(names, site_name(state->sites[i], k), state->sites[i]);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < site_names_count(newcomers[i]); k++) {
            const struct site *owner = names_add(names, site_name(newcomers[i], k), newcomers[i]);
            if (owner)
                return blame(newcomers[i], k, i, is_list, owner, err);
        }
    return true;
}

static size_t count_names(struct site *const *sites, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += site_names_count(sites[i]);
    return total;
}

bool state_check(const struct state *state, const struct site *replaced, struct site *const *newcomers, size_t count,
                 bool is_list, struct err *err)
{
    size_t total = count_names(state->sites, state->sites_count) + count_names(newcomers, count);
    struct names names = {.mask = 1};
    while (names.mask < 2 * total)
        names.mask = names.mask * 2 + 1;
    names.places = calloc(names.mask + 1, sizeof *names.places);
    if (!names.places)
        return err_memory(err);
    bool fine = check_names(state, replaced, newcomers, count, is_list, &names, err);
    free(names.places);
    return fine;
}
