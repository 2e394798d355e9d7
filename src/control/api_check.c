/*
 * POST /v1/check: what the preload list's own checker would say of any domain if it looked now, and what else is found.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "codec/name.h"
#include "control/api_routes.h"
#include "control/api_self_check.h"
#include "control/finding_json.h"
#include "control/preload.h"
#include "control/promises.h"
#include "hsts/preload_rules.h"
#include "probe/domain_look.h"
#include "store/jsonout.h"
#include "store/members.h"

/* A turn of the crowd; the deadline is looked at in between. */
#define TURN_MS 500

struct check_later {
    struct api_later later;
    struct name domain;
    bool removal;
    bool is_site; /* of this gateway, which sends for it: */
    struct str our_field;
    char our_field_room[HSTS_FIELD_SIZE_MAX];
    bool has_list; /* of preloaded names, which says of this one: */
    struct preload_binding binding;
    bool done;          /* the look */
    struct err failure; /* of looking at all; empty text: none */
    /* What was found, copied but for the field in the verdict. */
    struct str registrable;
    struct preload_verdict verdict;
    struct preload_fields fields; /* of https://DOMAIN/ */
    struct findings more;
    struct arena arena;
};

/* ---- on a thread ---- */

static void on_done(struct domain_look *look, void *context)
{
    struct check_later *l = context;
    (void)look;
    l->done = true;
}

static bool keep_fields(struct check_later *l, const struct preload_fields *fields)
{
    for (size_t i = 0; i < fields->count && i < PRELOAD_FIELDS_COUNT_MAX; i++)
        if (!arena_str(&l->arena, fields->values[i], &l->fields.values[i]))
            return false;
    l->fields.count = fields->count;
    return true;
}

static bool keep(struct check_later *l, const struct domain_look *look, struct err *err)
{
    struct finding_seen all;
    if (!domain_look_seen(look, &all))
        return err_memory(err);
    all.our_field = l->our_field;
    const struct preload_seen *seen = all.preload;
    preload_rules_judge(seen, PRELOAD_POLICY_BULK_1_YEAR, l->removal, &l->verdict);
    if (!arena_str(&l->arena, seen->registrable, &l->registrable) || !keep_fields(l, &seen->https_fields))
        return err_memory(err);
    finding_judge(&all, &l->more);
    return true;
}

static bool is_called_off(const struct deadline *deadline)
{
    return deadline->cancel && atomic_load(deadline->cancel);
}

/* By the deadline it ends by itself. At the end of control nobody waits for it, nor for name servers. */
static void wait(struct check_later *l, struct crowd *crowd, const struct deadline *deadline)
{
    while (!l->done && !is_called_off(deadline))
        crowd_turn(crowd, TURN_MS);
}

static struct domain_look *begin(struct check_later *l, struct crowd *crowd, const struct suffixes *suffixes,
                                 const struct deadline *deadline)
{
    const struct domain_look_request request = {
        .preload = {.domain = name_str(&l->domain),
                    .length_ms = (uint32_t)deadline_left_ms(deadline, UINT32_MAX - 1),
                    .cancel = deadline->cancel,
                    .field_only = l->removal},
        .rules_only = l->removal,
        .binding = l->has_list ? &l->binding : NULL,
        .on_done = on_done,
        .context = l};
    return domain_look_begin(crowd, suffixes, &request);
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct check_later *l = container_of(errand, struct check_later, later.errand);
    const struct crowd_options options = {.per_address_max = DOMAIN_LOOK_PER_ADDRESS_COUNT};
    struct suffixes *suffixes = NULL;
    struct crowd *crowd = NULL;
    struct domain_look *look = NULL;
    if (suffixes_new(&suffixes, &l->failure) && crowd_new(&options, &crowd, &l->failure)) {
        look = begin(l, crowd, suffixes, deadline);
        if (look)
            wait(l, crowd, deadline);
        bool kept = look && l->done ? keep(l, look, &l->failure) : err_memory(&l->failure);
        if (!kept)
            l->fields.count = 0;
    }
    crowd_free(crowd); /* first: it knows the look when that is under way */
    domain_look_free(look);
    suffixes_free(suffixes);
}

/* ---- the answer ---- */

void api_check_write_finding(const struct preload_finding *finding, const bool *mended, struct jsonout *out)
{
    const char *mend = mend_name(preload_code_mend(finding->code));
    jsonout_object(out, NULL);
    jsonout_str(out, "code", str_from(preload_code_text(finding->code)));
    jsonout_str(out, "summary", str_from(preload_code_words(finding->code)));
    jsonout_str(out, "message", str_from(finding->detail));
    jsonout_str(out, "fix", str_from(preload_code_fix(finding->code)));
    if (mend)
        jsonout_str(out, "mend", str_from(mend));
    if (mended)
        jsonout_bool(out, "mended_by_preload", *mended);
    jsonout_object_end(out);
}

static void write_findings(struct jsonout *out, const char *key, const struct preload_findings *findings, bool errors)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < findings->count; i++)
        if (preload_code_is_error(findings->items[i].code) == errors)
            api_check_write_finding(&findings->items[i], NULL, out);
    jsonout_array_end(out);
}

static void write(struct api_later *later, struct api_reply *reply)
{
    struct check_later *l = container_of(later, struct check_later, later);
    struct jsonout out = {.out = &reply->body};
    if (l->failure.text[0]) {
        api_fail(reply, &l->failure);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "domain", name_str(&l->domain));
    jsonout_str(&out, "check", l->removal ? STR("removable") : STR("preloadable"));
    jsonout_bool(&out, "is_site", l->is_site);
    if (l->registrable.size)
        jsonout_str(&out, "registrable", l->registrable);
    else
        jsonout_null(&out, "registrable");
    if (l->fields.count == 1)
        jsonout_str(&out, "field", l->fields.values[0]);
    else
        jsonout_null(&out, "field");
    write_findings(&out, "errors", &l->verdict.findings, true);
    write_findings(&out, "warnings", &l->verdict.findings, false);
    if (!l->removal) {
        finding_json_write(&out, "findings", &l->more);
        finding_json_readings(&out, "readings", &l->fields);
    }
    jsonout_object_end(&out);
}

static void free_later(struct api_later *later)
{
    struct check_later *l = container_of(later, struct check_later, later);
    arena_fini(&l->arena);
    free(l);
}

static bool read_request(const json_t *json, struct check_later *l, struct err *err)
{
    static const char *const members[] = {"domain", "check", NULL};
    static const char *const checks[] = {"preloadable", "removable", NULL};
    struct str domain = STR("");
    uint32_t check = 0;
    if (!members_only(json, "", members, err) ||
        !members_str(json, "", "domain", API_TYPED_NAME_SIZE_MAX, &domain, err) ||
        !members_choice(json, "", "check", checks, &check, err) || !name_read(domain, "domain", &l->domain, err))
        return false;
    if (l->domain.kind != NAME_HOST) {
        (void)err_field(err, "domain", "\"%.*s\" is not the name of a domain", STR_ARG(domain));
        return err_fix(err, "write a name such as example.org");
    }
    l->removal = check == 1;
    return true;
}

void api_check(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct check_later *l = calloc(1, sizeof *l);
    if (!l) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    arena_init(&l->arena, PRELOAD_LOOK_SIZE_MAX);
    if (!read_request(request->json, l, &err)) {
        free_later(&l->later);
        api_fail(reply, &err);
        return;
    }
    const struct site *site = state_find(&core->state, name_str(&l->domain));
    l->is_site = site != NULL;
    if (site && !promises_field(core, site, l->our_field_room, &l->our_field))
        l->our_field = STR("");
    l->has_list = preload_present(core->preload) != NULL;
    l->binding = preload_find(core->preload, name_str(&l->domain));
    l->binding.policy = STR(""); /* the list's own text, which may go while the look is under way */
    l->later = (struct api_later){
        .errand = {.limit_ms = PRELOAD_LOOK_MS_USUAL, .is_slow = true, .work = work, .on_done = api_later_done},
        .write = write,
        .free = free_later};
    reply->later = &l->later;
}
