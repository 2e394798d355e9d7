/* /v1/notify/channels: where notifications go. What is a secret comes in and never goes out. */
#include <stdio.h>

#include "control/api_routes.h"
#include "control/notify_change.h"
#include "store/members.h"

static void write_channel(const struct notifier_channel *c, struct jsonout *out)
{
    const char *secret = notify_change_secret_name(c->channel->kind);
    char name[32];
    jsonout_object(out, NULL);
    notify_channel_write(c->channel, out);
    if (secret) {
        (void)snprintf(name, sizeof name, "has_%s", secret);
        jsonout_bool(out, name, c->has_secret);
    }
    jsonout_bool(out, "paused", c->paused[0] != '\0');
    if (c->paused[0])
        jsonout_str(out, "paused_why", str_from(c->paused));
    if (c->problem[0])
        jsonout_str(out, "problem", str_from(c->problem));
    jsonout_object_end(out);
}

static void no_channel(struct str name, struct err *err)
{
    (void)err_set(err, ERR_NOT_FOUND, "there is no notification channel \"%.*s\"", STR_ARG(name));
    (void)err_fix(err, "\"strictgate notify list\" shows them");
}

static struct notifier_channel *find(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct notifier_channel *c = core->notifier ? notifier_channel(core->notifier, request->name) : NULL;
    if (c)
        return c;
    no_channel(request->name, &err);
    api_fail(reply, &err);
    return NULL;
}

void api_channels_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "channels");
    for (size_t i = 0; core->notifier && i < core->notifier->channels_count; i++)
        write_channel(&core->notifier->channels[i], &out);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
}

void api_channel_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct notifier_channel *c = find(core, request, reply);
    if (c)
        write_channel(c, &out);
}

/* What a request says besides what the channel is. */
struct wanted {
    json_t *json;      /* the channel, without the members below */
    struct str secret; /* data NULL: not given */
    bool resume;       /* "paused": false */
};

/* What is given replaces what is there; null takes it away. */
static bool merge(const json_t *before, const json_t *given, struct wanted *ret, struct err *err)
{
    const char *key;
    json_t *value;
    bool paused = false;
    struct wanted w = {.json = before ? json_copy((json_t *)(uintptr_t)before) : json_object()};
    if (!w.json || json_object_update(w.json, (json_t *)(uintptr_t)given) != 0) {
        json_decref(w.json);
        return err_memory(err);
    }
    bool fine = notify_change_secret(w.json, &w.secret, err) && members_bool(given, "", "paused", &paused, err) &&
                (!paused || err_field(err, "paused", "only false can be said here: it takes the pause away"));
    w.resume = json_object_get(given, "paused") != NULL;
    (void)json_object_del(w.json, "paused");
    notify_change_strip(w.json); /* the request's own object keeps the bytes alive */
    void *next;
    json_object_foreach_safe(w.json, next, key, value)
    {
        if (json_is_null(value))
            (void)json_object_del(w.json, key);
    }
    if (fine) {
        *ret = w;
        return true;
    }
    json_decref(w.json);
    return false;
}

static bool put(struct core *core, const struct api_request *request, const struct notifier_channel *before,
                const struct wanted *wanted, struct err *err)
{
    struct notify_channel *channel;
    if (!notify_channel_read(wanted->json, notifier_now_s(core), &channel, err))
        return false;
    const struct notify_change change = {
        .before = before, .after = channel, .secret = wanted->secret, .resume = wanted->resume};
    bool fine = notify_change_check(core, &change, err) &&
                notify_change_store(core, &change, request->context.actor, err) &&
                notifier_load_channels(core->notifier, err);
    if (fine)
        notifier_deliver(core->notifier);
    notify_channel_free(channel);
    return fine;
}

static void answer(struct core *core, struct str name, bool fine, const struct err *err, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct notifier_channel *c = fine ? notifier_channel(core->notifier, name) : NULL;
    if (c)
        write_channel(c, &out);
    else
        api_fail(reply, err);
}

static bool check_new(struct core *core, struct str name, struct err *err)
{
    if (!core->notifier)
        return err_set(err, ERR_SYSTEM, "notifications are not running");
    if (notifier_channel(core->notifier, name)) {
        (void)err_set(err, ERR_CONFLICT, "there is a notification channel \"%.*s\" already", STR_ARG(name));
        return err_fix(err, "change it with \"strictgate notify set\", or take another name");
    }
    return core->notifier->channels_count < NOTIFY_CHANNELS_COUNT_MAX ||
           err_set(err, ERR_CONFLICT, "there are %d notification channels already", NOTIFY_CHANNELS_COUNT_MAX);
}

void api_channels_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct wanted wanted;
    struct str name = {NULL, 0};
    bool fine = (json_is_object(request->json) || err_set(&err, ERR_INPUT, "a JSON object is needed")) &&
                members_str(request->json, "", "name", NOTIFY_NAME_SIZE_MAX, &name, &err) &&
                check_new(core, name, &err) && merge(NULL, request->json, &wanted, &err);
    if (fine) {
        fine = put(core, request, NULL, &wanted, &err);
        json_decref(wanted.json);
    }
    answer(core, name, fine, &err, reply);
    if (fine)
        reply->status = 201;
}

/* A channel of another name or kind is another channel. */
static bool check_same(const struct notify_channel *channel, const json_t *given, struct err *err)
{
    const char *name = json_string_value(json_object_get(given, "name"));
    const char *kind = json_string_value(json_object_get(given, "kind"));
    if (!json_is_object(given))
        return err_set(err, ERR_INPUT, "a JSON object is needed");
    if (name && !str_eq(str_from(name), channel->name))
        return err_field(err, "name", "a channel keeps its name: add another one");
    return !kind || strcmp(kind, notify_channel_kind_names[channel->kind]) == 0 ||
           err_field(err, "kind", "a channel keeps its kind: add another one");
}

void api_channel_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct wanted wanted;
    const struct notifier_channel *found = find(core, request, reply);
    if (!found)
        return;
    json_t *before = check_same(found->channel, request->json, &err) ? notify_change_json(found->channel, &err) : NULL;
    bool fine = before && merge(before, request->json, &wanted, &err);
    if (fine) {
        fine = put(core, request, found, &wanted, &err);
        json_decref(wanted.json);
    }
    json_decref(before);
    answer(core, request->name, fine, &err, reply);
}

void api_channel_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    if (!find(core, request, reply))
        return;
    if (!notify_change_remove(core, request->name, request->context.actor, &err) ||
        !notifier_load_channels(core->notifier, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_object_end(&out);
}

/* The answer comes at once; how it went is in the log under this id. */
void api_channel_test(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    uint64_t id = 0;
    const struct notifier_channel *found = find(core, request, reply);
    if (!found)
        return;
    const struct notify_event event = {.kind = NOTIFY_TEST,
                                       .phase = NOTIFY_HAPPENED,
                                       .severity = NOTIFY_INFO,
                                       .site = STR(""),
                                       .stage = STR(""),
                                       .facts = {.now_s = notifier_now_s(core)}};
    const struct notifier_telling telling = {.event = &event, .only = request->name};
    if (found->paused[0]) {
        (void)err_set(&err, ERR_CONFLICT, "the channel is paused: %.300s", found->paused);
        (void)err_fix(&err, "take the pause away with \"strictgate notify set %.*s --resume\"", STR_ARG(request->name));
        api_fail(reply, &err);
        return;
    }
    if (!notifier_tell(core->notifier, &telling, &id, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_u64(&out, "id", id);
    jsonout_object_end(&out);
    reply->status = 202;
}
