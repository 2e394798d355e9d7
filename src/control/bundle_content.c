/*
 * Handlers of the API are asked as a client would ask them; what they answer is read and put in. An answer that is an
 * error is left out, and that is said.
 */
#include "control/bundle_content.h"

#include <stdio.h>
#include <unistd.h>

#include "codec/date.h"
#include "control/api_audit.h"
#include "control/api_routes.h"
#include "crypto/signing.h"
#include "os/clock.h"

/* Of evidence.json: more than an answer of the API comes to, a few times over. */
#define ANSWER_SIZE_MAX ((size_t)64 << 20)

struct part {
    const char *member;
    api_handler *handler;
};

/* What each has is the API's description. */
static const struct part parts[] = {
    {"site", api_site_get},
    {"hsts", api_hsts_get},
    {"ledger", api_ledger_get},
    {"certificates", api_site_certificates_get},
    {"check", api_self_check_get},
    {"guards", api_guards_get},
    {"evidence", api_site_evidence_get},
};

/* What is nobody's business who judges promises: where the application is, texts of pages. */
static const char *const site_members_left[] = {"routes", "error_page", "upstreams", "files", NULL};

struct content {
    struct core *core;
    const struct bundle_wish *wish;
    json_t *whole, *left_out;
};

/* As the answers of the API have it: "2026-11-23T17:51:03Z". */
#define MOMENT_SIZE 21

static const char *moment(int64_t at_s, char room[static MOMENT_SIZE])
{
    char text[DATE_ISO_SIZE];
    (void)snprintf(room, MOMENT_SIZE, "%.19sZ", date_write_iso(at_s * 1000, text).data);
    return room;
}

static json_t *moment_json(int64_t at_s)
{
    char room[MOMENT_SIZE];
    return json_string(moment(at_s, room));
}

static json_t *text_json(struct str text)
{
    return json_stringn(text.data ? text.data : "", text.size);
}

/* What is not in the bundle although one might look for it. */
static bool leave_out(struct content *content, const char *part, uint64_t count, const char *why)
{
    return json_array_append_new(content->left_out, json_pack("{s:s, s:I, s:s}", "part", part, "count",
                                                              (json_int_t)count, "why", why)) == 0;
}

/* The evidence of whole days, as far back as they are kept. */
static struct str query_of(const struct content *content, api_handler *handler, char *room, size_t size)
{
    char since[MOMENT_SIZE], until[MOMENT_SIZE];
    int64_t kept_s = core_over_s(content->core) - evidence_kept_s(EVIDENCE_DAY);
    int64_t since_s = content->wish->since_s > kept_s ? content->wish->since_s : kept_s;
    if (handler != api_site_evidence_get)
        return STR("");
    int written = snprintf(room, size, "since=%s&until=%s&step=day", moment(since_s, since),
                           moment(content->wish->until_s, until));
    return str_make(room, (size_t)written);
}

/* The answer, or the problem that it is (*ret_failed); NULL: memory ran out. */
static json_t *ask(struct content *content, const struct part *part, bool *ret_failed)
{
    char room[128];
    const struct api_request request = {
        .method = HTTP_METHOD_GET,
        .name = content->wish->site->name,
        .query = query_of(content, part->handler, room, sizeof room),
        /* as it is known now: nobody waits for a look */
        .context = {.actor = content->wish->actor, .role = ACCOUNT_OPERATOR, .looked = true, .checked = true}};
    struct api_reply reply = {0};
    json_t *answer = NULL;
    buf_init(&reply.body, ANSWER_SIZE_MAX);
    part->handler(content->core, &request, &reply);
    if (buf_ok(&reply.body) && reply.body.size)
        answer = json_loadb(buf_str(&reply.body).data, reply.body.size, 0, NULL);
    buf_fini(&reply.body);
    *ret_failed = reply.status >= 400;
    return answer;
}

static bool put_part(struct content *content, const struct part *part)
{
    bool failed;
    json_t *answer = ask(content, part, &failed);
    if (!answer)
        return false;
    if (!failed)
        return json_object_set_new(content->whole, part->member, answer) == 0;
    const char *why = json_string_value(json_object_get(answer, "detail"));
    bool fine = leave_out(content, part->member, 1, why ? why : "it could not be told") &&
                json_object_set_new(content->whole, part->member, json_null()) == 0;
    json_decref(answer);
    return fine;
}

static bool put_parts(struct content *content)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!put_part(content, &parts[i]))
            return false;
    for (size_t i = 0; site_members_left[i]; i++)
        (void)json_object_del(json_object_get(content->whole, "site"), site_members_left[i]);
    return true;
}

/* Whether an interval lies in the span, at least by what it binds. */
static bool is_in_span(const json_t *entry, const struct bundle_wish *wish)
{
    int64_t from_s = 0, to_s = INT64_MAX, until_s = 0;
    const char *from = json_string_value(json_object_get(entry, "from"));
    const char *to = json_string_value(json_object_get(entry, "to"));
    const char *until = json_string_value(json_object_get(entry, "bound_until"));
    if ((from && !date_parse_rfc3339(str_from(from), &from_s)) || (to && !date_parse_rfc3339(str_from(to), &to_s)) ||
        (until && !date_parse_rfc3339(str_from(until), &until_s)))
        return true; /* better one too many */
    return from_s < wish->until_s && (to_s >= wish->since_s || until_s >= wish->since_s);
}

/* The newest of the span; *ret_left: how many of the span there was no room for. NULL: memory ran out. */
static json_t *cut_entries(const json_t *entries, const struct bundle_wish *wish, uint64_t *ret_left)
{
    json_t *kept = json_array();
    for (size_t i = 0; kept && i < json_array_size(entries); i++) {
        json_t *entry = json_array_get(entries, i);
        if (!is_in_span(entry, wish))
            continue;
        if (json_array_size(kept) == BUNDLE_LEDGER_COUNT_MAX) {
            (*ret_left)++;
        } else if (json_array_append(kept, entry) != 0) {
            json_decref(kept);
            return NULL;
        }
    }
    return kept;
}

static bool cut_ledger(struct content *content)
{
    const json_t *names = json_object_get(json_object_get(content->whole, "ledger"), "names");
    uint64_t left = 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        json_t *name = json_array_get(names, i);
        json_t *kept = cut_entries(json_object_get(name, "entries"), content->wish, &left);
        if (!kept || json_object_set_new(name, "entries", kept) != 0)
            return false;
    }
    return left == 0 || leave_out(content, "ledger", left, "only the newest intervals of each name are here");
}

static bool put_served(void *context, const struct evidence_served *row)
{
    json_t *list = context;
    return json_array_append_new(
               list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "fingerprint_sha256", text_json(row->fingerprint),
                               "source", text_json(row->source), "side", text_json(row->side), "not_before",
                               moment_json(row->not_before_s), "not_after", moment_json(row->not_after_s), "seen_first",
                               moment_json(row->first_s), "seen_last", moment_json(row->last_s))) == 0;
}

/* Also those that the site has not any more: what was proven of each renewal. */
static bool put_all_served(struct content *content, struct err *err)
{
    json_t *list = json_array();
    if (!list || json_object_set_new(content->whole, "served", list) != 0)
        return err_memory(err);
    return store_served(content->core->store, content->wish->site->name, BUNDLE_SERVED_COUNT_MAX, put_served, list,
                        err);
}

struct gathering {
    struct jsonout out;
    uint64_t count;
};

static bool gather(void *context, const struct audit_entry *entry)
{
    struct gathering *gathering = context;
    if (buf_str(gathering->out.out).size > BUNDLE_AUDIT_SIZE_MAX)
        return false;
    api_audit_write(entry, &gathering->out);
    gathering->count++;
    return buf_ok(gathering->out.out);
}

/* The entries as a JSON array. */
static bool read_audit(struct content *content, struct buf *text, uint64_t *ret_shown, uint64_t *ret_count,
                       struct err *err)
{
    struct gathering gathering = {.out = {.out = text}};
    const struct store_audit_range range = {.site = content->wish->site->name,
                                            .from_s = content->wish->since_s,
                                            .until_s = content->wish->until_s,
                                            .limit = BUNDLE_AUDIT_COUNT_MAX};
    jsonout_array(&gathering.out, NULL);
    bool fine = store_audit_span(content->core->store, &range, ret_count, gather, &gathering, err);
    jsonout_array_end(&gathering.out);
    *ret_shown = gathering.count;
    return fine && (buf_ok(text) || err_memory(err));
}

static bool put_audit(struct content *content, struct err *err)
{
    struct buf text;
    uint64_t shown, count;
    buf_init(&text, 2 * BUNDLE_AUDIT_SIZE_MAX);
    bool fine = read_audit(content, &text, &shown, &count, err);
    json_t *entries = fine ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    buf_fini(&text);
    if (!fine)
        return false;
    /* "chained": entries do not carry the digest of the one before. */
    json_t *audit = json_pack("{s:I, s:b, s:o}", "count", (json_int_t)count, "chained", 0, "entries", entries);
    if (!audit || json_object_set_new(content->whole, "audit", audit) != 0 ||
        (shown < count && !leave_out(content, "audit", count - shown, "only the newest entries are here")))
        return err_memory(err);
    return true;
}

static bool put_key(void *context, const struct evidence_key *key)
{
    json_t *keys = context;
    return json_array_append_new(keys,
                                 json_pack("{s:o, s:o, s:o, s:o}", "fingerprint_sha256", text_json(key->fingerprint),
                                           "public_key", text_json(key->public_pem), "made", moment_json(key->made_s),
                                           "retired", key->retired_s ? moment_json(key->retired_s) : json_null())) == 0;
}

/* Which key signs, and which did before. */
static json_t *signature_json(struct core *core, struct str public_pem, struct str fingerprint, struct err *err)
{
    json_t *keys = json_array();
    json_t *signature =
        json_pack("{s:s, s:o, s:o, s:O?}", "algorithm", "ECDSA P-256 with SHA-256", "fingerprint_sha256",
                  text_json(fingerprint), "public_key", text_json(public_pem), "keys", keys);
    bool fine = keys && store_evidence_keys(core->store, put_key, keys, err);
    json_decref(keys);
    if (fine && signature)
        return signature;
    json_decref(signature);
    (void)(err->code || err_memory(err));
    return NULL;
}

static json_t *made_json(struct core *core, const struct bundle_wish *wish)
{
    static const struct part clock = {"clock", api_clock_get};
    struct content asking = {.core = core, .wish = wish};
    char host[256] = "";
    bool failed;
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    return json_pack("{s:o, s:o, s:o, s:s, s:o*}", "at", moment_json(clock_wall_s()), "by", text_json(wish->actor),
                     "host", text_json(str_from(host)), "strictgate", STRICTGATE_VERSION, "clock",
                     ask(&asking, &clock, &failed));
}

static json_t *head_json(struct core *core, const struct bundle_wish *wish)
{
    return json_pack("{s:s, s:i, s:o, s:o, s:{s:o, s:o}}", "format", "strictgate-evidence-bundle", "version",
                     BUNDLE_VERSION, "made", made_json(core, wish), "name", text_json(wish->site->name), "span",
                     "since", moment_json(wish->since_s), "until", moment_json(wish->until_s));
}

bool bundle_content(struct core *core, const struct bundle_wish *wish, struct str public_pem, struct str fingerprint,
                    json_t **ret, struct err *err)
{
    struct content content = {.core = core, .wish = wish, .whole = head_json(core, wish), .left_out = json_array()};
    json_t *signature = signature_json(core, public_pem, fingerprint, err);
    bool fine = signature &&
                ((content.whole && content.left_out && json_object_set(content.whole, "signature", signature) == 0 &&
                  json_object_set(content.whole, "left_out", content.left_out) == 0 && put_parts(&content) &&
                  cut_ledger(&content)) ||
                 err_memory(err));
    fine = fine && put_all_served(&content, err) && put_audit(&content, err);
    json_decref(signature);
    json_decref(content.left_out);
    if (fine)
        *ret = content.whole;
    else
        json_decref(content.whole);
    return fine;
}
