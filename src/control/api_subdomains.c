/* /v1/sites/NAME/subdomains: the inventory of names that includeSubDomains would bind, and names that come into it. */
#include "control/api_subdomains.h"

#include "control/panel_events.h"
#include "control/subnames.h"
#include "inventory/guess.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

#define LIMIT_DEFAULT 500
/* A page that a script reads at once; the panel shows some hundreds. */
#define LIMIT_MAX 5000
/* Of a value in a query. */
#define WORD_SIZE_MAX 20

/* ---- what there is ---- */

struct question {
    struct name after;        /* empty: from the first */
    enum subname_state state; /* SUBNAME_STATES_COUNT: any */
    uint64_t limit;
};

static bool read_state(struct str value, struct question *question, struct err *err)
{
    for (unsigned i = 0; i < SUBNAME_STATES_COUNT; i++)
        if (str_eq(value, str_from(subname_states[i]))) {
            question->state = (enum subname_state)i;
            return true;
        }
    (void)err_field(err, "state", "\"%.*s\" is no state", STR_ARG(str_part(value, 0, WORD_SIZE_MAX)));
    return err_fix(err, "use ready, blocking, accepted or unknown");
}

static bool read_after(struct str encoded, struct question *question, struct err *err)
{
    char room[API_TYPED_NAME_SIZE_MAX];
    struct str typed;
    return api_decode_name(encoded, room, sizeof room, &typed)
               ? name_read(typed, "after", &question->after, err)
               : err_field(err, "after", "\"%.*s\" is not a name", STR_ARG(str_part(encoded, 0, 100)));
}

static bool read_part(struct str name, struct str value, struct question *question, struct err *err)
{
    if (str_eq(name, STR("state")))
        return read_state(value, question, err);
    if (str_eq(name, STR("after")))
        return read_after(value, question, err);
    if (str_eq(name, STR("limit")) && str_to_u64(value, LIMIT_MAX, &question->limit) && question->limit)
        return true;
    return err_field(err, "query", "\"%.*s\" is not understood; state=STATE, after=NAME and limit=1…%d are",
                     STR_ARG(str_part(name, 0, 40)), LIMIT_MAX);
}

static bool read_question(struct str query, struct question *ret, struct err *err)
{
    struct question question = {.state = SUBNAME_STATES_COUNT, .limit = LIMIT_DEFAULT};
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if (!read_part(name, value, &question, err))
            return false;
    }
    *ret = question;
    return true;
}

/* All names are counted, those of the page are written. */
struct writing {
    struct jsonout *out;
    const struct question *question;
    int64_t now_s;
    uint64_t written;
    bool has_more;
    struct name last; /* of the page */
    size_t total, states[SUBNAME_STATES_COUNT];
};

static bool write_name(void *context, const struct subname_entry *entry)
{
    struct writing *w = context;
    const struct question *q = w->question;
    enum subname_state state = subname_entry_state(entry, w->now_s);
    struct str after = name_str(&q->after);
    size_t shared = entry->name.size < after.size ? entry->name.size : after.size;
    int order = shared ? memcmp(entry->name.data, after.data, shared) : 0;
    bool is_behind = order > 0 || (order == 0 && entry->name.size > after.size);
    w->total++;
    w->states[state]++;
    if (!is_behind || (q->state != SUBNAME_STATES_COUNT && q->state != state))
        return true;
    if (w->written == q->limit) {
        w->has_more = true;
        return true;
    }
    w->written++;
    w->last.size = entry->name.size;
    memcpy(w->last.text, entry->name.data, entry->name.size);
    api_subdomain_write(entry, w->now_s, w->out);
    return buf_ok(w->out->out);
}

static void write_summary(const struct writing *w, struct jsonout *out)
{
    jsonout_object(out, "summary");
    jsonout_u64(out, "total", w->total);
    for (unsigned i = 0; i < SUBNAME_STATES_COUNT; i++)
        jsonout_u64(out, subname_states[i], w->states[i]);
    jsonout_object_end(out);
}

static void write_times(struct core *core, const struct site *site, int64_t checked_s, struct jsonout *out)
{
    int64_t next_s = subnames_next_s(core, checked_s);
    if (checked_s)
        jsonout_time(out, "checked_at", checked_s);
    else
        jsonout_null(out, "checked_at");
    if (checked_s)
        jsonout_time(out, "next_check", next_s);
    else
        jsonout_null(out, "next_check");
    jsonout_u64(out, "every_days", core->state.settings.subdomains_days);
    subnames_write_look(core, site->name, out);
}

static bool write_all(struct core *core, const struct site *site, const struct question *question,
                      struct api_reply *reply, struct err *err)
{
    struct jsonout out = {.out = &reply->body};
    struct writing w = {.out = &out, .question = question, .now_s = clock_wall_s()};
    struct str domain;
    int64_t checked_s;
    if (!subname_domain(site, &domain, err) || !store_subnames_looked(core->store, site->name, &checked_s, err))
        return false;
    jsonout_object(&out, NULL);
    jsonout_str(&out, "domain", domain);
    write_times(core, site, checked_s, &out);
    jsonout_array(&out, "names");
    bool fine = store_subnames(core->store, site->name, STR(""), write_name, &w, err);
    jsonout_array_end(&out);
    if (w.has_more)
        jsonout_str(&out, "next", name_str(&w.last));
    else
        jsonout_null(&out, "next");
    write_summary(&w, &out);
    jsonout_object_end(&out);
    return fine;
}

void api_subdomains_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct question question;
    const struct site *site = state_find(&core->state, request->name);
    if (!site)
        api_no_site(request->name, reply);
    else if (!read_question(request->query, &question, &err) || !write_all(core, site, &question, reply, &err))
        api_fail(reply, &err);
}

/* ---- names come in ---- */

static const enum subname_source sources[INVENTORY_FORMATS_COUNT] = {
    [INVENTORY_NAMES] = SUBNAME_TYPED,
    [INVENTORY_ZONE] = SUBNAME_ZONE,
    [INVENTORY_HOSTS] = SUBNAME_HOSTS,
    [INVENTORY_DHCP] = SUBNAME_DHCP,
    [INVENTORY_TRANSPARENCY] = SUBNAME_TRANSPARENCY,
};

static bool read_format(const json_t *json, struct str content, enum inventory_format *ret, struct err *err)
{
    struct str word = STR("guess");
    if (!members_str(json, "", "format", WORD_SIZE_MAX, &word, err))
        return false;
    if (str_eq(word, STR("guess")))
        *ret = inventory_guess(content);
    else if (!inventory_format_from(word, ret)) {
        (void)err_field(err, "format", "\"%.*s\" is no format", STR_ARG(word));
        return err_fix(err, "use names, zone, transparency, hosts, dhcp or guess");
    }
    return true;
}

/* Those of the reader, told or not, and what else there is to say of the list. */
static uint64_t problems_total(const struct subname_intake *intake, const struct inventory_counts *counts)
{
    uint64_t told = counts->problems < INVENTORY_PROBLEMS_COUNT_MAX ? counts->problems : INVENTORY_PROBLEMS_COUNT_MAX;
    return counts->problems - told + intake->problems_count;
}

void api_subdomains_taken(const struct subname_intake *intake, const struct subname_taken *taken,
                          const struct inventory_counts *counts, const char *format, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_str(&out, "format", str_from(format));
    jsonout_u64(&out, "added", taken->added);
    jsonout_u64(&out, "known", taken->known);
    jsonout_u64(&out, "foreign", counts->foreign);
    jsonout_u64(&out, "passed", counts->passed);
    jsonout_u64(&out, "left_out", taken->left_out);
    jsonout_u64(&out, "problems_total", problems_total(intake, counts));
    jsonout_array(&out, "problems");
    if (intake->problems.size)
        jsonout_raw(&out, NULL, buf_str(&intake->problems));
    jsonout_array_end(&out);
    jsonout_object_end(&out);
}

static bool take(struct core *core, const struct site *site, const struct api_request *request, struct api_reply *reply,
                 struct err *err)
{
    static const char *const members[] = {"format", "content", NULL};
    enum inventory_format format;
    struct str content = {NULL, 0}, domain;
    struct subname_intake intake;
    struct inventory_counts counts = {0};
    struct subname_taken taken;
    if (!members_only(request->json, "", members, err) ||
        !members_str(request->json, "", "content", API_BODY_SIZE_MAX, &content, err) ||
        !subname_domain(site, &domain, err))
        return false;
    if (content.size == 0)
        return err_field(err, "content", "it is missing or empty") || err_fix(err, "give names below the site's");
    if (!read_format(request->json, content, &format, err))
        return false;
    subname_intake_init(&intake, sources[format]);
    const struct inventory_to to = subname_intake_to(&intake);
    bool fine = inventory_read(format, domain, content, &to, &counts, err) &&
                subname_intake_store(core, site->name, &intake, request->context.actor, &taken, err);
    if (fine)
        api_subdomains_taken(&intake, &taken, &counts, inventory_format_text(format), reply);
    subname_intake_fini(&intake);
    return fine;
}

void api_subdomains_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!take(core, site, request, reply, &err)) {
        api_fail(reply, &err);
        return;
    }
    subnames_changed(core, site->name);
}

void api_subdomains_look(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct question question;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!subnames_look(core, site->name, &err) || !read_question(STR("limit=1"), &question, &err) ||
        !write_all(core, site, &question, reply, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 202;
}
