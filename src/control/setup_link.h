/*
 * The one-time link to the first account: http://127.0.0.1:8460/#setup=TOKEN. It is told to whoever started the
 * gateway, in its log, and to whoever may ask control.sock; of the token itself only a digest is kept, in
 * DATA/setup.link, so that the link lasts over restarts and cannot be read from a copy of the folder. Behind the '#' it
 * stays in the browser: it is in no request line and no log of anything between.
 */
#ifndef CONTROL_SETUP_LINK_H
#define CONTROL_SETUP_LINK_H

#include "control/panel_session.h"

/* Long enough for who installs today and comes back tomorrow; another one can be had at any time. */
#define SETUP_LINK_LIFE_S 86400
/* "http://[::1]:65535/#setup=" and the token */
#define SETUP_LINK_SIZE 160

/* Makes a new one, in the place of any before it: the whole link. A secret. */
NODISCARD bool setup_link_make(struct core *core, char ret[static SETUP_LINK_SIZE], struct err *err);
/* Whether the token is that of the newest link. ERR_DENIED, and what to do, when it is not or is too old. */
NODISCARD bool setup_link_check(struct core *core, struct str token, struct err *err);
/* It has served. */
void setup_link_end(struct core *core);
/*
 * At the start, while there is no account: a link in the log, if the panel is served at its address and there is none
 * that is still good; else how to get another one.
 */
void setup_link_announce(struct core *core);

#endif
