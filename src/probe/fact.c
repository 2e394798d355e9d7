/* Merging many answers into one sentence. */
#include "probe/fact.h"

#include <stdarg.h>
#include <stdio.h>

/* " (and 4294967295 more like it)", with room to spare: what a detail gives up for it. */
#define OTHERS_SIZE 40

static int rank(enum observed verdict)
{
    switch (verdict) {
    case OBSERVED_BAD: return 4;
    case OBSERVED_FAILED: return 3;
    case OBSERVED_DOUBT: return 2;
    case OBSERVED_GOOD: return 1;
    default: return 0;
    }
}

static void make_visible(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

void fact_note(struct fact *fact, enum observed verdict, const char *format, ...)
{
    if (rank(verdict) == rank(fact->verdict))
        fact->others++;
    if (rank(verdict) <= rank(fact->verdict))
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fact->detail, sizeof fact->detail, format, arguments);
    va_end(arguments);
    make_visible(fact->detail);
    fact->verdict = verdict;
    fact->others = 0;
}

void fact_close(const struct fact *fact, int64_t at_s, struct observed_fact *ret)
{
    *ret = (struct observed_fact){.verdict = fact->verdict, .at_s = at_s};
    if (fact->verdict == OBSERVED_NOT_YET) {
        ret->verdict = OBSERVED_FAILED;
        (void)snprintf(ret->detail, sizeof ret->detail, "there was nothing to ask");
    } else if (fact->others == 0) {
        (void)snprintf(ret->detail, sizeof ret->detail, "%s", fact->detail);
    } else {
        (void)snprintf(ret->detail, sizeof ret->detail, "%.*s (and %zu more like it)",
                       OBSERVED_DETAIL_SIZE - OTHERS_SIZE, fact->detail, fact->others);
    }
}
