/* Adding up, and finding what most of them are. */
#include "control/facts_stranded.h"

#include "control/came.h"
#include "control/came_kept.h"
#include "http/agent.h"

#define DAY_S 86400
/* Of each day ten are told at most, besides the others. */
#define NETWORKS_COUNT_MAX (STRANDED_DAYS_COUNT_MAX * (CLIENTS_DAY_NETWORKS_COUNT + 1))
/* Classes of programs that are named. */
#define PROGRAMS_NAMED_COUNT 3

struct counted_network {
    uint64_t network, count;
};

struct adding {
    struct guard_stranded *facts;
    bool is_any;
    uint64_t classes[CLIENTS_CLASSES_COUNT];  /* of stranded browsers */
    uint64_t programs[CLIENTS_CLASSES_COUNT]; /* of all others that are stranded */
    struct counted_network networks[NETWORKS_COUNT_MAX];
    size_t networks_count;
};

static uint64_t estimate(uint64_t counted, uint64_t level)
{
    uint64_t error;
    return clients_estimate(counted, level, &error);
}

static void add_network(struct adding *adding, uint64_t network, uint64_t count)
{
    size_t at = 0;
    while (at < adding->networks_count && adding->networks[at].network != network)
        at++;
    if (at == NETWORKS_COUNT_MAX)
        return;
    if (at == adding->networks_count)
        adding->networks[adding->networks_count++] = (struct counted_network){.network = network};
    adding->networks[at].count += count;
}

/* Of a class that says of itself that it is a browser's only those are people's that behave like one. */
static bool add_day(void *context, const struct clients_day *day)
{
    struct adding *adding = context;
    struct clients_sum sum = day->sum;
    uint64_t sent = 0, stranded = 0, https = 0;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++) {
        bool is_browser = i < HTTP_AGENTS_COUNT && http_agent_is_browser((enum http_agent)i);
        uint32_t people = is_browser ? sum.stranded_browsers_by_class[i] : 0;
        sent += is_browser ? sum.sent_browsers_by_class[i] : 0;
        stranded += people;
        https += is_browser ? estimate(sum.https_by_class[i], sum.https_level) : 0;
        adding->classes[i] += estimate(people, sum.level);
        adding->programs[i] +=
            estimate(sum.stranded_by_class[i] > people ? sum.stranded_by_class[i] - people : 0, sum.level);
    }
    stranded_add(&adding->facts->browsers, sent, stranded, sum.level);
    clients_day_cut(&sum);
    for (size_t i = 0; i < sum.networks_count; i++)
        if (sum.stranded_by_network[i].network && sum.stranded_by_network[i].browsers)
            add_network(adding, sum.stranded_by_network[i].network,
                        estimate(sum.stranded_by_network[i].browsers, sum.level));
    adding->facts->https_browsers = https > adding->facts->https_browsers ? https : adding->facts->https_browsers;
    adding->facts->since_s = (int64_t)day->day * DAY_S; /* they come from the newest on */
    adding->is_any = true;
    return true;
}

static size_t most_of(const uint64_t *counts)
{
    size_t most = 0;
    for (size_t i = 1; i < CLIENTS_CLASSES_COUNT; i++)
        if (counts[i] > counts[most])
            most = i;
    return most;
}

static struct str words_of(size_t class)
{
    return str_from(http_agent_words(class < HTTP_AGENTS_COUNT ? (enum http_agent) class : HTTP_AGENT_OTHER));
}

/* "curl, Python scripts and others" */
static bool name_programs(struct adding *adding, struct arena *arena)
{
    struct guard_stranded *facts = adding->facts;
    struct str text = STR("");
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        facts->programs_count += adding->programs[i];
    for (size_t named = 0; text.data; named++) {
        size_t class = most_of(adding->programs);
        if (!adding->programs[class])
            break;
        if (named == PROGRAMS_NAMED_COUNT) {
            text = arena_printf(arena, "%.*s and others", STR_ARG(text));
            break;
        }
        adding->programs[class] = 0;
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), named ? ", " : "", STR_ARG(words_of(class)));
    }
    facts->programs = text;
    return text.data != NULL;
}

static bool name_network(struct adding *adding, struct arena *arena)
{
    const struct counted_network *most = NULL;
    char text[CAME_NETWORK_SIZE];
    for (size_t i = 0; i < adding->networks_count; i++)
        if (!most || adding->networks[i].count > most->count)
            most = &adding->networks[i];
    if (!most)
        return true;
    adding->facts->network_count = most->count;
    return arena_str(arena, came_network_text(most->network, text), &adding->facts->network);
}

static bool name_most(struct adding *adding, struct arena *arena)
{
    size_t class = most_of(adding->classes);
    if (adding->classes[class]) {
        adding->facts->class = words_of(class);
        adding->facts->class_count = adding->classes[class];
    }
    return name_network(adding, arena) && name_programs(adding, arena);
}

bool facts_stranded(struct core *core, const struct site *site, struct arena *arena, struct guard_stranded *ret,
                    struct err *err)
{
    struct guard_stranded facts = {0};
    struct adding adding = {.facts = &facts};
    uint64_t today = came_day(core), begun = clients_day_of(site->hsts.since_s);
    uint64_t from = today >= STRANDED_DAYS_COUNT_MAX ? today - STRANDED_DAYS_COUNT_MAX + 1 : 0;
    from = begun > from ? begun : from;
    if (today && !came_kept_days(core, site, from < today ? from : today, today + 1, add_day, &adding, err))
        return false;
    facts.is_noted = adding.is_any;
    if (!name_most(&adding, arena))
        return err_memory(err);
    *ret = facts;
    return true;
}
