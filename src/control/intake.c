/* Two forms of the same: texts in pairs, or the files of one certificate. */
#include "control/intake.h"

#include "codec/base64.h"
#include "store/members.h"

const char *const intake_members[] = {INTAKE_MEMBERS, NULL};

/* What was read for one certificate. */
struct given {
    struct str files[INTAKE_FILES_COUNT_MAX];
    size_t files_count;
    struct str key, passphrase;
    const char *files_member, *key_member;
};

bool intake_is_given(const json_t *json)
{
    for (size_t i = 0; intake_members[i]; i++)
        if (json_object_get(json, intake_members[i]))
            return true; /* what only goes with a certificate is found to be without one */
    return false;
}

void intake_fini(struct intake *intake)
{
    for (size_t i = 0; i < intake->count; i++)
        cert_free(intake->certs[i]);
    intake->count = 0;
}

/* A string, or a list of strings; none when the member is absent. */
static bool read_texts(const json_t *json, const char *path, const char *name, struct str texts[INTAKE_COUNT_MAX],
                       size_t *ret_count, struct err *err)
{
    const json_t *value = json_object_get(json, name);
    size_t count = json_is_array(value) ? json_array_size(value) : value != NULL;
    if (count > INTAKE_COUNT_MAX || (value && count == 0))
        return members_error(err, path, name, "give one certificate, or one ECDSA and one RSA certificate");
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(text) || json_string_length(text) > CERT_FILE_SIZE_MAX)
            return members_error(err, path, name, "PEM text of at most 1 MiB is needed here");
        texts[i] = str_make(json_string_value(text), json_string_length(text));
    }
    *ret_count = count;
    return true;
}

static bool is_of_key(enum cert_fault fault)
{
    switch (fault) {
    case CERT_FAULT_NO_KEY:
    case CERT_FAULT_OLD_CIPHER:
    case CERT_FAULT_COSTLY:
    case CERT_FAULT_KEY_UNREADABLE:
    case CERT_FAULT_KEY_MISMATCH: return true;
    default: return false;
    }
}

static bool open_one(const struct given *given, const char *path, struct intake *intake, struct err *err)
{
    const struct cert_input input = {
        .files = given->files, .files_count = given->files_count, .key = given->key, .passphrase = given->passphrase};
    struct err why = {0};
    struct cert *cert = cert_open(&input, &intake->fault, &why);
    intake->member = given->files_member;
    if (cert) {
        intake->certs[intake->count++] = cert;
        return true;
    }
    bool secret = intake->fault == CERT_FAULT_KEY_ENCRYPTED || intake->fault == CERT_FAULT_PASSPHRASE;
    (void)members_error(err, path,
                        secret                     ? "passphrase"
                        : is_of_key(intake->fault) ? given->key_member
                                                   : given->files_member,
                        "%s", why.text);
    if (err)
        err->code = why.code;
    return err_fix(err, "%s", why.fix);
}

/* The passphrase is the same for both of a pair. */
static bool read_pairs(const json_t *json, const char *path, struct str passphrase, struct str key,
                       struct intake *intake, struct err *err)
{
    struct str certs[INTAKE_COUNT_MAX], keys[INTAKE_COUNT_MAX];
    size_t certs_count = 0, keys_count = 0;
    if (!read_texts(json, path, "certificate_pem", certs, &certs_count, err) ||
        !read_texts(json, path, "key_pem", keys, &keys_count, err))
        return false;
    if (certs_count == 0)
        return members_error(err, path, "certificate_pem", "the certificate is missing");
    if (keys_count && certs_count != keys_count)
        return members_error(err, path, "key_pem", "there are %zu certificates and %zu keys", certs_count, keys_count);
    for (size_t i = 0; i < certs_count; i++) {
        struct given given = {.files = {certs[i]},
                              .files_count = 1,
                              .key = key,
                              .passphrase = passphrase,
                              .files_member = "certificate_pem",
                              .key_member = "key_pem"};
        if (keys_count)
            given.key = keys[i];
        if (!open_one(&given, path, intake, err))
            return false;
    }
    return true;
}

static bool decode_files(const json_t *list, size_t count, const char *path, struct buf *bytes, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(list, i);
        buf_init_secret(&bytes[i], CERT_FILE_SIZE_MAX); /* it may hold the key, and grows */
        if (!json_is_string(text) ||
            !base64_decode(BASE64_STANDARD, str_make(json_string_value(text), json_string_length(text)), &bytes[i]))
            return members_error(err, path, "certificate_files", "files in Base64 of at most 1 MiB are needed here");
    }
    return true;
}

static bool read_files(const json_t *json, const char *path, struct str passphrase, struct str key,
                       struct intake *intake, struct err *err)
{
    struct buf bytes[INTAKE_FILES_COUNT_MAX] = {{0}};
    struct given given = {
        .key = key, .passphrase = passphrase, .files_member = "certificate_files", .key_member = "certificate_files"};
    const json_t *list = NULL;
    if (json_object_get(json, "certificate_pem") || json_object_get(json, "key_pem"))
        return members_error(err, path, "certificate_files", "give either files, or PEM texts");
    if (!members_array(json, path, "certificate_files", INTAKE_FILES_COUNT_MAX, &list, &given.files_count, err))
        return false;
    bool fine = decode_files(list, given.files_count, path, bytes, err);
    for (size_t i = 0; fine && i < given.files_count; i++)
        given.files[i] = buf_str(&bytes[i]);
    fine = fine && open_one(&given, path, intake, err);
    for (size_t i = 0; i < INTAKE_FILES_COUNT_MAX; i++)
        buf_fini(&bytes[i]);
    return fine;
}

/* What is fetched is so by the routes that give one certificate (api_fetch.h): elsewhere it must not be ignored. */
bool intake_check(const json_t *json, const char *path, struct err *err)
{
    bool fetch = false, private_too = false;
    if (!members_bool(json, path, "fetch_intermediates", &fetch, err) ||
        !members_bool(json, path, "fetch_private", &private_too, err))
        return false;
    if (private_too && !fetch)
        return members_error(err, path, "fetch_private", "this goes with \"fetch_intermediates\": true");
    if (!fetch || path[0] == '\0')
        return true;
    (void)members_error(err, path, "fetch_intermediates", "in a list of sites nothing is fetched");
    return err_fix(err, "give this site's certificate by itself");
}

/* "TEXT\nMORE", a new reference. */
static json_t *join(const json_t *text, const json_t *more)
{
    return json_sprintf("%s\n%s", json_string_value(text), json_string_value(more));
}

static bool complete_texts(json_t *json, const json_t *fetched)
{
    json_t *texts = json_object_get(json, "certificate_pem");
    if (json_is_string(texts))
        return json_object_set_new(json, "certificate_pem", join(texts, json_array_get(fetched, 0))) == 0;
    for (size_t i = 0; i < json_array_size(fetched); i++)
        if (json_array_set_new(texts, i, join(json_array_get(texts, i), json_array_get(fetched, i))) != 0)
            return false;
    return true;
}

static bool complete_files(json_t *files, const json_t *fetched)
{
    const json_t *text = json_array_get(fetched, 0);
    struct buf base64;
    buf_init(&base64, (size_t)2 * CERT_CHAIN_COUNT_MAX * CERT_FILE_SIZE_MAX);
    bool fine = base64_encode(BASE64_STANDARD, str_make(json_string_value(text), json_string_length(text)), &base64) &&
                json_array_append_new(files, json_stringn(buf_str(&base64).data, base64.size)) == 0;
    buf_fini(&base64);
    return fine;
}

bool intake_complete(json_t *json, const json_t *fetched)
{
    json_t *files = json_object_get(json, "certificate_files");
    if (json_string_length(json_array_get(fetched, 0)) == 0 && json_array_size(fetched) == 1)
        return true; /* what lay there was the root */
    return files ? complete_files(files, fetched) : complete_texts(json, fetched);
}

bool intake_read_with(const json_t *json, const char *path, struct str key, struct intake *ret, struct err *err)
{
    struct str passphrase = {NULL, 0};
    *ret = (struct intake){.count = 0};
    bool fine = intake_check(json, path, err) &&
                members_str(json, path, "passphrase", KEY_PASSPHRASE_SIZE_MAX, &passphrase, err) &&
                (json_object_get(json, "certificate_files") ? read_files(json, path, passphrase, key, ret, err)
                                                            : read_pairs(json, path, passphrase, key, ret, err));
    return fine;
}

bool intake_read(const json_t *json, const char *path, struct intake *ret, struct err *err)
{
    return intake_read_with(json, path, (struct str){NULL, 0}, ret, err);
}
