/* Offers go to all workers, answers are collected until there is one of each or a refusal. */
#include "gateway/rollout.h"

#include "gateway/worker.h"

void rollout_init(struct rollout *rollout, struct worker *workers, uint32_t workers_count)
{
    *rollout = (struct rollout){.workers = workers, .workers_count = workers_count};
}

void rollout_fini(struct rollout *rollout)
{
    generation_unref(rollout->served);
    generation_unref(rollout->offered);
    rollout->served = rollout->offered = NULL;
}

void rollout_offer(struct rollout *rollout, struct generation *take)
{
    for (uint32_t i = 0; i < rollout->workers_count; i++)
        worker_offer(&rollout->workers[i], generation_ref(take));
    generation_unref(rollout->offered);
    rollout->offered = take;
    rollout->under_way = true;
    rollout->mixed = false;
}

/* Back to what was served before. Without one, those that could take the new one go on with it: better than nobody. */
static struct rollout_news refused(struct rollout *rollout, uint32_t worker)
{
    struct rollout_news news = {ROLLOUT_REFUSED, generation_number(rollout->offered), worker};
    if (rollout->served && rollout->served != rollout->offered) {
        rollout_offer(rollout, generation_ref(rollout->served));
        return news;
    }
    if (rollout->served)
        news.event = ROLLOUT_STUCK;
    rollout->under_way = false;
    rollout->mixed = true;
    return news;
}

struct rollout_news rollout_look(struct rollout *rollout, struct err *err)
{
    bool all = true;
    if (!rollout->under_way)
        return (struct rollout_news){ROLLOUT_NOTHING, 0, 0};
    for (uint32_t i = 0; i < rollout->workers_count; i++) {
        enum worker_reply reply = worker_answer(&rollout->workers[i], generation_number(rollout->offered), err);
        if (reply == WORKER_CANNOT)
            return refused(rollout, i);
        all = all && reply == WORKER_TOOK;
    }
    if (!all)
        return (struct rollout_news){ROLLOUT_NOTHING, 0, 0};
    generation_unref(rollout->served);
    rollout->served = generation_ref(rollout->offered);
    rollout->under_way = false;
    return (struct rollout_news){ROLLOUT_SERVED, generation_number(rollout->offered), 0};
}

uint64_t rollout_offered(const struct rollout *rollout)
{
    return generation_number(rollout->offered);
}

bool rollout_is_settled(const struct rollout *rollout)
{
    return rollout->offered && !rollout->under_way && !rollout->mixed;
}
