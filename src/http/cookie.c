/*
 * The attributes of Set-Cookie. A browser cuts the value at each ";", whatever stands around it (quotes have no
 * meaning, RFC 6265 section 5.2), takes the first part as name and value, and knows an attribute by the text before
 * "=".
 */
#include "http/cookie.h"

bool cookie_is_secure(struct str set_cookie)
{
    str_cut(&set_cookie, ';');
    while (set_cookie.data) {
        struct str attribute = str_cut(&set_cookie, ';');
        if (str_eq_nocase(str_trim(str_cut(&attribute, '=')), STR("Secure")))
            return true;
    }
    return false;
}

bool cookie_add_secure(struct str set_cookie, struct arena *arena, struct str *ret)
{
    const struct str secure = STR("; Secure");
    if (cookie_is_secure(set_cookie))
        return false;
    char *text = arena_alloc(arena, set_cookie.size + secure.size);
    if (!text)
        return false;
    if (set_cookie.size)
        memcpy(text, set_cookie.data, set_cookie.size);
    memcpy(text + set_cookie.size, secure.data, secure.size);
    *ret = str_make(text, set_cookie.size + secure.size);
    return true;
}
