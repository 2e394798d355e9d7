/* /v1/sites/NAME/subdomains/CHILD: one name of an inventory, and what somebody says of it. */
#include "control/api_subdomains.h"

#include "codec/date.h"
#include "control/panel_events.h"
#include "control/record.h"
#include "control/subnames.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

/* ---- as JSON ---- */

static void write_bits(struct jsonout *out, const char *key, unsigned bits, const char *const *words)
{
    jsonout_array(out, key);
    for (unsigned i = 0; words[i]; i++)
        if (bits & SUBNAME_BIT(i))
            jsonout_str(out, NULL, str_from(words[i]));
    jsonout_array_end(out);
}

static void write_moment(struct jsonout *out, const char *key, int64_t at_s)
{
    if (at_s)
        jsonout_time(out, key, at_s);
    else
        jsonout_null(out, key);
}

static void write_addresses(struct jsonout *out, struct str addresses)
{
    jsonout_array(out, "addresses");
    for (struct str rest = addresses; rest.data && rest.size;)
        jsonout_str(out, NULL, str_cut(&rest, ' '));
    jsonout_array_end(out);
}

static void write_sign_off(struct jsonout *out, const struct subname_word *word)
{
    if (word->by.size == 0) {
        jsonout_null(out, "sign_off");
        return;
    }
    jsonout_object(out, "sign_off");
    jsonout_str(out, "by", word->by);
    jsonout_time(out, "at", word->at_s);
    jsonout_str(out, "comment", word->text);
    jsonout_object_end(out);
}

static void write_exception(struct jsonout *out, const struct subname_word *word, int64_t until_s)
{
    if (word->by.size == 0) {
        jsonout_null(out, "exception");
        return;
    }
    jsonout_object(out, "exception");
    jsonout_str(out, "reason", word->text);
    jsonout_str(out, "by", word->by);
    jsonout_time(out, "at", word->at_s);
    write_moment(out, "until", until_s);
    jsonout_object_end(out);
}

void api_subdomain_write(const struct subname_entry *entry, int64_t now_s, struct jsonout *out)
{
    const struct subname_facts facts = subname_entry_facts(entry);
    enum subname_state state = subname_state(&facts, now_s);
    bool is_settled = state == SUBNAME_READY || state == SUBNAME_ACCEPTED;
    jsonout_object(out, NULL);
    jsonout_str(out, "name", entry->name);
    write_bits(out, "sources", entry->sources, subname_sources);
    jsonout_time(out, "added_at", entry->added_s);
    write_moment(out, "last_seen", entry->last_s);
    jsonout_str(out, "state", str_from(subname_states[state]));
    jsonout_str(out, "verdict", str_from(subname_verdicts[entry->verdict]));
    jsonout_str(out, "detail", entry->detail);
    jsonout_str(out, "fix", str_from(is_settled ? "" : subname_fix(&facts)));
    write_addresses(out, entry->addresses);
    if (entry->cname.size)
        jsonout_str(out, "cname", entry->cname);
    else
        jsonout_null(out, "cname");
    write_bits(out, "flags", facts.flags, subname_flags);
    write_moment(out, "looked_at", entry->looked_s);
    write_sign_off(out, &entry->sign_off);
    write_exception(out, &entry->exception, entry->exception_until_s);
    jsonout_object_end(out);
}

struct answering {
    struct jsonout out;
    int64_t now_s;
};

static bool write_one(void *context, const struct subname_entry *entry)
{
    struct answering *a = context;
    api_subdomain_write(entry, a->now_s, &a->out);
    return true;
}

/* ---- what somebody says ---- */

/* What a request says; a member that is null takes back, one that is absent leaves. */
struct asked {
    struct subname_word sign_off, exception;
    struct store_subname_words words;
};

static bool read_sign_off(const json_t *json, struct asked *asked, struct err *err)
{
    static const char *const members[] = {"comment", NULL};
    const json_t *value = json_object_get(json, "sign_off");
    if (!value)
        return true;
    asked->words.sign_off = &asked->sign_off;
    if (json_is_null(value)) {
        asked->sign_off.by = STR("");
        return true;
    }
    return members_only(value, "sign_off.", members, err) &&
           members_str(value, "sign_off.", "comment", SUBNAME_TEXT_SIZE_MAX, &asked->sign_off.text, err);
}

static bool read_until(const json_t *value, int64_t now_s, int64_t *ret_s, struct err *err)
{
    const json_t *until = json_object_get(value, "until");
    struct str text = {NULL, 0};
    int64_t until_s;
    bool has_time;
    if (!until || json_is_null(until))
        return true;
    if (!members_str(value, "exception.", "until", DATE_ISO_SIZE + 12, &text, err))
        return false;
    if (!date_parse_rfc3339(text, &until_s) && !date_parse_iso(text, &until_s, &has_time)) {
        (void)err_field(err, "exception.until", "\"%.*s\" is no moment", STR_ARG(text));
        return err_fix(err, "give it as 2027-01-31 or 2027-01-31T12:00:00Z, or null for good");
    }
    if (until_s <= now_s) {
        (void)err_field(err, "exception.until", "it is over already");
        return err_fix(err, "give a moment to come, or null for good");
    }
    *ret_s = until_s;
    return true;
}

static bool read_exception(const json_t *json, int64_t now_s, struct asked *asked, struct err *err)
{
    static const char *const members[] = {"reason", "until", NULL};
    const json_t *value = json_object_get(json, "exception");
    if (!value)
        return true;
    asked->words.exception = &asked->exception;
    if (json_is_null(value)) {
        asked->exception.by = STR("");
        return true;
    }
    if (!members_only(value, "exception.", members, err) ||
        !members_str(value, "exception.", "reason", SUBNAME_TEXT_SIZE_MAX, &asked->exception.text, err) ||
        !read_until(value, now_s, &asked->words.exception_until_s, err))
        return false;
    if (str_trim(asked->exception.text).size)
        return true;
    (void)err_field(err, "exception.reason", "it is missing");
    return err_fix(err, "say why visitors of this name may be shut out");
}

static bool read_words(const struct api_request *request, int64_t now_s, struct asked *ret, struct err *err)
{
    static const char *const members[] = {"sign_off", "exception", NULL};
    const struct subname_word word = {.by = request->context.actor, .at_s = now_s, .text = STR("")};
    *ret = (struct asked){.sign_off = word, .exception = word};
    if (!members_only(request->json, "", members, err) || !read_sign_off(request->json, ret, err) ||
        !read_exception(request->json, now_s, ret, err))
        return false;
    if (ret->words.sign_off || ret->words.exception)
        return true;
    (void)err_field(err, "sign_off", "nothing is said of the name");
    return err_fix(err, "give \"sign_off\" or \"exception\", or null for one to take it back");
}

/* "www.example.org: the owner has moved it" */
static struct str reason_of(struct record *record, const struct api_request *request, const struct asked *asked)
{
    const struct subname_word *word = asked->words.exception ? &asked->exception : &asked->sign_off;
    return arena_printf(&record->arena, "%.*s%s%.*s", STR_ARG(request->child), word->text.size ? ": " : "",
                        STR_ARG(word->text));
}

static struct str act_of(const struct asked *asked)
{
    if (asked->words.exception)
        return asked->exception.by.size ? STR("subdomains.except") : STR("subdomains.except-end");
    return asked->sign_off.by.size ? STR("subdomains.sign-off") : STR("subdomains.sign-off-end");
}

static bool change(struct core *core, const struct site *site, const struct api_request *request, struct err *err)
{
    struct asked asked;
    struct record record;
    int64_t now_s = clock_wall_s();
    if (!read_words(request, now_s, &asked, err))
        return false;
    record_init(&record, request->context.actor, act_of(&asked), site->name, now_s);
    record.entry.reason = reason_of(&record, request, &asked);
    bool fine = (record.entry.reason.data || err_memory(err)) &&
                store_put_subname_words(core->store, site->name, request->child, &asked.words, &record.entry, err);
    record_fini(&record);
    return fine;
}

void api_subdomain_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct answering a = {.out = {.out = &reply->body}, .now_s = clock_wall_s()};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!change(core, site, request, &err) ||
        !store_subname(core->store, site->name, request->child, write_one, &a, &err)) {
        api_fail(reply, &err);
        return;
    }
    subnames_changed(core, site->name);
}

void api_subdomain_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct record record;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    record_init(&record, request->context.actor, STR("subdomains.remove"), site->name, clock_wall_s());
    record.entry.reason = request->child;
    bool fine = store_remove_subname(core->store, site->name, request->child, &record.entry, &err);
    record_fini(&record);
    if (!fine) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 204;
    subnames_changed(core, site->name);
}
