/* Line by line: what a line is, and the bookkeeping of sections and keys. */
#include "codec/ini.h"

#include <stdarg.h>
#include <stdio.h>

struct ini_parser {
    struct ini ini;
    struct ini_section *section; /* of the lines read now, NULL before the first header */
    struct arena *arena;
    bool (*may_repeat)(struct str section, struct str key);
    unsigned line;
    size_t keys_count;
    struct err *err;
};

bool ini_error(const struct ini *ini, unsigned line, struct err *err, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "%.*s:%u: %s", STR_ARG(ini->file), line, text);
}

const struct ini_section *ini_section(const struct ini *ini, struct str name, struct str argument)
{
    for (const struct ini_section *s = ini->sections; s; s = s->next)
        if (str_eq_nocase(s->name, name) && str_eq_nocase(s->argument, argument))
            return s;
    return NULL;
}

const struct ini_key *ini_key(const struct ini_section *section, struct str name)
{
    for (const struct ini_key *k = section ? section->keys : NULL; k; k = k->next)
        if (str_eq_nocase(k->name, name))
            return k;
    return NULL;
}

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = str_lower_char(name.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != ' ' && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.size > 0;
}

static bool parse_header(struct ini_parser *p, struct str line)
{
    if (line.data[line.size - 1] != ']')
        return ini_error(&p->ini, p->line, p->err, "a section header ends in \"]\" and has nothing after it");
    struct str argument = str_trim(str_part(line, 1, line.size - 2));
    struct str name = str_cut(&argument, ' ');
    argument = str_trim(argument);
    if (!is_name(name) || str_find(argument, '[') < argument.size || str_find(argument, ']') < argument.size)
        return ini_error(&p->ini, p->line, p->err, "\"%.*s\" is not a section name", STR_ARG(line));
    for (p->section = p->ini.sections; p->section; p->section = p->section->next)
        if (str_eq_nocase(p->section->name, name) && str_eq_nocase(p->section->argument, argument))
            return true;
    p->section = arena_zalloc(p->arena, sizeof *p->section);
    if (!p->section)
        return err_memory(p->err);
    p->section->name = name;
    p->section->argument = argument;
    p->section->line = p->line;
    if (p->ini.sections_last)
        p->ini.sections_last->next = p->section;
    else
        p->ini.sections = p->section;
    p->ini.sections_last = p->section;
    return true;
}

static bool add_key(struct ini_parser *p, struct str name, struct str value)
{
    const struct ini_key *before = ini_key(p->section, name);
    if (before && !(p->may_repeat && p->may_repeat(p->section->name, name)))
        return ini_error(&p->ini, p->line, p->err, "\"%.*s\" is set already in line %u", STR_ARG(name), before->line);
    if (++p->keys_count > INI_KEYS_COUNT_MAX)
        return ini_error(&p->ini, p->line, p->err, "more than %d keys", INI_KEYS_COUNT_MAX);
    struct ini_key *key = arena_zalloc(p->arena, sizeof *key);
    if (!key)
        return err_memory(p->err);
    key->name = name;
    key->value = value;
    key->line = p->line;
    if (p->section->keys_last)
        p->section->keys_last->next = key;
    else
        p->section->keys = key;
    p->section->keys_last = key;
    return true;
}

static bool parse_line(struct ini_parser *p, struct str line)
{
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    line = str_trim(line);
    for (size_t i = 0; i < line.size; i++)
        if (((unsigned char)line.data[i] < 0x20 && line.data[i] != '\t') || line.data[i] == 0x7f)
            return ini_error(&p->ini, p->line, p->err, "the line has a control character");
    if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
        return true;
    if (line.data[0] == '[')
        return parse_header(p, line);
    size_t equals = str_find(line, '=');
    struct str name = str_trim(str_part(line, 0, equals));
    if (equals == line.size || !is_name(name)) {
        ini_error(&p->ini, p->line, p->err, "\"%.*s\" is neither a section nor a key with a value", STR_ARG(line));
        return err_fix(p->err, "write [Section] or Key = Value; start a comment with #");
    }
    if (!p->section)
        return ini_error(&p->ini, p->line, p->err, "\"%.*s\" stands before the first section", STR_ARG(name));
    return add_key(p, name, str_trim(str_after(line, equals + 1)));
}

bool ini_parse(struct str file, struct str text, bool (*may_repeat)(struct str section, struct str key),
               struct arena *arena, struct ini *ret, struct err *err)
{
    struct ini_parser p = {.ini = {.file = file}, .arena = arena, .may_repeat = may_repeat, .err = err};
    struct str rest = text;
    if (str_starts(rest, STR("\xef\xbb\xbf"))) /* the byte order mark that some editors put first */
        rest = str_after(rest, 3);
    while (rest.data) {
        p.line++;
        if (!parse_line(&p, str_cut(&rest, '\n')))
            return false;
    }
    *ret = p.ini;
    return true;
}
