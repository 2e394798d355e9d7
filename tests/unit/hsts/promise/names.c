#include "names.h"

static const struct str ledgers[LEDGER_NAMES_COUNT] = {
    [LEDGER_APEX] = STR_INIT("example.org"),
    [LEDGER_ALIAS] = STR_INIT("www.example.org"),
    [LEDGER_WILDCARD] = STR_INIT("*.example.org"),
};

static const struct str hosts[HOSTS_COUNT] = {
    [HOST_APEX] = STR_INIT("example.org"),
    [HOST_ALIAS] = STR_INIT("www.example.org"),
    [HOST_SHOP] = STR_INIT("shop.example.org"),
    [HOST_DEEP] = STR_INIT("deep.shop.example.org"),
};

struct str names_ledger(enum ledger_name name)
{
    return ledgers[name];
}

struct str names_host(enum host host)
{
    return hosts[host];
}

enum ledger_name names_ledger_of(enum host host, bool has_alias)
{
    if (host == HOST_APEX)
        return LEDGER_APEX;
    return host == HOST_ALIAS && has_alias ? LEDGER_ALIAS : LEDGER_WILDCARD;
}

size_t names_site_of(enum ledger_name name)
{
    return name == LEDGER_WILDCARD ? 1 : 0;
}

bool names_is_below(enum host host, enum host above)
{
    return (host != HOST_APEX && above == HOST_APEX) || (host == HOST_DEEP && above == HOST_SHOP);
}
