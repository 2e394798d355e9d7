/* One file, one string. */
#include "app/site_file.h"

#include "os/file.h"

json_t *site_file_text(const char *option, const char *path, enum site_file kind, struct err *err)
{
    struct buf text;
    struct err why = {0};
    if (!file_read(path, SITE_FILE_SIZE_MAX, &text, &why)) {
        (void)err_field(err, option, "%s", why.text);
        if (err)
            err->code = why.code;
        return NULL;
    }
    if (kind == SITE_FILE_PEM && !text.size) { /* would stand for "none given" */
        buf_fini(&text);
        (void)err_field(err, option, "%s is empty", path);
        return NULL;
    }
    json_t *value = json_stringn(text.size ? buf_str(&text).data : "", text.size);
    buf_fini(&text);
    if (!value) {
        (void)err_field(err, option, "%s is not text", path);
        (void)err_fix(err, kind == SITE_FILE_PEM ? "give a PEM file (-----BEGIN …)" : "give an HTML page in UTF-8");
    }
    return value;
}
