/* Guards of the ways in: what was seen there from outside, and what follows from the site's own settings. */
#include "hsts/guard_way.h"

enum guard_finding guard_way_served(const struct guard_case *c, struct guard_result *ret)
{
    static const struct guard_sight sight = {
        .what = OBSERVED_SERVED,
        .good = "Every HTTPS listener serves the site's certificate",
        .bad = "A listener does not serve the site's certificate",
        .whether = "every HTTPS listener serves the site's certificate",
        .fix = "See whether another program has the port, whether something in front of the gateway ends TLS, and in "
               "\"strictgate status\" whether the last change was taken over.",
    };
    return guard_observed(c, &sight, ret);
}

static enum guard_finding not_redirected(const struct guard_case *c, struct guard_result *ret)
{
    guard_why(ret, "The site answers over plain HTTP and does not redirect: visitors who come that way never hear the "
                   "promise.");
    return guard_fix(ret, GUARD_FAULT, "Redirect them: \"strictgate site set %.*s --redirect temporary\".",
                     STR_ARG(guard_site(c->facts)));
}

enum guard_finding guard_way_redirect(const struct guard_case *c, struct guard_result *ret)
{
    static const struct guard_sight sight = {
        .what = OBSERVED_REDIRECT,
        .good = "Plain HTTP is redirected to HTTPS on the same host",
        .bad = "Plain HTTP is not redirected to HTTPS on the same host first",
        .whether = "plain HTTP is redirected to HTTPS on the same host",
        .fix = "See what else answers on the HTTP port. The first redirect must lead from http:// to https:// of the "
               "same name; moving visitors to another name comes after it.",
    };
    if (c->facts->http_port == 0)
        return guard_pass(ret, "Nothing is served over plain HTTP, so that there is nothing to redirect.");
    return c->facts->redirects ? guard_observed(c, &sight, ret) : not_redirected(c, ret);
}

enum guard_finding guard_way_permanent(const struct guard_case *c, struct guard_result *ret)
{
    if (c->facts->http_port == 0)
        return guard_pass(ret, "Nothing is served over plain HTTP, so that there is nothing to redirect.");
    if (c->facts->redirects && c->facts->redirect_permanent)
        return guard_pass(ret, "The redirect to HTTPS is permanent.");
    guard_why(ret, c->facts->redirects
                       ? "The redirect to HTTPS is temporary: browsers and search engines keep the http:// addresses."
                       : "There is no redirect to HTTPS: browsers and search engines keep the http:// addresses.");
    return guard_fix(ret, GUARD_FAULT, "Make it permanent: \"strictgate site set %.*s --redirect permanent\".",
                     STR_ARG(guard_site(c->facts)));
}

enum guard_finding guard_way_ports(const struct guard_case *c, struct guard_result *ret)
{
    unsigned http = c->facts->http_port, https = c->facts->https_port;
    unsigned wanted = http == 80 ? 443 : http;
    if (https == 0) {
        guard_why(ret, "No listener serves HTTPS, and bound browsers use nothing else.");
        return guard_fix(ret, GUARD_FAULT, "Set Https Port in the boot file, and restart.");
    }
    if (http == 0)
        return guard_pass(ret,
                          "HTTPS is on port %u and nothing is served over plain HTTP: http:// links lead nowhere, "
                          "with or without a promise.",
                          https);
    if (https == wanted)
        return guard_pass(ret, "Browsers that turn http:// links into https:// come to port %u, where HTTPS is.",
                          https);
    guard_why(ret,
              "Bound browsers turn http:// links with port %u into https:// with port %u (RFC 6797 section 8.3), "
              "but HTTPS is on port %u.",
              http, wanted, https);
    if (http == 80)
        return guard_fix(ret, GUARD_FAULT,
                         "Set Https Port = 443 in the boot file, or lead port 443 of the public address here.");
    return guard_fix(ret, GUARD_FAULT,
                     "Use ports 80 and 443, or one port for both: Http Port = %u and Https Port = %u in the boot file.",
                     https, https);
}

enum guard_finding guard_way_application(const struct guard_case *c, struct guard_result *ret)
{
    static const struct guard_sight sight = {
        .what = OBSERVED_APPLICATION,
        .good = "The application answers over HTTPS and sends nobody back to plain HTTP",
        .bad = "The application does not answer over HTTPS as it should",
        .whether = "the application answers over HTTPS and sends nobody back to plain HTTP",
        .fix = "Tell the application that a gateway in front of it does HTTPS, by its own settings or by "
               "X-Forwarded-Proto, so that it redirects neither to http:// nor to itself.",
    };
    return guard_observed(c, &sight, ret);
}

enum guard_finding guard_way_content(const struct guard_case *c, struct guard_result *ret)
{
    static const struct guard_sight sight = {
        .what = OBSERVED_CONTENT,
        .good = "The front page loads nothing over plain HTTP",
        .bad = "The front page loads parts over plain HTTP, which browsers block or will fail to find",
        .whether = "the front page loads parts over plain HTTP",
        .fix = "Change these addresses in the application to https://, or to paths without a host.",
    };
    return guard_observed(c, &sight, ret);
}

enum guard_finding guard_way_other_ports(const struct guard_case *c, struct guard_result *ret)
{
    static const struct guard_sight sight = {
        .what = OBSERVED_PORTS,
        .good = "No other port of the host was seen to answer plain HTTP",
        .bad = "Other ports of the same host answer plain HTTP, and bound browsers insist on HTTPS there, too",
        .whether = "other ports of the same host answer plain HTTP",
        .fix = "Move these services to another host name, give them HTTPS on the same port, or make sure that nobody "
               "opens them in a browser by this name.",
    };
    return guard_observed(c, &sight, ret);
}
