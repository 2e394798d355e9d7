/* JSON text, piece by piece. Keys are literals of ours and need no escaping. */
#include "store/jsonout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

static void place(struct jsonout *j, const char *key)
{
    if (j->comma)
        (void)buf_put_char(j->out, ',');
    j->comma = true;
    if (!key)
        return;
    (void)buf_put_char(j->out, '"');
    (void)buf_put_str(j->out, str_from(key));
    (void)buf_put(j->out, "\":", 2);
}

static void enter(struct jsonout *j, const char *key, char bracket)
{
    place(j, key);
    (void)buf_put_char(j->out, bracket);
    j->comma = false;
}

static void leave(struct jsonout *j, char bracket)
{
    (void)buf_put_char(j->out, bracket);
    j->comma = true;
}

void jsonout_object(struct jsonout *j, const char *key)
{
    enter(j, key, '{');
}

void jsonout_object_end(struct jsonout *j)
{
    leave(j, '}');
}

void jsonout_array(struct jsonout *j, const char *key)
{
    enter(j, key, '[');
}

void jsonout_array_end(struct jsonout *j)
{
    leave(j, ']');
}

static void put_escaped(struct buf *out, unsigned char c)
{
    if (c == '"' || c == '\\') {
        (void)buf_put_char(out, '\\');
        (void)buf_put_char(out, (char)c);
    } else if (c == '\n') {
        (void)buf_put(out, "\\n", 2);
    } else {
        (void)buf_printf(out, "\\u%04x", c);
    }
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void jsonout_str(struct jsonout *j, const char *key, struct str value)
{
    place(j, key);
    (void)buf_put_char(j->out, '"');
    const unsigned char *data = (const unsigned char *)value.data;
    size_t at = 0;
    while (at < value.size) {
        size_t run = at;
        while (run < value.size && is_plain(data[run]))
            run++;
        (void)buf_put(j->out, value.data + at, run - at);
        at = run;
        if (at == value.size)
            break;
        size_t size = str_utf8_size(str_after(value, at));
        if (size > 1)
            (void)buf_put(j->out, value.data + at, size);
        else if (size == 1)
            put_escaped(j->out, data[at]);
        else
            (void)buf_put(j->out, "\xef\xbf\xbd", 3);
        at += size ? size : 1;
    }
    (void)buf_put_char(j->out, '"');
}

void jsonout_u64(struct jsonout *j, const char *key, uint64_t value)
{
    place(j, key);
    (void)buf_put_u64(j->out, value);
}

void jsonout_i64(struct jsonout *j, const char *key, int64_t value)
{
    place(j, key);
    if (value < 0)
        (void)buf_put_char(j->out, '-');
    (void)buf_put_u64(j->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void jsonout_bool(struct jsonout *j, const char *key, bool value)
{
    place(j, key);
    (void)buf_put_str(j->out, value ? STR("true") : STR("false"));
}

void jsonout_null(struct jsonout *j, const char *key)
{
    place(j, key);
    (void)buf_put_str(j->out, STR("null"));
}

void jsonout_raw(struct jsonout *j, const char *key, struct str json)
{
    place(j, key);
    (void)buf_put_str(j->out, json);
}

void jsonout_json(struct jsonout *j, const char *key, const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    jsonout_raw(j, key, text ? str_from(text) : STR("null"));
    free(text);
}

/* What lies beyond the four digits of a year is told as their end: null is for what has no time at all. */
#define YEAR_10000_S 253402300800

void jsonout_time(struct jsonout *j, const char *key, int64_t value_s)
{
    struct tm utc;
    char text[40];
    time_t time = (time_t)(value_s < YEAR_10000_S ? value_s : YEAR_10000_S - 1);
    if (!gmtime_r(&time, &utc) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        jsonout_null(j, key);
        return;
    }
    jsonout_str(j, key, str_from(text));
}
