/*
 * Hooks as control asks for them: its threads call one and wait, the loop's thread speaks with the supervisor, which
 * runs them (snapshot/hook.h). More calls than may run at the same time wait their turn. What a program printed is
 * somebody else's text: made harmless before it is given to anybody.
 */
#ifndef CONTROL_HOOKS_H
#define CONTROL_HOOKS_H

#include "os/channel.h"
#include "os/loop.h"
#include "outbound/deadline.h"
#include "snapshot/hook.h"

struct hook_caller;

/* The sentence about a call that failed, with the beginning of what was printed. */
#define HOOK_WORDS_SIZE 480

struct hook_answer {
    bool done;                             /* it exited with status 0 */
    char words[HOOK_WORDS_SIZE];           /* when not: "The hook for DNS ended with status 3: no such zone" */
    char output[HOOK_OUTPUT_SIZE_MAX + 1]; /* printable ASCII and line ends */
};

/* `has` says which hooks the boot file names; the channel is the one to the supervisor. */
NODISCARD bool hook_caller_new(struct loop *loop, int channel_fd, const bool has[static HOOK_KINDS_COUNT],
                               struct hook_caller **ret, struct err *err);
/* No thread may be in hook_call any more. NULL is allowed. */
void hook_caller_free(struct hook_caller *caller);
/* Whether there is a hook of this kind. Any thread. */
bool hook_caller_has(const struct hook_caller *caller, enum hook_kind kind);
/*
 * Runs the hook and waits for its end, or until the deadline: then the call is given up (the supervisor ends the
 * program by its own limit). Fills *ret whatever happens. For threads other than the loop's.
 */
void hook_call(struct hook_caller *caller, const struct hook_request *request, const struct deadline *deadline,
               struct hook_answer *ret);
/* CONTRACT_HOOK_DONE from the supervisor. For the loop's thread. */
void hook_caller_done(struct hook_caller *caller, const struct channel_message *message);

#endif
