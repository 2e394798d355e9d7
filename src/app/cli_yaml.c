/* libyaml's events, one by one, into nodes. */
#include "app/cli_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

/* A file being read. */
struct reading {
    yaml_parser_t parser;
    const char *file;
    struct arena *arena;
    struct cli_yaml *root;
    struct cli_yaml *open; /* the list or object that is not at its end yet, or NULL */
    size_t depth;
    struct str key; /* read, its value is to follow; data NULL: none */
    bool is_over;
};

static bool error_at(const char *file, size_t line, size_t column, const char *path, struct err *err,
                     const char *format, va_list args) __attribute__((format(printf, 6, 0)));

static bool error_at(const char *file, size_t line, size_t column, const char *path, struct err *err,
                     const char *format, va_list args)
{
    char text[400];
    (void)vsnprintf(text, sizeof text, format, args);
    return err_set(err, ERR_INPUT, "%s:%zu:%zu: %s%s%s", file, line, column, path, *path ? ": " : "", text);
}

bool cli_yaml_error(const struct cli_yaml *node, struct err *err, const char *format, ...)
{
    char path[CLI_YAML_PATH_SIZE];
    va_list args;
    va_start(args, format);
    (void)error_at(node->file, node->line, node->column, cli_yaml_path(node, path), err, format, args);
    va_end(args);
    return false;
}

const char *cli_yaml_path(const struct cli_yaml *node, char room[static CLI_YAML_PATH_SIZE])
{
    const struct cli_yaml *way[CLI_YAML_DEPTH_MAX + 1] = {NULL};
    size_t depth = 0, size = 0;
    for (; node->parent && depth <= CLI_YAML_DEPTH_MAX; node = node->parent)
        way[depth++] = node;
    room[0] = '\0';
    while (depth-- > 0 && size < CLI_YAML_PATH_SIZE) {
        const struct cli_yaml *at = way[depth];
        int added = at->parent->kind == CLI_YAML_LIST
                        ? snprintf(room + size, CLI_YAML_PATH_SIZE - size, "[%zu]", at->index)
                        : snprintf(room + size, CLI_YAML_PATH_SIZE - size, "%s%.*s", size ? "." : "", STR_ARG(at->key));
        size += added > 0 ? (size_t)added : 0;
    }
    return room;
}

struct cli_yaml *cli_yaml_member(const struct cli_yaml *object, const char *name)
{
    for (struct cli_yaml *at = object->kind == CLI_YAML_OBJECT ? object->first : NULL; at; at = at->next)
        if (str_eq(at->key, str_from(name)))
            return at;
    return NULL;
}

/* The child that a path goes on to, and how much of the path that was; NULL when there is none. */
static const struct cli_yaml *step(const struct cli_yaml *node, struct str path, size_t *ret_size)
{
    uint64_t index;
    size_t size = 0;
    if (path.size && path.data[0] == '[') {
        size = str_find(path, ']');
        if (node->kind != CLI_YAML_LIST || !str_to_u64(str_part(path, 1, size - 1), SIZE_MAX, &index))
            return NULL;
        *ret_size = size + 1;
        const struct cli_yaml *at = node->first;
        while (at && at->index != index)
            at = at->next;
        return at;
    }
    while (size < path.size && path.data[size] != '.' && path.data[size] != '[')
        size++;
    *ret_size = size;
    for (const struct cli_yaml *at = node->kind == CLI_YAML_OBJECT ? node->first : NULL; at; at = at->next)
        if (str_eq(at->key, str_part(path, 0, size)))
            return at;
    return NULL;
}

const struct cli_yaml *cli_yaml_find(const struct cli_yaml *root, const char *path)
{
    struct str rest = str_from(path);
    const struct cli_yaml *node = root, *next;
    size_t size;
    while (rest.size && (next = step(node, rest, &size))) {
        node = next;
        rest = str_after(rest, size);
        if (rest.size && rest.data[0] == '.')
            rest = str_after(rest, 1);
    }
    return node;
}

/* At the place of an event, inside of what is open. */
static bool event_error(const struct reading *r, const yaml_event_t *event, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static bool event_error(const struct reading *r, const yaml_event_t *event, struct err *err, const char *format, ...)
{
    char path[CLI_YAML_PATH_SIZE] = "";
    va_list args;
    va_start(args, format);
    (void)error_at(r->file, event->start_mark.line + 1, event->start_mark.column + 1,
                   r->open ? cli_yaml_path(r->open, path) : "", err, format, args);
    va_end(args);
    return false;
}

/* What libyaml itself does not take. */
static bool syntax_error(const struct reading *r, struct err *err)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "it cannot be read";
    if (p->error == YAML_MEMORY_ERROR)
        return err_memory(err);
    if (p->error == YAML_READER_ERROR) {
        (void)err_set(err, ERR_INPUT, "%s: at byte %zu: %s", r->file, p->problem_offset + 1, problem);
        return err_fix(err, "the file must be text in UTF-8");
    }
    (void)err_set(err, ERR_INPUT, "%s:%zu:%zu: %s%s%s", r->file, p->problem_mark.line + 1, p->problem_mark.column + 1,
                  problem, p->context ? " " : "", p->context ? p->context : "");
    if (strstr(problem, "cannot start any token"))
        return err_fix(err, "indent with blanks, not with tabs, and put texts with special characters into quotes");
    return err_fix(err, "look at the line before as well: its indentation, its quotes");
}

static bool check_place(const struct reading *r, const yaml_event_t *event, struct err *err)
{
    if (r->open && r->open->kind == CLI_YAML_OBJECT && !r->key.data)
        return event_error(r, event, err, "the name of a member must be text");
    if (r->depth == CLI_YAML_DEPTH_MAX)
        return event_error(r, event, err, "this is nested more than %d deep", CLI_YAML_DEPTH_MAX);
    return true;
}

static bool add_node(struct reading *r, const yaml_event_t *event, enum cli_yaml_kind kind, struct cli_yaml **ret,
                     struct err *err)
{
    if (!check_place(r, event, err))
        return false;
    struct cli_yaml *node = arena_zalloc(r->arena, sizeof *node), *parent = r->open;
    if (!node)
        return err_memory(err);
    *node = (struct cli_yaml){.kind = kind,
                              .line = event->start_mark.line + 1,
                              .column = event->start_mark.column + 1,
                              .file = r->file,
                              .key = r->key,
                              .index = parent ? parent->count++ : 0,
                              .parent = parent};
    r->key = (struct str){NULL, 0};
    if (!parent)
        r->root = node;
    else if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    if (parent)
        parent->last = node;
    *ret = node;
    return true;
}

static bool open_node(struct reading *r, const yaml_event_t *event, enum cli_yaml_kind kind, struct err *err)
{
    struct cli_yaml *node;
    if (!add_node(r, event, kind, &node, err))
        return false;
    r->open = node;
    r->depth++;
    return true;
}

static void close_node(struct reading *r)
{
    r->open = r->open->parent;
    r->depth--;
}

static bool copy_text(struct reading *r, const yaml_event_t *event, struct str *ret, struct err *err)
{
    struct str text = str_make(event->data.scalar.value, event->data.scalar.length);
    if (text.size && memchr(text.data, '\0', text.size))
        return event_error(r, event, err, "a zero byte has no place in a text");
    return arena_str(r->arena, text, ret) || err_memory(err);
}

/* The name of the open object's next member. */
static bool take_key(struct reading *r, const yaml_event_t *event, struct err *err)
{
    struct str key;
    if (r->open->count == CLI_YAML_MEMBERS_COUNT_MAX)
        return event_error(r, event, err, "an object has at most %d members", CLI_YAML_MEMBERS_COUNT_MAX);
    if (!copy_text(r, event, &key, err))
        return false;
    const struct cli_yaml *same = cli_yaml_member(r->open, key.data);
    if (same)
        return event_error(r, event, err, "\"%.*s\" is there twice, first in line %zu", STR_ARG(str_part(key, 0, 60)),
                           same->line);
    r->key = key;
    return true;
}

static bool take_text(struct reading *r, const yaml_event_t *event, struct err *err)
{
    struct cli_yaml *node;
    if (r->open && r->open->kind == CLI_YAML_OBJECT && !r->key.data)
        return take_key(r, event, err);
    if (!add_node(r, event, CLI_YAML_TEXT, &node, err))
        return false;
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return copy_text(r, event, &node->text, err);
}

/* "&name" and "!tag", wherever they may stand. */
static bool check_properties(const struct reading *r, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag, struct err *err)
{
    if (anchor) {
        (void)event_error(r, event, err, "anchors (&%.40s) are not taken", (const char *)anchor);
        return err_fix(err, "write out what is meant; a text that begins with & needs quotes");
    }
    if (tag) {
        (void)event_error(r, event, err, "tags (%.40s) are not taken", (const char *)tag);
        return err_fix(err, "leave it out; a text that begins with ! needs quotes");
    }
    return true;
}

static bool take_alias(const struct reading *r, const yaml_event_t *event, struct err *err)
{
    (void)event_error(r, event, err, "aliases (*%.40s) are not taken", (const char *)event->data.alias.anchor);
    return err_fix(err, "write out what is meant; a text that begins with * needs quotes");
}

static bool take_document(const struct reading *r, const yaml_event_t *event, struct err *err)
{
    if (r->root)
        return event_error(r, event, err, "there is a second document; one is all that is taken");
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
        return event_error(r, event, err, "directives (%%) are not taken");
    return true;
}

static bool take_event(struct reading *r, const yaml_event_t *event, struct err *err)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: return take_document(r, event, err);
    case YAML_ALIAS_EVENT: return take_alias(r, event, err);
    case YAML_SCALAR_EVENT:
        return check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag, err) &&
               take_text(r, event, err);
    case YAML_SEQUENCE_START_EVENT:
        return check_properties(r, event, event->data.sequence_start.anchor, event->data.sequence_start.tag, err) &&
               open_node(r, event, CLI_YAML_LIST, err);
    case YAML_MAPPING_START_EVENT:
        return check_properties(r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag, err) &&
               open_node(r, event, CLI_YAML_OBJECT, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: close_node(r); return true;
    case YAML_STREAM_END_EVENT: r->is_over = true; return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT: break;
    }
    return true;
}

static bool read_all(struct reading *r, struct err *err)
{
    while (!r->is_over) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return syntax_error(r, err);
        bool fine = take_event(r, &event, err);
        yaml_event_delete(&event);
        if (!fine)
            return false;
    }
    return r->root || err_set(err, ERR_INPUT, "%s: there is nothing in it", r->file);
}

bool cli_yaml_read(const char *file, struct str text, struct arena *arena, struct cli_yaml **ret, struct err *err)
{
    struct reading r = {.file = file, .arena = arena};
    if (!yaml_parser_initialize(&r.parser))
        return err_memory(err);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.data ? text.data : ""), text.size);
    bool fine = read_all(&r, err);
    yaml_parser_delete(&r.parser);
    if (fine)
        *ret = r.root;
    return fine;
}
