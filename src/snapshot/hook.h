/*
 * The contract of hooks between control, which asks, and the supervisor, which runs them: control may execute nothing,
 * the supervisor runs only what the boot file names. A request is arguments and input that the supervisor passes on and
 * does not look into; an answer is how the program ended and what it printed, both capped.
 *
 *     memfd of a request: argument │ 0 │ argument │ 0 │ … │ input to the end
 */
#ifndef SNAPSHOT_HOOK_H
#define SNAPSHOT_HOOK_H

#include "base/buf.h"
#include "base/err.h"

enum hook_kind { HOOK_DNS, HOOK_NOTIFY, HOOK_KINDS_COUNT };

/* The subcommand of dns-01, what to do, a name, a value: nobody needs more. */
#define HOOK_ARGUMENTS_COUNT_MAX 8
#define HOOK_ARGUMENT_SIZE_MAX   1024u
/* An event as JSON has some kilobytes. */
#define HOOK_REQUEST_SIZE_MAX 65536u
/* What is kept of what a program prints: its last words are more than anybody reads. */
#define HOOK_OUTPUT_SIZE_MAX 8192u
/* At the same time; control has more wait. */
#define HOOKS_RUNNING_COUNT_MAX 4u

struct hook_request {
    enum hook_kind kind;
    struct str arguments[HOOK_ARGUMENTS_COUNT_MAX]; /* after the program's own name */
    size_t arguments_count;
    struct str input; /* its standard input */
};

enum hook_end {
    HOOK_EXITED,      /* status: its exit status */
    HOOK_KILLED,      /* status: the signal */
    HOOK_TIMED_OUT,   /* it and all its processes were killed */
    HOOK_NOT_STARTED, /* the output says why */
};

struct hook_result {
    enum hook_end end;
    uint32_t status;
    struct str output;
};

/* What the messages carry besides: kind and number of arguments, or end and status, as one number. */
uint32_t hook_request_index(const struct hook_request *request);
uint32_t hook_result_index(const struct hook_result *result);
/* Fills end and status; false when it is none. */
NODISCARD bool hook_result_from(uint32_t index, struct str payload, struct hook_result *ret);
/* The bytes of the memfd, appended. ERR_INPUT when something is too large or an argument has a zero byte. */
NODISCARD bool hook_request_pack(const struct hook_request *request, struct buf *out, struct err *err);
/* And back: views of `bytes`; each argument is followed by a zero byte. False when it is no request. */
NODISCARD bool hook_request_unpack(uint32_t index, struct str bytes, struct hook_request *ret);

#endif
