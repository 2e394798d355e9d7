/*
 * Names a line: typed by somebody, or put out by a tool that searches certificate transparency. For inventory/ only.
 */
#ifndef INVENTORY_PLAIN_H
#define INVENTORY_PLAIN_H

#include "inventory/lines.h"

/* Names somebody typed: several a line, with commas or not; one without a dot is below the domain. */
NODISCARD bool plain_typed_line(void *context, uint64_t number, struct str line, struct err *err);
/* Names a tool found: what is none is passed over. `context` is the struct sink for both. */
NODISCARD bool plain_found_line(void *context, uint64_t number, struct str line, struct err *err);
/* One entry of a certificate: mail addresses, persons and organisations are passed over. */
NODISCARD bool plain_found(struct sink *sink, uint64_t line, struct str name, struct err *err);

#endif
