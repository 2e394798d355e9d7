/* UTF-8 (RFC 3629) character by character; what is none becomes a question mark. */
#include "acme/quote.h"

/* "…", three bytes, and the zero byte. */
#define ELLIPSIS      "\xe2\x80\xa6"
#define ELLIPSIS_SIZE 3

/* Bytes of the character at the front, its number in *ret; 0 when it is no UTF-8. */
static size_t character(struct str text, uint32_t *ret)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text.data[0];
    size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (size == 0 || size > text.size || first > 0xf4)
        return 0;
    uint32_t number = size == 1 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)text.data[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (next & 0x3f);
    }
    if (number < least[size] || number > 0x10ffff || (number >= 0xd800 && number < 0xe000))
        return 0;
    *ret = number;
    return size;
}

/* Invisible, or changes how its neighbours are shown. */
static bool is_treacherous(uint32_t number)
{
    return (number >= 0x7f && number < 0xa0) || number == 0xad || number == 0x061c || number == 0x180e ||
           (number >= 0x200b && number <= 0x200f) || (number >= 0x2028 && number <= 0x202e) ||
           (number >= 0x2060 && number <= 0x206f) || number == 0xfeff || (number >= 0xfff0 && number <= 0xffff) ||
           number >= 0xe0000;
}

/* What is shown for the character at the front: a view of it, or of a literal. *ret_size: what to go on behind. */
static struct str shown(struct str text, size_t *ret_size)
{
    uint32_t number;
    size_t size = character(text, &number);
    *ret_size = size ? size : 1;
    if (size == 0 || is_treacherous(number))
        return STR("?");
    if (number <= ' ')
        return STR(" ");
    return number == '"' ? STR("'") : str_part(text, 0, size);
}

void quote_text(struct str text, char *room, size_t room_size)
{
    size_t used = 0, cut_at = 0; /* where the mark goes if the rest does not fit */
    text = str_trim(text);
    while (text.size > 0) {
        size_t size;
        struct str next = shown(text, &size);
        text = str_after(text, size);
        if (str_eq(next, STR(" ")) && (used == 0 || room[used - 1] == ' '))
            continue;
        if (used + next.size + 1 > room_size) {
            memcpy(room + cut_at, ELLIPSIS, ELLIPSIS_SIZE);
            used = cut_at + ELLIPSIS_SIZE;
            break;
        }
        memcpy(room + used, next.data, next.size);
        used += next.size;
        if (used + ELLIPSIS_SIZE + 1 <= room_size)
            cut_at = used;
    }
    while (used > 0 && room[used - 1] == ' ')
        used--;
    room[used] = '\0';
}
