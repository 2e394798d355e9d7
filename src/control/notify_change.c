/* Checks, and a row of the store. */
#include "control/notify_change.h"

#include "control/record.h"
#include "store/members.h"

const char *notify_change_secret_name(enum notify_channel_kind kind)
{
    static const char *const names[] = {[NOTIFY_EMAIL] = "password", [NOTIFY_WEBHOOK] = "secret", [NOTIFY_HOOK] = NULL};
    return names[kind];
}

static const char *secret_name(const json_t *json)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    for (uint32_t i = 0; kind && notify_channel_kind_names[i]; i++)
        if (strcmp(kind, notify_channel_kind_names[i]) == 0)
            return notify_change_secret_name((enum notify_channel_kind)i);
    return NULL;
}

void notify_change_strip(json_t *json)
{
    const char *name = secret_name(json);
    if (name)
        (void)json_object_del(json, name);
}

bool notify_change_secret(const json_t *json, struct str *ret, struct err *err)
{
    const char *name = secret_name(json);
    struct str secret = {NULL, 0};
    if (!name)
        return true;
    if (!members_str(json, "", name, NOTIFY_SECRET_SIZE_MAX, &secret, err))
        return false;
    if (strcmp(name, "secret") == 0 && secret.data && secret.size < NOTIFY_SECRET_SIZE_MIN) {
        (void)err_field(err, "secret", "it is shorter than %d characters, and could be guessed",
                        NOTIFY_SECRET_SIZE_MIN);
        return err_fix(err, "take 32 random characters, the same at the receiver");
    }
    if (secret.data)
        *ret = secret;
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

static bool check_kept(const struct notify_change *change, struct err *err)
{
    if (!change->before || change->secret.data || !change->before->has_secret ||
        notify_channel_keeps_secret(change->before->channel, change->after))
        return true;
    (void)err_field(err, "password", "the present password is not given to another server or user");
    return err_fix(err, "give the password again, or an empty one for none");
}

/* An empty password goes to a server as one; without a user there is none. */
static bool check_secret(const struct notify_channel *channel, bool has_secret, struct err *err)
{
    if (channel->kind == NOTIFY_WEBHOOK && !has_secret) {
        (void)err_field(err, "secret", "the key of the signature is needed, at least %d characters",
                        NOTIFY_SECRET_SIZE_MIN);
        return err_fix(err, "put 32 random characters into a file that only you can read, and name it");
    }
    if (channel->kind == NOTIFY_EMAIL && channel->user.size && !has_secret) {
        (void)err_field(err, "password", "the password of the user is needed");
        return err_fix(err, "put it into a file that only you can read, and name it; or leave the user out");
    }
    if (channel->kind == NOTIFY_EMAIL && !channel->user.size && has_secret) {
        (void)err_field(err, "user", "a password needs its user");
        return err_fix(err, "give the user as well; an empty password takes the present one away");
    }
    return true;
}

bool notify_change_check(const struct core *core, const struct notify_change *change, struct err *err)
{
    bool has_secret = change->secret.data ? change->secret.size > 0 : change->before && change->before->has_secret;
    return check_hook(core, change->after, err) && check_kept(change, err) &&
           check_secret(change->after, has_secret, err);
}

static bool write_json(const struct notify_channel *channel, struct buf *out)
{
    struct jsonout json = {.out = out};
    buf_init(out, (size_t)4 * NOTIFY_ROOTS_SIZE_MAX);
    jsonout_object(&json, NULL);
    notify_channel_write(channel, &json);
    jsonout_object_end(&json);
    return buf_ok(out);
}

bool notify_change_store(struct core *core, const struct notify_change *change, struct str actor, struct err *err)
{
    struct buf content;
    struct record record;
    const struct notifier_channel *before = change->before;
    bool written = write_json(change->after, &content);
    record_init(&record, actor, before ? STR("notify.change") : STR("notify.add"), STR(""), notifier_now_s(core));
    record.entry.reason = change->after->name;
    const struct store_channel row = {.name = change->after->name,
                                      .content = buf_str(&content),
                                      .paused = before && !change->resume ? str_from(before->paused) : STR(""),
                                      .digest_s = notifier_now_s(core)};
    bool fine =
        (written || err_memory(err)) && store_put_channel(core->store, &row, change->secret, &record.entry, err);
    record_fini(&record);
    buf_fini(&content);
    return fine;
}

bool notify_change_remove(struct core *core, struct str name, struct str actor, struct err *err)
{
    struct record record;
    record_init(&record, actor, STR("notify.remove"), STR(""), notifier_now_s(core));
    record.entry.reason = name;
    bool fine = store_remove_channel(core->store, name, &record.entry, err);
    record_fini(&record);
    return fine;
}

json_t *notify_change_json(const struct notify_channel *channel, struct err *err)
{
    struct buf content;
    bool written = write_json(channel, &content);
    json_t *json = written ? json_loadb(buf_str(&content).data, buf_str(&content).size, 0, NULL) : NULL;
    buf_fini(&content);
    if (!json)
        (void)err_memory(err);
    return json;
}
