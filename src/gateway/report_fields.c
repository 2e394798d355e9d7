#include "gateway/report_fields.h"

/* Whether the application sent a field of that name; none is passed on if it `removes` them. */
static bool find_own(struct http_response *response, struct str name, bool removes)
{
    bool found = false;
    for (size_t i = 0; i < response->fields_count; i++)
        if (str_eq_nocase(response->fields[i].name, name)) {
            found = true;
            response->fields[i].hop_by_hop |= removes;
        }
    return found;
}

/* RFC 9110 section 8.3.1: in any case. */
static bool is_type(struct str value, struct str type)
{
    return str_eq_nocase(str_part(value, 0, type.size), type);
}

static bool is_page(const struct http_response *response)
{
    const struct http_field *type = http_field_find(response->fields, response->fields_count, HTTP_FIELD_CONTENT_TYPE);
    return type && (is_type(type->value, STR("text/html")) || is_type(type->value, STR("application/xhtml+xml")));
}

static void add(const struct exchange *ex, struct http_response *response, struct str name, struct snap_ref value)
{
    if (value.size)
        response->fields[response->fields_count++] =
            (struct http_field){.name = name, .value = snapshot_str(ex->epoch->snapshot, value)};
}

void report_fields_add(struct exchange *ex, struct http_response *response)
{
    const struct snap_reports *reports = &ex->site->reports;
    if (!reports->nel.size || !ex->secure || response->status == 101)
        return;
    /* When ours is only taken back, an application that has one of its own must be heard. */
    bool is_over = !reports->token.size;
    if (find_own(response, STR("NEL"), !is_over) && is_over)
        return;
    add(ex, response, STR("NEL"), reports->nel);
    add(ex, response, STR("Report-To"), reports->report_to);
    if (is_page(response)) {
        add(ex, response, STR("Reporting-Endpoints"), reports->endpoints);
        add(ex, response, STR("Content-Security-Policy-Report-Only"), reports->csp);
    }
}
