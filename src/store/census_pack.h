/*
 * A census of plain HTTP (snapshot/census.h) as it stands in a row of evidence: of what was counted the number of the
 * field and the count, seven bits a byte. A dozen of the fields are in use at a time, so that it is some thirty bytes
 * instead of a thousand. Fields of a newer version are passed over.
 */
#ifndef STORE_CENSUS_PACK_H
#define STORE_CENSUS_PACK_H

#include "base/err.h"
#include "snapshot/census.h"

/* A byte for the field, and ten for a count of 64 bits. */
#define CENSUS_PACKED_SIZE_MAX ((size_t)CENSUS_FIELDS_COUNT * 11)

/* What was written into `room`; empty: nothing was counted. */
struct str census_pack(const struct census_counts *census, char room[static CENSUS_PACKED_SIZE_MAX]);
/* False when it is not whole, which only a damaged database is: *ret stays as it is. */
NODISCARD bool census_unpack(struct str packed, struct census_counts *ret);

#endif
