/*
 * The head of a response as libcurl hands it over, line by line: fields as views into an arena, with limits on all of
 * it. 1xx responses before the final one and trailers behind it are left out.
 */
#ifndef OUTBOUND_HEAD_H
#define OUTBOUND_HEAD_H

#include "base/arena.h"

/* Twice what browsers and servers take for a head; 1xx responses before the final one count. */
#define HEAD_SIZE_MAX         65536
#define HEAD_FIELDS_COUNT_MAX 256

struct head_field {
    struct str name, value; /* as they came, without white space around the value */
};

struct head {
    struct arena *room;
    struct head_field *fields;
    size_t fields_count;
    size_t size;    /* of all heads so far */
    bool done;      /* the final one is there */
    bool too_large; /* beyond a limit */
};

/* False when the room is too small. The room must outlive the head. */
NODISCARD bool head_init(struct head *head, struct arena *room);
/* The next line with its end; `status` is that of the head it belongs to. False when the transfer has to end. */
NODISCARD bool head_take(struct head *head, struct str line, long status);
/* The next of this name, in any case, after `*at` (start with 0); data NULL when there is none left. */
struct str head_next(const struct head *head, struct str name, size_t *at);

#endif
