/* The rules twice: of the field as it is, and as it would be with the word in it. */
#include "hsts/self_check.h"

#include <assert.h>
#include <stdio.h>

/* A field of ours has some fifty bytes; to one that is far longer nothing is added. */
#define FIELD_SIZE_MAX 1024

static const struct {
    const char *name, *words, *fix;
} sights[SELF_CHECK_SIGHTS_COUNT] = {
    [SELF_CHECK_SEEN] = {"seen", "", ""},
    [SELF_CHECK_NO_ADDRESS] = {"no-address", "The name leads nowhere, as this machine sees the DNS",
                               "If the site is reached from elsewhere, give this machine name servers that know it, or "
                               "say at which address it reaches the site: \"strictgate settings set "
                               "self_check.address=ADDRESS\"."},
    [SELF_CHECK_INSIDE] = {"inside", "The name leads to an address that only this network has",
                           "Names that lead elsewhere inside than outside (split DNS) hide what visitors meet. Run "
                           "\"strictgate check\" on a machine outside, or take the look from inside for good: "
                           "\"strictgate settings set self_check.address=ADDRESS\"."},
    [SELF_CHECK_UNREACHABLE] = {"unreachable", "This machine gets no connection to the site's address",
                                "Many routers lead nobody from inside back in (no hairpin NAT). Run \"strictgate "
                                "check\" on a machine outside; or say at which address this machine reaches the site: "
                                "\"strictgate settings set self_check.address=ADDRESS\"."},
    [SELF_CHECK_ANOTHER] = {"another",
                            "Another machine answers at the site's address, with a certificate that is not "
                            "valid",
                            "A router may answer for itself when it is asked from inside. Run \"strictgate check\" on "
                            "a machine outside; or say at which address this machine reaches the site: \"strictgate "
                            "settings set self_check.address=ADDRESS\"."},
    [SELF_CHECK_FAILED] = {"failed", "The look came to nothing", "It is tried again by itself."},
};

const char *self_check_sight_name(enum self_check_sight sight)
{
    assert(sight < SELF_CHECK_SIGHTS_COUNT);
    return sights[sight].name;
}

bool self_check_sight_from(struct str name, enum self_check_sight *ret)
{
    for (size_t i = 0; i < SELF_CHECK_SIGHTS_COUNT; i++)
        if (str_eq(name, str_from(sights[i].name))) {
            *ret = (enum self_check_sight)i;
            return true;
        }
    return false;
}

const char *self_check_sight_words(enum self_check_sight sight)
{
    assert(sight < SELF_CHECK_SIGHTS_COUNT);
    return sights[sight].words;
}

const char *self_check_sight_fix(enum self_check_sight sight)
{
    assert(sight < SELF_CHECK_SIGHTS_COUNT);
    return sights[sight].fix;
}

/* The gateway sends one field, so the word is added where there is just one. */
static void add_preload(struct preload_fields *fields, char room[static FIELD_SIZE_MAX])
{
    if (fields->count != 1 || fields->values[0].size > FIELD_SIZE_MAX / 2)
        return;
    int size = snprintf(room, FIELD_SIZE_MAX, "%.*s; preload", STR_ARG(fields->values[0]));
    fields->values[0] = str_make(room, (size_t)size);
}

static bool has(const struct preload_findings *findings, enum preload_code code)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].code == code)
            return true;
    return false;
}

void self_check_judge(const struct preload_seen *seen, enum preload_policy policy, struct self_check_found *ret)
{
    struct preload_seen with = *seen;
    struct preload_findings then;
    char room[2][FIELD_SIZE_MAX];
    *ret = (struct self_check_found){0};
    preload_rules_domain(seen, policy, &ret->findings);
    add_preload(&with.https_fields, room[0]);
    add_preload(&with.first_fields, room[1]);
    preload_rules_domain(&with, policy, &then);
    for (size_t i = 0; i < ret->findings.count; i++) {
        enum preload_code code = ret->findings.items[i].code;
        ret->mended[i] = preload_code_is_error(code) && !has(&then, code);
    }
}

void self_check_sum(const struct self_check_found *found, int64_t at_s, struct self_check *ret)
{
    *ret = (struct self_check){.at_s = at_s, .sight = SELF_CHECK_SEEN};
    for (size_t i = 0; i < found->findings.count; i++) {
        const struct preload_finding *one = &found->findings.items[i];
        if (!preload_code_is_error(one->code)) {
            ret->warnings_count++;
            continue;
        }
        if (ret->errors_count++ == 0)
            ret->first = *one;
        if (!found->mended[i] && ret->unmended_count++ == 0)
            ret->first_unmended = *one;
    }
    ret->warnings_count += found->findings.omitted_count;
}
