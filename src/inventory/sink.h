/*
 * Where all readers put what they found: names are brought into one form, sorted into ours, foreign and passed over,
 * and counted; problems become one clean sentence. For inventory/ only.
 */
#ifndef INVENTORY_SINK_H
#define INVENTORY_SINK_H

#include "codec/name.h"
#include "inventory/reader.h"

struct sink {
    char domain[NAME_SIZE_MAX + 1];
    size_t domain_size;
    struct inventory_to to;
    struct inventory_counts counts;
};

/* How a name was found. */
struct found {
    uint64_t line;
    struct str name;   /* as written, absolute */
    struct str type;   /* as in struct inventory_name */
    struct str target; /* as written, absolute */
    bool is_loose;     /* it may be anything (the name of a person in a certificate): no problem when it is no name */
};

/* Fails only with the error of on_name. */
NODISCARD bool sink_name(struct sink *sink, const struct found *found, struct err *err);
/* A name without a dot as it is below the domain; any other as it is. */
#define SINK_SHORT_SIZE (2 * NAME_SIZE_MAX + 1)
struct str sink_complete(const struct sink *sink, struct str name, char room[static SINK_SHORT_SIZE]);
void sink_problem(struct sink *sink, uint64_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "A" or "AAAA" and the address in its usual form; false when `text` is none. "fe80::1%eth0" is one, without what
 * follows the percent sign. */
#define SINK_ADDRESS_SIZE 46
NODISCARD bool sink_address(struct str text, char room[static SINK_ADDRESS_SIZE], struct str *ret_address,
                            struct str *ret_type);

#endif
