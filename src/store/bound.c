/* Five lines in one order, and nothing else. */
#include "store/bound.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "os/file.h"

bool bound_write(const struct bound *bound, struct buf *out)
{
    return buf_printf(out, "strictgate-bound 1\nname %s\nhttps %u\nhttp %u\nuntil %lld\nopen %s\n", bound->name.text,
                      bound->https_port, bound->http_port, (long long)bound->until_s, bound->is_open ? "yes" : "no");
}

/* The value of the next line, which must begin with `key` and a space. */
static bool next_value(struct str *rest, const char *key, struct str *ret)
{
    size_t end = str_find(*rest, '\n');
    if (end == rest->size)
        return false;
    struct str line = str_part(*rest, 0, end), value = line;
    *rest = str_after(*rest, end + 1);
    if (!str_eq(str_cut(&value, ' '), str_from(key)) || value.size == 0)
        return false;
    *ret = value;
    return true;
}

static bool next_number(struct str *rest, const char *key, uint64_t max, uint64_t *ret)
{
    struct str value;
    return next_value(rest, key, &value) && str_to_u64(value, max, ret);
}

/* Of a name that binds: no IP literal, and spelled as sites are. */
static bool next_name(struct str *rest, struct name *ret)
{
    struct str value;
    struct name name;
    if (!next_value(rest, "name", &value) || !name_read(value, "name", &name, NULL) || name.kind == NAME_IP ||
        !str_eq(name_str(&name), value))
        return false;
    *ret = name;
    return true;
}

static bool parse(struct str rest, struct bound *ret)
{
    struct str version, open;
    uint64_t https, http, until;
    if (!next_value(&rest, "strictgate-bound", &version) || !str_eq(version, STR("1")) ||
        !next_name(&rest, &ret->name) || !next_number(&rest, "https", UINT16_MAX, &https) ||
        !next_number(&rest, "http", UINT16_MAX, &http) || !next_number(&rest, "until", BOUND_UNTIL_S_MAX, &until) ||
        !next_value(&rest, "open", &open) || rest.size != 0)
        return false;
    ret->https_port = (uint16_t)https;
    ret->http_port = (uint16_t)http;
    ret->until_s = (int64_t)until;
    ret->is_open = str_eq(open, STR("yes"));
    return ret->is_open || str_eq(open, STR("no"));
}

bool bound_parse(struct str text, struct bound *ret, struct err *err)
{
    struct bound bound = {.until_s = 0};
    if (!parse(text, &bound))
        return err_set(err, ERR_INPUT, "it is not as control writes it");
    *ret = bound;
    return true;
}

static bool path_of(const char *data_directory, char path[static PATH_MAX], struct err *err)
{
    int size = snprintf(path, PATH_MAX, "%s/" BOUND_FILE_NAME, data_directory);
    return (size > 0 && size < PATH_MAX) || err_set(err, ERR_INPUT, "the path of the data directory is too long");
}

bool bound_load(const char *data_directory, struct bound *ret, struct err *err)
{
    char path[PATH_MAX];
    struct buf text;
    struct err reason = {0};
    if (!path_of(data_directory, path, err))
        return false;
    if (!file_read_plain(path, BOUND_SIZE_MAX, &text, &reason)) {
        if (reason.code == ERR_NOT_FOUND)
            *ret = (struct bound){.until_s = 0};
        else if (err)
            *err = reason;
        return reason.code == ERR_NOT_FOUND;
    }
    bool fine = bound_parse(buf_str(&text), ret, err);
    buf_fini(&text);
    return fine || err_context(err, "%s", path);
}

bool bound_save(const char *data_directory, const struct bound *bound, struct err *err)
{
    char path[PATH_MAX];
    struct buf text;
    if (!path_of(data_directory, path, err))
        return false;
    if (bound->name.size == 0)
        return file_remove(path, err);
    buf_init(&text, BOUND_SIZE_MAX);
    bool fine = bound_write(bound, &text) ? file_replace(path, buf_str(&text), 0600, err) : err_memory(err);
    buf_fini(&text);
    return fine;
}

bool bound_eq(const struct bound *a, const struct bound *b)
{
    return str_eq(name_str(&a->name), name_str(&b->name)) && a->https_port == b->https_port &&
           a->http_port == b->http_port && a->until_s == b->until_s && a->is_open == b->is_open;
}

bool bound_holds(const struct bound *bound, int64_t now_s)
{
    return bound->name.size > 0 && (bound->is_open || bound->until_s > now_s);
}

const char *bound_date(const struct bound *bound, char room[static BOUND_DATE_SIZE])
{
    struct tm utc;
    time_t until = (time_t)bound->until_s;
    if (!gmtime_r(&until, &utc) || strftime(room, BOUND_DATE_SIZE, "%Y-%m-%d %H:%M UTC", &utc) == 0)
        room[0] = '\0';
    return room;
}
