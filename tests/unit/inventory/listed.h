/* What a reader makes of a text, as text: for comparing in one piece, and in pieces of every size. */
#ifndef TESTS_UNIT_INVENTORY_LISTED_H
#define TESTS_UNIT_INVENTORY_LISTED_H

#include "base/buf.h"
#include "inventory/reader.h"

/* Callbacks that write such lines; `context` is the buffer. */
bool listed_name(void *context, const struct inventory_name *name, struct err *err);
void listed_problem(void *context, uint64_t line, const char *message);
/*
 * A line for each name, "7 www.example.org CNAME example.net" (type and target only where there are), and each problem,
 * "7! There is …"; the order is that of the text. Read in pieces of `piece_size` bytes.
 */
struct inventory_counts listed(enum inventory_format format, struct str text, size_t piece_size, struct buf *out);
/* The names and problems of the text are those, however it is cut in pieces; below example.org. */
void expect_listed(enum inventory_format format, const char *text, const char *expected);
/* Each beginning of the text is read without a fault. */
void expect_cut_anywhere(enum inventory_format format, const char *text);

#endif
