/* Options of libcurl's easy interface. */
#include "outbound/bounds.h"

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    const struct deadline *deadline = context;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return deadline_is_over(deadline);
}

bool bounds_set(CURL *curl, const char *protocols, int64_t limit_ms, const struct deadline *deadline)
{
    return curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)limit_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)limit_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)(uintptr_t)deadline) == CURLE_OK;
}

/* The roots of libcurl's folder stay beside those in memory. */
bool bounds_set_trust(CURL *curl, struct str roots_pem)
{
    /* libcurl only reads them */
    struct curl_blob roots = {(void *)(uintptr_t)roots_pem.data, roots_pem.size, CURL_BLOB_COPY};
    return curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_NO_PARTIALCHAIN) == CURLE_OK &&
           (roots_pem.size == 0 || curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &roots) == CURLE_OK);
}
