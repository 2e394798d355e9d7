/* What the files behind control/notify.h share. */
#ifndef CONTROL_NOTIFY_PARTS_H
#define CONTROL_NOTIFY_PARTS_H

#include "control/notify.h"
#include "control/notify_channel.h"
#include "control/notify_send.h"

/* A backlog of ten thousand messages is read by nobody; it bounds the store. */
#define NOTIFY_KEPT_COUNT_MAX 10000
#define NOTIFY_KEPT_S         ((int64_t)90 * 86400)
/* After this nobody is helped by an old message any more. */
#define NOTIFY_GIVE_UP_S ((int64_t)3 * 86400)
#define NOTIFY_HOST_SIZE 256

/* A channel as it is stored, and whether a job is under way there: one at a time, so that what is told arrives in
 * order. */
struct notifier_channel {
    struct notify_channel *channel;
    char paused[NOTIFY_PROBLEM_SIZE_MAX + 1];
    char problem[NOTIFY_PROBLEM_SIZE_MAX + 1]; /* of the last attempt of this process; empty: it was taken, or none */
    int64_t digest_s;
    bool has_secret;
    bool busy;
    /* What became of the last jobs could not be written down, and would be sent again: not before this moment
     * (elapsed). Not in the store, which is what fails. */
    uint32_t unwritten_count;
    int64_t unwritten_until_s;
};

struct notifier {
    struct core *core;
    char host[NOTIFY_HOST_SIZE];
    struct notifier_channel channels[NOTIFY_CHANNELS_COUNT_MAX];
    size_t channels_count;
    size_t site_next; /* judged next, modulo their count */
    int64_t prune_s;  /* when old ones go next */
};

/* The wall clock. */
int64_t notifier_now_s(const struct core *core);

/* notify_outbox.c: writes it down, queues it for the channels that want it, and has it delivered. */
struct notifier_telling {
    const struct notify_event *event; /* NULL: only the standing changes */
    struct str only;                  /* the one channel it goes to; empty: to those that want it */
    const struct notify_standing *standing;
    bool standing_ends;
    enum notify_kind kind; /* of the standing, */
    struct str site;       /* and its site */
};
NODISCARD bool notifier_tell(struct notifier *notifier, const struct notifier_telling *telling, uint64_t *ret_id,
                             struct err *err);
/* How long after the attempt before is the next one made. */
int64_t notifier_backoff_s(uint32_t attempts);
/* Takes up what is due in all channels. */
void notifier_deliver(struct notifier *notifier);

/* notify_channels.c */
/* Reads them from the store anew. */
NODISCARD bool notifier_load_channels(struct notifier *notifier, struct err *err);
void notifier_free_channels(struct notifier *notifier);
/* NULL when there is none. */
struct notifier_channel *notifier_channel(struct notifier *notifier, struct str name);

/* notify_facts.c */
void notifier_facts(const struct core *core, const struct site *site, struct notify_facts *ret);

/* notify_digest.c: those that are due. */
void notifier_digests(struct notifier *notifier);
/* The moment at which the last digest of that hour was due, at or before now_s. */
int64_t notifier_digest_due_s(int hour, int64_t now_s);

#endif
