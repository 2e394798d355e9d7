/* The Strict-Transport-Security field over all answers: more than one, another one, none; and who sends it. */
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

/* Of what others wrote: two values and the words around them fit. */
#define VALUE_SHOWN_SIZE_MAX 72
#define CLIP(text)           STR_ARG(guard_clip(text, VALUE_SHOWN_SIZE_MAX))
/* Fewer answers say nothing about all of them. */
#define EVERYWHERE_COUNT_MIN 3

static bool has_value(const struct preload_fields *fields, struct str value)
{
    for (size_t i = 0; i < finding_kept_count(fields); i++)
        if (str_eq(fields->values[i], value))
            return true;
    return false;
}

/* The first that is not like the one before all; NULL: they are all alike. */
static const struct str *find_other(const struct preload_fields *fields)
{
    for (size_t i = 1; i < finding_kept_count(fields); i++)
        if (!str_eq(fields->values[i], fields->values[0]))
            return &fields->values[i];
    return NULL;
}

/* ---- more than one ---- */

/* On every answer that there was: what answers before the application does, sends it. */
static bool is_on_all(const struct site_seen *site, struct str value)
{
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++)
        if (site->answers[i].status && !has_value(&site->answers[i].fields, value))
            return false;
    return true;
}

static void add_different(const struct finding_seen *seen, enum site_ask ask, struct str one, struct str other,
                          struct findings *ret)
{
    const struct site_seen *site = seen->site;
    const char *asked = site_ask_words(ask);
    bool first = is_on_all(site, one), second = is_on_all(site, other);
    enum finding_code code = FINDING_FIELD_DUPLICATE_DIFFERENT;
    if (seen->our_field.size && (str_eq(one, seen->our_field) || str_eq(other, seen->our_field))) {
        struct str strange = str_eq(one, seen->our_field) ? other : one;
        finding_add(ret, code, "%s: this gateway sends \"%.*s\", and something in front of it adds \"%.*s\"", asked,
                    CLIP(seen->our_field), CLIP(strange));
    } else if (first != second) {
        finding_add(ret, code,
                    "%s: \"%.*s\" is on every answer, so that a server in front sends it; \"%.*s\" is not, so that the "
                    "application does",
                    asked, CLIP(first ? one : other), CLIP(first ? other : one));
    } else {
        finding_add(ret, code, "%s: \"%.*s\" and \"%.*s\"", asked, CLIP(one), CLIP(other));
    }
}

static void add_same(const struct finding_seen *seen, enum site_ask ask, struct findings *ret)
{
    size_t single = SITE_ASKS_COUNT;
    const struct site_answer *answers = seen->site->answers;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++)
        if (answers[i].status && answers[i].fields.count == 1)
            single = i;
    if (seen->our_field.size && str_eq(answers[ask].fields.values[0], seen->our_field))
        finding_add(ret, FINDING_FIELD_DUPLICATE,
                    "%zu on %s: this gateway sends it once, and something in front of it adds it again",
                    answers[ask].fields.count, site_ask_words(ask));
    else if (single < SITE_ASKS_COUNT)
        finding_add(ret, FINDING_FIELD_DUPLICATE,
                    "%zu on %s, but one on %s: a server in front and the application send it",
                    answers[ask].fields.count, site_ask_words(ask), site_ask_words((enum site_ask)single));
    else
        finding_add(ret, FINDING_FIELD_DUPLICATE, "%zu on %s, and on every other answer", answers[ask].fields.count,
                    site_ask_words(ask));
}

/* The first answer that has several is told; those that differ come before those that are alike. */
static void check_several(const struct finding_seen *seen, struct findings *ret)
{
    size_t several = SITE_ASKS_COUNT;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        const struct preload_fields *fields = &seen->site->answers[i].fields;
        const struct str *other = find_other(fields);
        if (other) {
            add_different(seen, (enum site_ask)i, fields->values[0], *other, ret);
            return;
        }
        if (fields->count > 1 && several == SITE_ASKS_COUNT)
            several = i;
    }
    if (several < SITE_ASKS_COUNT)
        add_same(seen, (enum site_ask)several, ret);
}

/* ---- another one ---- */

static void check_varies(const struct site_seen *site, struct findings *ret)
{
    const struct site_answer *first = NULL;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        const struct site_answer *answer = &site->answers[i];
        if (answer->fields.count != 1)
            continue;
        if (first && !str_eq(first->fields.values[0], answer->fields.values[0])) {
            finding_add(ret, FINDING_FIELD_VARIES, "%s has \"%.*s\", %s has \"%.*s\"",
                        site_ask_words((enum site_ask)(first - site->answers)), CLIP(first->fields.values[0]),
                        site_ask_words((enum site_ask)i), CLIP(answer->fields.values[0]));
            return;
        }
        if (!first)
            first = answer;
    }
}

/* ---- none ---- */

static enum finding_code missing_on(enum site_ask ask, const struct site_answer *answer)
{
    switch (ask) {
    case SITE_ASK_NOT_FOUND: return FINDING_FIELD_MISSING_NOT_FOUND;
    case SITE_ASK_METHOD: return FINDING_FIELD_MISSING_REFUSED;
    case SITE_ASK_HEAD: return FINDING_FIELD_MISSING_HEAD;
    default: return answer->is_redirect ? FINDING_FIELD_MISSING_REDIRECT : FINDING_FIELD_MISSING_PAGE;
    }
}

/* Only where some answer has it: that there is none at all is the rules' to say. */
static void check_missing(const struct site_seen *site, struct findings *ret)
{
    size_t answers_count = 0, with_count = 0;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        answers_count += site->answers[i].status != 0;
        with_count += site->answers[i].status && site->answers[i].fields.count;
    }
    if (!with_count)
        return;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        const struct site_answer *answer = &site->answers[i];
        if (answer->status && !answer->fields.count)
            finding_add(ret, missing_on((enum site_ask)i, answer), "%s is answered with %u and without it",
                        site_ask_words((enum site_ask)i), answer->status);
    }
    if (with_count == answers_count && answers_count >= EVERYWHERE_COUNT_MIN)
        finding_add(ret, FINDING_FIELD_EVERYWHERE, "%zu answers were looked at", answers_count);
}

void finding_http_field(const struct finding_seen *seen, struct findings *ret)
{
    check_several(seen, ret);
    check_varies(seen->site, ret);
    check_missing(seen->site, ret);
}
