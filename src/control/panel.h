/*
 * The doors of the admin panel: who is let in there, and what every answer says to the browser. A browser is somebody
 * else's program that any page may make ask us, so everything is refused that the panel's own page would not send. What
 * is behind the doors is the same API as everywhere (api.h) and the files of the page (panel_files.c).
 *
 *     head of a request ──▶ Host? ──▶ a file of the page ──────────────────────▶ it
 *                             │ └───▶ /v1/… ──▶ session, role, CSRF? ──▶ content, api_answer
 *                             └ 421                    └ 401, 403
 */
#ifndef CONTROL_PANEL_H
#define CONTROL_PANEL_H

#include "control/api.h"
#include "control/panel_assets.h"

/*
 * Whether the API may answer this request, judged by its head. If not: *ret_asset is the file that was asked for, or
 * NULL and `reply`, whose body is initialised, is the refusal.
 */
NODISCARD bool panel_admits(const struct http_request *request, const struct panel_asset **ret_asset,
                            struct api_reply *reply);
/* Whether a browser may have the panel under this host (without port): no name that somebody else's DNS gives. */
bool panel_host_is_ours(struct str host);
/* The fields for the browser's protection that every answer at these doors has. */
void panel_write_fields(struct buf *out);

/* panel_files.c: the file at a path, or NULL. */
const struct panel_asset *panel_asset_find(struct str path);
/* The whole answer with it: 200, or 304 when the browser has it already. For GET and HEAD. */
void panel_write_asset(struct buf *out, const struct panel_asset *asset, const struct http_request *request,
                       bool keep_alive);

#endif
