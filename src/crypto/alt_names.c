/* Names by libcrypto's stack of GENERAL_NAME. */
#include "crypto/alt_names.h"

#include <arpa/inet.h>

#define HOST_NAME_SIZE_MAX 253
#define LABEL_SIZE_MAX     63

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '-' || c == '_';
}

static bool is_host_name(struct str name)
{
    if (name.size == 0 || name.size > HOST_NAME_SIZE_MAX)
        return false;
    if (str_starts(name, STR("*.")))
        name = str_after(name, 2);
    struct str rest = name;
    while (rest.data) {
        struct str label = str_cut(&rest, '.');
        if (label.size == 0 || label.size > LABEL_SIZE_MAX)
            return false;
        for (size_t i = 0; i < label.size; i++)
            if (!is_label_char(label.data[i]))
                return false;
    }
    return true;
}

size_t alt_name_address(struct str text, unsigned char bytes[static 16])
{
    if (str_starts(text, STR("[")) && str_ends(text, STR("]")))
        text = str_part(text, 1, text.size - 2);
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, 0, text.size))
        return 0;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

bool alt_name_is_valid(struct str name)
{
    unsigned char bytes[16];
    return alt_name_address(name, bytes) != 0 || is_host_name(name);
}

/* Takes `value` over; the stack owns what it gets. */
static bool general_name_push(GENERAL_NAMES *names, int kind, ASN1_STRING *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    if (!name || !value) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, kind, value);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

static ASN1_STRING *string_make(int type, const void *data, size_t size)
{
    ASN1_STRING *string = ASN1_STRING_type_new(type);
    if (string && ASN1_STRING_set(string, data, (int)size) == 1)
        return string;
    ASN1_STRING_free(string);
    return NULL;
}

static bool name_push(GENERAL_NAMES *names, struct str name)
{
    unsigned char bytes[16];
    size_t size = alt_name_address(name, bytes);
    if (size)
        return general_name_push(names, GEN_IPADD, string_make(V_ASN1_OCTET_STRING, bytes, size));
    return general_name_push(names, GEN_DNS, string_make(V_ASN1_IA5STRING, name.data, name.size));
}

GENERAL_NAMES *alt_names_make(const struct str *names, size_t names_count)
{
    GENERAL_NAMES *all = GENERAL_NAMES_new();
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < names_count; i++)
        ok = name_push(all, names[i]);
    if (ok)
        return all;
    GENERAL_NAMES_free(all);
    return NULL;
}

bool alt_name_read(const GENERAL_NAME *general, struct arena *arena, struct str *ret, bool *ret_is_address)
{
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(general, &kind);
    *ret = (struct str){0};
    *ret_is_address = kind == GEN_IPADD;
    if (kind == GEN_DNS) {
        struct str name = str_make(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
        return name.size == 0 || memchr(name.data, 0, name.size) || arena_str_lower(arena, name, ret);
    }
    char text[INET6_ADDRSTRLEN];
    int size = kind == GEN_IPADD ? ASN1_STRING_length(value) : 0;
    if (size != 4 && size != 16)
        return true;
    if (!inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value), text, sizeof text))
        return true;
    return arena_str(arena, str_from(text), ret);
}

bool alt_names_read(const GENERAL_NAMES *all, struct arena *arena, struct str **ret_names, size_t *ret_names_count)
{
    int count = all ? sk_GENERAL_NAME_num(all) : 0;
    struct str *names = count > 0 ? arena_alloc(arena, (size_t)count * sizeof *names) : NULL;
    size_t names_count = 0;
    bool is_address;
    if (count > 0 && !names)
        return false;
    for (int i = 0; i < count; i++) {
        if (!alt_name_read(sk_GENERAL_NAME_value(all, i), arena, &names[names_count], &is_address))
            return false;
        names_count += names[names_count].size > 0;
    }
    *ret_names = names;
    *ret_names_count = names_count;
    return true;
}
