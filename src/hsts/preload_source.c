/* From tokens to entries: where a token stands says what it is. */
#include "hsts/preload_source.h"

#include <stdarg.h>
#include <stdio.h>

enum member { MEMBER_NAME, MEMBER_POLICY, MEMBER_MODE, MEMBER_SUBDOMAINS, MEMBERS_COUNT, MEMBER_OTHER = MEMBERS_COUNT };

static const char *const member_names[MEMBERS_COUNT] = {"name", "policy", "mode", "include_subdomains"};

/* How deep tokens are within the text. */
enum { DEPTH_LIST = 1, DEPTH_ENTRIES = 2, DEPTH_ENTRY = 3 };

static bool fail(const struct preload_source *source, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(const struct preload_source *source, struct err *err, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "line %u: %s", source->json.line, text);
}

/* The member's name among those of the list itself: only its entries are of interest. */
static bool list_member(struct preload_source *s, struct str name, struct err *err)
{
    s->is_entries = str_eq(name, STR("entries"));
    if (s->is_entries && s->had_entries)
        return fail(s, err, "\"entries\" stands twice");
    return true;
}

static void begin_entry(struct preload_source *s)
{
    s->member = MEMBER_OTHER;
    s->had = 0;
    s->forces_https = s->with_subnames = false;
    s->name_size = s->policy_size = 0;
}

static bool entry_member(struct preload_source *s, struct str name, struct err *err)
{
    s->member = MEMBER_OTHER;
    for (int i = 0; i < MEMBERS_COUNT; i++)
        if (str_eq(name, str_from(member_names[i])))
            s->member = i;
    if (s->member == MEMBER_OTHER)
        return true;
    if (s->had >> s->member & 1)
        return fail(s, err, "\"%s\" stands twice in one entry", member_names[s->member]);
    s->had |= 1u << s->member;
    return true;
}

/* Visible ASCII of the list, for an error. */
static struct str shown(struct str text, char room[static 64])
{
    size_t size = text.size < 64 ? text.size : 64;
    for (size_t i = 0; i < size; i++)
        room[i] = text.data[i] > 0x20 && text.data[i] < 0x7f ? text.data[i] : '?';
    return str_make(room, size);
}

static bool take_name(struct preload_source *s, struct str text, struct err *err)
{
    char room[64];
    if (!preload_name_is_fine(text))
        return fail(s, err, "\"%.*s\" is no host name in lower case", STR_ARG(shown(text, room)));
    memcpy(s->name, text.data, text.size);
    s->name_size = text.size;
    return true;
}

static bool take_policy(struct preload_source *s, struct str text, struct err *err)
{
    char room[64];
    if (!preload_policy_is_fine(text))
        return fail(s, err, "\"%.*s\" is no name of a policy", STR_ARG(shown(text, room)));
    memcpy(s->policy, text.data, text.size);
    s->policy_size = text.size;
    return true;
}

static bool take_mode(struct preload_source *s, struct str text, struct err *err)
{
    char room[64];
    s->forces_https = str_eq(text, STR("force-https"));
    return s->forces_https || fail(s, err, "the mode \"%.*s\" is not known here", STR_ARG(shown(text, room)));
}

static bool entry_value(struct preload_source *s, enum json_token token, struct str text, struct err *err)
{
    int member = s->member;
    if (member == MEMBER_OTHER)
        return true;
    bool is_right = member == MEMBER_SUBDOMAINS ? token == JSON_TOKEN_TRUE || token == JSON_TOKEN_FALSE
                                                : token == JSON_TOKEN_STRING;
    if (!is_right)
        return fail(s, err, "\"%s\" must be %s", member_names[member],
                    member == MEMBER_SUBDOMAINS ? "true or false" : "a text");
    switch (member) {
    case MEMBER_NAME: return take_name(s, text, err);
    case MEMBER_POLICY: return take_policy(s, text, err);
    case MEMBER_MODE: return take_mode(s, text, err);
    default: s->with_subnames = token == JSON_TOKEN_TRUE; return true;
    }
}

static bool end_entry(struct preload_source *s, struct err *err)
{
    if (s->name_size == 0)
        return fail(s, err, "an entry without a name");
    if (!s->forces_https) {
        s->pins_only_count++;
        return true;
    }
    const struct preload_entry entry = {
        .name = str_make(s->name, s->name_size),
        .policy = s->policy_size ? str_make(s->policy, s->policy_size) : STR(PRELOAD_POLICY_NONE),
        .include_subdomains = s->with_subnames,
    };
    s->entries_count++;
    if (s->on_entry(s->context, &entry, err))
        return true;
    return err_context(err, "line %u", s->json.line);
}

/* What stands in the array, and its end. */
static bool entries_token(struct preload_source *s, enum json_token token, struct err *err)
{
    if (token == JSON_TOKEN_ARRAY_END) {
        s->is_entries = false;
        s->had_entries = true;
        return true;
    }
    if (token != JSON_TOKEN_OBJECT)
        return fail(s, err, "an entry must be an object");
    begin_entry(s);
    return true;
}

/* Members of the list itself. */
static bool list_token(struct preload_source *s, enum json_token token, struct str text, struct err *err)
{
    if (token == JSON_TOKEN_NAME)
        return list_member(s, text, err);
    if (!s->is_entries || token == JSON_TOKEN_ARRAY)
        return true;
    return token == JSON_TOKEN_ARRAY_END ? entries_token(s, token, err) : fail(s, err, "\"entries\" must be an array");
}

/* The depth at which a token stands: what begins or ends something counts as within the one around it. */
static unsigned depth_of(const struct preload_source *s, enum json_token token)
{
    bool begins = token == JSON_TOKEN_OBJECT || token == JSON_TOKEN_ARRAY;
    return s->json.depth - begins;
}

static bool take_token(void *context, enum json_token token, struct str text, struct err *err)
{
    struct preload_source *s = context;
    unsigned depth = depth_of(s, token);
    if (depth < DEPTH_LIST)
        return token == JSON_TOKEN_OBJECT || token == JSON_TOKEN_OBJECT_END ||
               fail(s, err, "the list must be an object");
    if (depth == DEPTH_LIST)
        return list_token(s, token, text, err);
    if (!s->is_entries)
        return true;
    if (depth == DEPTH_ENTRIES)
        return token == JSON_TOKEN_OBJECT_END ? end_entry(s, err) : entries_token(s, token, err);
    if (depth > DEPTH_ENTRY)
        return true; /* within a member that is passed over */
    return token == JSON_TOKEN_NAME ? entry_member(s, text, err) : entry_value(s, token, text, err);
}

void preload_source_init(struct preload_source *source,
                         bool (*on_entry)(void *context, const struct preload_entry *entry, struct err *err),
                         void *context)
{
    source->on_entry = on_entry;
    source->context = context;
    source->size = 0;
    source->entries_count = source->pins_only_count = 0;
    source->is_entries = source->had_entries = false;
    begin_entry(source);
    json_stream_init(&source->json, take_token, source);
}

bool preload_source_take(struct preload_source *source, struct str bytes, struct err *err)
{
    if (bytes.size > PRELOAD_SOURCE_SIZE_MAX - source->size)
        return err_set(err, ERR_INPUT, "the list is larger than the %zu MB allowed", PRELOAD_SOURCE_SIZE_MAX >> 20);
    source->size += bytes.size;
    return json_stream_take(&source->json, bytes, err);
}

bool preload_source_end(struct preload_source *source, struct err *err)
{
    if (!json_stream_end(&source->json, err))
        return false;
    return source->had_entries || err_set(err, ERR_INPUT, "there are no \"entries\" in it");
}
