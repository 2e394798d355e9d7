/*
 * One child process in the supervisor's hands: started, talked to, watched, ended. What its events mean is the table of
 * app/lifecycle; what follows from them for the whole is app/supervisor. A message that the child does not read waits
 * in a queue here, so that no child can hang the supervisor.
 */
#ifndef APP_KEEPER_H
#define APP_KEEPER_H

#include "app/lifecycle.h"
#include "app/tally.h"
#include "base/list.h"
#include "os/channel.h"
#include "os/loop.h"
#include "os/process.h"

/* Ten thousand sites are taken over in a second or two; a child that needs longer than this hangs. */
#define KEEPER_READY_TIMEOUT_MS 30000
/* A child that reads nothing for this long hangs: none of our work blocks its main loop for seconds. */
#define KEEPER_HANG_TIMEOUT_MS 60000
#define KEEPER_PING_MS         15000
/* Far more than the supervisor ever has to say at once. */
#define KEEPER_QUEUE_COUNT_MAX 256

enum keeper_kind { KEEPER_GATEWAY, KEEPER_CONTROL, KEEPER_KINDS_COUNT };

struct keeper;

struct keeper_events {
    /* A message other than READY; its descriptors are the receiver's. */
    void (*on_message)(struct keeper *keeper, struct channel_message *message);
    /* It said READY. */
    void (*on_ready)(struct keeper *keeper);
    /* The process is gone; `wanted`: nobody told it to go. The receiver frees the keeper, or keeps it for later. */
    void (*on_gone)(struct keeper *keeper, const struct process_end *end, bool wanted);
};

struct keeper {
    struct list node;
    enum keeper_kind kind;
    struct sm sm;
    struct process process;
    struct loop *loop;
    struct loop_source channel; /* fd -1: closed */
    struct loop_source exit;    /* the process's pid_fd */
    struct list queue;          /* messages not sent yet, oldest first */
    size_t queue_count;
    int64_t started_ms;
    int64_t deadline_ms;       /* 0: none */
    int64_t read_ms;           /* when it had last read all that was said */
    int64_t ping_ms;           /* when it is next pinged */
    pid_t pid;                 /* also after its end, for the log */
    struct tally_run counters; /* a gateway's part of them; the owner gives it and takes it back */
    const struct keeper_events *events;
    void *owner;
};

/* "gateway", "control". */
const char *keeper_name(enum keeper_kind kind);
/* Starts a child of this program; on the heap. It must become ready within KEEPER_READY_TIMEOUT_MS. */
NODISCARD bool keeper_new(enum keeper_kind kind, struct loop *loop, const struct keeper_events *events, void *owner,
                          struct keeper **ret, struct err *err);
/* Frees what is left; a process that still runs is killed and not waited for. NULL is allowed. */
void keeper_free(struct keeper *keeper);
/* Sends, or queues, a message; descriptors are duplicated. A child whose queue is full is taken for hung. */
void keeper_send(struct keeper *keeper, const struct channel_message *message);
/* Asks it to go (DRAIN, STOP) and kills it when it has not gone within `timeout_ms`. */
void keeper_dismiss(struct keeper *keeper, int64_t timeout_ms);
/* Kills it; nobody is to take its place. */
void keeper_kill(struct keeper *keeper);
/* Deadlines and pings; returns when to call again (monotonic clock). */
int64_t keeper_tick(struct keeper *keeper, int64_t now_ms);
bool keeper_is_serving(const struct keeper *keeper);
/* Whether it was told to go, or is being killed for that. */
bool keeper_is_leaving(const struct keeper *keeper);

#endif
