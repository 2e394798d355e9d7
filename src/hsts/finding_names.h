/* Names put together for a sentence: "a, b, +3" when there are three more, each whole, as many as there is room for.
 * Private to findings.
 */
#ifndef HSTS_FINDING_NAMES_H
#define HSTS_FINDING_NAMES_H

#include "base/str.h"

/* Leaves room for the words around it, and for a second one. */
#define FINDING_NAMES_SIZE 120

struct finding_names {
    char text[FINDING_NAMES_SIZE];
    size_t size;
    size_t count, shown_count; /* put in, and of them in the text */
};

void finding_names_add(struct finding_names *names, struct str name);
/* The whole, zero-terminated; "" when there are none. */
const char *finding_names_text(struct finding_names *names);

#endif
