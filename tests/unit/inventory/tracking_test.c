/* Services that send mail are known by the names they give to their customers. */
#include "check.h"
#include "inventory/tracking.h"

static void targets_tell_the_service(void **state)
{
    (void)state;
    static const struct {
        const char *target, *service;
    } cases[] = {
        {"sendgrid.net", "SendGrid"},
        {"u123.wl008.SendGrid.net.", "SendGrid"},
        {"eu.mailgun.org", "Mailgun"},
        {"mandrillapp.com", "Mailchimp Transactional"},
        {"r.eu-central-1.awstrack.me", "Amazon SES"},
        {"eu.spgo.io", "SparkPost"},
        {"1234.group7.sites.hubspot.net", "HubSpot"},
        {"click.s10.exacttarget.com", "Salesforce Marketing Cloud"},
        {"go.pardot.com", "Salesforce Account Engagement"},
        {"links.eu.iterable.com", "Iterable"},
        {"e-eu.customeriomail.com", "Customer.io"},
        {"track.pstmrk.it", "Postmark"},
        {"mkto-ab123456.com", "Adobe Marketo Engage"},
        {"MKTO-sj010203.com.", "Adobe Marketo Engage"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *service = inventory_mail_service(str_from(cases[i].target));
        if (!service)
            fail_msg("%s is not known", cases[i].target);
        assert_string_equal(service, cases[i].service);
        assert_true(inventory_is_mail_tracking(str_from(cases[i].target)));
    }
}

static void other_targets_are_none(void **state)
{
    (void)state;
    static const char *const targets[] = {"",
                                          ".",
                                          "example.org",
                                          "notsendgrid.net",
                                          "sendgrid.net.example.org",
                                          "net",
                                          "www.pardot.com",
                                          "iterable.com",
                                          "mkto-x.example.com",
                                          "www.mkto-x.com",
                                          "mkto-",
                                          "hubspot.net"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (inventory_is_mail_tracking(str_from(targets[i])))
            fail_msg("%s is taken for %s", targets[i], inventory_mail_service(str_from(targets[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_tell_the_service),
        cmocka_unit_test(other_targets_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
