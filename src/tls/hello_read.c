/*
 * The offer is cut into its lists once, then asked from the particular to the general: the first rule that holds
 * decides. Each rule is what a library does without being told to; tests/unit/tls/hello_read_test.c has the real ones.
 */
#include "tls/hello_read.h"

#define CLIENT_HELLO 1
#define HEAD_SIZE    4
#define RANDOM_SIZE  32

#define TLS_1_1 0x0302
#define TLS_1_2 0x0303

/* Of the registry at iana.org. */
enum {
    EXTENSION_GROUPS = 10,
    EXTENSION_POINT_FORMATS = 11,
    EXTENSION_SIGNATURES = 13,
    EXTENSION_HEARTBEAT = 15,
    EXTENSION_STATUS_V2 = 17,
    EXTENSION_ENCRYPT_THEN_MAC = 22,
    EXTENSION_VERSIONS = 43,
    EXTENSION_SIGNATURES_CERT = 50,
    EXTENSION_APPLICATION_SETTINGS_OLD = 17513,
    EXTENSION_APPLICATION_SETTINGS = 17613,
    EXTENSION_RENEGOTIATION = 0xff01,
    SUITE_RENEGOTIATION = 0x00ff,
};

/* Every list is one of numbers of two bytes each. */
struct offer {
    unsigned legacy_version;
    struct str suites, groups, signatures, versions;
    struct str extensions; /* as they came, each with its content */
};

static unsigned u8(struct str s, size_t at)
{
    return (unsigned char)s.data[at];
}

static unsigned u16(struct str s, size_t at)
{
    return u8(s, at) << 8 | u8(s, at + 1);
}

/* Takes a part with its size before it, which has so many bytes. */
static bool take(struct str *from, size_t size_bytes, struct str *ret)
{
    if (from->size < size_bytes)
        return false;
    size_t size = size_bytes == 1 ? u8(*from, 0) : u16(*from, 0);
    if (from->size - size_bytes < size)
        return false;
    *ret = str_part(*from, size_bytes, size);
    *from = str_after(*from, size_bytes + size);
    return true;
}

static bool take_extension(struct str *from, unsigned *ret_type, struct str *ret_content)
{
    if (from->size < 4)
        return false;
    *ret_type = u16(*from, 0);
    *from = str_after(*from, 2);
    return take(from, 2, ret_content);
}

/* An extension that is nothing but a list; a broken one is an empty one, the library will refuse it. */
static struct str list_in(struct str content, size_t size_bytes)
{
    struct str list;
    return take(&content, size_bytes, &list) && list.size % 2 == 0 ? list : STR("");
}

static bool read_extensions(struct offer *offer)
{
    struct str rest = offer->extensions, content;
    unsigned type;
    while (rest.size) {
        if (!take_extension(&rest, &type, &content))
            return false;
        if (type == EXTENSION_GROUPS)
            offer->groups = list_in(content, 2);
        else if (type == EXTENSION_SIGNATURES)
            offer->signatures = list_in(content, 2);
        else if (type == EXTENSION_VERSIONS)
            offer->versions = list_in(content, 1);
    }
    return true;
}

static bool read_offer(struct str message, struct offer *ret)
{
    struct str rest = str_after(message, HEAD_SIZE), ignored;
    if (message.size < HEAD_SIZE + 2 + RANDOM_SIZE || u8(message, 0) != CLIENT_HELLO)
        return false;
    *ret = (struct offer){.legacy_version = u16(rest, 0)};
    rest = str_after(rest, 2 + RANDOM_SIZE);
    if (!take(&rest, 1, &ignored) || !take(&rest, 2, &ret->suites) || ret->suites.size % 2 || !take(&rest, 1, &ignored))
        return false;
    if (rest.size && (!take(&rest, 2, &ret->extensions) || rest.size)) /* the oldest have none at all */
        return false;
    return read_extensions(ret);
}

/* Numbers that are there to be ignored (RFC 8701): 0x0a0a, 0x1a1a, … */
static bool is_grease(unsigned value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

/* Where a number stands in a list; the list's size: nowhere. */
static size_t place_of(struct str list, unsigned value)
{
    for (size_t at = 0; at < list.size; at += 2)
        if (u16(list, at) == value)
            return at;
    return list.size;
}

static bool has(struct str list, unsigned value)
{
    return place_of(list, value) < list.size;
}

/* Whether these stand in the list in a row. */
static bool has_row(struct str list, const unsigned *row, size_t count)
{
    size_t at = place_of(list, row[0]);
    for (size_t i = 0; i < count; i++, at += 2)
        if (at >= list.size || u16(list, at) != row[i])
            return false;
    return true;
}
#define HAS_ROW(list, ...)                                                                                             \
    has_row(list, (const unsigned[]){__VA_ARGS__}, sizeof(const unsigned[]){__VA_ARGS__} / sizeof(unsigned))

/* The place of an extension among the others, from 1; 0: it is not there. */
static size_t extension_place(const struct offer *offer, unsigned wanted)
{
    struct str rest = offer->extensions, content;
    unsigned type;
    for (size_t place = 1; take_extension(&rest, &type, &content); place++)
        if (type == wanted)
            return place;
    return 0;
}

static bool has_extension(const struct offer *offer, unsigned wanted)
{
    return extension_place(offer, wanted) != 0;
}

static unsigned version_max(const struct offer *offer)
{
    unsigned most = 0;
    if (offer->versions.size == 0)
        return offer->legacy_version < TLS_1_2 ? offer->legacy_version : TLS_1_2;
    for (size_t at = 0; at < offer->versions.size; at += 2)
        if (!is_grease(u16(offer->versions, at)) && u16(offer->versions, at) > most)
            most = u16(offer->versions, at);
    return most;
}

/* With a key of its own for each connection, and authenticated encryption: AES-GCM, ChaCha20, AES-CCM. */
static bool is_good(unsigned suite)
{
    return suite >> 8 == 0x13 || (suite >= 0xc0ac && suite <= 0xc0af) || (suite >= 0xcca8 && suite <= 0xccaa) ||
           suite == 0xc02b || suite == 0xc02c || suite == 0xc02f || suite == 0xc030 || suite == 0x9e || suite == 0x9f ||
           suite == 0xc09e || suite == 0xc09f;
}

static bool is_tls_1_3(unsigned suite)
{
    return suite >> 8 == 0x13;
}

static bool is_old(const struct offer *offer)
{
    /* Windows 7 and 8 begin with what is not good any more, and have AES-GCM for an ECDSA certificate only. */
    if (version_max(offer) <= TLS_1_1 || HAS_ROW(str_part(offer->suites, 0, 4 * 2), 0xc028, 0xc027, 0xc014, 0xc013))
        return true;
    for (size_t at = 0; at < offer->suites.size; at += 2)
        if (is_good(u16(offer->suites, at)))
            return false;
    return true;
}

static bool has_grease(const struct offer *offer)
{
    return offer->suites.size && is_grease(u16(offer->suites, 0));
}

static bool is_apple(const struct offer *offer)
{
    if (has_grease(offer))
        return !has_extension(offer, EXTENSION_APPLICATION_SETTINGS) &&
               !has_extension(offer, EXTENSION_APPLICATION_SETTINGS_OLD) &&
               HAS_ROW(offer->suites, 0xc02c, 0xc02b, 0xcca9);
    /* before 2019 */
    return offer->suites.size >= 4 && u16(offer->suites, 0) == SUITE_RENEGOTIATION && u16(offer->suites, 2) == 0xc02c;
}

static bool is_firefox(const struct offer *offer)
{
    return HAS_ROW(offer->suites, 0xc02b, 0xc02f, 0xcca9, 0xcca8) && !has(offer->suites, SUITE_RENEGOTIATION);
}

/* The suites of TLS 1.3 behind all others; the row is for those who leave TLS 1.3 out. */
static bool is_go(const struct offer *offer)
{
    size_t size = offer->suites.size;
    return (size >= 4 && !is_tls_1_3(u16(offer->suites, 0)) && is_tls_1_3(u16(offer->suites, size - 2))) ||
           HAS_ROW(offer->suites, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a);
}

static bool is_java(const struct offer *offer)
{
    return has_extension(offer, EXTENSION_STATUS_V2) && has_extension(offer, EXTENSION_SIGNATURES_CERT);
}

static bool is_windows(const struct offer *offer)
{
    return HAS_ROW(offer->suites, 0xc02c, 0xc02b, 0xc030, 0xc02f) && has_extension(offer, EXTENSION_RENEGOTIATION);
}

static bool is_gnutls(const struct offer *offer)
{
    return HAS_ROW(offer->suites, 0xc02c, 0xcca9, 0xc0ad) && has_extension(offer, EXTENSION_RENEGOTIATION);
}

/*
 * Others that use encrypt-then-MAC name the groups before the points' form. That it renegotiates securely it says among
 * the suites, and 3.5 by the extension, which comes first then (RFC 5746 section 3.4 allows both).
 */
static bool is_openssl(const struct offer *offer)
{
    bool renegotiates = has(offer->suites, SUITE_RENEGOTIATION) || extension_place(offer, EXTENSION_RENEGOTIATION) == 1;
    size_t groups = extension_place(offer, EXTENSION_GROUPS), points = extension_place(offer, EXTENSION_POINT_FORMATS);
    return renegotiates && points <= groups &&
           (has_extension(offer, EXTENSION_ENCRYPT_THEN_MAC) || has_extension(offer, EXTENSION_HEARTBEAT) ||
            HAS_ROW(offer->signatures, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b));
}

static bool is_node(const struct offer *offer)
{
    return is_openssl(offer) && HAS_ROW(offer->suites, 0xc02f, 0xc02b, 0xc030, 0xc02c, 0x009e, 0xc027);
}

/* BoringSSL without what browsers add; the second order is OkHttp's. */
static bool is_android(const struct offer *offer)
{
    return HAS_ROW(offer->suites, 0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8) ||
           HAS_ROW(offer->suites, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030) ||
           HAS_ROW(offer->suites, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xcca9);
}

static const struct {
    bool (*holds)(const struct offer *offer);
    enum hello_class class;
} rules[] = {
    {is_old, HELLO_CLASS_OLD},         {is_apple, HELLO_CLASS_APPLE},     {has_grease, HELLO_CLASS_CHROMIUM},
    {is_firefox, HELLO_CLASS_FIREFOX}, {is_java, HELLO_CLASS_JAVA},       {is_go, HELLO_CLASS_GO},
    {is_gnutls, HELLO_CLASS_GNUTLS},   {is_node, HELLO_CLASS_NODE},       {is_openssl, HELLO_CLASS_OPENSSL},
    {is_windows, HELLO_CLASS_WINDOWS}, {is_android, HELLO_CLASS_ANDROID},
};

enum hello_class hello_read(struct str message)
{
    struct offer offer;
    if (!read_offer(message, &offer))
        return HELLO_CLASS_NONE;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].holds(&offer))
            return rules[i].class;
    return HELLO_CLASS_OTHER;
}
