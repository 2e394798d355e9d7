/* What the DNS says besides addresses: HTTPS records (RFC 9460), and who may issue certificates (CAA, RFC 8659). */
#include <stdio.h>

#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

#define NAME_SHOWN_SIZE_MAX 80
#define LIST_SHOWN_SIZE_MAX 120
#define NAME(text)          STR_ARG(guard_clip(text, NAME_SHOWN_SIZE_MAX))
#define LIST(text)          STR_ARG(guard_clip(text, LIST_SHOWN_SIZE_MAX))

/* What one record says, in words. */
#define SERVICE_TEXT_SIZE 256

/* ---- HTTPS records ---- */

static void put(char room[static SERVICE_TEXT_SIZE], size_t *size, const char *before, struct str text)
{
    int more = snprintf(room + *size, SERVICE_TEXT_SIZE - *size, "%s%s%.*s", *size ? ", " : "", before, STR_ARG(text));
    if (more > 0)
        *size = *size + (size_t)more < SERVICE_TEXT_SIZE ? *size + (size_t)more : SERVICE_TEXT_SIZE - 1;
}

static const char *service_text(const struct net_service *service, char room[static SERVICE_TEXT_SIZE])
{
    char number[STR_U64_SIZE];
    size_t size = 0;
    room[0] = '\0';
    if (service->is_alias)
        put(room, &size, "an alias of ", guard_clip(service->target, NAME_SHOWN_SIZE_MAX));
    else if (service->target.size)
        put(room, &size, "served by ", guard_clip(service->target, NAME_SHOWN_SIZE_MAX));
    if (service->alpn.size)
        put(room, &size, "protocols ", guard_clip(service->alpn, NAME_SHOWN_SIZE_MAX));
    if (service->has_port)
        put(room, &size, "port ", str_from_u64(service->port, number));
    if (service->hints.size)
        put(room, &size, "addresses ", guard_clip(service->hints, NAME_SHOWN_SIZE_MAX));
    if (service->ech)
        put(room, &size, "Encrypted ClientHello", STR(""));
    return size ? room : "nothing besides";
}

static bool has_alias(const struct net_https *https)
{
    for (size_t i = 0; i < https->services_count; i++)
        if (https->services[i].is_alias)
            return true;
    return false;
}

static void check_alias(const struct net_https *https, const struct net_service *service, struct findings *ret)
{
    if (service->target.size == 0)
        finding_add(ret, FINDING_HTTPS_RECORD_NO_SERVICE, "%s", "its target is \".\"");
    else if (service->target_missing)
        finding_add(ret, FINDING_HTTPS_RECORD_NOWHERE, "%.*s has no address", NAME(service->target));
    for (size_t i = 0; i < https->services_count; i++)
        if (!https->services[i].is_alias) {
            finding_add(ret, FINDING_HTTPS_RECORD_MIXED, "%s", "an alias stands beside a service");
            return;
        }
}

static void check_service(const struct net_seen *net, const struct net_service *service, struct findings *ret)
{
    if (service->is_foreign)
        finding_add(ret, FINDING_HTTPS_RECORD_FOREIGN, "the record of priority %u", service->priority);
    if (service->target_missing)
        finding_add(ret, FINDING_HTTPS_RECORD_NOWHERE, "%.*s has no address", NAME(service->target));
    if (service->stray_hint.size)
        finding_add(ret, FINDING_HTTPS_RECORD_HINT, "%.*s is no address of %.*s", NAME(service->stray_hint),
                    NAME(service->target.size ? service->target : net->domain));
    if (service->port_silent.size)
        finding_add(ret, FINDING_HTTPS_RECORD_PORT, "port %u %.*s", service->port, LIST(service->port_silent));
    if (service->has_h2 && !service->has_port && str_eq(net->tls.protocol, STR("HTTP/1.1")))
        finding_add(ret, FINDING_HTTPS_RECORD_ALPN, "%s", "it names h2, and the answer came in HTTP/1.1");
}

/* Browsers go to https:// by the record, wherever it answers or not. */
static bool nobody_answers(const struct net_seen *net)
{
    size_t silent = 0;
    for (size_t i = 0; i < net->addresses_count; i++) {
        if (net->addresses[i].answer == NET_GOOD || net->addresses[i].answer == NET_UNTRUSTED)
            return false;
        silent += net->addresses[i].answer == NET_SILENT || net->addresses[i].answer == NET_NO_HTTPS;
    }
    return silent > 0;
}

static void check_there(const struct net_seen *net, struct findings *ret)
{
    char room[SERVICE_TEXT_SIZE];
    const struct net_https *https = &net->https;
    bool by_alias = has_alias(https);
    for (size_t i = 0; i < https->services_count; i++) {
        const struct net_service *service = &https->services[i];
        if (service->is_alias) {
            check_alias(https, service, ret);
            break;
        }
        if (!by_alias) /* else nobody reads them (section 2.4.1) */
            check_service(net, service, ret);
    }
    if (https->malformed_why.size)
        finding_add(ret, FINDING_HTTPS_RECORD_MALFORMED, "it %.*s", LIST(https->malformed_why));
    if (!https->services_count)
        return;
    if (nobody_answers(net))
        finding_add(ret, FINDING_HTTPS_RECORD_NO_HTTPS, "%s", "");
    finding_add(ret, FINDING_HTTPS_RECORD_THERE, "%s%s", service_text(&https->services[0], room),
                https->services_count + https->more_count > 1 ? "; and there are more" : "");
}

static void check_https(const struct net_seen *net, struct findings *ret)
{
    if (net->https.told == NET_THERE)
        check_there(net, ret);
    else if (net->https.told == NET_NONE)
        finding_add(ret, FINDING_HTTPS_RECORD_NONE, "%s", "");
    else if (net->https.why.size)
        finding_add(ret, FINDING_DNS_UNTOLD, "the HTTPS record %.*s", LIST(net->https.why));
}

/* ---- CAA ---- */

static void check_caa_verdict(const struct net_caa *caa, struct findings *ret)
{
    if (caa->verdict == NET_CAA_NOBODY)
        finding_add(ret, FINDING_CAA_NOBODY, "the records of %.*s", NAME(caa->owner));
    else if (caa->verdict == NET_CAA_FOREIGN)
        finding_add(ret, FINDING_CAA_FOREIGN, "the records of %.*s", NAME(caa->owner));
    else if (caa->verdict == NET_CAA_OTHER)
        finding_add(ret, FINDING_CAA_OTHER, "the certificate is from %.*s; %.*s allows %.*s", NAME(caa->identity),
                    NAME(caa->owner), LIST(caa->issuers));
}

static void check_caa(const struct net_caa *caa, struct findings *ret)
{
    if (caa->told == NET_UNTOLD) {
        if (caa->why.size)
            finding_add(ret, FINDING_DNS_UNTOLD, "the CAA record %.*s", LIST(caa->why));
        return;
    }
    if (caa->told == NET_NONE) {
        finding_add(ret, FINDING_CAA_NONE, "%s", "");
        return;
    }
    check_caa_verdict(caa, ret);
    finding_add(ret, FINDING_CAA_THERE, "%.*s allows %.*s; attempts of others are told to %.*s", NAME(caa->owner),
                LIST(caa->issuers.size ? caa->issuers : STR("everybody")),
                NAME(caa->reports.size ? caa->reports : STR("nobody")));
}

void finding_net_dns(const struct finding_seen *seen, struct findings *ret)
{
    if (!seen->net)
        return;
    check_https(seen->net, ret);
    check_caa(&seen->net->caa, ret);
}
