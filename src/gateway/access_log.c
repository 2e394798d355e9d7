/*
 * Lines are put together in the ring's own scratch, then copied in: a single producer and a single consumer with two
 * counters need no lock. Everything a client chose is escaped, so that no request can forge a line.
 */
#include "gateway/access_log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/date.h"
#include "gateway/exchange.h"
#include "os/clock.h"

struct access_log {
    struct access_log_writer *writer;
    struct counters_worker *counters;
    char *bytes;                     /* ACCESS_LOG_RING_SIZE */
    _Alignas(64) atomic_size_t head; /* written by the worker: bytes ever put in */
    _Alignas(64) atomic_size_t tail; /* written by the writer: bytes ever taken out */
    struct buf line;
    int64_t stamp_s; /* the second `stamp` was made for */
    char stamp[DATE_LOG_SIZE];
};

struct access_log_writer {
    struct access_log *rings;
    uint32_t rings_count;
    enum gateway_log_format format;
    int fd;
    atomic_int next_fd; /* -1, or the one to go on with */
    atomic_bool ending;
    bool started, failing;
    pthread_t thread;
};

struct access_log_writer *access_log_new(uint32_t workers_count, enum gateway_log_format format, int take_fd,
                                         struct err *err)
{
    struct access_log_writer *w = calloc(1, sizeof *w);
    struct access_log *rings = aligned_alloc(64, workers_count * sizeof *rings);
    if (!w || !rings) {
        free(w);
        free(rings);
        (void)close(take_fd);
        (void)err_memory(err);
        return NULL;
    }
    memset(rings, 0, workers_count * sizeof *rings);
    *w = (struct access_log_writer){.rings = rings, .rings_count = workers_count, .format = format, .fd = take_fd};
    atomic_init(&w->next_fd, -1);
    for (uint32_t i = 0; i < workers_count; i++) {
        rings[i].writer = w;
        rings[i].bytes = malloc(ACCESS_LOG_RING_SIZE);
        buf_init(&rings[i].line, ACCESS_LOG_LINE_SIZE_MAX);
        rings[i].stamp_s = INT64_MIN;
        if (!rings[i].bytes) {
            access_log_free(w);
            (void)err_memory(err);
            return NULL;
        }
    }
    return w;
}

static void write_all(struct access_log_writer *w, const char *data, size_t size)
{
    while (size) {
        ssize_t written = write(w->fd, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            if (!w->failing)
                log_error("the access log cannot be written: %s; lines are lost until it can", strerror(errno));
            w->failing = true;
            return;
        }
        data += written;
        size -= (size_t)written;
    }
    w->failing = false;
}

static void empty_ring(struct access_log_writer *w, struct access_log *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    while (tail != head) {
        size_t at = tail % ACCESS_LOG_RING_SIZE;
        size_t size = head - tail;
        if (size > ACCESS_LOG_RING_SIZE - at)
            size = ACCESS_LOG_RING_SIZE - at;
        write_all(w, ring->bytes + at, size);
        tail += size;
        atomic_store_explicit(&ring->tail, tail, memory_order_release);
    }
}

static void exchange_descriptor(struct access_log_writer *w)
{
    int next = atomic_exchange(&w->next_fd, -1);
    if (next < 0)
        return;
    (void)close(w->fd);
    w->fd = next;
}

static void *writer_run(void *argument)
{
    struct access_log_writer *w = argument;
    bool ending;
    do {
        ending = atomic_load(&w->ending);
        for (uint32_t i = 0; i < w->rings_count; i++)
            empty_ring(w, &w->rings[i]);
        exchange_descriptor(w);
        if (!ending) {
            const struct timespec period = {.tv_nsec = ACCESS_LOG_PERIOD_MS * 1000000L};
            (void)nanosleep(&period, NULL);
        }
    } while (!ending);
    return NULL;
}

bool access_log_start(struct access_log_writer *w, struct err *err)
{
    int error = pthread_create(&w->thread, NULL, writer_run, w);
    if (error)
        return err_set(err, ERR_SYSTEM, "cannot start the access log's thread: %s", strerror(error));
    w->started = true;
    return true;
}

void access_log_free(struct access_log_writer *w)
{
    if (!w)
        return;
    if (w->started) {
        atomic_store(&w->ending, true);
        (void)pthread_join(w->thread, NULL);
    }
    for (uint32_t i = 0; i < w->rings_count; i++) {
        free(w->rings[i].bytes);
        buf_fini(&w->rings[i].line);
    }
    int next = atomic_exchange(&w->next_fd, -1);
    if (next >= 0)
        (void)close(next);
    (void)close(w->fd);
    free(w->rings);
    free(w);
}

void access_log_reopen(struct access_log_writer *w, int take_fd)
{
    int before = atomic_exchange(&w->next_fd, take_fd);
    if (before >= 0)
        (void)close(before);
}

struct access_log *access_log_ring(struct access_log_writer *w, uint32_t index, struct counters_worker *counters)
{
    if (!w)
        return NULL;
    w->rings[index].counters = counters;
    return &w->rings[index];
}

static void put_ring(struct access_log *ring, struct str line)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    if (line.size > ACCESS_LOG_RING_SIZE - (head - tail)) {
        counter_add(&ring->counters->log_lines_dropped, 1);
        return;
    }
    size_t at = head % ACCESS_LOG_RING_SIZE, first = ACCESS_LOG_RING_SIZE - at;
    if (first > line.size)
        first = line.size;
    memcpy(ring->bytes + at, line.data, first);
    memcpy(ring->bytes, line.data + first, line.size - first);
    atomic_store_explicit(&ring->head, head + line.size, memory_order_release);
}

static bool needs_escape(char c)
{
    return (unsigned char)c < 0x20 || (unsigned char)c >= 0x7f || c == '"' || c == '\\';
}

/* What a client chose: quotes, backslashes and everything outside printable ASCII as \xHH, or \u00HH in JSON. */
static void put_escaped(struct buf *out, struct str text, bool json)
{
    text = str_part(text, 0, ACCESS_LOG_TEXT_SIZE_MAX);
    while (text.size) {
        size_t plain = 0;
        while (plain < text.size && !needs_escape(text.data[plain]))
            plain++;
        buf_put_str(out, str_part(text, 0, plain));
        text = str_after(text, plain);
        if (text.size) {
            unsigned char c = (unsigned char)text.data[0];
            const char *hex = "0123456789abcdef";
            const char wide[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            const char narrow[] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
            buf_put(out, json ? wide : narrow, json ? sizeof wide : sizeof narrow);
            text = str_after(text, 1);
        }
    }
}

static struct str field_value(const struct exchange *ex, enum http_field_id id)
{
    const struct http_field *field = http_field_find(ex->request.fields, ex->request.fields_count, id);
    return field ? field->value : STR("");
}

static struct str protocol(const struct exchange *ex)
{
    if (ex->request.http2)
        return STR("HTTP/2.0");
    return ex->request.minor_version ? STR("HTTP/1.1") : STR("HTTP/1.0");
}

static struct str or_dash(struct str s)
{
    return s.size ? s : STR("-");
}

/* The admin panel, where a site leads to it, takes the token of a session there: an EventSource has no other place. */
static struct str target_of(const struct exchange *ex)
{
    bool has_token = str_eq(ex->request.path, STR("/v1/events")) && str_starts(ex->request.query, STR("?token="));
    return has_token ? ex->request.path : ex->request.target;
}

/* The combined format of Apache and nginx, as log analysers read it. */
static void put_combined(struct buf *out, struct access_log *ring, const struct exchange *ex)
{
    put_escaped(out, or_dash(str_from(ex->client_text)), false); /* a Unix client chooses its own path */
    buf_put_str(out, STR(" - - ["));
    buf_put(out, ring->stamp, DATE_LOG_SIZE);
    buf_put_str(out, STR("] \""));
    put_escaped(out, or_dash(ex->request.method_text), false);
    buf_put_char(out, ' ');
    put_escaped(out, or_dash(target_of(ex)), false);
    buf_put_char(out, ' ');
    buf_put_str(out, protocol(ex));
    buf_put_str(out, STR("\" "));
    buf_put_u64(out, ex->status);
    buf_put_char(out, ' ');
    buf_put_u64(out, ex->sent_size);
    buf_put_str(out, STR(" \""));
    put_escaped(out, or_dash(field_value(ex, HTTP_FIELD_REFERER)), false);
    buf_put_str(out, STR("\" \""));
    put_escaped(out, or_dash(field_value(ex, HTTP_FIELD_USER_AGENT)), false);
    buf_put_str(out, STR("\"\n"));
}

static void put_json_str(struct buf *out, struct str name, struct str value)
{
    buf_put_str(out, name);
    put_escaped(out, value, true);
    buf_put_char(out, '"');
}

static void put_json_u64(struct buf *out, struct str name, uint64_t value)
{
    buf_put_str(out, name);
    buf_put_u64(out, value);
}

static void put_json(struct buf *out, const struct exchange *ex)
{
    char time[DATE_ISO_SIZE];
    put_json_str(out, STR("{\"time\":\""), date_write_iso(clock_wall_ms(), time));
    put_json_str(out, STR(",\"client\":\""), str_from(ex->client_text));
    put_json_str(out, STR(",\"scheme\":\""), ex->secure ? STR("https") : STR("http"));
    put_json_str(out, STR(",\"host\":\""), ex->request.host);
    put_json_str(out, STR(",\"method\":\""), ex->request.method_text);
    put_json_str(out, STR(",\"target\":\""), target_of(ex));
    put_json_str(out, STR(",\"protocol\":\""), protocol(ex));
    put_json_u64(out, STR(",\"status\":"), ex->status);
    put_json_u64(out, STR(",\"received\":"), ex->received_size);
    put_json_u64(out, STR(",\"sent\":"), ex->sent_size);
    put_json_u64(out, STR(",\"duration_us\":"), (uint64_t)(clock_monotonic_us() - ex->started_us));
    put_json_str(out, STR(",\"upstream\":\""), str_from(ex->upstream_label ? ex->upstream_label : ""));
    buf_put_str(out, ex->hsts_sent ? STR(",\"hsts\":true") : STR(",\"hsts\":false"));
    put_json_str(out, STR(",\"referer\":\""), field_value(ex, HTTP_FIELD_REFERER));
    put_json_str(out, STR(",\"user_agent\":\""), field_value(ex, HTTP_FIELD_USER_AGENT));
    buf_put_str(out, STR("}\n"));
}

void access_log_exchange(struct access_log *ring, const struct exchange *ex)
{
    struct buf *line = &ring->line;
    if (ex->worker->wall_s != ring->stamp_s) {
        ring->stamp_s = ex->worker->wall_s;
        (void)date_write_log(ring->stamp_s, ring->stamp);
    }
    buf_clear(line);
    if (ring->writer->format == GATEWAY_LOG_JSON)
        put_json(line, ex);
    else
        put_combined(line, ring, ex);
    if (buf_ok(line))
        put_ring(ring, buf_str(line));
    else
        counter_add(&ring->counters->log_lines_dropped, 1);
}
