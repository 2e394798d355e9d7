/*
 * Ranges and conditions (RFC 9110 sections 13 and 14), as static files need them: is the client's copy still good, and
 * if not, which part does it want. One range is served as a part; several are answered with the whole, which section
 * 14.2 allows and which no client of the gateway needs otherwise.
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include "base/buf.h"
#include "http/message.h"

/* What the file is known by at this moment. */
struct range_validators {
    struct str etag;    /* with quotes, and "W/" when weak; empty for none */
    int64_t modified_s; /* Last-Modified, seconds since 1970; negative for none */
    int64_t now_s;      /* the response's Date: a file changed within the last second may change again unseen */
};

enum range_condition {
    RANGE_CONDITION_HOLDS,        /* go on */
    RANGE_CONDITION_NOT_MODIFIED, /* 304 */
    RANGE_CONDITION_FAILED,       /* 412 */
};

enum range_result {
    RANGE_WHOLE,         /* no range, or none that counts: 200 */
    RANGE_PART,          /* 206 */
    RANGE_UNSATISFIABLE, /* 416 */
};

struct range {
    uint64_t first; /* byte offset */
    uint64_t size;  /* bytes, at least 1 */
};

/*
 * If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of RFC 9110 section 13.2.2. A date
 * that is none is ignored, as sections 13.1.3 and 13.1.4 say.
 */
enum range_condition range_check_conditions(const struct http_request *request,
                                            const struct range_validators *validators);
/*
 * The range a GET asks for of `size` bytes, If-Range considered. *ret is filled for RANGE_PART only. Ask after the
 * conditions.
 */
enum range_result range_find(const struct http_request *request, const struct range_validators *validators,
                             uint64_t size, struct range *ret);
/* The value of Range alone: "bytes=0-99", "bytes=100-", "bytes=-500". */
enum range_result range_parse(struct str value, uint64_t size, struct range *ret);
/* The value of Content-Range for a part, or for 416 when `range` is NULL. */
bool range_write_content_range(struct buf *out, const struct range *range, uint64_t size);

/* Entity tags: opaque data in quotes, perhaps after "W/" (RFC 9110 section 8.8.3). */
bool range_etag_is_valid(struct str etag);
/* Weak comparison: the opaque data is the same. */
bool range_etag_matches_weakly(struct str a, struct str b);
/* Strong comparison: the same, and neither is weak. */
bool range_etag_matches_strongly(struct str a, struct str b);

#endif
