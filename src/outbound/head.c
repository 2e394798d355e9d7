/* Lines to fields. */
#include "outbound/head.h"

bool head_init(struct head *head, struct arena *room)
{
    *head = (struct head){.room = room, .fields = arena_alloc(room, HEAD_FIELDS_COUNT_MAX * sizeof *head->fields)};
    return head->fields != NULL;
}

/* A line that begins with a blank goes on with the field before it (RFC 9112 section 5.2: a blank for the fold). */
static bool add_fold(struct head *head, struct str line)
{
    struct str rest = str_trim(line);
    if (head->fields_count == 0 || !rest.size)
        return true;
    struct head_field *field = &head->fields[head->fields_count - 1];
    field->value =
        arena_printf(head->room, "%.*s%s%.*s", STR_ARG(field->value), field->value.size ? " " : "", STR_ARG(rest));
    return field->value.data != NULL;
}

static bool add_field(struct head *head, struct str line)
{
    size_t colon = str_find(line, ':');
    if (line.data[0] == ' ' || line.data[0] == '\t')
        return add_fold(head, line);
    if (colon == 0 || colon == line.size)
        return true; /* libcurl lets odd lines pass: they are no fields */
    struct head_field *field = &head->fields[head->fields_count];
    if (head->fields_count == HEAD_FIELDS_COUNT_MAX ||
        !arena_str(head->room, str_trim(str_part(line, 0, colon)), &field->name) ||
        !arena_str(head->room, str_trim(str_after(line, colon + 1)), &field->value))
        return false;
    head->fields_count++;
    return true;
}

/* A new head begins: what came before was a 1xx response. */
static bool take_line(struct head *head, struct str line, long status)
{
    if (str_starts(line, STR("HTTP/"))) {
        head->fields_count = 0;
        return true;
    }
    if (line.size > 0)
        return add_field(head, line);
    head->done = status >= 200;
    return true;
}

bool head_take(struct head *head, struct str line, long status)
{
    if (head->done)
        return true; /* a trailer, which nobody asks for */
    head->size += line.size;
    while (line.size > 0 && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
        line.size--;
    head->too_large = head->size > HEAD_SIZE_MAX || !take_line(head, line, status);
    return !head->too_large;
}

struct str head_next(const struct head *head, struct str name, size_t *at)
{
    while (*at < head->fields_count) {
        const struct head_field *field = &head->fields[(*at)++];
        if (str_eq_nocase(field->name, name))
            return field->value;
    }
    return (struct str){NULL, 0};
}
