/*
 * Sessions of the panel as the browser has them: the cookie by which it is known again, the token that its page adds to
 * what changes something (CSRF), and how often somebody may try to get one. How they are kept is in store/account.h.
 */
#ifndef CONTROL_PANEL_SESSION_H
#define CONTROL_PANEL_SESSION_H

#include "control/api.h"
#include "store/jsonout.h"

/* 256 random bits as Base64url, with a zero byte: a cookie, a CSRF token, a setup token. */
#define PANEL_TOKEN_SIZE API_COOKIE_SIZE

/* Who wants a session: what of a request has to outlive it. */
struct panel_visitor {
    enum api_door door;
    char address[SESSION_ADDRESS_SIZE_MAX + 1];
    char user_agent[SESSION_USER_AGENT_SIZE_MAX + 1];
    bool has_session; /* one that the new one takes the place of */
    uint8_t session_id[SESSION_ID_SIZE];
};

void panel_visitor_of(const struct api_context *context, struct panel_visitor *ret);
NODISCARD bool panel_token_make(char ret[static PANEL_TOKEN_SIZE], struct err *err);
/* Whether two tokens are the same, in a time that does not tell where they differ. */
bool panel_token_eq(struct str a, struct str b);
/*
 * The session's cookie at this door. By a name it is one that browsers take over HTTPS alone and from that very name
 * ("__Host-", RFC 6265bis section 4.1.3.2): neither a network nor a page of a neighbour can plant one.
 */
const char *panel_cookie_name(enum api_door door);
/*
 * The session whose cookie the request has, touched; false: there is none. One that was opened by a name of the panel's
 * is good there alone, and the others are not good there.
 */
NODISCARD bool panel_session_find(struct core *core, const struct http_request *request, enum api_door door,
                                  struct session *ret);
/*
 * A session for the account: with its entry in the audit log, the cookie in the reply and the session as its body. It
 * is proved from the beginning.
 */
void panel_session_begin(struct core *core, const struct panel_visitor *visitor, struct str account,
                         struct api_reply *reply);
/* The session gets another cookie, by way of the reply; its CSRF token and its end stay. */
NODISCARD bool panel_session_renew(struct core *core, const uint8_t id[static SESSION_ID_SIZE], struct api_reply *reply,
                                   struct err *err);
/*
 * The account of the visitor's session has just given a secret of its own: the session is proved (panel_proof.h), with
 * an entry in the audit log, and gets another cookie. The reply is the session.
 */
void panel_session_prove(struct core *core, const struct panel_visitor *visitor, struct str account,
                         struct api_reply *reply);
/* For how long what gives power over the whole installation is done for it without another proof; 0: not at all. */
uint32_t panel_session_fresh_s(const struct core *core, const struct session *session);
/* The session as the API shows it to its browser: the body of GET and POST /v1/session. False: the reply is an error.
 */
bool panel_session_write(struct core *core, const struct session *session, struct api_reply *reply);

/*
 * An attempt at the account's password or code, counted as failed until it is said to be right. False: there were too
 * many, and the reply is 429 with the time to wait.
 */
NODISCARD bool panel_may_try(struct core *core, const struct api_context *context, struct str account,
                             struct api_reply *reply);
/* How it ended. Wrong stays counted. */
void panel_tried(struct core *core, struct str address, struct str account, bool right);
/* It was neither: the password without its code, or no memory to look. */
void panel_try_undone(struct core *core, struct str address, struct str account);

#endif
