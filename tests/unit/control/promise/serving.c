#include "serving.h"

void serving_offer(struct serving *serving, const struct told *told)
{
    serving->offered = *told;
    serving->acknowledged = false;
}

static void take(struct server *server, const struct told *told, const struct serving_now *now)
{
    *server = (struct server){.told = *told, .until_s = INT64_MAX};
    bounded_clock_start(&server->clock, told->made_s, now->wall_s, now->elapsed_s);
}

static bool has_offered(const struct serving *serving, size_t worker)
{
    return serving->workers[worker].told.generation == serving->offered.generation;
}

bool serving_switch(struct serving *serving, const struct serving_now *now)
{
    size_t worker = 0;
    if (serving->offered.generation == 0 || serving->acknowledged)
        return false;
    while (worker < SERVING_WORKERS_COUNT && has_offered(serving, worker))
        worker++;
    if (worker < SERVING_WORKERS_COUNT)
        take(&serving->workers[worker], &serving->offered, now);
    for (worker = 0; worker < SERVING_WORKERS_COUNT; worker++)
        if (!has_offered(serving, worker))
            return false;
    serving->acknowledged = true;
    return true;
}

static void start_all(struct serving *serving, const struct told *from, const struct serving_now *now)
{
    serving->offered = (struct told){0};
    serving->acknowledged = false;
    for (size_t i = 0; i < SERVING_WORKERS_COUNT; i++)
        take(&serving->workers[i], from, now);
}

void serving_replace(struct serving *serving, const struct serving_now *now, bool drains)
{
    for (size_t i = 0; drains && i < SERVING_WORKERS_COUNT; i++) {
        struct server *drain = &serving->drains[serving->drains_next++ % SERVING_DRAINS_COUNT];
        *drain = serving->workers[i];
        drain->until_s = now->true_s + SERVING_DRAIN_S;
    }
    start_all(serving, &serving->kept, now);
}

void serving_boot(struct serving *serving, const struct serving_now *now)
{
    for (size_t i = 0; i < SERVING_DRAINS_COUNT; i++)
        serving->drains[i].told.generation = 0;
    serving->kept = serving->sealed;
    start_all(serving, &serving->kept, now);
}

struct server *serving_pick(struct serving *serving, size_t index, int64_t true_s)
{
    struct server *server = index < SERVING_WORKERS_COUNT
                                ? &serving->workers[index]
                                : &serving->drains[(index - SERVING_WORKERS_COUNT) % SERVING_DRAINS_COUNT];
    return server->told.generation && true_s <= server->until_s ? server : NULL;
}

struct str serving_field(const struct server *server, const struct told_name *name, const struct serving_now *now,
                         struct arena *arena)
{
    struct str field = str_from(name->field);
    if (!field.size || !name->cap_s)
        return field;
    return bounded_value(field, name->cap_s, bounded_clock_now(&server->clock, now->wall_s, now->elapsed_s), arena);
}
