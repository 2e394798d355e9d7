/* Runs of blocks, lowest first, so that few are ever touched. */
#include "app/tally.h"

#include <unistd.h>

#include "os/memfd.h"

void tally_init(struct tally *tally)
{
    *tally = (struct tally){.fd = -1, .clients_fd = -1};
}

bool tally_open(struct tally *tally, struct err *err)
{
    void *map;
    size_t size = counters_size(COUNTERS_BLOCKS_MAX); /* untouched pages cost nothing */
    if (!memfd_shared_new("strictgate-counters", size, &tally->fd, err) ||
        !memfd_shared_map(tally->fd, size, true, &map, err) ||
        !memfd_shared_new("strictgate-clients", sizeof(struct clients), &tally->clients_fd, err))
        return false;
    tally->counters = map;
    tally->counters->magic = COUNTERS_MAGIC;
    return true;
}

void tally_close(struct tally *tally)
{
    if (tally->counters)
        memfd_unmap(tally->counters, counters_size(COUNTERS_BLOCKS_MAX));
    if (tally->fd >= 0)
        (void)close(tally->fd);
    if (tally->clients_fd >= 0)
        (void)close(tally->clients_fd);
    tally_init(tally);
}

struct tally_run tally_take(struct tally *tally, uint32_t count)
{
    uint32_t free_count = 0;
    for (uint32_t i = 0; i < COUNTERS_BLOCKS_MAX; i++) {
        free_count = tally->taken[i] ? 0 : free_count + 1;
        if (free_count < count)
            continue;
        struct tally_run run = {.first = i + 1 - count, .count = count};
        for (uint32_t k = 0; k < count; k++)
            tally->taken[run.first + k] = true;
        return run;
    }
    return (struct tally_run){0};
}

/*
 * Sets the gauges of upstreams to 0 in the pages that were ever written: reading the others would make them cost
 * memory.
 */
static void clear_upstreams(struct tally *tally, uint32_t block)
{
    struct counters_upstream *upstreams = tally->counters->blocks[block].upstreams;
    off_t begin = (off_t)((const char *)upstreams - (const char *)tally->counters);
    off_t end = begin + (off_t)sizeof tally->counters->blocks[block].upstreams;
    off_t at = begin;
    while ((at = lseek(tally->fd, at, SEEK_DATA)) >= begin && at < end) {
        off_t hole = lseek(tally->fd, at, SEEK_HOLE);
        if (hole < at || hole > end)
            hole = end;
        size_t first = (size_t)(at - begin) / sizeof *upstreams;
        size_t last = ((size_t)(hole - begin) + sizeof *upstreams - 1) / sizeof *upstreams;
        for (size_t i = first; i < last; i++) {
            counter_set(&upstreams[i].active, 0);
            counter_set(&upstreams[i].idle, 0);
            counter_set(&upstreams[i].down, 0);
        }
        at = hole;
    }
}

void tally_give_back(struct tally *tally, struct tally_run run)
{
    for (uint32_t i = run.first; i < run.first + run.count; i++) {
        struct counters_worker *worker = &tally->counters->blocks[i].worker;
        counter_set(&worker->generation, 0);
        counter_set(&worker->connections_open, 0);
        counter_set(&worker->tunnels_open, 0);
        clear_upstreams(tally, i);
        tally->taken[i] = false;
    }
}
