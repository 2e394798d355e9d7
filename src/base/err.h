/*
 * What went wrong, for whoever can act on it. A function that can fail for a reason an operator must read takes a
 * `struct err *` last, returns false and fills it; it never logs as well (a function logs or returns an error, never
 * both). The text is one sentence that names the thing, the reason and, where there is one, the fix.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

enum err_code {
    ERR_NONE = 0,
    ERR_INPUT,     /* what the caller gave is wrong (exit status 2, HTTP 400/422) */
    ERR_NOT_FOUND, /* what the caller named is not there (HTTP 404) */
    ERR_CONFLICT,  /* it is there already, or would break something that is (HTTP 409) */
    ERR_DENIED,    /* not allowed (HTTP 403) */
    ERR_SYSTEM,    /* the operating system or a library refused (exit status 1, HTTP 500) */
    ERR_MEMORY,    /* memory or a cap ran out */
};

struct err {
    enum err_code code;
    char field[64]; /* the input the error is about ("Http Port", "upstream[0]"), or empty */
    char text[512]; /* one sentence in plain words */
    char fix[256];  /* what to do about it, or empty */
};

/* Fills *err (NULL is allowed) and returns false, so that `return err_set(err, …)` reads well. */
bool err_set(struct err *err, enum err_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with the name of the input that is at fault. */
bool err_field(struct err *err, const char *field, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* ERR_SYSTEM with the text of errno appended. */
bool err_errno(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds what to do; returns false, so that `return err_fix(err, …)` may close a failure. */
bool err_fix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts "…: " before the text: the caller's context. Returns false. */
bool err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool err_memory(struct err *err);

#endif
