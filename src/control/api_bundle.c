/*
 * /v1/sites/NAME/evidence/bundle (?since=…&until=…&language=en|fr&form=json|zip): evidence for auditors, signed; and
 * /v1/evidence-keys: what it is signed with.
 */
#include <stdlib.h>

#include "codec/base64.h"
#include "codec/date.h"
#include "codec/zip.h"
#include "control/api_routes.h"
#include "control/bundle.h"
#include "control/evidence_key.h"
#include "os/clock.h"
#include "store/members.h"

/* What is shown unless something else is asked for: a year. */
#define DEFAULT_S ((int64_t)365 * 86400)
/* As long as counts by the day are kept. */
#define SPAN_S_MAX ((int64_t)3 * 366 * 86400)
/* A moment or a word, and what is too long to be one. */
#define VALUE_SIZE_MAX 64

struct question {
    bool has_since, has_until, has_language, has_form;
    int64_t since_s, until_s;
    enum bundle_language language;
    bool is_zip;
};

static bool read_moment(const char *field, struct str value, int64_t *ret_s, struct err *err)
{
    if (date_parse_rfc3339(value, ret_s))
        return true;
    (void)err_field(err, field, "\"%.*s\" is no moment", STR_ARG(value));
    return err_fix(err, "give it as RFC 3339 says: 2026-11-23T17:51:03Z");
}

static bool read_language(struct str value, enum bundle_language *ret, struct err *err)
{
    if (bundle_language_from(value, ret))
        return true;
    (void)err_field(err, "language", "\"%.*s\" is no language of bundles", STR_ARG(value));
    return err_fix(err, "use en or fr");
}

static bool read_form(struct str value, bool *ret_is_zip, struct err *err)
{
    *ret_is_zip = str_eq(value, STR("zip"));
    if (*ret_is_zip || str_eq(value, STR("json")))
        return true;
    (void)err_field(err, "form", "\"%.*s\" is no form of bundles", STR_ARG(value));
    return err_fix(err, "use json or zip");
}

static bool read_once(const char *field, bool *has, struct err *err)
{
    if (*has)
        return err_field(err, field, "it is given twice") || err_fix(err, "give it once");
    *has = true;
    return true;
}

static bool read_part(struct str name, struct str encoded, struct question *question, struct err *err)
{
    char room[VALUE_SIZE_MAX];
    struct str value = {0};
    if (encoded.size && !api_decode_name(encoded, room, sizeof room, &value))
        value = str_part(encoded, 0, VALUE_SIZE_MAX); /* nothing that could be right */
    if (str_eq(name, STR("since")))
        return read_once("since", &question->has_since, err) && read_moment("since", value, &question->since_s, err);
    if (str_eq(name, STR("until")))
        return read_once("until", &question->has_until, err) && read_moment("until", value, &question->until_s, err);
    if (str_eq(name, STR("language")))
        return read_once("language", &question->has_language, err) && read_language(value, &question->language, err);
    if (str_eq(name, STR("form")))
        return read_once("form", &question->has_form, err) && read_form(value, &question->is_zip, err);
    (void)err_field(err, "query", "\"%.*s\" is not understood", STR_ARG(str_part(name, 0, 40)));
    return err_fix(err, "since=MOMENT, until=MOMENT, language=en|fr and form=json|zip are");
}

/* What was left out is filled in; what has not come yet is in no bundle. */
static bool complete(struct question *question, int64_t now_s, struct err *err)
{
    if (!question->has_until || question->until_s > now_s)
        question->until_s = now_s + 1; /* what was done in this second as well */
    if (!question->has_since)
        question->since_s = question->until_s - DEFAULT_S;
    if (question->since_s < 0)
        question->since_s = 0;
    if (question->since_s >= question->until_s) {
        (void)err_field(err, question->has_since ? "since" : "until", "nothing lies between since and until");
        return err_fix(err, "give a since that is earlier than until and than now");
    }
    if (question->until_s - question->since_s <= SPAN_S_MAX)
        return true;
    (void)err_field(err, "since", "a bundle holds three years at most");
    return err_fix(err, "give a later since, or an earlier until and make several");
}

static bool read_question(struct str query, int64_t now_s, struct question *ret, struct err *err)
{
    struct question question = {.language = BUNDLE_ENGLISH};
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if (!read_part(name, value, &question, err))
            return false;
    }
    if (!complete(&question, now_s, err))
        return false;
    *ret = question;
    return true;
}

/* Base64 for all, for the signature is no text. */
static bool write_files(const struct bundle *bundle, struct jsonout *out)
{
    bool fine = true;
    jsonout_array(out, "files");
    for (size_t i = 0; fine && i < BUNDLE_FILES_COUNT; i++) {
        struct buf text;
        struct str content = buf_str(&bundle->files[i].content);
        buf_init(&text, content.size * 2 + 8);
        fine = base64_encode(BASE64_STANDARD, content, &text);
        jsonout_object(out, NULL);
        jsonout_str(out, "name", str_from(bundle->files[i].name));
        jsonout_str(out, "base64", buf_str(&text));
        jsonout_object_end(out);
        buf_fini(&text);
    }
    jsonout_array_end(out);
    return fine && buf_ok(out->out);
}

static bool reply_json(const struct bundle *bundle, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", str_from(bundle->name));
    jsonout_str(&out, "fingerprint_sha256", str_from(bundle->fingerprint));
    bool fine = write_files(bundle, &out);
    jsonout_object_end(&out);
    return fine;
}

static bool reply_zip(const struct bundle *bundle, struct api_reply *reply)
{
    struct zip zip;
    zip_begin(&zip, &reply->body, clock_wall_s());
    reply->content_type = "application/zip";
    for (size_t i = 0; i < BUNDLE_FILES_COUNT; i++)
        if (!zip_put(&zip, str_from(bundle->files[i].name), buf_str(&bundle->files[i].content)))
            return false;
    return zip_end(&zip);
}

void api_bundle_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct question question;
    struct bundle bundle;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!read_question(request->query, clock_wall_s(), &question, &err)) {
        api_fail(reply, &err);
        return;
    }
    const struct bundle_wish wish = {.site = site,
                                     .actor = request->context.actor,
                                     .since_s = question.since_s,
                                     .until_s = question.until_s,
                                     .language = question.language};
    if (!bundle_make(core, &wish, &bundle, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!(question.is_zip ? reply_zip(&bundle, reply) : reply_json(&bundle, reply))) {
        (void)err_memory(&err);
        api_fail(reply, &err);
    }
    bundle_fini(&bundle);
}

static bool write_key(void *context, const struct evidence_key *key)
{
    struct jsonout *out = context;
    jsonout_object(out, NULL);
    jsonout_str(out, "fingerprint_sha256", key->fingerprint);
    jsonout_str(out, "public_key", key->public_pem);
    jsonout_time(out, "made", key->made_s);
    if (key->retired_s)
        jsonout_time(out, "retired", key->retired_s);
    else
        jsonout_null(out, "retired");
    jsonout_object_end(out);
    return buf_ok(out->out);
}

void api_evidence_keys_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "keys");
    bool fine = store_evidence_keys(core->store, write_key, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

void api_evidence_keys_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const none[] = {NULL};
    struct err err = {0};
    if ((request->json && !members_only(request->json, "", none, &err)) ||
        !evidence_key_rotate(core, request->context.actor, &err)) {
        api_fail(reply, &err);
        return;
    }
    api_evidence_keys_get(core, request, reply);
    if (reply->status < 300)
        reply->status = 201;
}
