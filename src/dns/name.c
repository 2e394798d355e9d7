/* Compression is followed by the C library, which no pointer leads out of the message or round and round. */
#include "dns/name.h"

#include <arpa/nameser.h>

bool dns_name_from(struct str text, struct dns_name *ret)
{
    struct dns_name name = {0};
    if (str_ends(text, STR(".")))
        text.size--;
    struct str rest = text.size ? text : (struct str){NULL, 0};
    while (rest.data) {
        struct str label = str_cut(&rest, '.');
        if (label.size == 0 || label.size > DNS_LABEL_SIZE_MAX || name.size + label.size + 2 > DNS_NAME_SIZE_MAX)
            return false;
        name.wire[name.size++] = (unsigned char)label.size;
        for (size_t i = 0; i < label.size; i++) {
            char c = str_lower_char(label.data[i]);
            if (c <= ' ' || c > '~')
                return false;
            name.wire[name.size++] = (unsigned char)c;
        }
    }
    name.wire[name.size++] = 0;
    *ret = name;
    return true;
}

static size_t put_char(char *room, size_t size, unsigned char c)
{
    if (c > ' ' && c <= '~' && c != '.' && c != '\\' && c != '"') {
        room[size] = (char)c;
        return size + 1;
    }
    room[size] = '\\';
    room[size + 1] = (char)('0' + c / 100);
    room[size + 2] = (char)('0' + c / 10 % 10);
    room[size + 3] = (char)('0' + c % 10);
    return size + 4;
}

struct str dns_name_text(const struct dns_name *name, char room[static DNS_NAME_TEXT_SIZE])
{
    size_t size = 0;
    for (size_t at = 0; name->wire[at]; at += 1u + name->wire[at]) {
        if (size)
            room[size++] = '.';
        for (size_t i = 0; i < name->wire[at]; i++)
            size = put_char(room, size, name->wire[at + 1 + i]);
    }
    if (size == 0)
        room[size++] = '.';
    room[size] = '\0';
    return str_make(room, size);
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
    return a->size == b->size && memcmp(a->wire, b->wire, a->size) == 0;
}

bool dns_name_parent(const struct dns_name *name, struct dns_name *ret)
{
    size_t first_size = name->wire[0];
    if (first_size == 0)
        return false;
    struct dns_name parent = {.size = (uint8_t)(name->size - first_size - 1)};
    memcpy(parent.wire, name->wire + first_size + 1, parent.size);
    *ret = parent;
    return true;
}

bool dns_name_is_within(const struct dns_name *name, const struct dns_name *zone)
{
    size_t at = 0;
    while (name->size - at > zone->size)
        at += 1u + name->wire[at];
    return name->size - at == zone->size && memcmp(name->wire + at, zone->wire, zone->size) == 0;
}

bool dns_name_read(struct str message, size_t *at, struct dns_name *ret)
{
    const unsigned char *bytes = (const unsigned char *)message.data;
    struct dns_name name = {0};
    if (*at >= message.size)
        return false;
    int size = ns_name_unpack(bytes, bytes + message.size, bytes + *at, name.wire, sizeof name.wire);
    if (size < 0)
        return false;
    size_t here = 0;
    for (; name.wire[here]; here += 1u + name.wire[here])
        continue;
    name.size = (uint8_t)(here + 1);
    for (size_t i = 0; i < name.size; i++) /* sizes are below 64, letters above */
        name.wire[i] = (unsigned char)str_lower_char((char)name.wire[i]);
    *at += (size_t)size;
    *ret = name;
    return true;
}

void dns_name_write(const struct dns_name *name, struct buf *out)
{
    buf_put(out, name->wire, name->size);
}
