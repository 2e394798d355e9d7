/*
 * Which kind of list a text is, by what only that kind has: for who pastes or drops a file and is not to choose.
 */
#ifndef INVENTORY_GUESS_H
#define INVENTORY_GUESS_H

#include "inventory/reader.h"

/* As much of the beginning as decides: the comment at the top of a file is shorter. */
#define INVENTORY_GUESS_SIZE ((size_t)64 << 10)

/* By the first INVENTORY_GUESS_SIZE bytes of `text`, or all. Names, when nothing speaks for another kind. */
enum inventory_format inventory_guess(struct str text);

/* "names", "zone", "hosts", "dhcp", "transparency". */
NODISCARD bool inventory_format_from(struct str word, enum inventory_format *ret);
const char *inventory_format_text(enum inventory_format format);

#endif
