/* issuer [";" parameter "=" value …]: section 4.2. White space is blanks and tabs. */
#include "dns/caa.h"

#define FLAG_CRITICAL 0x80
#define TAG_SIZE_MAX  255

static bool is_tag_char(char c)
{
    return str_is_digit(c) || (str_lower_char(c) >= 'a' && str_lower_char(c) <= 'z');
}

bool caa_read(struct str rdata, struct arena *arena, struct caa_record *ret)
{
    if (rdata.size < 2)
        return false;
    size_t tag_size = (unsigned char)rdata.data[1];
    struct str tag = str_part(rdata, 2, tag_size), value = str_after(rdata, 2 + tag_size);
    if (tag_size == 0 || tag.size != tag_size || value.size > CAA_VALUE_SIZE_MAX)
        return false;
    for (size_t i = 0; i < tag.size; i++)
        if (!is_tag_char(tag.data[i]))
            return false;
    struct caa_record record = {.critical = (rdata.data[0] & FLAG_CRITICAL) != 0, .value = value};
    if (!arena_str_lower(arena, tag, &record.tag))
        return false;
    *ret = record;
    return true;
}

/* A record that cannot be read may forbid: it counts as a demand that is not understood. */
static bool take_one(const struct dns_record *record, struct arena *arena, struct caa_set *set)
{
    struct caa_record row, copy;
    if (set->records_count == CAA_RECORDS_COUNT_MAX)
        return false;
    if (!caa_read(record->rdata, arena, &row))
        row = (struct caa_record){.critical = true, .tag = STR("malformed")};
    copy = row;
    if (!arena_str(arena, row.value, &copy.value))
        return false;
    set->records[set->records_count++] = copy;
    return true;
}

bool caa_take(const struct dns_message *message, const struct dns_name *name, struct arena *arena, struct caa_set *set)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    while (dns_find(message, name, DNS_CAA, &cursor, &record))
        if (!take_one(&record, arena, set))
            return false;
    return true;
}

bool caa_find(const struct dns_resolver *resolver, const struct dns_name *name, const struct deadline *deadline,
              struct arena *arena, struct caa_set *ret, struct err *err)
{
    struct dns_name at = *name;
    ret->records_count = 0;
    while (at.size > 1) {
        struct dns_answer answer;
        struct dns_name last;
        if (!dns_ask(resolver, &at, DNS_CAA, deadline, &answer, &last, err))
            return false;
        bool fits = caa_take(&answer.message, &last, arena, ret);
        dns_answer_fini(&answer);
        if (!fits)
            return err_set(err, ERR_MEMORY, "a name has more CAA records than are looked at");
        if (ret->records_count > 0)
            break;
        if (!dns_name_parent(&at, &at))
            break;
    }
    ret->owner = at;
    return true;
}

/* ---- the judgement ---- */

static bool is_known(struct str tag)
{
    static const char *const known[] = {"issue", "issuewild", "iodef", "issuemail", "contactemail", "contactphone"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(tag, str_from(known[i])))
            return true;
    return false;
}

static bool names_asker(struct str issuer, const struct caa_asker *asker)
{
    for (size_t i = 0; i < asker->identities_count; i++)
        if (str_eq_nocase(issuer, asker->identities[i]))
            return true;
    return false;
}

static bool list_has(struct str list, struct str word)
{
    while (list.data)
        if (str_eq(str_trim(str_cut(&list, ',')), word))
            return true;
    return false;
}

/* What one parameter says of the asker. An account that is not known yet cannot be the one that is demanded. */
static enum caa_verdict judge_parameter(struct str parameter, const struct caa_asker *asker)
{
    size_t equals = str_find(parameter, '=');
    struct str name = str_trim(str_part(parameter, 0, equals)), value = str_trim(str_after(parameter, equals + 1));
    if (str_eq_nocase(name, STR("accounturi")) && !str_eq(value, asker->account_url))
        return CAA_OTHER_ACCOUNT;
    if (str_eq_nocase(name, STR("validationmethods")) && !list_has(value, asker->method))
        return CAA_OTHER_METHOD;
    return CAA_ALLOWED; /* others concern the CA alone (RFC 8659 section 4.2) */
}

static enum caa_verdict judge_value(struct str value, const struct caa_asker *asker)
{
    struct str rest = value;
    struct str issuer = str_trim(str_cut(&rest, ';'));
    if (issuer.size == 0)
        return CAA_NOBODY;
    if (!names_asker(issuer, asker))
        return CAA_OTHER;
    while (rest.data) {
        enum caa_verdict verdict = judge_parameter(str_cut(&rest, ';'), asker);
        if (verdict != CAA_ALLOWED)
            return verdict;
    }
    return CAA_ALLOWED;
}

static bool has_tag(const struct caa_set *set, struct str tag)
{
    for (size_t i = 0; i < set->records_count; i++)
        if (str_eq(set->records[i].tag, tag))
            return true;
    return false;
}

/* How near a refusal is to being none: the nearest one is told. */
static int nearness(enum caa_verdict verdict)
{
    switch (verdict) {
    case CAA_ALLOWED: return 4;
    case CAA_OTHER_METHOD: return 3;
    case CAA_OTHER_ACCOUNT: return 2;
    case CAA_OTHER: return 1;
    case CAA_NOBODY:
    case CAA_UNKNOWN_DEMAND: break;
    }
    return 0;
}

enum caa_verdict caa_judge(const struct caa_set *set, const struct caa_asker *asker,
                           const struct caa_record **ret_record)
{
    const struct caa_record *about = NULL;
    enum caa_verdict best = CAA_ALLOWED;
    const struct str tag =
        asker->wildcard && has_tag(set, STR("issuewild")) ? STR("issuewild") : STR("issue"); /* section 4.3 */
    for (size_t i = 0; i < set->records_count; i++) {
        const struct caa_record *record = &set->records[i];
        if (record->critical && !is_known(record->tag)) {
            best = CAA_UNKNOWN_DEMAND;
            about = record;
            break;
        }
        if (!str_eq(record->tag, tag))
            continue;
        enum caa_verdict verdict = judge_value(record->value, asker);
        if (!about || nearness(verdict) > nearness(best)) {
            best = verdict;
            about = record;
        }
    }
    if (ret_record)
        *ret_record = about;
    return best;
}
