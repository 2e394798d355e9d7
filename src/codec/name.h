/*
 * Host names in the one form everything else compares (lower-case A-labels, RFC 5891), wildcards, and IP literals. What
 * comes in is what a person typed; what comes out is what a certificate, a Host field or SNI carries.
 */
#ifndef CODEC_NAME_H
#define CODEC_NAME_H

#include "base/err.h"
#include "base/str.h"

/* Longest host name (RFC 1035 section 2.3.4, as text without the final dot). */
#define NAME_SIZE_MAX 253

enum name_kind {
    NAME_HOST,     /* "www.example.org" */
    NAME_WILDCARD, /* "*.example.org": one label in the place of the asterisk */
    NAME_IP,       /* "192.0.2.1", "[2001:db8::1]": served, but HSTS never applies (RFC 6797 section 8.1.1) */
};

struct name {
    enum name_kind kind;
    size_t size;
    char text[NAME_SIZE_MAX + 1]; /* zero-terminated */
};

/*
 * Brings what was typed into the form above: IDN by UTS 46 (non-transitional), one final dot is dropped, IPv6 gets
 * brackets and its canonical text. False with an error about `field`; *ret untouched.
 */
NODISCARD bool name_read(struct str typed, const char *field, struct name *ret, struct err *err);
/* The kind of a name that is in this form already. */
enum name_kind name_kind(struct str name);
/* The name as certificates have it: an IPv6 literal without its brackets, all else unchanged. */
struct str name_in_certificate(struct str name);

static inline struct str name_str(const struct name *name)
{
    return str_make(name->text, name->size);
}

#endif
