/* The channels of the store, in memory. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "codec/json.h"
#include "control/notify_parts.h"

void notifier_free_channels(struct notifier *notifier)
{
    for (size_t i = 0; i < notifier->channels_count; i++)
        notify_channel_free(notifier->channels[i].channel);
    notifier->channels_count = 0;
}

struct notifier_channel *notifier_channel(struct notifier *notifier, struct str name)
{
    for (size_t i = 0; i < notifier->channels_count; i++)
        if (str_eq(notifier->channels[i].channel->name, name))
            return &notifier->channels[i];
    return NULL;
}

void notify_each_channel(const struct core *core, notify_visit_channel *visit, void *context)
{
    for (size_t i = 0; core->notifier && i < core->notifier->channels_count; i++) {
        const struct notifier_channel *c = &core->notifier->channels[i];
        const char *why = c->paused[0] ? c->paused : c->problem;
        visit(context, c->channel->name, why[0] ? why : NULL);
    }
}

struct loading {
    struct notifier *before; /* who is busy stays so */
    struct notifier_channel *channels;
    size_t count;
};

/* One that cannot be read is told and left out: the others must not suffer. */
static bool load_one(void *context, const struct store_channel *row)
{
    struct loading *l = context;
    struct err err = {0};
    json_t *json = NULL;
    struct notifier_channel *place = &l->channels[l->count];
    const struct notifier_channel *known = notifier_channel(l->before, row->name);
    if (l->count == NOTIFY_CHANNELS_COUNT_MAX)
        return false;
    *place = (struct notifier_channel){
        .digest_s = row->digest_s, .has_secret = row->has_secret, .busy = known && known->busy};
    if (known) {
        place->unwritten_count = known->unwritten_count;
        place->unwritten_until_s = known->unwritten_until_s;
    }
    (void)snprintf(place->paused, sizeof place->paused, "%.*s", STR_ARG(row->paused));
    (void)snprintf(place->problem, sizeof place->problem, "%s", known ? known->problem : "");
    if (json_parse(row->content, &json, &err) && notify_channel_read(json, 0, &place->channel, &err))
        l->count++;
    else
        log_error("the notification channel %.*s cannot be used: %s", STR_ARG(row->name), err.text);
    json_decref(json);
    return true;
}

bool notifier_load_channels(struct notifier *notifier, struct err *err)
{
    struct notifier_channel *channels = calloc(NOTIFY_CHANNELS_COUNT_MAX, sizeof *channels);
    struct loading loading = {.before = notifier, .channels = channels};
    if (!channels)
        return err_memory(err);
    bool fine = store_channels(notifier->core->store, load_one, &loading, err);
    if (fine) {
        notifier_free_channels(notifier);
        memcpy(notifier->channels, channels, sizeof notifier->channels);
        notifier->channels_count = loading.count;
    } else {
        for (size_t i = 0; i < loading.count; i++)
            notify_channel_free(channels[i].channel);
    }
    free(channels);
    return fine;
}
