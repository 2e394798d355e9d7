/*
 * Set-Cookie as far as the gateway touches it: the Secure attribute, added for applications that do not know that they
 * are behind HTTPS. Read as browsers read it (RFC 6265 section 5.2), not as the grammar for servers has it.
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "base/arena.h"

/* The value has the Secure attribute; "secure" within the cookie's value does not count. */
bool cookie_is_secure(struct str set_cookie);
/*
 * True when the value lacks Secure and *ret is the value with it, in the arena. False when it stays as it is (it is
 * secure already, or the arena is full: *ret untouched).
 */
bool cookie_add_secure(struct str set_cookie, struct arena *arena, struct str *ret);

#endif
