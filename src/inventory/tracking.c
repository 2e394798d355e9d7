/* Targets by the end of their names; where each is told to customers stands beside it. */
#include "inventory/tracking.h"

static const struct service {
    const char *name;
    struct str suffix; /* the target is this, or ends in a dot and this */
} services[] = {
    /* docs.aws.amazon.com/ses/latest/dg/configure-custom-open-click-domains.html: r.REGION.awstrack.me */
    {"Amazon SES", STR_INIT("awstrack.me")},
    /* help.campaignmonitor.com/articles/Knowledge/custom-domain-names */
    {"Campaign Monitor", STR_INIT("createsend.com")},
    /* support.clickdimensions.com/hc/en-us/articles/115002110054: elink and elinkeu */
    {"ClickDimensions", STR_INIT("clickdimensions.com")},
    /* docs.customer.io/journeys/link-tracking-custom-domain: HTTPS takes a proxy of one's own */
    {"Customer.io", STR_INIT("customeriomail.com")},
    {"Customer.io", STR_INIT("track.customer.io")},
    {"Customer.io", STR_INIT("track-eu.customer.io")},
    /* directmailmac.com/support/article/234 */
    {"Direct Mail", STR_INIT("dmanalytics1.com")},
    /* emailit.com/docs/tracking/custom-tracking-domain */
    {"Emailit", STR_INIT("emailitmail.com")},
    /* knowledge.hubspot.com/domains-and-urls/connect-a-domain-to-hubspot: ACCOUNT.groupN.sites.hubspot.net, mail and
       pages */
    {"HubSpot", STR_INIT("sites.hubspot.net")},
    {"HubSpot", STR_INIT("hubspotlinks.com")},
    /* support.iterable.com/hc/en-us/articles/115000427446: HTTPS takes a proxy of one's own */
    {"Iterable", STR_INIT("links.iterable.com")},
    {"Iterable", STR_INIT("links.eu.iterable.com")},
    /* mailflowauthority.com/email-content/custom-tracking-domains-setup */
    {"Klaviyo", STR_INIT("klaviyomail.com")},
    /* mandrill.zendesk.com/hc/en-us/articles/360038797994 */
    {"Mailchimp Transactional", STR_INIT("mandrillapp.com")},
    /* help.mailgun.com/hc/en-us/articles/360011566033: HTTP until HTTPS is chosen there */
    {"Mailgun", STR_INIT("mailgun.org")},
    /* postmarkapp.com/support/article/how-do-i-use-my-domain-for-link-tracking */
    {"Postmark", STR_INIT("pstmrk.it")},
    /* help.salesforce.com/s/articleView?id=000380950 */
    {"Salesforce Account Engagement", STR_INIT("go.pardot.com")},
    /* trailhead.salesforce.com/en/content/learn/modules/email-deliverability-concepts */
    {"Salesforce Marketing Cloud", STR_INIT("exacttarget.com")},
    /* www.twilio.com/docs/glossary/cname */
    {"SendGrid", STR_INIT("sendgrid.net")},
    /* developers.sparkpost.com/api/tracking-domains */
    {"SparkPost", STR_INIT("spgo.io")},
};

/* Each customer has a domain: mkto-ab123456.com (experienceleague.adobe.com, "Protocols for tracking and email
 * delivery"). */
static bool is_marketo(struct str target)
{
    size_t dot = str_find(target, '.');
    return str_eq_nocase(str_part(target, 0, 5), STR("mkto-")) && str_eq_nocase(str_after(target, dot), STR(".com"));
}

static bool ends_in(struct str target, struct str suffix)
{
    if (target.size < suffix.size || !str_eq_nocase(str_after(target, target.size - suffix.size), suffix))
        return false;
    return target.size == suffix.size || target.data[target.size - suffix.size - 1] == '.';
}

const char *inventory_mail_service(struct str target)
{
    if (str_ends(target, STR(".")))
        target.size--;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (ends_in(target, services[i].suffix))
            return services[i].name;
    return is_marketo(target) ? "Adobe Marketo Engage" : NULL;
}

bool inventory_is_mail_tracking(struct str target)
{
    return inventory_mail_service(target) != NULL;
}
