/* The first line that can only be of one kind decides. */
#include "inventory/guess.h"

#include "inventory/dhcp.h"
#include "inventory/zone_word.h"

static const char *const words[INVENTORY_FORMATS_COUNT] = {
    [INVENTORY_NAMES] = "names",
    [INVENTORY_ZONE] = "zone",
    [INVENTORY_HOSTS] = "hosts",
    [INVENTORY_DHCP] = "dhcp",
    [INVENTORY_TRANSPARENCY] = "transparency",
};

bool inventory_format_from(struct str word, enum inventory_format *ret)
{
    for (size_t i = 0; i < INVENTORY_FORMATS_COUNT; i++)
        if (str_eq(word, str_from(words[i]))) {
            *ret = (enum inventory_format)i;
            return true;
        }
    return false;
}

const char *inventory_format_text(enum inventory_format format)
{
    return words[format];
}

static bool is_address(struct str word)
{
    char room[SINK_ADDRESS_SIZE];
    struct str ignored;
    return sink_address(word, room, &ignored, &ignored);
}

/* Statements that dhcpd begins its files and leases with; each has a "{" or ";" in its line. */
static bool is_dhcpd(struct str first, struct str line)
{
    static const char *const begins[] = {"lease",
                                         "host",
                                         "server-duid",
                                         "authoring-byte-order",
                                         "ia-na",
                                         "ia-ta",
                                         "subnet",
                                         "shared-network",
                                         "failover",
                                         "option",
                                         "default-lease-time",
                                         "ddns-update-style",
                                         "authoritative"};
    bool has_mark = str_find(line, '{') < line.size || str_find(line, ';') < line.size;
    struct str word = line_word(&first, ";");
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (has_mark && str_eq(word, str_from(begins[i])))
            return true;
    return false;
}

static bool is_dhcp(struct str line)
{
    struct str rest = line;
    struct str first = line_word(&rest, ""), second = line_word(&rest, ""), third = line_word(&rest, "");
    switch (dhcp_kind_of(line)) {
    case DHCP_KEA: return true;
    case DHCP_DNSMASQ: return (str_eq(first, STR("duid")) && str_find(second, ':') < second.size) || is_address(third);
    case DHCP_ISC: return is_dhcpd(first, line);
    case DHCP_UNKNOWN: break;
    }
    return false;
}

static bool is_upper(struct str word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] != str_lower_char(word.data[i]))
            return true;
    return false;
}

/* A record with its class, or with its type in capitals: "www a mail" may be three names. */
static bool is_record(struct str line)
{
    struct str rest = line;
    bool had_class = false, ignored;
    if (line.data[0] != ' ' && line.data[0] != '\t')
        (void)line_word(&rest, "");
    for (;;) {
        struct str word = line_word(&rest, "");
        if (zone_is_class(word, &ignored) && !had_class)
            had_class = true;
        else if (!zone_is_ttl(word) && !zone_is_age(word))
            return zone_type_of(word) && (had_class || is_upper(word)) && line_word(&rest, "").size;
    }
}

static bool is_zone(struct str line, struct str trimmed)
{
    static const char *const directives[] = {"$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"};
    struct str rest = trimmed;
    struct str first = line_word(&rest, "");
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_eq_nocase(first, str_from(directives[i])))
            return true;
    return trimmed.data[0] == ';' || is_record(line);
}

enum inventory_format inventory_guess(struct str text)
{
    struct str rest = str_part(text, 0, INVENTORY_GUESS_SIZE);
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_after(rest, 3);
    while (rest.data) {
        struct str line = str_cut(&rest, '\n');
        if (str_ends(line, STR("\r")))
            line.size--;
        struct str trimmed = str_trim(line), words_left = trimmed;
        if (trimmed.size == 0 || trimmed.data[0] == '#')
            continue;
        if (trimmed.data[0] == '{' || trimmed.data[0] == '[')
            return INVENTORY_TRANSPARENCY;
        if (is_dhcp(trimmed))
            return INVENTORY_DHCP;
        if (is_zone(line, trimmed))
            return INVENTORY_ZONE;
        if (is_address(line_word(&words_left, "")))
            return INVENTORY_HOSTS;
    }
    return INVENTORY_NAMES;
}
