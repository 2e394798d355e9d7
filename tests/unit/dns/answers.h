/* Answers as a server would write them, for the tests of src/dns. */
#ifndef TESTS_UNIT_DNS_ANSWERS_H
#define TESTS_UNIT_DNS_ANSWERS_H

#include "check.h"

#include "dns/message.h"

#define ANSWER_SIZE_MAX 4096

/* An answer to `request` (its id, opcode and question) without records. */
struct buf answer_to(struct str request, enum dns_rcode rcode);
/* A record more; its counters are kept. `name` as text, rdata as it is. */
void answer_add(struct buf *answer, enum dns_section section, const char *name, uint16_t type, struct str rdata);
/* The same with a name, or a text of one string, for its data. */
void answer_add_name(struct buf *answer, enum dns_section section, const char *name, uint16_t type, const char *target);
void answer_add_text(struct buf *answer, const char *name, const char *text);
/* An SOA record of the zone in the section. */
void answer_add_soa(struct buf *answer, enum dns_section section, const char *zone);
/* TC: the rest would come over TCP. */
void answer_truncate(struct buf *answer);

#endif
