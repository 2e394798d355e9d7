/*
 * What a certificate is asked for, as ACME has it: a DNS name (RFC 8555 section 9.7.7), its wildcard, or an IP address
 * (RFC 8738).
 */
#ifndef ACME_IDENTIFIER_H
#define ACME_IDENTIFIER_H

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"

#define IDENTIFIER_SIZE_MAX 253

struct identifier {
    struct str value; /* as it is sent: lower case, "*." included; an address in its canonical form */
    bool is_address;
    bool is_wildcard;
};

/* From text of the operator: an A-label name, "*.name", or an address. False with *err (field "names") otherwise. */
NODISCARD bool identifier_make(struct str name, struct arena *arena, struct identifier *ret, struct err *err);
/* From {"type": …, "value": …} of a CA, the member `name` of `read`. A kind that is not known here is a failure. */
NODISCARD bool identifier_read(struct json_read *read, const char *name, int index, const json_t *value,
                               struct arena *arena, struct identifier *ret);
/* Appends it as JSON. */
bool identifier_write(const struct identifier *identifier, struct buf *out);
/* The same thing, wildcard and all. */
bool identifier_eq(const struct identifier *a, const struct identifier *b);
/* Without "*.": what is proved. */
struct str identifier_base(const struct identifier *identifier);
/*
 * The server name by which a CA asks for it with tls-alpn-01: the name itself, or the address's reverse name (RFC 8738
 * section 6). False when the arena is full.
 */
NODISCARD bool identifier_sni(const struct identifier *identifier, struct arena *arena, struct str *ret);

#endif
