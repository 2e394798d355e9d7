/* The types are those of IANA's registry that zone files have, and some that providers and Windows have made up. */
#include "inventory/zone_word.h"

static const struct zone_type types[] = {
    {STR_INIT("A"), ZONE_ADDRESS},       {STR_INIT("AAAA"), ZONE_ADDRESS},    {STR_INIT("CNAME"), ZONE_NAME},
    {STR_INIT("DNAME"), ZONE_NAME},      {STR_INIT("NS"), ZONE_NAME},         {STR_INIT("ALIAS"), ZONE_NAME},
    {STR_INIT("ANAME"), ZONE_NAME},      {STR_INIT("HTTPS"), ZONE_SERVICE},   {STR_INIT("SVCB"), ZONE_SERVICE},
    {STR_INIT("A6"), ZONE_NONE},         {STR_INIT("AFSDB"), ZONE_NONE},      {STR_INIT("AMTRELAY"), ZONE_NONE},
    {STR_INIT("APL"), ZONE_NONE},        {STR_INIT("AVC"), ZONE_NONE},        {STR_INIT("CAA"), ZONE_NONE},
    {STR_INIT("CDNSKEY"), ZONE_NONE},    {STR_INIT("CDS"), ZONE_NONE},        {STR_INIT("CERT"), ZONE_NONE},
    {STR_INIT("CSYNC"), ZONE_NONE},      {STR_INIT("DHCID"), ZONE_NONE},      {STR_INIT("DLV"), ZONE_NONE},
    {STR_INIT("DNSKEY"), ZONE_NONE},     {STR_INIT("DS"), ZONE_NONE},         {STR_INIT("DSYNC"), ZONE_NONE},
    {STR_INIT("EUI48"), ZONE_NONE},      {STR_INIT("EUI64"), ZONE_NONE},      {STR_INIT("GPOS"), ZONE_NONE},
    {STR_INIT("HINFO"), ZONE_NONE},      {STR_INIT("HIP"), ZONE_NONE},        {STR_INIT("IPSECKEY"), ZONE_NONE},
    {STR_INIT("ISDN"), ZONE_NONE},       {STR_INIT("KEY"), ZONE_NONE},        {STR_INIT("KX"), ZONE_NONE},
    {STR_INIT("L32"), ZONE_NONE},        {STR_INIT("L64"), ZONE_NONE},        {STR_INIT("LOC"), ZONE_NONE},
    {STR_INIT("LP"), ZONE_NONE},         {STR_INIT("MB"), ZONE_NONE},         {STR_INIT("MG"), ZONE_NONE},
    {STR_INIT("MINFO"), ZONE_NONE},      {STR_INIT("MR"), ZONE_NONE},         {STR_INIT("MX"), ZONE_NONE},
    {STR_INIT("NAPTR"), ZONE_NONE},      {STR_INIT("NID"), ZONE_NONE},        {STR_INIT("NSEC"), ZONE_NONE},
    {STR_INIT("NSEC3"), ZONE_NONE},      {STR_INIT("NSEC3PARAM"), ZONE_NONE}, {STR_INIT("NXT"), ZONE_NONE},
    {STR_INIT("OPENPGPKEY"), ZONE_NONE}, {STR_INIT("PTR"), ZONE_NONE},        {STR_INIT("PX"), ZONE_NONE},
    {STR_INIT("RESINFO"), ZONE_NONE},    {STR_INIT("RP"), ZONE_NONE},         {STR_INIT("RRSIG"), ZONE_NONE},
    {STR_INIT("RT"), ZONE_NONE},         {STR_INIT("SIG"), ZONE_NONE},        {STR_INIT("SMIMEA"), ZONE_NONE},
    {STR_INIT("SOA"), ZONE_NONE},        {STR_INIT("SPF"), ZONE_NONE},        {STR_INIT("SRV"), ZONE_NONE},
    {STR_INIT("SSHFP"), ZONE_NONE},      {STR_INIT("TA"), ZONE_NONE},         {STR_INIT("TALINK"), ZONE_NONE},
    {STR_INIT("TKEY"), ZONE_NONE},       {STR_INIT("TLSA"), ZONE_NONE},       {STR_INIT("TSIG"), ZONE_NONE},
    {STR_INIT("TXT"), ZONE_NONE},        {STR_INIT("URI"), ZONE_NONE},        {STR_INIT("WALLET"), ZONE_NONE},
    {STR_INIT("WINS"), ZONE_NONE},       {STR_INIT("WINSR"), ZONE_NONE},      {STR_INIT("WKS"), ZONE_NONE},
    {STR_INIT("X25"), ZONE_NONE},        {STR_INIT("ZONEMD"), ZONE_NONE},
};

/* "TYPE1": the data may be written as of any type, or as of none (\# 4 c0000201), so they are not looked at. */
static const struct zone_type by_number = {STR_INIT("TYPE"), ZONE_NONE};

static bool is_numbered(struct str word, struct str prefix)
{
    uint64_t ignored;
    return word.size > prefix.size && str_eq_nocase(str_part(word, 0, prefix.size), prefix) &&
           str_to_u64(str_after(word, prefix.size), UINT16_MAX, &ignored);
}

const struct zone_type *zone_type_of(struct str word)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq_nocase(word, types[i].word))
            return &types[i];
    return is_numbered(word, by_number.word) ? &by_number : NULL;
}

bool zone_is_class(struct str word, bool *ret_is_internet)
{
    *ret_is_internet = str_eq_nocase(word, STR("IN")) || str_eq_nocase(word, STR("CLASS1"));
    return *ret_is_internet || str_eq_nocase(word, STR("CH")) || str_eq_nocase(word, STR("HS")) ||
           str_eq_nocase(word, STR("CS")) || is_numbered(word, STR("CLASS"));
}

bool zone_is_ttl(struct str word)
{
    for (size_t i = 0; i < word.size; i++) {
        bool is_unit = i > 0 && str_is_digit(word.data[i - 1]) &&
                       str_find(STR("wdhms"), str_lower_char(word.data[i])) < sizeof "wdhms" - 1;
        if (!str_is_digit(word.data[i]) && !is_unit)
            return false;
    }
    return word.size > 0;
}

bool zone_is_age(struct str word)
{
    return str_ends(word, STR("]")) &&
           (str_eq_nocase(str_part(word, 0, 5), STR("[AGE:")) || str_eq_nocase(str_part(word, 0, 7), STR("[Aging:")));
}

/* ---- names ---- */

static bool is_host_char(unsigned c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '*';
}

/* Size of the escape at the front, and what it stands for. */
static size_t read_escape(struct str s, unsigned *ret_char)
{
    uint64_t value;
    if (s.size >= 4 && str_to_u64(str_part(s, 1, 3), 255, &value)) {
        *ret_char = (unsigned)value;
        return 4;
    }
    *ret_char = s.size > 1 ? (unsigned char)s.data[1] : '\\';
    return s.size > 1 ? 2 : 1;
}

static void put_unescaped(struct str word, struct buf *out)
{
    while (word.size) {
        unsigned c;
        size_t size = word.data[0] == '\\' ? read_escape(word, &c) : 1;
        if (size > 1 && is_host_char(c))
            buf_put_char(out, (char)c);
        else
            buf_put_str(out, str_part(word, 0, size));
        word = str_after(word, size);
    }
}

/* Whether the last dot ends the name: it does not when an odd number of backslashes is before it. */
static bool is_absolute(struct str word)
{
    size_t count = 0;
    if (!str_ends(word, STR(".")))
        return false;
    while (count + 1 < word.size && word.data[word.size - 2 - count] == '\\')
        count++;
    return count % 2 == 0;
}

bool zone_absolute(struct str word, struct str origin, struct buf *out)
{
    if (word.size > ZONE_NAME_SIZE_MAX)
        return false;
    if (str_eq(word, STR("@"))) {
        buf_put_str(out, origin);
    } else if (is_absolute(word)) {
        put_unescaped(str_part(word, 0, word.size - 1), out);
    } else {
        put_unescaped(word, out);
        if (origin.size)
            buf_put_char(out, '.');
        buf_put_str(out, origin);
    }
    return buf_ok(out);
}
