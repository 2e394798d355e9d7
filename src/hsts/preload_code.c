/* The table of codes. The words are for an administrator who never heard of the list. */
#include "hsts/preload_code.h"

#include <assert.h>

enum kind { WARNING, ERROR };

#define FIELD_OURS                                                                                                     \
    "Behind Strictgate this field is the gateway's own and has one form; elsewhere, send "                             \
    "\"max-age=31536000; includeSubDomains; preload\"."
#define REDIRECT_FIRST "Redirect http:// to https:// of the very same name first, and only then to another name."

static const struct {
    const char *code;
    enum kind kind;
    const char *words, *fix;
    enum mend mend;
} rows[PRELOAD_CODES_COUNT] = {
    [PRELOAD_NAME_DOT_FIRST] = {"domain.format.begins_with_dot", ERROR, "The name begins with a dot.",
                                "Ask for it without the dot.", MEND_ELSEWHERE},
    [PRELOAD_NAME_DOT_LAST] = {"domain.format.ends_with_dot", ERROR, "The name ends with a dot.",
                               "Ask for it without the dot.", MEND_ELSEWHERE},
    [PRELOAD_NAME_DOUBLE_DOT] = {"domain.format.contains_double_dot", ERROR, "The name has two dots in a row.",
                                 "Ask for it with one.", MEND_ELSEWHERE},
    [PRELOAD_NAME_PUBLIC_SUFFIX] = {"domain.format.public_suffix", ERROR,
                                    "This is a public suffix: names below it belong to many.",
                                    "Ask for the domain that is yours, with all its labels: \"example.org\", not "
                                    "\"org\".",
                                    MEND_ELSEWHERE},
    [PRELOAD_NAME_CHARACTERS] = {"domain.format.invalid_characters", ERROR,
                                 "The name has a character that host names do not have.",
                                 "Only letters, digits, hyphens and dots; names in other scripts in their form that "
                                 "begins with \"xn--\".",
                                 MEND_ELSEWHERE},
    [PRELOAD_NAME_IP] = {"domain.format.is_ip_address", ERROR, "This is an address, not a name.",
                         "Browsers keep promises for names only: give the server one.", MEND_ELSEWHERE},
    [PRELOAD_NAME_NO_SUFFIX] = {"internal.domain.name.cannot_compute_etld1", ERROR,
                                "It cannot be told which part of the name is the registered domain.",
                                "Ask for a name of the public DNS; one that exists only inside cannot be on a list "
                                "for everybody.",
                                MEND_ELSEWHERE},
    [PRELOAD_NAME_SUBDOMAIN] = {"domain.is_subdomain", ERROR, "This is a subdomain, and only whole domains are listed.",
                                "A subdomain cannot be listed alone: the domain above it would be, and with it every "
                                "name below. Without the list, HSTS for this name works all the same.",
                                MEND_ELSEWHERE},
    [PRELOAD_TLS_NONE] = {"domain.tls.cannot_connect", ERROR, "Nobody answers over HTTPS.",
                          "Give the site a certificate and see that port 443 can be reached from everywhere.",
                          MEND_CERTIFICATE},
    [PRELOAD_TLS_CHAIN] = {"domain.tls.invalid_cert_chain", ERROR,
                           "The certificate, or what should lead from it to a root, is not valid.",
                           "Use a certificate of a public authority that holds the name, is valid now, and comes with "
                           "its intermediate certificates.",
                           MEND_CERTIFICATE},
    [PRELOAD_TLS_SHA1] = {"domain.tls.sha1", ERROR, "A certificate of the chain is signed with SHA-1.",
                          "Have the certificate issued anew; browsers have refused SHA-1 for years.", MEND_CERTIFICATE},
    [PRELOAD_TLS_CIPHER] = {"tls.obsolete_cipher_suite", WARNING, "An old cipher suite was agreed on.",
                            "Offer TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305, and prefer it.",
                            MEND_ELSEWHERE},
    [PRELOAD_WWW] = {"domain.www.no_tls", ERROR, "www. of this name answers, but not over valid HTTPS.",
                     "Give www. a valid certificate: many people type it, and a listed domain binds it, too. Or take "
                     "the name out of the DNS.",
                     MEND_ALIAS},
    [PRELOAD_FIELD_NONE] = {"response.no_header", ERROR, "No Strict-Transport-Security field is sent.",
                            "Send it on every answer over HTTPS, on a redirect as well.", MEND_PERMANENT},
    [PRELOAD_FIELD_SEVERAL] = {"response.multiple_headers", ERROR, "Several Strict-Transport-Security fields are sent.",
                               "Let one program send it: the application, or what stands in front of it. " FIELD_OURS,
                               MEND_ELSEWHERE},
    [PRELOAD_FIELD_EMPTY] = {"header.parse.empty", WARNING, "The field is empty.", FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_EMPTY_DIRECTIVE] = {"header.parse.empty_directive", WARNING, "The field has a semicolon too many.",
                                       FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_UNKNOWN_DIRECTIVE] = {"header.parse.unknown_directive", WARNING,
                                         "The field has a directive that nobody knows.", FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_REPEATED_PRELOAD] = {"header.parse.repeated.preload", WARNING,
                                        "The field has \"preload\" more than once.", FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_REPEATED_SUBDOMAINS] = {"header.parse.repeated.include_sub_domains", WARNING,
                                           "The field has \"includeSubDomains\" more than once: browsers ignore such a "
                                           "field.",
                                           FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_REPEATED_MAX_AGE] = {"header.parse.repeated.max_age", WARNING,
                                        "The field has \"max-age\" more than once: browsers ignore such a field.",
                                        FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_INVALID_PRELOAD] = {"header.parse.invalid.preload", WARNING,
                                       "Something stands behind \"preload\", so it does not count.", FIELD_OURS,
                                       MEND_ELSEWHERE},
    [PRELOAD_FIELD_INVALID_SUBDOMAINS] = {"header.parse.invalid.include_sub_domains", WARNING,
                                          "Something stands behind \"includeSubDomains\", so it does not count.",
                                          FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_MAX_AGE_NO_VALUE] = {"header.parse.invalid.max_age.no_value", ERROR,
                                        "\"max-age\" has no value right behind an equals sign.", FIELD_OURS,
                                        MEND_ELSEWHERE},
    [PRELOAD_FIELD_MAX_AGE_LEADING_ZERO] = {"header.parse.max_age.leading_zero", WARNING,
                                            "The number of \"max-age\" begins with a zero.", FIELD_OURS,
                                            MEND_ELSEWHERE},
    [PRELOAD_FIELD_MAX_AGE_NON_DIGIT] = {"header.parse.max_age.non_digit_characters", ERROR,
                                         "The value of \"max-age\" has something other than digits; quotes are not "
                                         "taken either.",
                                         FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_MAX_AGE_NO_NUMBER] = {"header.parse.max_age.parse_int_error", ERROR,
                                         "The value of \"max-age\" is empty or no number that a computer holds.",
                                         FIELD_OURS, MEND_ELSEWHERE},
    [PRELOAD_FIELD_SUBDOMAINS_MISSING] = {"header.preloadable.include_sub_domains.missing", ERROR,
                                          "The field does not say includeSubDomains.",
                                          "The list binds every name below the domain. Take stock of them first; each "
                                          "must answer over valid HTTPS.",
                                          MEND_SUBDOMAINS},
    [PRELOAD_FIELD_PRELOAD_MISSING] = {"header.preloadable.preload.missing", ERROR, "The field does not say preload.",
                                       "The word is the consent to be listed; whoever sends it can be submitted by "
                                       "anybody. Send it only when you want that.",
                                       MEND_PRELOAD},
    [PRELOAD_FIELD_MAX_AGE_MISSING] = {"header.preloadable.max_age.missing", ERROR,
                                       "The field has no usable \"max-age\".", FIELD_OURS, MEND_PERMANENT},
    [PRELOAD_FIELD_MAX_AGE_ZERO] = {"header.preloadable.max_age.zero", ERROR,
                                    "\"max-age\" is 0: browsers are being released.",
                                    "Who wants to leave the list asks for removal; who wants on it promises a year.",
                                    MEND_PERMANENT},
    [PRELOAD_FIELD_MAX_AGE_BELOW_1_YEAR] = {"header.preloadable.max_age.below_1_year", ERROR,
                                            "The promise is shorter than a year (31536000 seconds).",
                                            "Climb to a year first.", MEND_PERMANENT},
    [PRELOAD_FIELD_MAX_AGE_BELOW_18_WEEKS] = {"header.preloadable.max_age.below_18_weeks", ERROR,
                                              "The promise is shorter than 18 weeks (10886400 seconds).",
                                              "Climb to a year.", MEND_PERMANENT},
    [PRELOAD_FIELD_MAX_AGE_OVER_10_YEARS] = {"header.preloadable.max_age.over_10_years", WARNING,
                                             "The promise is longer than ten years.",
                                             "One or two years do the same: each visit begins them anew.",
                                             MEND_ELSEWHERE},
    [PRELOAD_HTTP_NONE] = {"redirects.http.does_not_exist", WARNING, "Nobody answers over plain HTTP.",
                           "That is allowed. Who types the name into an old browser, or follows an old link, gets "
                           "nowhere: a redirect helps them.",
                           MEND_REDIRECT},
    [PRELOAD_HTTP_USELESS_FIELD] = {"redirects.http.useless_header", WARNING,
                                    "The field is sent over plain HTTP, where browsers ignore it.",
                                    "Send it over HTTPS only (RFC 6797 section 7.2).", MEND_ELSEWHERE},
    [PRELOAD_HTTP_NO_REDIRECT] = {"redirects.http.no_redirect", ERROR, "Plain HTTP does not redirect to HTTPS.",
                                  REDIRECT_FIRST, MEND_REDIRECT},
    [PRELOAD_HTTP_WWW_FIRST] = {"redirects.http.www_first", ERROR, "Plain HTTP redirects to www. first.",
                                REDIRECT_FIRST " Only so do browsers learn the promise for the whole domain.",
                                MEND_REDIRECT},
    [PRELOAD_HTTP_FIRST_INSECURE] = {"redirects.http.first_redirect.insecure", ERROR,
                                     "The first redirect does not lead to HTTPS of the same name.", REDIRECT_FIRST,
                                     MEND_REDIRECT},
    [PRELOAD_HTTP_FIRST_INVALID] = {"redirects.http.first_redirect.invalid", ERROR,
                                    "Where the first redirect leads, nobody answers.",
                                    "See that the redirect leads to a port where HTTPS is served.", MEND_REDIRECT},
    [PRELOAD_HTTP_FIRST_NO_FIELD] = {"redirects.http.first_redirect.no_hsts", ERROR,
                                     "Where the first redirect leads, the field is missing or not good enough.",
                                     "Send the same field on every answer, whatever the path and the status.",
                                     MEND_ELSEWHERE},
    [PRELOAD_WAY_INSECURE_FIRST] = {"redirects.insecure.initial", ERROR, "HTTPS redirects back to plain HTTP.",
                                    "See what makes it: often an application that does not know it stands behind "
                                    "HTTPS.",
                                    MEND_ELSEWHERE},
    [PRELOAD_WAY_INSECURE_LATER] = {"redirects.insecure.subsequent", ERROR,
                                    "A later redirect leads back to plain HTTP.",
                                    "See what makes it: often an application that does not know it stands behind "
                                    "HTTPS.",
                                    MEND_ELSEWHERE},
    [PRELOAD_WAY_TOO_MANY] = {"redirects.too_many", ERROR, "There are more than three redirects.",
                              "Lead to the page in three steps at most: to HTTPS, to the right name, to the page.",
                              MEND_ELSEWHERE},
    [PRELOAD_WAY_FAILED] = {"redirects.follow_error", ERROR, "A redirect could not be followed.",
                            "See that what it leads to answers, and over valid HTTPS.", MEND_ELSEWHERE},
    [PRELOAD_REMOVE_HAS_PRELOAD] = {"header.removable.contains.preload", ERROR, "The field still says preload.",
                                    "Take the word away; then removal can be asked for.", MEND_NO_PRELOAD},
    [PRELOAD_REMOVE_NO_MAX_AGE] = {"header.removable.missing.max_age", ERROR, "The field has no usable \"max-age\".",
                                   "Send a valid field without \"preload\"; max-age=0 will do.", MEND_NO_PRELOAD},
    [PRELOAD_LIST_PENDING] = {"server.preload.already_pending", WARNING, "The domain is submitted already.",
                              "Wait: it takes weeks until a browser is released with it. Keep the field as it is.",
                              MEND_ELSEWHERE},
    [PRELOAD_LIST_PRELOADED] = {"server.preload.already_preloaded", ERROR, "The domain is on the list already.",
                                "There is nothing to submit. Keep the field as it is, or the list drops the domain.",
                                MEND_ELSEWHERE},
    [PRELOAD_LIST_BELOW_LISTED] = {"server.removable.subdomain", ERROR,
                                   "The name is bound because a domain above it is listed.",
                                   "Only the domain above can leave the list.", MEND_ELSEWHERE},
    [PRELOAD_LIST_BELOW_SUFFIX] = {"server.removable.preloaded_tld", ERROR,
                                   "The name is bound because its top-level domain is listed.",
                                   "There is no way out but another name.", MEND_ELSEWHERE},
    [PRELOAD_LIST_PROTECTED] = {"server.removable.protected", ERROR,
                                "The entry was made by hand and cannot be removed by a form.",
                                "Write to the keepers of the list.", MEND_ELSEWHERE},
    [PRELOAD_LIST_NOT_PRELOADED] = {"server.remove.not_preloaded", WARNING, "The domain is not on the list.",
                                    "There is nothing to remove.", MEND_ELSEWHERE},
    [PRELOAD_LIST_REMOVAL_PENDING] = {"server.remove.already_pending_removal", WARNING, "Removal is asked for already.",
                                      "Wait: it takes months until most browsers know.", MEND_ELSEWHERE},
    [PRELOAD_LIST_REMOVED] = {"server.remove.already_removed", WARNING, "The domain was removed from the list.",
                              "Browsers that were not updated since still have it.", MEND_ELSEWHERE},
};

const char *preload_code_text(enum preload_code code)
{
    assert(code < PRELOAD_CODES_COUNT);
    return rows[code].code;
}

bool preload_code_is_error(enum preload_code code)
{
    assert(code < PRELOAD_CODES_COUNT);
    return rows[code].kind == ERROR;
}

const char *preload_code_words(enum preload_code code)
{
    assert(code < PRELOAD_CODES_COUNT);
    return rows[code].words;
}

const char *preload_code_fix(enum preload_code code)
{
    assert(code < PRELOAD_CODES_COUNT);
    return rows[code].fix;
}

enum mend preload_code_mend(enum preload_code code)
{
    assert(code < PRELOAD_CODES_COUNT);
    return rows[code].mend;
}
