/* What every unit test includes: cmocka with the headers it wants before it, and comparisons of our own types. */
#ifndef TESTS_LIB_CHECK_H
#define TESTS_LIB_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

/* The two views hold the same bytes. */
#define assert_str(actual, expected)                                                                                   \
    do {                                                                                                               \
        struct str actual_ = (actual), expected_ = (expected);                                                         \
        if (!str_eq(actual_, expected_))                                                                               \
            fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(actual_), STR_ARG(expected_));                                \
    } while (0)

#endif
