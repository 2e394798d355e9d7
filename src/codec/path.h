/*
 * The path of a request as a place in a folder: percent-decoded once, dot segments resolved, and unable to leave the
 * folder it starts from. For files only; what goes to an application is forwarded as it came.
 */
#ifndef CODEC_PATH_H
#define CODEC_PATH_H

#include "base/arena.h"
#include "base/str.h"

/*
 * Decodes and normalises the path part of a request target (it starts with "/" and has no query). %2e%2e is ".." as
 * well; empty segments vanish; a final "/", "." or ".." gives a final "/". The result starts with "/", ends in a zero
 * byte that does not count, and lives in the arena. False, *ret untouched, for: a path that climbs above its start, a
 * bad or cut %XX, a control character (%00 among them), an encoded slash (no file name has one), and when the arena is
 * full.
 */
NODISCARD bool path_normalise(struct str encoded, struct arena *arena, struct str *ret);
/* %XX decoded, into memory of the arena; "+" stays. False for a bad or cut %XX, for %00, and when the arena is full. */
NODISCARD bool path_decode(struct str encoded, struct arena *arena, struct str *ret);

#endif
