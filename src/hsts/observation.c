/* The names of what can be seen of a site, for the API, the command line and the log. */
#include "hsts/observation.h"

#include <assert.h>

const char *observed_name(enum observed_what what)
{
    static const char *const names[OBSERVED_COUNT] = {
        [OBSERVED_SERVED] = "served",           [OBSERVED_CHAIN] = "chain",     [OBSERVED_REDIRECT] = "redirect",
        [OBSERVED_APPLICATION] = "application", [OBSERVED_CONTENT] = "content", [OBSERVED_PORTS] = "ports",
    };
    assert(what < OBSERVED_COUNT);
    return names[what];
}
