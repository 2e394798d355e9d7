/* libcurl over a Unix socket, and turning its and control's errors into sentences. */
#include "app/cli_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli_output.h"
#include "app/datadir.h"

/* Control waits up to 5 s for the gateway; certificates for a hundred names take a moment more. */
#define CALL_TIMEOUT_S 60
/* The list of all sites; control itself writes no more. */
#define REPLY_SIZE_MAX ((size_t)256 << 20)

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

struct transfer {
    CURL *curl;
    char *body;
    struct curl_slist *fields;
    struct cli_reply *reply;
};

static size_t on_data(char *data, size_t one, size_t size, void *context)
{
    struct cli_reply *reply = context;
    return buf_put(&reply->text, data, one * size) ? size : 0;
}

static bool transfer_init(struct transfer *t, const char *socket_path, const char *method, const char *url,
                          const json_t *body, struct cli_reply *reply)
{
    *t = (struct transfer){.curl = curl_easy_init(), .reply = reply};
    if (!t->curl)
        return false;
    CURL *curl = t->curl;
    if (body) {
        t->body = json_dumps(body, JSON_COMPACT);
        t->fields = curl_slist_append(NULL, "Content-Type: application/json");
        if (!t->body || !t->fields || curl_easy_setopt(curl, CURLOPT_POSTFIELDS, t->body) != CURLE_OK ||
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(t->body)) != CURLE_OK ||
            curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->fields) != CURLE_OK)
            return false;
    }
    return curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CALL_TIMEOUT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply) == CURLE_OK;
}

static void transfer_fini(struct transfer *t)
{
    curl_slist_free_all(t->fields);
    if (t->body) /* may hold a private key */
        explicit_bzero(t->body, strlen(t->body));
    free(t->body);
    if (t->curl)
        curl_easy_cleanup(t->curl);
}

static int unreachable(const struct transfer *t, const char *directory, const char *socket_path, CURLcode code)
{
    struct err err = {0};
    long number = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_COULDNT_CONNECT && number == EACCES) {
        (void)err_set(&err, ERR_DENIED, "%s may not be opened by this user", socket_path);
        (void)err_fix(&err, "use sudo, or add the user to the group strictgate-admin");
    } else if (code == CURLE_COULDNT_CONNECT) {
        (void)err_set(&err, ERR_SYSTEM, "the control process cannot be reached at %s", socket_path);
        if (datadir_is_served(directory))
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

/* Prints the error that an answer holds. */
static int refused(const struct cli_reply *reply, long status)
{
    struct err err = {0};
    const json_t *error = json_object_get(reply->json, "error");
    const char *code = cli_json_text(error, "code", "system");
    (void)err_set(&err, strcmp(code, "input") == 0 ? ERR_INPUT : ERR_SYSTEM, "%s",
                  cli_json_text(error, "message", "the control process refused"));
    if (!error)
        (void)err_set(&err, ERR_SYSTEM, "the control process answered with status %ld", status);
    (void)snprintf(err.field, sizeof err.field, "%s", cli_json_text(error, "field", ""));
    const char *fix = cli_json_text(error, "fix", "");
    /* The API's way to insist is a JSON member; here it is two options. */
    bool may_insist = strstr(fix, "\"override\"") != NULL;
    (void)err_fix(&err, "%s", may_insist ? "wait until then, or insist with --override NAME --reason TEXT" : fix);
    return cli_print_error(&err);
}

static int perform(struct transfer *t, const char *directory, const char *socket_path)
{
    CURLcode code = curl_easy_perform(t->curl);
    if (code != CURLE_OK)
        return unreachable(t, directory, socket_path, code);
    long status = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    struct str text = buf_str(&t->reply->text);
    if (text.size)
        t->reply->json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    return status >= 200 && status < 300 ? CLI_OK : refused(t->reply, status);
}

static int call(const char *directory, const char *socket_path, const char *method, const char *url, const json_t *body,
                struct cli_reply *reply)
{
    struct transfer t;
    struct err err = {0};
    int status;
    if (strlen(socket_path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        (void)err_set(&err, ERR_INPUT, "%s is too long for a socket", socket_path);
        (void)err_fix(&err, "choose a shorter data directory");
        return cli_print_error(&err);
    }
    if (transfer_init(&t, socket_path, method, url, body, reply)) {
        status = perform(&t, directory, socket_path);
    } else {
        (void)err_memory(&err);
        status = cli_print_error(&err);
    }
    transfer_fini(&t);
    return status;
}

int cli_call(const struct cli *cli, const char *method, const char *path, const json_t *body, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    const char *directory;
    struct cli_reply reply = {0};
    buf_init(&reply.text, REPLY_SIZE_MAX);
    arena_init(&room, 65536);
    int status;
    if (cli_data_directory(cli, &room, &directory, &err)) {
        struct str socket_path = arena_printf(&room, "%s/control.sock", directory);
        struct str url = arena_printf(&room, "http://localhost%s", path);
        status = socket_path.data && url.data ? call(directory, socket_path.data, method, url.data, body, &reply)
                                              : CLI_FAILED;
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

void cli_reply_fini(struct cli_reply *reply)
{
    json_decref(reply->json);
    buf_fini(&reply->text);
    reply->json = NULL;
}

const char *cli_site_path(struct arena *room, const char *name, const char *tail)
{
    char *encoded = curl_easy_escape(NULL, name, (int)strlen(name));
    struct str path = encoded ? arena_printf(room, "/v1/sites/%s%s", encoded, tail) : (struct str){NULL, 0};
    curl_free(encoded);
    return path.data;
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
