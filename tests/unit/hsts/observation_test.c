#include "check.h"

#include <string.h>

#include "hsts/observation.h"

static void everything_that_can_be_seen_has_a_name_of_its_own(void **state)
{
    static const char *const names[OBSERVED_COUNT] = {"served", "chain", "redirect", "application", "content", "ports"};
    (void)state;
    for (int i = 0; i < OBSERVED_COUNT; i++)
        assert_string_equal(observed_name((enum observed_what)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_can_be_seen_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
