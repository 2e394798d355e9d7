/*
 * One file, one exchange: found by openat2 with RESOLVE_BENEATH (the kernel itself refuses what leads out of the
 * folder), read in large pieces into a buffer with room for the response head, held back while the client has a
 * backlog.
 */
#include "gateway/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "codec/date.h"
#include "codec/path.h"
#include "gateway/client.h"
#include "gateway/mime.h"
#include "gateway/respond.h"
#include "http/range.h"

#define FILES_FIELDS_COUNT 8
/* Read and sent before other clients get their turn: 1 MiB, more than a socket's buffer mostly takes. */
#define FILES_PIECES_PER_TURN 16

struct files {
    int fd;
    uint64_t offset, left;
};

struct found {
    struct stat stat;
    struct str path;
    char etag[64], modified[DATE_IMF_SIZE], content_range[64];
    struct range_validators validators;
};

static const struct exchange_source_ops files_ops;

static int open_beneath(int folder, const char *path)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

/* The folder lies below a static root; control checks the same, this is the gateway's own view. */
static bool is_allowed(const struct gateway_boot *boot, struct str root)
{
    for (size_t i = 0; i < boot->static_roots_count; i++) {
        struct str allowed = str_from(boot->static_roots[i]);
        if (str_starts(root, allowed) &&
            (root.size == allowed.size || root.data[allowed.size] == '/' || str_ends(allowed, STR("/"))))
            return true;
    }
    return false;
}

/* "/.git/config" is nobody's business; "/.well-known/" is meant to be seen (RFC 8615). */
static bool is_hidden(struct str path)
{
    for (size_t i = 0; i + 1 < path.size; i++)
        if (path.data[i] == '/' && path.data[i + 1] == '.' && !str_starts(str_after(path, i), STR("/.well-known/")))
            return true;
    return false;
}

/* Opens the file of a normalised path; -1 with errno. Directories are opened too. */
static int open_file(struct exchange *ex, struct str root, struct str path)
{
    struct str folder_name;
    if (!arena_str(&ex->arena, root, &folder_name))
        return -1;
    int folder = open(folder_name.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -1;
    int fd = open_beneath(folder, path.size > 1 ? path.data + 1 : ".");
    int error = errno;
    (void)close(folder);
    errno = error;
    return fd;
}

static void describe(struct exchange *ex, struct found *f)
{
    uint64_t stamp = (uint64_t)f->stat.st_mtim.tv_sec * 1000000000u + (uint64_t)f->stat.st_mtim.tv_nsec;
    int size = snprintf(f->etag, sizeof f->etag, "\"%llx-%llx\"", (unsigned long long)stamp,
                        (unsigned long long)f->stat.st_size);
    f->validators = (struct range_validators){
        .etag = str_make(f->etag, (size_t)size),
        .modified_s = f->stat.st_mtim.tv_sec,
        .now_s = ex->worker->wall_s,
    };
}

static void add(struct http_response *response, struct str name, struct str value)
{
    response->fields[response->fields_count++] = (struct http_field){.name = name, .value = value};
}

static void add_validators(struct http_response *response, struct found *f)
{
    add(response, STR("ETag"), f->validators.etag);
    add(response, STR("Last-Modified"), date_write_imf(f->validators.modified_s, f->modified));
}

static void answer_not_modified(struct exchange *ex, struct found *f)
{
    struct http_field fields[FILES_FIELDS_COUNT + EXCHANGE_FIELDS_ADDED];
    struct http_response response = {.status = 304, .minor_version = 1, .fields = fields, .framing = HTTP_FRAMING_NONE};
    add_validators(&response, f);
    exchange_send_head(ex, &response, PIECE_NONE, true);
}

/* Reads the next piece into the worker's file buffer; size 0 when the file has become shorter. */
static struct piece read_piece(struct exchange *ex, struct files *files)
{
    char *into = ex->worker->file_block + WORKER_HEADROOM;
    size_t want = files->left < WORKER_READ_SIZE ? (size_t)files->left : WORKER_READ_SIZE;
    ssize_t got = pread(files->fd, into, want, (off_t)files->offset);
    if (got <= 0)
        return PIECE_NONE;
    files->offset += (uint64_t)got;
    files->left -= (uint64_t)got;
    return (struct piece){into, (size_t)got, true};
}

/* Sends until the file ends or the client has enough for now; one that takes all of it at once is not the only one. */
static void pump(struct exchange *ex, struct files *files)
{
    for (unsigned pieces = 0; files->left && ex->ops->backlog(ex) == 0; pieces++) {
        if (pieces == FILES_PIECES_PER_TURN) {
            client_again(ex->client);
            return;
        }
        struct piece piece = read_piece(ex, files);
        if (piece.size == 0) {
            exchange_fail(ex, 500, STR("The file changed while it was being sent."));
            return;
        }
        bool end = files->left == 0;
        if (end)
            (void)close(files->fd);
        exchange_send_content(ex, piece, end);
        if (end)
            return;
    }
}

static void send_file(struct exchange *ex, int fd, struct http_response *response, uint64_t offset, uint64_t size)
{
    struct files *files = arena_alloc(&ex->arena, sizeof *files);
    bool head_only = ex->request.method == HTTP_METHOD_HEAD;
    if (!files || head_only || size == 0) {
        (void)close(fd);
        if (!files)
            exchange_fail(ex, 500, STR("The gateway is out of memory for this request."));
        else
            exchange_send_head(ex, response, PIECE_NONE, true);
        return;
    }
    *files = (struct files){.fd = fd, .offset = offset, .left = size};
    ex->source = &files_ops;
    ex->source_state = files;
    struct piece first = read_piece(ex, files);
    if (first.size == 0) {
        exchange_fail(ex, 500, STR("The file cannot be read."));
        return;
    }
    bool end = files->left == 0;
    if (end)
        (void)close(fd);
    exchange_send_head(ex, response, first, end);
    if (!end)
        pump(ex, files);
}

static void answer_file(struct exchange *ex, int fd, struct found *f)
{
    struct http_field fields[FILES_FIELDS_COUNT + EXCHANGE_FIELDS_ADDED];
    struct http_response response = {.status = 200, .minor_version = 1, .fields = fields};
    struct range range = {0, (uint64_t)f->stat.st_size};
    struct buf content_range;
    char length[STR_U64_SIZE];
    enum range_result ranged = range_find(&ex->request, &f->validators, range.size, &range);
    buf_init(&content_range, sizeof f->content_range);
    if (ranged != RANGE_WHOLE &&
        range_write_content_range(&content_range, ranged == RANGE_PART ? &range : NULL, (uint64_t)f->stat.st_size)) {
        memcpy(f->content_range, buf_str(&content_range).data, content_range.size);
        add(&response, STR("Content-Range"), str_make(f->content_range, content_range.size));
        response.status = ranged == RANGE_PART ? 206 : 416;
        if (ranged == RANGE_UNSATISFIABLE)
            range.size = 0;
    }
    buf_fini(&content_range);
    if (response.status != 416)
        add(&response, STR("Content-Type"), mime_type(f->path));
    add(&response, STR("Accept-Ranges"), STR("bytes"));
    add(&response, STR("X-Content-Type-Options"), STR("nosniff"));
    add_validators(&response, f);
    response.framing = HTTP_FRAMING_LENGTH;
    response.content_length = range.size;
    if (ex->request.method == HTTP_METHOD_HEAD) {
        response.framing = HTTP_FRAMING_NONE;
        response.fields[response.fields_count++] = (struct http_field){
            .name = STR("Content-Length"), .value = str_from_u64(range.size, length), .id = HTTP_FIELD_CONTENT_LENGTH};
    }
    send_file(ex, fd, &response, range.first, range.size);
}

/* Relative to the request (RFC 3986 section 4.2): a path taken over whole could be read as another host ("//", "/\\").
 */
static void redirect_to_folder(struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    struct str name = str_after(r->path, str_find_last(r->path, '/') + 1);
    respond_redirect(ex, 301, arena_printf(&ex->arena, "./%.*s/%.*s", STR_ARG(name), STR_ARG(r->query)));
}

/* Opens what the path names, the index file of a folder included. -1: answered already. */
static int find(struct exchange *ex, const struct snap_route *route, struct found *f)
{
    const struct snapshot *s = ex->epoch->snapshot;
    struct str root = snapshot_str(s, route->root), index = snapshot_str(s, route->index);
    if (str_ends(f->path, STR("/")))
        f->path =
            arena_printf(&ex->arena, "%.*s%.*s", STR_ARG(f->path), STR_ARG(index.size ? index : STR("index.html")));
    int fd = -1;
    errno = 0;
    if (f->path.data && is_allowed(ex->worker->boot, root) && !is_hidden(f->path))
        fd = open_file(ex, root, f->path);
    if (fd >= 0 && fstat(fd, &f->stat) == 0) {
        if (S_ISREG(f->stat.st_mode))
            return fd;
        if (S_ISDIR(f->stat.st_mode) && !str_ends(ex->request.path, STR("/"))) {
            (void)close(fd);
            redirect_to_folder(ex);
            return -1;
        }
    }
    bool short_of = fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
    if (fd >= 0)
        (void)close(fd);
    if (short_of)
        exchange_fail(ex, 503, STR("The gateway is busy. Please try again in a moment."));
    else
        exchange_fail(ex, 404, STR("There is nothing at this address."));
    return -1;
}

/* The part of the path below the route's prefix, decoded and normalised. */
static bool file_path(struct exchange *ex, const struct snap_route *route, struct str *ret)
{
    struct str path = ex->request.path, prefix = snapshot_str(ex->epoch->snapshot, route->prefix);
    if (route->strip_prefix && prefix.size > 1 && str_starts(path, prefix)) {
        size_t size = str_ends(prefix, STR("/")) ? prefix.size - 1 : prefix.size;
        path = str_after(path, size);
    }
    return path_normalise(path.size ? path : STR("/"), &ex->arena, ret);
}

void files_start(struct exchange *ex, const struct snap_route *route)
{
    struct found *f = arena_zalloc(&ex->arena, sizeof *f);
    struct worker *w = ex->worker;
    if (!w->file_block)
        w->file_block = malloc(WORKER_HEADROOM + WORKER_READ_SIZE + WORKER_TAILROOM);
    if (!f || !w->file_block) {
        exchange_fail(ex, 500, STR("The gateway is out of memory for this request."));
        return;
    }
    if (ex->request.method != HTTP_METHOD_GET && ex->request.method != HTTP_METHOD_HEAD) {
        ex->allow = STR("GET, HEAD");
        exchange_fail(ex, 405, STR("Files can only be read here."));
        return;
    }
    if (!file_path(ex, route, &f->path)) {
        exchange_fail(ex, 400, STR("The request's address is invalid."));
        return;
    }
    int fd = find(ex, route, f);
    if (fd < 0)
        return;
    describe(ex, f);
    switch (range_check_conditions(&ex->request, &f->validators)) {
    case RANGE_CONDITION_HOLDS: answer_file(ex, fd, f); return;
    case RANGE_CONDITION_NOT_MODIFIED: answer_not_modified(ex, f); break;
    case RANGE_CONDITION_FAILED:
        exchange_fail(ex, 412, STR("The file is not the one the request was made for."));
        break;
    }
    (void)close(fd);
}

static void files_request_content(struct exchange *ex, struct piece content, bool end)
{
    (void)ex;
    (void)content;
    (void)end; /* content with GET has no meaning (RFC 9110 section 9.3.1): read and dropped */
}

static bool files_takes_content(struct exchange *ex)
{
    (void)ex;
    return true;
}

static void files_resume(struct exchange *ex)
{
    pump(ex, ex->source_state);
}

static void files_cancel(struct exchange *ex)
{
    struct files *files = ex->source_state;
    (void)close(files->fd);
}

static const struct exchange_source_ops files_ops = {
    .request_content = files_request_content,
    .takes_content = files_takes_content,
    .resume = files_resume,
    .cancel = files_cancel,
};
