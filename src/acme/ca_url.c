/* RFC 3986 as far as an https URL of a CA needs it: no user information, no fragment. */
#include "acme/ca_url.h"

#include "codec/url.h"

static bool is_url_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}#", c);
}

static bool authority_is_good(struct str authority)
{
    struct str host, port;
    uint64_t number;
    if (!url_split_authority(authority, &host, &port) || !url_host_is_valid(host))
        return false;
    bool bracketed = authority.data[0] == '[';
    return bracketed == (str_find(host, ':') < host.size) &&
           (port.size == 0 || (str_to_u64(port, UINT16_MAX, &number) && number > 0));
}

/* Up to the path or the query. */
static struct str authority_of(struct str rest)
{
    size_t slash = str_find(rest, '/'), query = str_find(rest, '?');
    return str_part(rest, 0, slash < query ? slash : query);
}

bool ca_url_check(struct str url, struct err *err)
{
    static const struct str start = STR_INIT("https://");
    if (url.size == 0)
        return err_set(err, ERR_INPUT, "is empty");
    if (url.size > ACME_URL_SIZE_MAX)
        return err_set(err, ERR_INPUT, "is longer than %d bytes", ACME_URL_SIZE_MAX);
    for (size_t i = 0; i < url.size; i++)
        if (!is_url_char(url.data[i]))
            return err_set(err, ERR_INPUT, "has a character that may not stand in one (byte %zu)", i + 1);
    if (!str_eq_nocase(str_part(url, 0, start.size), start))
        return err_set(err, ERR_INPUT, "is not https");
    if (!authority_is_good(authority_of(str_after(url, start.size))))
        return err_set(err, ERR_INPUT, "names no host by a host name or IP address with an optional port");
    return true;
}

bool ca_url_read(struct json_read *read, const char *name, enum json_need need, struct arena *arena, struct str *ret)
{
    struct str url;
    struct err err = {0};
    if (!json_read_string(read, name, need, ACME_URL_SIZE_MAX, &url))
        return false;
    if (!ca_url_check(url, &err))
        return json_read_fail(read, name, "%s", err.text);
    return arena_str(arena, url, ret) || json_read_fail(read, name, "does not fit into memory");
}
