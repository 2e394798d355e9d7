/* The ledger's clock: elapsed time, and when it may be put right by how much. */
#include "hsts/clock.h"

#include <inttypes.h>
#include <stdio.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t hsts_clock_over(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    return clock->base_s + later(0, reading->elapsed_s - clock->base_elapsed_s);
}

int64_t hsts_clock_latest(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    return later(hsts_clock_over(clock, reading), later(reading->wall_s, clock->seen_s));
}

bool hsts_clock_bounds(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    return reading->wall_s >= hsts_clock_over(clock, reading) - HSTS_CLOCK_JUMP_S;
}

static void believe_offset(struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    clock->wall_offset_s = reading->wall_s - reading->elapsed_s;
}

static void jump(struct hsts_clock *clock, const struct hsts_clock_reading *reading, enum hsts_clock_doubt doubt)
{
    clock->doubt = doubt;
    clock->steady_s = reading->elapsed_s;
    clock->confirmed = false;
}

void hsts_clock_start(struct hsts_clock *clock, const struct hsts_clock_saved *saved,
                      const struct hsts_clock_reading *reading)
{
    *clock = (struct hsts_clock){.base_s = saved->over_s ? saved->over_s : reading->wall_s,
                                 .base_elapsed_s = reading->elapsed_s,
                                 .sure_s = saved->sure_s,
                                 .steady_s = reading->elapsed_s};
    clock->bounded_s = clock->base_s;
    believe_offset(clock, reading);
    if (reading->wall_s > clock->base_s + HSTS_CLOCK_DOWNTIME_S)
        jump(clock, reading, HSTS_CLOCK_WENT_FORWARD);
    else if (!hsts_clock_bounds(clock, reading))
        jump(clock, reading, HSTS_CLOCK_WENT_BACK);
}

/* Small steps add up: the offset stays what it was until a jump or somebody who vouches says otherwise. */
static void notice_jump(struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    int64_t gain_s = reading->wall_s - reading->elapsed_s - clock->wall_offset_s;
    if (gain_s <= HSTS_CLOCK_JUMP_S && gain_s >= -HSTS_CLOCK_JUMP_S)
        return;
    jump(clock, reading, gain_s > 0 ? HSTS_CLOCK_WENT_FORWARD : HSTS_CLOCK_WENT_BACK);
    believe_offset(clock, reading);
}

static bool is_vouched(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    return reading->synchronised || clock->confirmed;
}

static bool is_settled(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    return reading->elapsed_s - clock->steady_s >= HSTS_CLOCK_SETTLE_S;
}

/*
 * Where the clock should be, and which ends have to gain as much. Only somebody who vouches for the wall clock proves
 * that time has passed while nobody counted, and only between two processes: within one, elapsed time is the better
 * witness. In every other case all ends move along, and the time left until each of them stays what it was.
 */
static int64_t find_target(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                           int64_t *ret_since_s)
{
    int64_t target_s = hsts_clock_over(clock, reading);
    *ret_since_s = INT64_MIN;
    if (is_vouched(clock, reading) && reading->wall_s > target_s) {
        target_s = reading->wall_s;
        *ret_since_s = clock->was_right ? INT64_MIN : clock->sure_s;
    } else if (is_settled(clock, reading)) {
        target_s = later(target_s, reading->wall_s);
    }
    if (clock->seen_s > target_s) {
        target_s = clock->seen_s;
        *ret_since_s = INT64_MIN;
    }
    return target_s;
}

static bool find_mend(const struct hsts_clock *clock, const struct hsts_clock_reading *reading, struct ledger_mend *ret)
{
    int64_t since_s;
    int64_t by_s = find_target(clock, reading, &since_s) - hsts_clock_over(clock, reading);
    if (by_s > HSTS_CLOCK_JUMP_S)
        *ret = (struct ledger_mend){.since_s = since_s, .by_s = by_s, .drop_caps = true};
    else if (!hsts_clock_bounds(clock, reading))
        *ret = (struct ledger_mend){.since_s = clock->bounded_s - LEDGER_SLACK_S, .drop_caps = true};
    else
        return false;
    return true;
}

/* The clock is where somebody who vouches says: what it has written so far is not too early. */
static void be_sure(struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    clock->was_right = true;
    clock->confirmed = false;
    clock->sure_s = later(clock->sure_s, hsts_clock_over(clock, reading) - HSTS_CLOCK_NOTICE_S);
}

bool hsts_clock_look(struct hsts_clock *clock, const struct hsts_clock_reading *reading, struct ledger_mend *ret)
{
    notice_jump(clock, reading);
    if (reading->synchronised || is_settled(clock, reading))
        clock->doubt = HSTS_CLOCK_NO_DOUBT;
    if (reading->synchronised)
        believe_offset(clock, reading);
    struct ledger_mend mend = {0};
    bool wanted = find_mend(clock, reading, &mend);
    if (hsts_clock_bounds(clock, reading))
        clock->bounded_s = hsts_clock_over(clock, reading);
    if (is_vouched(clock, reading) && !wanted)
        be_sure(clock, reading);
    if (wanted)
        *ret = mend;
    return wanted;
}

void hsts_clock_mended(struct hsts_clock *clock, const struct ledger_mend *mend)
{
    clock->base_s += mend->by_s;
}

void hsts_clock_save(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                     struct hsts_clock_saved *ret)
{
    *ret = (struct hsts_clock_saved){.over_s = hsts_clock_over(clock, reading), .sure_s = clock->sure_s};
}

void hsts_clock_saw(struct hsts_clock *clock, int64_t moment_s)
{
    clock->seen_s = later(clock->seen_s, moment_s);
}

void hsts_clock_confirm(struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    clock->doubt = HSTS_CLOCK_NO_DOUBT;
    clock->confirmed = true;
    believe_offset(clock, reading);
}

enum hsts_clock_trust hsts_clock_trust(const struct hsts_clock *clock, const struct hsts_clock_reading *reading)
{
    if (reading->wall_s < clock->seen_s - HSTS_CLOCK_JUMP_S)
        return HSTS_CLOCK_BEHIND;
    if (clock->doubt != HSTS_CLOCK_NO_DOUBT && !reading->synchronised && !is_settled(clock, reading))
        return HSTS_CLOCK_JUMPED;
    return HSTS_CLOCK_GOOD;
}

struct str hsts_clock_why(const struct hsts_clock *clock, const struct hsts_clock_reading *reading,
                          char room[static HSTS_CLOCK_WHY_SIZE])
{
    int size = 0;
    switch (hsts_clock_trust(clock, reading)) {
    case HSTS_CLOCK_BEHIND:
        size = snprintf(room, HSTS_CLOCK_WHY_SIZE,
                        "this machine's clock is at least %" PRId64 " seconds behind: a certificate or another server "
                        "shows a later time",
                        clock->seen_s - reading->wall_s);
        break;
    case HSTS_CLOCK_JUMPED:
        size = snprintf(
            room, HSTS_CLOCK_WHY_SIZE,
            "this machine's clock was set %s and no time server vouches for it; it is %" PRId64
            " seconds %s what was counted",
            clock->doubt == HSTS_CLOCK_WENT_BACK ? "back" : "forward",
            later(reading->wall_s - hsts_clock_over(clock, reading), hsts_clock_over(clock, reading) - reading->wall_s),
            reading->wall_s < hsts_clock_over(clock, reading) ? "behind" : "ahead of");
        break;
    case HSTS_CLOCK_GOOD:
    case HSTS_CLOCK_TRUST_COUNT: break;
    }
    return str_make(room, (size_t)size);
}

void hsts_clock_merge(const struct hsts_clock_saved *here, const struct hsts_clock_saved *backup,
                      struct hsts_clock_saved *ret, struct ledger_mend *ret_mend)
{
    *ret_mend = (struct ledger_mend){.since_s = INT64_MAX};
    *ret = here->over_s ? *here : *backup;
    if (!here->over_s || !backup->over_s)
        return;
    bool is_right = here->over_s - here->sure_s <= HSTS_CLOCK_NOTICE_S + HSTS_CLOCK_STORE_S;
    int64_t late_s = here->over_s - backup->over_s;
    if (late_s > 0)
        *ret_mend = (struct ledger_mend){
            .since_s = is_right ? backup->sure_s : INT64_MIN, .by_s = late_s, .drop_caps = late_s > HSTS_CLOCK_JUMP_S};
    else if (backup->sure_s < ret->sure_s)
        ret->sure_s = backup->sure_s; /* the backup is the younger one: what it was not sure of may be too early */
}
