#include "hsts/site_seen.h"

#include <assert.h>

const char *site_ask_words(enum site_ask ask)
{
    static const char *const words[SITE_ASKS_COUNT] = {
        [SITE_ASK_ROOT] = "GET /",
        [SITE_ASK_PAGE] = "GET /...",
        [SITE_ASK_NOT_FOUND] = "GET " SITE_PATH_NOT_FOUND,
        [SITE_ASK_METHOD] = SITE_METHOD_REFUSED " /",
        [SITE_ASK_HEAD] = "HEAD /",
    };
    assert(ask < SITE_ASKS_COUNT);
    return words[ask];
}
