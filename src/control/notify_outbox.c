/* Into the store, and from there to the channels. */
#include <stdio.h>

#include "base/log.h"
#include "codec/json.h"
#include "control/notify_parts.h"
#include "control/panel_events.h"
#include "crypto/digest.h"
#include "crypto/random.h"

/* Minutes while somebody may be mending it, hours when nobody is. */
static const int64_t backoff_s[] = {60, 300, 900, 3600, 3 * 3600, 6 * 3600};
#define BACKOFF_COUNT (sizeof backoff_s / sizeof *backoff_s)

int64_t notifier_backoff_s(uint32_t attempts)
{
    return backoff_s[attempts == 0 ? 0 : attempts <= BACKOFF_COUNT ? attempts - 1 : BACKOFF_COUNT - 1];
}

/* ---- a store that takes nothing ---- */

static int64_t elapsed_s(const struct notifier *notifier)
{
    return notifier->core->read_clock(notifier->core).elapsed_s;
}

/* It is due as before and will be sent again, for twice is better than never; but not every minute, while the disk is
 * full for a night. */
static void hold_back(struct notifier *notifier, struct str channel, const struct err *why)
{
    struct notifier_channel *c = notifier_channel(notifier, channel);
    if (!c)
        return;
    int64_t wait_s = notifier_backoff_s(++c->unwritten_count);
    c->unwritten_until_s = elapsed_s(notifier) + wait_s;
    log_error("what became of notifications for the channel %.*s could not be written down, so they are sent again in "
              "%lld min: %s",
              STR_ARG(channel), (long long)(wait_s / 60), why->text);
}

/* The store takes something again: nobody needs to wait any longer. Should it not last, the waits go on growing. */
static void hold_back_no_more(struct notifier *notifier)
{
    for (size_t i = 0; i < notifier->channels_count; i++)
        notifier->channels[i].unwritten_until_s = 0;
}

/* ---- telling ---- */

static size_t choose(const struct notifier *notifier, const struct notifier_telling *telling,
                     struct str ret[static NOTIFY_CHANNELS_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < notifier->channels_count; i++) {
        const struct notify_channel *c = notifier->channels[i].channel;
        bool wanted = telling->only.size ? str_eq(c->name, telling->only)
                                         : notify_channel_wants(c, telling->event->kind, telling->event->severity);
        if (wanted && !notifier->channels[i].paused[0])
            ret[count++] = c->name;
    }
    return count;
}

/* Whoever has no channel finds it here. */
static void log_telling(const struct notify_event *event)
{
    struct arena arena;
    struct notify_words words;
    enum log_level level = event->phase == NOTIFY_RESOLVED || event->severity == NOTIFY_INFO ? LOG_LEVEL_NOTICE
                           : event->severity == NOTIFY_WARNING                               ? LOG_LEVEL_WARNING
                                                                                             : LOG_LEVEL_ERROR;
    arena_init(&arena, NOTIFY_WORDS_SIZE_MAX);
    if (event->kind < NOTIFY_CHOICE_COUNT && notify_words(event, &arena, &words))
        log_line(level, "%.*s. %.*s", STR_ARG(words.subject), STR_ARG(notify_balance(&event->facts, &arena)));
    arena_fini(&arena);
}

static bool make_key(char ret[static NOTIFY_KEY_SIZE + 1], struct err *err)
{
    uint8_t bytes[NOTIFY_KEY_SIZE / 2];
    if (!random_bytes(bytes, sizeof bytes, err))
        return false;
    digest_hex(bytes, sizeof bytes, ret);
    return true;
}

static bool save(struct notifier *notifier, const struct notifier_telling *telling, struct str key, struct str content,
                 uint64_t *ret_id, struct err *err)
{
    struct str channels[NOTIFY_CHANNELS_COUNT_MAX];
    const struct notify_event *event = telling->event;
    struct store_telling row = {.site = telling->site,
                                .kind = telling->kind,
                                .standing = telling->standing,
                                .standing_ends = telling->standing_ends};
    if (!event)
        return store_tell(notifier->core->store, &row, ret_id, err);
    const struct notification notification = {.key = key,
                                              .at_s = event->facts.now_s,
                                              .site = event->site,
                                              .kind = event->kind,
                                              .phase = event->phase,
                                              .severity = event->severity,
                                              .stage = str_part(event->stage, 0, NOTIFY_STAGE_SIZE_MAX),
                                              .content = content};
    row.notification = &notification;
    row.channels = channels;
    row.channels_count = choose(notifier, telling, channels);
    row.digest_of = event->kind == NOTIFY_DIGEST ? telling->only : STR("");
    return store_tell(notifier->core->store, &row, ret_id, err);
}

bool notifier_tell(struct notifier *notifier, const struct notifier_telling *telling, uint64_t *ret_id, struct err *err)
{
    char key[NOTIFY_KEY_SIZE + 1] = "";
    uint64_t id = 0;
    struct buf content;
    buf_init(&content, NOTIFY_CONTENT_SIZE_MAX);
    bool fine =
        !telling->event ||
        (make_key(key, err) &&
         (notify_content(telling->event, str_from(key), str_from(notifier->host), &content) || err_memory(err)));
    fine = fine && save(notifier, telling, str_from(key), buf_str(&content), &id, err);
    buf_fini(&content);
    if (!fine)
        return false;
    if (ret_id)
        *ret_id = id;
    if (telling->event) {
        log_telling(telling->event);
        panel_events_changed(notifier->core, telling->event->site);
        hold_back_no_more(notifier);
        notifier_deliver(notifier);
    }
    return true;
}

/* ---- delivering ---- */

static struct notify_channel *copy_channel(const struct notify_channel *channel, struct err *err)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    struct notify_channel *copy = NULL;
    json_t *json = NULL;
    buf_init(&text, (size_t)4 * NOTIFY_ROOTS_SIZE_MAX);
    jsonout_object(&out, NULL);
    notify_channel_write(channel, &out);
    jsonout_object_end(&out);
    if (!buf_ok(&text))
        (void)err_memory(err);
    else if (json_parse(buf_str(&text), &json, err) && !notify_channel_read(json, 0, &copy, err))
        copy = NULL;
    json_decref(json);
    buf_fini(&text);
    return copy;
}

static bool add_due(void *context, const struct notification *notification, const struct notify_delivery *delivery)
{
    return notify_job_add(context, notification, delivery->attempts);
}

static void work(struct errand *errand, const struct deadline *deadline);
static void on_done(struct errand *errand, bool dropped);

/* NULL when there is nothing to do, or it cannot be done now. */
static struct notify_job *make_job(struct notifier *notifier, const struct notifier_channel *channel, struct err *err)
{
    struct store *store = notifier->core->store;
    struct notify_channel *copy = copy_channel(channel->channel, err);
    struct notify_job *job = copy ? notify_job_new(copy, str_from(notifier->host)) : NULL;
    if (!job) {
        (void)(err->code || err_memory(err));
        return NULL;
    }
    job->notifier = notifier;
    job->hooks = notifier->core->hooks;
    job->errand = (struct errand){
        .limit_ms = NOTIFY_SEND_MS, .is_slow = copy->kind == NOTIFY_HOOK, .work = work, .on_done = on_done};
    if (store_deliveries_due(store, copy->name, notifier_now_s(notifier->core), backoff_s[BACKOFF_COUNT - 1],
                             NOTIFY_MAIL_COUNT_MAX, add_due, job, err) &&
        job->count > 0 && store_channel_secret(store, copy->name, &job->secret, &job->secret_size, err))
        return job;
    notify_job_free(job);
    return NULL;
}

static void deliver_to(struct notifier *notifier, struct notifier_channel *channel);

void notifier_deliver(struct notifier *notifier)
{
    for (size_t i = 0; i < notifier->channels_count; i++)
        deliver_to(notifier, &notifier->channels[i]);
}

static struct notify_delivery outcome_of(const struct notify_job *job, size_t i, int64_t now_s)
{
    const struct notification *n = &job->notifications[i];
    uint32_t attempts = job->attempts[i] + 1;
    struct notify_delivery row = {.notification = n->id, .channel = job->channel->name, .attempts = attempts};
    bool too_old = n->kind == NOTIFY_TEST || now_s - n->at_s > NOTIFY_GIVE_UP_S;
    if (i < job->sent_count) {
        row.state = NOTIFY_SENT;
        row.done_s = now_s;
        return row;
    }
    row.problem = str_from(job->why);
    row.state = too_old || job->is_gone ? NOTIFY_GIVEN_UP : NOTIFY_QUEUED;
    row.done_s = row.state == NOTIFY_GIVEN_UP ? now_s : 0;
    row.next_s = row.state == NOTIFY_QUEUED ? now_s + notifier_backoff_s(attempts) : 0;
    return row;
}

static void log_failure(const struct notify_job *job, const struct notify_delivery *first)
{
    const struct notify_channel *c = job->channel;
    if (first->state == NOTIFY_QUEUED)
        log_warning("notification channel %.*s, attempt %u: %s; the next one in %lld min", STR_ARG(c->name),
                    first->attempts, job->why, (long long)(notifier_backoff_s(first->attempts) / 60));
    else
        log_error("notification channel %.*s: %s; given up", STR_ARG(c->name), job->why);
}

static bool pause_channel(struct notifier *notifier, const struct notify_job *job, int64_t now_s, struct err *err)
{
    return !job->is_gone ||
           (store_pause_channel(notifier->core->store, job->channel->name, str_from(job->why), now_s, err) &&
            notifier_load_channels(notifier, err));
}

/* What was not even tried stays as it was. */
static void take_outcome(struct notifier *notifier, const struct notify_job *job)
{
    struct notify_delivery rows[NOTIFY_MAIL_COUNT_MAX];
    struct err err = {0};
    size_t count = job->why[0] ? job->count : job->sent_count;
    int64_t now_s = notifier_now_s(notifier->core);
    struct notifier_channel *channel = notifier_channel(notifier, job->channel->name);
    for (size_t i = 0; i < count; i++)
        rows[i] = outcome_of(job, i, now_s);
    if (channel) {
        channel->busy = false;
        memcpy(channel->problem, job->why, sizeof channel->problem);
    }
    bool fine =
        store_put_deliveries(notifier->core->store, rows, count, &err) && pause_channel(notifier, job, now_s, &err);
    if (job->sent_count < count)
        log_failure(job, &rows[job->sent_count]);
    if (!fine) {
        hold_back(notifier, job->channel->name, &err);
    } else if (count > 0 && (channel = notifier_channel(notifier, job->channel->name))) {
        channel->unwritten_count = 0;
        deliver_to(notifier, channel);
    }
}

static void on_done(struct errand *errand, bool dropped)
{
    struct notify_job *job = container_of(errand, struct notify_job, errand);
    if (!dropped)
        take_outcome(job->notifier, job);
    notify_job_free(job);
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    notify_send(container_of(errand, struct notify_job, errand), deadline);
}

static void deliver_to(struct notifier *notifier, struct notifier_channel *channel)
{
    struct err err = {0};
    if (channel->busy || channel->paused[0] || !notifier->core->errands ||
        elapsed_s(notifier) < channel->unwritten_until_s)
        return;
    struct notify_job *job = make_job(notifier, channel, &err);
    if (job) {
        channel->busy = true;
        errands_put(notifier->core->errands, &job->errand);
    } else if (err.code) {
        log_error("nothing can be sent to the notification channel %.*s: %s", STR_ARG(channel->channel->name),
                  err.text);
    }
}
