/*
 * Who listens for events (GET /v1/events, server-sent events as HTML has them): that something has changed, not what,
 * so that a page knows when to ask again. What happens within a moment is told together. A stream ends with its
 * session; one that is read too slowly is cut, since the browser comes back and asks for all of it.
 */
#ifndef CONTROL_PANEL_EVENTS_H
#define CONTROL_PANEL_EVENTS_H

#include "control/core.h"
#include "store/account.h"

/*
 * Pages that are open; each is a connection that stays. In all half of what one door has, so that the other half is
 * there for requests.
 */
#define PANEL_STREAMS_COUNT_MAX 128
/* Tabs of one person in a few browsers; who has more sees them renewed every half minute instead. */
#define PANEL_STREAMS_ACCOUNT_COUNT_MAX 24
/* Of one address, which all of loopback is (whoever is at the machine, and everybody by ssh -L): half of all. */
#define PANEL_STREAMS_ADDRESS_COUNT_MAX 64
/* More sites at once are "many": the page asks for the list. */
#define PANEL_EVENT_NAMES_COUNT_MAX 16
/* A commit, its look and its acknowledgement follow each other within a second. */
#define PANEL_EVENT_DELAY_MS 200
/* A comment this often keeps what is between us and the browser from closing a silent connection. */
#define PANEL_STREAM_BEAT_MS 15000
/* What a browser may leave unread: a suspended tab for some minutes. */
#define PANEL_STREAM_SIZE_MAX 65536

/* Part of a connection. */
struct panel_stream {
    struct list node;
    bool has_session; /* not over control.sock */
    uint8_t session_id[SESSION_ID_SIZE];
    char account[ACCOUNT_NAME_SIZE_MAX + 1]; /* empty over control.sock */
    char address[SESSION_ADDRESS_SIZE_MAX + 1];
    /* To the browser. The stream may be gone afterwards. */
    void (*send)(struct panel_stream *stream, struct str text);
    void (*end)(struct panel_stream *stream);
};

struct panel_events {
    struct core *core;
    struct list streams;
    size_t streams_count;
    struct timer tell, beat;
    bool many;
    size_t names_count;
    char names[PANEL_EVENT_NAMES_COUNT_MAX][NAME_SIZE_MAX + 1];
};

void panel_events_init(struct panel_events *events, struct core *core);
void panel_events_fini(struct panel_events *events);
/* Whether one more of this account at this address may listen. ERR_CONFLICT with what there is too much of. */
NODISCARD bool panel_events_have_room(const struct panel_events *events, struct str account, struct str address,
                                      struct err *err);
/* From now on it is told; what it is told first is appended to `out`. */
void panel_events_join(struct panel_events *events, struct panel_stream *stream, struct buf *out);
void panel_events_leave(struct panel_events *events, struct panel_stream *stream);

/* In these nothing happens in a core without a panel. */

/* Something about this site has changed; empty: about none in particular. */
void panel_events_changed(struct core *core, struct str site);
/* The state has another content: which sites are other ones. */
void panel_events_committed(struct core *core, const struct state *before, const struct state *after);
/* Sessions may have ended: streams of those that have end soon. */
void panel_sessions_changed(struct core *core);

#endif
