/* From bits and a verdict to sentences. */
#include "crypto/cert_report.h"

#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>

#include "codec/date.h"
#include "crypto/cert_parts.h"

#define DAY_S 86400
/* "2026-11-25 17:51 UTC" */
#define MOMENT_SIZE 24
/* Of names in one sentence; the others are counted. */
#define LISTED_COUNT_MAX 5
/* Of one name in a sentence. */
#define LISTED_SIZE_MAX 80

/* Appends; what does not fit is cut. */
static void say(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void say(char *text, size_t size, const char *format, ...)
{
    size_t used = strnlen(text, size);
    va_list args;
    va_start(args, format);
    if (used < size)
        (void)vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

/*
 * Names are a stranger's, and may have been cut: neither control characters nor their two-byte forms in UTF-8 (C2 80 to
 * C2 9F) are passed on, nor what is no UTF-8, which would make JSON of none.
 */
static void clean(char *text)
{
    for (size_t size; *text; text += size) {
        const unsigned char *at = (const unsigned char *)text;
        size_t whole = str_utf8_size(str_from(text));
        size = whole ? whole : 1;
        if (!whole || at[0] < 0x20 || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0))
            memset(text, '?', size);
    }
}

static const char *moment(int64_t time_s, char room[static MOMENT_SIZE])
{
    char iso[DATE_ISO_SIZE];
    struct str text = date_write_iso(time_s * 1000, iso);
    (void)snprintf(room, MOMENT_SIZE, "%.10s %.5s UTC", text.data, text.data + 11);
    return room;
}

static const char *day(int64_t time_s, char room[static MOMENT_SIZE])
{
    (void)moment(time_s, room);
    room[10] = '\0';
    return room;
}

/* One writer for each fault that has particulars; what it leaves empty is the fault's own words. */
struct telling {
    const struct cert *cert;
    const struct cert_view *view;
    const struct cert_report *report;
    struct cert_finding *finding;
};

#define TEXT(t) (t)->finding->text, sizeof(t)->finding->text
#define FIX(t)  (t)->finding->fix, sizeof(t)->finding->fix

/* Room for that many names, and " and 18446744073709551615 more". */
#define LIST_SIZE (LISTED_COUNT_MAX * (LISTED_SIZE_MAX + 2) + 32)

/* "a, b, c and 3 more" as far as there is something to name. */
static const char *list(const struct telling *t, size_t count, struct str (*at)(const struct telling *t, size_t index),
                        char room[static LIST_SIZE])
{
    size_t told = 0, more = 0;
    room[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        struct str name = str_part(at(t, i), 0, LISTED_SIZE_MAX);
        if (!name.size)
            continue;
        if (told < LISTED_COUNT_MAX)
            say(room, LIST_SIZE, "%s%.*s", told++ ? ", " : "", STR_ARG(name));
        else
            more++;
    }
    if (more)
        say(room, LIST_SIZE, " and %zu more", more);
    return room;
}

static struct str covered_name(const struct telling *t, size_t index)
{
    return cert_name(t->cert, index);
}

static struct str uncovered_name(const struct telling *t, size_t index)
{
    struct str name = t->view->names[index];
    return cert_covers(t->cert, name) ? (struct str){NULL, 0} : name;
}

static struct str leftover(const struct telling *t, size_t index)
{
    return cert_leftover(t->cert, index);
}

static void tell_name(const struct telling *t)
{
    char covered[LIST_SIZE], uncovered[LIST_SIZE];
    say(TEXT(t), "The certificate covers %s, but not %s.", list(t, cert_names_count(t->cert), covered_name, covered),
        list(t, t->view->names_count, uncovered_name, uncovered));
}

static void tell_no_names(const struct telling *t)
{
    say(TEXT(t),
        "The certificate has no subject alternative name, and browsers look at nothing else, whatever its "
        "subject says (%.*s).",
        STR_ARG(str_part(cert_subject(t->cert), 0, LISTED_SIZE_MAX)));
}

static void tell_many_names(const struct telling *t)
{
    say(TEXT(t), "The certificate has %zu names, which every connection has to carry.", cert_names_count(t->cert));
}

static void tell_leftovers(const struct telling *t)
{
    char names[LIST_SIZE];
    say(TEXT(t), "These certificates are no part of its chain, and are left out: %s.",
        list(t, cert_leftovers_count(t->cert), leftover, names));
}

static void tell_expired(const struct telling *t)
{
    char end[MOMENT_SIZE], now[MOMENT_SIZE];
    say(TEXT(t), "The certificate expired on %s; this machine's clock says %s.", moment(cert_not_after_s(t->cert), end),
        moment(t->view->now_s, now));
}

static void tell_not_yet_valid(const struct telling *t)
{
    char begin[MOMENT_SIZE], now[MOMENT_SIZE];
    say(TEXT(t), "The certificate is not valid before %s; this machine's clock says %s.",
        moment(cert_not_before_s(t->cert), begin), moment(t->view->now_s, now));
}

static void tell_key_kind(const struct telling *t)
{
    char kind[32];
    const struct key *key = cert_key(t->cert);
    if (key_kind(key) == KEY_ECDSA)
        (void)snprintf(kind, sizeof kind, "ECDSA with %u bits", key_bits(key));
    else
        (void)snprintf(kind, sizeof kind, "%s", key_kind_name(key_kind(key)));
    say(TEXT(t), "The key is of a kind that browsers do not take (%s): they take ECDSA P-256, P-384 and RSA.", kind);
}

static void tell_weak_key(const struct telling *t)
{
    const struct key *key = cert_key(t->cert);
    say(TEXT(t), "The %s key has %u bits, too few for browsers.", key_kind_name(key_kind(key)), key_bits(key));
}

static void tell_missing(const struct telling *t)
{
    struct str url = str_part(cert_issuer_url(t->cert), 0, 200);
    say(TEXT(t), "The certificate of the issuer, \"%.*s\", is missing, and no root known here has that name.",
        STR_ARG(str_part(cert_last_issuer(t->cert), 0, LISTED_SIZE_MAX)));
    say(FIX(t), "Add that certificate to the file, or have it fetched (--fetch-intermediates); it lies at %.*s",
        STR_ARG(url));
}

static bool is_local(const struct cert_view *view, const struct trust_verdict *verdict)
{
    return verdict->has_root && (view->local_marks >> verdict->mark & 1);
}

static void tell_unknown(const struct telling *t)
{
    if (is_local(t->view, &t->report->verdict)) {
        say(TEXT(t), "The certificate leads to the root \"%s\", which this machine knows and visitors do not.",
            t->report->verdict.root);
        return;
    }
    say(TEXT(t),
        cert_chain_count(t->cert) == 1
            ? "The certificate leads to \"%.*s\", and no root known here has that name: that "
              "is a private root, or an intermediate certificate is missing."
            : "The certificate leads to \"%.*s\", and no root known here has that name.",
        STR_ARG(str_part(cert_last_issuer(t->cert), 0, LISTED_SIZE_MAX)));
}

static void tell_chain(const struct telling *t)
{
    say(TEXT(t), "Browsers refuse the chain: the certificate %.180s.", t->report->verdict.why);
}

static bool is_public(const struct trust_verdict *verdict)
{
    return verdict->has_root && verdict->mark == TRUST_MARK_SYSTEM;
}

static void tell_too_long(const struct telling *t)
{
    char begin[MOMENT_SIZE];
    int64_t from_s = cert_not_before_s(t->cert), to_s = cert_not_after_s(t->cert);
    long long days = (to_s - from_s + DAY_S) / DAY_S;
    bool public = is_public(&t->report->verdict);
    if (public)
        say(TEXT(t),
            "The certificate is valid for %lld days. Browsers accept %d days at most of those that begin on %s.", days,
            cert_days_max(from_s, public), day(from_s, begin));
    else
        say(TEXT(t),
            "The certificate is valid for %lld days. Apple's devices accept %d days at most, whoever issued it.", days,
            cert_days_max(from_s, public));
}

static void (*const tellers[CERT_FAULT_COUNT])(const struct telling *) = {
    [CERT_FAULT_NAME] = tell_name,
    [CERT_FAULT_NO_NAMES] = tell_no_names,
    [CERT_FAULT_MANY_NAMES] = tell_many_names,
    [CERT_FAULT_UNRELATED] = tell_leftovers,
    [CERT_FAULT_EXPIRED] = tell_expired,
    [CERT_FAULT_NOT_YET_VALID] = tell_not_yet_valid,
    [CERT_FAULT_KEY_KIND] = tell_key_kind,
    [CERT_FAULT_WEAK_KEY] = tell_weak_key,
    [CERT_FAULT_MISSING_INTERMEDIATE] = tell_missing,
    [CERT_FAULT_UNKNOWN_ISSUER] = tell_unknown,
    [CERT_FAULT_CHAIN_INVALID] = tell_chain,
    [CERT_FAULT_TOO_LONG] = tell_too_long,
};

static void add(const struct cert *cert, const struct cert_view *view, enum cert_fault fault,
                struct cert_report *report)
{
    struct cert_finding *finding = &report->findings[report->count++];
    const struct telling telling = {cert, view, report, finding};
    *finding = (struct cert_finding){.fault = fault};
    if (tellers[fault])
        tellers[fault](&telling);
    if (!finding->text[0])
        say(TEXT(&telling), "%s", cert_fault_text(fault));
    if (!finding->fix[0])
        say(FIX(&telling), "%s", cert_fault_fix(fault));
    clean(finding->text);
    clean(finding->fix);
}

/* What the verdict on the chain adds to the faults of the certificate by itself. */
static uint32_t chain_faults(const struct cert *cert, uint32_t faults, const struct trust_verdict *verdict)
{
    const uint32_t known = 1u << CERT_FAULT_SELF_SIGNED | 1u << CERT_FAULT_EXPIRED | 1u << CERT_FAULT_NOT_YET_VALID |
                           1u << CERT_FAULT_WEAK_KEY | 1u << CERT_FAULT_WEAK_SIGNATURE |
                           1u << CERT_FAULT_NOT_FOR_SERVERS;
    switch (verdict->fault) {
    case TRUST_FAULT_NONE:
    case TRUST_FAULT_NAME:
    case TRUST_FAULT_SELF_SIGNED: return 0;
    case TRUST_FAULT_UNKNOWN:
        return 1u << (cert_issuer_url(cert).size && !cert->has_root ? CERT_FAULT_MISSING_INTERMEDIATE
                                                                    : CERT_FAULT_UNKNOWN_ISSUER);
    default: return faults & known ? 0 : 1u << CERT_FAULT_CHAIN_INVALID;
    }
}

static void judge_chain(const struct cert *cert, const struct cert_view *view, struct trust_verdict *ret)
{
    struct str chain[CERT_CHAIN_COUNT_MAX];
    for (size_t i = 0; i < cert->chain_count; i++)
        chain[i] = cert->ders[i];
    trust_judge(view->trust, chain, cert->chain_count, STR(""), view->now_s, ret);
}

void cert_report_make(const struct cert *cert, const struct cert_view *view, struct cert_report *ret)
{
    uint32_t faults = cert_check(cert, view->names, view->names_count, view->now_s);
    *ret = (struct cert_report){.weight = CERT_NOTE};
    if (view->trust) {
        judge_chain(cert, view, &ret->verdict);
        faults |= chain_faults(cert, faults, &ret->verdict);
        if (is_local(view, &ret->verdict))
            faults |= 1u << CERT_FAULT_UNKNOWN_ISSUER;
        if (cert_is_too_long(cert->not_before_s, cert->not_after_s, is_public(&ret->verdict)))
            faults |= 1u << CERT_FAULT_TOO_LONG;
    }
    for (int weight = CERT_REFUSAL; weight >= CERT_NOTE; weight--)
        for (unsigned fault = 0; fault < CERT_FAULT_COUNT; fault++)
            if (faults >> fault & 1 && (int)cert_fault_weight((enum cert_fault)fault) == weight)
                add(cert, view, (enum cert_fault)fault, ret);
    if (ret->count)
        ret->weight = cert_fault_weight(ret->findings[0].fault);
}

const struct cert_finding *cert_report_find(const struct cert_report *report, enum cert_fault fault)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].fault == fault)
            return &report->findings[i];
    return NULL;
}
