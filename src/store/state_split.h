/*
 * Cuts JSON text into pieces without parsing them: the elements of one list in a large object, so that they can be
 * parsed one at a time. It knows strings and brackets only; whether a piece is valid is for the parser that gets it.
 */
#ifndef STORE_STATE_SPLIT_H
#define STORE_STATE_SPLIT_H

#include "base/str.h"

/*
 * What stands between the brackets of the top-level object's member `name` when that is a list; empty with data NULL
 * when there is none, or the text ends too early. The first member of that name counts.
 */
struct str state_split_list(struct str text, struct str name);
/*
 * The next element of such a list off *rest. False at the end (then *rest is empty), and where elements are not
 * separated by one comma (then *rest is not).
 */
NODISCARD bool state_split_next(struct str *rest, struct str *ret);

#endif
