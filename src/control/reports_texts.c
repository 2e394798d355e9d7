/* What browsers are told, and the settings that decide it. */
#include "codec/base64.h"
#include "control/reports.h"
#include "crypto/mac.h"

/* 128 bits: nobody guesses it. It is no secret from visitors, who are all told. */
#define TOKEN_SIZE 16
/* The name by which the fields refer to each other. */
#define GROUP "strictgate"

int64_t reports_max_age_s(int64_t promise_s)
{
    int64_t outlives_s = promise_s > 0 ? promise_s + REPORTS_MARGIN_S : 0;
    return outlives_s > REPORTS_MAX_AGE_S_MIN ? outlives_s : REPORTS_MAX_AGE_S_MIN;
}

/* From the installation's key and the site's name: the same after a restart, and nobody's from outside. */
static bool make_token(const struct reports_source *source, struct arena *arena, struct str *ret, struct err *err)
{
    uint8_t code[MAC_SIZE_MAX];
    struct buf text;
    struct str data = arena_printf(arena, "token for reports of %.*s", STR_ARG(source->site));
    if (!data.data)
        return err_memory(err);
    if (!mac_make(MAC_SHA256, str_make(source->key, SEAL_KEY_SIZE), data, code, err))
        return false;
    buf_init(&text, 64);
    bool fine = base64_encode(BASE64_URL, str_make(code, TOKEN_SIZE), &text) && arena_str(arena, buf_str(&text), ret);
    buf_fini(&text);
    return fine || err_memory(err);
}

static struct str url_of(const struct reports_source *source, struct str token, struct arena *arena)
{
    char port[8] = "";
    if (source->https_port && source->https_port != 443)
        (void)snprintf(port, sizeof port, ":%u", source->https_port);
    return arena_printf(arena, "https://%.*s%s" REPORT_PATH_PREFIX "%.*s/%.*s", STR_ARG(source->collector), port,
                        STR_ARG(source->site), STR_ARG(token));
}

/* A max-age of 0 makes a browser forget both (Network Error Logging section 5.1, Reporting API of 2018 section 3.1). */
static const struct build_reports forget = {
    .nel = STR_INIT("{\"report_to\":\"" GROUP "\",\"max_age\":0}"),
    .report_to = STR_INIT("{\"group\":\"" GROUP "\",\"max_age\":0,\"endpoints\":[]}"),
};

bool reports_texts(const struct reports_source *source, struct arena *arena, struct build_reports *ret, struct err *err)
{
    struct build_reports texts = forget;
    if (source->max_age_s == 0 || source->collector.size == 0) {
        *ret = texts;
        return true;
    }
    if (!make_token(source, arena, &texts.token, err))
        return false;
    struct str url = url_of(source, texts.token, arena);
    texts.nel = arena_printf(arena,
                             "{\"report_to\":\"" GROUP "\",\"max_age\":%lld,\"include_subdomains\":false,"
                             "\"success_fraction\":0,\"failure_fraction\":1}",
                             (long long)source->max_age_s);
    texts.report_to =
        arena_printf(arena, "{\"group\":\"" GROUP "\",\"max_age\":%lld,\"endpoints\":[{\"url\":\"%.*s\"}]}",
                     (long long)source->max_age_s, STR_ARG(url));
    texts.endpoints = arena_printf(arena, GROUP "=\"%.*s\"", STR_ARG(url));
    texts.csp = arena_printf(arena,
                             "default-src https: data: blob: 'unsafe-inline' 'unsafe-eval'; "
                             "connect-src https: wss: data: blob:; report-uri %.*s; report-to " GROUP,
                             STR_ARG(url));
    if (!url.data || !texts.nel.data || !texts.report_to.data || !texts.endpoints.data || !texts.csp.data)
        return err_memory(err);
    *ret = texts;
    return true;
}

void reports_carry_over(const struct core *core, const struct site *before, struct site *after)
{
    after->reports_over_s = 0;
    if (before->reports && !after->reports)
        after->reports_over_s = core->read_clock(core).wall_s + reports_max_age_s(before->hsts.max_age_s);
    else if (!after->reports)
        after->reports_over_s = before->reports_over_s;
}
