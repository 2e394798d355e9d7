/* Certificates in words: the list with the worst first as it came, and all of one site. */
#include "cli_golden.h"

#include "app/cli_cert.h"

#define CHAIN                                                                                                          \
    "'chain': [{'subject': 'CN=app.example.org', 'issuer': 'CN=Issuing CA 3', 'key': 'ECDSA P-256'}, {'subject': "     \
    "'CN=Issuing CA 3', 'issuer': 'CN=Root', 'key': 'RSA 4096', 'not_after': '2030-01-01T00:00:00Z', "                 \
    "'fingerprint_sha256': 'cc33'}]"
#define GOOD                                                                                                           \
    "{'site': 'app.example.org', 'source': 'file', 'side': 'ecdsa', 'id': 'i1', 'subject': 'CN=app.example.org', "     \
    "'issuer': 'CN=Issuing CA 3', 'serial': '0a1b', 'key': 'ECDSA P-256', 'not_before': '2026-10-01T00:00:00Z', "      \
    "'not_after': '2026-12-30T00:00:00Z', 'fingerprint_sha256': 'aa11', 'names': ['app.example.org', "                 \
    "'example.org'], 'days_left': 35, 'stored': '2026-11-25T10:00:00Z', 'published': '2026-11-25T10:00:01Z', "         \
    "'generation': 12, 'acknowledged': '2026-11-25T10:00:02Z', 'seen_first': '2026-11-25T10:00:03Z', 'seen_last': "    \
    "'2026-11-25T12:00:00Z', 'mismatches': [], 'renewal_due': null, 'severity': 'good', 'problems': [], " CHAIN "}"
#define WRONG                                                                                                          \
    "{'site': 'app.example.org', 'source': 'file', 'side': 'rsa', 'id': 'i2', 'not_after': '2026-11-27T00:00:00Z', "   \
    "'names': ['app.example.org'], 'days_left': 1, 'stored': '2026-11-25T10:00:00Z', 'published': null, "              \
    "'generation': null, 'acknowledged': null, 'seen_first': null, 'seen_last': null, 'mismatches': [{'place': "       \
    "'https (192.0.2.1:443)', 'name': 'app.example.org', 'fingerprint_sha256': 'bb22', 'serial': '07', 'subject': "    \
    "'CN=app.example.org', 'issuer': 'CN=Old\\u001b[2J', 'not_after': '2026-11-27T00:00:00Z', 'since': "               \
    "'2026-11-25T11:00:00Z', 'seen_last': '2026-11-25T12:00:00Z'}, {'place': 'both ([::1]:443)', 'name': "             \
    "'example.org', 'why': 'refuses this name', 'since': '2026-11-25T11:00:00Z', 'seen_last': "                        \
    "'2026-11-25T12:00:00Z'}], 'renewal_due': null, 'severity': 'alarm', 'problems': [{'id': 'mismatch', 'severity': " \
    "'alarm', 'text': 'Another one is served.', 'fix': 'See who answers there.'}, {'id': 'expiring', 'severity': "     \
    "'warning', 'text': 'It ends in 1 day.'}, {'id': 'promise_outlasts', 'severity': 'notice', 'text': 'Bound.'}], "   \
    "'chain': [{'issuer': 'CN=Issuing CA 3'}]}"
#define NONE                                                                                                           \
    "{'site': 'plain.example.org', 'source': 'none', 'severity': 'notice', 'problems': [{'id': 'no_certificate', "     \
    "'severity': 'notice', 'text': 'The site has no certificate.'}]}"

static void the_list_says_how_far_each_has_come_and_what_is_wrong(void **state)
{
    struct golden golden;
    json_t *list = golden_json("[" WRONG "," NONE "," GOOD "]");
    (void)state;
    golden_open(&golden);
    cli_cert_write_list(golden.out, list);
    golden_check(
        &golden, 0,
        "SITE               KIND   SOURCE  NAMES               ENDS        DAYS  STATE        WRONG\n"
        "app.example.org    RSA    file    app.example.org     2026-11-27  1     stored       mismatch, expiring\n"
        "plain.example.org  -      none    -                   -           -     -            -\n"
        "app.example.org    ECDSA  file    app.example.org +1  2026-12-30  35    seen served  -\n"
        "alarm: app.example.org (RSA): Another one is served.\n"
        "    fix: See who answers there.\n"
        "warning: app.example.org (RSA): It ends in 1 day.\n");
    json_decref(list);
}

static void a_site_is_shown_with_the_four_dates_of_each(void **state)
{
    struct golden golden;
    json_t *site = golden_json(
        "{'site': 'app.example.org', 'source': 'file', 'bound_until': '2027-01-01T00:00:00Z', 'bound_days_left': 36, "
        "'renewals_seen': 1, 'looked': '2026-11-25T12:00:00Z', 'look': 'https serves another', 'listeners': ['https "
        "(192.0.2.1:443)', 'both ([::1]:443)'], 'certificates': [" GOOD "," WRONG "]}");
    (void)state;
    golden_open(&golden);
    cli_cert_write_site(golden.out, site);
    golden_check(&golden, 80,
                 "Site            app.example.org\n"
                 "Source          file\n"
                 "Promise         browsers insist on HTTPS until 2027-01-01 00:00 UTC (36 days)\n"
                 "Renewals        1 of 2 were seen served\n"
                 "Listeners       https (192.0.2.1:443), both ([::1]:443)\n"
                 "Last look       2026-11-25 12:00 UTC: https serves another\n"
                 "\n"
                 "ECDSA certificate\n"
                 "  Subject       CN=app.example.org\n"
                 "  Key           ECDSA P-256\n"
                 "  Names         app.example.org, example.org\n"
                 "  Valid         2026-10-01 00:00 UTC to 2026-12-30 00:00 UTC\n"
                 "  Days left     35\n"
                 "  Serial        0a1b\n"
                 "  SHA-256       aa11\n"
                 "  Chain         CN=Issuing CA 3 (RSA 4096), until 2030-01-01, SHA-256 cc33\n"
                 "                issued by CN=Root\n"
                 "  Stored        2026-11-25 10:00 UTC\n"
                 "  Published     2026-11-25 10:00 UTC, generation 12\n"
                 "  Acknowledged  2026-11-25 10:00 UTC\n"
                 "  Seen served   first 2026-11-25 10:00 UTC, last 2026-11-25 12:00 UTC\n"
                 "  Next renewal  by hand, before it ends\n"
                 "\n"
                 "RSA certificate\n"
                 "  Subject       ?\n"
                 "  Key           ?\n"
                 "  Names         app.example.org\n"
                 "  Valid         ? to 2026-11-27 00:00 UTC\n"
                 "  Days left     1\n"
                 "  Serial        ?\n"
                 "  SHA-256       ?\n"
                 "  Chain         the certificate alone, issued by CN=Issuing CA 3\n"
                 "  Stored        2026-11-25 10:00 UTC\n"
                 "  Published     before this was written down\n"
                 "  Acknowledged  not by every worker yet\n"
                 "  Seen served   not yet\n"
                 "  NOT served by https (192.0.2.1:443) since 2026-11-25 11:00 UTC; there, for\n"
                 "                app.example.org, is served:\n"
                 "                CN=app.example.org, issued by CN=Old?[2J, serial 07, until\n"
                 "                2026-11-27\n"
                 "                SHA-256 bb22\n"
                 "  NOT served by both ([::1]:443), which refuses this name; since 2026-11-25\n"
                 "                11:00 UTC\n"
                 "  Next renewal  by hand, before it ends\n"
                 "alarm: Another one is served.\n"
                 "    fix: See who answers there.\n"
                 "warning: It ends in 1 day.\n"
                 "notice: Bound.\n");
    json_decref(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_says_how_far_each_has_come_and_what_is_wrong),
        cmocka_unit_test(a_site_is_shown_with_the_four_dates_of_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
