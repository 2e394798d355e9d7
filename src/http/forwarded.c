/*
 * Forwarded, by its grammar (RFC 7239 section 4): elements by ",", pairs by ";", token "=" token or quoted string.
 * Nodes, hosts and protocols have no use for quoted pairs, so a backslash is refused rather than undone.
 */
#include "http/forwarded.h"

#include "http/message.h"
#include "http/syntax.h"

/* The longest node is "[" IPv6 "]:" and a port of six characters ("_" and five). */
#define PORT_DIGITS_MAX 5

static void skip_space(struct str *rest)
{
    while (rest->size && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = str_after(*rest, 1);
}

static bool take(struct str *rest, char c)
{
    if (rest->size == 0 || rest->data[0] != c)
        return false;
    *rest = str_after(*rest, 1);
    return true;
}

static struct str take_token(struct str *rest)
{
    size_t size = 0;
    while (size < rest->size && syntax_is(rest->data[size], SYNTAX_TOKEN))
        size++;
    struct str token = str_part(*rest, 0, size);
    *rest = str_after(*rest, size);
    return token;
}

/* A token, or what is between quotes. */
static bool take_value(struct str *rest, struct str *ret)
{
    if (!take(rest, '"')) {
        *ret = take_token(rest);
        return ret->size > 0;
    }
    size_t size = str_find(*rest, '"');
    *ret = str_part(*rest, 0, size);
    if (size == rest->size || str_find(*ret, '\\') != ret->size || !http_field_value_is_valid(*ret))
        return false;
    *rest = str_after(*rest, size + 1);
    return true;
}

/* "_" and letters, digits, ".", "_", "-" (RFC 7239 section 6.3): those of a host name. */
static bool is_obfuscated(struct str text)
{
    return text.size > 1 && text.data[0] == '_' && syntax_all(text, SYNTAX_HOST);
}

/* 1 to 5 digits, or obfuscated: then the port is not known. */
static bool parse_node_port(struct str text, uint16_t *ret)
{
    uint64_t port = 0;
    if (!is_obfuscated(text) && (text.size > PORT_DIGITS_MAX || !str_to_u64(text, UINT16_MAX, &port)))
        return false;
    *ret = (uint16_t)port;
    return true;
}

/* The node without its port: an IPv6 address needs its brackets here (RFC 7239 section 6). */
static bool parse_node_name(struct str name, struct forwarded_node *node)
{
    node->kind = FORWARDED_ADDRESS;
    if (name.size && name.data[0] == '[')
        return str_ends(name, STR("]")) && address_parse_ip6(str_part(name, 1, name.size - 2), &node->address);
    if (str_eq_nocase(name, STR("unknown")))
        node->kind = FORWARDED_UNKNOWN;
    else if (is_obfuscated(name))
        node->kind = FORWARDED_OBFUSCATED;
    else
        return address_parse_ip4(name, &node->address);
    return true;
}

static bool parse_node(struct str text, struct forwarded_node *ret)
{
    struct forwarded_node node = {.kind = FORWARDED_ABSENT};
    uint16_t port = 0;
    size_t colon = str_find_last(text, ':');
    /* a colon within brackets belongs to the address */
    if (colon < text.size && str_find_last(text, ']') != text.size - 1) {
        if (!parse_node_port(str_after(text, colon + 1), &port))
            return false;
        text = str_part(text, 0, colon);
    }
    if (!parse_node_name(text, &node))
        return false;
    node.address.port = node.kind == FORWARDED_ADDRESS ? port : 0;
    *ret = node;
    return true;
}

static bool set_node(struct str value, struct forwarded_node *node)
{
    return node->kind == FORWARDED_ABSENT && parse_node(value, node);
}

/* A host is what Host may hold (RFC 7239 section 5.3). */
static bool set_host(struct str value, struct str *host)
{
    struct str name;
    uint16_t port;
    if (host->size || !http_authority_split(value, &name, &port))
        return false;
    *host = value;
    return true;
}

/* A scheme name (RFC 3986 section 3.1), of which tokens are enough of a check. */
static bool set_proto(struct str value, struct str *proto)
{
    if (proto->size || !syntax_is_token(value))
        return false;
    *proto = value;
    return true;
}

static bool set_parameter(struct str name, struct str value, struct forwarded_element *e)
{
    if (str_eq_nocase(name, STR("for")))
        return set_node(value, &e->client);
    if (str_eq_nocase(name, STR("by")))
        return set_node(value, &e->proxy);
    if (str_eq_nocase(name, STR("host")))
        return set_host(value, &e->host);
    if (str_eq_nocase(name, STR("proto")))
        return set_proto(value, &e->proto);
    return true; /* an extension (RFC 7239 section 5.5) */
}

/* One element, up to "," or the end. Empty pairs between ";" are allowed, an element without any pair is not. */
static bool parse_element(struct str *rest, struct forwarded_element *e)
{
    size_t pairs = 0;
    *e = (struct forwarded_element){.host = STR("")};
    do {
        skip_space(rest);
        struct str value, name = take_token(rest);
        if (name.size) {
            if (!take(rest, '=') || !take_value(rest, &value) || !set_parameter(name, value, e))
                return false;
            pairs++;
        }
        skip_space(rest);
    } while (take(rest, ';'));
    return pairs > 0 && (rest->size == 0 || rest->data[0] == ',');
}

bool forwarded_parse(struct str value, struct forwarded_element elements[FORWARDED_COUNT_MAX], size_t *ret_count)
{
    size_t count = 0;
    do {
        if (count == FORWARDED_COUNT_MAX || !parse_element(&value, &elements[count]))
            return false;
        count++;
    } while (take(&value, ','));
    *ret_count = count;
    return true;
}

const struct forwarded_element *forwarded_client(const struct forwarded_element *elements, size_t count,
                                                 bool (*is_trusted)(void *context, const struct address *address),
                                                 void *context, struct address *client)
{
    const struct forwarded_element *found = NULL;
    for (size_t i = count; i-- > 0 && elements[i].client.kind == FORWARDED_ADDRESS;) {
        found = &elements[i];
        *client = found->client.address;
        if (!is_trusted(context, client))
            break;
    }
    return found;
}

bool forwarded_for_parse(struct str text, struct address *ret)
{
    struct forwarded_node node;
    if (address_parse(text, ret))
        return true;
    if (!parse_node(text, &node) || node.kind != FORWARDED_ADDRESS)
        return false;
    *ret = node.address;
    return true;
}

bool forwarded_for_client(struct str value, bool (*is_trusted)(void *context, const struct address *address),
                          void *context, struct address *client)
{
    size_t end = value.size;
    for (;;) {
        size_t comma = str_find_last(str_part(value, 0, end), ',');
        size_t from = comma < end ? comma + 1 : 0;
        struct address address;
        if (!forwarded_for_parse(str_trim(str_part(value, from, end - from)), &address))
            return false;
        *client = address;
        if (!is_trusted(context, client))
            return false;
        if (from == 0)
            return true;
        end = from - 1;
    }
}

static bool put_separator(struct buf *out, struct str before)
{
    return before.size == 0 || (buf_put_str(out, before) && buf_put_str(out, STR(", ")));
}

/* for=192.0.2.1, for="192.0.2.1:80", for="[2001:db8::1]:80": colons and brackets are no token. */
static void put_node(struct buf *out, const struct address *client)
{
    char text[ADDRESS_TEXT_SIZE];
    struct str address = address_write(client, text);
    bool ip6 = client->family == ADDRESS_IP6, quoted = ip6 || client->port;
    if (client->family == ADDRESS_NONE) {
        buf_put_str(out, STR("unknown"));
        return;
    }
    buf_put_str(out, quoted ? STR("\"") : STR(""));
    buf_put_str(out, ip6 ? STR("[") : STR(""));
    buf_put_str(out, address);
    buf_put_str(out, ip6 ? STR("]") : STR(""));
    if (client->port) {
        buf_put_char(out, ':');
        buf_put_u64(out, client->port);
    }
    buf_put_str(out, quoted ? STR("\"") : STR(""));
}

bool forwarded_write(struct buf *out, struct str before, const struct address *client, struct str host,
                     struct str proto)
{
    struct str name;
    uint16_t port;
    if (!http_field_value_is_valid(before) || !syntax_is_token(proto) ||
        (host.size && !http_authority_split(host, &name, &port)))
        return false;
    put_separator(out, before);
    buf_put_str(out, STR("for="));
    put_node(out, client);
    if (host.size) {
        struct str quote = syntax_is_token(host) ? STR("") : STR("\"");
        buf_put_str(out, STR(";host="));
        buf_put_str(out, quote);
        buf_put_str(out, host);
        buf_put_str(out, quote);
    }
    buf_put_str(out, STR(";proto="));
    return buf_put_str(out, proto);
}

bool forwarded_for_write(struct buf *out, struct str before, const struct address *client)
{
    char text[ADDRESS_TEXT_SIZE];
    if (!http_field_value_is_valid(before))
        return false;
    put_separator(out, before);
    return buf_put_str(out, client->family == ADDRESS_NONE ? STR("unknown") : address_write(client, text));
}
