/* Between objects only brackets, commas and blanks are expected; within one the JSON reader is as strict as always. */
#include "inventory/transparency.h"

#include "inventory/plain.h"

static bool on_token(void *context, enum json_token token, struct str text, struct err *err);

void transparency_init(struct transparency *transparency, struct sink *sink)
{
    *transparency = (struct transparency){.sink = sink, .line = 1};
    lines_init(&transparency->lines, sink, plain_found_line, sink);
}

void transparency_fini(struct transparency *transparency)
{
    lines_fini(&transparency->lines);
}

/* ---- names within a string, one a line ---- */

static bool end_name(struct transparency *t, struct err *err)
{
    struct str name = str_make(t->name, t->name_size);
    t->name_size = 0;
    if (t->is_too_long) {
        t->is_too_long = false;
        t->sink->counts.passed++;
        return true;
    }
    t->is_ended = !plain_found(t->sink, t->line, name, err);
    return !t->is_ended;
}

static bool put_names(struct transparency *t, struct str text, struct err *err)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n') {
            if (!end_name(t, err))
                return false;
        } else if (t->name_size == sizeof t->name) {
            t->is_too_long = true;
        } else {
            t->name[t->name_size++] = text.data[i];
        }
    }
    return true;
}

static bool is_names_member(struct str name)
{
    return str_eq(name, STR("name_value")) || str_eq(name, STR("common_name")) || str_eq(name, STR("dns_names"));
}

static bool on_token(void *context, enum json_token token, struct str text, struct err *err)
{
    struct transparency *t = context;
    switch (token) {
    case JSON_TOKEN_NAME: t->is_names = is_names_member(text); return true;
    case JSON_TOKEN_PART: return !t->is_names || put_names(t, text, err);
    case JSON_TOKEN_STRING: return !t->is_names || (put_names(t, text, err) && end_name(t, err));
    case JSON_TOKEN_OBJECT:
    case JSON_TOKEN_OBJECT_END: t->is_names = false; return true;
    default: return true;
    }
}

/* ---- objects ---- */

static void begin_object(struct transparency *t)
{
    json_stream_init(&t->json, on_token, t);
    t->json.gives_parts = true;
    t->is_inside = true;
    t->is_lost = t->is_names = t->is_too_long = false;
    t->name_size = 0;
}

/* The reader of JSON counts lines from the object's first; here they are those of the file. */
static void tell(struct transparency *t, const struct err *why)
{
    struct str text = str_from(why->text);
    size_t colon = str_find(text, ':');
    if (str_starts(text, STR("line ")) && colon < text.size)
        text = str_after(text, colon + 2);
    sink_problem(t->sink, t->line, "This object is not read further: %.*s.", STR_ARG(text));
    t->is_inside = false;
    t->is_lost = true;
}

static bool inside(struct transparency *t, char c, struct err *err)
{
    struct err why = {0};
    if (json_stream_take(&t->json, str_make(&c, 1), &why)) {
        if (t->json.depth == 0)
            t->is_inside = false;
        return true;
    }
    if (!t->is_ended) {
        tell(t, &why);
        return true;
    }
    if (err)
        *err = why;
    return false;
}

static bool is_between(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' || c == ']';
}

static bool json_byte(struct transparency *t, char c, struct err *err)
{
    if (!t->is_inside && c == '{')
        begin_object(t);
    if (t->is_inside)
        return inside(t, c, err);
    if (!t->is_lost && !is_between(c)) {
        sink_problem(t->sink, t->line, "Something stands here that is no object of an export.");
        t->is_lost = true;
    }
    return true;
}

static bool take_json(struct transparency *t, struct str bytes, struct err *err)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (!json_byte(t, bytes.data[i], err))
            return false;
        t->line += bytes.data[i] == '\n';
    }
    return true;
}

/* Skips blanks at the front, which say nothing of the kind. */
static struct str find_kind(struct transparency *t, struct str bytes)
{
    size_t at = 0;
    for (; at < bytes.size && t->kind == TRANSPARENCY_UNKNOWN; at++) {
        char c = bytes.data[at];
        if (c == '{' || c == '[')
            t->kind = TRANSPARENCY_JSON;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            t->kind = TRANSPARENCY_LIST;
        t->line += c == '\n';
        t->lines.number = t->line;
    }
    return t->kind == TRANSPARENCY_UNKNOWN ? STR("") : str_after(bytes, at - 1);
}

bool transparency_take(struct transparency *transparency, struct str bytes, struct err *err)
{
    if (transparency->kind == TRANSPARENCY_UNKNOWN)
        bytes = find_kind(transparency, bytes);
    if (bytes.size == 0)
        return true;
    return transparency->kind == TRANSPARENCY_JSON ? take_json(transparency, bytes, err)
                                                   : lines_take(&transparency->lines, bytes, err);
}

bool transparency_end(struct transparency *transparency, struct err *err)
{
    if (transparency->kind == TRANSPARENCY_LIST)
        return lines_end(&transparency->lines, err);
    if (transparency->is_inside)
        sink_problem(transparency->sink, transparency->line, "The file ends in the middle of an object.");
    return true;
}
