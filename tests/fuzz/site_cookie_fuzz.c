/* The cookie reader: any bytes are read or left out, and what is read can be asked everything. */
#include <stdint.h>
#include <stdlib.h>

#include "hsts/site_cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct site_cookie cookie;
    struct str text = str_make(data, size);
    if (!site_cookie_read(text, 784111777, &cookie))
        return 0;
    /* The name is part of what came. */
    if (cookie.name.size == 0 || cookie.name.data < text.data ||
        cookie.name.data + cookie.name.size > text.data + text.size)
        abort();
    if (cookie.same_site == SITE_SAME_SITE_OTHER && !cookie.has_bad_same_site)
        abort();
    if (cookie.is_secure && cookie.is_for_root && !cookie.has_domain && !site_cookie_is_kept(&cookie))
        abort();
    (void)site_cookie_is_session(&cookie);
    return 0;
}
