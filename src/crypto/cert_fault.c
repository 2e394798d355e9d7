/*
 * The faults of certificates: id, words, fix, weight. Refused is only what no client would take, for nobody is served
 * by it. All else is taken and told: an administrator may know the clients better, and in need a certificate with one
 * fault is better than one with two. What a bound site needs is kept by its guards (control/conserve.c).
 */
#include "crypto/cert.h"

static const struct {
    const char *id, *text, *fix;
    enum cert_weight weight;
} faults[CERT_FAULT_COUNT] = {
    [CERT_FAULT_NONE] = {"none", "Nothing is wrong with this certificate.", "", CERT_NOTE},
    [CERT_FAULT_NO_CERTIFICATE] = {"no_certificate", "There is no certificate in what was given.",
                                   "Give the file of your certificate with its chain: PEM, DER or PKCS#12.",
                                   CERT_REFUSAL},
    [CERT_FAULT_UNREADABLE] = {"unreadable", "A certificate in what was given is damaged.",
                               "Fetch the file from its issuer again.", CERT_REFUSAL},
    [CERT_FAULT_TOO_MANY] = {"too_many", "There are more certificates or keys in what was given than any chain has.",
                             "Give the certificate, its intermediates and its key only.", CERT_REFUSAL},
    [CERT_FAULT_NO_KEY] = {"no_key", "The private key is missing.",
                           "Give the key file that belongs to the certificate.", CERT_REFUSAL},
    [CERT_FAULT_KEY_ENCRYPTED] = {"key_encrypted", "The file with the private key is protected by a passphrase.",
                                  "Give the passphrase as well, or remove it: openssl pkey -in KEY -out KEY.plain",
                                  CERT_REFUSAL},
    [CERT_FAULT_PASSPHRASE] = {"wrong_passphrase", "The passphrase does not open the file with the private key.",
                               "Type it again; capitals and the keyboard's language matter.", CERT_REFUSAL},
    [CERT_FAULT_OLD_CIPHER] =
        {"old_cipher", "The file with the private key is protected with an old cipher that OpenSSL does not have here.",
         "Install Debian's openssl-provider-legacy, or export it anew with AES-256: openssl pkcs12 -legacy -in OLD "
         "-out NEW.pem",
         CERT_REFUSAL},
    [CERT_FAULT_COSTLY] = {"costly_passphrase",
                           "The passphrase of the file with the private key would have to be hashed millions of times.",
                           "Export it anew with fewer iterations (100000 are plenty).", CERT_REFUSAL},
    [CERT_FAULT_KEY_UNREADABLE] = {"key_unreadable", "The private key is damaged or of a kind not known here.",
                                   "Give an ECDSA P-256 or RSA key in PEM, DER or PKCS#12.", CERT_REFUSAL},
    [CERT_FAULT_KEY_MISMATCH] = {"key_mismatch", "The private key belongs to none of the certificates.",
                                 "Give the key that the certificate was requested with.", CERT_REFUSAL},
    [CERT_FAULT_MEMORY] = {"memory", "Memory ran out.", "", CERT_REFUSAL},
    [CERT_FAULT_KEY_KIND] = {"key_kind", "Browsers do not take this kind of key.",
                             "Have a certificate issued for an ECDSA P-256 or RSA key.", CERT_REFUSAL},
    [CERT_FAULT_WEAK_KEY] = {"weak_key", "The key is too short for browsers.",
                             "Have a certificate issued for an ECDSA P-256 key, or RSA with 2048 bits or more.",
                             CERT_REFUSAL},
    [CERT_FAULT_WEAK_SIGNATURE] = {"weak_signature",
                                   "The certificate or its chain is signed with SHA-1 or MD5, which browsers refuse.",
                                   "Have it issued again.", CERT_REFUSAL},
    [CERT_FAULT_NOT_FOR_SERVERS] = {"not_for_servers",
                                    "The certificate is not meant for servers: its extended key usage lacks "
                                    "serverAuth.",
                                    "Have one issued for a web server.", CERT_REFUSAL},
    [CERT_FAULT_EXPIRED] = {"expired", "The certificate has expired.", "Renew it.", CERT_WARNING},
    [CERT_FAULT_NOT_YET_VALID] = {"not_yet_valid", "The certificate is not valid yet.",
                                  "Wait for its first day, or check this machine's clock.", CERT_WARNING},
    [CERT_FAULT_NAME] = {"wrong_name", "The certificate does not cover every name of the site.",
                         "Have one issued with all of them.", CERT_WARNING},
    [CERT_FAULT_NO_NAMES] = {"no_alternative_names",
                             "The certificate has no subject alternative name, and browsers look at nothing else.",
                             "Have one issued with the site's names as subject alternative names.", CERT_WARNING},
    [CERT_FAULT_MANY_NAMES] = {"many_names", "The certificate has more than 100 names, which slows every connection.",
                               "Have several certificates issued, one for each site.", CERT_NOTE},
    [CERT_FAULT_SELF_SIGNED] = {"self_signed",
                                "The certificate has signed itself, so that no browser trusts it unasked.",
                                "Use an authority, or the local CA on a trial site.", CERT_WARNING},
    [CERT_FAULT_AUTHORITY] = {"ca_certificate",
                              "The certificate is that of an authority, which Firefox does not take for a server.",
                              "Have a certificate issued for the server itself.", CERT_WARNING},
    [CERT_FAULT_UNRELATED] = {"unrelated_certificate",
                              "There are certificates in what was given that are no part of the chain.",
                              "They are left out; leave them out of the file as well.", CERT_NOTE},
    [CERT_FAULT_MISSING_INTERMEDIATE] = {"missing_intermediate",
                                         "A certificate between this one and its root is missing.",
                                         "Add the authority's intermediate certificate to the file.", CERT_WARNING},
    [CERT_FAULT_UNKNOWN_ISSUER] = {"unknown_issuer", "The root that the certificate leads to is not known here.",
                                   "Use a public authority, or declare the root when every visitor has it: strictgate "
                                   "trust --declare-file ROOT.",
                                   CERT_WARNING},
    [CERT_FAULT_CHAIN_INVALID] = {"chain_invalid", "Browsers refuse the chain of the certificate.",
                                  "Fetch the present chain from the authority.", CERT_WARNING},
    [CERT_FAULT_TOO_LONG] = {"validity_too_long", "The certificate is valid for longer than browsers accept.",
                             "Have one issued for a shorter time.", CERT_WARNING},
};

enum cert_weight cert_fault_weight(enum cert_fault fault)
{
    return (unsigned)fault < CERT_FAULT_COUNT ? faults[fault].weight : CERT_REFUSAL;
}

const char *cert_fault_id(enum cert_fault fault)
{
    return (unsigned)fault < CERT_FAULT_COUNT ? faults[fault].id : "unknown";
}

const char *cert_fault_text(enum cert_fault fault)
{
    return (unsigned)fault < CERT_FAULT_COUNT ? faults[fault].text : "Unknown.";
}

const char *cert_fault_fix(enum cert_fault fault)
{
    return (unsigned)fault < CERT_FAULT_COUNT ? faults[fault].fix : "";
}
