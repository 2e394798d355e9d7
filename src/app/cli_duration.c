/* A number and a unit. */
#include "app/cli_duration.h"

#include "hsts/field.h"

/* In seconds; none is a month, which has no one length, so that "m" can be minutes. */
static bool unit_size(char unit, uint64_t *ret_s)
{
    switch (unit) {
    case 's': *ret_s = 1; return true;
    case 'm': *ret_s = 60; return true;
    case 'h': *ret_s = 3600; return true;
    case 'd': *ret_s = 86400; return true;
    case 'w': *ret_s = 604800; return true;
    case 'y': *ret_s = 31536000; return true;
    default: return false;
    }
}

bool cli_duration_read(struct str text, uint64_t max_s, uint64_t *ret_s)
{
    uint64_t size_s = 1, count;
    if (text.size && !str_is_digit(text.data[text.size - 1])) {
        if (!unit_size(text.data[text.size - 1], &size_s))
            return false;
        text.size--;
    }
    if (!str_to_u64(text, max_s / size_s, &count))
        return false;
    *ret_s = count * size_s;
    return true;
}

json_t *cli_duration_list(const char *field, const char *text, struct err *err)
{
    json_t *list = json_array();
    for (struct str rest = str_from(text); list && rest.data;) {
        uint64_t duration_s;
        struct str one = str_trim(str_cut(&rest, ','));
        if (!cli_duration_read(one, HSTS_MAX_AGE_S_MAX, &duration_s)) {
            json_decref(list);
            (void)err_field(err, field, "\"%.*s\" is no duration", STR_ARG(str_part(one, 0, 40)));
            (void)err_fix(err, "give seconds, or a number with m, h, d, w or y behind it: 5m,1d,1w,30d,1y");
            return NULL;
        }
        if (json_array_append_new(list, json_integer((json_int_t)duration_s)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    if (!list)
        (void)err_memory(err);
    return list;
}
