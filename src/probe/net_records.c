#include "probe/net_records.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "dns/caa_issuer.h"
#include "dns/svcb.h"

#define V4_SIZE 4
#define V6_SIZE 16
/* Of a list that is shown: more is cut. */
#define LIST_SIZE_MAX 512

struct str net_text(struct arena *room, struct str text)
{
    struct str part = str_part(text, 0, NET_TEXT_SIZE_MAX);
    char *copy = arena_alloc(room, part.size + 1);
    if (!copy)
        return STR("");
    for (size_t i = 0; i < part.size; i++)
        copy[i] = part.data[i] >= ' ' && part.data[i] <= '~' ? part.data[i] : '?';
    copy[part.size] = '\0';
    return str_make(copy, part.size);
}

static struct str name_text(struct arena *room, const struct dns_name *name)
{
    char text[DNS_NAME_TEXT_SIZE];
    return name->size == 1 ? STR("") : net_text(room, dns_name_text(name, text));
}

/* An alias without such a record at its end is answered with the alias alone (RFC 2308 section 2.2). */
static bool is_end(const struct dns_message *message, const struct dns_name *name)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    return message->recursive && !dns_find(message, name, DNS_CNAME, &cursor, &record);
}

/*
 * The message opened, with the name at the end of its aliases. What is not there is told with NET_NONE, what cannot be
 * read with NET_UNTOLD and a reason; NET_THERE: there may be records.
 */
static enum net_told open_message(struct str domain, const struct net_message *message, enum dns_type type,
                                  struct dns_message *ret, struct dns_name *ret_name, struct str *ret_why)
{
    size_t hops = 0;
    *ret_why = message->why;
    if (!message->is_answered)
        return NET_UNTOLD;
    if (message->bytes.size == 0)
        return NET_NONE;
    if (!dns_message_open(message->bytes, ret) || !dns_name_from(domain, ret_name)) {
        *ret_why = STR("was answered with what is no message of the DNS");
        return NET_UNTOLD;
    }
    if (!dns_follow(ret, type, ret_name, &hops))
        return NET_THERE;
    if (is_end(ret, ret_name))
        return NET_NONE;
    *ret_why = STR("was answered with an alias that leads nowhere");
    return NET_UNTOLD;
}

/* ---- HTTPS ---- */

static void put_item(struct buf *list, struct str item)
{
    if (list->size + item.size + 2 <= list->cap)
        (void)(buf_put_str(list, list->size ? STR(", ") : STR("")) && buf_put_str(list, item));
}

static struct str take_list(struct arena *room, struct buf *list)
{
    struct str text = net_text(room, buf_str(list));
    buf_fini(list);
    return text;
}

static struct str address_text(int family, const char *bytes, char text[static INET6_ADDRSTRLEN])
{
    return str_from(inet_ntop(family, bytes, text, INET6_ADDRSTRLEN));
}

static struct str hints_text(const struct svcb *svcb, struct arena *room)
{
    char text[INET6_ADDRSTRLEN];
    struct buf list;
    buf_init(&list, LIST_SIZE_MAX);
    for (size_t at = 0; at < svcb->ipv4.size; at += V4_SIZE)
        put_item(&list, address_text(AF_INET, svcb->ipv4.data + at, text));
    for (size_t at = 0; at < svcb->ipv6.size; at += V6_SIZE)
        put_item(&list, address_text(AF_INET6, svcb->ipv6.data + at, text));
    return take_list(room, &list);
}

static struct str alpn_text(struct str alpn, bool *ret_has_h2, struct arena *room)
{
    struct buf list;
    struct str id;
    buf_init(&list, LIST_SIZE_MAX);
    while ((id = svcb_alpn_next(&alpn)).data) {
        *ret_has_h2 = *ret_has_h2 || str_eq(id, STR("h2"));
        put_item(&list, id);
    }
    return take_list(room, &list);
}

static struct net_service service_of(const struct svcb *svcb, struct str domain, struct arena *room)
{
    struct net_service service = {.is_alias = svcb->priority == 0,
                                  .priority = svcb->priority,
                                  .target = name_text(room, &svcb->target),
                                  .has_port = svcb->has_port,
                                  .port = svcb->port,
                                  .ech = svcb->ech,
                                  .is_foreign = svcb->is_foreign,
                                  .hints = hints_text(svcb, room),
                                  .stray_hint = STR(""),
                                  .port_silent = STR("")};
    service.alpn = alpn_text(svcb->alpn, &service.has_h2, room);
    if (!service.is_alias && str_eq_nocase(service.target, domain))
        service.target = STR("");
    return service;
}

/* By priority, the smallest first; the last goes where there are too many. */
static void put_service(struct net_https *https, struct net_hints *hints, const struct net_service *service,
                        struct net_hints hint)
{
    size_t at = https->services_count;
    while (at > 0 && https->services[at - 1].priority > service->priority)
        at--;
    if (https->services_count == NET_SERVICES_COUNT_MAX)
        https->more_count++;
    else
        https->services_count++;
    for (size_t i = https->services_count; i-- > at + 1;) {
        https->services[i] = https->services[i - 1];
        hints[i] = hints[i - 1];
    }
    if (at < https->services_count) {
        https->services[at] = *service;
        hints[at] = hint;
    }
}

static struct str copied(struct arena *room, struct str bytes)
{
    struct str copy = STR("");
    return arena_str(room, bytes, &copy) ? copy : STR("");
}

void net_records_https(struct str domain, const struct net_message *message, struct arena *room, struct net_https *ret,
                       struct net_hints hints[static NET_SERVICES_COUNT_MAX])
{
    struct dns_message opened;
    struct dns_name name;
    struct dns_cursor cursor = {0};
    struct dns_record record;
    *ret = (struct net_https){.why = STR(""), .malformed_why = STR("")};
    ret->told = open_message(domain, message, DNS_HTTPS, &opened, &name, &ret->why);
    if (ret->told != NET_THERE)
        return;
    ret->told = NET_NONE;
    while (dns_find(&opened, &name, DNS_HTTPS, &cursor, &record)) {
        struct svcb svcb;
        const char *why = "";
        ret->told = NET_THERE;
        if (svcb_read(record.rdata, &svcb, &why)) {
            const struct net_service service = service_of(&svcb, domain, room);
            put_service(ret, hints, &service, (struct net_hints){copied(room, svcb.ipv4), copied(room, svcb.ipv6)});
        } else if (ret->malformed_why.size == 0) {
            ret->malformed_why = str_from(why);
        }
    }
}

static bool has_address(const struct sockaddr_storage *addresses, size_t count, int family, const char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&addresses[i];
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&addresses[i];
        if (addresses[i].ss_family == family &&
            (family == AF_INET ? memcmp(&v4->sin_addr, bytes, V4_SIZE) : memcmp(&v6->sin6_addr, bytes, V6_SIZE)) == 0)
            return true;
    }
    return false;
}

static struct str stray_of(struct str hints, size_t size_each, int family, const struct sockaddr_storage *addresses,
                           size_t count, struct arena *room)
{
    char text[INET6_ADDRSTRLEN];
    for (size_t at = 0; at + size_each <= hints.size; at += size_each)
        if (!has_address(addresses, count, family, hints.data + at))
            return net_text(room, address_text(family, hints.data + at, text));
    return STR("");
}

struct str net_records_stray(const struct net_hints *hints, const struct sockaddr_storage *addresses, size_t count,
                             struct arena *room)
{
    struct str stray = stray_of(hints->ipv4, V4_SIZE, AF_INET, addresses, count, room);
    return stray.size ? stray : stray_of(hints->ipv6, V6_SIZE, AF_INET6, addresses, count, room);
}

/* ---- CAA ---- */

/* The domain without its first labels. */
static struct str level_of(struct str domain, size_t level)
{
    for (; level > 0; level--)
        domain = str_after(domain, str_find(domain, '.') + 1);
    return domain;
}

/* The nearest set from this level on (RFC 8659 section 3); *ret_level is whose it is. */
static enum net_told find_set(struct str domain, const struct net_message *messages, size_t count, size_t *level,
                              struct arena *room, struct caa_set *ret, struct str *ret_why)
{
    for (; *level < count; ++*level) {
        struct dns_message opened;
        struct dns_name name;
        ret->records_count = 0;
        enum net_told told =
            open_message(level_of(domain, *level), &messages[*level], DNS_CAA, &opened, &name, ret_why);
        if (told == NET_UNTOLD)
            return NET_UNTOLD;
        if (told == NET_THERE && !caa_take(&opened, &name, room, ret)) {
            *ret_why = STR("was answered with more records than are looked at");
            return NET_UNTOLD;
        }
        if (ret->records_count > 0)
            return NET_THERE;
    }
    return NET_NONE;
}

/* The values of a tag, "nobody" for one that names nobody. */
static struct str values_text(const struct caa_set *set, struct str tag, struct arena *room)
{
    struct buf list;
    buf_init(&list, LIST_SIZE_MAX);
    for (size_t i = 0; i < set->records_count; i++) {
        struct str value = set->records[i].value;
        if (!str_eq(set->records[i].tag, tag))
            continue;
        if (!str_eq(tag, STR("iodef")))
            value = str_trim(str_cut(&value, ';'));
        put_item(&list, value.size ? value : STR("nobody"));
    }
    return take_list(room, &list);
}

static enum net_caa_verdict verdict_of(enum caa_verdict verdict, bool is_known)
{
    switch (verdict) {
    case CAA_NOBODY: return NET_CAA_NOBODY;
    case CAA_UNKNOWN_DEMAND: return NET_CAA_FOREIGN;
    case CAA_OTHER: return is_known ? NET_CAA_OTHER : NET_CAA_UNJUDGED;
    case CAA_OTHER_ACCOUNT: /* which account and method it was issued by cannot be seen */
    case CAA_OTHER_METHOD:
    case CAA_ALLOWED: break;
    }
    return is_known ? NET_CAA_ALLOWED : NET_CAA_UNJUDGED;
}

/* Who may issue for a wildcard: by records of its own (RFC 8659 section 4.3), or as for any other name. */
static struct str wild_text(const struct caa_set *set, struct arena *room)
{
    struct str wild = values_text(set, STR("issuewild"), room);
    return wild.size ? wild : values_text(set, STR("issue"), room);
}

/*
 * A certificate with a wildcard was allowed by the records of what is below the asterisk, not by those of the name; and
 * where they do not allow it, it is they that are told.
 */
static void judge(struct str domain, const struct net_message *messages, size_t count,
                  const struct net_certificate *certificate, struct arena *room, struct net_caa *ret)
{
    struct caa_set set = {0};
    struct str why;
    size_t level = certificate->is_wildcard ? 1 : 0;
    const struct str *identities = NULL;
    size_t known = caa_identities_of(certificate->issuer, &identities);
    const struct caa_asker asker = {.identities = identities,
                                    .identities_count = known,
                                    .account_url = STR(""),
                                    .method = STR(""),
                                    .wildcard = certificate->is_wildcard};
    if (find_set(domain, messages, count, &level, room, &set, &why) != NET_THERE)
        return;
    ret->verdict = verdict_of(caa_judge(&set, &asker, NULL), known > 0);
    ret->identity = known ? identities[0] : STR("");
    if (certificate->is_wildcard && ret->verdict != NET_CAA_ALLOWED && ret->verdict != NET_CAA_UNJUDGED) {
        ret->owner = net_text(room, level_of(domain, level));
        ret->issuers = wild_text(&set, room);
    }
}

void net_records_caa(struct str domain, const struct net_message *messages, size_t count,
                     const struct net_certificate *certificate, struct arena *room, struct net_caa *ret)
{
    struct caa_set set = {0};
    size_t level = 0;
    *ret = (struct net_caa){.why = STR(""), .issuers = STR(""), .reports = STR(""), .identity = STR("")};
    ret->told = find_set(domain, messages, count, &level, room, &set, &ret->why);
    if (ret->told != NET_THERE)
        return;
    ret->owner = net_text(room, level_of(domain, level));
    ret->issuers = values_text(&set, STR("issue"), room);
    ret->reports = values_text(&set, STR("iodef"), room);
    judge(domain, messages, count, certificate, room, ret);
}
