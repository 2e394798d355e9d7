/* By kind. */
#include "control/notify_send.h"

#include <stdio.h>
#include <stdlib.h>

#include "control/notify_syslog.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "outbound/smtp.h"
#include "outbound/webhook.h"

struct notify_job *notify_job_new(struct notify_channel *take_channel, struct str host)
{
    struct notify_job *job = calloc(1, sizeof *job);
    if (!job) {
        notify_channel_free(take_channel);
        return NULL;
    }
    arena_init(&job->arena, NOTIFY_JOB_SIZE_MAX);
    job->channel = take_channel;
    if (arena_str(&job->arena, host, &job->host))
        return job;
    notify_job_free(job);
    return NULL;
}

void notify_job_free(struct notify_job *job)
{
    if (!job)
        return;
    wipe_free(job->secret, job->secret_size);
    notify_channel_free(job->channel);
    arena_fini(&job->arena);
    free(job);
}

bool notify_job_add(struct notify_job *job, const struct notification *notification, uint32_t attempts)
{
    if (job->count == NOTIFY_MAIL_COUNT_MAX)
        return false;
    struct notification *place = &job->notifications[job->count];
    *place = *notification;
    if (!arena_str(&job->arena, notification->key, &place->key) ||
        !arena_str(&job->arena, notification->site, &place->site) ||
        !arena_str(&job->arena, notification->stage, &place->stage) ||
        !arena_str(&job->arena, notification->content, &place->content))
        return false;
    job->attempts[job->count++] = attempts;
    return true;
}

static void explain(struct notify_job *job, const char *why)
{
    (void)snprintf(job->why, sizeof job->why, "%.*s %s", STR_ARG(notify_channel_place(job->channel)), why);
}

static void send_mail(struct notify_job *job, const struct deadline *deadline)
{
    const struct notify_channel *c = job->channel;
    const struct notify_mail mail = {.channel = c,
                                     .notifications = job->notifications,
                                     .count = job->count,
                                     .host = job->host,
                                     .at_s = clock_wall_s()};
    struct buf text;
    struct err err = {0};
    char why[SMTP_WHY_SIZE];
    buf_init(&text, NOTIFY_MAIL_SIZE_MAX);
    if (!notify_mail_write(&mail, &text, &err)) {
        (void)snprintf(job->why, sizeof job->why, "the message could not be written: %.400s", err.text);
    } else {
        const struct smtp_message message = {.host = c->host,
                                             .port = c->port,
                                             .security = c->security,
                                             .user = c->user,
                                             .password = str_make(job->secret, job->secret_size),
                                             .hello = job->host,
                                             .from = c->from,
                                             .to = c->to,
                                             .to_count = c->to_count,
                                             .text = buf_str(&text),
                                             .roots_pem = c->roots_pem};
        if (smtp_send(&message, deadline, why))
            job->sent_count = job->count;
        else
            explain(job, why);
    }
    buf_fini(&text);
}

static bool send_webhook(struct notify_job *job, const struct notification *n, const struct deadline *deadline)
{
    char why[WEBHOOK_WHY_SIZE];
    const struct webhook_message message = {.url = job->channel->url,
                                            .secret = str_make(job->secret, job->secret_size),
                                            .id = n->key,
                                            .body = n->content,
                                            .at_s = clock_wall_s(),
                                            .roots_pem = job->channel->roots_pem};
    enum webhook_outcome outcome = webhook_send(&message, deadline, why);
    if (outcome == WEBHOOK_DELIVERED)
        return true;
    job->is_gone = outcome == WEBHOOK_GONE;
    explain(job, why);
    return false;
}

static bool send_log(struct notify_job *job, const struct notification *n)
{
    struct err err = {0};
    const struct notify_syslog message = {.journal_socket = NOTIFY_JOURNAL_SOCKET,
                                          .log_socket = NOTIFY_LOG_SOCKET,
                                          .facility = job->channel->facility,
                                          .notification = n,
                                          .at_s = clock_wall_s()};
    if (notify_syslog_send(&message, &err))
        return true;
    (void)snprintf(job->why, sizeof job->why, "%.500s", err.text);
    return false;
}

/* The program of the boot file, run by the supervisor: the content is its input. */
static bool send_hook(struct notify_job *job, const struct notification *n, const struct deadline *deadline)
{
    struct hook_answer answer = {.done = false, .words = "There are no hooks"};
    const struct hook_request request = {.kind = HOOK_NOTIFY, .input = n->content};
    if (job->hooks)
        hook_call(job->hooks, &request, deadline, &answer);
    if (!answer.done)
        (void)snprintf(job->why, sizeof job->why, "%s", answer.words);
    return answer.done;
}

static bool send_one(struct notify_job *job, const struct notification *n, const struct deadline *deadline)
{
    switch (job->channel->kind) {
    case NOTIFY_WEBHOOK: return send_webhook(job, n, deadline);
    case NOTIFY_HOOK: return send_hook(job, n, deadline);
    case NOTIFY_SYSLOG:
    case NOTIFY_EMAIL: break;
    }
    return send_log(job, n);
}

void notify_send(struct notify_job *job, const struct deadline *deadline)
{
    if (job->channel->kind == NOTIFY_EMAIL) {
        send_mail(job, deadline);
        return;
    }
    while (job->sent_count < job->count && !deadline_is_over(deadline) &&
           send_one(job, &job->notifications[job->sent_count], deadline))
        job->sent_count++;
}
