/* What is checked before a job begins, so that its states need not: everything the operator gave, by the field's name.
 */
#include "acme/account.h"
#include "acme/ca_url.h"
#include "acme/job_parts.h"
#include "codec/base64.h"
#include "crypto/issued.h"
#include "crypto/jwk.h"

static bool url_check(struct str url, const char *field, struct err *err)
{
    struct err why = {0};
    return ca_url_check(url, &why) || err_field(err, field, "The URL %s.", why.text);
}

static bool ca_check(const struct acme_ca *ca, struct err *err)
{
    if (!url_check(ca->directory_url, "directory_url", err))
        return false;
    if (ca->contacts_count > ACCOUNT_CONTACTS_COUNT_MAX)
        return err_field(err, "contacts", "An account has at most %d contacts.", ACCOUNT_CONTACTS_COUNT_MAX);
    for (size_t i = 0; i < ca->contacts_count; i++)
        if (ca->contacts[i].size > ACCOUNT_CONTACT_SIZE_MAX || str_find(ca->contacts[i], ':') == ca->contacts[i].size)
            return err_field(err, "contacts", "\"%.*s\" is no contact; write mailto: and the address.",
                             STR_ARG(str_part(ca->contacts[i], 0, 100)));
    if ((ca->eab_kid.size == 0) != (ca->eab_key.size == 0))
        return err_field(err, "eab", "An external account has both a key identifier and a key.");
    if (ca->profile.size > ACME_PROFILE_SIZE_MAX)
        return err_field(err, "profile", "A profile's name has at most %d bytes.", ACME_PROFILE_SIZE_MAX);
    return true;
}

/* The account's key can sign, and the thumbprint is what proofs are made of. */
static bool account_check(struct acme_job *job, struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct buf text;
    const struct acme_job_input *in = &job->in;
    if (!in->account_key)
        return err_field(err, "account_key", "There is no account key.");
    if (in->account_url.size > 0 && !url_check(in->account_url, "account_url", err))
        return false;
    if (in->kind == ACME_JOB_ROLL_KEY && (!in->new_account_key || !jwk_thumbprint(in->new_account_key, digest, err)))
        return in->new_account_key ? false : err_field(err, "new_account_key", "There is no new account key.");
    if (!jwk_thumbprint(in->account_key, digest, err))
        return false;
    buf_init(&text, sizeof job->thumbprint - 1);
    bool ok = base64_encode(BASE64_URL, str_make(digest, sizeof digest), &text);
    if (ok)
        memcpy(job->thumbprint, text.data, text.size);
    buf_fini(&text);
    return ok || err_memory(err);
}

static bool names_take(struct acme_job *job, struct err *err)
{
    const struct acme_job_input *in = &job->in;
    if (in->names_count == 0 || in->names_count > ACME_NAMES_COUNT_MAX)
        return err_field(err, "names", "A certificate is ordered for 1 to %d names, not %zu.", ACME_NAMES_COUNT_MAX,
                         in->names_count);
    job->identifiers = arena_zalloc(&job->arena, in->names_count * sizeof *job->identifiers);
    if (!job->identifiers)
        return err_memory(err);
    for (size_t i = 0; i < in->names_count; i++) {
        struct identifier *identifier = &job->identifiers[job->identifiers_count];
        if (!identifier_make(in->names[i], &job->arena, identifier, err))
            return false;
        bool is_new = true; /* one that is named twice is ordered once */
        for (size_t k = 0; k < job->identifiers_count && is_new; k++)
            is_new = !identifier_eq(&job->identifiers[k], identifier);
        job->identifiers_count += is_new;
    }
    return true;
}

static bool obtain_check(struct acme_job *job, struct err *err)
{
    const struct acme_job_input *in = &job->in;
    if (!names_take(job, err))
        return false;
    if (!in->certificate_key)
        return err_field(err, "certificate_key", "There is no key for the certificate.");
    if (in->challenges_count == 0 || in->challenges_count > ACME_CHALLENGE_KINDS_COUNT)
        return err_field(err, "challenges", "One to %d kinds of challenge are allowed.", ACME_CHALLENGE_KINDS_COUNT);
    return in->order_url.size == 0 || url_check(in->order_url, "order_url", err);
}

/* The certificate is one, and where it is to be asked about has an id. */
static bool certificate_check(struct acme_job *job, struct err *err)
{
    struct buf id;
    if (job->in.kind == ACME_JOB_REVOKE)
        return job->in.certificate_der.size > 0 || err_field(err, "certificate", "There is no certificate.");
    buf_init(&id, ISSUED_ARI_ID_SIZE_MAX);
    bool ok = ari_id(job->in.certificate_der, &id, err) &&
              (arena_str(&job->arena, buf_str(&id), &job->ari) || err_memory(err));
    buf_fini(&id);
    return ok;
}

bool job_input_check(struct acme_job *job, struct err *err)
{
    enum acme_job_kind kind = job->in.kind;
    if (!ca_check(job->in.ca, err) || (kind != ACME_JOB_RENEWAL_INFO && !account_check(job, err)))
        return false;
    if (kind == ACME_JOB_OBTAIN)
        return obtain_check(job, err);
    return (kind != ACME_JOB_REVOKE && kind != ACME_JOB_RENEWAL_INFO) || certificate_check(job, err);
}
