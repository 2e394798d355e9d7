/* What the answers of a site show. The words are for an administrator who is no expert of HTTP. */
#include "hsts/finding_rows.h"

#define ALWAYS                                                                                                         \
    "Send it on every answer, whatever the path and the status: nginx does with \"always\" behind add_header, Apache " \
    "with \"Header always set\"."

#define ONE_FORM                                                                                                       \
    "Send it in the one form that all read alike: \"max-age=31536000\", with \"; includeSubDomains\" and \"; "         \
    "preload\" "                                                                                                       \
    "where they are meant."
#define SECURE                                                                                                         \
    "Give it the attribute Secure. HSTS does not do that for old clients, for other programs, and for the very first " \
    "visit."

const struct finding_row finding_rows_http[FINDING_HTTP_END] = {
    [FINDING_FIELD_DUPLICATE_DIFFERENT] = {"field.duplicate_different", FINDING_ERROR,
                                           "Several Strict-Transport-Security fields are sent, and they differ.",
                                           "Browsers take the first and some programs the last. Let one program send "
                                           "it: the application, or what stands in front of it.",
                                           MEND_ELSEWHERE, 0},
    [FINDING_FIELD_DUPLICATE] = {"field.duplicate", FINDING_WARNING,
                                 "The same Strict-Transport-Security field is sent more than once.",
                                 "Let one program send it: the application, or what stands in front of it.",
                                 MEND_ELSEWHERE, 0},
    [FINDING_FIELD_VARIES] = {"field.varies", FINDING_WARNING, "The field is not the same on every answer.",
                              "Browsers go by the last one they saw. Set it in one place, for all paths.",
                              MEND_ELSEWHERE, 0},
    [FINDING_FIELD_MISSING_REDIRECT] = {"field.missing_on_redirect", FINDING_WARNING,
                                        "The field is missing on a redirect.",
                                        "Whoever is always sent on from this name never learns its promise. " ALWAYS,
                                        MEND_ELSEWHERE, 0},
    [FINDING_FIELD_MISSING_PAGE] = {"field.missing_on_page", FINDING_WARNING,
                                    "The field is missing on the front page, though other answers have it.", ALWAYS,
                                    MEND_ELSEWHERE, 0},
    [FINDING_FIELD_MISSING_NOT_FOUND] = {"field.missing_on_not_found", FINDING_WARNING,
                                         "The field is missing where a page does not exist.",
                                         "Old links lead there, and pictures that are gone. " ALWAYS, MEND_ELSEWHERE,
                                         0},
    [FINDING_FIELD_MISSING_REFUSED] = {"field.missing_on_refusal", FINDING_NOTE,
                                       "The field is missing where a method is refused.",
                                       "Few browsers ever see such an answer. " ALWAYS, MEND_ELSEWHERE, 0},
    [FINDING_FIELD_MISSING_HEAD] = {"field.missing_on_head", FINDING_NOTE,
                                    "The field is missing on the answer to HEAD.",
                                    "Checkers that ask with HEAD believe that there is none: Mozilla made its list of "
                                    "preloaded names so. " ALWAYS,
                                    MEND_ELSEWHERE, 0},
    [FINDING_FIELD_IGNORED_BY_ALL] = {"field.ignored_by_all", FINDING_ERROR,
                                      "The field is written so that every browser ignores it.", ONE_FORM,
                                      MEND_ELSEWHERE, 0},
    [FINDING_FIELD_IGNORED_BY_SOME] = {"field.ignored_by_some", FINDING_ERROR,
                                       "The field is written so that some clients ignore it and others do not.",
                                       ONE_FORM, MEND_ELSEWHERE, 0},
    [FINDING_FIELD_READ_DIFFERENTLY] = {"field.read_differently", FINDING_WARNING,
                                        "The field is written so that it is not read alike by all.", ONE_FORM,
                                        MEND_ELSEWHERE, 0},
    [FINDING_FIELD_READ_ALIKE] = {"field.read_alike", FINDING_GOOD, "Browsers and checkers read the field alike.", NULL,
                                  MEND_ELSEWHERE, 0},
    [FINDING_COOKIE_REFUSED] = {"cookie.refused", FINDING_ERROR, "Browsers refuse a cookie.",
                                "SameSite=None and names that begin with \"__Secure-\" want Secure; names that begin "
                                "with \"__Host-\" want Path=/ and no Domain besides.",
                                MEND_COOKIES, 0},
    [FINDING_COOKIE_SESSION_NOT_SECURE] = {"cookie.session_not_secure", FINDING_ERROR,
                                           "The cookie of a session travels over plain HTTP as well, where anybody on "
                                           "the way can take it.",
                                           SECURE, MEND_COOKIES, 0},
    [FINDING_COOKIE_NOT_SECURE] = {"cookie.not_secure", FINDING_WARNING,
                                   "A cookie is not kept from plain HTTP: it lacks Secure.", SECURE, MEND_COOKIES, 0},
    [FINDING_COOKIE_SESSION_SCRIPTS] = {"cookie.session_open_to_scripts", FINDING_WARNING,
                                        "Scripts can read the cookie of a session: it lacks HttpOnly.",
                                        "Give it the attribute HttpOnly in the application, unless its own scripts "
                                        "have to read it.",
                                        MEND_ELSEWHERE, 0},
    [FINDING_COOKIE_SAME_SITE_UNKNOWN] = {"cookie.same_site_unknown", FINDING_WARNING,
                                          "A cookie has a SameSite that no browser knows.",
                                          "The values are Lax, Strict and None.", MEND_ELSEWHERE, 0},
    [FINDING_COOKIE_NO_SAME_SITE] = {"cookie.no_same_site", FINDING_NOTE, "A cookie has no SameSite.",
                                     "Browsers take it for Lax, each a little differently. Say what is meant: Lax for "
                                     "most, Strict where no link from elsewhere has to find one signed in.",
                                     MEND_ELSEWHERE, 0},
    [FINDING_COOKIE_GOOD] = {"cookie.good", FINDING_GOOD,
                             "Cookies are kept from plain HTTP, and sessions from scripts.", NULL, MEND_ELSEWHERE, 0},
    [FINDING_CONTENT_ACTIVE] = {"content.active", FINDING_ERROR,
                                "The front page loads scripts, styles or frames over plain HTTP, which browsers block.",
                                "Name them by https:// in the application, or without a scheme.", MEND_ELSEWHERE, 0},
    [FINDING_CONTENT_PASSIVE] = {"content.passive", FINDING_WARNING,
                                 "The front page loads pictures or media over plain HTTP.",
                                 "Name them by https:// in the application: browsers try that by themselves, and leave "
                                 "out what is not there.",
                                 MEND_ELSEWHERE, 0},
    [FINDING_CONTENT_UPGRADED] = {"content.upgraded", FINDING_NOTE,
                                  "The front page names things by http:// that its own policy has browsers fetch over "
                                  "HTTPS.",
                                  "That works. Name them by https:// when the application is changed anyway.",
                                  MEND_ELSEWHERE, 0},
    [FINDING_CONTENT_GOOD] = {"content.good", FINDING_GOOD, "The front page loads nothing over plain HTTP.", NULL,
                              MEND_ELSEWHERE, 0},
    [FINDING_DEAD_KEY_PINS] = {"dead.public_key_pins", FINDING_WARNING, "Public-Key-Pins is sent, which is dead.",
                               "Take it away: no browser of today heeds it, and an old one that does is locked out by "
                               "the next change of keys.",
                               MEND_ELSEWHERE, 0},
    [FINDING_DEAD_EXPECT_CT] = {"dead.expect_ct", FINDING_NOTE, "Expect-CT is sent, which is dead.",
                                "Take it away: browsers ask for Certificate Transparency without it.", MEND_ELSEWHERE,
                                0},
    [FINDING_CERTIFICATE_ENDS] = {"certificate.ends_soon", FINDING_ERROR,
                                  "The certificate ends very soon. Whoever was promised HTTPS cannot get past one that "
                                  "has ended.",
                                  "Renew it now, and see why the program that should have did not.", MEND_CERTIFICATE,
                                  0},
    [FINDING_CERTIFICATE_LATE] =
        {"certificate.renewal_late", FINDING_WARNING, "The certificate should have been renewed by now.",
         "Programs renew when a third of the life is left. See whether one does here, and what "
         "it says.",
         MEND_CERTIFICATE, 0},
    [FINDING_CERTIFICATE_DUE] = {"certificate.renewal_due", FINDING_NOTE, "The certificate is due to be renewed.",
                                 "Programs do it about now. Look again in a few days.", MEND_CERTIFICATE, 0},
    [FINDING_CERTIFICATE_FRESH] = {"certificate.fresh", FINDING_GOOD, "The certificate is not due to be renewed yet.",
                                   NULL, MEND_ELSEWHERE, 0},
    [FINDING_CERTIFICATE_TOO_LONG] = {"certificate.too_long", FINDING_WARNING,
                                      "The certificate is valid for longer than browsers allow.",
                                      "Have it issued for a shorter time. Below a root of your own only Apple's "
                                      "clients refuse it, and only beyond 825 days.",
                                      MEND_CERTIFICATE, 0},
    [FINDING_CHAIN_ROOT] = {"chain.root_sent", FINDING_NOTE, "The root is sent along, which is of no use.",
                            "Take it out of the file: clients have it, or do not trust it.", MEND_ELSEWHERE, 0},
    [FINDING_CHAIN_STRAYS] = {"chain.strays", FINDING_NOTE,
                              "Certificates are sent that are no part of the chain, or not in its order.",
                              "Put the certificate first, then who signed it, and so on, and nothing else.",
                              MEND_ELSEWHERE, 0},
    [FINDING_LOOK_NO_ANSWER] = {"look.no_answer", FINDING_NOTE, "One of the further requests got no answer.",
                                "Ask again; when it stays so, see what keeps it from being answered.", MEND_ELSEWHERE,
                                0},
    [FINDING_FIELD_EVERYWHERE] = {"field.everywhere", FINDING_GOOD, "The field is on every kind of answer.", NULL,
                                  MEND_ELSEWHERE, 0},
};
