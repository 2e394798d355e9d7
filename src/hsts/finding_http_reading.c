/* How the clients of this world read one field: browsers that ignore what others take, and checkers that differ. */
#include "hsts/finding_names.h"
#include "hsts/finding_rows.h"
#include "hsts/reading.h"

/* What one remembers for longer than a year, another does not remember for more: that is no difference in reading. */
static uint64_t clipped(const struct reading *reading)
{
    uint64_t max_s = READING_CHROMIUM_MAX_AGE_S_MAX;
    return reading->max_age_s < max_s ? reading->max_age_s : max_s;
}

static bool is_alike(enum reading_client client, const struct reading *one, const struct reading *standard)
{
    if (one->taken != standard->taken)
        return false;
    if (!one->taken)
        return true;
    return clipped(one) == clipped(standard) && one->include_subdomains == standard->include_subdomains &&
           (!reading_is_checker(client) || one->preload == standard->preload);
}

void finding_http_reading(const struct preload_fields *fields, struct findings *ret)
{
    struct finding_names takers = {0}, ignorers = {0}, others = {0};
    if (fields->count != 1)
        return; /* that there are several is told by itself */
    const struct reading standard = reading_of(READING_RFC6797, fields->values[0]);
    for (unsigned i = 0; i < READING_CLIENTS_COUNT; i++) {
        enum reading_client client = (enum reading_client)i;
        const struct reading reading = reading_of(client, fields->values[0]);
        struct str name = str_from(reading_client_name(client));
        if (!reading_is_checker(client))
            finding_names_add(reading.taken ? &takers : &ignorers, name);
        if (!is_alike(client, &reading, &standard))
            finding_names_add(&others, name);
    }
    if (!takers.count)
        finding_add(ret, FINDING_FIELD_IGNORED_BY_ALL, "%s", "");
    else if (ignorers.count)
        finding_add(ret, FINDING_FIELD_IGNORED_BY_SOME, "ignored by %s; taken by %s", finding_names_text(&ignorers),
                    finding_names_text(&takers));
    else if (others.count)
        finding_add(ret, FINDING_FIELD_READ_DIFFERENTLY, "unlike the others: %s", finding_names_text(&others));
    else
        finding_add(ret, FINDING_FIELD_READ_ALIKE, "%s", "");
}
