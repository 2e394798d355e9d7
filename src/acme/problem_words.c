/* What each type of problem means to whoever has to do something about it: a table, and sentences made of it. */
#include <stdarg.h>
#include <stdio.h>

#include "acme/problem.h"

/* When it is told of. The same type means one thing of a request and another of a proof that was looked for. */
enum about { ABOUT_REQUEST = 1, ABOUT_PROOF = 2, ABOUT_BOTH = 3 };

#define FIX_REACHES_US                                                                                                 \
    "Check that the name points to this gateway (A and AAAA records both) and that nothing in front of it answers in " \
    "its place."

static const struct meaning {
    const char *type;
    enum about about;
    bool permanent, try_other_ca;
    const char *words; /* behind "The CA …: " */
    const char *fix;
} meanings[] = {
    {"accountDoesNotExist", ABOUT_BOTH, true, false, "it does not know the account",
     "Have the account made anew: run the same again without the stored account."},
    {"alreadyReplaced", ABOUT_BOTH, false, false, "the certificate to be replaced has been replaced already", ""},
    {"alreadyRevoked", ABOUT_BOTH, true, false, "the certificate is revoked already", ""},
    {"badCSR", ABOUT_BOTH, true, true, "it does not take the certificate request",
     "Use an ECDSA P-256 key or an RSA key of 2048 bits, and only names the CA issues for."},
    {"badNonce", ABOUT_BOTH, false, true, "it rejected one nonce after the other",
     "Nothing is wrong here; the CA mends that, or another CA is used."},
    {"badPublicKey", ABOUT_BOTH, true, true, "it does not take this kind of key",
     "Use an ECDSA P-256 key or an RSA key of at least 2048 bits; the account's key can be rolled over."},
    {"badRevocationReason", ABOUT_BOTH, true, false, "it does not take this reason for a revocation",
     "Give another reason, or none."},
    {"badSignatureAlgorithm", ABOUT_BOTH, true, true, "it does not take signatures of the account's key",
     "Roll the account's key over to ECDSA P-256 or RSA."},
    {"caa", ABOUT_BOTH, true, true, "a CAA record of the domain does not allow this CA to issue",
     "Add the CA's name to the domain's CAA records, or use a CA that they allow."},
    {"compound", ABOUT_BOTH, false, true, "several things are wrong", ""},
    {"conflict", ABOUT_BOTH, true, false, "the key belongs to another account already", "Use a new key."},
    {"connection", ABOUT_BOTH, false, false, "it could not connect to the name's server",
     "Check that port 80 (http-01) or 443 (tls-alpn-01) of the name can be reached from the Internet and leads to this "
     "gateway."},
    {"dns", ABOUT_BOTH, false, false, "its look-up of the name failed",
     "Check the name's DNS: it needs an A or AAAA record (for dns-01 the TXT record), and DNSSEC, where it is used, "
     "must "
     "be right."},
    {"externalAccountRequired", ABOUT_BOTH, true, true, "it wants the account bound to one you have with it",
     "Get a key identifier and a key (EAB) from the CA's web site and give them to this CA's settings."},
    {"incorrectResponse", ABOUT_BOTH, false, false, "what it found there was not the proof", FIX_REACHES_US},
    {"invalidContact", ABOUT_BOTH, true, false, "it does not take the contact address", "Correct the e-mail address."},
    {"invalidProfile", ABOUT_BOTH, true, true, "it does not offer this profile for these names",
     "Take the profile out of this CA's settings, or choose another."},
    {"malformed", ABOUT_BOTH, false, true, "it did not understand the request", ""},
    {"orderNotReady", ABOUT_BOTH, false, false, "the order is not ready", ""},
    {"rateLimited", ABOUT_BOTH, false, true, "it limits how many requests it takes, and the limit is reached",
     "Wait: it is tried again when the CA allows it. Use its staging CA for trials."},
    {"rejectedIdentifier", ABOUT_BOTH, true, true, "it does not issue certificates for this name",
     "Use another CA for this name, or ask this one why."},
    {"serverInternal", ABOUT_BOTH, false, true, "something went wrong within the CA itself", ""},
    {"tls", ABOUT_BOTH, false, false, "its TLS connection to the name's server failed",
     "Check that port 443 of the name leads to this gateway with nothing in between that ends TLS."},
    {"unauthorized", ABOUT_PROOF, false, false, "what it found there was not the proof", FIX_REACHES_US},
    {"unauthorized", ABOUT_REQUEST, true, true, "it says that this account may not do this",
     "The account may have been deactivated, or the thing is another account's: have an account made with a new key."},
    {"unsupportedContact", ABOUT_BOTH, true, false, "it does not take this kind of contact",
     "Use an e-mail address as contact."},
    {"unsupportedIdentifier", ABOUT_BOTH, true, true, "it does not issue certificates for this kind of name",
     "Use another CA for it; few issue for IP addresses."},
    {"userActionRequired", ABOUT_BOTH, true, true,
     "it wants you to do something first, most often to agree to new terms",
     "Read the page it names, then agree to the terms in this CA's settings."},
};

static const struct meaning *find(const char *type, enum about about)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].type, type) == 0 && (meanings[i].about & about))
            return &meanings[i];
    return NULL;
}

/* Takes the beginning of a character whose rest did not fit off the end. */
static void drop_cut_character(char *text)
{
    size_t size = strlen(text), start = size;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    start -= start > 0; /* where the last character begins */
    if (str_utf8_size(str_part(str_make(text, size), start, size - start)) == 0)
        text[start] = '\0';
}

/* Behind the present text, as much as fits, in whole characters. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t text_size, const char *format, ...)
{
    va_list args;
    size_t used = strlen(text);
    va_start(args, format);
    int size = vsnprintf(text + used, text_size - used, format, args);
    va_end(args);
    if (size >= 0 && (size_t)size >= text_size - used)
        drop_cut_character(text);
}

/* For an answer that is no problem document, or one of a type nobody knows. */
static void unknown(const struct problem *problem, const char *what, struct acme_failure *ret)
{
    ret->try_other_ca = true;
    if (problem->type[0]) {
        append(ret->words, sizeof ret->words, "The CA %s: it names a problem not known here, \"%s\".", what,
               problem->type);
        return;
    }
    const char *word = problem->status >= 500 ? "server_error" : problem->status ? "malformed_answer" : "unexplained";
    (void)snprintf(ret->problem, sizeof ret->problem, "%s", word);
    if (problem->status)
        append(ret->words, sizeof ret->words, "The CA %s: it answered with the HTTP status %u and no explanation.",
               what, problem->status);
    else
        append(ret->words, sizeof ret->words, "The CA %s, and gave no reason.", what);
    if (problem->status && problem->status < 500)
        (void)snprintf(ret->fix, sizeof ret->fix, "Check the CA's directory URL.");
}

void problem_to_failure(const struct problem *problem, const char *what, bool of_proof, struct acme_failure *ret)
{
    enum about about = of_proof ? ABOUT_PROOF : ABOUT_REQUEST;
    *ret = (struct acme_failure){.retry_s = problem->retry_s};
    (void)snprintf(ret->problem, sizeof ret->problem, "%s", problem->type);
    const struct meaning *meaning = find(problem->type, about);
    /* Of several problems the first one's meaning says more than "several". */
    if (meaning && strcmp(meaning->type, "compound") == 0 && find(problem->part_type, about))
        meaning = find(problem->part_type, about);
    if (meaning) {
        ret->permanent = meaning->permanent;
        ret->try_other_ca = meaning->try_other_ca;
        (void)snprintf(ret->fix, sizeof ret->fix, "%s", meaning->fix);
        append(ret->words, sizeof ret->words, "The CA %s: %s.", what, meaning->words);
    } else {
        unknown(problem, what, ret);
    }
    if (problem->instance[0])
        append(ret->words, sizeof ret->words, " It refers to %s .", problem->instance);
    if (problem->detail[0])
        append(ret->words, sizeof ret->words, " It says: \"%s\".", problem->detail);
    if (problem->parts[0])
        append(ret->words, sizeof ret->words, " In particular: \"%s\".", problem->parts);
}
