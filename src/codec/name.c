/* Host names: libidn2 for what is not plain ASCII, our own strict letter-digit-hyphen rules for all. */
#include "codec/name.h"

#include <arpa/inet.h>
#include <idn2.h>

#define LABEL_SIZE_MAX 63
/* A typed name in UTF-8 is longer than its A-labels at most; beyond this it cannot become a valid one. */
#define TYPED_SIZE_MAX 1024

static bool set_name(struct str text, enum name_kind kind, struct name *ret)
{
    ret->kind = kind;
    ret->size = text.size;
    memcpy(ret->text, text.data, text.size);
    ret->text[text.size] = '\0';
    return true;
}

static bool read_ip(struct str typed, struct name *ret)
{
    char text[INET6_ADDRSTRLEN + 2], bare[INET6_ADDRSTRLEN];
    unsigned char address[16];
    if (typed.size >= 2 && typed.data[0] == '[' && typed.data[typed.size - 1] == ']')
        typed = str_part(typed, 1, typed.size - 2);
    if (typed.size == 0 || typed.size >= sizeof bare)
        return false;
    memcpy(bare, typed.data, typed.size);
    bare[typed.size] = '\0';
    if (inet_pton(AF_INET, bare, address) == 1)
        return set_name(typed, NAME_IP, ret);
    if (inet_pton(AF_INET6, bare, address) != 1)
        return false;
    if (!inet_ntop(AF_INET6, address, text + 1, INET6_ADDRSTRLEN))
        return false;
    text[0] = '[';
    size_t size = strlen(text);
    text[size] = ']';
    return set_name(str_make(text, size + 1), NAME_IP, ret);
}

static bool is_ldh(char c)
{
    return (c >= 'a' && c <= 'z') || str_is_digit(c) || c == '-';
}

static bool label_is_valid(struct str label)
{
    if (label.size == 0 || label.size > LABEL_SIZE_MAX || label.data[0] == '-' || label.data[label.size - 1] == '-')
        return false;
    for (size_t i = 0; i < label.size; i++)
        if (!is_ldh(label.data[i]))
            return false;
    return true;
}

static bool is_number(struct str label)
{
    for (size_t i = 0; i < label.size; i++)
        if (!str_is_digit(label.data[i]))
            return false;
    return label.size > 0;
}

/* Lower case, labels of letters, digits and hyphens, and not what a browser would take for an IPv4 address. */
static bool host_is_valid(struct str host)
{
    struct str rest = host, label = {NULL, 0};
    while (rest.data) {
        label = str_cut(&rest, '.');
        if (!label_is_valid(label))
            return false;
    }
    return host.size > 0 && host.size <= NAME_SIZE_MAX && !is_number(label);
}

/* Plain names need no library: nothing to map, no A-label to check. */
static bool needs_idn(struct str host)
{
    for (size_t i = 0; i < host.size; i++) {
        if ((unsigned char)host.data[i] >= 0x80)
            return true;
        if (str_eq_nocase(str_part(host, i, 4), STR("xn--")))
            return true;
    }
    return false;
}

static bool to_alabels(struct str host, const char *field, char out[static NAME_SIZE_MAX + 1], size_t *ret_size,
                       struct err *err)
{
    char typed[TYPED_SIZE_MAX + 1];
    memcpy(typed, host.data, host.size);
    typed[host.size] = '\0';
    char *mapped = NULL;
    int result =
        idn2_lookup_u8((const uint8_t *)typed, (uint8_t **)(void *)&mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (result != IDN2_OK)
        return err_field(err, field, "\"%.*s\" is not a valid internationalised host name (%s)", STR_ARG(host),
                         idn2_strerror(result));
    size_t size = strlen(mapped);
    bool fits = size <= NAME_SIZE_MAX;
    if (fits) {
        memcpy(out, mapped, size);
        *ret_size = size;
    }
    idn2_free(mapped);
    return fits || err_field(err, field, "the host name is longer than %d characters", NAME_SIZE_MAX);
}

static void to_lower(struct str host, char out[static NAME_SIZE_MAX + 1])
{
    for (size_t i = 0; i < host.size; i++)
        out[i] = str_lower_char(host.data[i]);
}

bool name_read(struct str typed, const char *field, struct name *ret, struct err *err)
{
    char text[NAME_SIZE_MAX + 1];
    if (typed.size == 0)
        return err_field(err, field, "a host name is needed");
    if (typed.size > TYPED_SIZE_MAX)
        return err_field(err, field, "the host name is longer than %d characters", NAME_SIZE_MAX);
    if (memchr(typed.data, '\0', typed.size))
        return err_field(err, field, "the host name contains a zero byte");
    if (read_ip(typed, ret))
        return true;
    if (typed.data[typed.size - 1] == '.')
        typed.size--;
    bool wildcard = str_starts(typed, STR("*."));
    size_t prefix_size = wildcard ? 2 : 0;
    struct str host = str_after(typed, prefix_size);
    size_t size = host.size;
    if (needs_idn(host)) {
        if (!to_alabels(host, field, text, &size, err))
            return false;
    } else {
        if (size > NAME_SIZE_MAX)
            return err_field(err, field, "the host name is longer than %d characters", NAME_SIZE_MAX);
        to_lower(host, text);
    }
    if (memchr(text, '*', size)) {
        (void)err_field(err, field, "\"%.*s\" has an asterisk in the wrong place", STR_ARG(typed));
        return err_fix(err, "a wildcard is the whole leftmost label, as in *.example.org");
    }
    if (size + prefix_size > NAME_SIZE_MAX)
        return err_field(err, field, "the host name is longer than %d characters", NAME_SIZE_MAX);
    if (!host_is_valid(str_make(text, size))) {
        (void)err_field(err, field, "\"%.*s\" is not a host name", STR_ARG(typed));
        return err_fix(err, "give a name such as www.example.org, without http:// and without a port or path");
    }
    ret->kind = wildcard ? NAME_WILDCARD : NAME_HOST;
    ret->size = size + prefix_size;
    memcpy(ret->text, "*.", prefix_size);
    memcpy(ret->text + prefix_size, text, size);
    ret->text[ret->size] = '\0';
    return true;
}

enum name_kind name_kind(struct str name)
{
    if (str_starts(name, STR("*.")))
        return NAME_WILDCARD;
    if (str_starts(name, STR("[")))
        return NAME_IP;
    /* A host name never ends in a numeric label (see host_is_valid), an IPv4 address always does. */
    return is_number(str_after(name, str_find_last(name, '.') < name.size ? str_find_last(name, '.') + 1 : 0))
               ? NAME_IP
               : NAME_HOST;
}

struct str name_in_certificate(struct str name)
{
    return str_starts(name, STR("[")) ? str_part(name, 1, name.size - 2) : name;
}
