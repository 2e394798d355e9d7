/* The daily summary, for whoever asked for it: what goes on, and each site's certificate against its promises. */
#include <stdio.h>

#include "base/log.h"
#include "codec/date.h"
#include "control/notify_parts.h"

#define DAY_S ((int64_t)86400)
/* Lines of a digest: who has more sites looks at the others in the list. */
#define LINES_COUNT_MAX  400
#define DIGEST_SIZE_MAX  ((size_t)256 * 1024)
#define CONTENT_SIZE_MAX 48000 /* of the lines together, below NOTIFY_CONTENT_SIZE_MAX */

struct digest {
    struct arena arena;
    struct str lines[LINES_COUNT_MAX + 1];
    size_t lines_count, lines_size;
    size_t left_out;
    size_t problems_count;
    int64_t now_s;
};

int64_t notifier_digest_due_s(int hour, int64_t now_s)
{
    int64_t shift_s = (int64_t)hour * 3600;
    return (now_s - shift_s) / DAY_S * DAY_S + shift_s;
}

static void add_line(struct digest *d, struct str line)
{
    bool fits = line.data && d->lines_count < LINES_COUNT_MAX && d->lines_size + line.size < CONTENT_SIZE_MAX;
    if (fits) {
        d->lines[d->lines_count++] = line;
        d->lines_size += line.size;
    } else {
        d->left_out++;
    }
}

static bool add_problem(void *context, struct str site, enum notify_kind kind, const struct notify_standing *standing)
{
    struct digest *d = context;
    char iso[DATE_ISO_SIZE];
    d->problems_count++;
    add_line(d, arena_printf(&d->arena, "%s: %.*s: %s (%s), since %.10s", notify_severity_names[standing->severity],
                             STR_ARG(site.size ? site : STR("this machine")), notify_kind_names[kind], standing->stage,
                             date_write_iso(standing->since_s * 1000, iso).data));
    return true;
}

static void add_site(struct digest *d, const struct core *core, const struct site *site)
{
    struct notify_facts facts;
    notifier_facts(core, site, &facts);
    if (!facts.has_certificate) {
        add_line(d, arena_printf(&d->arena, "%.*s: no certificate", STR_ARG(site->name)));
        return;
    }
    add_line(d, arena_printf(&d->arena, "%.*s: certificate %lld days, promises %lld days%s", STR_ARG(site->name),
                             (long long)notify_days(facts.not_after_s, facts.now_s),
                             (long long)notify_days(facts.bound_until_s, facts.now_s),
                             notify_locks_out(&facts) ? " (promises outlast the certificate)" : ""));
}

static void gather(struct digest *d, const struct core *core)
{
    struct err err = {0};
    if (!store_standings(core->store, add_problem, d, &err))
        log_error("the digest lacks what goes on: %s", err.text);
    for (size_t i = 0; i < core->state.sites_count; i++)
        add_site(d, core, core->state.sites[i]);
    if (d->left_out)
        d->lines[d->lines_count++] = arena_printf(&d->arena, "and %zu more", d->left_out);
}

static void tell(struct notifier *notifier, struct digest *d, struct str channel)
{
    struct err err = {0};
    size_t sites = notifier->core->state.sites_count;
    struct notify_event event = {.kind = NOTIFY_DIGEST,
                                 .severity = NOTIFY_INFO,
                                 .site = STR(""),
                                 .facts = {.now_s = d->now_s},
                                 .lines = d->lines,
                                 .lines_count = d->lines_count};
    event.stage = arena_printf(&d->arena, "daily digest: %zu site%s, %zu problem%s", sites, sites == 1 ? "" : "s",
                               d->problems_count, d->problems_count == 1 ? "" : "s");
    event.detail = d->problems_count ? STR("The problems that go on come first, then each site with the days its "
                                           "certificate has left against the days of promises outstanding")
                                     : STR("No problem goes on. Each site has the days its certificate has left "
                                           "against the days of promises outstanding");
    const struct notifier_telling telling = {.event = &event, .only = channel};
    if (!event.stage.data || !notifier_tell(notifier, &telling, NULL, &err))
        log_error("the daily digest for %.*s could not be made: %s", STR_ARG(channel), err.text);
}

void notifier_digests(struct notifier *notifier)
{
    int64_t now_s = notifier_now_s(notifier->core);
    struct digest digest = {.now_s = now_s};
    bool gathered = false;
    arena_init(&digest.arena, DIGEST_SIZE_MAX);
    for (size_t i = 0; i < notifier->channels_count; i++) {
        struct notifier_channel *c = &notifier->channels[i];
        if (c->channel->digest_hour == NOTIFY_DIGEST_OFF || c->paused[0] ||
            c->digest_s >= notifier_digest_due_s(c->channel->digest_hour, now_s))
            continue;
        if (!gathered)
            gather(&digest, notifier->core);
        gathered = true;
        c->digest_s = now_s; /* the store marks it with the digest; one that fails is left out */
        tell(notifier, &digest, c->channel->name);
    }
    arena_fini(&digest.arena);
}
