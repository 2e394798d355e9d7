/* Files in, certificate out. */
#include "app/cli_intake.h"

#include "app/cli_passphrase.h"
#include "os/file.h"

struct files {
    struct buf texts[CLI_INTAKE_FILES_COUNT_MAX + 1]; /* the key's last */
    size_t count;
};

static void files_fini(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        key_wipe(&files->texts[i]);
    files->count = 0;
}

static bool read_one(const char *path, const char *option, struct files *files, struct err *err)
{
    struct err why = {0};
    if (file_read(path, CERT_FILE_SIZE_MAX, &files->texts[files->count], &why)) {
        files->count++;
        return true;
    }
    if (!option) {
        if (err)
            *err = why;
        return false;
    }
    (void)err_field(err, option, "%s", why.text);
    if (err)
        err->code = why.code;
    return false;
}

static bool read_all(const struct cli_intake *intake, struct files *files, struct err *err)
{
    for (size_t i = 0; i < intake->paths_count; i++)
        if (!read_one(intake->paths[i], intake->cert_option, files, err))
            return false;
    return !intake->key_path || read_one(intake->key_path, "--key", files, err);
}

static struct cert *open_with(const struct cli_intake *intake, const struct files *files, struct str passphrase,
                              enum cert_fault *ret_fault, struct err *err)
{
    struct str views[CLI_INTAKE_FILES_COUNT_MAX + 1] = {{NULL, 0}};
    for (size_t i = 0; i < files->count; i++)
        views[i] = buf_str(&files->texts[i]);
    const struct cert_input input = {.files = views,
                                     .files_count = intake->paths_count,
                                     .key = intake->key_path ? views[intake->paths_count] : (struct str){NULL, 0},
                                     .passphrase = passphrase};
    return cert_open(&input, ret_fault, err);
}

/* What the passphrase is asked for: the key where it is apart, else the file, of which there is one as a rule. */
static const char *protected_file(const struct cli_intake *intake)
{
    return intake->key_path ? intake->key_path : intake->paths[0];
}

static struct cert *open_files(const struct cli *cli, const struct cli_intake *intake, const struct files *files,
                               enum cert_fault *ret_fault, struct err *err)
{
    struct buf passphrase;
    struct err why = {0};
    struct cert *cert = open_with(intake, files, (struct str){NULL, 0}, ret_fault, &why);
    if (cert || *ret_fault != CERT_FAULT_KEY_ENCRYPTED) {
        if (!cert && err)
            *err = why;
        return cert;
    }
    if (!cli_passphrase_get(cli, protected_file(intake), &passphrase, err))
        return NULL;
    cert = open_with(intake, files, buf_str(&passphrase), ret_fault, err);
    cli_passphrase_wipe(&passphrase);
    return cert;
}

bool cli_intake_open(const struct cli *cli, const struct cli_intake *intake, struct cert **ret,
                     enum cert_fault *ret_fault, struct err *err)
{
    struct files files = {.count = 0};
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = read_all(intake, &files, err) ? open_files(cli, intake, &files, &fault, err) : NULL;
    files_fini(&files);
    if (ret_fault)
        *ret_fault = fault;
    if (!cert)
        return false;
    *ret = cert;
    return true;
}

bool cli_intake_is_plain(struct str file)
{
    static const char *const marks[] = {"-----BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED",
                                        "-----BEGIN PKCS7"};
    if (file.size && memchr(file.data, 0, file.size))
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (file.size && memmem(file.data, file.size, marks[i], strlen(marks[i])))
            return false;
    return file.size == 0 || (unsigned char)file.data[0] != 0x30; /* DER begins with a SEQUENCE, and "0" no PEM */
}

static json_t *text_of(struct buf *text)
{
    struct str view = buf_str(text);
    return json_stringn(view.size ? view.data : "", view.size);
}

bool cli_intake_texts(const struct cert *cert, json_t **ret_chain, json_t **ret_key, struct err *err)
{
    struct buf chain, key;
    buf_init(&chain, 2 * CERT_FILE_SIZE_MAX);
    buf_init(&key, CERT_FILE_SIZE_MAX);
    bool fine = (cert_chain_to_pem(cert, &chain) || err_memory(err)) && key_to_pem(cert_key(cert), &key, err);
    json_t *chain_text = fine ? text_of(&chain) : NULL, *key_text = fine ? text_of(&key) : NULL;
    buf_fini(&chain);
    key_wipe(&key);
    if (chain_text && key_text) {
        *ret_chain = chain_text;
        *ret_key = key_text;
        return true;
    }
    json_decref(chain_text);
    json_decref(key_text);
    return fine ? err_memory(err) : false;
}

static bool add_bare(const struct files *files, size_t i, const char *path, struct buf *out, struct err *err)
{
    struct str text = buf_str(&files->texts[i]);
    if (!cli_intake_is_plain(text)) {
        (void)err_set(err, ERR_INPUT, "%s holds no key, and is not in PEM form", path);
        return err_fix(err, "give the key with --key; for a request of \"cert csr\" give the certificate as PEM");
    }
    return (buf_put_str(out, text) && buf_put_char(out, '\n')) || err_memory(err);
}

json_t *cli_intake_bare(const struct cli_intake *intake, struct err *err)
{
    struct files files = {.count = 0};
    struct buf all;
    json_t *text = NULL;
    buf_init(&all, CERT_FILE_SIZE_MAX);
    bool fine = read_all(intake, &files, err);
    for (size_t i = 0; fine && i < intake->paths_count; i++)
        fine = add_bare(&files, i, intake->paths[i], &all, err);
    if (fine && !(text = text_of(&all)))
        (void)err_set(err, ERR_INPUT, "%s is no text", intake->paths[0]);
    files_fini(&files);
    buf_fini(&all);
    return text;
}
