/* Reading: tolerant about everything but its size, since a CA in trouble answers with anything. */
#include "acme/problem.h"

#include <stdio.h>

#include "acme/ca_url.h"
#include "acme/quote.h"

static const struct str prefix = STR_INIT("urn:ietf:params:acme:error:");

/* The text of a member, or nothing. */
static struct str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return (struct str){0};
    return str_make(json_string_value(value), json_string_length(value));
}

static void type_of(const json_t *object, char ret[static ACME_PROBLEM_SIZE])
{
    struct str type = text_of(object, "type");
    if (str_starts(type, prefix))
        type = str_after(type, prefix.size);
    quote_text(type, ret, ACME_PROBLEM_SIZE);
}

/* Appends "NAME: DETAIL" while there is room for all of it. */
static void part_add(const json_t *part, struct problem *problem)
{
    char name[96], detail[PROBLEM_PARTS_SIZE], text[PROBLEM_PARTS_SIZE];
    size_t used = strlen(problem->parts);
    quote_text(text_of(json_object_get(part, "identifier"), "value"), name, sizeof name);
    quote_text(text_of(part, "detail"), detail, sizeof detail);
    int size =
        snprintf(text, sizeof text, "%s%s%s%s", used ? "; " : "", name, name[0] && detail[0] ? ": " : "", detail);
    if (size <= 0 || (!name[0] && !detail[0]))
        return;
    if ((size_t)size >= sizeof text || used + (size_t)size >= sizeof problem->parts) {
        if (used == 0) /* the first one is cut rather than left out */
            quote_text(str_from(text), problem->parts, sizeof problem->parts);
        return;
    }
    memcpy(problem->parts + used, text, (size_t)size + 1);
}

static void parts_of(const json_t *all, struct problem *problem)
{
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *part = json_array_get(all, i);
        if (i == 0)
            type_of(part, problem->part_type);
        part_add(part, problem);
    }
}

void problem_of_json(const json_t *value, struct problem *ret)
{
    *ret = (struct problem){0};
    if (!json_is_object(value))
        return;
    type_of(value, ret->type);
    quote_text(text_of(value, "detail"), ret->detail, sizeof ret->detail);
    struct str instance = text_of(value, "instance");
    if (instance.size < sizeof ret->instance && ca_url_check(instance, NULL))
        quote_text(instance, ret->instance, sizeof ret->instance);
    parts_of(json_object_get(value, "subproblems"), ret);
}

/* "application/problem+json", or "application/json" with any parameters: some send their problems so. */
static bool is_json(struct str content_type)
{
    struct str kind = str_trim(str_cut(&content_type, ';'));
    return str_eq_nocase(kind, STR("application/problem+json")) || str_eq_nocase(kind, STR("application/json"));
}

void problem_of_answer(unsigned status, struct str content_type, struct str body, struct problem *ret)
{
    json_t *value = NULL;
    *ret = (struct problem){0};
    if (body.size <= PROBLEM_BODY_SIZE_MAX && is_json(content_type) && json_parse(body, &value, NULL))
        problem_of_json(value, ret);
    json_decref(value);
    ret->status = status;
}

bool problem_is(const struct problem *problem, const char *type)
{
    return strcmp(problem->type, type) == 0;
}
