/* An entry is a directive or a record; the owner of one without is that of the record before it. */
#include "inventory/zone.h"

/* Of what is shown in a sentence. */
#define SHOWN_SIZE_MAX 80
#define SHOWN(s)       (int)((s).size > SHOWN_SIZE_MAX ? SHOWN_SIZE_MAX : (s).size), (s).data

static bool on_entry(void *context, const struct entry *entry, struct err *err);

void zone_init(struct zone *zone, struct sink *sink, struct str origin)
{
    zone->sink = sink;
    zone->origin_size = origin.size;
    memcpy(zone->origin, origin.data, origin.size);
    zone->owner_size = 0;
    zone->has_owner = false;
    zone->generated_count = 0;
    words_init(&zone->words, WORDS_ZONE, on_entry, zone);
    zone->words.is_record = zone_is_record;
}

bool zone_take(struct zone *zone, struct str bytes, struct err *err)
{
    return words_take(&zone->words, bytes, err);
}

bool zone_end(struct zone *zone, struct err *err)
{
    return words_end(&zone->words, err);
}

/* ---- one record ---- */

static bool tell_address(struct sink *sink, uint64_t line, const struct zone_type *type, struct str target)
{
    sink_problem(sink, line, "\"%.*s\" is no address for a record of type %.*s.", SHOWN(target), STR_ARG(type->word));
    return true;
}

bool zone_record(struct sink *sink, uint64_t line, struct str owner, const struct zone_type *type, struct str target,
                 struct err *err)
{
    char room[SINK_ADDRESS_SIZE];
    struct found found = {.line = line, .name = owner, .type = type->word, .target = target};
    if (type->data == ZONE_NONE) {
        sink->counts.passed++;
        return true;
    }
    if (type->data == ZONE_ADDRESS) {
        struct str kind;
        if (!sink_address(target, room, &found.target, &kind) || !str_eq(kind, type->word))
            return tell_address(sink, line, type, target);
    }
    return sink_name(sink, &found, err);
}

struct zone_parts zone_parts_of(const struct entry *entry, size_t from)
{
    struct zone_parts parts = {.is_internet = true, .data_at = from};
    bool had_class = false, had_ttl = false;
    for (;; parts.data_at++) {
        struct str word = entry_word(entry, parts.data_at);
        if (!had_class && zone_is_class(word, &parts.is_internet))
            had_class = true;
        else if (!had_ttl && zone_is_ttl(word))
            had_ttl = true;
        else if (!zone_is_age(word))
            break;
    }
    if (!had_class)
        parts.is_internet = true;
    parts.type_word = entry_word(entry, parts.data_at++);
    parts.type = zone_type_of(parts.type_word);
    return parts;
}

struct str zone_data_word(const struct entry *entry, const struct zone_parts *parts)
{
    return entry_word(entry, parts->data_at + (parts->type->data == ZONE_SERVICE));
}

bool zone_is_record(const struct entry *line)
{
    char room[SINK_ADDRESS_SIZE];
    struct str address, kind;
    bool ignored;
    const struct zone_parts parts = zone_parts_of(line, 1);
    if (!parts.type || zone_data_word(line, &parts).size == 0)
        return false;
    for (size_t i = 1; i + 1 < parts.data_at; i++)
        if (zone_is_class(entry_word(line, i), &ignored))
            return true;
    return parts.type->data == ZONE_ADDRESS && sink_address(zone_data_word(line, &parts), room, &address, &kind);
}

bool zone_entry_record(struct zone *zone, uint64_t line, struct str owner, const struct zone_type *type,
                       struct str data, struct err *err)
{
    struct buf target;
    bool ok = true;
    if (type->data == ZONE_NONE || type->data == ZONE_ADDRESS)
        return zone_record(zone->sink, line, owner, type, data, err);
    buf_init(&target, ZONE_NAME_SIZE_MAX);
    if (zone_absolute(data, str_make(zone->origin, zone->origin_size), &target))
        ok = zone_record(zone->sink, line, owner, type, buf_str(&target), err);
    else
        sink_problem(zone->sink, line, "The name that %.*s leads to is too long.", SHOWN(owner));
    buf_fini(&target);
    return ok;
}

/* ---- entries ---- */

/* A name of the file made absolute and kept in `room`. */
static bool keep_name(struct zone *zone, const struct entry *entry, struct str word, char *room, size_t *ret_size)
{
    struct buf name;
    buf_init(&name, ZONE_NAME_SIZE_MAX);
    bool fits = zone_absolute(word, str_make(zone->origin, zone->origin_size), &name);
    if (fits) {
        memcpy(room, buf_str(&name).data ? buf_str(&name).data : "", name.size);
        *ret_size = name.size;
    } else {
        sink_problem(zone->sink, entry->line, "The name \"%.*s\" is too long.", SHOWN(word));
    }
    buf_fini(&name);
    return fits;
}

static bool directive(struct zone *zone, const struct entry *entry, struct str word, struct err *err)
{
    struct str value = entry_word(entry, 1);
    if (str_eq_nocase(word, STR("$GENERATE")))
        return zone_generate(zone, entry, err);
    if (str_eq_nocase(word, STR("$ORIGIN")) && value.size)
        (void)keep_name(zone, entry, value, zone->origin, &zone->origin_size);
    else if (str_eq_nocase(word, STR("$ORIGIN")))
        sink_problem(zone->sink, entry->line, "$ORIGIN has no name behind it.");
    else if (str_eq_nocase(word, STR("$INCLUDE")))
        sink_problem(zone->sink, entry->line,
                     "$INCLUDE is not followed: give the file \"%.*s\" as well, or a zone with its includes resolved.",
                     SHOWN(value));
    else if (!str_eq_nocase(word, STR("$TTL")))
        sink_problem(zone->sink, entry->line, "There is no directive \"%.*s\".", SHOWN(word));
    return true;
}

static bool record(struct zone *zone, const struct entry *entry, struct err *err)
{
    const struct zone_parts parts = zone_parts_of(entry, entry->is_indented ? 0 : 1);
    if (!entry->is_indented) {
        zone->has_owner = keep_name(zone, entry, entry_word(entry, 0), zone->owner, &zone->owner_size);
        if (!zone->has_owner)
            return true;
    } else if (!zone->has_owner) {
        sink_problem(zone->sink, entry->line, "The line begins with a blank, and no line before it has a name.");
        return true;
    }
    struct str owner = str_make(zone->owner, zone->owner_size);
    if (parts.type_word.size == 0)
        sink_problem(zone->sink, entry->line, "The record has no type.");
    else if (!parts.type)
        sink_problem(zone->sink, entry->line, "There is no record type \"%.*s\".", SHOWN(parts.type_word));
    else if (!parts.is_internet)
        zone->sink->counts.passed++;
    else if (parts.type->data != ZONE_NONE && zone_data_word(entry, &parts).size == 0)
        sink_problem(zone->sink, entry->line, "The record of type %.*s has no data.", STR_ARG(parts.type->word));
    else
        return zone_entry_record(zone, entry->line, owner, parts.type, zone_data_word(entry, &parts), err);
    return true;
}

static bool on_entry(void *context, const struct entry *entry, struct err *err)
{
    struct zone *zone = context;
    struct str first = entry_word(entry, 0);
    if (entry->fault) {
        sink_problem(zone->sink, entry->line, "%s", entry->fault);
        /* its owner holds for the lines after it */
        if (!entry->is_indented && first.size && first.data[0] != '$')
            zone->has_owner = keep_name(zone, entry, first, zone->owner, &zone->owner_size);
        return true;
    }
    if (!entry->is_indented && str_starts(first, STR("$")))
        return directive(zone, entry, first, err);
    return record(zone, entry, err);
}
