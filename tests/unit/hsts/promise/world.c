#include "world.h"

#define WORLD_BEGIN_S 1780000000
/* How right a synchronised clock is. */
#define WORLD_PRECISION_S 3

void world_init(struct world *world, struct dice *dice)
{
    *world = (struct world){.true_s = WORLD_BEGIN_S, .uncounted_s = WORLD_BEGIN_S - dice_below(dice, 1000)};
    world->synchronised = dice_one_in(dice, 2);
    if (!world->synchronised && dice_one_in(dice, 2))
        world->wall_error_s = dice_one_in(dice, 4) ? dice_span_s(dice) : -dice_span_s(dice);
}

struct hsts_clock_reading world_reading(const struct world *world)
{
    return (struct hsts_clock_reading){.wall_s = world->true_s + world->wall_error_s,
                                       .elapsed_s = world->true_s - world->uncounted_s,
                                       .synchronised = world->synchronised};
}

/* False when it may not be set forward yet. */
static bool set_error(struct world *world, int64_t error_s)
{
    if (error_s > world->wall_error_s && world->went_back_unwritten)
        return false;
    if (error_s < world->wall_error_s)
        world->went_back_unseen = world->went_back_unwritten = true;
    world->wall_error_s = error_s;
    return true;
}

void world_pass(struct world *world, int64_t span_s)
{
    world->true_s += span_s;
    if (world->notices_s == 0 || world->true_s < world->notices_s)
        return;
    world->notices_s = 0;
    world->synchronised = set_error(world, 0);
}

void world_jump(struct world *world, struct dice *dice)
{
    int64_t span_s = dice_span_s(dice);
    int64_t error_s = world->wall_error_s + (dice_one_in(dice, 2) ? span_s : -span_s);
    if (!set_error(world, dice_one_in(dice, 5) ? 0 : error_s))
        return;
    world->synchronised = false;
    world->notices_s = 0;
}

void world_synchronise(struct world *world, struct dice *dice)
{
    if (!set_error(world, dice_below(dice, 2 * WORLD_PRECISION_S + 1) - WORLD_PRECISION_S))
        return;
    world->synchronised = true;
    world->notices_s = 0;
}

void world_lose_time_server(struct world *world)
{
    world->synchronised = false;
    world->notices_s = 0;
}

/* The wall clock stands still with everything else, so it is behind afterwards. */
void world_stop(struct world *world, struct dice *dice)
{
    int64_t span_s = dice_span_s(dice);
    world->true_s += span_s;
    world->uncounted_s += span_s;
    world->wall_error_s -= span_s;
    if (world->synchronised)
        world->notices_s = world->true_s + 1 + dice_below(dice, HSTS_CLOCK_NOTICE_S - 60);
}

void world_boot(struct world *world, struct dice *dice)
{
    int64_t off_s = dice_span_s(dice);
    world->true_s += off_s;
    world->uncounted_s = world->true_s - dice_below(dice, 60);
    world->synchronised = false;
    world->notices_s = 0;
    if (dice_one_in(dice, 3))
        world->wall_error_s -= off_s;
    if (dice_one_in(dice, 3))
        world_synchronise(world, dice);
}

bool world_is_right(const struct world *world)
{
    return world->wall_error_s >= -WORLD_PRECISION_S && world->wall_error_s <= WORLD_PRECISION_S;
}
