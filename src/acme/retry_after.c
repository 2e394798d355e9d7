/* Numbers first, since no date is one. */
#include "acme/retry_after.h"

#include "codec/date.h"

bool retry_after_parse(struct str value, int64_t now_s, int64_t *ret_s)
{
    uint64_t seconds;
    int64_t moment_s;
    value = str_trim(value);
    if (str_to_u64(value, UINT64_MAX, &seconds)) {
        *ret_s = seconds > (uint64_t)RETRY_AFTER_S_MAX ? RETRY_AFTER_S_MAX : (int64_t)seconds;
        return true;
    }
    if (!date_parse_http(value, now_s, &moment_s))
        return false;
    int64_t wait_s = moment_s - now_s;
    *ret_s = wait_s < 0 ? 0 : wait_s > RETRY_AFTER_S_MAX ? RETRY_AFTER_S_MAX : wait_s;
    return true;
}
