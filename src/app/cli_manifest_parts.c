/* Shapes, and a table of the members that name files. */
#include "app/cli_manifest_parts.h"

#include <stdio.h>

#include "app/cli_dns.h"
#include "app/site_file.h"
#include "crypto/wipe.h"
#include "os/file.h"

/* A key file with its comments is the longest. */
#define SECRET_FILE_SIZE_MAX 16384

#define TEXT_OF(what_)                                                                                                 \
    {                                                                                                                  \
        .kind = CLI_SHAPE_TEXT, .what = what_                                                                          \
    }

static const struct cli_shape text_shape = TEXT_OF("a text"), name_shape = TEXT_OF("a name"),
                              host_shape = TEXT_OF("a host name"), address_shape = TEXT_OF("an e-mail address"),
                              url_shape = TEXT_OF("a URL"), path_shape = TEXT_OF("the path of a file"),
                              number_shape = {.kind = CLI_SHAPE_NUMBER, .what = "a whole number"},
                              boolean_shape = {.kind = CLI_SHAPE_BOOL, .what = "true or false"};
static const struct cli_shape addresses_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of e-mail addresses", .item = &address_shape};
static const struct cli_shape kind_shape = {
    .kind = CLI_SHAPE_WORD, .what = "the kind of a channel", .words = "email webhook syslog hook"};
static const struct cli_shape event_shape = {.kind = CLI_SHAPE_WORD,
                                             .what = "an event",
                                             .words = "obtained renewed served failing expiring mismatch clock drawer"};
static const struct cli_shape events_shape = {.kind = CLI_SHAPE_LIST, .what = "a list of events", .item = &event_shape};
static const struct cli_shape severity_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a severity", .words = "info warning critical"};
static const struct cli_shape security_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a way to secure mail", .words = "starttls tls none"};

#define SECRET(member)    "a secret has no place in this file: put it into one of its own, " member ": FILE"
#define IN_A_FILE(member) "name the file that holds it: " member ": FILE"

static const struct cli_shape_member channel_members[] = {
    {"name", &name_shape, NULL},
    {"kind", &kind_shape, NULL},
    {"events", &events_shape, NULL},
    {"severity", &severity_shape, NULL},
    {"digest_hour", &number_shape, NULL},
    {"host", &host_shape, NULL},
    {"port", &number_shape, NULL},
    {"security", &security_shape, NULL},
    {"user", &text_shape, NULL},
    {"password_file", &path_shape, NULL},
    {"from", &address_shape, NULL},
    {"to", &addresses_shape, NULL},
    {"url", &url_shape, NULL},
    {"secret_file", &path_shape, NULL},
    {"facility", &text_shape, NULL},
    {"ca", &path_shape, NULL},
    {"password", NULL, SECRET("password_file")},
    {"secret", NULL, SECRET("secret_file")},
    {"roots_pem", NULL, IN_A_FILE("ca")},
    {"paused", NULL, "a pause ends by hand: strictgate notify set NAME --resume"},
    {0},
};
static const struct cli_shape channel_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "a notification channel", .members = channel_members};

static const struct cli_shape_member ca_members[] = {
    {"name", &name_shape, NULL},
    {"directory", &url_shape, NULL},
    {"contacts", &addresses_shape, NULL},
    {"terms_agreed", &boolean_shape, NULL},
    {"eab_kid", &text_shape, NULL},
    {"eab_key_file", &path_shape, NULL},
    {"profile", &text_shape, NULL},
    {"preferred_root", &text_shape, NULL},
    {"roots", &path_shape, NULL},
    {"preference", &number_shape, NULL},
    {"rehearsal", &boolean_shape, NULL},
    {"eab_key", NULL, SECRET("eab_key_file")},
    {"roots_pem", NULL, IN_A_FILE("roots")},
    {0},
};
static const struct cli_shape ca_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "a certificate authority", .members = ca_members};

static const struct cli_shape_member zone_members[] = {
    {"zone", &name_shape, NULL},
    {"server", &text_shape, NULL},
    {"key", &name_shape, NULL},
    {"algorithm", &text_shape, NULL},
    {"secret_file", &path_shape, NULL},
    {"secret", NULL, SECRET("secret_file")},
    {0},
};
static const struct cli_shape zone_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "a zone of the DNS", .members = zone_members};

const struct cli_shape
    cli_manifest_channels = {.kind = CLI_SHAPE_LIST, .what = "a list of notification channels", .item = &channel_shape},
    cli_manifest_cas = {.kind = CLI_SHAPE_LIST, .what = "a list of certificate authorities", .item = &ca_shape},
    cli_manifest_zones = {.kind = CLI_SHAPE_LIST, .what = "a list of zones of the DNS", .item = &zone_shape},
    cli_manifest_roots = {.kind = CLI_SHAPE_LIST, .what = "a list of files with a root each", .item = &path_shape};

enum content { CONTENT_PEM, CONTENT_SECRET, CONTENT_DNS_SECRET };

/* What the file calls by its file, and what the request has in its place. */
static const struct {
    const char *list, *ours, *theirs;
    enum content content;
} files[] = {
    {"notify_channels", "password_file", "password", CONTENT_SECRET},
    {"notify_channels", "secret_file", "secret", CONTENT_SECRET},
    {"notify_channels", "ca", "roots_pem", CONTENT_PEM},
    {"cas", "eab_key_file", "eab_key", CONTENT_SECRET},
    {"cas", "roots", "roots_pem", CONTENT_PEM},
    {"dns_zones", "secret_file", "secret", CONTENT_DNS_SECRET},
};
#define FILES_COUNT (sizeof files / sizeof *files)

static struct str secret_in(struct str content, enum content kind)
{
    if (kind == CONTENT_DNS_SECRET)
        return cli_dns_secret(content);
    while (content.size && (content.data[content.size - 1] == '\n' || content.data[content.size - 1] == '\r'))
        content.size--;
    return content;
}

static json_t *load_secret(const char *path, enum content kind, struct err *err)
{
    struct buf content;
    if (!file_read(path, SECRET_FILE_SIZE_MAX, &content, err))
        return NULL;
    struct str secret = secret_in(buf_str(&content), kind);
    json_t *json = secret.size ? json_stringn(secret.data, secret.size) : NULL;
    if (!json) {
        (void)err_set(err, ERR_INPUT, "%.200s %s", path, secret.size ? "is not text in UTF-8" : "holds no secret");
        (void)err_fix(err, "put the secret into it, and nothing else");
    }
    wipe_bytes(content.data, content.capacity);
    buf_fini(&content);
    return json;
}

/* A new reference; NULL with *err, which names the place. */
static json_t *load(struct cli_manifest *manifest, const struct cli_yaml *node, enum content kind, struct err *err)
{
    struct err why = {0};
    const char *path = cli_manifest_file(manifest, node);
    json_t *json = !path                 ? NULL
                   : kind == CONTENT_PEM ? site_file_text("", path, SITE_FILE_PEM, &why)
                                         : load_secret(path, kind, &why);
    if (json)
        return json;
    if (!path) {
        (void)err_memory(err);
        return NULL;
    }
    (void)cli_yaml_error(node, err, "%s", why.text);
    (void)err_fix(err, "%s", why.fix[0] ? why.fix : "paths are relative to the folder of this file");
    return NULL;
}

static bool put_file(struct cli_manifest *manifest, const struct cli_yaml *node, size_t file, json_t *object,
                     struct err *err)
{
    const struct cli_yaml *member = cli_yaml_member(node, files[file].ours);
    if (!member)
        return true;
    json_t *content = load(manifest, member, files[file].content, err);
    if (!content)
        return false;
    (void)json_object_del(object, files[file].ours);
    return json_object_set_new(object, files[file].theirs, content) == 0 || err_memory(err);
}

static bool put_files(struct cli_manifest *manifest, struct err *err)
{
    for (size_t i = 0; i < FILES_COUNT; i++) {
        const struct cli_yaml *list = cli_yaml_member(manifest->root, files[i].list);
        json_t *objects = json_object_get(manifest->request, files[i].list);
        for (const struct cli_yaml *node = list ? list->first : NULL; node; node = node->next)
            if (!put_file(manifest, node, i, json_array_get(objects, node->index), err))
                return false;
    }
    return true;
}

/* Paths become objects. */
static bool put_roots(struct cli_manifest *manifest, struct err *err)
{
    const struct cli_yaml *list = cli_yaml_member(manifest->root, "private_roots");
    json_t *roots = json_object_get(manifest->request, "private_roots");
    for (const struct cli_yaml *node = list ? list->first : NULL; node; node = node->next) {
        json_t *pem = load(manifest, node, CONTENT_PEM, err);
        if (!pem)
            return false;
        if (json_array_set_new(roots, node->index, json_pack("{s:o}", "certificate_pem", pem)) != 0)
            return err_memory(err);
    }
    return true;
}

bool cli_manifest_parts(struct cli_manifest *manifest, struct err *err)
{
    return put_files(manifest, err) && put_roots(manifest, err);
}

void cli_manifest_parts_rename(char path[static CLI_YAML_PATH_SIZE])
{
    char *last = strrchr(path, '.');
    if (!last)
        return;
    if (str_starts(str_from(path), STR("private_roots["))) {
        *last = '\0';
        return;
    }
    for (size_t i = 0; i < FILES_COUNT; i++) {
        if (!str_starts(str_from(path), str_from(files[i].list)) ||
            !str_eq(str_from(last + 1), str_from(files[i].theirs)))
            continue;
        (void)snprintf(last + 1, CLI_YAML_PATH_SIZE - (size_t)(last + 1 - path), "%s", files[i].ours);
        return;
    }
}
