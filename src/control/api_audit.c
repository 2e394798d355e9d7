/* /v1/audit: who did what, the newest first, a page at a time (?site=NAME&before=ID&limit=N). */
#include "control/api_audit.h"

#include "control/api_routes.h"

#define AUDIT_LIMIT_DEFAULT 100
/* A page that a person or a script reads at once; all of it is had page by page. */
#define AUDIT_LIMIT_MAX 1000

struct question {
    struct name site; /* empty: all */
    uint64_t before_id;
    uint64_t limit;
};

/* As people type it: what the log has is the form of sites. */
static bool read_site(struct str encoded, struct name *ret, struct err *err)
{
    char room[API_TYPED_NAME_SIZE_MAX];
    struct str typed;
    return api_decode_name(encoded, room, sizeof room, &typed)
               ? name_read(typed, "site", ret, err)
               : err_field(err, "site", "\"%.*s\" is not a name", STR_ARG(str_part(encoded, 0, 100)));
}

static bool read_part(struct str name, struct str value, struct question *question, struct err *err)
{
    if (str_eq(name, STR("site")))
        return read_site(value, &question->site, err);
    if ((str_eq(name, STR("before")) && str_to_u64(value, UINT64_MAX >> 1, &question->before_id)) ||
        (str_eq(name, STR("limit")) && str_to_u64(value, AUDIT_LIMIT_MAX, &question->limit) && question->limit))
        return true;
    return err_field(err, "query", "\"%.*s\" is not understood; site=NAME, before=ID and limit=1…%d are",
                     STR_ARG(str_part(name, 0, 40)), AUDIT_LIMIT_MAX);
}

static bool read_question(struct str query, struct question *ret, struct err *err)
{
    struct question question = *ret;
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if (!read_part(name, value, &question, err))
            return false;
    }
    *ret = question;
    return true;
}

/* Texts that are JSON already go in as they are. */
static void write_json(struct jsonout *out, const char *key, struct str json)
{
    json_t *value = json.size ? json_loadb(json.data, json.size, JSON_DECODE_ANY, NULL) : NULL;
    jsonout_json(out, key, value);
    json_decref(value);
}

static void write_text(struct jsonout *out, const char *key, struct str text)
{
    if (text.size)
        jsonout_str(out, key, text);
    else
        jsonout_null(out, key);
}

void api_audit_write(const struct audit_entry *entry, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_u64(out, "id", entry->id);
    jsonout_time(out, "at", entry->at_s);
    jsonout_str(out, "actor", entry->actor);
    jsonout_str(out, "act", entry->act);
    write_text(out, "site", entry->site);
    jsonout_str(out, "outcome", entry->outcome);
    write_json(out, "before", entry->before);
    write_json(out, "after", entry->after);
    write_json(out, "guards", entry->guards);
    write_text(out, "override", entry->override);
    write_text(out, "reason", entry->reason);
    jsonout_object_end(out);
}

static bool write_entry(void *context, const struct audit_entry *entry)
{
    struct jsonout *out = context;
    api_audit_write(entry, out);
    return buf_ok(out->out);
}

void api_audit_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct question question = {.limit = AUDIT_LIMIT_DEFAULT};
    struct err err = {0};
    if (!read_question(request->query, &question, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_array(&out, "entries");
    bool fine = store_audit(core->store, name_str(&question.site), question.before_id, (uint32_t)question.limit,
                            write_entry, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}
