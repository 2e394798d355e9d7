#include "hsts/finding_names.h"

#include <stdio.h>

#include "hsts/guard_judge.h"

/* Longer names are cut. */
#define NAME_SHOWN_SIZE_MAX 32
/* ", +18446744073709551615" */
#define MORE_SIZE 24

void finding_names_add(struct finding_names *names, struct str name)
{
    struct str shown = guard_clip(name, NAME_SHOWN_SIZE_MAX);
    names->count++;
    if (names->shown_count + 1 < names->count || names->size + shown.size + 2 + MORE_SIZE > sizeof names->text)
        return;
    names->size += (size_t)snprintf(names->text + names->size, sizeof names->text - names->size, "%s%.*s",
                                    names->size ? ", " : "", STR_ARG(shown));
    names->shown_count++;
}

const char *finding_names_text(struct finding_names *names)
{
    if (names->shown_count < names->count)
        (void)snprintf(names->text + names->size, sizeof names->text - names->size, ", +%zu",
                       names->count - names->shown_count);
    return names->text;
}
