/*
 * The lines become visits in the order of the file; these are sorted by client and time, so that each client's stand
 * together; then only the times are kept. Clients are compared by hash first and by text where hashes are the same.
 */
#include "hsts/visitor_log.h"

#include <stdlib.h>

#include "codec/date.h"
#include "hsts/population.h"

#define NOON_S 43200
/* So much of a log's text is shown in an error. */
#define QUOTE_SIZE 80

/* What a log's first visit has, and all others must have. */
enum when { WHEN_NONE, WHEN_DAY, WHEN_MOMENT };

struct visit {
    uint64_t hash;
    const char *client;
    int64_t at_s;
    uint32_t client_size;
    uint32_t line;
    enum reading_client browser;
    bool has_browser;
};

struct parse {
    struct visit *visits;
    size_t count, capacity;
    enum when when;
    uint32_t line;
    struct err *err;
};

/* The beginning of a text, without what could move a terminal's cursor. */
static struct str quote(struct str text, char room[static QUOTE_SIZE])
{
    size_t size = text.size < QUOTE_SIZE ? text.size : QUOTE_SIZE;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        room[i] = c < ' ' || c == 0x7f ? '?' : (char)c;
    }
    return str_make(room, size);
}

static bool fail(struct parse *parse, const char *what, struct str text)
{
    char room[QUOTE_SIZE];
    struct str quoted = quote(text, room);
    return err_set(parse->err, ERR_INPUT, "line %u: \"%.*s\" %s", parse->line, STR_ARG(quoted), what);
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

/* The next part of the line, empty at its end. */
static struct str take_part(struct str *line)
{
    size_t size = 0;
    while (line->size && is_separator(line->data[0]))
        *line = str_after(*line, 1);
    while (size < line->size && !is_separator(line->data[size]))
        size++;
    struct str part = str_part(*line, 0, size);
    *line = str_after(*line, size);
    return part;
}

/* A day's number or seconds since 1970, by the number of digits; between the two it is neither. */
static bool read_number(struct str text, enum when *ret_when, int64_t *ret_s)
{
    uint64_t number;
    if (!str_to_u64(text, INT64_MAX / 2, &number))
        return false;
    if (text.size <= VISITOR_LOG_DAY_DIGITS_COUNT_MAX) {
        *ret_when = WHEN_DAY;
        *ret_s = (int64_t)number * POPULATION_DAY_S + NOON_S;
        return true;
    }
    *ret_when = WHEN_MOMENT;
    *ret_s = (int64_t)number;
    return text.size >= VISITOR_LOG_SECONDS_DIGITS_COUNT_MIN;
}

static bool read_when(struct parse *parse, struct str text, int64_t *ret_s)
{
    enum when when = WHEN_MOMENT;
    bool has_time = true;
    if (!read_number(text, &when, ret_s) && !date_parse_iso(text, ret_s, &has_time) && !date_parse_log(text, ret_s)) {
        (void)fail(parse, "is no day, date or time", text);
        return err_fix(parse->err, "give 2026-11-23, 2026-11-23T17:51:03Z, 23/Nov/2026:17:51:03, seconds since 1970, "
                                   "or a day's number from 0");
    }
    if (!has_time)
        *ret_s += NOON_S;
    if (parse->when == WHEN_NONE)
        parse->when = when;
    if (parse->when == when)
        return true;
    (void)fail(parse,
               when == WHEN_DAY ? "is a day's number, the lines before have dates"
                                : "is a date, the lines before have numbers of days",
               text);
    return err_fix(parse->err, "use one of the two throughout");
}

static bool read_browser(struct parse *parse, struct str text, struct visit *visit)
{
    visit->browser = READING_RFC6797;
    visit->has_browser = text.size > 0;
    if (!text.size || population_find_browser(text, &visit->browser))
        return true;
    (void)fail(parse, "is no browser family the model knows", text);
    return err_fix(parse->err, "give chromium, firefox, safari, curl or none, or leave it out");
}

static bool add(struct parse *parse, const struct visit *visit)
{
    if (parse->count == VISITOR_LOG_VISITS_COUNT_MAX) {
        (void)err_set(parse->err, ERR_INPUT, "line %u: more than %zu visits", parse->line,
                      VISITOR_LOG_VISITS_COUNT_MAX);
        return err_fix(parse->err, "one line for each client and day is enough: sort -u, or leave clients out");
    }
    if (parse->count == parse->capacity) {
        size_t capacity = parse->capacity ? parse->capacity * 2 : 1024;
        struct visit *visits = realloc(parse->visits, capacity * sizeof *visits);
        if (!visits)
            return err_memory(parse->err);
        parse->visits = visits;
        parse->capacity = capacity;
    }
    parse->visits[parse->count++] = *visit;
    return true;
}

static bool parse_line(struct parse *parse, struct str line)
{
    struct visit visit = {.line = parse->line};
    if (line.size && line.data[line.size - 1] == '\r')
        line.size--;
    if (line.size && line.data[0] == '#')
        return true;
    struct str client = take_part(&line);
    if (!client.size)
        return true;
    struct str when = take_part(&line), browser = take_part(&line), more = take_part(&line);
    if (!when.size)
        return fail(parse, "stands alone, without a time", client);
    if (more.size)
        return fail(parse, "is too much: a line is CLIENT WHEN [BROWSER]", more);
    visit.hash = str_hash(client);
    visit.client = client.data;
    visit.client_size = (uint32_t)client.size;
    return read_when(parse, when, &visit.at_s) && read_browser(parse, browser, &visit) && add(parse, &visit);
}

static int compare_clients(const struct visit *a, const struct visit *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->client_size != b->client_size)
        return a->client_size < b->client_size ? -1 : 1;
    return memcmp(a->client, b->client, a->client_size);
}

static int compare(const void *left, const void *right)
{
    const struct visit *a = left, *b = right;
    int order = compare_clients(a, b);
    if (order)
        return order;
    if (a->at_s != b->at_s)
        return a->at_s < b->at_s ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Day 0 and the number of days. */
static bool find_days(const struct parse *parse, struct visitor_log *log, struct err *err)
{
    int64_t first_s = INT64_MAX, last_s = INT64_MIN;
    for (size_t i = 0; i < parse->count; i++) {
        first_s = parse->visits[i].at_s < first_s ? parse->visits[i].at_s : first_s;
        last_s = parse->visits[i].at_s > last_s ? parse->visits[i].at_s : last_s;
    }
    if (parse->count == 0) {
        (void)err_set(err, ERR_INPUT, "there is no visit in it");
        return err_fix(err, "a line is CLIENT WHEN [BROWSER], as in: 192.0.2.7 2026-11-23T17:51:03Z firefox");
    }
    if (first_s < 0)
        return err_set(err, ERR_INPUT, "a visit is before 1970");
    log->start_s = parse->when == WHEN_DAY ? 0 : first_s - first_s % POPULATION_DAY_S;
    int64_t days = (last_s - log->start_s) / POPULATION_DAY_S + 1;
    if (days > POPULATION_DAYS_MAX) {
        (void)err_set(err, ERR_INPUT, "its visits are spread over more than %u days", POPULATION_DAYS_MAX);
        return err_fix(err, "leave out the lines of another time");
    }
    log->days = (uint32_t)days;
    return true;
}

/* The visits, sorted, as times and clients. A client has one browser, where it is named at all. */
static bool gather(const struct parse *parse, struct visitor_log *log, struct err *err)
{
    const struct visit *named = NULL; /* of the client at hand, the first that names a browser */
    for (size_t i = 0; i < parse->count; i++) {
        const struct visit *visit = &parse->visits[i];
        if (i == 0 || compare_clients(visit - 1, visit) != 0) {
            log->clients[log->clients_count++] = (struct visitor_log_client){log->times_count, READING_RFC6797};
            named = NULL;
        }
        log->times_s[log->times_count++] = visit->at_s - log->start_s;
        if (!visit->has_browser)
            continue;
        if (named && named->browser != visit->browser) {
            char room[QUOTE_SIZE];
            struct str client = quote(str_make(visit->client, visit->client_size), room);
            (void)err_set(err, ERR_INPUT, "line %u: the client \"%.*s\" has another browser on line %u", visit->line,
                          STR_ARG(client), named->line);
            return err_fix(err, "make the browser part of the client's name, as in 192.0.2.7/firefox");
        }
        named = visit;
        log->clients[log->clients_count - 1].client = visit->browser;
    }
    return true;
}

static bool parse_lines(struct parse *parse, struct str text)
{
    while (text.size) {
        parse->line++;
        if (!parse_line(parse, str_cut(&text, '\n')))
            return false;
    }
    return true;
}

bool visitor_log_parse(struct str text, struct visitor_log *ret, struct err *err)
{
    struct parse parse = {.err = err};
    struct visitor_log log = {0};
    bool good = parse_lines(&parse, text) && find_days(&parse, &log, err);
    if (good) {
        qsort(parse.visits, parse.count, sizeof *parse.visits, compare);
        log.times_s = calloc(parse.count, sizeof *log.times_s);
        log.clients = calloc(parse.count, sizeof *log.clients);
        good = log.times_s && log.clients ? gather(&parse, &log, err) : err_memory(err);
    }
    free(parse.visits);
    if (good)
        *ret = log;
    else
        visitor_log_fini(&log);
    return good;
}

void visitor_log_fini(struct visitor_log *log)
{
    free(log->times_s);
    free(log->clients);
    *log = (struct visitor_log){0};
}

struct visitor visitor_log_visitor(const struct visitor_log *log, size_t i, int64_t end_s)
{
    const struct visitor_log_client *client = &log->clients[i];
    size_t end = i + 1 < log->clients_count ? client[1].first : log->times_count;
    struct visitor visitor = {.kind = VISITOR_LOGGED, .client = client->client, .end_s = end_s};
    visitor.when.logged.times_s = log->times_s + client->first;
    visitor.when.logged.count = end - client->first;
    return visitor;
}
