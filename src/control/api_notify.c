/* /v1/notify/channels: where notifications go. What is a secret comes in and never goes out. */
#include <stdio.h>

#include "control/api_routes.h"
#include "control/notify_parts.h"
#include "control/record.h"
#include "store/members.h"

/* The secret's name by kind, NULL: it has none. */
static const char *const secret_names[] = {
    [NOTIFY_EMAIL] = "password", [NOTIFY_WEBHOOK] = "secret", [NOTIFY_HOOK] = NULL};

static void write_channel(const struct notifier_channel *c, struct jsonout *out)
{
    const char *secret = secret_names[c->channel->kind];
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

static bool take_secret(struct wanted *w, const json_t *json, struct err *err)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    bool is_mail = kind && strcmp(kind, "email") == 0, is_webhook = kind && strcmp(kind, "webhook") == 0;
    const char *name = is_mail ? "password" : is_webhook ? "secret" : NULL;
    if (!name)
        return true;
    if (!members_str(json, "", name, NOTIFY_SECRET_SIZE_MAX, &w->secret, err))
        return false;
    if (is_webhook && w->secret.data && w->secret.size < NOTIFY_SECRET_SIZE_MIN) {
        (void)err_field(err, "secret", "it is shorter than %d characters, and could be guessed",
                        NOTIFY_SECRET_SIZE_MIN);
        return err_fix(err, "take 32 random characters, the same at the receiver");
    }
    return true;
}

/* Which program a hook is, only the boot file says. */
static bool check_hook(const struct core *core, const struct notify_channel *channel, struct err *err)
{
    if (channel->kind != NOTIFY_HOOK || (core->hooks && hook_caller_has(core->hooks, HOOK_NOTIFY)))
        return true;
    (void)err_field(err, "kind", "the boot file names no hook for notifications");
    return err_fix(err, "add \"Notify = /path\" to its section [Hooks] and reload strictgate");
}

static bool check_secret(const struct notify_channel *channel, bool has_secret, struct err *err)
{
    if (channel->kind == NOTIFY_WEBHOOK && !has_secret)
        return err_field(err, "secret", "the key of the signature is needed, at least %d characters",
                         NOTIFY_SECRET_SIZE_MIN);
    if (channel->kind == NOTIFY_EMAIL && channel->user.size && !has_secret)
        return err_field(err, "password", "the password of the user is needed");
    if (channel->kind == NOTIFY_EMAIL && !channel->user.size && has_secret)
        return err_field(err, "user", "a password needs its user; an empty password takes the present one away");
    return true;
}

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
    bool fine = take_secret(&w, w.json, err) && members_bool(given, "", "paused", &paused, err) &&
                (!paused || err_field(err, "paused", "only false can be said here: it takes the pause away"));
    w.resume = json_object_get(given, "paused") != NULL;
    (void)json_object_del(w.json, "paused");
    if (w.secret.data) { /* the request's own object keeps the bytes alive */
        (void)json_object_del(w.json, "password");
        (void)json_object_del(w.json, "secret");
    }
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

static bool save(struct core *core, const struct api_request *request, const struct notify_channel *channel,
                 const struct notifier_channel *before, const struct wanted *wanted, struct err *err)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    struct record record;
    buf_init(&content, (size_t)4 * NOTIFY_ROOTS_SIZE_MAX);
    jsonout_object(&out, NULL);
    notify_channel_write(channel, &out);
    jsonout_object_end(&out);
    record_init(&record, request->context.actor, before ? STR("notify.change") : STR("notify.add"), STR(""),
                notifier_now_s(core));
    record.entry.reason = channel->name;
    const struct store_channel row = {.name = channel->name,
                                      .content = buf_str(&content),
                                      .paused = before && !wanted->resume ? str_from(before->paused) : STR(""),
                                      .digest_s = notifier_now_s(core)};
    bool fine = (buf_ok(&content) || err_memory(err)) &&
                store_put_channel(core->store, &row, wanted->secret, &record.entry, err) &&
                notifier_load_channels(core->notifier, err);
    record_fini(&record);
    buf_fini(&content);
    return fine;
}

static bool check_kept(const struct notifier_channel *before, const struct notify_channel *after,
                       const struct wanted *wanted, struct err *err)
{
    if (!before || wanted->secret.data || !before->has_secret || notify_channel_keeps_secret(before->channel, after))
        return true;
    (void)err_field(err, "password", "the present password is not given to another server or user");
    return err_fix(err, "give the password again, or an empty one for none");
}

static bool put(struct core *core, const struct api_request *request, const struct notifier_channel *before,
                const struct wanted *wanted, struct err *err)
{
    struct notify_channel *channel;
    if (!notify_channel_read(wanted->json, notifier_now_s(core), &channel, err))
        return false;
    bool has_secret = wanted->secret.data ? wanted->secret.size > 0 : before && before->has_secret;
    bool fine = check_hook(core, channel, err) && check_kept(before, channel, wanted, err) &&
                check_secret(channel, has_secret, err) && save(core, request, channel, before, wanted, err);
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

static json_t *present(const struct notify_channel *channel, struct err *err)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    buf_init(&content, (size_t)4 * NOTIFY_ROOTS_SIZE_MAX);
    jsonout_object(&out, NULL);
    notify_channel_write(channel, &out);
    jsonout_object_end(&out);
    struct str text = buf_str(&content);
    json_t *json = buf_ok(&content) ? json_loadb(text.data, text.size, 0, NULL) : NULL;
    buf_fini(&content);
    if (!json)
        (void)err_memory(err);
    return json;
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
    json_t *before = check_same(found->channel, request->json, &err) ? present(found->channel, &err) : NULL;
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
    struct record record;
    struct jsonout out = {.out = &reply->body};
    if (!find(core, request, reply))
        return;
    record_init(&record, request->context.actor, STR("notify.remove"), STR(""), notifier_now_s(core));
    record.entry.reason = request->name;
    bool fine = store_remove_channel(core->store, request->name, &record.entry, &err) &&
                notifier_load_channels(core->notifier, &err);
    record_fini(&record);
    if (!fine) {
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
