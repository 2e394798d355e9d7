/* libcurl over a Unix socket, and turning its and control's errors into sentences. */
#include "app/cli_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli_output.h"
#include "app/cli_problem.h"
#include "app/datadir.h"
#include "crypto/random.h"

/* The list of all sites, a backup of them; control itself writes no more. */
#define REPLY_SIZE_MAX ((size_t)256 << 20)
/* A control process that fell is up again within a second; five such seconds, and something else is wrong. */
#define ATTEMPTS_COUNT_MAX  6
#define ATTEMPT_INTERVAL_US 1000000

/* An absolute path for what was typed, relative to the current folder. */
static bool absolute(struct arena *room, const char *typed, struct str *ret, struct err *err)
{
    if (typed[0] == '/')
        return arena_str(room, str_from(typed), ret) || err_memory(err);
    char *here = getcwd(NULL, 0);
    if (!here)
        return err_errno(err, "the current folder");
    struct str rest = str_from(typed);
    while (str_starts(rest, STR("./")))
        rest = str_after(rest, 2);
    if (str_eq(rest, STR(".")))
        rest = STR("");
    *ret = arena_printf(room, "%s/%.*s", here, STR_ARG(rest));
    free(here);
    return ret->data || err_memory(err);
}

static bool add_override(struct setup_origin *origin, struct str override, struct err *err)
{
    if (origin->overrides_count == BOOT_OVERRIDES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "more than %d options --set", BOOT_OVERRIDES_COUNT_MAX);
    origin->overrides[origin->overrides_count++] = override;
    return true;
}

bool cli_origin(const struct cli *cli, struct arena *room, struct setup_origin *ret, struct err *err)
{
    struct setup_origin origin = {.file = cli_value(cli, "config")};
    struct str path;
    if (!origin.file && access(BOOT_FILE_DEFAULT, F_OK) == 0)
        origin.file = BOOT_FILE_DEFAULT;
    if (origin.file) {
        if (!absolute(room, origin.file, &path, err))
            return false;
        origin.file = path.data;
    }
    const char *data = cli_value(cli, "data"), *set;
    if (data) {
        if (!absolute(room, data, &path, err))
            return false;
        struct str override = arena_printf(room, "Data.Data Directory=%s", path.data);
        if (!override.data || !add_override(&origin, override, err))
            return override.data ? false : err_memory(err);
    }
    for (size_t at = 0; (set = cli_next(cli, "set", &at));)
        if (!add_override(&origin, str_from(set), err))
            return false;
    *ret = origin;
    return true;
}

bool cli_data_directory(const struct cli *cli, struct arena *room, const char **ret, struct err *err)
{
    struct setup_origin origin;
    struct boot *boot;
    struct str path;
    const char *data = cli_value(cli, "data");
    if (data) { /* whatever the boot file says, readable or not */
        if (!absolute(room, data, &path, err))
            return false;
        *ret = path.data;
        return true;
    }
    if (!cli_origin(cli, room, &origin, err) || !setup_parse(&origin, &boot, NULL, err))
        return false;
    bool good = arena_str(room, str_from(boot->data_directory), &path);
    boot_free(boot);
    if (!good)
        return err_memory(err);
    *ret = path.data;
    return true;
}

/* Where control listens. */
struct door {
    const char *directory;
    const char *socket_path;
};

struct transfer {
    CURL *curl;
    char *text; /* JSON content */
    struct curl_slist *fields;
    struct cli_reply *reply;
};

static size_t on_data(char *data, size_t one, size_t size, void *context)
{
    struct cli_reply *reply = context;
    return buf_put(&reply->text, data, one * size) ? size : 0;
}

static bool add_field(struct transfer *t, const char *field)
{
    struct curl_slist *longer = curl_slist_append(t->fields, field);
    if (!longer)
        return false;
    t->fields = longer;
    return true;
}

static bool set_content(struct transfer *t, struct str content, const char *type)
{
    return add_field(t, type) && curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, content.data) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)content.size) == CURLE_OK;
}

static bool set_body(struct transfer *t, const struct cli_request *request)
{
    if (request->bytes.size)
        return set_content(t, request->bytes, "Content-Type: application/octet-stream");
    if (!request->json)
        return true;
    t->text = json_dumps(request->json, JSON_COMPACT);
    return t->text && set_content(t, str_from(t->text), "Content-Type: application/json");
}

static bool set_fields(struct transfer *t, const struct cli_request *request)
{
    char key[sizeof "Idempotency-Key: " + CLI_KEY_SIZE];
    if (request->idempotency_key) {
        (void)snprintf(key, sizeof key, "Idempotency-Key: %s", request->idempotency_key);
        if (!add_field(t, key))
            return false;
    }
    return !t->fields || curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->fields) == CURLE_OK;
}

static bool transfer_init(struct transfer *t, const struct door *door, const struct cli_request *request,
                          const char *url, struct cli_reply *reply)
{
    long timeout_s = request->timeout_s ? (long)request->timeout_s : CLI_TIMEOUT_S;
    *t = (struct transfer){.curl = curl_easy_init(), .reply = reply};
    CURL *curl = t->curl;
    return curl && set_body(t, request) && set_fields(t, request) &&
           curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, door->socket_path) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout_s) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply) == CURLE_OK;
}

static void transfer_fini(struct transfer *t)
{
    curl_slist_free_all(t->fields);
    if (t->text) /* may hold a private key */
        explicit_bzero(t->text, strlen(t->text));
    free(t->text);
    if (t->curl)
        curl_easy_cleanup(t->curl);
}

static int unreachable(const struct transfer *t, const struct door *door, CURLcode code)
{
    struct err err = {0};
    long number = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_COULDNT_CONNECT && number == EACCES) {
        (void)err_set(&err, ERR_DENIED, "%s may not be opened by this user", door->socket_path);
        (void)err_fix(&err, "use sudo, or add the user to the group strictgate-admin");
    } else if (code == CURLE_COULDNT_CONNECT) {
        (void)err_set(&err, ERR_SYSTEM, "the control process cannot be reached at %s", door->socket_path);
        if (datadir_is_served(door->directory))
            (void)err_fix(&err, "strictgate runs there, but its control process does not: its log says why "
                                "(journalctl -u strictgate)");
        else
            (void)err_fix(&err, "start it with \"strictgate run\", or name its data directory with --data DIR");
    } else {
        (void)err_set(&err, ERR_SYSTEM, "the control process gave no answer: %s", curl_easy_strerror(code));
        (void)err_fix(&err, "try again; what it logs tells more");
    }
    (void)cli_print_error(&err);
    return CLI_UNREACHABLE;
}

/* Whether the connection broke when the request may have been on its way already. */
static bool was_lost(CURLcode code)
{
    return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_PARTIAL_FILE;
}

/* Performs, and for as long as that can help, again: what was lost on the way, then a socket nobody listens on yet. */
static CURLcode perform(struct transfer *t, bool is_repeatable)
{
    CURLcode code = curl_easy_perform(t->curl);
    bool again = is_repeatable && was_lost(code);
    for (int i = 1; again && i < ATTEMPTS_COUNT_MAX; i++) {
        (void)usleep(ATTEMPT_INTERVAL_US);
        buf_clear(&t->reply->text);
        code = curl_easy_perform(t->curl);
        again = was_lost(code) || code == CURLE_COULDNT_CONNECT;
    }
    return code;
}

static int take_answer(struct transfer *t, const struct door *door, bool is_repeatable)
{
    CURLcode code = perform(t, is_repeatable);
    long status = 0;
    if (code != CURLE_OK)
        return unreachable(t, door, code);
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    struct str text = buf_str(&t->reply->text);
    t->reply->status = (unsigned)status;
    if (text.size)
        t->reply->json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    return CLI_OK;
}

static int knock(const struct door *door, const struct cli_request *request, const char *url, struct cli_reply *reply)
{
    struct transfer t;
    struct err err = {0};
    int status;
    if (strlen(door->socket_path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        (void)err_set(&err, ERR_INPUT, "%s is too long for a socket", door->socket_path);
        (void)err_fix(&err, "choose a shorter data directory");
        return cli_print_error(&err);
    }
    if (transfer_init(&t, door, request, url, reply)) {
        status = take_answer(&t, door, request->idempotency_key != NULL);
    } else {
        (void)err_memory(&err);
        status = cli_print_error(&err);
    }
    transfer_fini(&t);
    return status;
}

int cli_exchange(const struct cli *cli, const struct cli_request *request, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    struct door door;
    struct cli_reply reply = {0};
    buf_init(&reply.text, REPLY_SIZE_MAX);
    arena_init(&room, 65536);
    int status;
    if (cli_data_directory(cli, &room, &door.directory, &err)) {
        struct str socket_path = arena_printf(&room, "%s/control.sock", door.directory);
        struct str url = arena_printf(&room, "http://localhost%s", request->path);
        door.socket_path = socket_path.data;
        status = socket_path.data && url.data ? knock(&door, request, url.data, &reply)
                                              : cli_print_error((err_memory(&err), &err));
    } else {
        status = cli_print_error(&err);
    }
    arena_fini(&room);
    if (status == CLI_OK)
        *ret = reply;
    else
        cli_reply_fini(&reply);
    return status;
}

bool cli_reply_is_good(const struct cli_reply *reply)
{
    return reply->status >= 200 && reply->status < 300;
}

int cli_send(const struct cli *cli, const struct cli_request *request, struct cli_reply *ret)
{
    struct cli_reply reply;
    int status = cli_exchange(cli, request, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_reply_is_good(&reply)) {
        *ret = reply;
        return CLI_OK;
    }
    status = cli_problem_print(cli, &reply);
    cli_reply_fini(&reply);
    return status;
}

int cli_call(const struct cli *cli, const char *method, const char *path, const json_t *body, struct cli_reply *ret)
{
    const struct cli_request request = {.method = method, .path = path, .json = body};
    return cli_send(cli, &request, ret);
}

void cli_reply_fini(struct cli_reply *reply)
{
    json_decref(reply->json);
    if (reply->text.data)
        explicit_bzero(reply->text.data, reply->text.capacity);
    buf_fini(&reply->text);
    reply->json = NULL;
}

bool cli_key_make(char room[static CLI_KEY_SIZE], struct err *err)
{
    uint64_t bits[2];
    if (!random_bytes(bits, sizeof bits, err))
        return false;
    (void)snprintf(room, CLI_KEY_SIZE, "%016llx%016llx", (unsigned long long)bits[0], (unsigned long long)bits[1]);
    return true;
}

const char *cli_escape(struct arena *room, const char *text)
{
    char *encoded = curl_easy_escape(NULL, text, (int)strlen(text));
    struct str copy = {NULL, 0};
    bool fine = encoded && arena_str(room, str_from(encoded), &copy);
    curl_free(encoded);
    return fine ? copy.data : NULL;
}

const char *cli_site_path(struct arena *room, const char *name, const char *tail)
{
    const char *encoded = cli_escape(room, name);
    return encoded ? arena_printf(room, "/v1/sites/%s%s", encoded, tail).data : NULL;
}

int cli_check_applied(const json_t *reply)
{
    const json_t *applied = json_object_get(reply, "applied");
    if (!json_is_false(applied))
        return CLI_OK;
    struct err err = {0};
    (void)err_set(&err, ERR_SYSTEM, "stored, but not in effect: %s",
                  cli_json_text(reply, "reason", "the gateway did not take it"));
    (void)err_fix(&err, "see \"strictgate status\" and the log");
    return cli_print_error(&err);
}
