/*
 * Boot files: sections, and `Key = Value` lines in them. Names are compared without regard to ASCII case; a line that
 * starts with # or ; is a comment (nothing else is: values keep both); a value is the rest of its line, trimmed. There
 * are no quotes, escapes or continued lines. What names mean is the caller's business; whoever finds a bad value says
 * where by ini_error.
 *
 *     # comment
 *     [Listener office]            name "Listener", argument "office"
 *     Address = 127.0.0.1:8443
 */
#ifndef CODEC_INI_H
#define CODEC_INI_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Far above any boot file; keeps the search for repeated keys cheap. */
#define INI_KEYS_COUNT_MAX 4096

struct ini_key {
    struct ini_key *next; /* in the order of the file, over all parts of the section */
    struct str name;
    struct str value; /* may be empty */
    unsigned line;    /* counted from 1 */
};

struct ini_section {
    struct ini_section *next; /* in the order of the file */
    struct str name;
    struct str argument; /* what follows the name in the brackets, or empty */
    unsigned line;       /* of its first header */
    struct ini_key *keys, *keys_last;
};

struct ini {
    struct str file; /* for error texts */
    struct ini_section *sections, *sections_last;
};

/*
 * Reads `text` into sections and keys that live in the arena; names and values are views into `text`. A section whose
 * header stands twice is one section. A key that stands twice in a section is an error unless `may_repeat` says it may
 * (NULL: none may). False with *err filled ("FILE:LINE: …") and *ret untouched.
 */
NODISCARD bool ini_parse(struct str file, struct str text, bool (*may_repeat)(struct str section, struct str key),
                         struct arena *arena, struct ini *ret, struct err *err);
/* The section of that name and argument, or NULL. */
const struct ini_section *ini_section(const struct ini *ini, struct str name, struct str argument);
/* The first key of that name, or NULL (also for a NULL section). */
const struct ini_key *ini_key(const struct ini_section *section, struct str name);
/* "FILE:LINE: " and the text, ERR_INPUT; returns false. */
bool ini_error(const struct ini *ini, unsigned line, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
