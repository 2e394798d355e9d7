/* Authority Information Access (RFC 5280 section 4.2.2.1): of it, where the issuer's certificate can be fetched. */
#include <openssl/x509v3.h>

#include "crypto/cert_parts.h"

/* Real ones have some 60 characters; what is longer is no address to be shown. */
#define URL_SIZE_MAX 500

static bool is_fit(struct str url)
{
    struct str scheme = STR("http://"), secure = STR("https://");
    size_t start = str_starts(url, scheme) ? scheme.size : str_starts(url, secure) ? secure.size : 0;
    if (start == 0 || url.size == start || url.size > URL_SIZE_MAX)
        return false;
    for (size_t i = 0; i < url.size; i++)
        if (url.data[i] <= ' ' || url.data[i] >= 0x7f || url.data[i] == '"' || url.data[i] == '<' || url.data[i] == '>')
            return false;
    return true;
}

bool cert_issuer_url_read(X509 *x509, struct arena *arena, struct str *ret)
{
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
    struct str url = {NULL, 0};
    for (int i = 0; !url.size && i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI)
            continue;
        const ASN1_STRING *text = one->location->d.uniformResourceIdentifier;
        url = str_make(ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text));
        if (!is_fit(url))
            url.size = 0;
    }
    bool fine = !url.size || arena_str(arena, url, ret);
    AUTHORITY_INFO_ACCESS_free(access);
    return fine;
}
