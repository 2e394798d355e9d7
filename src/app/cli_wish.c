/* Reading it, and saying it. */
#include "app/cli_wish.h"

#include <stdio.h>

#include "app/cli_output.h"
#include "app/cli_text.h"

static uint32_t read_seconds(const json_t *value)
{
    json_int_t seconds = json_integer_value(value);
    return seconds > 0 && seconds <= HSTS_MAX_AGE_S_MAX ? (uint32_t)seconds : 0;
}

static int64_t read_moment(const json_t *object, const char *name)
{
    int64_t moment_s;
    return cli_moment_read(json_string_value(json_object_get(object, name)), &moment_s) ? moment_s : 0;
}

static enum hsts_mode read_mode(const json_t *wish)
{
    const char *name = cli_json_text(wish, "mode", "");
    for (unsigned mode = 0; mode < HSTS_MODES_COUNT; mode++)
        if (strcmp(hsts_mode_name((enum hsts_mode)mode), name) == 0)
            return (enum hsts_mode)mode;
    return HSTS_OFF;
}

static void read_ladder(const json_t *list, struct ladder *ret)
{
    ret->count = 0;
    for (size_t i = 0; i < json_array_size(list) && ret->count < LADDER_RUNGS_COUNT_MAX; i++)
        if ((ret->rungs[ret->count] = read_seconds(json_array_get(list, i))) > 0)
            ret->count++;
    if (ret->count == 0)
        ladder_init(ret);
}

void cli_hsts_read(const json_t *json, struct cli_hsts *ret)
{
    const json_t *wish = json_object_get(json, "wish");
    *ret = (struct cli_hsts){
        .wish = {.mode = read_mode(wish),
                 .max_age_s = read_seconds(json_object_get(wish, "max_age")),
                 .target_s = read_seconds(json_object_get(wish, "target")),
                 .include_subdomains = cli_json_bool(wish, "include_subdomains"),
                 .preload = cli_json_bool(wish, "preload"),
                 .since_s = read_moment(wish, "since")},
        .phase = cli_json_text(json, "phase", "?"),
        .field = cli_json_text(json, "field", NULL),
        .held_back = cli_json_text(json, "held_back", NULL),
        .next_s = read_seconds(json_object_get(json, "next_max_age")),
        .dwell_until_s = read_moment(json, "dwell_until"),
        .bound_until_s = read_moment(json, "bound_until"),
        .bound_until_chromium_s = read_moment(json, "bound_until_chromium"),
        .subdomains_bound_until_s = read_moment(json, "subdomains_bound_until"),
        .bound_by = cli_json_text(json, "bound_by", NULL),
        .certificate_bounds_until_s = read_moment(json, "certificate_bounds_until"),
        .renewals_seen = cli_json_number(json, "renewals_seen", 0),
        .preload_sent = cli_json_bool(json, "preload_sent"),
    };
    read_ladder(json_object_get(json, "ladder"), &ret->wish.ladder);
}

const char *cli_promise_text(uint32_t max_age_s, bool include_subdomains, bool preload,
                             char room[static CLI_PROMISE_SIZE])
{
    char text[LADDER_TEXT_SIZE];
    (void)snprintf(room, CLI_PROMISE_SIZE, "%.*s%s%s", STR_ARG(ladder_text(max_age_s, text)),
                   include_subdomains ? ", subdomains" : "", preload ? ", preload" : "");
    return room;
}

const char *cli_wish_text(const struct hsts_wish *wish, char room[static CLI_WISH_SIZE])
{
    char promise[CLI_PROMISE_SIZE], target[LADDER_TEXT_SIZE];
    const char *text = cli_promise_text(wish->max_age_s, wish->include_subdomains, wish->preload, promise);
    switch (wish->mode) {
    case HSTS_OFF: return "off";
    case HSTS_RELEASE: return "release";
    case HSTS_HOLD: (void)snprintf(room, CLI_WISH_SIZE, "hold %s", text); return room;
    case HSTS_AUTO:
    case HSTS_MODES_COUNT: break;
    }
    (void)snprintf(room, CLI_WISH_SIZE, "climb to %.*s, now %s", STR_ARG(ladder_text(wish->target_s, target)), text);
    return room;
}
