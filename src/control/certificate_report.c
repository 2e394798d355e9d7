/* JSON, member by member. */
#include "control/certificate_report.h"

static const char *weight_name(enum cert_weight weight)
{
    switch (weight) {
    case CERT_NOTE: return "note";
    case CERT_WARNING: return "warning";
    case CERT_REFUSAL: break;
    }
    return "refusal";
}

void certificate_report_write_finding(enum cert_fault fault, const char *text, const char *fix, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "id", str_from(cert_fault_id(fault)));
    jsonout_str(out, "weight", str_from(weight_name(cert_fault_weight(fault))));
    jsonout_str(out, "text", str_from(text));
    if (fix[0])
        jsonout_str(out, "fix", str_from(fix));
    jsonout_object_end(out);
}

static void write_root(const struct trust_verdict *verdict, const char *const *owners, struct jsonout *out)
{
    if (!verdict->has_root) {
        jsonout_null(out, "root");
        return;
    }
    jsonout_object(out, "root");
    jsonout_str(out, "name", str_from(verdict->root));
    jsonout_str(out, "known_to", str_from(owners[verdict->mark]));
    jsonout_object_end(out);
}

static void write_certificate(const struct cert *cert, struct jsonout *out)
{
    const struct key *key = cert_key(cert);
    jsonout_str(out, "subject", cert_subject(cert));
    jsonout_array(out, "names");
    for (size_t i = 0; i < cert_names_count(cert); i++)
        jsonout_str(out, NULL, cert_name(cert, i));
    jsonout_array_end(out);
    jsonout_str(out, "issuer", cert_issuer(cert));
    jsonout_str(out, "serial", cert_serial(cert));
    jsonout_time(out, "not_before", cert_not_before_s(cert));
    jsonout_time(out, "not_after", cert_not_after_s(cert));
    jsonout_str(out, "fingerprint_sha256", cert_fingerprint_sha256(cert));
    jsonout_str(out, "key", str_from(key_kind_name(key_kind(key))));
    jsonout_u64(out, "key_bits", key_bits(key));
    jsonout_u64(out, "chain_count", cert_chain_count(cert));
}

void certificate_report_write(const struct cert *cert, const struct cert_report *report, const char *const *root_owners,
                              struct jsonout *out)
{
    jsonout_bool(out, "good", report->weight < CERT_WARNING);
    jsonout_object(out, "certificate");
    write_certificate(cert, out);
    write_root(&report->verdict, root_owners, out);
    jsonout_object_end(out);
    jsonout_array(out, "findings");
    for (size_t i = 0; i < report->count; i++)
        certificate_report_write_finding(report->findings[i].fault, report->findings[i].text, report->findings[i].fix,
                                         out);
    jsonout_array_end(out);
}

void certificate_report_write_closed(enum cert_fault fault, const struct err *why, struct jsonout *out)
{
    jsonout_bool(out, "good", false);
    jsonout_null(out, "certificate");
    jsonout_array(out, "findings");
    certificate_report_write_finding(fault, why->text, why->fix, out);
    jsonout_array_end(out);
}

bool certificate_report_is_fault(enum cert_fault fault)
{
    return fault != CERT_FAULT_NONE && fault != CERT_FAULT_MEMORY && fault != CERT_FAULT_KEY_ENCRYPTED;
}
