/* The files of the page: found by their path, in the coding the browser likes best. */
#include "control/panel.h"
#include "http/write.h"

/* Names below it carry a hash of their content: what is there under one name never changes. */
#define HASHED_FOLDER "/assets/"

const struct panel_asset *panel_asset_find(struct str path)
{
    for (size_t i = 0; i < panel_assets_count; i++)
        if (str_eq(panel_assets[i].path, path))
            return &panel_assets[i];
    return NULL;
}

/* "gzip;q=0" is no: any other weight is a yes to us, who prefer the smallest (RFC 9110 section 12.5.3). */
static bool part_accepts(struct str part, struct str coding)
{
    struct str name = str_trim(str_cut(&part, ';'));
    struct str weight = str_trim(part);
    if (!str_eq_nocase(name, coding))
        return false;
    if (!str_starts(weight, STR("q=")) && !str_starts(weight, STR("Q=")))
        return true;
    for (size_t i = 2; i < weight.size; i++)
        if (weight.data[i] != '0' && weight.data[i] != '.')
            return true;
    return false;
}

static bool accepts(const struct http_request *request, struct str coding)
{
    for (size_t i = 0; i < request->fields_count; i++) {
        if (request->fields[i].id != HTTP_FIELD_ACCEPT_ENCODING)
            continue;
        for (struct str rest = request->fields[i].value; rest.data;)
            if (part_accepts(str_cut(&rest, ','), coding))
                return true;
    }
    return false;
}

/* Without regard to what is weak (RFC 9110 section 8.8.3.2). */
static struct str opaque_tag(struct str tag)
{
    return str_starts(tag, STR("W/")) ? str_after(tag, 2) : tag;
}

static bool browser_has(const struct http_request *request, const struct panel_asset *asset)
{
    const struct http_field *field = http_field_find(request->fields, request->fields_count, HTTP_FIELD_IF_NONE_MATCH);
    for (struct str rest = field ? field->value : (struct str){NULL, 0}; rest.data;) {
        struct str tag = str_trim(str_cut(&rest, ','));
        if (str_eq(tag, STR("*")) || str_eq(opaque_tag(tag), opaque_tag(asset->etag)))
            return true;
    }
    return false;
}

void panel_write_asset(struct buf *out, const struct panel_asset *asset, const struct http_request *request,
                       bool keep_alive)
{
    struct str content = asset->identity, coding = {NULL, 0};
    bool is_hashed = str_starts(asset->path, STR(HASHED_FOLDER)), has = browser_has(request, asset);
    if (asset->br.size && accepts(request, STR("br"))) {
        content = asset->br;
        coding = STR("br");
    } else if (asset->gzip.size && accepts(request, STR("gzip"))) {
        content = asset->gzip;
        coding = STR("gzip");
    }
    (void)h1_write_status_line(out, has ? 304 : 200, STR(""));
    (void)h1_write_field(out, STR("ETag"), asset->etag);
    (void)h1_write_field(out, STR("Cache-Control"),
                         is_hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    (void)h1_write_field(out, STR("Vary"), STR("Accept-Encoding"));
    panel_write_fields(out);
    if (!keep_alive)
        (void)h1_write_field(out, STR("Connection"), STR("close"));
    if (!has) {
        (void)h1_write_field(out, STR("Content-Type"), asset->content_type);
        if (coding.size)
            (void)h1_write_field(out, STR("Content-Encoding"), coding);
        (void)h1_write_content_length(out, content.size);
    }
    (void)h1_write_end(out);
    if (!has && request->method != HTTP_METHOD_HEAD)
        (void)buf_put_str(out, content);
}
