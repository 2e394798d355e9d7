/* What the answers of a site show. The words are for an administrator who is no expert of HTTP. */
#include "hsts/finding_rows.h"

#define ALWAYS                                                                                                         \
    "Send it on every answer, whatever the path and the status: nginx does with \"always\" behind add_header, Apache " \
    "with \"Header always set\"."

const struct finding_row finding_rows_http[FINDING_HTTP_END] = {
    [FINDING_FIELD_DUPLICATE_DIFFERENT] = {"field.duplicate_different", FINDING_ERROR,
                                           "Several Strict-Transport-Security fields are sent, and they differ.",
                                           "Browsers take the first and some programs the last. Let one program send "
                                           "it: the application, or what stands in front of it.",
                                           MEND_ELSEWHERE},
    [FINDING_FIELD_DUPLICATE] = {"field.duplicate", FINDING_WARNING,
                                 "The same Strict-Transport-Security field is sent more than once.",
                                 "Let one program send it: the application, or what stands in front of it.",
                                 MEND_ELSEWHERE},
    [FINDING_FIELD_VARIES] = {"field.varies", FINDING_WARNING, "The field is not the same on every answer.",
                              "Browsers go by the last one they saw. Set it in one place, for all paths.",
                              MEND_ELSEWHERE},
    [FINDING_FIELD_MISSING_REDIRECT] = {"field.missing_on_redirect", FINDING_WARNING,
                                        "The field is missing on a redirect.",
                                        "Whoever is always sent on from this name never learns its promise. " ALWAYS,
                                        MEND_ELSEWHERE},
    [FINDING_FIELD_MISSING_PAGE] = {"field.missing_on_page", FINDING_WARNING,
                                    "The field is missing on the front page, though other answers have it.", ALWAYS,
                                    MEND_ELSEWHERE},
    [FINDING_FIELD_MISSING_NOT_FOUND] = {"field.missing_on_not_found", FINDING_WARNING,
                                         "The field is missing where a page does not exist.",
                                         "Old links lead there, and pictures that are gone. " ALWAYS, MEND_ELSEWHERE},
    [FINDING_FIELD_MISSING_REFUSED] = {"field.missing_on_refusal", FINDING_NOTE,
                                       "The field is missing where a method is refused.",
                                       "Few browsers ever see such an answer. " ALWAYS, MEND_ELSEWHERE},
    [FINDING_FIELD_MISSING_HEAD] = {"field.missing_on_head", FINDING_NOTE,
                                    "The field is missing on the answer to HEAD.",
                                    "Checkers that ask with HEAD believe that there is none: Mozilla made its list of "
                                    "preloaded names so. " ALWAYS,
                                    MEND_ELSEWHERE},
    [FINDING_FIELD_EVERYWHERE] = {"field.everywhere", FINDING_GOOD, "The field is on every kind of answer.", NULL,
                                  MEND_ELSEWHERE},
};
