/*
 * Exports of certificate transparency logs: what crt.sh ("name_value", several names with line ends between, and
 * "common_name") and Certspotter ("dns_names") answer, as JSON: an array, or an object a line; and plain lists, as
 * tools put them out. For inventory/ only.
 *
 * Each object is read by itself, so that one that is cut off or wrong does not cost the others.
 */
#ifndef INVENTORY_TRANSPARENCY_H
#define INVENTORY_TRANSPARENCY_H

#include "codec/json_stream.h"
#include "inventory/lines.h"

/* One entry of a certificate; longer ones are no host names. */
#define TRANSPARENCY_NAME_SIZE_MAX 1024

struct transparency {
    struct sink *sink;
    enum { TRANSPARENCY_UNKNOWN, TRANSPARENCY_JSON, TRANSPARENCY_LIST } kind; /* by the first byte */
    struct lines lines;
    struct json_stream json;
    uint64_t line;
    bool is_inside;   /* of an object */
    bool is_lost;     /* behind something wrong, until the next object begins */
    bool is_names;    /* the member under way has names */
    bool is_ended;    /* on_name said so */
    bool is_too_long; /* the name under way */
    size_t name_size;
    char name[TRANSPARENCY_NAME_SIZE_MAX];
};

void transparency_init(struct transparency *transparency, struct sink *sink);
void transparency_fini(struct transparency *transparency);
NODISCARD bool transparency_take(struct transparency *transparency, struct str bytes, struct err *err);
NODISCARD bool transparency_end(struct transparency *transparency, struct err *err);

#endif
