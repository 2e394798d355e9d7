/* Preconditions, ranges and entity tags. Pure: the file's facts and the time are arguments. */
#include "http/range.h"

#include "codec/date.h"
#include "http/syntax.h"

static bool is_weak(struct str etag)
{
    return str_starts(etag, STR("W/"));
}

static struct str opaque(struct str etag)
{
    return is_weak(etag) ? str_after(etag, 2) : etag;
}

/* etagc: 0x21, 0x23 to 0x7e, obs-text; a comma and a space-less backslash among them. */
static bool is_etag_char(char c)
{
    return c != '"' && c != ' ' && c != '\t' && syntax_is(c, SYNTAX_VALUE);
}

/* Cuts one entity tag off the front. */
static bool take_etag(struct str *rest, struct str *ret)
{
    size_t i = is_weak(*rest) ? 2 : 0;
    if (i >= rest->size || rest->data[i] != '"')
        return false;
    for (i++; i < rest->size && is_etag_char(rest->data[i]); i++)
        ;
    if (i == rest->size || rest->data[i] != '"')
        return false;
    *ret = str_part(*rest, 0, i + 1);
    *rest = str_after(*rest, i + 1);
    return true;
}

bool range_etag_is_valid(struct str etag)
{
    struct str ignored;
    return take_etag(&etag, &ignored) && etag.size == 0;
}

bool range_etag_matches_weakly(struct str a, struct str b)
{
    return range_etag_is_valid(a) && str_eq(opaque(a), opaque(b));
}

bool range_etag_matches_strongly(struct str a, struct str b)
{
    return !is_weak(a) && range_etag_is_valid(a) && str_eq(a, b);
}

/* One value of If-Match or If-None-Match: "*" or a list. What comes after a malformed tag is not believed. */
static bool list_matches(struct str list, struct str etag, bool (*matches)(struct str a, struct str b))
{
    if (str_eq(list, STR("*")))
        return true;
    while (list.size) {
        struct str candidate;
        list = str_trim(list);
        if (list.size && list.data[0] == ',') {
            list = str_after(list, 1);
            continue;
        }
        if (!take_etag(&list, &candidate))
            return false;
        if (matches(candidate, etag))
            return true;
    }
    return false;
}

enum found { ABSENT, NO_MATCH, MATCH };

/* All fields of a name together, as if they were one list. */
static enum found find_etag(const struct http_request *r, struct str name, struct str etag,
                            bool (*matches)(struct str a, struct str b))
{
    enum found found = ABSENT;
    for (size_t i = 0; i < r->fields_count; i++) {
        if (!str_eq_nocase(r->fields[i].name, name))
            continue;
        if (list_matches(r->fields[i].value, etag, matches))
            return MATCH;
        found = NO_MATCH;
    }
    return found;
}

/* The date of a field that is there once and well-formed. */
static bool find_date(const struct http_request *r, struct str name, int64_t now_s, int64_t *ret_s)
{
    size_t count = 0;
    struct str value = STR("");
    for (size_t i = 0; i < r->fields_count; i++) {
        if (str_eq_nocase(r->fields[i].name, name)) {
            value = r->fields[i].value;
            count++;
        }
    }
    return count == 1 && date_parse_http(value, now_s, ret_s);
}

/* Steps 1 and 2 of RFC 9110 section 13.2.2: the client's idea of the present state is right. */
static bool state_is_as_expected(const struct http_request *r, const struct range_validators *v)
{
    int64_t date_s;
    enum found match = find_etag(r, STR("If-Match"), v->etag, range_etag_matches_strongly);
    if (match != ABSENT)
        return match == MATCH;
    return v->modified_s < 0 || !find_date(r, STR("If-Unmodified-Since"), v->now_s, &date_s) || v->modified_s <= date_s;
}

enum range_condition range_check_conditions(const struct http_request *request,
                                            const struct range_validators *validators)
{
    int64_t date_s;
    bool reads = request->method == HTTP_METHOD_GET || request->method == HTTP_METHOD_HEAD;
    if (!state_is_as_expected(request, validators))
        return RANGE_CONDITION_FAILED;
    enum found none_match = find_etag(request, STR("If-None-Match"), validators->etag, range_etag_matches_weakly);
    if (none_match == MATCH)
        return reads ? RANGE_CONDITION_NOT_MODIFIED : RANGE_CONDITION_FAILED;
    if (none_match == ABSENT && reads && validators->modified_s >= 0 &&
        find_date(request, STR("If-Modified-Since"), validators->now_s, &date_s) && validators->modified_s <= date_s)
        return RANGE_CONDITION_NOT_MODIFIED;
    return RANGE_CONDITION_HOLDS;
}

/* RFC 9110 section 13.1.5: a strong entity tag, or exactly the date of a file that has not changed just now. */
static bool if_range_holds(const struct http_request *r, const struct range_validators *v)
{
    const struct http_field *field = NULL;
    int64_t date_s;
    for (size_t i = 0; i < r->fields_count; i++) {
        if (r->fields[i].id != HTTP_FIELD_IF_RANGE)
            continue;
        if (field)
            return false;
        field = &r->fields[i];
    }
    if (!field || range_etag_matches_strongly(field->value, v->etag))
        return true;
    return find_date(r, STR("If-Range"), v->now_s, &date_s) && date_s == v->modified_s && v->modified_s < v->now_s;
}

/* Digits, however many: more than 64 bits is beyond any file, which is all that is asked. */
static bool parse_position(struct str text, uint64_t *ret)
{
    if (text.size == 0)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!str_is_digit(text.data[i]))
            return false;
    if (!str_to_u64(text, UINT64_MAX, ret))
        *ret = UINT64_MAX;
    return true;
}

/* "-500": the last 500 bytes. */
static enum range_result parse_suffix(struct str text, uint64_t size, struct range *ret)
{
    uint64_t suffix;
    if (!parse_position(text, &suffix))
        return RANGE_WHOLE;
    if (suffix == 0)
        return RANGE_UNSATISFIABLE;
    if (size == 0)
        return RANGE_WHOLE; /* satisfiable, but no Content-Range can say so */
    suffix = suffix < size ? suffix : size;
    *ret = (struct range){size - suffix, suffix};
    return RANGE_PART;
}

enum range_result range_parse(struct str value, uint64_t size, struct range *ret)
{
    const struct str unit = STR("bytes=");
    uint64_t first, last = UINT64_MAX;
    if (!str_eq_nocase(str_part(value, 0, unit.size), unit))
        return RANGE_WHOLE;
    struct str rest = str_trim(str_after(value, unit.size));
    size_t dash = str_find(rest, '-');
    if (dash == rest.size)
        return RANGE_WHOLE;
    if (dash == 0)
        return parse_suffix(str_after(rest, 1), size, ret);
    if (!parse_position(str_part(rest, 0, dash), &first) ||
        (dash + 1 < rest.size && !parse_position(str_after(rest, dash + 1), &last)) || last < first)
        return RANGE_WHOLE;
    if (first >= size)
        return RANGE_UNSATISFIABLE;
    last = last < size ? last : size - 1;
    *ret = (struct range){first, last - first + 1};
    return RANGE_PART;
}

enum range_result range_find(const struct http_request *request, const struct range_validators *validators,
                             uint64_t size, struct range *ret)
{
    const struct http_field *found = NULL;
    if (request->method != HTTP_METHOD_GET)
        return RANGE_WHOLE;
    for (size_t i = 0; i < request->fields_count; i++) {
        if (request->fields[i].id != HTTP_FIELD_RANGE)
            continue;
        if (found)
            return RANGE_WHOLE;
        found = &request->fields[i];
    }
    if (!found || !if_range_holds(request, validators))
        return RANGE_WHOLE;
    return range_parse(found->value, size, ret);
}

bool range_write_content_range(struct buf *out, const struct range *range, uint64_t size)
{
    buf_put_str(out, STR("bytes "));
    if (range) {
        buf_put_u64(out, range->first);
        buf_put_char(out, '-');
        buf_put_u64(out, range->first + range->size - 1);
    } else {
        buf_put_char(out, '*');
    }
    buf_put_char(out, '/');
    return buf_put_u64(out, size);
}
