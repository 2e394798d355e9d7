/* The results of MDN's HTTP Observatory under its own names, with its scores and our words. */
#include "hsts/finding_rows.h"

#define PLACE(code)      [(code)-FINDING_HTTP_END]
#define SAME_NAME_FIRST  "Redirect http:// to https:// of the very same name first, and only then to another name."
#define SECURE_COOKIES   "Give the cookie the attribute Secure, so that it never travels in clear."
#define SAME_SITE_VALUES "SameSite has the values Lax, Strict and None, the last only together with Secure."
#define HTTPS_FIRST      "Give the site a valid certificate first; the field does nothing without it."

const struct finding_row finding_rows_observatory[FINDING_OBSERVATORY_END - FINDING_HTTP_END] = {
    PLACE(FINDING_OBSERVATORY_HSTS_PRELOADED) = {"observatory.hsts-preloaded", FINDING_GOOD,
                                                 "The Observatory finds the name in the browsers' own list.", NULL,
                                                 MEND_ELSEWHERE, 5},
    PLACE(FINDING_OBSERVATORY_HSTS_LONG) = {"observatory.hsts-implemented-max-age-at-least-six-months", FINDING_GOOD,
                                            "The Observatory finds a promise of six months or more.", NULL,
                                            MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_HSTS_SHORT) = {"observatory.hsts-implemented-max-age-less-than-six-months",
                                             FINDING_WARNING, "The Observatory finds the promise too short.",
                                             "Climb to six months (15552000 seconds) or more, a rung at a time.",
                                             MEND_PERMANENT, -10},
    PLACE(FINDING_OBSERVATORY_HSTS_NONE) = {"observatory.hsts-not-implemented", FINDING_WARNING,
                                            "The Observatory finds no Strict-Transport-Security field.",
                                            "Begin with a short promise and climb.", MEND_START, -20},
    PLACE(FINDING_OBSERVATORY_HSTS_INVALID) = {"observatory.hsts-header-invalid", FINDING_WARNING,
                                               "The Observatory cannot read the Strict-Transport-Security field.",
                                               "Send one field, as \"max-age=31536000\": it stumbles over commas, and "
                                               "over blanks around the equals sign.",
                                               MEND_ELSEWHERE, -20},
    PLACE(FINDING_OBSERVATORY_HSTS_NO_HTTPS) = {"observatory.hsts-not-implemented-no-https", FINDING_WARNING,
                                                "The Observatory finds no HTTPS.", HTTPS_FIRST, MEND_CERTIFICATE, -20},
    PLACE(FINDING_OBSERVATORY_HSTS_CERTIFICATE) = {"observatory.hsts-invalid-cert", FINDING_WARNING,
                                                   "The Observatory finds a certificate that is not valid.",
                                                   HTTPS_FIRST, MEND_CERTIFICATE, -20},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_PRELOADED) = {"observatory.redirection-all-redirects-preloaded", FINDING_GOOD,
                                                        "The Observatory finds every name on the way from http:// in "
                                                        "the browsers' own list.",
                                                        NULL, MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_GOOD) = {"observatory.redirection-to-https", FINDING_GOOD,
                                                   "The Observatory finds that http:// leads to https:// of the same "
                                                   "name.",
                                                   NULL, MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_NO_HTTP) = {"observatory.redirection-not-needed-no-http", FINDING_GOOD,
                                                      "The Observatory gets nowhere over plain HTTP.", NULL,
                                                      MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_OFF_HOST) = {"observatory.redirection-off-host-from-http", FINDING_NOTE,
                                                       "The Observatory finds that http:// leads to another name "
                                                       "first.",
                                                       SAME_NAME_FIRST, MEND_REDIRECT, -5},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_LATE) = {"observatory.redirection-not-to-https-on-initial-redirection",
                                                   FINDING_WARNING,
                                                   "The Observatory finds that http:// leads to plain HTTP again "
                                                   "before it leads to HTTPS.",
                                                   SAME_NAME_FIRST, MEND_REDIRECT, -10},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_NOT_HTTPS) = {"observatory.redirection-not-to-https", FINDING_WARNING,
                                                        "The Observatory finds that http:// does not lead to HTTPS.",
                                                        SAME_NAME_FIRST, MEND_REDIRECT, -20},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_MISSING) = {"observatory.redirection-missing", FINDING_WARNING,
                                                      "The Observatory finds that http:// does not redirect.",
                                                      SAME_NAME_FIRST, MEND_REDIRECT, -20},
    PLACE(FINDING_OBSERVATORY_REDIRECTION_CERTIFICATE) = {"observatory.redirection-invalid-cert", FINDING_WARNING,
                                                          "The Observatory finds a certificate that is not valid on "
                                                          "the way from http://.",
                                                          "See that every name on the way has a valid certificate.",
                                                          MEND_ELSEWHERE, -20},
    PLACE(FINDING_OBSERVATORY_COOKIES_BEST) = {"observatory.cookies-secure-with-httponly-sessions-and-samesite",
                                               FINDING_GOOD,
                                               "The Observatory finds every cookie Secure and with SameSite, and "
                                               "sessions HttpOnly.",
                                               NULL, MEND_ELSEWHERE, 5},
    PLACE(FINDING_OBSERVATORY_COOKIES_GOOD) = {"observatory.cookies-secure-with-httponly-sessions", FINDING_GOOD,
                                               "The Observatory finds every cookie Secure, and sessions HttpOnly.",
                                               NULL, MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_COOKIES_NONE) = {"observatory.cookies-not-found", FINDING_GOOD,
                                               "The Observatory finds no cookies.", NULL, MEND_ELSEWHERE, 0},
    PLACE(FINDING_OBSERVATORY_COOKIES_NOT_SECURE_BUT_HSTS) = {"observatory.cookies-without-secure-flag-but-protected-"
                                                              "by-hsts",
                                                              FINDING_NOTE,
                                                              "The Observatory finds a cookie without Secure, though "
                                                              "HSTS protects it.",
                                                              SECURE_COOKIES, MEND_COOKIES, -5},
    PLACE(FINDING_OBSERVATORY_COOKIES_NOT_SECURE) = {"observatory.cookies-without-secure-flag", FINDING_WARNING,
                                                     "The Observatory finds a cookie without Secure.", SECURE_COOKIES,
                                                     MEND_COOKIES, -20},
    PLACE(FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE_BUT_HSTS) = {"observatory.cookies-session-without-secure-"
                                                                      "flag-but-protected-by-hsts",
                                                                      FINDING_WARNING,
                                                                      "The Observatory finds the cookie of a session "
                                                                      "without Secure, though HSTS protects it.",
                                                                      SECURE_COOKIES, MEND_COOKIES, -10},
    PLACE(FINDING_OBSERVATORY_COOKIES_SAME_SITE) = {"observatory.cookies-samesite-flag-invalid", FINDING_WARNING,
                                                    "The Observatory finds a cookie with a SameSite that does not "
                                                    "count.",
                                                    SAME_SITE_VALUES, MEND_ELSEWHERE, -20},
    PLACE(FINDING_OBSERVATORY_COOKIES_ANTI_CSRF) = {"observatory.cookies-anticsrf-without-samesite-flag",
                                                    FINDING_WARNING,
                                                    "The Observatory finds a token against forged requests without "
                                                    "SameSite.",
                                                    SAME_SITE_VALUES, MEND_ELSEWHERE, -20},
    PLACE(FINDING_OBSERVATORY_COOKIES_SESSION_NOT_HTTP_ONLY) = {"observatory.cookies-session-without-httponly-flag",
                                                                FINDING_WARNING,
                                                                "The Observatory finds the cookie of a session "
                                                                "without HttpOnly.",
                                                                "Give it the attribute HttpOnly, so that scripts "
                                                                "cannot read it.",
                                                                MEND_ELSEWHERE, -30},
    PLACE(FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE) = {"observatory.cookies-session-without-secure-flag",
                                                             FINDING_WARNING,
                                                             "The Observatory finds the cookie of a session without "
                                                             "Secure.",
                                                             SECURE_COOKIES, MEND_COOKIES, -40},
};
