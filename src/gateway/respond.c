/* The gateway's own answers. Whatever goes wrong here ends in a connection cut, never in half an answer. */
#include "gateway/respond.h"

#include <assert.h>

#include "base/buf.h"

static const struct str page_template = STR_INIT(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{{status}} {{reason}}</title>\n"
    "<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;color:#222;"
    "background:#fff}h1{font-size:1.4rem}p.code{color:#595959;font-size:.9rem}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}p.code{color:#a0a0a0}}</style>\n"
    "</head>\n<body>\n<main>\n<h1>{{reason}}</h1>\n<p>{{message}}</p>\n<p class=\"code\">{{status}} {{site}}</p>\n"
    "</main>\n</body>\n</html>\n");

/* Grows with the template; a page larger than this is somebody's mistake. */
#define RESPOND_PAGE_SIZE_MAX (256u * 1024)
#define RESPOND_FIELDS_COUNT  4

static void send_own(struct exchange *ex, uint16_t status, struct str content, const struct http_field *own,
                     size_t own_count)
{
    struct http_field fields[RESPOND_FIELDS_COUNT + 1 + EXCHANGE_FIELDS_ADDED];
    char length[STR_U64_SIZE];
    struct http_response response = {.status = status, .minor_version = 1, .fields = fields, .keep_alive = true};
    for (size_t i = 0; i < own_count; i++)
        fields[response.fields_count++] = own[i];
    response.framing = HTTP_FRAMING_LENGTH;
    response.content_length = content.size;
    bool bare = ex->request.method == HTTP_METHOD_HEAD && ex->request.method_text.size;
    if (bare || status == 204 || status == 304) {
        response.framing = HTTP_FRAMING_NONE;
        if (status != 204)
            fields[response.fields_count++] = (struct http_field){.name = STR("Content-Length"),
                                                                  .value = str_from_u64(content.size, length),
                                                                  .id = HTTP_FIELD_CONTENT_LENGTH};
        content = STR("");
    }
    exchange_send_head(ex, &response, piece_of(content), true);
}

void respond_fixed(struct exchange *ex, uint16_t status, struct str content_type, struct str content)
{
    const struct http_field own[] = {
        {.name = STR("Content-Type"),
         .value = content_type.size ? content_type : STR("text/plain; charset=utf-8"),
         .id = HTTP_FIELD_CONTENT_TYPE},
        {.name = STR("X-Content-Type-Options"), .value = STR("nosniff")},
    };
    send_own(ex, status, content, own, 2);
}

void respond_uncached(struct exchange *ex, uint16_t status, struct str content_type, struct str content)
{
    const struct http_field own[] = {
        {.name = STR("Content-Type"), .value = content_type},
        {.name = STR("X-Content-Type-Options"), .value = STR("nosniff")},
        {.name = STR("Cache-Control"), .value = STR("no-store")},
    };
    if (!content.data) {
        exchange_abort(ex);
        return;
    }
    send_own(ex, status, content, own, 3);
}

void respond_empty(struct exchange *ex, const struct http_field *fields, size_t fields_count)
{
    assert(fields_count <= RESPOND_FIELDS_COUNT);
    send_own(ex, 204, STR(""), fields, fields_count);
}

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data[i]) {
        case '<': buf_put_str(out, STR("&lt;")); break;
        case '>': buf_put_str(out, STR("&gt;")); break;
        case '&': buf_put_str(out, STR("&amp;")); break;
        case '"': buf_put_str(out, STR("&quot;")); break;
        case '\'': buf_put_str(out, STR("&#39;")); break;
        default: buf_put_char(out, text.data[i]); break;
        }
    }
}

struct page_value {
    struct str mark;
    struct str value;
};

/* The template with its marks replaced. */
static void put_page(struct buf *out, struct str template, const struct page_value *values, size_t count)
{
    while (template.size) {
        size_t at = str_find(template, '{');
        buf_put_str(out, str_part(template, 0, at));
        template = str_after(template, at);
        size_t i = 0;
        while (i < count && !str_starts(template, values[i].mark))
            i++;
        if (i < count) {
            put_escaped(out, values[i].value);
            template = str_after(template, values[i].mark.size);
        } else if (template.size) {
            buf_put_char(out, template.data[0]);
            template = str_after(template, 1);
        }
    }
}

void respond_redirect(struct exchange *ex, uint16_t status, struct str location)
{
    const struct http_field own[] = {
        {.name = STR("Location"), .value = location},
        {.name = STR("Cache-Control"), .value = status == 301 || status == 308 ? STR("max-age=3600") : STR("no-store")},
    };
    if (!location.data) {
        exchange_abort(ex);
        return;
    }
    send_own(ex, status, STR(""), own, 2);
}

void respond_error(struct exchange *ex, uint16_t status, struct str why)
{
    struct str reason = http_reason(status), template = page_template, page;
    if (ex->site && ex->epoch && ex->site->error_page.size)
        template = snapshot_str(ex->epoch->snapshot, ex->site->error_page);
    char number[STR_U64_SIZE];
    const struct page_value values[] = {
        {STR("{{status}}"), str_from_u64(status, number)},
        {STR("{{reason}}"), reason},
        {STR("{{message}}"), why},
        {STR("{{site}}"), ex->site && ex->epoch ? snapshot_str(ex->epoch->snapshot, ex->site->name) : STR("")},
    };
    struct buf out;
    buf_init(&out, RESPOND_PAGE_SIZE_MAX);
    put_page(&out, template, values, sizeof values / sizeof *values);
    if (!buf_ok(&out) || !arena_str(&ex->arena, buf_str(&out), &page))
        page = why; /* better a bare sentence than nothing */
    buf_fini(&out);
    const struct http_field own[] = {
        {.name = STR("Content-Type"), .value = STR("text/html; charset=utf-8"), .id = HTTP_FIELD_CONTENT_TYPE},
        {.name = STR("Cache-Control"), .value = STR("no-store")},
        {.name = STR("Allow"),
         .value = ex->allow.size ? ex->allow : STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")},
    };
    send_own(ex, status, page, own, status == 405 ? 3 : 2);
}
