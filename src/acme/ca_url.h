/*
 * URLs that a CA hands out, or an operator gives for one: https and nothing else, capped, of characters that can stand
 * in a request, a header and a log. Where they lead is not judged: whoever performs the requests verifies TLS.
 */
#ifndef ACME_CA_URL_H
#define ACME_CA_URL_H

#include "base/arena.h"
#include "codec/json.h"

/* Real ones have up to 200 bytes. */
#define ACME_URL_SIZE_MAX 2048

/* False with a sentence's end in *err ("is not https") when it cannot be used. */
NODISCARD bool ca_url_check(struct str url, struct err *err);
/*
 * The member `name` as a URL, copied into the arena. False, and *ret untouched, when it is absent; when it is no such
 * URL or the arena is full the reader has failed as well.
 */
bool ca_url_read(struct json_read *read, const char *name, enum json_need need, struct arena *arena, struct str *ret);

#endif
