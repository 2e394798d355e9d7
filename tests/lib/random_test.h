/* What tests of random sequences share: how much they do is set from outside, and less where every step is checked. */
#ifndef TESTS_LIB_RANDOM_TEST_H
#define TESTS_LIB_RANDOM_TEST_H

#include <stdlib.h>

#include "check.h"

/* `plain`, or `checked` where a sanitizer makes each step several times as slow. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RANDOM_TEST_COUNT(plain, checked) (checked)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RANDOM_TEST_COUNT(plain, checked) (checked)
#endif
#endif
#ifndef RANDOM_TEST_COUNT
#define RANDOM_TEST_COUNT(plain, checked) (plain)
#endif

/* The number in this variable of the environment, or `preset`; the test fails when there is something else in it. */
static inline uint64_t random_test_number(const char *name, uint64_t preset)
{
    const char *text = getenv(name);
    uint64_t number;
    if (!text)
        return preset;
    if (!str_to_u64(str_from(text), UINT64_MAX, &number))
        fail_msg("%s is \"%s\", which is no number", name, text);
    return number;
}

#endif
