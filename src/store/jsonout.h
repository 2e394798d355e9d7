/*
 * Writes JSON text straight into a buffer: no tree is made, so that ten thousand sites are written in milliseconds.
 * Strings may hold anything: what JSON does not allow is escaped, bytes that are no UTF-8 become U+FFFD. A buffer that
 * is full says so itself (buf_ok).
 */
#ifndef STORE_JSONOUT_H
#define STORE_JSONOUT_H

#include <jansson.h>

#include "base/buf.h"

struct jsonout {
    struct buf *out;
    bool comma; /* a value stands before the present place */
};

/* In all of these `key` is the member's name inside an object, and NULL inside an array or at the top. */
void jsonout_object(struct jsonout *j, const char *key);
void jsonout_object_end(struct jsonout *j);
void jsonout_array(struct jsonout *j, const char *key);
void jsonout_array_end(struct jsonout *j);
void jsonout_str(struct jsonout *j, const char *key, struct str value);
void jsonout_i64(struct jsonout *j, const char *key, int64_t value);
void jsonout_u64(struct jsonout *j, const char *key, uint64_t value);
void jsonout_bool(struct jsonout *j, const char *key, bool value);
void jsonout_null(struct jsonout *j, const char *key);
/* A value that is JSON text already. */
void jsonout_raw(struct jsonout *j, const char *key, struct str json);
/* A value that was read; null for NULL, and where memory runs out. */
void jsonout_json(struct jsonout *j, const char *key, const json_t *value);
/* Seconds since 1970 as "2026-11-23T17:51:03Z". */
void jsonout_time(struct jsonout *j, const char *key, int64_t value_s);

#endif
