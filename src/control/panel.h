/*
 * The doors of the admin panel: who is let in there, and what every answer says to the browser. A browser is somebody
 * else's program that any page may make ask us, so everything is refused that the panel's own page would not send. What
 * is behind the doors is the same API as everywhere (api.h) and the files of the page (panel_files.c).
 *
 *     head of a request ──▶ Host? ──▶ a file of the page ──────────────────────▶ it
 *                             │ └───▶ /v1/… ──▶ session, role, CSRF, proof? ──▶ content, api_answer
 *                             └ 421                    └ 401, 403
 */
#ifndef CONTROL_PANEL_H
#define CONTROL_PANEL_H

#include "control/api.h"
#include "control/panel_assets.h"
#include "store/account.h"

/* A password, a passkey's answer: with their names some ten thousand bytes at the most. */
#define PANEL_STRANGER_SIZE_MAX 32768
/* "https://" and the longest name with a port */
#define PANEL_ORIGIN_SIZE 280
/* "account NAME" */
#define PANEL_ACTOR_SIZE 80

/* What a connection keeps for who is at its other end while a request is being answered. */
struct panel_guest {
    char address[SESSION_ADDRESS_SIZE_MAX + 1]; /* where the connection is from; by way of the gateway, the request */
    struct session session;                     /* of the request, if it has one; a secret */
    char origin[PANEL_ORIGIN_SIZE];
    char actor[PANEL_ACTOR_SIZE];
};

/* Who asks, by the session of the request. The context's views are into the guest and the request. */
void panel_identify(struct core *core, const struct http_request *request, enum api_door door,
                    struct panel_guest *guest, struct api_context *ret);
/*
 * Whether the API may answer this request of whoever was identified, judged by its head. If not: *ret_asset is the file
 * that was asked for, or NULL and `reply`, whose body is initialised, is the refusal.
 */
NODISCARD bool panel_admits(const struct core *core, const struct http_request *request,
                            const struct api_context *context, const struct panel_asset **ret_asset,
                            struct api_reply *reply);
/* How much content it may bring: who has not signed in has little to say. */
size_t panel_content_size_max(const struct http_request *request, const struct api_context *context);
/*
 * Whether a browser may have the panel under this host (without port) at this door: on the machine itself no name that
 * somebody else's DNS gives, by way of the gateway the names of sites that are the panel.
 */
bool panel_host_is_ours(const struct core *core, enum api_door door, struct str host);
/* The fields for the browser's protection that every answer at these doors has. */
void panel_write_fields(struct buf *out);

/* panel_files.c: the file at a path, or NULL. */
const struct panel_asset *panel_asset_find(struct str path);
/* The whole answer with it: 200, or 304 when the browser has it already. For GET and HEAD. */
void panel_write_asset(struct buf *out, const struct panel_asset *asset, const struct http_request *request,
                       bool keep_alive);

#endif
