/* One function for each kind of event. */
#include "control/notify_words.h"

#include "codec/date.h"
#include "control/forecast.h"
#include "control/in_clear_words.h"
#include "store/jsonout.h"

/* "2026-12-02 17:51 UTC" */
#define MOMENT_SIZE 24

static const char *moment(int64_t at_s, char room[static MOMENT_SIZE])
{
    char iso[DATE_ISO_SIZE];
    struct str text = date_write_iso(at_s * 1000, iso);
    memcpy(room, text.data, 10);
    room[10] = ' ';
    memcpy(room + 11, text.data + 11, 5);
    memcpy(room + 16, " UTC", 5);
    return room;
}

static struct str days_of(int64_t days, struct arena *arena)
{
    return arena_printf(arena, "%lld day%s", (long long)days, days == 1 ? "" : "s");
}

/* "in 7 days", "in 1 day", "in less than a day" */
static struct str in_days(int64_t until_s, int64_t now_s, struct arena *arena)
{
    int64_t days = notify_days(until_s, now_s);
    if (until_s <= now_s)
        return STR("now");
    if (days == 0)
        return STR("in less than a day");
    return arena_printf(arena, days == 1 ? "in %lld day" : "in %lld days", (long long)days);
}

struct str notify_balance(const struct notify_facts *facts, struct arena *arena)
{
    char end[MOMENT_SIZE], until[MOMENT_SIZE];
    if (!facts->has_certificate)
        return STR("");
    struct str left = days_of(notify_days(facts->not_after_s, facts->now_s), arena);
    struct str bound = days_of(notify_days(facts->bound_until_s, facts->now_s), arena);
    if (facts->bound_until_s <= facts->now_s)
        return arena_printf(arena, "Certificate: %.*s left (until %s). Promises to browsers: none outstanding.",
                            STR_ARG(left), moment(facts->not_after_s, end));
    return arena_printf(arena, "Certificate: %.*s left (until %s). Promises to browsers: %.*s outstanding (until %s).",
                        STR_ARG(left), moment(facts->not_after_s, end), STR_ARG(bound),
                        moment(facts->bound_until_s, until));
}

/* Anything that could move a cursor or end a line becomes a blank. */
static struct str visible(struct str text, struct arena *arena)
{
    char *copy = arena_alloc(arena, text.size + 1);
    if (!copy)
        return (struct str){NULL, 0};
    for (size_t i = 0; i < text.size; i++)
        copy[i] = (unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f ? ' ' : text.data[i];
    copy[text.size] = '\0';
    return str_make(copy, text.size);
}

/* With a full stop. */
static struct str sentence(struct str text, struct arena *arena)
{
    struct str clean = str_trim(visible(text, arena));
    if (clean.size == 0 || memchr(".!?", clean.data[clean.size - 1], 3))
        return clean;
    return arena_printf(arena, "%.*s.", STR_ARG(clean));
}

/* What happens to visitors when the certificate has ended without another one. */
static struct str meaning_of_end(const struct notify_facts *facts, struct arena *arena)
{
    char until[MOMENT_SIZE];
    bool has_ended = facts->not_after_s <= facts->now_s;
    int64_t from_s = has_ended ? facts->now_s : facts->not_after_s;
    if (!notify_locks_out(facts))
        return has_ended ? STR("Browsers show every visitor a warning instead of the site.")
                         : STR("From then on browsers show every visitor a warning instead of the site.");
    struct str days = days_of(notify_days(facts->bound_until_s, from_s), arena);
    return arena_printf(arena,
                        "%s browsers refuse the site, and those that were told to insist on HTTPS offer no way to "
                        "click through: their users are locked out, until %s at the latest (%.*s).",
                        has_ended ? "Now" : "From then on", moment(facts->bound_until_s, until), STR_ARG(days));
}

/* How many that would be, where it is known. */
static struct str with_forecast(struct str meaning, const struct notify_facts *facts, struct arena *arena)
{
    char room[FORECAST_TEXT_SIZE];
    bool has_ended = facts->not_after_s <= facts->now_s;
    if (!notify_locks_out(facts) || !facts->forecast.is_known || facts->forecast.clients == 0)
        return meaning;
    if (!has_ended)
        return arena_printf(arena, "%.*s %.*s", STR_ARG(meaning), STR_ARG(forecast_text(&facts->forecast, room)));
    return arena_printf(arena, "%.*s That is %s%u %% of %s visitors.", STR_ARG(meaning),
                        facts->forecast.exact ? "" : "at most ", facts->forecast.percent,
                        facts->forecast.is_last_week ? "last week's" : "this week's");
}

static struct str advice_on_end(const struct notify_event *e, struct arena *arena)
{
    char end[MOMENT_SIZE];
    bool has_ended = e->facts.not_after_s <= e->facts.now_s;
    struct str when = has_ended ? STR("At once") : arena_printf(arena, "Before %s", moment(e->facts.not_after_s, end));
    if (e->facts.renews_itself)
        return arena_printf(
            arena,
            "%.*s: find out why it was not renewed by itself. \"strictgate cert show %.*s\" and the log "
            "(journalctl -u strictgate) tell.",
            STR_ARG(when), STR_ARG(e->site));
    return arena_printf(arena,
                        "%.*s: put a new certificate in its place, with \"strictgate site set %.*s --cert FILE --key "
                        "FILE\".",
                        STR_ARG(when), STR_ARG(e->site));
}

static void write_expiring(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    const struct notify_facts *f = &e->facts;
    char end[MOMENT_SIZE];
    struct str when = in_days(f->not_after_s, f->now_s, arena);
    if (e->phase == NOTIFY_RESOLVED) {
        if (!f->has_certificate) {
            w->subject = arena_printf(arena, "%.*s: has no certificate any more", STR_ARG(e->site));
            w->happened = arena_printf(arena, "The certificate of %.*s was taken away.", STR_ARG(e->site));
            return;
        }
        w->subject = arena_printf(arena, "%.*s: the certificate was replaced", STR_ARG(e->site));
        w->happened = arena_printf(arena, "The present certificate of %.*s ends on %s, %.*s.", STR_ARG(e->site),
                                   moment(f->not_after_s, end), STR_ARG(when));
        return;
    }
    if (f->not_after_s <= f->now_s) {
        w->subject = arena_printf(arena, "%.*s: the certificate has expired", STR_ARG(e->site));
        w->happened = arena_printf(arena, "The certificate of %.*s ended on %s, and nothing has replaced it.",
                                   STR_ARG(e->site), moment(f->not_after_s, end));
    } else {
        w->subject = arena_printf(arena, "%.*s: the certificate ends %.*s", STR_ARG(e->site), STR_ARG(when));
        w->happened = arena_printf(arena, "The certificate of %.*s ends on %s, %.*s, and nothing has replaced it yet.",
                                   STR_ARG(e->site), moment(f->not_after_s, end), STR_ARG(when));
    }
    w->meaning = with_forecast(meaning_of_end(f, arena), f, arena);
    w->advice = advice_on_end(e, arena);
}

static void write_failing(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    const struct notify_facts *f = &e->facts;
    char end[MOMENT_SIZE], next[MOMENT_SIZE];
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = arena_printf(arena, "%.*s: a new certificate was obtained after all", STR_ARG(e->site));
        w->happened = arena_printf(arena, "What kept %.*s from getting a new certificate is over.", STR_ARG(e->site));
        return;
    }
    struct str why = sentence(e->detail, arena);
    struct str again = e->next_attempt_s
                           ? arena_printf(arena, " The next attempt is at %s.", moment(e->next_attempt_s, next))
                           : STR("");
    w->subject = arena_printf(arena, "%.*s: no new certificate (%.*s)", STR_ARG(e->site),
                              STR_ARG(str_part(visible(e->stage, arena), 0, 60)));
    w->happened = arena_printf(arena, "A new certificate for %.*s could not be had: %.*s%.*s", STR_ARG(e->site),
                               STR_ARG(why), STR_ARG(again));
    w->meaning = f->has_certificate
                     ? arena_printf(arena, "The present certificate goes on being served; it ends on %s, %.*s. %.*s",
                                    moment(f->not_after_s, end), STR_ARG(in_days(f->not_after_s, f->now_s, arena)),
                                    STR_ARG(with_forecast(meaning_of_end(f, arena), f, arena)))
                     : STR("The site has no certificate: nobody reaches it over HTTPS.");
    w->advice = e->fix.size ? sentence(e->fix, arena)
                            : arena_printf(arena, "See \"strictgate cert show %.*s\" and the log.", STR_ARG(e->site));
}

/* Of the installation, not of a site. */
static void write_workers(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = STR("every worker serves what is stored again");
        w->happened = STR("No worker of the gateway lags behind any more.");
        return;
    }
    w->subject = STR("a worker of the gateway hangs and serves what was valid before");
    w->happened = sentence(e->detail, arena);
    w->meaning = STR("Visitors whom it answers, if it still does, meet certificates, sites and promises of before; a "
                     "certificate that is renewed meanwhile is not acknowledged.");
    w->advice = STR("Look what holds it up: memory, a disk, a debugger. \"systemctl restart strictgate\" gives the "
                    "gateway new workers.");
}

static void write_mismatch(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = arena_printf(arena, "%.*s: what is served is what is stored again", STR_ARG(e->site));
        w->happened = arena_printf(arena, "Every listener serves the stored certificate of %.*s.", STR_ARG(e->site));
        return;
    }
    w->subject = arena_printf(arena, "%.*s: what is served is not what is stored", STR_ARG(e->site));
    w->happened = arena_printf(arena, "A look at %.*s from outside did not find its certificate served: %.*s",
                               STR_ARG(e->site), STR_ARG(sentence(e->detail, arena)));
    w->meaning = e->facts.bound_until_s > e->facts.now_s
                     ? STR("A certificate that was renewed and is not served takes returning visitors offline when the "
                           "one that is served ends; browsers that insist on HTTPS offer no way to click through.")
                     : STR("A certificate that was renewed and is not served helps nobody: visitors meet the one that "
                           "is served, until it ends.");
    w->advice =
        STR("See \"strictgate status\" for listeners and workers that lag behind, and run \"strictgate reload\". "
            "Where another server answers under this name, put the certificate there as well.");
}

/* Fixes of the certificate's own words are general: this one says how. */
static struct str advice_on_drawer(const struct notify_event *e, struct arena *arena)
{
    if (e->fix.size && str_eq(e->stage, NOTIFY_STAGE_SOON))
        return sentence(e->fix, arena);
    return arena_printf(arena,
                        "%.*s%sWith \"strictgate cert backup %.*s FILE --key FILE\" another one takes its place; "
                        "\"--remove\" empties the drawer.",
                        STR_ARG(sentence(e->fix, arena)), e->fix.size ? " " : "", STR_ARG(e->site));
}

static void write_drawer(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    char until[MOMENT_SIZE];
    struct str detail = sentence(e->detail, arena), stage = visible(e->stage, arena);
    bool only_soon = str_eq(e->stage, NOTIFY_STAGE_SOON), is_bound = e->facts.bound_until_s > e->facts.now_s;
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = arena_printf(arena, "%.*s: the certificate in the drawer %s", STR_ARG(e->site),
                                  detail.size ? "has less wrong with it" : "is no problem any more");
        w->happened =
            arena_printf(arena, "What was told of the certificate that is kept ready for %.*s (%.*s) is over.",
                         STR_ARG(e->site), STR_ARG(stage));
        if (detail.size)
            w->happened = arena_printf(arena, "%.*s What remains: %.*s", STR_ARG(w->happened), STR_ARG(detail));
        return;
    }
    w->subject = only_soon ? arena_printf(arena, "%.*s: the certificate in the drawer ends soon", STR_ARG(e->site))
                           : arena_printf(arena, "%.*s: the certificate in the drawer would not do (%.*s)",
                                          STR_ARG(e->site), STR_ARG(stage));
    w->happened =
        arena_printf(arena, "The certificate that is kept ready for %.*s %s: %.*s", STR_ARG(e->site),
                     only_soon ? "will not do for much longer" : "would not do if it were needed now", STR_ARG(detail));
    w->meaning = arena_printf(
        arena,
        "Visitors notice nothing: nobody is served it. But should the present certificate fail%s, there is nothing "
        "to switch to%s%s.",
        only_soon ? " after that" : "", is_bound ? ", and browsers insist on HTTPS until " : "",
        is_bound ? moment(e->facts.bound_until_s, until) : "");
    w->advice = advice_on_drawer(e, arena);
}

static void write_check(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    struct str code = visible(e->stage, arena);
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = arena_printf(arena, "%.*s: the self-check finds nothing against the preload list any more",
                                  STR_ARG(e->site));
        w->happened = arena_printf(arena, "What the self-check of %.*s had found (%.*s) is over.", STR_ARG(e->site),
                                   STR_ARG(code));
        return;
    }
    w->subject =
        e->facts.is_listed
            ? arena_printf(arena, "%.*s: would be taken off the preload list (%.*s)", STR_ARG(e->site), STR_ARG(code))
            : arena_printf(arena, "%.*s: sends preload and would not be taken into the list (%.*s)", STR_ARG(e->site),
                           STR_ARG(code));
    w->happened = arena_printf(arena, "%.*s was looked at from outside as hstspreload.org does. %.*s", STR_ARG(e->site),
                               STR_ARG(sentence(e->detail, arena)));
    w->meaning = e->facts.is_listed
                     ? STR("The site is on the preload list, whose scans take a domain off when this lasts a month. "
                           "Until an update months from now, browsers with the list insist on HTTPS all the same, for "
                           "every name below as well.")
                     : STR("As long as the site sends preload, anybody may submit it to the preload list, which would "
                           "refuse it as it is. Browsers that were promised something notice nothing of that.");
    w->advice = arena_printf(arena, "%.*s%s\"strictgate self-check %.*s --now\" looks again.",
                             STR_ARG(sentence(e->fix, arena)), e->fix.size ? " " : "", STR_ARG(e->site));
}

static void write_subdomains(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    struct str detail = sentence(e->detail, arena);
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject =
            detail.size
                ? arena_printf(arena, "%.*s: fewer names below would shut their visitors out", STR_ARG(e->site))
                : arena_printf(arena, "%.*s: no name below would shut its visitors out any more", STR_ARG(e->site));
        w->happened = arena_printf(arena, "Names below %.*s were looked at again.%s%.*s", STR_ARG(e->site),
                                   detail.size ? " " : "", STR_ARG(detail));
        return;
    }
    w->subject = arena_printf(arena, "%.*s: a name below it shuts its visitors out", STR_ARG(e->site));
    w->happened = arena_printf(arena, "Names below %.*s were looked at. %.*s", STR_ARG(e->site), STR_ARG(detail));
    w->meaning = STR("The site tells browsers to insist on HTTPS for every name below it as well. Who visited the site "
                     "does not get in there, and is offered no way to click through.");
    w->advice =
        arena_printf(arena,
                     "Give these names HTTPS with a valid certificate. \"strictgate subdomains list %.*s --state "
                     "blocking\" shows them; \"strictgate subdomains look %.*s\" looks again.",
                     STR_ARG(e->site), STR_ARG(e->site));
}

static void write_held(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    struct str detail = sentence(e->detail, arena), guard = visible(e->stage, arena);
    bool never_arrive = str_eq(e->stage, STR("stranded"));
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = detail.size ? arena_printf(arena, "%.*s: visitors arrive, something else holds the climb back",
                                                STR_ARG(e->site))
                                 : arena_printf(arena, "%.*s: nothing holds the climb back any more", STR_ARG(e->site));
        w->happened = arena_printf(arena, "What held the climb of %.*s back (%.*s) is over.%s%.*s", STR_ARG(e->site),
                                   STR_ARG(guard), detail.size ? " What does now: " : "", STR_ARG(detail));
        return;
    }
    w->subject = never_arrive
                     ? arena_printf(arena, "%.*s: does not climb: visitors never arrive over HTTPS", STR_ARG(e->site))
                     : arena_printf(arena, "%.*s: does not climb (%.*s)", STR_ARG(e->site), STR_ARG(guard));
    w->happened =
        arena_printf(arena,
                     "%.*s has been on its rung for long enough, and does not climb to the next one by itself: "
                     "%.*s",
                     STR_ARG(e->site), STR_ARG(detail));
    w->meaning = never_arrive
                     ? STR("These people do not get in today. Were browsers told to insist on HTTPS for longer, "
                           "more of them would be shut out for longer. Nothing is released; the climb goes on by "
                           "itself when they arrive.")
                     : STR("Visitors notice nothing: what was promised stays promised, and nothing is released. "
                           "The climb goes on by itself when this is mended.");
    w->advice = arena_printf(arena, "%.*s%s\"strictgate guards %.*s climb\" shows all that was looked at.",
                             STR_ARG(sentence(e->fix, arena)), e->fix.size ? " " : "", STR_ARG(e->site));
}

static void write_clock(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    if (e->phase == NOTIFY_RESOLVED) {
        w->subject = STR("this machine's clock is trusted again");
        w->happened = STR("The ledger of promises trusts this machine's clock again.");
        return;
    }
    w->subject = STR("this machine's clock is not trusted");
    w->happened = arena_printf(arena, "This machine's clock is not trusted: %.*s", STR_ARG(sentence(e->detail, arena)));
    w->meaning = STR("No browser is promised anything more until it is, and by a wrong clock certificates are judged "
                     "and renewed at the wrong time.");
    w->advice = STR("Let a time server set it (systemd-timesyncd or chrony). When it is right as it is: \"strictgate "
                    "clock --confirm\".");
}

static void write_certificate(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    char end[MOMENT_SIZE];
    const char *what = e->kind == NOTIFY_OBTAINED  ? "was obtained"
                       : e->kind == NOTIFY_RENEWED ? "was renewed"
                                                   : "is seen served";
    w->subject = arena_printf(arena, "%.*s: the certificate %s", STR_ARG(e->site), what);
    w->happened = e->kind == NOTIFY_SERVED
                      ? arena_printf(arena, "Every listener serves the new certificate of %.*s.", STR_ARG(e->site))
                      : arena_printf(arena, "The certificate of %.*s %s.", STR_ARG(e->site), what);
    if (e->facts.has_certificate)
        w->happened =
            arena_printf(arena, "%.*s It ends on %s, %.*s.", STR_ARG(w->happened), moment(e->facts.not_after_s, end),
                         STR_ARG(in_days(e->facts.not_after_s, e->facts.now_s, arena)));
    if (e->detail.size)
        w->happened = arena_printf(arena, "%.*s %.*s", STR_ARG(w->happened), STR_ARG(sentence(e->detail, arena)));
}

static void write_own(const struct notify_event *e, struct arena *arena, struct notify_words *w)
{
    if (e->kind == NOTIFY_TEST) {
        w->subject = STR("this is a test");
        w->happened = STR("Somebody asked Strictgate to try this channel. It works.");
        return;
    }
    w->subject = visible(e->stage, arena);
    w->happened = sentence(e->detail, arena);
    w->advice = sentence(e->fix, arena);
}

bool notify_words(const struct notify_event *event, struct arena *arena, struct notify_words *ret)
{
    struct notify_words w = {STR(""), STR(""), STR(""), STR("")};
    switch (event->kind) {
    case NOTIFY_OBTAINED:
    case NOTIFY_RENEWED:
    case NOTIFY_SERVED: write_certificate(event, arena, &w); break;
    case NOTIFY_FAILING: write_failing(event, arena, &w); break;
    case NOTIFY_EXPIRING: write_expiring(event, arena, &w); break;
    case NOTIFY_MISMATCH: (event->site.size ? write_mismatch : write_workers)(event, arena, &w); break;
    case NOTIFY_CLOCK: write_clock(event, arena, &w); break;
    case NOTIFY_DRAWER: write_drawer(event, arena, &w); break;
    case NOTIFY_CHECK: write_check(event, arena, &w); break;
    case NOTIFY_SUBDOMAINS: write_subdomains(event, arena, &w); break;
    case NOTIFY_HELD: write_held(event, arena, &w); break;
    case NOTIFY_IN_CLEAR: in_clear_words(event, arena, &w); break;
    case NOTIFY_DIGEST:
    case NOTIFY_TEST:
    case NOTIFY_KIND_COUNT: write_own(event, arena, &w); break;
    }
    if (!w.subject.data || !w.happened.data || !w.meaning.data || !w.advice.data)
        return false;
    w.subject = str_part(w.subject, 0, NOTIFY_SUBJECT_SIZE_MAX);
    *ret = w;
    return true;
}

static void write_facts(const struct notify_event *e, struct jsonout *out)
{
    const struct notify_facts *f = &e->facts;
    if (f->has_certificate) {
        jsonout_time(out, "certificate_ends", f->not_after_s);
        jsonout_i64(out, "certificate_days_left", notify_days(f->not_after_s, f->now_s));
    }
    if (f->bound_until_s > f->now_s) {
        jsonout_time(out, "promises_end", f->bound_until_s);
        jsonout_i64(out, "promise_days_outstanding", notify_days(f->bound_until_s, f->now_s));
    }
    if (e->site.size)
        jsonout_bool(out, "locks_out", notify_locks_out(f));
    if (e->kind == NOTIFY_EXPIRING || e->kind == NOTIFY_FAILING)
        forecast_write(&f->forecast, "forecast", true, out);
    if (e->next_attempt_s)
        jsonout_time(out, "next_attempt", e->next_attempt_s);
}

static void write_lines(const struct notify_event *e, struct jsonout *out)
{
    if (!e->lines_count)
        return;
    jsonout_array(out, "lines");
    for (size_t i = 0; i < e->lines_count; i++)
        jsonout_str(out, NULL, e->lines[i]);
    jsonout_array_end(out);
}

static void write_content(const struct notify_event *e, const struct notify_words *w, struct str key, struct str host,
                          struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_u64(out, "version", 1);
    jsonout_str(out, "id", key);
    jsonout_time(out, "time", e->facts.now_s);
    jsonout_str(out, "host", host);
    jsonout_str(out, "event", str_from(notify_kind_names[e->kind]));
    jsonout_str(out, "phase", str_from(notify_phase_names[e->phase]));
    jsonout_str(out, "severity", str_from(notify_severity_names[e->severity]));
    jsonout_str(out, "site", e->site);
    jsonout_str(out, "stage", e->kind == NOTIFY_DIGEST ? STR("") : e->stage);
    jsonout_str(out, "subject", w->subject);
    jsonout_str(out, "happened", w->happened);
    jsonout_str(out, "meaning", w->meaning);
    jsonout_str(out, "advice", w->advice);
}

bool notify_content(const struct notify_event *event, struct str key, struct str host, struct buf *out)
{
    struct arena arena;
    struct notify_words words;
    struct jsonout json = {.out = out};
    arena_init(&arena, NOTIFY_WORDS_SIZE_MAX);
    bool fine = notify_words(event, &arena, &words);
    struct str balance = fine ? notify_balance(&event->facts, &arena) : (struct str){NULL, 0};
    if (balance.data) {
        write_content(event, &words, key, host, &json);
        jsonout_str(&json, "balance", balance);
        write_facts(event, &json);
        write_lines(event, &json);
        jsonout_object_end(&json);
    }
    arena_fini(&arena);
    return balance.data && buf_ok(out);
}
