/* The text of a day, and which of two is kept. */
#include "store/clients_day.h"

#include "snapshot/counters.h"
#include "store/jsonout.h"
#include "store/members.h"

/* Single numbers, and those by class; both by the words that they are kept under. */
static const struct {
    const char *name;
    size_t offset;
} singles[] =
    {
        {"http", offsetof(struct clients_sum, http)},
        {"redirected", offsetof(struct clients_sum, redirected)},
        {"arrived", offsetof(struct clients_sum, arrived)},
        {"waiting", offsetof(struct clients_sum, waiting)},
        {"stranded", offsetof(struct clients_sum, stranded)},
        {"secret", offsetof(struct clients_sum, secret)},
        {"programs", offsetof(struct clients_sum, programs)},
        {"stranded_ipv6", offsetof(struct clients_sum, stranded_ipv6)},
        {"https", offsetof(struct clients_sum, https)},
        {"failed", offsetof(struct clients_sum, failed)},
        {"failed_ipv6", offsetof(struct clients_sum, failed_ipv6)},
},
  by_class[] = {
      {"stranded_by_class", offsetof(struct clients_sum, stranded_by_class)},
      {"secret_by_class", offsetof(struct clients_sum, secret_by_class)},
      {"sent_browsers_by_class", offsetof(struct clients_sum, sent_browsers_by_class)},
      {"stranded_browsers_by_class", offsetof(struct clients_sum, stranded_browsers_by_class)},
      {"https_by_class", offsetof(struct clients_sum, https_by_class)},
};

#define SINGLES_COUNT  (sizeof singles / sizeof *singles)
#define BY_CLASS_COUNT (sizeof by_class / sizeof *by_class)
/* A client stands for 2^level, and is named by 32 bits (snapshot/clients.h). */
#define LEVEL_MAX 32

static uint32_t *number_at(struct clients_sum *sum, size_t offset)
{
    return (uint32_t *)(void *)((char *)sum + offset);
}

static const uint32_t *number_of(const struct clients_sum *sum, size_t offset)
{
    return (const uint32_t *)(const void *)((const char *)sum + offset);
}

static void add_to_others(struct clients_network *others, const struct clients_network *network)
{
    others->counted += network->counted;
    others->browsers += network->browsers;
}

void clients_day_cut(struct clients_sum *sum)
{
    struct clients_network others = {0};
    size_t kept = 0;
    for (size_t i = 0; i < sum->networks_count; i++) {
        const struct clients_network network = sum->stranded_by_network[i];
        if (network.network && kept < CLIENTS_DAY_NETWORKS_COUNT)
            sum->stranded_by_network[kept++] = network;
        else
            add_to_others(&others, &network);
    }
    if (others.counted)
        sum->stranded_by_network[kept++] = others;
    sum->networks_count = kept;
}

static void put_number(struct jsonout *out, const char *name, uint64_t value)
{
    if (value)
        jsonout_u64(out, name, value);
}

/* [[place, number], …] of those that are not 0. */
static void put_list(struct jsonout *out, const char *name, const uint32_t *numbers)
{
    size_t used = 0;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++) {
        if (!numbers[i])
            continue;
        if (used++ == 0)
            jsonout_array(out, name);
        jsonout_array(out, NULL);
        jsonout_u64(out, NULL, i);
        jsonout_u64(out, NULL, numbers[i]);
        jsonout_array_end(out);
    }
    if (used)
        jsonout_array_end(out);
}

static void put_networks(struct jsonout *out, const struct clients_sum *sum)
{
    jsonout_array(out, "networks");
    for (size_t i = 0; i < sum->networks_count; i++) {
        jsonout_array(out, NULL);
        jsonout_u64(out, NULL, sum->stranded_by_network[i].network);
        jsonout_u64(out, NULL, sum->stranded_by_network[i].counted);
        jsonout_u64(out, NULL, sum->stranded_by_network[i].browsers);
        jsonout_array_end(out);
    }
    jsonout_array_end(out);
}

/* By their words: the numbers of causes are a program's own. */
static void put_causes(struct jsonout *out, const struct clients_sum *sum)
{
    jsonout_object(out, "failed_by_cause");
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX && i < CLIENTS_CAUSES_COUNT; i++)
        if (counters_causes[i])
            put_number(out, counters_causes[i], sum->failed_by_cause[i]);
    jsonout_object_end(out);
}

/* [[kind of client, number, cause], …] */
static void put_failed(struct jsonout *out, const struct clients_sum *sum)
{
    jsonout_array(out, "failed_classes");
    for (size_t i = 0; i < HELLO_CLASSES_COUNT; i++) {
        uint8_t cause = sum->failed_cause_of_class[i];
        if (!sum->failed_by_class[i])
            continue;
        jsonout_array(out, NULL);
        jsonout_u64(out, NULL, i);
        jsonout_u64(out, NULL, sum->failed_by_class[i]);
        jsonout_str(out, NULL,
                    str_from(cause < COUNTERS_FAILURES_MAX && counters_causes[cause] ? counters_causes[cause] : ""));
        jsonout_array_end(out);
    }
    jsonout_array_end(out);
}

void clients_day_write(const struct clients_sum *sum, struct buf *out)
{
    struct clients_sum cut = *sum;
    struct jsonout json = {.out = out};
    clients_day_cut(&cut);
    jsonout_object(&json, NULL);
    put_number(&json, "level", cut.level);
    put_number(&json, "https_level", cut.https_level);
    for (size_t i = 0; i < SINGLES_COUNT; i++)
        put_number(&json, singles[i].name, *number_of(&cut, singles[i].offset));
    for (size_t i = 0; i < BY_CLASS_COUNT; i++)
        put_list(&json, by_class[i].name, number_of(&cut, by_class[i].offset));
    if (cut.networks_count)
        put_networks(&json, &cut);
    if (cut.failed) {
        put_causes(&json, &cut);
        put_failed(&json, &cut);
    }
    jsonout_object_end(&json);
}

/* A number of a list within a list. */
static bool read_in(const json_t *row, size_t at, uint64_t max, uint64_t *ret)
{
    const json_t *value = json_array_get(row, at);
    if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > max)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

static bool no_number(const char *name, struct err *err)
{
    return err_set(err, ERR_INPUT, "%s of a day of clients is not as it was written", name);
}

static bool read_list(const json_t *json, const char *name, uint32_t *ret, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, "", name, CLIENTS_CLASSES_COUNT, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        uint64_t place, number;
        if (!read_in(row, 0, CLIENTS_CLASSES_COUNT - 1, &place) || !read_in(row, 1, UINT32_MAX, &number))
            return no_number(name, err);
        ret[place] = (uint32_t)number;
    }
    return true;
}

static bool read_networks(const json_t *json, struct clients_sum *sum, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, "", "networks", CLIENTS_DAY_NETWORKS_COUNT + 1, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        uint64_t network, counted, browsers;
        if (!read_in(row, 0, INT64_MAX, &network) || !read_in(row, 1, UINT32_MAX, &counted) ||
            !read_in(row, 2, counted, &browsers))
            return no_number("networks", err);
        sum->stranded_by_network[i] =
            (struct clients_network){.network = network, .counted = (uint32_t)counted, .browsers = (uint32_t)browsers};
    }
    sum->networks_count = count;
    return true;
}

static bool read_causes(const json_t *json, struct clients_sum *sum, struct err *err)
{
    const json_t *causes = json_object_get(json, "failed_by_cause");
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX && i < CLIENTS_CAUSES_COUNT; i++)
        if (counters_causes[i] &&
            !members_u32(causes, "failed_by_cause.", counters_causes[i], 0, UINT32_MAX, &sum->failed_by_cause[i], err))
            return false;
    return true;
}

static uint8_t cause_of(const json_t *word)
{
    for (uint8_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        if (counters_causes[i] && json_is_string(word) && strcmp(counters_causes[i], json_string_value(word)) == 0)
            return i;
    return 0;
}

static bool read_failed(const json_t *json, struct clients_sum *sum, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, "", "failed_classes", HELLO_CLASSES_COUNT, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        uint64_t class, number;
        if (!read_in(row, 0, HELLO_CLASSES_COUNT - 1, &class) || !read_in(row, 1, UINT32_MAX, &number))
            return no_number("failed_classes", err);
        sum->failed_by_class[class] = (uint32_t)number;
        sum->failed_cause_of_class[class] = cause_of(json_array_get(row, 2));
    }
    return true;
}

static bool read_sum(const json_t *json, struct clients_sum *sum, struct err *err)
{
    uint32_t level = 0, https_level = 0;
    if (!members_u32(json, "", "level", 0, LEVEL_MAX, &level, err) ||
        !members_u32(json, "", "https_level", 0, LEVEL_MAX, &https_level, err))
        return false;
    sum->level = level;
    sum->https_level = https_level;
    for (size_t i = 0; i < SINGLES_COUNT; i++)
        if (!members_u32(json, "", singles[i].name, 0, UINT32_MAX, number_at(sum, singles[i].offset), err))
            return false;
    for (size_t i = 0; i < BY_CLASS_COUNT; i++)
        if (!read_list(json, by_class[i].name, number_at(sum, by_class[i].offset), err))
            return false;
    return read_networks(json, sum, err) && read_causes(json, sum, err) && read_failed(json, sum, err);
}

bool clients_day_read(struct str text, struct clients_sum *ret, struct err *err)
{
    struct clients_sum sum = {0};
    json_t *json = json_loadb(text.data, text.size, 0, NULL);
    bool fine = json_is_object(json) ? read_sum(json, &sum, err)
                                     : err_set(err, ERR_INPUT, "a day of clients is not as it was written");
    json_decref(json);
    if (fine)
        *ret = sum;
    return fine;
}

static uint64_t clients_of(const struct clients_sum *sum)
{
    uint64_t error;
    return clients_estimate(sum->http, sum->level, &error) + clients_estimate(sum->https, sum->https_level, &error) +
           clients_estimate(sum->failed, sum->https_level, &error);
}

bool clients_day_wins(const struct clients_day *over, const struct clients_day *other)
{
    uint64_t mine = clients_of(&over->sum), theirs = clients_of(&other->sum);
    if (over->made_at_s == other->made_at_s || mine == theirs)
        return over->at_s >= other->at_s;
    return mine > theirs;
}
