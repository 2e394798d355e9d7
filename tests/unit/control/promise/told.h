/* What a snapshot tells browsers, read from the blob that was published: names it serves over TLS, and the field. */
#ifndef CONTROL_PROMISE_TOLD_H
#define CONTROL_PROMISE_TOLD_H

#include "base/str.h"

#define TOLD_NAMES_COUNT_MAX 16
#define TOLD_TEXT_SIZE       80

struct told_name {
    char name[TOLD_TEXT_SIZE];  /* "*.a.test" for a wildcard */
    char field[TOLD_TEXT_SIZE]; /* empty: none */
    int64_t cap_s;
};

struct told {
    uint64_t generation; /* 0: there is no snapshot */
    int64_t made_s;
    struct told_name names[TOLD_NAMES_COUNT_MAX];
    size_t count;
};

/* From the descriptor of a sealed blob, which stays the caller's. A blob that is none ends the test. */
void told_read(int fd, struct told *ret);
/* The name among those it serves over TLS, or NULL. */
const struct told_name *told_find(const struct told *told, const char *name);

#endif
