#include "control/metrics_census.h"

#include "control/census.h"
#include "control/metrics.h"
#include "control/totals.h"
#include "http/agent.h"

#define PREFIX "strictgate_"

/* A family: its samples are `count` fields of the census from `first` on, each with a word for its label. */
struct family {
    const char *name, *help, *label;
    enum census_field first;
    size_t count;
    const char *(*word)(size_t index);
};

static const char *method_word(size_t index)
{
    return census_method((enum census_field)index);
}

static const char *kind_word(size_t index)
{
    static const char *const words[] = {"basic", "authorization", "cookie", "content", "form"};
    return words[index];
}

static const char *class_word(size_t index)
{
    return http_agent_name((enum http_agent)index);
}

static const char *action_word(size_t index)
{
    static const char *const words[] = {"redirected", "refused"};
    return words[index];
}

static const struct family families[] = {
    {"site_plain_requests", "Requests over plain HTTP by method", "method", CENSUS_GET, CENSUS_METHODS_COUNT,
     method_word},
    {"site_plain_answers", "Requests over plain HTTP that were sent to HTTPS, or refused for what they carried",
     "action", CENSUS_REDIRECTED, 2, action_word},
    {"site_plain_secrets",
     "Requests over plain HTTP that carried a password, another authorization, a cookie or content", "kind",
     CENSUS_BASIC, CENSUS_FORMS + 1 - CENSUS_BASIC, kind_word},
    {"site_plain_classes", "Requests over plain HTTP by kind of program", "class", CENSUS_CLASS, HTTP_AGENTS_COUNT,
     class_word},
};

static void put_site(const struct family *family, const struct core *core, const struct site *site, struct buf *out)
{
    struct census_counts census;
    if (!totals_of_census_moved(core->counters, site->slot))
        return;
    totals_of_census(core->counters, site->slot, &census);
    for (size_t i = 0; i < family->count; i++) {
        uint64_t count = census.counts[family->first + i];
        if (!count)
            continue;
        (void)buf_printf(out, PREFIX "%s_total{site=", family->name);
        metrics_put_label(out, site->name);
        (void)buf_printf(out, ",%s=\"%s\"} %llu\n", family->label, family->word(i), (unsigned long long)count);
    }
}

void metrics_census(const struct core *core, struct buf *out)
{
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        (void)buf_printf(
            out, "# HELP " PREFIX "%s_total %s; without what did not occur\n# TYPE " PREFIX "%s_total counter\n",
            families[f].name, families[f].help, families[f].name);
        for (size_t i = 0; i < core->state.sites_count; i++)
            put_site(&families[f], core, core->state.sites[i], out);
    }
}
