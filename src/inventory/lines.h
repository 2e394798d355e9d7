/*
 * Lines out of pieces of text, without their end ("\n" or "\r\n"). One that is longer than any of ours is told as a
 * problem and passed over. For inventory/ only.
 */
#ifndef INVENTORY_LINES_H
#define INVENTORY_LINES_H

#include "base/buf.h"
#include "inventory/sink.h"

/* A hosts file has hundreds of names in a line, a lease of Kea what a client told of itself; both stay far below. */
#define LINE_SIZE_MAX ((size_t)64 << 10)

struct lines {
    struct sink *sink;
    /* False ends the reading. */
    bool (*on_line)(void *context, uint64_t number, struct str line, struct err *err);
    void *context;
    struct buf text; /* of the line under way */
    uint64_t number; /* of that line, from 1 */
    bool is_too_long;
};

void lines_init(struct lines *lines, struct sink *sink,
                bool (*on_line)(void *context, uint64_t number, struct str line, struct err *err), void *context);
void lines_fini(struct lines *lines);
NODISCARD bool lines_take(struct lines *lines, struct str bytes, struct err *err);
/* The last line, which need not have an end. */
NODISCARD bool lines_end(struct lines *lines, struct err *err);
/* Cuts the next word off *rest: between blanks and what is in `also`. Empty: there is none. */
struct str line_word(struct str *rest, const char *also);

#endif
