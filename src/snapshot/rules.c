/* The rules. Nothing here allocates or remembers. */
#include "snapshot/rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* 63 bytes a label: RFC 1035 section 2.3.4. */
#define LABEL_SIZE_MAX 63u

static bool is_hex(char c)
{
    c = str_lower_char(c);
    return str_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool parse_ip(int family, struct str text, struct in6_addr *ret)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy || memchr(text.data, '\0', text.size))
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return inet_pton(family, copy, ret) == 1;
}

static bool parses_as(int family, struct str text)
{
    struct in6_addr address; /* room for either */
    return parse_ip(family, text, &address);
}

bool snapshot_name_is_ip(struct str name)
{
    if (name.size == 0)
        return false;
    return name.data[0] == '[' || (str_is_digit(name.data[name.size - 1]) && parses_as(AF_INET, name));
}

/*
 * Browsers read a host whose last label is a number, decimal or "0x…", as an IPv4 address (URL standard, "ends in a
 * number"), so such a name is an address in disguise.
 */
static bool is_number(struct str label)
{
    bool hex = str_starts(label, STR("0x"));
    for (size_t i = hex ? 2 : 0; i < label.size; i++)
        if (hex ? !is_hex(label.data[i]) : !str_is_digit(label.data[i]))
            return false;
    return label.size > 0;
}

static const char *rule_label(struct str label)
{
    if (label.size == 0)
        return "has an empty label";
    if (label.size > LABEL_SIZE_MAX)
        return "has a label of more than 63 bytes";
    if (label.data[0] == '-' || label.data[label.size - 1] == '-')
        return "has a label that begins or ends with a hyphen";
    for (size_t i = 0; i < label.size; i++) {
        char c = label.data[i];
        if (c >= 'A' && c <= 'Z')
            return "is not in lower case";
        if (!str_is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
            return "has a character other than letters, digits, '-', '_' and '.' "
                   "(international names are written as xn--…)";
    }
    return NULL;
}

static const char *rule_ipv6(struct str name)
{
    if (name.size < 4 || name.data[name.size - 1] != ']' || !parses_as(AF_INET6, str_part(name, 1, name.size - 2)))
        return "is not an IPv6 address";
    return NULL;
}

const char *snapshot_rule_name(struct str name, bool wildcard_allowed)
{
    if (name.size == 0)
        return "is empty";
    if (name.size > SNAP_NAME_SIZE_MAX)
        return "is longer than 253 bytes";
    if (name.data[0] == '[')
        return rule_ipv6(name);
    bool wildcard = name.data[0] == '.';
    if (wildcard && !wildcard_allowed)
        return "is a wildcard, which only an alias may be";
    struct str rest = wildcard ? str_after(name, 1) : name;
    struct str last = str_after(rest, str_find_last(rest, '.') == rest.size ? 0 : str_find_last(rest, '.') + 1);
    if (is_number(last))
        return wildcard || !parses_as(AF_INET, rest) ? "ends in a number but is not an IPv4 address" : NULL;
    while (rest.data) {
        const char *wrong = rule_label(str_cut(&rest, '.'));
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* "[…]" around the shortest text of an IPv6 address (RFC 5952), so that every way to write it is found. */
static bool store_ipv6(struct str text, char *room, struct str *ret)
{
    struct in6_addr address;
    if (!parse_ip(AF_INET6, text, &address) || !inet_ntop(AF_INET6, &address, room + 1, INET6_ADDRSTRLEN))
        return false;
    size_t size = strlen(room + 1);
    room[0] = '[';
    room[size + 1] = ']';
    *ret = str_make(room, size + 2);
    return true;
}

bool snapshot_name_store(struct str given, char room[static SNAP_NAME_SIZE_MAX + 3], struct str *ret)
{
    if (given.size && given.data[given.size - 1] == '.')
        given.size--;
    if (given.size > SNAP_NAME_SIZE_MAX + 1) /* one more for the '*' that goes */
        return false;
    if (given.size && given.data[0] == '[' && given.data[given.size - 1] == ']')
        given = str_part(given, 1, given.size - 2);
    if (str_find(given, ':') < given.size && store_ipv6(given, room, ret))
        return true;
    if (str_starts(given, STR("*.")))
        given = str_after(given, 1);
    else if (str_starts(given, STR(".")))
        given = (struct str){NULL, 0}; /* the stored form of a wildcard is not a way to write one */
    for (size_t i = 0; i < given.size; i++)
        room[i] = str_lower_char(given.data[i]);
    *ret = str_make(room, given.size);
    return true;
}

const char *snapshot_rule_text(struct str text)
{
    if (text.size > SNAP_TEXT_SIZE_MAX)
        return "is longer than 1024 bytes";
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return "has a character that is not printable ASCII";
    return NULL;
}

bool snapshot_hsts_split(struct str value, uint32_t *ret_max_age_s, struct str *ret_rest)
{
    const struct str start = STR("max-age=");
    struct str rest = str_after(value, start.size);
    struct str number = str_part(rest, 0, str_find(rest, ';'));
    uint64_t max_age_s;
    if (!str_starts(value, start) || !str_to_u64(number, UINT32_MAX, &max_age_s))
        return false;
    if (number.size > 1 && number.data[0] == '0')
        return false;
    *ret_max_age_s = (uint32_t)max_age_s;
    *ret_rest = str_after(rest, number.size);
    return true;
}

const char *snapshot_rule_hsts(struct str value)
{
    uint32_t max_age_s;
    struct str rest;
    if (value.size > SNAP_HSTS_SIZE_MAX)
        return "is longer than 128 bytes";
    if (!snapshot_hsts_split(value, &max_age_s, &rest))
        return "does not begin with max-age and a number";
    return snapshot_rule_text(value);
}

const char *snapshot_rule_hsts_cap(struct str value, int64_t cap_s)
{
    uint32_t max_age_s;
    struct str rest;
    if (cap_s == 0)
        return NULL;
    if (cap_s < 0 || cap_s > SNAP_TIME_S_MAX)
        return "is no moment between 1970 and 9999";
    if (!snapshot_hsts_split(value, &max_age_s, &rest) || max_age_s == 0)
        return "is given where nothing is promised";
    return NULL;
}

static const char *rule_visible(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || text.data[i] == '#')
            return "has a character that no path may have (percent-encode it)";
    return NULL;
}

static const char *rule_segments(struct str path)
{
    struct str rest = snapshot_prefix_stem(str_after(path, 1));
    if (path.size == 1)
        return NULL;
    while (rest.data) {
        struct str segment = str_cut(&rest, '/');
        if (segment.size == 0)
            return "has an empty segment";
        if (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
            return "has a segment \".\" or \"..\"";
    }
    return NULL;
}

const char *snapshot_rule_prefix(struct str prefix)
{
    if (prefix.size == 0 || prefix.data[0] != '/')
        return "does not begin with '/'";
    if (prefix.size > SNAP_PREFIX_SIZE_MAX)
        return "is longer than 2048 bytes";
    if (str_find(prefix, '?') < prefix.size)
        return "has a query, which a prefix cannot match";
    const char *wrong = rule_visible(prefix);
    return wrong ? wrong : rule_segments(prefix);
}

const char *snapshot_rule_target(struct str target)
{
    if (target.size == 0 || target.data[0] != '/')
        return "does not begin with '/'";
    if (target.size > SNAP_PREFIX_SIZE_MAX)
        return "is longer than 2048 bytes";
    return rule_visible(target);
}

const char *snapshot_rule_folder(struct str folder)
{
    if (folder.size == 0 || folder.data[0] != '/')
        return "is not an absolute path";
    if (folder.size > SNAP_FOLDER_SIZE_MAX)
        return "is longer than a path may be";
    struct str rest = folder;
    while (rest.data) /* ".." would lead out of the folders that may be served, which are compared as text */
        if (str_eq(str_cut(&rest, '/'), STR("..")))
            return "has a segment \"..\"";
    return memchr(folder.data, '\0', folder.size) ? "has a zero byte" : NULL;
}

const char *snapshot_rule_index(struct str name)
{
    if (name.size > 255) /* NAME_MAX */
        return "is longer than a file name may be";
    if (name.size && (memchr(name.data, '\0', name.size) || memchr(name.data, '/', name.size)))
        return "is not the name of a file within the folder";
    return str_eq(name, STR(".")) || str_eq(name, STR("..")) ? "is not the name of a file" : NULL;
}

const char *snapshot_rule_token(struct str token)
{
    if (token.size == 0)
        return "is empty";
    if (token.size > SNAP_TOKEN_SIZE_MAX)
        return "is longer than 256 bytes";
    for (size_t i = 0; i < token.size; i++) {
        char c = str_lower_char(token.data[i]);
        if (!str_is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
            return "has a character that is not base64url";
    }
    return NULL;
}

int snapshot_token_order(struct str a, struct str b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.data, b.data, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

const char *snapshot_rule_fixed(uint32_t status, struct str body)
{
    if (status < 200 || status > 599)
        return "is not a final status (200 to 599)";
    if (body.size && (status == 204 || status == 205 || status == 304))
        return "allows no content (RFC 9110 section 15)";
    return NULL;
}

static const char *rule_address_unix(struct str address)
{
    struct str path = str_after(address, offsetof(struct sockaddr_un, sun_path));
    if (path.size == 0 || path.data[0] == '\0')
        return "is a Unix socket without a path";
    return memchr(path.data, '\0', path.size) ? NULL : "is a Unix socket whose path does not end";
}

const char *snapshot_rule_address(struct str address)
{
    sa_family_t family;
    in_port_t port;
    if (address.size < sizeof family)
        return "is not a socket address";
    memcpy(&family, address.data, sizeof family);
    if (family == AF_UNIX)
        return address.size <= sizeof(struct sockaddr_un) ? rule_address_unix(address) : "has the wrong size";
    if (family != AF_INET && family != AF_INET6)
        return "is of an unknown family";
    if (address.size != (family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)))
        return "has the wrong size";
    size_t at = family == AF_INET ? offsetof(struct sockaddr_in, sin_port) : offsetof(struct sockaddr_in6, sin6_port);
    memcpy(&port, address.data + at, sizeof port);
    return port ? NULL : "has no port";
}

const char *snapshot_rule_tls_name(struct str tls_name, uint32_t flags)
{
    bool tls = flags & SNAP_UPSTREAM_TLS, unverified = flags & SNAP_UPSTREAM_TLS_UNVERIFIED;
    if (!tls)
        return tls_name.size || unverified ? "is given for an upstream without TLS" : NULL;
    if (tls_name.size == 0)
        return unverified ? NULL : "is missing: there is no name to verify the upstream's certificate by";
    /* an address is verified against the certificate's addresses and never sent (RFC 6066 section 3) */
    if (parses_as(AF_INET, tls_name) || parses_as(AF_INET6, tls_name))
        return NULL;
    return tls_name.data[0] == '[' ? "is an address in brackets" : snapshot_rule_name(tls_name, false);
}

const char *snapshot_rule_chain(struct str chain)
{
    if (chain.size == 0)
        return "is empty";
    for (uint32_t count = 0; chain.size; count++) {
        uint32_t size;
        if (count == SNAP_CHAIN_COUNT_MAX)
            return "has more than 10 certificates";
        if (chain.size < sizeof size)
            return "ends within a size";
        memcpy(&size, chain.data, sizeof size);
        if (size == 0 || size > SNAP_DER_SIZE_MAX)
            return "has a certificate that is empty or larger than 64 KiB";
        if (size > chain.size - sizeof size)
            return "ends within a certificate";
        chain = str_after(chain, sizeof size + size);
    }
    return NULL;
}
