/*
 * Reading JSON objects of ours (the API's, the state file's) without a ladder of checks at every member. A reader holds
 * one object; each call names a member and what it must be; the first thing wrong is kept as the error, with the path
 * of the field
 * ("routes[0].upstreams[1].url"), and the calls after it do nothing. At the end a member that nobody asked for is an
 * error.
 *
 *     struct json_read read;
 *     json_read_begin(&read, "", value, err);
 *     json_read_string(&read, "name", JSON_REQUIRED, 253, &name);
 *     json_read_integer(&read, "port", JSON_OPTIONAL, 1, 65535, &port);      an absent one leaves the default in place
 *     return json_read_end(&read);
 *
 * The values are jansson's (json_t); what is read are views into them, good while the value lives.
 */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Members one object may be asked for: more than any of ours has. */
#define JSON_READ_NAMES_MAX 64

enum json_need { JSON_REQUIRED, JSON_OPTIONAL };

struct json_read {
    const json_t *object; /* NULL when it is none */
    struct err *err;
    bool failed;
    char path[64];                          /* of the object, "" for the outermost */
    const char *names[JSON_READ_NAMES_MAX]; /* asked for */
    size_t names_count;
};

/* The value of the text, for json_decref. Members named twice, text behind the value and zero bytes in strings are
 * errors. */
NODISCARD bool json_parse(struct str text, json_t **ret, struct err *err);
/* Appends the text of the value: compact, or indented for people. False when it does not fit. */
bool json_write(const json_t *value, bool indented, struct buf *out);
/* Appends UTF-8 text as a JSON string, quotes and escapes included. False when it is no UTF-8 or does not fit. */
bool json_write_string(struct str text, struct buf *out);

/* Begins an object at `path`; `value` may be NULL or something else: then that is the error. */
void json_read_begin(struct json_read *read, const char *path, const json_t *value, struct err *err);
/* The same for the object `value` that `parent` has as member `name`, or as item `index` of it (-1: not an array). */
void json_read_child(struct json_read *read, const struct json_read *parent, const char *name, int index,
                     const json_t *value);
/*
 * Each of these gives true when the member is there and right, and only then sets *ret. An absent member is an error if
 * it is JSON_REQUIRED; null counts as absent (json_read_is_null tells).
 */
bool json_read_string(struct json_read *read, const char *name, enum json_need need, size_t size_max, struct str *ret);
bool json_read_integer(struct json_read *read, const char *name, enum json_need need, int64_t min, int64_t max,
                       int64_t *ret);
bool json_read_bool(struct json_read *read, const char *name, enum json_need need, bool *ret);
/* One of the words; *ret is its index. */
bool json_read_choice(struct json_read *read, const char *name, enum json_need need, const char *const *words,
                      size_t words_count, size_t *ret);
bool json_read_array(struct json_read *read, const char *name, enum json_need need, size_t count_max,
                     const json_t **ret);
bool json_read_object(struct json_read *read, const char *name, enum json_need need, const json_t **ret);
/* Item `index` of the array `name`, which must be a string. */
bool json_read_item_string(struct json_read *read, const char *name, const json_t *array, size_t index, size_t size_max,
                           struct str *ret);
/* Whether the member is there (null included): marks it as known. */
bool json_read_has(struct json_read *read, const char *name);
/* Whether the member is there and null. */
bool json_read_is_null(struct json_read *read, const char *name);
/* An error about the member by the caller's own rules; the first error stays. Returns false. */
bool json_read_fail(struct json_read *read, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Checks for unknown members; true when all was well. */
NODISCARD bool json_read_end(struct json_read *read);

#endif
