/*
 * SvcPriority, TargetName, then parameters, each with key and size (RFC 9460 section 2.2): every key once, in ascending
 * order, and the values as sections 7 and 8 have them.
 */
#include "dns/svcb.h"

#include "dns/message.h"

#define V4_SIZE  4
#define V6_SIZE  16
#define KEY_SIZE 2

/* Section 14.3.2. Keys that came later change nothing for who does not know them. */
enum key {
    KEY_MANDATORY = 0,
    KEY_ALPN = 1,
    KEY_NO_DEFAULT_ALPN = 2,
    KEY_PORT = 3,
    KEY_IPV4HINT = 4,
    KEY_ECH = 5,
    KEY_IPV6HINT = 6,
    KEYS_KNOWN_COUNT,
};

static bool is_wrong(const char *why, const char **ret_why)
{
    *ret_why = why;
    return false;
}

/* ---- the target ---- */

/* Never compressed (section 2.2): a pointer would lead out of the record. */
static bool is_plain_name(struct str s)
{
    size_t at = 0;
    while (at < s.size && s.data[at] != 0) {
        if ((unsigned char)s.data[at] > DNS_LABEL_SIZE_MAX)
            return false;
        at += 1 + (size_t)(unsigned char)s.data[at];
    }
    return at < s.size;
}

/* ---- parameters ---- */

struct str svcb_alpn_next(struct str *rest)
{
    if (rest->size == 0)
        return (struct str){NULL, 0};
    size_t size = (unsigned char)rest->data[0];
    struct str id = str_part(*rest, 1, size);
    *rest = str_after(*rest, 1 + size);
    return id;
}

/* One at least, none empty, the last as long as it says (section 7.1.1). */
static bool is_alpn(struct str value)
{
    size_t at = 0;
    while (at < value.size && value.data[at] != 0)
        at += 1 + (size_t)(unsigned char)value.data[at];
    return value.size > 0 && at == value.size;
}

static bool is_addresses(struct str value, size_t size_each)
{
    return value.size > 0 && value.size % size_each == 0;
}

/* A list of keys, ascending, without itself (section 8); whether they are there is seen at the end. */
static bool is_mandatory(struct str value)
{
    if (value.size == 0 || value.size % KEY_SIZE != 0)
        return false;
    for (size_t at = 0, before = KEY_MANDATORY; at < value.size; at += KEY_SIZE) {
        uint16_t key = dns_get_u16(value, at);
        if (key <= before)
            return false;
        before = key;
    }
    return true;
}

static bool take(uint16_t key, struct str value, struct svcb *svcb)
{
    switch (key) {
    case KEY_MANDATORY: return is_mandatory(value);
    case KEY_ALPN: svcb->alpn = value; return is_alpn(value);
    case KEY_NO_DEFAULT_ALPN: svcb->no_default_alpn = true; return value.size == 0;
    case KEY_PORT:
        svcb->has_port = value.size == 2;
        svcb->port = svcb->has_port ? dns_get_u16(value, 0) : 0;
        return svcb->has_port;
    case KEY_IPV4HINT: svcb->ipv4 = value; return is_addresses(value, V4_SIZE);
    case KEY_ECH: svcb->ech = true; return value.size > 0;
    case KEY_IPV6HINT: svcb->ipv6 = value; return is_addresses(value, V6_SIZE);
    default: return true;
    }
}

/* The parameter at *at, which then stands behind it; false where it is cut off. */
static bool next(struct str params, size_t *at, uint16_t *ret_key, struct str *ret_value)
{
    if (params.size - *at < 4)
        return false;
    size_t size = dns_get_u16(params, *at + 2);
    struct str value = str_part(params, *at + 4, size);
    if (value.size != size)
        return false;
    *ret_key = dns_get_u16(params, *at);
    *ret_value = value;
    *at += 4 + size;
    return true;
}

static bool has_key(struct str params, uint16_t wanted)
{
    uint16_t key;
    struct str value;
    for (size_t at = 0; at < params.size && next(params, &at, &key, &value);)
        if (key == wanted)
            return true;
    return false;
}

/* What is demanded has to be there (section 8), and what is there and demanded has to be known. */
static bool judge_mandatory(struct str params, struct str mandatory, struct svcb *svcb)
{
    for (size_t at = 0; at < mandatory.size; at += KEY_SIZE) {
        uint16_t key = dns_get_u16(mandatory, at);
        if (!has_key(params, key))
            return false;
        if (key >= KEYS_KNOWN_COUNT)
            svcb->is_foreign = true;
    }
    return true;
}

static bool read_params(struct str params, struct svcb *svcb, const char **ret_why)
{
    struct str value, mandatory = STR("");
    uint16_t key;
    for (size_t at = 0, before = 0; at < params.size; before = (size_t)key + 1) {
        if (!next(params, &at, &key, &value))
            return is_wrong("is cut off within its parameters", ret_why);
        if (key < before)
            return is_wrong("has its parameters twice or out of order", ret_why);
        if (!take(key, value, svcb))
            return is_wrong("has a parameter whose value is not of its kind", ret_why);
        if (key == KEY_MANDATORY)
            mandatory = value;
    }
    if (!judge_mandatory(params, mandatory, svcb))
        return is_wrong("demands a parameter that it does not have", ret_why);
    if (svcb->no_default_alpn && svcb->alpn.size == 0)
        return is_wrong("forbids the usual protocol and names no other", ret_why); /* section 7.1.1 */
    return true;
}

bool svcb_read(struct str rdata, struct svcb *ret, const char **ret_why)
{
    struct svcb svcb = {0};
    size_t at = 0;
    if (rdata.size < 2 || !is_plain_name(str_after(rdata, 2)) || !dns_name_read(str_after(rdata, 2), &at, &svcb.target))
        return is_wrong("is cut off, or its target is no name", ret_why);
    svcb.priority = dns_get_u16(rdata, 0);
    if (svcb.priority > 0 && !read_params(str_after(rdata, 2 + at), &svcb, ret_why))
        return false;
    *ret = svcb;
    return true;
}
