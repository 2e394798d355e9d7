/* The table of keys, and the way from text to a checked configuration. */
#include "app/boot.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/boot_check.h"
#include "app/boot_keys.h"
#include "app/boot_value.h"
#include "app/suggest.h"
#include "codec/ini.h"

/* What a file of BOOT_TEXT_SIZE_MAX bytes can come to: a key of four bytes is kept as one of some 64. */
#define BOOT_ARENA_SIZE_MAX (4u * 1024 * 1024)

bool boot_error(const char *file, unsigned line, const char *key, const struct err *reason, struct err *err)
{
    char place[300];
    if (line == BOOT_LINE_OVERRIDE)
        (void)snprintf(place, sizeof place, "command line");
    else if (line == BOOT_LINE_DEFAULT)
        (void)snprintf(place, sizeof place, "%s", file ? file : "defaults");
    else
        (void)snprintf(place, sizeof place, "%s:%u", file ? file : "defaults", line);
    struct err whole = {0};
    (void)err_set(&whole, reason->code, "%s: %s: %s%s%s", place, key, reason->text, *reason->fix ? "; " : "",
                  reason->fix);
    (void)snprintf(whole.field, sizeof whole.field, "%s", key);
    if (err)
        *err = whole;
    return false;
}

static bool read_key(struct boot_reader *r, const struct ini_section *section, const struct ini_key *key,
                     struct err *err)
{
    struct err reason = {0};
    const struct boot_key *row = boot_key_find(section->name, key->name);
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", STR_ARG(key->name));
    if (!row) {
        struct suggest suggest;
        suggest_init(&suggest, key->name);
        for (row = boot_keys; row->section; row++)
            if (str_eq_nocase(str_from(row->section), section->name))
                suggest_offer(&suggest, str_from(row->key));
        (void)err_set(&reason, ERR_INPUT, "[%.*s] has no such key", STR_ARG(section->name));
        if (suggest.nearest.size)
            (void)err_fix(&reason, "did you mean \"%.*s\"?", STR_ARG(suggest.nearest));
        else
            (void)err_fix(&reason, "see strictgate.ini(5) for the keys");
        return boot_error(r->boot->file, key->line, name, &reason, err);
    }
    if (key->value.size == 0) {
        (void)err_set(&reason, ERR_INPUT, "the value is empty");
        (void)err_fix(&reason, "give a value, or take the line out for the default");
        return boot_error(r->boot->file, key->line, row->key, &reason, err);
    }
    if (row->read(r, key->value, key->line, &reason))
        return true;
    return boot_error(r->boot->file, key->line, row->key, &reason, err);
}

static bool bad_section(struct boot_reader *r, const struct ini_section *section, struct err *err)
{
    struct err reason = {0};
    char name[80];
    (void)snprintf(name, sizeof name, "[%.*s]", STR_ARG(section->name));
    struct suggest suggest;
    suggest_init(&suggest, section->name);
    for (const struct boot_key *row = boot_keys; row->section; row++)
        suggest_offer(&suggest, str_from(row->section));
    (void)err_set(&reason, ERR_INPUT, "there is no such section");
    if (suggest.nearest.size)
        (void)err_fix(&reason, "did you mean [%.*s]?", STR_ARG(suggest.nearest));
    else
        (void)err_fix(&reason, "the sections are [Server], [Data], [Log], [Panel], [Hooks] and [Listener NAME]");
    return boot_error(r->boot->file, section->line, name, &reason, err);
}

static bool bad_argument(struct boot_reader *r, const struct ini_section *section, struct err *err)
{
    struct err reason = {0};
    char name[80];
    (void)snprintf(name, sizeof name, "[%.*s]", STR_ARG(section->name));
    (void)err_set(&reason, ERR_INPUT,
                  section->argument.size ? "this section takes no name" : "a listener needs a name");
    (void)err_fix(&reason, section->argument.size ? "write [%.*s]" : "write [%.*s NAME]", STR_ARG(section->name));
    return boot_error(r->boot->file, section->line, name, &reason, err);
}

static bool add_listener(struct boot_reader *r, const struct ini_section *section, struct err *err)
{
    struct err reason = {0};
    struct boot *boot = r->boot;
    if (boot->listeners_count == BOOT_LISTENERS_COUNT_MAX) {
        (void)err_set(&reason, ERR_INPUT, "more than %d listeners", BOOT_LISTENERS_COUNT_MAX);
        (void)err_fix(&reason, "give one listener several addresses");
        return boot_error(boot->file, section->line, "[Listener]", &reason, err);
    }
    struct str name;
    if (!arena_str(&boot->arena, section->argument, &name))
        return err_memory(err);
    r->listener = &boot->listeners[boot->listeners_count++];
    *r->listener = (struct boot_listener){
        .name = name.data, .protocol = GATEWAY_BOTH, .unix_mode = BOOT_UNIX_MODE_DEFAULT, .line = section->line};
    return true;
}

static bool read_section(struct boot_reader *r, const struct ini_section *section, struct err *err)
{
    if (!boot_section_is_known(section->name))
        return bad_section(r, section, err);
    bool is_listener = str_eq_nocase(section->name, STR("Listener"));
    if (is_listener != (section->argument.size > 0))
        return bad_argument(r, section, err);
    if (is_listener && !add_listener(r, section, err))
        return false;
    for (const struct ini_key *key = section->keys; key; key = key->next)
        if (!read_key(r, section, key, err))
            return false;
    return true;
}

/* "Section.Key=Value" and "Section NAME.Key=Value" taken apart; false when it is not of that form. */
static bool override_split(struct str text, struct str *ret_section, struct str *ret_argument, struct ini_key *ret_key)
{
    size_t equals = str_find(text, '=');
    struct str left = str_part(text, 0, equals);
    size_t dot = str_find_last(left, '.');
    if (equals == text.size || dot == left.size)
        return false;
    struct str argument = str_trim(str_part(left, 0, dot));
    *ret_section = str_cut(&argument, ' ');
    *ret_argument = str_trim(argument);
    *ret_key = (struct ini_key){.name = str_trim(str_after(left, dot + 1)),
                                .value = str_trim(str_after(text, equals + 1)),
                                .line = BOOT_LINE_OVERRIDE};
    return ret_section->size > 0 && ret_key->name.size > 0;
}

static struct ini_section *section_get(struct boot_reader *r, struct str name, struct str argument)
{
    for (struct ini_section *section = r->ini.sections; section; section = section->next)
        if (str_eq_nocase(section->name, name) && str_eq_nocase(section->argument, argument))
            return section;
    struct ini_section *section = arena_zalloc(&r->boot->arena, sizeof *section);
    if (!section)
        return NULL;
    *section = (struct ini_section){.name = name, .argument = argument, .line = BOOT_LINE_OVERRIDE};
    if (r->ini.sections_last)
        r->ini.sections_last->next = section;
    else
        r->ini.sections = section;
    r->ini.sections_last = section;
    return section;
}

/* Puts an override into the tree, in place of the file's key if there is one. */
static bool apply_override(struct boot_reader *r, struct str text, struct err *err)
{
    struct str name, argument;
    struct ini_key key;
    if (!override_split(text, &name, &argument, &key)) {
        (void)err_set(err, ERR_INPUT, "command line: \"%.*s\" is not SECTION.KEY=VALUE", STR_ARG(text));
        return false;
    }
    struct ini_section *section = section_get(r, name, argument);
    if (!section)
        return err_memory(err);
    for (struct ini_key *k = section->keys; k; k = k->next) {
        if (!str_eq_nocase(k->name, key.name))
            continue;
        k->value = key.value;
        k->line = key.line;
        return true;
    }
    struct ini_key *added = arena_alloc(&r->boot->arena, sizeof *added);
    if (!added)
        return err_memory(err);
    *added = key;
    if (section->keys_last)
        section->keys_last->next = added;
    else
        section->keys = added;
    section->keys_last = added;
    return true;
}

/* The tree of the file (empty without one) with the overrides in it. */
static bool read_tree(struct boot_reader *r, const struct boot_source *source, struct err *err)
{
    struct err reason = {0};
    r->ini.file = source->file;
    if (source->file.size && !ini_parse(source->file, source->text, NULL, &r->boot->arena, &r->ini, &reason)) {
        (void)err_set(err, reason.code, "%s%s%s", reason.text, *reason.fix ? "; " : "", reason.fix);
        return false;
    }
    for (size_t i = 0; i < source->overrides_count; i++)
        if (!apply_override(r, source->overrides[i], err))
            return false;
    return true;
}

static bool fill(struct boot_reader *r, const struct boot_source *source, struct err *err)
{
    struct str file;
    if (source->file.size) {
        if (!arena_str(&r->boot->arena, source->file, &file))
            return err_memory(err);
        r->boot->file = file.data;
    }
    if (!read_tree(r, source, err))
        return false;
    for (const struct ini_section *section = r->ini.sections; section; section = section->next)
        if (!read_section(r, section, err))
            return false;
    return boot_complete(r, err) && boot_check(r, err);
}

bool boot_parse(const struct boot_source *source, struct boot **ret, struct err *err)
{
    struct boot *boot = calloc(1, sizeof *boot);
    if (!boot)
        return err_memory(err);
    arena_init(&boot->arena, BOOT_ARENA_SIZE_MAX);
    struct boot_reader reader;
    boot_reader_init(&reader, boot);
    if (!fill(&reader, source, err)) {
        boot_free(boot);
        return false;
    }
    *ret = boot;
    return true;
}

void boot_free(struct boot *boot)
{
    if (!boot)
        return;
    arena_fini(&boot->arena);
    free(boot);
}

uint16_t boot_served_https_port(const struct boot *boot)
{
    for (size_t i = 0; i < boot->listeners_count; i++)
        if (boot->listeners[i].protocol != GATEWAY_HTTP)
            return boot->https_port;
    return 0;
}

bool boot_source_override(struct boot_source *source, struct str override, struct err *err)
{
    if (source->overrides_count == BOOT_OVERRIDES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "command line: more than %d overrides", BOOT_OVERRIDES_COUNT_MAX);
    source->overrides[source->overrides_count++] = override;
    return true;
}

/*
 *     payload: file \0 override \0 … override \0 \0 text
 *
 * An override is never empty (it has a dot and an equals sign), so the empty one ends them.
 */
bool boot_source_pack(const struct boot_source *source, struct buf *payload, struct err *err)
{
    size_t before = payload->size;
    buf_put_str(payload, source->file);
    buf_put_char(payload, '\0');
    for (size_t i = 0; i < source->overrides_count; i++) {
        buf_put_str(payload, source->overrides[i]);
        buf_put_char(payload, '\0');
    }
    buf_put_char(payload, '\0');
    buf_put_str(payload, source->text);
    if (buf_ok(payload) && payload->size - before <= CHANNEL_PAYLOAD_SIZE_MAX)
        return true;
    return err_set(err, ERR_INPUT, "%.*s: the file and the command line together are too large", STR_ARG(source->file));
}

bool boot_source_unpack(struct str payload, struct boot_source *ret)
{
    struct boot_source source = {0};
    struct str rest = payload;
    source.file = str_cut(&rest, '\0');
    while (rest.data) {
        struct str override = str_cut(&rest, '\0');
        if (override.size == 0) {
            if (!rest.data)
                return false;
            source.text = rest;
            *ret = source;
            return true;
        }
        if (!boot_source_override(&source, override, NULL))
            return false;
    }
    return false;
}
