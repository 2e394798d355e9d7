/* One function for each thing that can be wrong. */
#include "control/preflight.h"

#include <stdarg.h>
#include <stdio.h>

/* Of one sentence. */
#define SENTENCE_SIZE 900
/* Of a CAA value that is shown. */
#define SHOWN_SIZE_MAX 120

struct judge {
    const struct preflight_facts *facts;
    struct arena *arena;
    struct preflight_findings *out;
    struct preflight_finding spare; /* what does not fit is written here, and the judgement fails */
    bool failed;
};

const char *preflight_method_name(enum preflight_method method)
{
    static const char *const names[PREFLIGHT_METHODS_COUNT] = {"http-01", "tls-alpn-01", "dns-01"};
    return names[method];
}

const char *preflight_verdict_name(enum preflight_verdict verdict)
{
    static const char *const names[] = {"good", "notice", "warning", "failure"};
    return names[verdict];
}

static struct preflight_finding *add(struct judge *j, enum preflight_verdict verdict, const char *id, struct str name)
{
    if (j->out->count == PREFLIGHT_FINDINGS_COUNT_MAX) {
        j->failed = true;
        return &j->spare;
    }
    struct preflight_finding *finding = &j->out->rows[j->out->count++];
    *finding = (struct preflight_finding){.verdict = verdict, .id = id, .name = name};
    return finding;
}

static struct str sentence(struct judge *j, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct str sentence(struct judge *j, const char *format, ...)
{
    char text[SENTENCE_SIZE];
    struct str kept = {NULL, 0};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!arena_str(j->arena, str_from(text), &kept))
        j->failed = true;
    return kept;
}

/* ---- what holds for all names ---- */

static void judge_clock(struct judge *j)
{
    const struct preflight_facts *f = j->facts;
    struct preflight_finding *finding;
    if (!f->clock_good) {
        finding = add(j, PREFLIGHT_FAILURE, "clock", STR(""));
        finding->text = sentence(j, "The clock of this machine is in doubt: %.*s", STR_ARG(f->clock_why));
        finding->fix = STR("set it by a time server (chrony, systemd-timesyncd); strictgate clock show tells more");
    } else if (!f->clock_synchronised) {
        finding = add(j, PREFLIGHT_WARNING, "clock", STR(""));
        finding->text = STR("No time server keeps the clock of this machine right; a certificate may seem not to be "
                            "valid yet, or to be valid still.");
        finding->fix = STR("run a time service (chrony, systemd-timesyncd)");
    } else {
        finding = add(j, PREFLIGHT_GOOD, "clock", STR(""));
        finding->text = STR("The clock is kept right by a time server.");
    }
}

static bool uses(const struct preflight_facts *f, enum preflight_method method)
{
    for (size_t i = 0; i < f->names_count; i++)
        if (f->names[i].method == method)
            return true;
    return false;
}

/* The port a CA asks, and whether our own listener answers. */
static void judge_port(struct judge *j, enum preflight_method method, unsigned wanted, uint16_t port, bool answers,
                       struct str why)
{
    struct preflight_finding *finding;
    const char *key = wanted == 80 ? "Public Http Port" : "Public Https Port";
    if (!uses(j->facts, method))
        return;
    if (port != wanted) {
        finding = add(j, PREFLIGHT_FAILURE, "port", STR(""));
        finding->text = port ? sentence(j, "A CA asks port %u for %s, but this gateway is known at port %u.", wanted,
                                        preflight_method_name(method), (unsigned)port)
                             : sentence(j, "A CA asks port %u for %s, but no listener speaks it here.", wanted,
                                        preflight_method_name(method));
        finding->fix =
            sentence(j, "have port %u lead here (%s in the boot file), or prove names by dns-01", wanted, key);
    } else if (!answers) {
        finding = add(j, PREFLIGHT_FAILURE, "listener", STR(""));
        finding->text = sentence(j, "Asked from this machine itself, the gateway's own listener %.*s.", STR_ARG(why));
        finding->fix = STR("see strictgate status, and the log of the gateway");
    } else {
        finding = add(j, PREFLIGHT_GOOD, "listener", STR(""));
        finding->text =
            sentence(j, "Asked from this machine itself, the gateway answers for %s.", preflight_method_name(method));
    }
}

/* ---- one name ---- */

static bool works_by_v4(const struct preflight_name *n)
{
    for (size_t i = 0; i < n->addresses_count; i++)
        if (!n->addresses[i].is_v6 && (n->addresses[i].reach == REACH_US || n->addresses[i].is_ours))
            return true;
    return false;
}

static void judge_other(struct judge *j, const struct preflight_name *n, const struct preflight_address *a,
                        unsigned port)
{
    struct preflight_finding *finding =
        add(j, PREFLIGHT_FAILURE, a->is_v6 && works_by_v4(n) ? "ipv6" : "elsewhere", n->name);
    if (a->is_v6 && works_by_v4(n)) {
        finding->text = sentence(j,
                                 "The IPv6 address %.*s of %.*s leads to another server, while its IPv4 address leads "
                                 "here. A CA prefers IPv6, and asks the other one.",
                                 STR_ARG(a->text), STR_ARG(n->name));
        finding->fix = STR("correct the AAAA record, or take it out");
        return;
    }
    finding->text = sentence(j, "At %.*s, an address of %.*s, another server answers on port %u.", STR_ARG(a->text),
                             STR_ARG(n->name), port);
    finding->fix = STR("have the name's address records lead here, or prove the name by dns-01");
}

static void judge_nobody(struct judge *j, const struct preflight_name *n, const struct preflight_address *a,
                         unsigned port)
{
    struct preflight_finding *finding =
        add(j, a->is_ours ? PREFLIGHT_FAILURE : PREFLIGHT_WARNING, a->is_ours ? "unreachable" : "elsewhere", n->name);
    if (a->is_ours) {
        finding->text = sentence(j, "%.*s, an address of %.*s and of this machine, %.*s (port %u).", STR_ARG(a->text),
                                 STR_ARG(n->name), STR_ARG(a->why), port);
        finding->fix =
            STR("listen on that address (Listen Address in the boot file), and see that no firewall is between");
        return;
    }
    finding->text =
        sentence(j,
                 "%.*s, an address of %.*s, is none of this machine's, and asked from here it %.*s (port %u). "
                 "Behind a router that may be as it should be.",
                 STR_ARG(a->text), STR_ARG(n->name), STR_ARG(a->why), port);
    finding->fix = sentence(j, "see from outside that port %u of it leads here", port);
}

static void judge_address(struct judge *j, const struct preflight_name *n, const struct preflight_address *a)
{
    unsigned port = n->method == PREFLIGHT_HTTP_01 ? 80 : 443;
    struct preflight_finding *finding;
    switch (a->reach) {
    case REACH_US:
        finding = add(j, PREFLIGHT_GOOD, "address", n->name);
        finding->text =
            sentence(j, "%.*s has the address %.*s, and there this gateway answers on port %u%s.", STR_ARG(n->name),
                     STR_ARG(a->text), port, a->is_ours ? "" : " (by way of another machine)");
        return;
    case REACH_OTHER: judge_other(j, n, a, port); return;
    case REACH_NOBODY: judge_nobody(j, n, a, port); return;
    case REACH_NOT_ASKED: break;
    }
    finding = add(j, a->is_ours ? PREFLIGHT_NOTICE : PREFLIGHT_WARNING, "address", n->name);
    finding->text = sentence(j, "%.*s has the address %.*s, %s; it was not asked.", STR_ARG(n->name), STR_ARG(a->text),
                             a->is_ours ? "which is this machine's" : "which is none of this machine's");
}

static void judge_addresses(struct judge *j, const struct preflight_name *n)
{
    struct preflight_finding *finding;
    if (!n->looked_up) {
        finding = add(j, PREFLIGHT_FAILURE, "lookup", n->name);
        finding->text =
            sentence(j, "The address of %.*s cannot be found out: %.*s.", STR_ARG(n->name), STR_ARG(n->lookup_why));
        finding->fix =
            STR("see that the zone's name servers answer, and the resolver of this machine (/etc/resolv.conf)");
    } else if (n->addresses_count == 0) {
        finding = add(j, PREFLIGHT_FAILURE, "no-address", n->name);
        finding->text = sentence(j, "%.*s has no address in the DNS (neither A nor AAAA): a CA finds nobody to ask.",
                                 STR_ARG(n->name));
        finding->fix = STR("add a record with this machine's public address, or prove the name by dns-01");
    }
    for (size_t i = 0; i < n->addresses_count; i++)
        judge_address(j, n, &n->addresses[i]);
}

static void judge_dns(struct judge *j, const struct preflight_name *n)
{
    struct preflight_finding *finding;
    if (!n->dns_tried)
        return;
    finding = add(j, n->dns_works ? PREFLIGHT_GOOD : PREFLIGHT_FAILURE, "dns-01", n->name);
    if (!n->dns_works) {
        finding->text = n->dns_why;
        finding->fix = n->dns_fix;
        return;
    }
    finding->text =
        sentence(j, "A record for %.*s was put up in the DNS, seen, and taken down again.", STR_ARG(n->name));
    if (n->dns_left_out.size == 0)
        return;
    finding = add(j, PREFLIGHT_WARNING, "name-server", n->name);
    finding->text =
        sentence(j, "Not every name server serves the zone of %.*s: %.*s.", STR_ARG(n->name), STR_ARG(n->dns_left_out));
    finding->fix = STR("let it serve the zone, or take it out of the zone's name servers (NS)");
}

/* ---- CAA ---- */

static const char *caa_fix(enum caa_verdict verdict)
{
    switch (verdict) {
    case CAA_NOBODY:
    case CAA_OTHER: return "add a CAA record that names this CA, or choose a CA that is named";
    case CAA_OTHER_ACCOUNT: return "put the URL of the account here into accounturi, or take that parameter out";
    case CAA_OTHER_METHOD: return "add this method to validationmethods, or prove the name by one that stands there";
    case CAA_UNKNOWN_DEMAND: return "take the record out, or its critical flag";
    case CAA_ALLOWED: break;
    }
    return "";
}

static const char *caa_words(enum caa_verdict verdict)
{
    switch (verdict) {
    case CAA_NOBODY: return "allows no CA at all";
    case CAA_OTHER: return "allows other CAs, but not this one";
    case CAA_OTHER_ACCOUNT: return "allows this CA for another account only";
    case CAA_OTHER_METHOD: return "allows this CA by other methods only";
    case CAA_UNKNOWN_DEMAND: return "demands something that a CA need not know, and must refuse then";
    case CAA_ALLOWED: break;
    }
    return "allows this CA";
}

/* Somebody else's text, to be shown. */
static struct str shown(struct judge *j, struct str value)
{
    char room[SHOWN_SIZE_MAX];
    size_t size = value.size < sizeof room ? value.size : sizeof room;
    struct str kept = {NULL, 0};
    for (size_t i = 0; i < size; i++)
        room[i] = value.data[i] >= ' ' && value.data[i] <= '~' ? value.data[i] : '?';
    if (!arena_str(j->arena, str_make(room, size), &kept))
        j->failed = true;
    return kept;
}

static void judge_caa_of(struct judge *j, const struct preflight_name *n)
{
    const struct caa_asker asker = {.identities = j->facts->identities,
                                    .identities_count = j->facts->identities_count,
                                    .account_url = j->facts->account_url,
                                    .method = str_from(preflight_method_name(n->method)),
                                    .wildcard = n->is_wildcard};
    const struct caa_record *about = NULL;
    enum caa_verdict verdict = caa_judge(n->caa, &asker, &about);
    bool is_known = asker.identities_count > 0;
    bool depends = !is_known && verdict == CAA_OTHER; /* on which CA it is */
    struct preflight_finding *finding = add(j,
                                            verdict == CAA_ALLOWED ? PREFLIGHT_GOOD
                                            : depends              ? PREFLIGHT_NOTICE
                                                                   : PREFLIGHT_FAILURE,
                                            "caa", n->name);
    struct str tag = about ? about->tag : STR(""), value = about ? shown(j, about->value) : STR("");
    if (!about) {
        finding->text = sentence(j, "The CAA records of %.*s forbid nothing that concerns it.", STR_ARG(n->caa_owner));
        return;
    }
    finding->text =
        sentence(j, "The CAA record %.*s \"%.*s\" of %.*s %s.", STR_ARG(tag), STR_ARG(value), STR_ARG(n->caa_owner),
                 depends ? "allows that CA, and no other but those of records beside it" : caa_words(verdict));
    finding->fix = str_from(caa_fix(depends ? CAA_ALLOWED : verdict));
}

static void judge_caa(struct judge *j, const struct preflight_name *n)
{
    struct preflight_finding *finding;
    if (!n->caa_known) {
        finding = add(j, PREFLIGHT_FAILURE, "caa", n->name);
        finding->text = sentence(j, "Which CAs %.*s allows cannot be found out, and a CA must refuse then: %.*s.",
                                 STR_ARG(n->name), STR_ARG(n->caa_why));
        finding->fix = STR("see that the zone's name servers answer questions for CAA records");
    } else if (n->caa->records_count == 0) {
        finding = add(j, PREFLIGHT_GOOD, "caa", n->name);
        finding->text = sentence(j, "%.*s allows every CA (there is no CAA record).", STR_ARG(n->name));
    } else {
        judge_caa_of(j, n);
    }
}

static void judge_name(struct judge *j, const struct preflight_name *n)
{
    if (n->is_wildcard && n->method != PREFLIGHT_DNS_01) {
        struct preflight_finding *finding = add(j, PREFLIGHT_FAILURE, "wildcard", n->name);
        finding->text = sentence(j, "%.*s can be proven by dns-01 only.", STR_ARG(n->name));
        finding->fix = STR("use dns-01 for it, or name the hosts one by one");
        return;
    }
    if (n->is_ip && n->method == PREFLIGHT_DNS_01) {
        struct preflight_finding *finding = add(j, PREFLIGHT_FAILURE, "address-by-dns", n->name);
        finding->text = sentence(j, "%.*s is an IP address, which dns-01 cannot prove.", STR_ARG(n->name));
        finding->fix = STR("use http-01 or tls-alpn-01 for it");
        return;
    }
    if (n->method == PREFLIGHT_DNS_01)
        judge_dns(j, n);
    else
        judge_addresses(j, n);
    if (!n->is_ip)
        judge_caa(j, n);
}

bool preflight_judge(const struct preflight_facts *facts, struct arena *arena, struct preflight_findings *ret)
{
    struct judge j = {.facts = facts, .arena = arena, .out = ret};
    *ret = (struct preflight_findings){.rows = arena_alloc(arena, PREFLIGHT_FINDINGS_COUNT_MAX * sizeof *ret->rows)};
    if (!ret->rows)
        return false;
    judge_clock(&j);
    judge_port(&j, PREFLIGHT_HTTP_01, 80, facts->http_port, facts->http_answers, facts->http_why);
    judge_port(&j, PREFLIGHT_TLS_ALPN_01, 443, facts->https_port, facts->https_answers, facts->https_why);
    if (facts->directory_why.size) {
        struct preflight_finding *finding = add(&j, PREFLIGHT_FAILURE, "directory", STR(""));
        finding->text = sentence(&j, "The CA's directory cannot be read: %.*s.", STR_ARG(facts->directory_why));
        finding->fix = STR("see its URL, and that this machine may open connections to it");
    }
    for (size_t i = 0; i < facts->names_count; i++)
        judge_name(&j, &facts->names[i]);
    return !j.failed;
}

bool preflight_is_ready(const struct preflight_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->rows[i].verdict == PREFLIGHT_FAILURE)
            return false;
    return true;
}
