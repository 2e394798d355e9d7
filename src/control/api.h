/*
 * The admin API: HTTP/1.1 and JSON (docs/api/openapi.yaml) at its doors. This is the server and what all routes
 * share; which routes there are is in api_table.h, what they do in api_sites.c, api_hsts.c, api_ledger.c and their
 * like. At DATA/control.sock the kernel says who asks: root, the user control runs as (but never a gateway, which has
 * the same), and members of the group strictgate-admin are let in. At the doors of the panel a session decides
 * (panel.h).
 */
#ifndef CONTROL_API_H
#define CONTROL_API_H

#include <jansson.h>

#include "control/core.h"
#include "control/errands.h"
#include "hsts/guard.h"
#include "http/message.h"
#include "store/account.h"

/* Ten thousand sites in one POST fit. */
#define API_BODY_SIZE_MAX ((size_t)4 << 20)
#define API_HEAD_SIZE_MAX 16384
/* A backup of 16,384 sites with their certificates, to /v1/restore and from /v1/backup. */
#define API_TRANSFER_SIZE_MAX ((size_t)192 << 20)
/* The list of 16,384 sites with all their details. */
#define API_REPLY_SIZE_MAX ((size_t)256 << 20)
/*
 * People and scripts, not crowds; at each door, so that the panel's cannot crowd out the command line. One more takes
 * the place of one that rests or is a stranger's (api_crowd.h).
 */
#define API_CONNECTIONS_COUNT_MAX 256
#define API_IDLE_TIMEOUT_MS       60000
/*
 * Answers that wait for the network (fetching certificates, preflights, trying the DNS) at a time, also those that
 * nobody waits for any more: a few times what is done at once, so that renewals' own errands are never far behind.
 */
#define API_SLOW_COUNT_MAX 16
/* A request that has begun must come to its end, and an answer must be taken. */
#define API_REQUEST_TIMEOUT_MS 30000
/* Each so much of a large one gives it that time anew: a backup comes in over whatever line carries 9 KB a second. */
#define API_RENEW_SIZE ((size_t)256 << 10)

#define API_GROUP "strictgate-admin"

/* Where a connection came in. */
enum api_door {
    API_DOOR_CONTROL,      /* DATA/control.sock */
    API_DOOR_LOOPBACK,     /* the panel's address, [Panel] Listen */
    API_DOOR_PANEL_SOCKET, /* DATA/panel.sock */
    API_DOOR_NAME,         /* the same, by way of the gateway: a name of the panel's own */
    API_DOORS_COUNT,
};

/* An entity tag is a hash in hexadecimal, in quotes. */
#define API_ETAG_SIZE 24
/* A UUID, or whatever else a client makes up. */
#define API_IDEMPOTENCY_KEY_SIZE_MAX 128

/* 256 random bits as Base64url, with a zero byte. */
#define API_COOKIE_SIZE 44

/* Who asks, and what went before. */
struct api_context {
    struct str actor;  /* "uid 1000 (anna)", "account anna", for the audit log */
    struct str origin; /* of the panel's page: "http://localhost:8460"; empty over control.sock */
    enum api_door door;
    struct str address, user_agent; /* at the panel's doors: where from, and by which browser; as it came */
    enum account_role role;         /* what they may do; over control.sock all */
    struct str account;             /* whose session it is; empty over control.sock */
    const struct session *session;  /* that the request came with; or NULL */
    bool is_fresh;                  /* it was proved lately (panel_proof.h); over control.sock always */
    bool looked;                    /* this request has waited for a fresh look at its site already */
    bool checked;                   /* it has waited for a self-check as well */
    const json_t *fetched;          /* it has waited for this, see api_fetch.h; or NULL */
};

struct api_request {
    enum http_method method;
    struct str name;    /* NAME of the path, percent-decoded; empty when the route has none */
    struct str child;   /* the other name of the path, in the form of codec/name.h; or empty */
    struct str query;   /* behind the '?', not decoded; or empty */
    const json_t *json; /* content, NULL when there was none */
    struct str content; /* the same as it came */
    struct str idempotency_key;
    struct api_context context;
};

struct api_reply {
    uint16_t status;
    const char *content_type;
    const char *allow;            /* with 405 */
    char etag[API_ETAG_SIZE];     /* with its quotes; empty: none */
    struct buf body;              /* for JSON that is completed later: an object without its last brace */
    uint64_t generation;          /* not 0: wait for it, then add "generation" and "applied" */
    char look[NAME_SIZE_MAX + 1]; /* not empty: look at this site from outside first, then ask again */
    bool checks;                  /* by a self-check (self_check.h), not by asking the listeners (observe.h) */
    char cookie[API_COOKIE_SIZE]; /* not empty: the browser's session from now on; a secret */
    bool ends_cookie;             /* the browser is to forget its session */
    uint32_t retry_after_s;       /* not 0: not before that many seconds */
    bool streams;                 /* 200, then events (panel_events.h) for as long as it lasts */
    struct api_later *later;      /* not NULL: the answer is written when this errand is done; owned */
    json_t *fetched; /* by a later one that asks again: PEM texts, one for each certificate of the request; owned */
};

/* An answer that takes time: an errand (control/errands.h), and the reply it comes to. */
struct api_later {
    struct errand errand; /* its on_done is api_later_done */
    /* On the loop, after the work: fills the reply, whose body is initialised. */
    void (*write)(struct api_later *later, struct api_reply *reply);
    void (*free)(struct api_later *later);
    bool asks_again; /* unless it fails, `write` gives no answer but `fetched`, with which the request is read again */
    void (*on_done)(struct api_later *later); /* the server's; NULL: nobody waits any more */
    void *waiter;                             /* the same */
    unsigned *count;                          /* the same: of those under way; NULL: it is not counted */
};
/* Tells whoever waits, then frees it. */
void api_later_done(struct errand *errand, bool dropped);

/*
 * Answers `method target` with this content. The reply's body is initialised by the caller. Everything that a request
 * can be is decided here, without a connection: what the tests call.
 */
void api_answer(struct core *core, const struct http_request *request, struct str content,
                const struct api_context *context, struct api_reply *reply);
/*
 * Whether whoever asks may do this at all, by the role that the table asks for: judged by the head alone, for there may
 * be much content behind it. If not, the reply is the refusal. What is not there is nobody's secret, and passes.
 */
NODISCARD bool api_permits(const struct http_request *request, const struct api_context *context,
                           struct api_reply *reply);
/*
 * Whether this needs a fresh proof that the request's session lacks, by the table, judged by the head as well. If so,
 * the reply is the refusal.
 */
NODISCARD bool api_is_proved(const struct http_request *request, const struct api_context *context,
                             struct api_reply *reply);
/* The same for whoever knows that one is needed: where it depends on what is asked for. */
NODISCARD bool api_check_fresh(const struct api_context *context, struct api_reply *reply);
/* Whether the table lets everybody do this, signed in or not. */
bool api_is_public(const struct http_request *request);
/* An error as the reply: status by its code, problem details (RFC 9457) as the body. */
void api_fail(struct api_reply *reply, const struct err *err);
/* The same with a status and a code of its own. */
void api_fail_as(struct api_reply *reply, uint16_t status, const char *code, const struct err *err);
/* The same with what the guards said, as the member "guards". */
void api_fail_guarded(struct api_reply *reply, const struct err *err, const struct guard_result *results, size_t count);
/* The end of a reply that waited. `problem` as in publish.h. */
void api_complete(struct api_reply *reply, const char *problem);

struct user;
/*
 * The listening socket of the API at `path`, for its owner and its group alone. As root it is made as `user` (uid 0:
 * stay root), since the folder is that user's: what root does to a name in there could hit whatever the user puts in
 * its place. The group is the administrators' (`admin_gid`, or (gid_t)-1), as far as this process may give it away.
 */
NODISCARD bool api_listen(const char *path, const struct user *user, gid_t admin_gid, int *ret_fd, struct err *err);
/*
 * Serves at the doors whose listening sockets are given (-1: not there); `admin_gid` (or (gid_t)-1) is the group that
 * may use DATA/control.sock. The sockets are the server's in any case.
 */
NODISCARD bool api_new(struct core *core, const int take_fds[static API_DOORS_COUNT], gid_t admin_gid, struct api **ret,
                       struct err *err);
/* NULL is allowed. */
void api_free(struct api *api);

#endif
