/* Why a head was refused, as a status and as a sentence for the error page and the log. */
#include "http/h1.h"

uint16_t h1_reason_status(enum h1_reason reason)
{
    switch (reason) {
    case H1_REASON_VERSION: return 505;
    case H1_REASON_TRANSFER_CODING: return 501;
    case H1_REASON_EXPECT: return 417;
    case H1_REASON_HEAD_TOO_LARGE:
    case H1_REASON_TOO_MANY_FIELDS: return 431;
    case H1_REASON_TARGET_TOO_LONG: return 414;
    default: return 400;
    }
}

struct str h1_reason_text(enum h1_reason reason)
{
    switch (reason) {
    case H1_REASON_NONE: return STR("The message is well-formed.");
    case H1_REASON_REQUEST_LINE: return STR("The request line is not \"METHOD TARGET HTTP/1.1\".");
    case H1_REASON_METHOD: return STR("The request method is not a token.");
    case H1_REASON_TARGET: return STR("The request target is not allowed.");
    case H1_REASON_VERSION: return STR("Only HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here.");
    case H1_REASON_STATUS_LINE: return STR("The status line is malformed.");
    case H1_REASON_BARE_LF: return STR("A line ends in LF without CR.");
    case H1_REASON_BARE_CR: return STR("A CR stands without LF.");
    case H1_REASON_OBS_FOLD: return STR("A field is folded over several lines.");
    case H1_REASON_FIELD_NAME: return STR("A field name is malformed or followed by white space.");
    case H1_REASON_FIELD_VALUE: return STR("A field value holds a control character.");
    case H1_REASON_HOST_MISSING: return STR("The Host field is missing.");
    case H1_REASON_HOST_REPEATED: return STR("There is more than one Host field.");
    case H1_REASON_HOST_INVALID: return STR("The Host field is not a host name, or not the one of the request target.");
    case H1_REASON_CONTENT_LENGTH: return STR("Content-Length is not one decimal number.");
    case H1_REASON_TRANSFER_ENCODING: return STR("Transfer-Encoding is not exactly \"chunked\".");
    case H1_REASON_TRANSFER_CODING: return STR("The only transfer coding known here is \"chunked\".");
    case H1_REASON_LENGTH_AND_CHUNKED: return STR("Both Content-Length and Transfer-Encoding are present.");
    case H1_REASON_EXPECT: return STR("The only expectation met here is \"100-continue\".");
    case H1_REASON_HEAD_TOO_LARGE: return STR("The header section is too large.");
    case H1_REASON_TOO_MANY_FIELDS: return STR("There are too many fields.");
    case H1_REASON_TARGET_TOO_LONG: return STR("The request target is too long.");
    }
    return STR("The message is malformed.");
}
