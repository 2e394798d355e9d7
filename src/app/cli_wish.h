/*
 * The ladder of a site as the API tells it: what was wished, which rungs there are, until when who is bound. From JSON
 * to values, so that texts and decisions are written against values. Absent and strange members become 0 or empty.
 */
#ifndef APP_CLI_WISH_H
#define APP_CLI_WISH_H

#include <jansson.h>

#include "hsts/wish.h"

struct cli_hsts {
    struct hsts_wish wish; /* with its ladder */
    const char *phase;     /* "climbing"; "?" when it is absent */
    const char *field;     /* what is sent, NULL: nothing */
    const char *held_back; /* why an automatic climb does not go on, or NULL */
    uint32_t next_s;       /* the next rung, 0: none */
    /* Moments in seconds since 1970; 0: none. */
    int64_t dwell_until_s;
    int64_t bound_until_s, bound_until_chromium_s, subdomains_bound_until_s;
    const char *bound_by; /* the name whose promise binds longest, or NULL */
    int64_t certificate_bounds_until_s;
    int64_t renewals_seen;
    bool preload_sent;
};

/* `json` as of GET …/hsts; the texts are views into it. */
void cli_hsts_read(const json_t *json, struct cli_hsts *ret);
/* "1 day", "1 year, subdomains, preload": a promise in words. */
#define CLI_PROMISE_SIZE 64
const char *cli_promise_text(uint32_t max_age_s, bool include_subdomains, bool preload,
                             char room[static CLI_PROMISE_SIZE]);
/* A wish in words: "off", "release", "hold 1 day, subdomains", "climb to 1 year, now 1 day". */
#define CLI_WISH_SIZE 128
const char *cli_wish_text(const struct hsts_wish *wish, char room[static CLI_WISH_SIZE]);

#endif
