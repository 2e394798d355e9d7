/* From rows to values. */
#include "control/dns_zones.h"

#include <stdlib.h>

#include "crypto/wipe.h"
#include "dns/resolver.h"

bool dns_server_parse(struct str text, union os_address *ret)
{
    uint64_t port = DNS_PORT;
    struct str host = text;
    if (text.size && text.data[0] == '[') {
        size_t end = str_find(text, ']');
        struct str rest = str_after(text, end + 1);
        host = str_part(text, 1, end - 1);
        if (end == text.size || (rest.size && (rest.data[0] != ':' || !str_to_u64(str_after(rest, 1), 65535, &port))))
            return false;
    } else if (str_find(text, ':') < text.size && str_find(text, ':') == str_find_last(text, ':')) {
        host = str_part(text, 0, str_find(text, ':'));
        if (!str_to_u64(str_after(text, host.size + 1), 65535, &port))
            return false;
    }
    return port > 0 && os_address_parse(host, (uint16_t)port, ret);
}

static bool check_names(const struct store_dns_zone *given, struct dns_name *ret_zone, struct dns_name *ret_key,
                        struct err *err)
{
    if (!dns_name_from(given->zone, ret_zone) || ret_zone->size == 1) {
        (void)err_field(err, "zone", "\"%.*s\" is no name of a zone", STR_ARG(str_part(given->zone, 0, 200)));
        return err_fix(err, "give the zone as it is called in the DNS server, like example.org");
    }
    if (!dns_name_from(given->key_name, ret_key) || ret_key->size == 1) {
        (void)err_field(err, "key", "\"%.*s\" is no name of a key", STR_ARG(str_part(given->key_name, 0, 200)));
        return err_fix(err, "give the key's name as it stands in the DNS server's configuration");
    }
    return true;
}

static bool check_rest(const struct store_dns_zone *given, union os_address *ret_server,
                       enum mac_algorithm *ret_algorithm, struct err *err)
{
    if (!dns_server_parse(given->server, ret_server)) {
        (void)err_field(err, "server", "\"%.*s\" is no address of a server", STR_ARG(str_part(given->server, 0, 200)));
        return err_fix(err, "give the IP address of the zone's primary server, with a port if it is not 53: "
                            "192.0.2.53, [2001:db8::53]:5353");
    }
    if (!tsig_algorithm_from(given->algorithm, ret_algorithm)) {
        (void)err_field(err, "algorithm", "\"%.*s\" is not known", STR_ARG(str_part(given->algorithm, 0, 200)));
        return err_fix(err, "hmac-sha256 or hmac-sha512; make a new key if the present one has another");
    }
    if (given->secret.size < DNS_SECRET_SIZE_MIN || given->secret.size > DNS_SECRET_SIZE_MAX) {
        (void)err_field(err, "secret", "it has %zu bytes, a key has %d to %d", given->secret.size, DNS_SECRET_SIZE_MIN,
                        DNS_SECRET_SIZE_MAX);
        return err_fix(err, "give the secret as the DNS server has it, in Base64");
    }
    return true;
}

bool dns_zone_check(const struct store_dns_zone *given, char room[static DNS_NAME_TEXT_SIZE], struct str *ret_zone,
                    struct err *err)
{
    struct dns_name zone, key;
    union os_address server;
    enum mac_algorithm algorithm;
    if (!check_names(given, &zone, &key, err) || !check_rest(given, &server, &algorithm, err))
        return false;
    *ret_zone = dns_name_text(&zone, room);
    return true;
}

/* What a visitor fills. */
struct filling {
    struct dns_zones zones;
    bool fine;
    struct err *err;
};

static bool add_zone(void *context, const struct store_dns_zone *row)
{
    struct filling *f = context;
    struct dns_credentials *c = &f->zones.list[f->zones.count];
    struct err why = {0};
    *c = (struct dns_credentials){.zone = {.size = 1}};
    if (!check_names(row, &c->zone, &c->key.name, &why) || !check_rest(row, &c->server, &c->key.algorithm, &why))
        f->fine =
            err_set(f->err, ERR_SYSTEM, "the zone %.*s in the store cannot be used: %s", STR_ARG(row->zone), why.text);
    char *secret = f->fine ? malloc(row->secret.size) : NULL;
    if (f->fine && !secret)
        f->fine = err_memory(f->err);
    if (!f->fine)
        return false;
    memcpy(secret, row->secret.data, row->secret.size);
    c->key.secret = str_make(secret, row->secret.size);
    return ++f->zones.count < DNS_ZONES_COUNT_MAX;
}

bool dns_zones_load(struct store *store, struct dns_zones *ret, struct err *err)
{
    struct filling f = {.zones = {.list = calloc(DNS_ZONES_COUNT_MAX, sizeof *f.zones.list)}, .fine = true, .err = err};
    if (!f.zones.list)
        return err_memory(err);
    if (store_dns_zones(store, add_zone, &f, err) && f.fine) {
        *ret = f.zones;
        return true;
    }
    dns_zones_fini(&f.zones);
    return false;
}

void dns_zones_fini(struct dns_zones *zones)
{
    for (size_t i = 0; i < zones->count; i++)
        wipe_free((void *)(uintptr_t)zones->list[i].key.secret.data, zones->list[i].key.secret.size);
    free(zones->list);
    *zones = (struct dns_zones){0};
}
