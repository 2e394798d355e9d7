/*
 * One go at a channel, as an errand of a thread: a job owns copies of everything that sending needs, and gets the
 * outcome written into it. E-mail takes all notifications of the job in one message; the other kinds send one after the
 * other, stop at the first that fails, and leave what the time did not suffice for.
 */
#ifndef CONTROL_NOTIFY_SEND_H
#define CONTROL_NOTIFY_SEND_H

#include "control/errands.h"
#include "control/hooks.h"
#include "control/notify_channel.h"
#include "control/notify_mail.h"

/* A hook may take the two minutes that it has (snapshot/hook.h), and wait for others before. */
#define NOTIFY_SEND_MS 180000
/* Everything of the largest job: fifty digests. */
#define NOTIFY_JOB_SIZE_MAX ((size_t)8 << 20)

struct notifier;

struct notify_job {
    struct errand errand;
    struct notifier *notifier; /* whose it is: for the loop, not for the thread */
    struct arena arena;
    struct notify_channel *channel;
    struct hook_caller *hooks; /* or NULL */
    void *secret;              /* on the heap */
    size_t secret_size;
    struct str host;
    struct notification notifications[NOTIFY_MAIL_COUNT_MAX];
    uint32_t attempts[NOTIFY_MAIL_COUNT_MAX]; /* made before */
    size_t count;
    /* the outcome */
    size_t sent_count; /* the first ones */
    bool is_gone;      /* nobody wants messages there any more */
    /* Why the next one was not taken; empty: it was not tried */
    char why[NOTIFY_PROBLEM_SIZE_MAX + 1];
};

/* NULL when memory ran out. `take_channel` is the job's also then. */
struct notify_job *notify_job_new(struct notify_channel *take_channel, struct str host);
/* NULL is allowed. */
void notify_job_free(struct notify_job *job);
/* Copies it in. False when the job is full, or memory ran out. */
NODISCARD bool notify_job_add(struct notify_job *job, const struct notification *notification, uint32_t attempts);
/* The work of the errand: blocks. */
void notify_send(struct notify_job *job, const struct deadline *deadline);

#endif
