/* The files of a bundle, one made from the other. */
#include "control/bundle.h"

#include <stdio.h>

#include "codec/date.h"
#include "codec/json.h"
#include "control/bundle_content.h"
#include "control/bundle_page.h"
#include "control/commit.h"
#include "control/evidence_key.h"
#include "control/record.h"
#include "crypto/signing.h"
#include "os/clock.h"

/* With the audit log at its most, indented. */
#define CONTENT_SIZE_MAX ((size_t)128 << 20)
#define PAGE_SIZE_MAX    ((size_t)32 << 20)
#define SUMS_SIZE_MAX    4096

/* In the order of their names, but for what is made of the others. */
enum file { FILE_PAGE, FILE_CONTENT, FILE_KEY, FILE_SUMS, FILE_SIGNATURE };

static const struct {
    const char *name;
    size_t size_max;
} files[BUNDLE_FILES_COUNT] = {
    [FILE_PAGE] = {"evidence.html", PAGE_SIZE_MAX},
    [FILE_CONTENT] = {"evidence.json", CONTENT_SIZE_MAX},
    [FILE_KEY] = {"public-key.pem", SIGNING_PUBLIC_SIZE_MAX},
    [FILE_SUMS] = {"SHA256SUMS", SUMS_SIZE_MAX},
    [FILE_SIGNATURE] = {"SHA256SUMS.sig", SIGNING_SIGNATURE_SIZE_MAX},
};

static struct str content_of(const struct bundle *bundle, enum file file)
{
    return buf_str(&bundle->files[file].content);
}

static void begin(struct bundle *bundle, struct str name, int64_t now_s)
{
    char room[DATE_ISO_SIZE];
    struct str day = str_part(date_write_iso(now_s * 1000, room), 0, 10);
    *bundle = (struct bundle){0};
    (void)snprintf(bundle->name, sizeof bundle->name, "%.*s-evidence-%.*s", STR_ARG(name), STR_ARG(day));
    for (size_t i = 0; bundle->name[i]; i++)
        if (bundle->name[i] == '*' || bundle->name[i] == ':')
            bundle->name[i] = '_'; /* of a wildcard, of an address: no name of a file everywhere */
    for (size_t i = 0; i < BUNDLE_FILES_COUNT; i++) {
        bundle->files[i].name = files[i].name;
        buf_init(&bundle->files[i].content, files[i].size_max);
    }
}

/* evidence.json and the page are the same facts. */
static bool write_content(struct core *core, const struct bundle_wish *wish, struct bundle *bundle, struct err *err)
{
    json_t *content = NULL;
    if (!bundle_content(core, wish, content_of(bundle, FILE_KEY), str_from(bundle->fingerprint), &content, err))
        return false;
    bool fine = (json_write(content, true, &bundle->files[FILE_CONTENT].content) &&
                 buf_put_char(&bundle->files[FILE_CONTENT].content, '\n') &&
                 bundle_page(content, wish->language, &bundle->files[FILE_PAGE].content)) ||
                err_memory(err);
    json_decref(content);
    return fine;
}

/* What `sha256sum -c SHA256SUMS` reads. */
static bool write_sums(struct bundle *bundle, struct err *err)
{
    struct buf *sums = &bundle->files[FILE_SUMS].content;
    for (unsigned i = 0; i < FILE_SUMS; i++) {
        char digest[DIGEST_FINGERPRINT_SIZE];
        if (!digest_fingerprint(content_of(bundle, (enum file)i), digest, err))
            return false;
        if (!buf_printf(sums, "%s  %s\n", digest, files[i].name))
            return err_memory(err);
    }
    return true;
}

static bool write_files(struct core *core, const struct bundle_wish *wish, const struct key *key, struct bundle *bundle,
                        struct err *err)
{
    return signing_public(key, &bundle->files[FILE_KEY].content, err) &&
           signing_fingerprint(content_of(bundle, FILE_KEY), bundle->fingerprint, err) &&
           write_content(core, wish, bundle, err) && write_sums(bundle, err) &&
           signing_sign(key, content_of(bundle, FILE_SUMS), &bundle->files[FILE_SIGNATURE].content, err);
}

/* What left the house, so that it can be found again: which key signed, and the digest of what it signed. */
static bool note(struct core *core, const struct bundle_wish *wish, const struct bundle *bundle, struct err *err)
{
    char digest[DIGEST_FINGERPRINT_SIZE], reason[256];
    struct record record;
    if (!digest_fingerprint(content_of(bundle, FILE_SUMS), digest, err))
        return false;
    (void)snprintf(reason, sizeof reason, "signed with %s; SHA-256 of SHA256SUMS: %s", bundle->fingerprint, digest);
    record_init(&record, wish->actor, STR("evidence.bundle"), wish->site->name, clock_wall_s());
    record.entry.reason = str_from(reason);
    bool fine = commit_note(core, &record.entry, err);
    record_fini(&record);
    return fine;
}

bool bundle_make(struct core *core, const struct bundle_wish *wish, struct bundle *ret, struct err *err)
{
    struct bundle bundle;
    struct key *key;
    if (!evidence_key_open(core, wish->actor, &key, err))
        return false;
    begin(&bundle, wish->site->name, clock_wall_s());
    bool fine = write_files(core, wish, key, &bundle, err) && note(core, wish, &bundle, err);
    key_free(key);
    if (fine)
        *ret = bundle;
    else
        bundle_fini(&bundle);
    return fine;
}

void bundle_fini(struct bundle *bundle)
{
    for (size_t i = 0; i < BUNDLE_FILES_COUNT; i++)
        buf_fini(&bundle->files[i].content);
}
