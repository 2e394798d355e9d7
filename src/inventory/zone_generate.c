/*
 * $GENERATE first-last[/step] owner [TTL] [class] type data (BIND 9 Administrator Reference Manual, "The $GENERATE
 * Directive"): the record once for each number, which takes the place of "$" in the owner and the data.
 *
 *     $     the number                      ${offset,width,base}   with something added, in so many places
 *     \$    and $$: a dollar sign           base d, o, x, X: decimal, octal, hexadecimal (n, N: nibbles, for reverse
 * zones)
 */
#include "inventory/zone.h"

/* Numbers of the directive: 31 bits in BIND. */
#define NUMBER_MAX INT32_MAX
/* What is padded to more is no name. */
#define WIDTH_MAX 63

struct range {
    uint64_t first, last, step;
};

static bool read_range(struct str word, struct range *ret)
{
    struct range range = {.step = 1};
    struct str rest = word;
    struct str span = str_cut(&rest, '/');
    if (rest.data && (!str_to_u64(rest, NUMBER_MAX, &range.step) || range.step == 0))
        return false;
    struct str last = span;
    struct str first = str_cut(&last, '-');
    if (!str_to_u64(first, NUMBER_MAX, &range.first) || !str_to_u64(last, NUMBER_MAX, &range.last) ||
        range.last < range.first)
        return false;
    *ret = range;
    return true;
}

/* How one number is written. */
struct form {
    int64_t offset;
    uint64_t width;
    char base;
};

static bool read_form(struct str inner, struct form *ret)
{
    struct form form = {.base = 'd'};
    struct str rest = inner;
    struct str offset = str_cut(&rest, ',');
    bool is_negative = str_starts(offset, STR("-"));
    uint64_t value;
    if (is_negative || str_starts(offset, STR("+")))
        offset = str_after(offset, 1);
    if (!str_to_u64(offset, NUMBER_MAX, &value))
        return false;
    form.offset = is_negative ? -(int64_t)value : (int64_t)value;
    if (rest.data && !str_to_u64(str_cut(&rest, ','), WIDTH_MAX, &form.width))
        return false;
    if (rest.data) {
        if (rest.size != 1 || str_find(STR("doxX"), rest.data[0]) == 4)
            return false;
        form.base = rest.data[0];
    }
    *ret = form;
    return true;
}

static void put_number(const struct form *form, uint64_t number, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned base = form->base == 'o' ? 8 : form->base == 'd' ? 10 : 16;
    char room[WIDTH_MAX + 1];
    size_t at = sizeof room;
    int64_t with_offset = (int64_t)number + form->offset;
    uint64_t value = with_offset < 0 ? (uint64_t)-with_offset : (uint64_t)with_offset;
    do {
        char c = digits[value % base];
        room[--at] = form->base == 'X' && c >= 'a' ? (char)(c - 32) : c;
        value /= base;
    } while (value);
    while (sizeof room - at < form->width)
        room[--at] = '0';
    if (with_offset < 0)
        buf_put_char(out, '-');
    buf_put(out, room + at, sizeof room - at);
}

/* The word with the number in it. False: what is in ${…} is none of the forms above, or it does not fit. */
static bool expand(struct str word, uint64_t number, struct buf *out)
{
    buf_clear(out);
    while (word.size) {
        struct form form = {.base = 'd'};
        struct str next = str_after(word, 1);
        bool is_escape = word.data[0] == '\\' || word.data[0] == '$';
        if (is_escape && str_starts(next, STR("$"))) {
            buf_put_char(out, '$');
            word = str_after(word, 2);
        } else if (word.data[0] != '$') {
            buf_put_char(out, word.data[0]);
            word = next;
        } else if (str_starts(next, STR("{"))) {
            size_t end = str_find(next, '}');
            if (end == next.size || !read_form(str_part(next, 1, end - 1), &form))
                return false;
            put_number(&form, number, out);
            word = str_after(next, end + 1);
        } else {
            put_number(&form, number, out);
            word = next;
        }
    }
    return buf_ok(out);
}

/* One turn; *ret_expanded false: the words are of no use. */
static bool turn(struct zone *zone, const struct entry *entry, const struct zone_parts *parts, uint64_t number,
                 bool *ret_expanded, struct err *err)
{
    struct buf word, owner;
    bool ok = true;
    buf_init(&word, ZONE_NAME_SIZE_MAX);
    buf_init(&owner, ZONE_NAME_SIZE_MAX);
    *ret_expanded = expand(entry_word(entry, 2), number, &word) &&
                    zone_absolute(buf_str(&word), str_make(zone->origin, zone->origin_size), &owner) &&
                    expand(zone_data_word(entry, parts), number, &word);
    if (*ret_expanded)
        ok = zone_entry_record(zone, entry->line, buf_str(&owner), parts->type, buf_str(&word), err);
    buf_fini(&word);
    buf_fini(&owner);
    return ok;
}

bool zone_generate(struct zone *zone, const struct entry *entry, struct err *err)
{
    struct range range;
    const struct zone_parts parts = zone_parts_of(entry, 3);
    if (!read_range(entry_word(entry, 1), &range) || !parts.type || zone_data_word(entry, &parts).size == 0) {
        sink_problem(zone->sink, entry->line,
                     "$GENERATE needs a range, a name, a type and its data: $GENERATE 1-9 host$ A 192.0.2.$");
        return true;
    }
    if (!parts.is_internet || parts.type->data == ZONE_NONE) {
        zone->sink->counts.passed++;
        return true;
    }
    for (uint64_t number = range.first; number <= range.last; number += range.step) {
        bool is_expanded;
        if (zone->generated_count == ZONE_GENERATED_COUNT_MAX) {
            sink_problem(zone->sink, entry->line,
                         "$GENERATE makes more than %d names in this file; the others are left out.",
                         ZONE_GENERATED_COUNT_MAX);
            return true;
        }
        zone->generated_count++;
        if (!turn(zone, entry, &parts, number, &is_expanded, err))
            return false;
        if (!is_expanded) {
            sink_problem(zone->sink, entry->line,
                         "$GENERATE has a word that cannot be made: ${offset,width,base} with base d, o, x or X.");
            return true;
        }
    }
    return true;
}
