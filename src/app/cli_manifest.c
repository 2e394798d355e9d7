/* The shape of the file, and what is made of it. */
#include "app/cli_manifest.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/cli_manifest_parts.h"
#include "app/cli_output.h"
#include "app/cli_shape.h"
#include "app/site_file.h"
#include "os/file.h"

/* Nodes of a file of 4 MiB, a few hundred bytes each. */
#define ARENA_SIZE_MAX ((size_t)512 << 20)
/* One ECDSA and one RSA certificate. */
#define PAIRS_COUNT_MAX 2

#define TEXT_OF(what_)                                                                                                 \
    {                                                                                                                  \
        .kind = CLI_SHAPE_TEXT, .what = what_                                                                          \
    }

static const struct cli_shape text_shape = TEXT_OF("a text"), host_name_shape = TEXT_OF("a host name"),
                              path_shape = TEXT_OF("the path of a file"),
                              folder_shape = TEXT_OF("the path of a folder"),
                              url_shape = TEXT_OF("the address of an upstream"),
                              number_shape = {.kind = CLI_SHAPE_NUMBER, .what = "a whole number"},
                              boolean_shape = {.kind = CLI_SHAPE_BOOL, .what = "true or false"},
                              duration_shape = {.kind = CLI_SHAPE_DURATION, .what = "a duration"};

static const struct cli_shape_member upstream_members[] = {
    {"url", &url_shape, NULL}, {"weight", &number_shape, NULL}, {0}};
static const struct cli_shape upstream_object_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an upstream", .members = upstream_members};
static const struct cli_shape upstream_shape = {
    .kind = CLI_SHAPE_EITHER, .item = &url_shape, .other = &upstream_object_shape};
static const struct cli_shape upstreams_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of upstreams", .item = &upstream_shape};

static const struct cli_shape route_kind_shape = {
    .kind = CLI_SHAPE_WORD, .what = "the kind of a route", .words = "proxy files fixed panel"};
static const struct cli_shape balance_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a way to balance", .words = "least-connections round-robin"};
static const struct cli_shape_member route_members[] = {
    {"prefix", &text_shape, NULL},
    {"kind", &route_kind_shape, NULL},
    {"upstreams", &upstreams_shape, NULL},
    {"balance", &balance_shape, NULL},
    {"connect_timeout_ms", &number_shape, NULL},
    {"first_byte_timeout_ms", &number_shape, NULL},
    {"idle_timeout_ms", &number_shape, NULL},
    {"health_path", &text_shape, NULL},
    {"health_interval_ms", &number_shape, NULL},
    {"verify", &boolean_shape, NULL},
    {"ca_pem", &text_shape, NULL},
    {"root", &folder_shape, NULL},
    {"index", &text_shape, NULL},
    {"strip_prefix", &boolean_shape, NULL},
    {"status", &number_shape, NULL},
    {"body", &text_shape, NULL},
    {"content_type", &text_shape, NULL},
    {0},
};
static const struct cli_shape route_shape = {.kind = CLI_SHAPE_OBJECT, .what = "a route", .members = route_members};
static const struct cli_shape routes_shape = {.kind = CLI_SHAPE_LIST, .what = "a list of routes", .item = &route_shape};

static const struct cli_shape hsts_word_shape = {
    .kind = CLI_SHAPE_WORD, .what = "what HSTS shall be", .words = "off trial permanent release"};
static const struct cli_shape hsts_mode_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a mode", .words = "off hold auto release"};
static const struct cli_shape_member hsts_members[] = {
    {"mode", &hsts_mode_shape, NULL},  {"max_age", &duration_shape, NULL},
    {"target", &duration_shape, NULL}, {"include_subdomains", &boolean_shape, NULL},
    {"preload", &boolean_shape, NULL}, {0},
};
static const struct cli_shape hsts_object_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "what HSTS shall be", .members = hsts_members};
static const struct cli_shape hsts_shape = {
    .kind = CLI_SHAPE_EITHER, .item = &hsts_word_shape, .other = &hsts_object_shape};

static const struct cli_shape acme_word_shape = {
    .kind = CLI_SHAPE_WORD, .what = "on, off, or an object with cas, challenges and key", .words = "on off"};
static const struct cli_shape authority_shape = TEXT_OF("the name of a certificate authority");
static const struct cli_shape authorities_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of certificate authorities", .item = &authority_shape};
static const struct cli_shape challenge_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a way to prove a name", .words = "http-01 tls-alpn-01 dns-01"};
static const struct cli_shape challenges_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of ways to prove a name", .item = &challenge_shape};
static const struct cli_shape key_kind_shape = {.kind = CLI_SHAPE_WORD, .what = "a kind of key", .words = "ecdsa rsa"};
static const struct cli_shape_member acme_members[] = {
    {"cas", &authorities_shape, NULL}, {"challenges", &challenges_shape, NULL}, {"key", &key_kind_shape, NULL}, {0}};
static const struct cli_shape acme_object_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "on, off, or an object with cas, challenges and key", .members = acme_members};
static const struct cli_shape acme_shape = {
    .kind = CLI_SHAPE_EITHER, .item = &acme_word_shape, .other = &acme_object_shape};

static const struct cli_shape credentials_shape = {
    .kind = CLI_SHAPE_WORD, .what = "what becomes of credentials over plain HTTP", .words = "redirect refuse"};
static const struct cli_shape redirect_shape = {
    .kind = CLI_SHAPE_WORD, .what = "how plain HTTP is redirected", .words = "off temporary permanent"};
static const struct cli_shape names_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of host names", .item = &host_name_shape};
static const struct cli_shape ladder_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a list of durations", .item = &duration_shape};
static const struct cli_shape path_list_shape = {
    .kind = CLI_SHAPE_LIST, .what = "a file, or a list of files", .item = &path_shape};
static const struct cli_shape paths_shape = {.kind = CLI_SHAPE_EITHER, .item = &path_shape, .other = &path_list_shape};

#define IN_A_FILE "name the file that holds it: cert: FILE, key: FILE"

static const struct cli_shape reports_shape = {
    .kind = CLI_SHAPE_WORD, .what = "whether browsers report", .words = "off on"};

static const struct cli_shape_member site_members[] = {
    {"name", &host_name_shape, NULL},
    {"aliases", &names_shape, NULL},
    {"upstreams", &upstreams_shape, NULL},
    {"routes", &routes_shape, NULL},
    {"cert", &paths_shape, NULL},
    {"key", &paths_shape, NULL},
    {"local_ca", &boolean_shape, NULL},
    {"acme", &acme_shape, NULL},
    {"redirect", &redirect_shape, NULL},
    {"http_credentials", &credentials_shape, NULL},
    {"canonical", &boolean_shape, NULL},
    {"secure_cookies", &boolean_shape, NULL},
    {"rewrite_location", &boolean_shape, NULL},
    {"reports", &reports_shape, NULL},
    {"error_page", &text_shape, NULL},
    {"ladder", &ladder_shape, NULL},
    {"hsts", &hsts_shape, NULL},
    {"certificate_pem", NULL, IN_A_FILE},
    {"key_pem", NULL, IN_A_FILE},
    {"override", NULL, "what a guard refuses is done by hand: strictgate site set NAME --override GUARD ..."},
    {0},
};
static const struct cli_shape site_shape = {.kind = CLI_SHAPE_OBJECT, .what = "a site", .members = site_members};
static const struct cli_shape sites_shape = {.kind = CLI_SHAPE_LIST, .what = "a list of sites", .item = &site_shape};

static const struct cli_shape profile_shape = {
    .kind = CLI_SHAPE_WORD, .what = "a TLS profile", .words = "intermediate modern"};
static const struct cli_shape limits_shape = {.kind = CLI_SHAPE_LIMITS, .what = "an object of limits"};
static const struct cli_shape_member preload_members[] = {
    {"address", &text_shape, NULL}, {"update_days", &number_shape, NULL}, {0}};
static const struct cli_shape preload_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an object of settings of the preload list", .members = preload_members};
static const struct cli_shape_member self_check_members[] = {
    {"every_days", &number_shape, NULL}, {"address", &text_shape, NULL}, {0}};
static const struct cli_shape self_check_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an object of settings of the self-check", .members = self_check_members};
static const struct cli_shape_member subdomains_members[] = {{"every_days", &number_shape, NULL}, {0}};
static const struct cli_shape subdomains_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an object of settings of inventories", .members = subdomains_members};
static const struct cli_shape_member settings_members[] = {{"tls_profile", &profile_shape, NULL},
                                                           {"limits", &limits_shape, NULL},
                                                           {"preload", &preload_shape, NULL},
                                                           {"self_check", &self_check_shape, NULL},
                                                           {"subdomains", &subdomains_shape, NULL},
                                                           {"report_collector", &host_name_shape, NULL},
                                                           {0}};
static const struct cli_shape settings_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an object of settings", .members = settings_members};

static const struct cli_shape_member root_members[] = {
    {"sites", &sites_shape, NULL},
    {"settings", &settings_shape, NULL},
    {"notify_channels", &cli_manifest_channels, NULL},
    {"cas", &cli_manifest_cas, NULL},
    {"dns_zones", &cli_manifest_zones, NULL},
    {"private_roots", &cli_manifest_roots, NULL},
    {0},
};
static const struct cli_shape root_shape = {
    .kind = CLI_SHAPE_OBJECT, .what = "an object with sites and settings", .members = root_members};

/* ---- certificates ---- */

const char *cli_manifest_file(struct cli_manifest *manifest, const struct cli_yaml *node)
{
    struct str own = str_from(node->file);
    size_t slash = str_find_last(own, '/');
    if (node->text.data[0] == '/' || slash == own.size)
        return node->text.data;
    return arena_printf(&manifest->arena, "%.*s/%.*s", STR_ARG(str_part(own, 0, slash)), STR_ARG(node->text)).data;
}

static json_t *load(struct cli_manifest *manifest, const struct cli_yaml *node, struct err *err)
{
    struct err why = {0};
    const char *file = cli_manifest_file(manifest, node);
    json_t *pem = file ? site_file_text("", file, SITE_FILE_PEM, &why) : NULL;
    if (pem || !file) {
        if (!pem)
            (void)err_memory(err);
        return pem;
    }
    (void)cli_yaml_error(node, err, "%s", why.text);
    (void)err_fix(err, "%s", why.fix[0] ? why.fix : "paths are relative to the folder of this file");
    return NULL;
}

/* One file, or a list of them, as a list of texts. */
static json_t *load_all(struct cli_manifest *manifest, const struct cli_yaml *node, struct err *err)
{
    json_t *list = json_array();
    const struct cli_yaml *at = node->kind == CLI_YAML_LIST ? node->first : node;
    for (; list && at; at = node->kind == CLI_YAML_LIST ? at->next : NULL) {
        json_t *pem = load(manifest, at, err);
        if (pem && json_array_append_new(list, pem) == 0)
            continue;
        json_decref(list);
        return NULL;
    }
    if (!list)
        (void)err_memory(err);
    return list;
}

static size_t files_count(const struct cli_yaml *node)
{
    if (!node)
        return 0;
    return node->kind == CLI_YAML_LIST ? node->count : 1;
}

static bool check_pairs(const struct cli_yaml *cert, const struct cli_yaml *key, const struct cli_yaml *local_ca,
                        struct err *err)
{
    size_t certs = files_count(cert), keys = files_count(key);
    if (!cert && !key)
        return true;
    if (!cert)
        return cli_yaml_error(key, err, "there is no cert for it");
    if (certs == 0 || certs > PAIRS_COUNT_MAX)
        return cli_yaml_error(cert, err, "give one certificate, or one ECDSA and one RSA certificate");
    if (key && keys != certs)
        return cli_yaml_error(key, err, "there are %zu certificates and %zu keys", certs, keys);
    if (local_ca && str_eq(local_ca->text, STR("true")))
        return cli_yaml_error(local_ca, err, "a cert is given as well; give one of the two");
    return true;
}

static bool put(json_t *object, const char *name, json_t *value, struct err *err)
{
    return value && (json_object_set_new(object, name, value) == 0 || err_memory(err));
}

/* Without a key the file with the chain holds it as well, as on the command line. */
static bool put_certificates(struct cli_manifest *manifest, const struct cli_yaml *node, json_t *object,
                             struct err *err)
{
    const struct cli_yaml *cert = cli_yaml_member(node, "cert"), *key = cli_yaml_member(node, "key");
    if (!check_pairs(cert, key, cli_yaml_member(node, "local_ca"), err))
        return false;
    (void)json_object_del(object, "cert");
    (void)json_object_del(object, "key");
    return !cert || (put(object, "certificate_pem", load_all(manifest, cert, err), err) &&
                     put(object, "key_pem", load_all(manifest, key ? key : cert, err), err));
}

/* ---- sites ---- */

/* "on" is the wish with all that belongs to it by default, "off" that there is none. */
static bool put_acme(json_t *object, struct err *err)
{
    const char *word = json_string_value(json_object_get(object, "acme"));
    return !word || put(object, "acme", strcmp(word, "on") == 0 ? json_object() : json_null(), err);
}

/* What belongs to which mode: the rung to hold, the rung to climb to, and switches only where something is sent. */
static bool check_hsts(const struct cli_yaml *node, struct err *err)
{
    static const struct {
        const char *member;
        bool hold, climb;
        const char *fix;
    } rules[] = {
        {"max_age", true, false, "give the rung to climb to as target"},
        {"target", false, true, "give the rung to stay on as max_age"},
        {"include_subdomains", true, true, "leave it out"},
        {"preload", true, true, "leave it out"},
    };
    const struct cli_yaml *mode = node ? cli_yaml_member(node, "mode") : NULL;
    if (!node || node->kind != CLI_YAML_OBJECT)
        return true;
    if (!mode)
        return cli_yaml_error(node, err, "the mode is missing") || err_fix(err, "mode: off, hold, auto or release");
    bool holds = str_eq(mode->text, STR("hold")), climbs = str_eq(mode->text, STR("auto"));
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct cli_yaml *member = cli_yaml_member(node, rules[i].member);
        if (!member || (holds && rules[i].hold) || (climbs && rules[i].climb))
            continue;
        return cli_yaml_error(member, err, "the mode %.*s has none", STR_ARG(mode->text)) ||
               err_fix(err, "%s", holds || climbs ? rules[i].fix : "leave it out");
    }
    return true;
}

static bool check_name(const struct cli_yaml *node, struct err *err)
{
    const struct cli_yaml *name = cli_yaml_member(node, "name");
    if (!name)
        return cli_yaml_error(node, err, "the name is missing");
    for (const struct cli_yaml *other = node->parent->first; other != node; other = other->next) {
        const struct cli_yaml *taken = cli_yaml_member(other, "name");
        if (taken && str_eq_nocase(taken->text, name->text))
            return cli_yaml_error(name, err, "%.*s is there twice, first in line %zu", STR_ARG(name->text),
                                  taken->line);
    }
    return true;
}

static bool finish_site(struct cli_manifest *manifest, const struct cli_yaml *node, json_t *object, struct err *err)
{
    struct cli_wanted *wanted = &manifest->wanted[node->index];
    if (!check_name(node, err) || !check_hsts(cli_yaml_member(node, "hsts"), err) ||
        !put_certificates(manifest, node, object, err) || !put_acme(object, err))
        return false;
    const struct cli_yaml *hsts = cli_yaml_member(node, "hsts"),
                          *max_age = hsts ? cli_yaml_member(hsts, "max_age") : NULL;
    cli_wanted_read(json_object_get(object, "hsts"), wanted);
    if (max_age && wanted->max_age_s == 0)
        return cli_yaml_error(max_age, err, "a promise of no time at all is a release") ||
               err_fix(err, "write hsts: release");
    wanted->site = cli_yaml_member(node, "name")->text.data;
    (void)json_object_del(object, "hsts");
    manifest->count = node->index + 1;
    return true;
}

static bool finish_sites(struct cli_manifest *manifest, struct err *err)
{
    const struct cli_yaml *list = cli_yaml_member(manifest->root, "sites");
    json_t *objects = json_object_get(manifest->request, "sites");
    if (!list || list->count == 0)
        return true;
    manifest->wanted = arena_zalloc(&manifest->arena, list->count * sizeof *manifest->wanted);
    if (!manifest->wanted)
        return err_memory(err);
    for (const struct cli_yaml *node = list->first; node; node = node->next)
        if (!finish_site(manifest, node, json_array_get(objects, node->index), err))
            return false;
    return true;
}

bool cli_manifest_parse(const char *file, struct str content, struct cli_manifest *ret, struct err *err)
{
    struct cli_yaml *tree;
    *ret = (struct cli_manifest){.count = 0};
    arena_init(&ret->arena, ARENA_SIZE_MAX);
    if (cli_yaml_read(file, content, &ret->arena, &tree, err)) {
        ret->root = tree;
        ret->request = cli_shape_json(&root_shape, tree, err);
    }
    if (ret->request && finish_sites(ret, err) && cli_manifest_parts(ret, err))
        return true;
    cli_manifest_fini(ret);
    return false;
}

bool cli_manifest_read(const char *file, struct cli_manifest *ret, struct err *err)
{
    struct buf content;
    if (!file_read(file, CLI_YAML_SIZE_MAX, &content, err))
        return false;
    bool fine = cli_manifest_parse(file, buf_str(&content), ret, err);
    buf_fini(&content);
    return fine;
}

void cli_manifest_fini(struct cli_manifest *manifest)
{
    json_decref(manifest->request);
    manifest->request = NULL;
    arena_fini(&manifest->arena);
}

/* ---- places ---- */

/* Our names for what the request calls otherwise. */
static const struct {
    const char *theirs, *ours;
} renamed[] = {{"certificate_pem", "cert"}, {"key_pem", "key"}};

const char *cli_manifest_place(const struct cli_manifest *manifest, const char *member,
                               char room[static CLI_PLACE_SIZE])
{
    char wanted[CLI_YAML_PATH_SIZE], found[CLI_YAML_PATH_SIZE];
    (void)snprintf(wanted, sizeof wanted, "%s", member);
    cli_manifest_parts_rename(wanted);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        char *at = strstr(wanted, renamed[i].theirs);
        if (at)
            (void)snprintf(at, sizeof wanted - (size_t)(at - wanted), "%s", renamed[i].ours);
    }
    const struct cli_yaml *node = cli_yaml_find(manifest->root, wanted);
    const char *ours = cli_yaml_path(node, found);
    (void)snprintf(room, CLI_PLACE_SIZE, "%s:%zu:%zu: %s", node->file, node->line, node->column,
                   strlen(ours) < strlen(wanted) ? wanted : ours);
    return room;
}
