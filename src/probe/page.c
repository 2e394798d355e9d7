#include "probe/page.h"

static bool is_html(struct str type)
{
    struct str media = str_trim(str_cut(&type, ';'));
    return str_eq_nocase(media, STR("text/html")) || str_eq_nocase(media, STR("application/xhtml+xml"));
}

static bool policy_upgrades(const struct fetch_result *result)
{
    struct str value;
    for (size_t at = 0; (value = fetch_field_next(result, STR("Content-Security-Policy"), &at)).data;)
        if (content_policy_upgrades(value))
            return true;
    return false;
}

enum page_kind page_look(const struct fetch_result *result, struct content_report *ret)
{
    struct str coding = fetch_field(result, STR("Content-Encoding")), type = fetch_field(result, STR("Content-Type"));
    *ret = (struct content_report){0};
    if (result->status < 200 || result->status > 299)
        return PAGE_NO_SUCCESS;
    if (coding.data && !str_eq_nocase(coding, STR("identity")))
        return PAGE_COMPRESSED;
    if (type.data && !is_html(type))
        return PAGE_NO_HTML;
    content_scan(buf_str(&result->body), ret);
    ret->upgrades = ret->upgrades || policy_upgrades(result);
    return PAGE_HTML;
}
