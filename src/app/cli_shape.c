/* One function for each kind of shape. */
#include "app/cli_shape.h"

#include <stdio.h>

#include "app/cli_duration.h"
#include "app/suggest.h"
#include "hsts/field.h"
#include "snapshot/limits.h"

/* YAML's ways to say nothing. */
static bool is_nothing(const struct cli_yaml *node)
{
    return node->kind == CLI_YAML_TEXT && node->is_plain &&
           (node->text.size == 0 || str_eq(node->text, STR("~")) || str_eq_nocase(node->text, STR("null")));
}

static json_t *refuse(const struct cli_shape *shape, const struct cli_yaml *node, const char *fix, struct err *err)
{
    (void)cli_yaml_error(node, err, "%s is needed here", shape->what);
    (void)err_fix(err, "%s", is_nothing(node) ? "leave the member out, or give it a value" : fix);
    return NULL;
}

/* NULL with *err when memory ran out. */
static json_t *made(json_t *value, struct err *err)
{
    if (!value)
        (void)err_memory(err);
    return value;
}

static json_t *read_text(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    if (node->kind != CLI_YAML_TEXT || is_nothing(node))
        return refuse(shape, node, "give a text; quotes keep it together", err);
    return made(json_stringn(node->text.data, node->text.size), err);
}

static bool has_word(const char *words, struct str word)
{
    for (struct str rest = str_from(words); rest.data;)
        if (str_eq(str_cut(&rest, ' '), word))
            return true;
    return false;
}

static json_t *read_word(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    if (node->kind == CLI_YAML_TEXT && has_word(shape->words, node->text))
        return made(json_stringn(node->text.data, node->text.size), err);
    char fix[200];
    (void)snprintf(fix, sizeof fix, "one of: %s", shape->words);
    return refuse(shape, node, fix, err);
}

static json_t *read_number(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    uint64_t number;
    if (node->kind != CLI_YAML_TEXT || !node->is_plain || !str_to_u64(node->text, INT64_MAX, &number))
        return refuse(shape, node, "digits only, without quotes", err);
    return made(json_integer((json_int_t)number), err);
}

static json_t *read_bool(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    bool is_text = node->kind == CLI_YAML_TEXT && node->is_plain;
    if (is_text && str_eq(node->text, STR("true")))
        return json_true();
    if (is_text && str_eq(node->text, STR("false")))
        return json_false();
    return refuse(shape, node, "write true or false, without quotes", err);
}

static json_t *read_duration(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    uint64_t duration_s;
    if (node->kind != CLI_YAML_TEXT || !cli_duration_read(node->text, HSTS_MAX_AGE_S_MAX, &duration_s))
        return refuse(shape, node, "give seconds, or a number with m, h, d, w or y behind it: 1d", err);
    return made(json_integer((json_int_t)duration_s), err);
}

static json_t *read_list(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    if (node->kind != CLI_YAML_LIST)
        return refuse(shape, node, "write each entry behind \"- \" on a line of its own, or all in [ ]", err);
    json_t *list = made(json_array(), err);
    for (const struct cli_yaml *at = node->first; list && at; at = at->next) {
        json_t *value = cli_shape_json(shape->item, at, err);
        if (value && json_array_append_new(list, value) == 0)
            continue;
        if (value)
            (void)err_memory(err);
        json_decref(list);
        list = NULL;
    }
    return list;
}

static bool no_member(const struct cli_shape_member *members, const struct cli_yaml *node, struct err *err)
{
    struct suggest suggest;
    suggest_init(&suggest, node->key);
    for (const struct cli_shape_member *member = members; member->name; member++)
        if (!member->instead)
            suggest_offer(&suggest, str_from(member->name));
    (void)cli_yaml_error(node, err, "there is no such member");
    if (suggest.nearest.size)
        return err_fix(err, "did you mean %.*s?", STR_ARG(suggest.nearest));
    return err_fix(err, "docs/guide/declarative.md lists the members");
}

static const struct cli_shape_member *find_member(const struct cli_shape_member *members, const struct cli_yaml *node,
                                                  struct err *err)
{
    for (const struct cli_shape_member *member = members; member->name; member++) {
        if (!str_eq(str_from(member->name), node->key))
            continue;
        if (!member->instead)
            return member;
        (void)cli_yaml_error(node, err, "this has no place in a file");
        (void)err_fix(err, "%s", member->instead);
        return NULL;
    }
    (void)no_member(members, node, err);
    return NULL;
}

/* Takes `value` (NULL: it failed) over into the object; false with *err when either did not work. */
static bool put(json_t *object, const struct cli_yaml *node, json_t *value, struct err *err)
{
    return value && (json_object_setn_new(object, node->key.data, node->key.size, value) == 0 || err_memory(err));
}

static json_t *read_object(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    if (node->kind != CLI_YAML_OBJECT)
        return refuse(shape, node, "write its members as NAME: VALUE, each on a line of its own", err);
    json_t *object = made(json_object(), err);
    for (const struct cli_yaml *at = node->first; object && at; at = at->next) {
        const struct cli_shape_member *member = find_member(shape->members, at, err);
        if (member && put(object, at, cli_shape_json(member->shape, at, err), err))
            continue;
        json_decref(object);
        object = NULL;
    }
    return object;
}

static bool no_limit(const struct cli_yaml *node, struct err *err)
{
    struct suggest suggest;
    size_t count;
    const struct snap_limit *limits = snapshot_limits(&count);
    suggest_init(&suggest, node->key);
    for (size_t i = 0; i < count; i++)
        suggest_offer(&suggest, str_from(limits[i].name));
    (void)cli_yaml_error(node, err, "there is no such limit");
    if (suggest.nearest.size)
        return err_fix(err, "did you mean %.*s?", STR_ARG(suggest.nearest));
    return err_fix(err, "\"strictgate settings show\" lists them");
}

static json_t *read_limits(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    static const struct cli_shape number = {.kind = CLI_SHAPE_NUMBER, .what = "a whole number"};
    if (node->kind != CLI_YAML_OBJECT)
        return refuse(shape, node, "write each as NAME: NUMBER", err);
    json_t *object = made(json_object(), err);
    for (const struct cli_yaml *at = node->first; object && at; at = at->next) {
        bool known = snapshot_limit_find(at->key) || no_limit(at, err);
        if (known && put(object, at, cli_shape_json(&number, at, err), err))
            continue;
        json_decref(object);
        object = NULL;
    }
    return object;
}

json_t *cli_shape_json(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err)
{
    switch (shape->kind) {
    case CLI_SHAPE_TEXT: return read_text(shape, node, err);
    case CLI_SHAPE_WORD: return read_word(shape, node, err);
    case CLI_SHAPE_NUMBER: return read_number(shape, node, err);
    case CLI_SHAPE_BOOL: return read_bool(shape, node, err);
    case CLI_SHAPE_DURATION: return read_duration(shape, node, err);
    case CLI_SHAPE_LIST: return read_list(shape, node, err);
    case CLI_SHAPE_OBJECT: return read_object(shape, node, err);
    case CLI_SHAPE_LIMITS: return read_limits(shape, node, err);
    case CLI_SHAPE_EITHER: break;
    }
    return cli_shape_json(node->kind == CLI_YAML_TEXT ? shape->item : shape->other, node, err);
}
