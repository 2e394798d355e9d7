/* The table is short and searched in order: a lookup costs less than opening the file. */
#include "gateway/mime.h"

static const struct {
    struct str extension;
    struct str type;
} types[] = {
    {STR_INIT("html"), STR_INIT("text/html; charset=utf-8")},
    {STR_INIT("htm"), STR_INIT("text/html; charset=utf-8")},
    {STR_INIT("css"), STR_INIT("text/css; charset=utf-8")},
    {STR_INIT("js"), STR_INIT("text/javascript; charset=utf-8")},
    {STR_INIT("mjs"), STR_INIT("text/javascript; charset=utf-8")},
    {STR_INIT("json"), STR_INIT("application/json")},
    {STR_INIT("map"), STR_INIT("application/json")},
    {STR_INIT("webmanifest"), STR_INIT("application/manifest+json")},
    {STR_INIT("svg"), STR_INIT("image/svg+xml")},
    {STR_INIT("png"), STR_INIT("image/png")},
    {STR_INIT("jpg"), STR_INIT("image/jpeg")},
    {STR_INIT("jpeg"), STR_INIT("image/jpeg")},
    {STR_INIT("gif"), STR_INIT("image/gif")},
    {STR_INIT("webp"), STR_INIT("image/webp")},
    {STR_INIT("avif"), STR_INIT("image/avif")},
    {STR_INIT("ico"), STR_INIT("image/x-icon")},
    {STR_INIT("woff2"), STR_INIT("font/woff2")},
    {STR_INIT("woff"), STR_INIT("font/woff")},
    {STR_INIT("ttf"), STR_INIT("font/ttf")},
    {STR_INIT("otf"), STR_INIT("font/otf")},
    {STR_INIT("txt"), STR_INIT("text/plain; charset=utf-8")},
    {STR_INIT("md"), STR_INIT("text/markdown; charset=utf-8")},
    {STR_INIT("csv"), STR_INIT("text/csv; charset=utf-8")},
    {STR_INIT("xml"), STR_INIT("application/xml")},
    {STR_INIT("pdf"), STR_INIT("application/pdf")},
    {STR_INIT("wasm"), STR_INIT("application/wasm")},
    {STR_INIT("zip"), STR_INIT("application/zip")},
    {STR_INIT("gz"), STR_INIT("application/gzip")},
    {STR_INIT("mp4"), STR_INIT("video/mp4")},
    {STR_INIT("webm"), STR_INIT("video/webm")},
    {STR_INIT("mp3"), STR_INIT("audio/mpeg")},
    {STR_INIT("ogg"), STR_INIT("audio/ogg")},
    {STR_INIT("xlsx"), STR_INIT("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
    {STR_INIT("docx"), STR_INIT("application/vnd.openxmlformats-officedocument.wordprocessingml.document")},
};

struct str mime_type(struct str file_name)
{
    struct str base = str_after(file_name, 0);
    size_t slash = str_find_last(base, '/');
    if (slash < base.size)
        base = str_after(base, slash + 1);
    size_t dot = str_find_last(base, '.');
    struct str extension = str_after(base, dot < base.size ? dot + 1 : base.size);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq_nocase(extension, types[i].extension))
            return types[i].type;
    return STR("application/octet-stream");
}
