/* Reads extensions the library has cut out but not looked into yet. Only valid inside its ClientHello callback. */
#include "tls/hello.h"

#define NAME_TYPE_HOST 0
#define NAME_SIZE_MAX  255

static bool extension(SSL *ssl, unsigned type, struct str *ret)
{
    const unsigned char *data = NULL;
    size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, type, &data, &size) != 1)
        return false;
    *ret = str_make(data, size);
    return true;
}

static size_t u16(struct str s, size_t at)
{
    return (size_t)(unsigned char)s.data[at] << 8 | (unsigned char)s.data[at + 1];
}

bool hello_server_name(SSL *ssl, struct str *ret)
{
    *ret = (struct str){0};
    struct str list;
    if (!extension(ssl, TLSEXT_TYPE_server_name, &list))
        return true;
    /* One entry: list size (2), type (1), name size (2), name. More of one type are forbidden, other types unknown. */
    if (list.size < 5 || u16(list, 0) != list.size - 2 || list.data[2] != NAME_TYPE_HOST ||
        u16(list, 3) != list.size - 5)
        return false;
    struct str name = str_after(list, 5);
    if (str_ends(name, STR(".")))
        name.size--;
    if (name.size == 0 || name.size > NAME_SIZE_MAX || memchr(name.data, 0, name.size))
        return false;
    *ret = name;
    return true;
}

int hello_version_max(SSL *ssl)
{
    struct str versions;
    if (!extension(ssl, TLSEXT_TYPE_supported_versions, &versions) || versions.size < 1) {
        unsigned legacy = SSL_client_hello_get0_legacy_version(ssl);
        return legacy > TLS1_2_VERSION ? TLS1_2_VERSION : (int)legacy;
    }
    int most = 0;
    for (size_t at = 1; at + 2 <= versions.size; at += 2) {
        int version = (int)u16(versions, at);
        if (version <= TLS1_3_VERSION && version > most) /* GREASE values (RFC 8701) are above */
            most = version;
    }
    return most;
}

bool hello_is_validation(SSL *ssl)
{
    /* The list's size (2), then one name with its size (1): RFC 7301 section 3.1. */
    static const char only[] = "\x00\x0b\x0a" TLS_VALIDATION_PROTOCOL;
    struct str offered;
    return extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &offered) &&
           str_eq(offered, str_make(only, sizeof only - 1));
}
