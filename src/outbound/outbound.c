/* libcurl's start and end. */
#include "outbound/outbound.h"

#include <curl/curl.h>

bool outbound_start(struct err *err)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    return code == CURLE_OK || err_set(err, ERR_SYSTEM, "libcurl does not start: %s.", curl_easy_strerror(code));
}

void outbound_stop(void)
{
    curl_global_cleanup();
}
