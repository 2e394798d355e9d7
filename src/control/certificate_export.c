/* Opening, writing, and the record. */
#include "control/certificate_export.h"

#include "control/commit.h"
#include "control/record.h"
#include "crypto/export.h"
#include "os/clock.h"

static bool write_down(struct core *core, const struct site *site, const struct cert *cert, enum cert_side side,
                       struct str actor, struct err *err)
{
    struct record record;
    record_init(&record, actor, STR("certificate.export"), site->name, clock_wall_s());
    record.entry.reason = arena_printf(&record.arena, "%s certificate with its key, SHA-256 %.*s",
                                       side == CERT_SIDE_RSA ? "RSA" : "ECDSA", STR_ARG(cert_fingerprint_sha256(cert)));
    bool fine = commit_note(core, &record.entry, err);
    record_fini(&record);
    return fine;
}

bool certificate_export(struct core *core, const struct site *site, enum cert_side side, struct str password,
                        struct str actor, struct buf *out, struct err *err)
{
    struct cert *cert;
    if (site_certificate(site, side).size == 0) {
        (void)err_set(err, ERR_NOT_FOUND, "%.*s has no %s certificate", STR_ARG(site->name),
                      side == CERT_SIDE_RSA ? "RSA" : "ECDSA");
        return err_fix(err, "\"strictgate cert show %.*s\" shows what it has", STR_ARG(site->name));
    }
    if (!certificates_open(core->certificates, site_certificate(site, side), &cert, err))
        return false;
    bool fine = export_pkcs12(cert, site->name, password, out, err) && write_down(core, site, cert, side, actor, err);
    cert_free(cert);
    return fine;
}
