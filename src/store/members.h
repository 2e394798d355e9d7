/*
 * Strict reading of the members of a JSON object: the right type, in range, and nothing unknown. An error names the
 * member by its whole path ("routes[0].status"), which is `path` ("routes[0].", or "") and the member's name. A member
 * that is absent leaves its output untouched, so that defaults are set before reading.
 */
#ifndef STORE_MEMBERS_H
#define STORE_MEMBERS_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

/* Room for "routes[12].upstreams[123]." */
#define MEMBERS_PATH_SIZE 48

/* `value` is an object with no member but those of `allowed`, a list that ends with NULL. */
NODISCARD bool members_only(const json_t *value, const char *path, const char *const *allowed, struct err *err);
/* A string without zero bytes; the view lives as long as the object. */
NODISCARD bool members_str(const json_t *object, const char *path, const char *name, size_t size_max, struct str *ret,
                           struct err *err);
NODISCARD bool members_bool(const json_t *object, const char *path, const char *name, bool *ret, struct err *err);
NODISCARD bool members_u32(const json_t *object, const char *path, const char *name, uint32_t min, uint32_t max,
                           uint32_t *ret, struct err *err);
NODISCARD bool members_i64(const json_t *object, const char *path, const char *name, int64_t min, int64_t max,
                           int64_t *ret, struct err *err);
/* One of `choices` (ends with NULL); *ret becomes its index. */
NODISCARD bool members_choice(const json_t *object, const char *path, const char *name, const char *const *choices,
                              uint32_t *ret, struct err *err);
/* An array of at most count_max elements; *ret_count is 0 when it is absent. */
NODISCARD bool members_array(const json_t *object, const char *path, const char *name, size_t count_max,
                             const json_t **ret, size_t *ret_count, struct err *err);
/* err_field about `path` and `name` together. */
bool members_error(struct err *err, const char *path, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
