/* The counters of the linked gateway's blocks, compared with what it was given and has not answered. */
#include "control/workers.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "snapshot/contract.h"

/* More of them say no more; all are in the status. */
#define NAMED_COUNT_MAX 3

bool workers_are_known(const struct core *core)
{
    return core->publisher.linked_s && (core->publisher.is_late || !core->publisher.awaited);
}

void workers_look(const struct core *core, struct workers_behind *ret)
{
    const struct publisher *publisher = &core->publisher;
    uint32_t first = contract_blocks_first(publisher->blocks), count = contract_blocks_count(publisher->blocks);
    *ret = (struct workers_behind){.wanted = publisher->awaited, .since_s = publisher->awaited_s};
    if (!publisher->is_late || !core->counters || count > COUNTERS_WORKERS_MAX || first + count > COUNTERS_BLOCKS_MAX)
        return;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t generation = counter_get(&core->counters->blocks[first + i].worker.generation);
        if (generation < ret->wanted)
            ret->workers[ret->count++] = (struct worker_behind){.index = i, .generation = generation};
    }
}

static void put_workers(const struct workers_behind *behind, struct buf *out)
{
    for (size_t i = 0; i < behind->count && i < NAMED_COUNT_MAX; i++)
        (void)buf_printf(out, "%s%u", i ? ", " : "", behind->workers[i].index);
    if (behind->count > NAMED_COUNT_MAX)
        (void)buf_printf(out, " and %zu more", behind->count - NAMED_COUNT_MAX);
}

const char *workers_text(const struct workers_behind *behind, char room[static WORKERS_TEXT_SIZE])
{
    struct tm utc;
    struct buf names;
    char since[32] = "?";
    time_t moment = (time_t)behind->since_s;
    buf_init(&names, WORKERS_TEXT_SIZE);
    put_workers(behind, &names);
    if (gmtime_r(&moment, &utc))
        (void)strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S UTC", &utc);
    (void)snprintf(room, WORKERS_TEXT_SIZE,
                   behind->count == 1
                       ? "worker %.*s of the gateway hangs: it serves by generation %llu, generation %llu was given to "
                         "the gateway on %s"
                       : "workers %.*s of the gateway hang: they serve by generation %llu or another older one, "
                         "generation %llu was given to the gateway on %s",
                   STR_ARG(buf_str(&names)), (unsigned long long)(behind->count ? behind->workers[0].generation : 0),
                   (unsigned long long)behind->wanted, since);
    buf_fini(&names);
    return room;
}

void workers_log(const struct core *core)
{
    char room[WORKERS_TEXT_SIZE];
    struct workers_behind behind;
    workers_look(core, &behind);
    if (behind.count)
        log_error("%s; whom it answers meets what was valid before", workers_text(&behind, room));
    else if (core->publisher.is_late)
        log_error("the gateway does not acknowledge generation %llu", (unsigned long long)behind.wanted);
    else if (core->publisher.linked_s)
        log_notice("the gateway answers again: every worker serves by generation %llu",
                   (unsigned long long)core->publisher.acked);
}
