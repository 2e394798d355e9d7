/* All three are read line by line; ISC dhcpd's lines are put together to statements. */
#include "inventory/dhcp.h"

#define SHOWN_SIZE_MAX 80
#define SHOWN(s)       (int)((s).size > SHOWN_SIZE_MAX ? SHOWN_SIZE_MAX : (s).size), (s).data ? (s).data : ""

static bool on_line(void *context, uint64_t number, struct str line, struct err *err);
static bool on_statement(void *context, const struct entry *entry, struct err *err);

void dhcp_init(struct dhcp *dhcp, struct sink *sink)
{
    dhcp->sink = sink;
    dhcp->kind = DHCP_UNKNOWN;
    dhcp->address_size = dhcp->address_at = dhcp->hostname_at = 0;
    dhcp->had_block = false;
    lines_init(&dhcp->lines, sink, on_line, dhcp);
    words_init(&dhcp->words, WORDS_STATEMENTS, on_statement, dhcp);
}

void dhcp_fini(struct dhcp *dhcp)
{
    lines_fini(&dhcp->lines);
}

bool dhcp_take(struct dhcp *dhcp, struct str bytes, struct err *err)
{
    return lines_take(&dhcp->lines, bytes, err);
}

bool dhcp_end(struct dhcp *dhcp, struct err *err)
{
    if (!lines_end(&dhcp->lines, err) || (dhcp->kind == DHCP_ISC && !words_end(&dhcp->words, err)))
        return false;
    if (dhcp->kind == DHCP_ISC && !dhcp->had_block)
        sink_problem(dhcp->sink, 1, "These are no leases of dnsmasq, ISC dhcpd or Kea.");
    return true;
}

/* The name of a client at `address`, which may be empty. */
static bool client(struct sink *sink, uint64_t line, struct str name, struct str address, struct err *err)
{
    char room[SINK_SHORT_SIZE], text[SINK_ADDRESS_SIZE];
    struct found found = {.line = line, .name = sink_complete(sink, name, room), .is_loose = true};
    if (name.size == 0 || str_eq(name, STR("*")))
        return true;
    if (!sink_address(address, text, &found.target, &found.type))
        found.target = found.type = STR("");
    return sink_name(sink, &found, err);
}

/* ---- dnsmasq: expiry, hardware address or IAID, address, name, client id ---- */

static bool dnsmasq_line(struct dhcp *d, uint64_t number, struct str line, struct err *err)
{
    struct str rest = line, address, name;
    char room[SINK_ADDRESS_SIZE];
    struct str ignored;
    uint64_t expiry;
    struct str first = line_word(&rest, "");
    if (str_eq(first, STR("duid")))
        return true;
    (void)line_word(&rest, "");
    address = line_word(&rest, "");
    name = line_word(&rest, "");
    if (str_to_u64(first, UINT64_MAX, &expiry) && sink_address(address, room, &ignored, &ignored) && name.size)
        return client(d->sink, number, name, address, err);
    sink_problem(d->sink, number,
                 "\"%.*s\" is no lease of dnsmasq: time, hardware address, address, name and client id.", SHOWN(line));
    return true;
}

/* ---- Kea: columns by the names in the first line ---- */

static struct str column(struct str line, size_t index)
{
    while (line.data) {
        struct str part = str_cut(&line, ',');
        if (index-- == 0)
            return part;
    }
    return STR("");
}

static bool find_column(struct str head, struct str name, size_t *ret)
{
    for (size_t i = 0; head.data; i++)
        if (str_eq(str_trim(str_cut(&head, ',')), name)) {
            *ret = i;
            return true;
        }
    return false;
}

static bool kea_line(struct dhcp *d, uint64_t number, struct str line, struct err *err)
{
    char room[SINK_ADDRESS_SIZE];
    struct str ignored, address = column(line, d->address_at);
    if (str_starts(line, STR("address,"))) {
        /* the head, which stands again where files were put together */
        d->hostname_at = SIZE_MAX;
        (void)find_column(line, STR("address"), &d->address_at);
        if (!find_column(line, STR("hostname"), &d->hostname_at))
            sink_problem(d->sink, number, "The first line has no column \"hostname\".");
        return true;
    }
    if (sink_address(address, room, &ignored, &ignored))
        return client(d->sink, number, str_trim(column(line, d->hostname_at)), address, err);
    sink_problem(d->sink, number, "\"%.*s\" is no lease of Kea: \"%.*s\" is no address.", SHOWN(line), SHOWN(address));
    return true;
}

/* ---- ISC dhcpd ---- */

/* The value of a statement that gives a client's name; empty: it is another one. */
static struct str name_of(const struct entry *entry)
{
    static const struct {
        struct str words[3]; /* at the beginning; the value is behind them and an equals sign */
    } statements[] = {
        {{STR_INIT("client-hostname")}},
        {{STR_INIT("ddns-hostname")}},
        {{STR_INIT("option"), STR_INIT("host-name")}},
        {{STR_INIT("supersede"), STR_INIT("host-name")}},
        {{STR_INIT("set"), STR_INIT("ddns-fwd-name")}},
        {{STR_INIT("set"), STR_INIT("ddns-client-fqdn")}},
        {{STR_INIT("supersede"), STR_INIT("server.ddns-hostname")}},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        size_t k = 0;
        while (statements[i].words[k].size && str_eq_nocase(entry_word(entry, k), statements[i].words[k]))
            k++;
        if (statements[i].words[k].size == 0)
            return entry_word(entry, k + str_eq(entry_word(entry, k), STR("=")));
    }
    return STR("");
}

static void keep_address(struct dhcp *d, struct str address)
{
    struct str text, ignored;
    d->address_size = sink_address(address, d->address, &text, &ignored) ? text.size : 0;
}

static bool on_statement(void *context, const struct entry *entry, struct err *err)
{
    struct dhcp *d = context;
    struct str first = entry_word(entry, 0), second = entry_word(entry, 1);
    if (entry->fault) {
        sink_problem(d->sink, entry->line, "%s", entry->fault);
        return true;
    }
    d->had_block |= entry->end == '{';
    if (entry->end == '}')
        d->address_size = 0;
    if (entry->end == '{' && (str_eq_nocase(first, STR("lease")) || str_eq_nocase(first, STR("iaaddr"))))
        keep_address(d, second);
    if (entry->end == '{' && str_eq_nocase(first, STR("host")))
        return client(d->sink, entry->line, second, STR(""), err);
    if (str_eq_nocase(first, STR("fixed-address"))) {
        keep_address(d, second);
        return d->address_size != 0 || client(d->sink, entry->line, second, STR(""), err);
    }
    return client(d->sink, entry->line, name_of(entry), str_make(d->address, d->address_size), err);
}

/* ---- which one ---- */

enum dhcp_kind dhcp_kind_of(struct str line)
{
    uint64_t ignored;
    struct str rest = line;
    struct str first = line_word(&rest, "");
    if (str_starts(first, STR("address,")))
        return DHCP_KEA;
    if (str_eq(first, STR("duid")) || str_to_u64(first, UINT64_MAX, &ignored))
        return DHCP_DNSMASQ;
    return DHCP_ISC;
}

static bool isc_line(struct dhcp *d, uint64_t number, struct str line, struct err *err)
{
    d->words.line = number;
    return words_take(&d->words, line, err) && words_take(&d->words, STR("\n"), err);
}

static bool on_line(void *context, uint64_t number, struct str line, struct err *err)
{
    struct dhcp *d = context;
    struct str trimmed = str_trim(line);
    if (d->kind != DHCP_ISC && (trimmed.size == 0 || trimmed.data[0] == '#'))
        return true;
    if (d->kind == DHCP_UNKNOWN)
        d->kind = dhcp_kind_of(trimmed);
    switch (d->kind) {
    case DHCP_DNSMASQ: return dnsmasq_line(d, number, line, err);
    case DHCP_KEA: return kea_line(d, number, line, err);
    case DHCP_ISC: return isc_line(d, number, line, err);
    case DHCP_UNKNOWN: break;
    }
    return true;
}
