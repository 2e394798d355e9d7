/*
 * One worker thread: a loop, its connections, its buffers. Nothing is shared between workers but the snapshot, which is
 * read-only; each worker holds its own reference to the generation it serves by.
 */
#ifndef GATEWAY_WORKER_H
#define GATEWAY_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/list.h"
#include "gateway/bounded.h"
#include "gateway/came.h"
#include "gateway/gateway.h"
#include "gateway/generation.h"
#include "gateway/warm.h"
#include "http/message.h"
#include "os/loop.h"
#include "os/timer.h"
#include "snapshot/clients.h"
#include "snapshot/counters.h"
#include "tls/context.h"

struct access_log;
struct collect_limits;
struct endpoint;
struct file_cache;

/* One large receive is worth a factor of two over small ones; a 64 KB body and its head must fit in one. */
#define WORKER_READ_SIZE (128u * 1024)
/* Decrypted bytes of one read: what was received, and one record OpenSSL may have held back. */
#define WORKER_PLAIN_SIZE (WORKER_READ_SIZE + 32u * 1024)
/* In front of the bytes read: a response head or chunk size is written there, so that it leaves in one send with them.
 */
#define WORKER_HEADROOM (48u * 1024)
/* Behind them: the CRLF of a chunk and the last chunk. */
#define WORKER_TAILROOM 64u
/* A message's fields as parsed, and those the gateway adds to a response (exchange.c). */
#define WORKER_FIELDS_COUNT (HTTP_FIELDS_COUNT_MAX + 8)
/* A draining worker leaves idle connections this long: a request already on its way still gets its answer. */
#define WORKER_DRAIN_IDLE_MS 1000

/* Ten thousand applications make chains of ten; eight kilobytes are nothing beside the read buffers. */
#define WORKER_ENDPOINT_BUCKETS_COUNT 1024

/* A worker's view of a generation; lives while it is current or exchanges still use it. */
struct epoch {
    struct generation *generation;
    const struct snapshot *snapshot; /* = &generation->snapshot */
    uint32_t refs;                   /* of this worker only: 1 while current, 1 per exchange */
    struct endpoint **endpoints;     /* by upstream index, filled when first asked for */
    uint32_t *count;                 /* of the worker's epochs: this one counts itself out */
};

struct worker {
    struct loop *loop;
    struct timer_wheel timers;
    struct tls_server *tls;
    const struct gateway_boot *boot;
    struct counters_block *counters;
    struct clients *came; /* of all workers; NULL: nobody is noted */
    struct came_agents came_agents;
    struct access_log *access_log; /* this worker's ring; NULL when the log is off */
    struct epoch *epoch;           /* current; NULL before the first snapshot */
    uint32_t index;

    uint64_t turn;          /* of the loop, counted */
    int64_t now_ms, now_us; /* monotonic, of this turn */
    int64_t wall_s;         /* wall clock, of this turn */
    char date[32];          /* IMF-fixdate of wall_s */
    size_t date_size;
    struct bounded_clock bounded_clock;
    int64_t bounded_s; /* the present for bounded promises, of this second */

    char *cipher;      /* WORKER_READ_SIZE: what a socket gave, still encrypted */
    char *plain_block; /* WORKER_HEADROOM + WORKER_PLAIN_SIZE + WORKER_TAILROOM */
    char *plain;       /* = plain_block + WORKER_HEADROOM */
    char *file_block;  /* the same for files: they may be read while `plain` is in use; NULL until one is asked for */
    struct buf sealed; /* encrypted output on its way to one send */
    struct buf out;    /* output being put together */
    struct buf head;   /* a head being put together */
    struct http_field fields[WORKER_FIELDS_COUNT];

    struct list clients; /* struct client */
    struct list doomed;  /* struct client, to be closed at the end of the turn */
    struct list dirty;   /* clients with something to send at the end of the turn */
    struct endpoint *endpoint_buckets[WORKER_ENDPOINT_BUCKETS_COUNT]; /* the same by identity */
    struct list endpoints;                                            /* struct endpoint, all of them */
    struct list dead_links;                                           /* struct link, freed at the end of the turn */
    uint32_t epochs_count;                                            /* generations this worker still holds */
    struct list free_exchanges;
    uint32_t free_exchanges_count;
    struct list free_streams; /* struct http2_stream */
    uint32_t free_streams_count;
    uint32_t clients_count;
    struct timer sweep; /* endpoints nobody needs */
    struct warm_set warm;
    struct collect_limits *collect_limits; /* of reports; NULL until there are any */

    struct worker_listener *listeners;
    size_t listeners_count;
    bool accepting;
    bool draining;
    int64_t drain_deadline_ms;

    /* Set by the main thread, taken by the worker when wake_fd tells it. */
    struct loop_source wake;
    _Atomic(struct generation *) next_generation;
    atomic_bool drain_asked;
    int notify_fd;    /* eventfd of the main thread: an offer is answered, or the worker is done */
    atomic_bool deaf; /* draining, and done with the listening sockets */
    atomic_bool done;
    pthread_t thread;

    pthread_mutex_t answer_lock; /* of what follows; taken when generations change, never for a request */
    uint64_t answered;           /* number of the generation that was answered last; 0: none since the last offer */
    bool took;
    struct err why; /* when it did not */
};

/* What a worker made of an offer. */
enum worker_reply {
    WORKER_SILENT, /* nothing yet */
    WORKER_TOOK,   /* it serves by it */
    WORKER_CANNOT, /* it goes on with what it had */
};

/* What a worker needs before its thread starts. The error names what could not be had. */
NODISCARD bool worker_init(struct worker *w, const struct gateway_boot *boot, uint32_t index,
                           struct counters_block *counters, int notify_fd, struct err *err);
void worker_fini(struct worker *w);
/* Starts the thread. */
NODISCARD bool worker_start(struct worker *w, struct err *err);
/* From the main thread: serve by this generation (takes one reference); finish what is open and end. */
void worker_offer(struct worker *w, struct generation *take_generation);
void worker_drain(struct worker *w);
/* From the main thread, when notify_fd tells that there may be one: the answer to the last offer, which was of this
 * generation. *err is filled with WORKER_CANNOT. */
enum worker_reply worker_answer(struct worker *w, uint64_t generation, struct err *err);

struct epoch *epoch_ref(struct epoch *epoch);
void epoch_unref(struct epoch *epoch);

/* The value of a limit in force; only while there is an epoch. */
static inline const struct snap_limits *worker_limits(const struct worker *w)
{
    return &w->epoch->snapshot->header->limits;
}

#endif
