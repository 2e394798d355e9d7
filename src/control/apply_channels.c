/* Notification channels of a declarative set: {"name", "kind", …} as for adding one. */
#include <stdlib.h>

#include "base/log.h"
#include "control/apply_part.h"
#include "control/notify_change.h"
#include "crypto/wipe.h"
#include "store/members.h"

struct content {
    struct notify_channel *channel;
    struct str secret; /* a view of the request; data NULL: the present one stays */
};

static void free_content(void *content)
{
    struct content *c = content;
    if (c)
        notify_channel_free(c->channel);
    free(c);
}

/* Whether it is the one that is there. False with *err when that cannot be told. */
static bool compare_secret(struct core *core, struct str name, struct str secret, bool *ret_same, struct err *err)
{
    void *present;
    size_t size;
    if (!store_channel_secret(core->store, name, &present, &size, err))
        return false;
    *ret_same = str_eq(str_make(present, size), secret);
    wipe_free(present, size);
    return true;
}

/* One that is as it was is not given; without a user nothing needs a password. */
static bool settle_secret(struct core *core, struct notify_change *change, struct err *err)
{
    bool had = change->before && change->before->has_secret, is_same = false;
    if (had && !change->secret.data && change->after->kind == NOTIFY_EMAIL && !change->after->user.size)
        change->secret = STR("");
    if (!change->secret.data)
        return true;
    if (had && change->secret.size && !compare_secret(core, change->after->name, change->secret, &is_same, err))
        return false;
    if (is_same || (!had && !change->secret.size))
        change->secret = (struct str){NULL, 0};
    return true;
}

static bool tell_secret(const struct notify_change *change, json_t *before, json_t *after, struct err *err)
{
    const char *member = notify_change_secret_name(change->after->kind);
    return !member || !change->secret.data ||
           apply_parts_secret(member, change->before && change->before->has_secret, change->secret.size > 0, before,
                              after, err);
}

/* Takes the channel. */
static bool add(struct apply_parts *parts, const struct notify_change *change, struct notify_channel *take_channel,
                struct err *err)
{
    struct content *content = calloc(1, sizeof *content);
    struct apply_part part = {.kind = &apply_channels, .name = take_channel->name, .content = content};
    if (!content) {
        notify_channel_free(take_channel);
        return err_memory(err);
    }
    *content = (struct content){.channel = take_channel, .secret = change->secret};
    part.after = notify_change_json(take_channel, err);
    part.before = part.after && change->before ? notify_change_json(change->before->channel, err) : NULL;
    if (part.after && (part.before || !change->before) && tell_secret(change, part.before, part.after, err))
        return apply_parts_add(parts, &part, err);
    json_decref(part.before);
    json_decref(part.after);
    free_content(content);
    return false;
}

static bool check(struct core *core, struct notify_change *change, struct apply_parts *parts, struct err *err)
{
    const struct notifier_channel *before = change->before;
    if (before && before->channel->kind != change->after->kind) {
        (void)err_field(err, "kind", "the channel %.*s is there already, of another kind",
                        STR_ARG(change->after->name));
        return err_fix(err, "take another name, or remove it first: strictgate notify remove %.*s",
                       STR_ARG(change->after->name));
    }
    /* What the file gives is judged before it is compared: the same password is not given to another server either
     * when nobody says so. */
    return apply_parts_name(parts, "name", change->after->name, err) &&
           (change->secret.data || settle_secret(core, change, err)) && notify_change_check(core, change, err) &&
           settle_secret(core, change, err);
}

static bool declare(struct core *core, const json_t *json, struct apply_parts *parts, struct err *err)
{
    struct str secret = {NULL, 0};
    struct notify_channel *channel;
    if (!core->notifier)
        return err_set(err, ERR_SYSTEM, "notifications are not running");
    if (!notify_change_secret(json, &secret, err))
        return false;
    json_t *copy = json_copy((json_t *)(uintptr_t)json);
    if (!copy)
        return err_memory(err);
    notify_change_strip(copy);
    bool fine = notify_channel_read(copy, notifier_now_s(core), &channel, err);
    json_decref(copy);
    if (!fine)
        return false;
    struct notify_change change = {
        .before = notifier_channel(core->notifier, channel->name), .after = channel, .secret = secret};
    if (check(core, &change, parts, err))
        return add(parts, &change, channel, err);
    notify_channel_free(channel);
    return false;
}

static bool finish(struct core *core, bool remove_others, struct apply_parts *parts, struct err *err)
{
    struct notifier *notifier = core->notifier;
    for (size_t i = 0; notifier && remove_others && i < notifier->channels_count; i++) {
        const struct notify_channel *channel = notifier->channels[i].channel;
        if (apply_parts_has(parts, channel->name))
            continue;
        const struct apply_part part = {
            .kind = &apply_channels, .name = channel->name, .before = notify_change_json(channel, err)};
        if (!part.before || !apply_parts_add(parts, &part, err))
            return false;
    }
    return apply_parts_total(parts, &apply_channels, notifier ? notifier->channels_count : 0) <=
               NOTIFY_CHANNELS_COUNT_MAX ||
           err_field(err, apply_channels.list, "there would be more than %d notification channels",
                     NOTIFY_CHANNELS_COUNT_MAX);
}

static bool write(struct core *core, const struct apply_part *part, struct str actor, struct err *err)
{
    const struct content *content = part->content;
    if (!content)
        return notify_change_remove(core, part->name, actor, err);
    const struct notify_change change = {
        .before = notifier_channel(core->notifier, part->name), .after = content->channel, .secret = content->secret};
    return notify_change_store(core, &change, actor, err);
}

static void taken(struct core *core, const struct apply_part *part)
{
    struct err err = {0};
    if (notifier_load_channels(core->notifier, &err))
        notifier_deliver(core->notifier);
    else
        log_error("the notification channel %.*s is as it was until a restart: %s", STR_ARG(part->name), err.text);
}

const struct apply_kind apply_channels = {.list = "notify_channels",
                                          .count_max = NOTIFY_CHANNELS_COUNT_MAX,
                                          .declare = declare,
                                          .finish = finish,
                                          .write = write,
                                          .taken = taken,
                                          .free = free_content};
