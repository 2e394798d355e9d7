/*
 * Sites on their way into a state: they are read one by one, checked together (no name twice), and added in one go.
 */
#ifndef STORE_SITE_LIST_H
#define STORE_SITE_LIST_H

#include "store/state.h"

struct site_list {
    struct site **sites; /* a reference each */
    size_t count, capacity;
};

void site_list_init(struct site_list *list);
void site_list_fini(struct site_list *list);
/* Takes over the caller's reference, also when memory ran out (then false). */
NODISCARD bool site_list_take(struct site_list *list, struct site *site, struct err *err);
/* Reads one site as it is stored; `path` stands before the names of members in errors. */
NODISCARD bool site_list_read(struct site_list *list, struct str text, const char *path, struct err *err);
/* Into an empty state. */
NODISCARD bool site_list_move(struct site_list *list, struct state *state, struct err *err);

#endif
