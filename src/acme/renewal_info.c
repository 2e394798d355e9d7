/* Two moments and a page, with bounds for what a CA may ask of us. */
#include "acme/renewal_info.h"

#include "acme/ca_url.h"
#include "acme/retry_after.h"
#include "codec/date.h"

/* "2026-01-15T12:00:00.123456789+01:00" is 35. */
#define MOMENT_SIZE_MAX 48

static bool moment_read(struct json_read *read, const char *name, int64_t *ret_s)
{
    struct str text;
    if (!json_read_string(read, name, JSON_REQUIRED, MOMENT_SIZE_MAX, &text))
        return false;
    if (!date_parse_rfc3339(text, ret_s))
        return json_read_fail(read, name, "is no moment as RFC 3339 writes it");
    /* The year 1, for one: how a program in Go writes a time that nobody has set. */
    return *ret_s > 0 || json_read_fail(read, name, "lies before 1970");
}

static bool window_read(struct json_read *parent, struct acme_window *window)
{
    const json_t *value = NULL;
    struct json_read read;
    if (!json_read_object(parent, "suggestedWindow", JSON_REQUIRED, &value))
        return false;
    json_read_child(&read, parent, "suggestedWindow", -1, value);
    if (!moment_read(&read, "start", &window->start_s) || !moment_read(&read, "end", &window->end_s))
        return false;
    /* RFC 9773 section 4.2: a window whose end is not after its start is to be treated as if there were none. */
    return window->end_s > window->start_s || json_read_fail(&read, "end", "is not after its start");
}

static int64_t look_again(struct str retry_after, int64_t now_s)
{
    int64_t wait_s = ACME_LOOK_AGAIN_S_DEFAULT;
    if (retry_after_parse(retry_after, now_s, &wait_s)) {
        wait_s = wait_s < ACME_LOOK_AGAIN_S_MIN ? ACME_LOOK_AGAIN_S_MIN : wait_s;
        wait_s = wait_s > ACME_LOOK_AGAIN_S_MAX ? ACME_LOOK_AGAIN_S_MAX : wait_s;
    }
    return now_s + wait_s;
}

bool acme_renewal_info_read(struct str body, struct str retry_after, int64_t now_s, struct arena *arena,
                            struct acme_window *ret, struct err *err)
{
    json_t *value = NULL;
    struct json_read read;
    struct acme_window window = {.look_again_s = look_again(retry_after, now_s)};
    if (!json_parse(body, &value, err))
        return false;
    json_read_begin(&read, "", value, err);
    bool ok = window_read(&read, &window);
    /* A page that cannot be shown is no reason to do without the window. */
    struct json_read page;
    json_read_begin(&page, "", value, NULL);
    (void)ca_url_read(&page, "explanationURL", JSON_OPTIONAL, arena, &window.explanation_url);
    json_decref(value);
    if (ok)
        *ret = window;
    return ok;
}
