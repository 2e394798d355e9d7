/* A line that lies whole in one piece is given as it is, without a copy. */
#include "inventory/lines.h"

void lines_init(struct lines *lines, struct sink *sink,
                bool (*on_line)(void *context, uint64_t number, struct str line, struct err *err), void *context)
{
    *lines = (struct lines){.sink = sink, .on_line = on_line, .context = context, .number = 1};
    buf_init(&lines->text, LINE_SIZE_MAX);
}

void lines_fini(struct lines *lines)
{
    buf_fini(&lines->text);
}

static bool end_line(struct lines *l, struct str line, struct err *err)
{
    bool ok = true;
    if (str_ends(line, STR("\r")))
        line.size--;
    if (l->is_too_long || line.size > LINE_SIZE_MAX)
        sink_problem(l->sink, l->number, "The line is longer than %zu bytes.", LINE_SIZE_MAX);
    else if (line.size && memchr(line.data, '\0', line.size))
        sink_problem(l->sink, l->number, "The line has a zero byte: the file is no text, or not in UTF-8.");
    else
        ok = l->on_line(l->context, l->number, line, err);
    l->number++;
    l->is_too_long = false;
    buf_clear(&l->text);
    return ok;
}

/* False: no memory. */
static bool keep(struct lines *l, struct str part)
{
    if (l->is_too_long)
        return true;
    if (part.size > LINE_SIZE_MAX - l->text.size) {
        l->is_too_long = true;
        buf_clear(&l->text);
        return true;
    }
    return part.size == 0 || buf_put_str(&l->text, part);
}

bool lines_take(struct lines *lines, struct str bytes, struct err *err)
{
    while (bytes.size) {
        size_t end = str_find(bytes, '\n');
        struct str part = str_part(bytes, 0, end);
        bool is_whole = end < bytes.size, is_alone = lines->text.size == 0 && !lines->is_too_long;
        if (!(is_whole && is_alone) && !keep(lines, part))
            return err_memory(err);
        if (is_whole && !end_line(lines, is_alone ? part : buf_str(&lines->text), err))
            return false;
        bytes = str_after(bytes, end + 1);
    }
    return true;
}

bool lines_end(struct lines *lines, struct err *err)
{
    return (lines->text.size == 0 && !lines->is_too_long) || end_line(lines, buf_str(&lines->text), err);
}

static bool is_between(char c, const char *also)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || str_find(str_from(also), c) < strlen(also);
}

struct str line_word(struct str *rest, const char *also)
{
    size_t from = 0;
    while (from < rest->size && is_between(rest->data[from], also))
        from++;
    size_t end = from;
    while (end < rest->size && !is_between(rest->data[end], also))
        end++;
    struct str word = str_part(*rest, from, end - from);
    *rest = str_after(*rest, end);
    return word;
}
