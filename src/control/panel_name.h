/*
 * The panel under a name of its own: a site whose application is the panel (store/route.h), which the gateway asks for
 * at DATA/panel.sock like any application. Which names those are; what the gateway says of who asks, which is believed
 * since the kernel says that it is the gateway (api_peer.h); and what becomes of sessions when a name goes. The doors
 * on the machine itself owe nothing to any of this.
 */
#ifndef CONTROL_PANEL_NAME_H
#define CONTROL_PANEL_NAME_H

#include "control/core.h"
#include "http/message.h"
#include "store/account.h"

/* Whether a site that is the panel answers to this host (without port). */
bool panel_name_has(const struct core *core, struct str host);
/* Who asked the gateway, and how. */
struct panel_name_asker {
    char address[SESSION_ADDRESS_SIZE_MAX + 1]; /* "192.0.2.1"; "unknown" behind a proxy that does not tell */
    bool is_secure;                             /* over HTTPS */
};
/*
 * By the field Forwarded (RFC 7239), which the gateway writes anew: its last element is the gateway's own word, those
 * before it are believed as far as trusted proxies of the listeners wrote them. Without one that can be read: nobody,
 * not secure.
 */
void panel_name_ask(const struct core *core, const struct http_request *request, struct panel_name_asker *ret);
/*
 * A state has taken the place of another. When a name of the panel's was given up, all sessions that were opened by a
 * name end: whatever is served there next is sent their cookies.
 */
void panel_names_committed(struct core *core, const struct state *before, const struct state *after);

#endif
