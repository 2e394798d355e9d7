/*
 * Hooks as the supervisor runs them: the programs that the boot file names, on control's behalf, as its user, with
 * nothing of ours but their arguments and input. It looks into neither. Each has a time limit, after which all its
 * processes are killed; a few may run at the same time; of what they print the beginning is kept. What control and
 * supervisor say to each other is snapshot/hook.h.
 */
#ifndef APP_HOOKS_H
#define APP_HOOKS_H

#include "base/list.h"
#include "os/loop.h"
#include "os/user.h"
#include "snapshot/hook.h"

struct hooks {
    struct loop *loop;
    struct list running;
    size_t running_count;
    /* A call is over, one way or the other; `result` lives until it returns. */
    void (*on_done)(void *owner, uint64_t call, const struct hook_result *result);
    void *owner;
};

/* What the boot file says of them. */
struct hooks_rules {
    const char *paths[HOOK_KINDS_COUNT]; /* NULL: there is none of this kind */
    int64_t limit_ms;
    struct user user; /* to become; all zero: stay who we are */
};

void hooks_init(struct hooks *hooks, struct loop *loop,
                void (*on_done)(void *owner, uint64_t call, const struct hook_result *result), void *owner);
/* Kills what runs, waits for nothing and tells nobody. */
void hooks_fini(struct hooks *hooks);
/*
 * Runs what is asked for. `index` and the memfd are as control sent them; take_fd is closed here. on_done is called
 * in any case, perhaps before this returns.
 */
void hooks_start(struct hooks *hooks, const struct hooks_rules *rules, uint64_t call, uint32_t index, int take_fd);
/* Kills all that run, for nobody waits for them any more; on_done is not called. */
void hooks_abandon(struct hooks *hooks);
/* Time limits; returns when to call again (monotonic clock). */
int64_t hooks_tick(struct hooks *hooks, int64_t now_ms);

#endif
