#include "control/came.h"

#include <stdio.h>

#include "base/log.h"
#include "control/totals.h"
#include "crypto/random.h"
#include "http/address.h"
#include "os/memfd.h"
#include "snapshot/hash.h"

static int64_t wall_s(const struct core *core)
{
    return core->read_clock(core).wall_s;
}

/* With a salt of its own, and all pages given back; unless it is begun already. */
static bool is_begun(struct clients_salt *salt, uint64_t since, int64_t now_s, void *pages, size_t size)
{
    struct err err = {0};
    struct clients_salt fresh = {.since = since, .made_at_s = now_s};
    if (salt->since == since)
        return true;
    if (!memfd_empty(pages, size, &err) || !random_bytes(fresh.key, sizeof fresh.key, &err)) {
        log_error("who comes is not noted: %s", err.text);
        return false;
    }
    *salt = fresh;
    return true;
}

/* The same memory for what browsers report, which goes with the salt. */
static bool reports_are_empty(struct clients *clients, uint64_t day)
{
    struct err err = {0};
    if (clients->day_salts[day % 2].since == day ||
        memfd_empty(clients->reports[day % 2], sizeof clients->reports[day % 2], &err))
        return true;
    log_error("reports are not noted: %s", err.text);
    return false;
}

/*
 * The memory was the one of the day before yesterday: nobody writes there. What is not begun is not counted. A clock
 * that is set back over midnight finds the day as it left it.
 */
void came_turn(struct core *core)
{
    struct clients *clients = core->clients;
    int64_t now_s = wall_s(core);
    uint64_t day = clients_day_of(now_s), week = clients_week_of(day);
    if (!clients || !day)
        return;
    if (clients->week != week && is_begun(&clients->week_salts[week % 2], week, now_s, clients->weeks[week % 2],
                                          sizeof clients->weeks[week % 2]))
        __atomic_store_n(&clients->week, week, __ATOMIC_RELEASE);
    if (clients->day != day && reports_are_empty(clients, day) &&
        is_begun(&clients->day_salts[day % 2], day, now_s, clients->sites[day % 2], sizeof clients->sites[day % 2]))
        __atomic_store_n(&clients->day, day, __ATOMIC_RELEASE);
}

static void empty(void *pages, size_t size)
{
    struct err err = {0};
    if (!memfd_empty(pages, size, &err))
        memset(pages, 0, size);
}

static void empty_slot(struct clients *clients, uint32_t slot)
{
    for (size_t i = 0; i < 2; i++) {
        empty(&clients->weeks[i][slot], sizeof clients->weeks[i][slot]);
        empty(&clients->reports[i][slot], sizeof clients->reports[i][slot]);
        empty(&clients->sites[i][slot], sizeof clients->sites[i][slot]);
    }
}

/* Even, which no site's owner is: what a draining gateway may still write there is the next one's to empty. */
#define OWNER_GONE 2

/* What was seen of a site goes with it, also when another one of its name comes on the same day. */
static void forget_gone(struct clients *clients, const struct state *state)
{
    uint64_t held[CLIENTS_SITES_COUNT / 64] = {0};
    for (size_t i = 0; i < state->sites_count; i++)
        if (state->sites[i]->slot < CLIENTS_SITES_COUNT)
            held[state->sites[i]->slot / 64] |= (uint64_t)1 << state->sites[i]->slot % 64;
    for (uint32_t slot = 0; slot < CLIENTS_SITES_COUNT; slot++) {
        if (!clients->owners[slot] || clients->owners[slot] == OWNER_GONE || held[slot / 64] >> slot % 64 & 1)
            continue;
        empty_slot(clients, slot);
        clients->owners[slot] = OWNER_GONE;
    }
}

bool came_is_touched(const struct core *core, const struct site *site)
{
    return !core->counters ||
           totals_of_site(core->counters, site->slot, offsetof(struct counters_site, requests_https)) ||
           totals_of_site(core->counters, site->slot, offsetof(struct counters_site, requests_http)) ||
           totals_of_failures_moved(core->counters, site->slot);
}

/*
 * In this order: whoever comes in between is of the new rung already, and nobody is left out. Before the first week
 * nobody was noted, and the memory of all sites, which is looked at when control begins, would be given pages by this.
 */
static void begin_rung(const struct core *core, const struct site *site)
{
    struct clients *clients = core->clients;
    uint64_t since = site->hsts.since_s > 0 ? (uint64_t)site->hsts.since_s : 0;
    if (clients->rungs[site->slot] == since)
        return;
    if (clients->week && came_is_touched(core, site))
        weeks_begin_rung(&clients->weeks[clients->week % 2][site->slot]);
    __atomic_store_n(&clients->rungs[site->slot], since, __ATOMIC_RELEASE);
}

void came_keep(struct core *core)
{
    struct clients *clients = core->clients;
    if (clients)
        forget_gone(clients, &core->state);
    for (size_t i = 0; clients && i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        uint64_t owner = snapshot_hash(site->name.data, site->name.size, 0) | 1; /* 0: nobody */
        if (site->slot >= CLIENTS_SITES_COUNT)
            continue;
        if (clients->owners[site->slot] && clients->owners[site->slot] != owner)
            empty_slot(clients, site->slot);
        clients->owners[site->slot] = owner;
        begin_rung(core, site);
    }
}

uint64_t came_day(const struct core *core)
{
    return core->clients ? core->clients->day : 0;
}

bool came_sum(const struct core *core, const struct site *site, uint64_t day, struct clients_sum *ret)
{
    const struct clients *clients = core->clients;
    uint64_t today = came_day(core);
    if (!day || day > today || clients->day_salts[day % 2].since != day || site->slot >= CLIENTS_SITES_COUNT)
        return false;
    int64_t passed_s = wall_s(core) - (int64_t)day * 86400;
    *ret = (struct clients_sum){0};
    if (came_is_touched(core, site))
        clients_sum(&clients->sites[day % 2][site->slot], passed_s > 0 ? (uint64_t)passed_s : 0, ret);
    return true;
}

bool came_anybody(const struct core *core, const struct site *site)
{
    return core->clients && totals_of_site(core->counters, site->slot, offsetof(struct counters_site, requests_https));
}

uint64_t came_week(const struct core *core)
{
    return core->clients ? core->clients->week : 0;
}

int64_t came_week_known_s(const struct core *core, uint64_t week)
{
    const struct clients_salt *salt = core->clients ? &core->clients->week_salts[week % 2] : NULL;
    return salt && salt->since == week ? salt->made_at_s : INT64_MAX;
}

const struct clients_sample *came_sample(const struct core *core, const struct site *site, uint64_t week)
{
    const struct clients *clients = core->clients;
    if (!clients || !week || week > clients->week || site->slot >= CLIENTS_SITES_COUNT ||
        clients->week_salts[week % 2].since != week)
        return NULL;
    return &clients->weeks[week % 2][site->slot];
}

struct str came_network_text(uint64_t network, char room[static CAME_NETWORK_SIZE])
{
    unsigned bits_count;
    uint32_t bits = clients_network_bits(network, &bits_count);
    struct address address = {.family = bits_count == 16 ? ADDRESS_IP4 : ADDRESS_IP6};
    char text[ADDRESS_TEXT_SIZE];
    for (unsigned i = 0; i < bits_count / 8; i++)
        address.bytes[i] = (uint8_t)(bits >> (bits_count - 8 * (i + 1)));
    struct str written = address_write(&address, text);
    int size = snprintf(room, CAME_NETWORK_SIZE, "%.*s/%u", STR_ARG(written), bits_count);
    return str_make(room, (size_t)size);
}
