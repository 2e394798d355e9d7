/* What people paste has commas, quotes and brackets around names. */
#include "inventory/plain.h"

#define BETWEEN_NAMES ",;\"'[]"

static bool typed(struct sink *sink, uint64_t line, struct str word, struct err *err)
{
    char room[SINK_SHORT_SIZE];
    const struct found found = {.line = line, .name = sink_complete(sink, word, room)};
    return sink_name(sink, &found, err);
}

bool plain_typed_line(void *context, uint64_t number, struct str line, struct err *err)
{
    struct str rest = str_part(line, 0, str_find(line, '#'));
    for (;;) {
        struct str word = line_word(&rest, BETWEEN_NAMES);
        if (word.size == 0)
            return true;
        if (!typed(context, number, word, err))
            return false;
    }
}

bool plain_found(struct sink *sink, uint64_t line, struct str name, struct err *err)
{
    const struct found found = {.line = line, .name = str_trim(name), .is_loose = true};
    return found.name.size == 0 || sink_name(sink, &found, err);
}

bool plain_found_line(void *context, uint64_t number, struct str line, struct err *err)
{
    struct str rest = str_part(line, 0, str_find(line, '#'));
    for (;;) {
        struct str word = line_word(&rest, BETWEEN_NAMES);
        if (word.size == 0)
            return true;
        if (!plain_found(context, number, word, err))
            return false;
    }
}
