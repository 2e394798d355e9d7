/* A question for the SOA record of a name is answered with the zone's, in one section or the other. */
#include "dns/zone.h"

/* The owner of an SOA record that is `name` or above it. */
static bool zone_in(const struct dns_message *message, const struct dns_name *name, struct dns_name *ret)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    while (dns_message_next(message, &cursor, &record)) {
        if (record.type != DNS_SOA || record.class != DNS_IN || record.section == DNS_ADDITIONAL ||
            !dns_name_is_within(name, &record.name))
            continue;
        *ret = record.name;
        return true;
    }
    return false;
}

bool dns_zone_find(const struct dns_resolver *resolver, const struct dns_name *name, const struct deadline *deadline,
                   struct dns_name *ret_zone, struct dns_name *ret_name, struct err *err)
{
    struct dns_name at = *name, target = *name;
    char room[DNS_NAME_TEXT_SIZE];
    for (bool first = true;; first = false) {
        struct dns_answer answer;
        struct dns_name last, zone;
        if (!dns_ask(resolver, &at, DNS_SOA, deadline, &answer, &last, err))
            return false;
        bool found = zone_in(&answer.message, &last, &zone);
        dns_answer_fini(&answer);
        if (first)
            at = target = last;
        if (found) {
            *ret_zone = zone;
            *ret_name = target;
            return true;
        }
        if (!dns_name_parent(&at, &at) || at.size == 1)
            break;
    }
    struct str text = str_part(dns_name_text(name, room), 0, 255);
    return err_set(err, ERR_NOT_FOUND, "no zone was found that %.*s belongs to", STR_ARG(text));
}

bool dns_zone_authorities(const struct dns_resolver *resolver, const struct dns_name *zone,
                          const struct deadline *deadline, struct dns_authority ret[static DNS_AUTHORITIES_COUNT_MAX],
                          size_t *ret_count, struct err *err)
{
    struct dns_answer answer;
    struct dns_name last;
    if (!dns_ask(resolver, zone, DNS_NS, deadline, &answer, &last, err))
        return false;
    size_t count = 0;
    struct dns_cursor cursor = {0};
    struct dns_record record;
    struct err why = {0};
    while (count < DNS_AUTHORITIES_COUNT_MAX && dns_find(&answer.message, &last, DNS_NS, &cursor, &record)) {
        struct dns_name server;
        union os_address addresses[4];
        size_t addresses_count = 0;
        if (!dns_record_name(&answer.message, &record, &server) ||
            !dns_addresses(resolver, &server, resolver->authority_port, deadline, addresses,
                           sizeof addresses / sizeof *addresses, &addresses_count, &why))
            continue;
        for (size_t i = 0; i < addresses_count && count < DNS_AUTHORITIES_COUNT_MAX; i++)
            ret[count++] = (struct dns_authority){.name = server, .address = addresses[i]};
    }
    dns_answer_fini(&answer);
    *ret_count = count;
    if (count > 0)
        return true;
    char room[DNS_NAME_TEXT_SIZE];
    struct str text = str_part(dns_name_text(zone, room), 0, 255);
    if (why.text[0])
        return err_set(err, ERR_NOT_FOUND, "no name server of the zone %.*s was found: %s", STR_ARG(text), why.text);
    return err_set(err, ERR_NOT_FOUND, "no name server of the zone %.*s was found", STR_ARG(text));
}
