/* By the organisation alone: the names of intermediate certificates change every other year. */
#include "dns/caa_issuer.h"

/* An authority barred by mistake frightens people, one let pass does not: what it ever stated stays in. */
#define DIGICERT                                                                                                       \
    STR_INIT("digicert.com"), STR_INIT("www.digicert.com"), STR_INIT("digicert.ne.jp"), STR_INIT("cybertrust.ne.jp"),  \
        STR_INIT("symantec.com"), STR_INIT("thawte.com"), STR_INIT("geotrust.com"), STR_INIT("quovadisglobal.com"),    \
        STR_INIT("rapidssl.com"), STR_INIT("digitalcertvalidation.com"),                                               \
        STR_INIT("volusion.digitalcertvalidation.com"), STR_INIT("stratossl.digitalcertvalidation.com"),               \
        STR_INIT("intermediatecertificate.digitalcertvalidation.com"), STR_INIT("1and1.digitalcertvalidation.com"),    \
        STR_INIT("amazon.com"), STR_INIT("amazontrust.com"), STR_INIT("awstrust.com"), STR_INIT("amazonaws.com"),      \
        STR_INIT("pkioverheid.nl"), STR_INIT("www.pkioverheid.nl"), STR_INIT("flipkart.com")
/* It took the customers of Entrust over; the directory of ZeroSSL names the same. */
#define SECTIGO                                                                                                        \
    STR_INIT("sectigo.com"), STR_INIT("trust-provider.com"), STR_INIT("usertrust.com"), STR_INIT("comodoca.com"),      \
        STR_INIT("comodo.com"), STR_INIT("entrust.net"), STR_INIT("affirmtrust.com")

static const struct {
    struct str organisation; /* how it begins, up to the end of a word */
    struct str identities[CAA_IDENTITIES_COUNT_MAX];
} authorities[] = {
    {STR_INIT("Let's Encrypt"), {STR_INIT("letsencrypt.org")}},
    {STR_INIT("Google Trust Services"), {STR_INIT("pki.goog"), STR_INIT("google.com")}},
    {STR_INIT("DigiCert"), {DIGICERT}},
    {STR_INIT("Sectigo"), {SECTIGO}},
    {STR_INIT("ZeroSSL"), {SECTIGO, STR_INIT("zerossl.com"), STR_INIT("identrust.com")}},
    {STR_INIT("Amazon"),
     {STR_INIT("amazon.com"), STR_INIT("amazontrust.com"), STR_INIT("awstrust.com"), STR_INIT("amazonaws.com"),
      STR_INIT("aws.amazon.com")}},
    {STR_INIT("GlobalSign"), {STR_INIT("globalsign.com")}},
    {STR_INIT("GoDaddy"), {STR_INIT("godaddy.com"), STR_INIT("starfieldtech.com")}},
    {STR_INIT("Starfield"), {STR_INIT("starfieldtech.com"), STR_INIT("godaddy.com"), STR_INIT("amazon.com")}},
    {STR_INIT("Buypass"), {STR_INIT("buypass.com"), STR_INIT("buypass.no")}},
    {STR_INIT("SSL Corp"), {STR_INIT("ssl.com"), STR_INIT("entrust.net"), STR_INIT("affirmtrust.com")}},
    {STR_INIT("SSL Corporation"), {STR_INIT("ssl.com"), STR_INIT("entrust.net"), STR_INIT("affirmtrust.com")}},
    /* Issued under its name by SSL.com since 2024, and by Sectigo since 2025. */
    {STR_INIT("Entrust"),
     {STR_INIT("entrust.net"), STR_INIT("affirmtrust.com"), STR_INIT("ssl.com"), STR_INIT("sectigo.com"),
      STR_INIT("trust-provider.com"), STR_INIT("usertrust.com"), STR_INIT("comodoca.com"), STR_INIT("comodo.com")}},
    {STR_INIT("Actalis"), {STR_INIT("actalis.it")}},
    {STR_INIT("Hellenic Academic and Research Institutions"), {STR_INIT("harica.gr")}},
    {STR_INIT("Asseco"), {STR_INIT("certum.pl"), STR_INIT("certum.eu")}},
    {STR_INIT("Unizeto"), {STR_INIT("certum.pl"), STR_INIT("certum.eu")}},
    {STR_INIT("Deutsche Telekom Security"), {STR_INIT("telesec.de"), STR_INIT("pki.dfn.de"), STR_INIT("dfn.de")}},
    {STR_INIT("D-Trust"),
     {STR_INIT("d-trust.net"), STR_INIT("d-trust.de"), STR_INIT("dtrust.de"), STR_INIT("dtrust.net")}},
    {STR_INIT("SwissSign"),
     {STR_INIT("swisssign.com"), STR_INIT("swisssign.net"), STR_INIT("swissign.com"), STR_INIT("swisssign.ch"),
      STR_INIT("swisssign.li"), STR_INIT("swissign.li"), STR_INIT("swisssign.org"), STR_INIT("swisssign.biz")}},
    {STR_INIT("QuoVadis"), {DIGICERT}},
    {STR_INIT("Microsoft"), {STR_INIT("microsoft.com"), STR_INIT("digicert.com")}},
    {STR_INIT("IdenTrust"), {STR_INIT("identrust.com")}},
};

/* Where the organisation begins; data NULL when there is none. A comma within a value is escaped by a backslash. */
static struct str organisation_of(struct str issuer)
{
    for (size_t at = 0; at < issuer.size; at++) {
        bool begins = at == 0 || (issuer.data[at - 1] == ',' && (at < 2 || issuer.data[at - 2] != '\\'));
        if (begins && str_starts(str_after(issuer, at), STR("O=")))
            return str_after(issuer, at + 2);
    }
    return (struct str){NULL, 0};
}

/* "Amazon", but not "Amazonas State": organisations of others begin with the same letters. */
static bool is_of(struct str organisation, struct str authority)
{
    struct str rest = str_after(organisation, authority.size);
    if (!str_starts(organisation, authority))
        return false;
    char next = rest.size ? str_lower_char(rest.data[0]) : ' ';
    return !(next >= 'a' && next <= 'z') && !str_is_digit(next);
}

size_t caa_identities_of(struct str issuer, const struct str **ret)
{
    struct str organisation = organisation_of(issuer);
    for (size_t i = 0; i < sizeof authorities / sizeof *authorities; i++) {
        if (!organisation.data || !is_of(organisation, authorities[i].organisation))
            continue;
        size_t count = 0;
        while (count < CAA_IDENTITIES_COUNT_MAX && authorities[i].identities[count].size)
            count++;
        *ret = authorities[i].identities;
        return count;
    }
    return 0;
}
