#include "serving.h"

void serving_init(struct serving *serving)
{
    memset(serving, 0, sizeof *serving);
}

static void start_gateway(struct serving *serving, const struct snapshot *snapshot)
{
    serving->current = (struct gateway){.alive = true};
    for (size_t i = 0; i < WORKERS_COUNT; i++) {
        serving->current.workers[i].alive = true;
        serving->current.workers[i].snapshot = *snapshot;
    }
}

void serving_publish(struct serving *serving, const struct snapshot *snapshot)
{
    serving->sent = *snapshot;
    if (!serving->current.alive)
        start_gateway(serving, &serving->kept);
}

void serving_acknowledge(struct serving *serving, size_t worker)
{
    if (serving->sent.generation && serving->current.workers[worker].alive)
        serving->current.workers[worker].snapshot = serving->sent;
}

bool serving_all_acknowledged(const struct serving *serving, uint64_t generation)
{
    if (!serving->current.alive || serving->sent.generation != generation)
        return false;
    for (size_t i = 0; i < WORKERS_COUNT; i++)
        if (serving->current.workers[i].alive && serving->current.workers[i].snapshot.generation != generation)
            return false;
    return true;
}

void serving_keep(struct serving *serving)
{
    if (serving->sent.generation && serving_all_acknowledged(serving, serving->sent.generation))
        serving->kept = serving->sent;
}

void serving_worker_dies(struct serving *serving, size_t worker)
{
    serving->current.workers[worker].alive = false;
}

/* What control had sent to the dead one is not sent again by itself: the new one has the kept snapshot. */
void serving_gateway_dies(struct serving *serving)
{
    serving->sent = (struct snapshot){0};
    start_gateway(serving, &serving->kept);
}

void serving_upgrade(struct serving *serving, int64_t true_s)
{
    if (!serving->current.alive)
        return;
    struct gateway old = serving->current;
    old.drains_until_s = true_s + SERVING_DRAIN_S;
    size_t place = serving->draining[0].alive ? 1 : 0;
    serving->draining[place] = old;
    serving_gateway_dies(serving);
}

void serving_boot(struct serving *serving)
{
    for (size_t i = 0; i < DRAINING_COUNT; i++)
        serving->draining[i].alive = false;
    serving->kept = serving->sealed;
    serving_gateway_dies(serving);
}

void serving_pass(struct serving *serving, int64_t true_s)
{
    for (size_t i = 0; i < DRAINING_COUNT; i++)
        if (true_s > serving->draining[i].drains_until_s)
            serving->draining[i].alive = false;
}

int64_t serving_drains_for_s(const struct serving *serving, int64_t true_s)
{
    int64_t left_s = 0;
    for (size_t i = 0; i < DRAINING_COUNT; i++)
        if (serving->draining[i].alive && serving->draining[i].drains_until_s - true_s > left_s)
            left_s = serving->draining[i].drains_until_s - true_s;
    return left_s;
}

const struct snapshot *serving_pick(const struct serving *serving, struct dice *dice)
{
    int64_t place = dice_below(dice, 2 + DRAINING_COUNT); /* mostly the present one */
    const struct gateway *gateway =
        place < DRAINING_COUNT && serving->draining[place].alive ? &serving->draining[place] : &serving->current;
    size_t worker = (size_t)dice_below(dice, WORKERS_COUNT);
    return gateway->alive && gateway->workers[worker].alive ? &gateway->workers[worker].snapshot : NULL;
}
