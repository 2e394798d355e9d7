#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "snapshot/limits.h"
#include "snapshot/rules.h"
#include "snapshot_sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Opens and, when it opens, walks everything; the walk's own asserts and ASan are the judges. */
static bool open_and_walk(const unsigned char *blob, size_t size)
{
    struct snapshot s;
    struct err err = {0};
    if (!snapshot_open(blob, size, &s, &err)) {
        assert_true(err.text[0] != '\0');
        return false;
    }
    (void)snapshot_walk(&s);
    return true;
}

static void a_damaged_byte_is_noticed_by_the_checksum(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    assert_true(open_and_walk(blob, size));
    for (size_t i = 0; i < size; i++)
        for (int bit = 0; bit < 8; bit++) {
            blob[i] ^= (unsigned char)(1u << bit);
            assert_false(open_and_walk(blob, size));
            blob[i] ^= (unsigned char)(1u << bit);
        }
    snapshot_blob_free(blob, size);
}

static void a_byte_changed_by_malice_is_refused_or_harmless(void **state)
{
    (void)state;
    size_t size, accepted_count = 0;
    unsigned char *blob = snapshot_sample_blob(&size);
    for (size_t i = 0; i < size; i++) {
        unsigned char right = blob[i];
        for (unsigned value = 0; value < 256; value++) {
            blob[i] = (unsigned char)value;
            uint64_t checksum = snapshot_checksum(blob, size);
            memcpy(blob + offsetof(struct snap_header, checksum), &checksum, sizeof checksum);
            accepted_count += open_and_walk(blob, size);
        }
        blob[i] = right;
    }
    assert_true(accepted_count > size); /* the checksum was right: some changes are only other contents */
    snapshot_blob_free(blob, size);
}

static void words_at_the_edges_are_refused_or_harmless(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    const uint32_t edges[] = {
        0,          1,          7,          8,          (uint32_t)size, (uint32_t)size - 1, (uint32_t)size + 1,
        0x7fffffff, 0x80000000, 0xfffffff8, 0xfffffffe, 0xffffffff};
    for (size_t at = 0; at + 4 <= size; at += 4)
        for (size_t i = 0; i < COUNT(edges); i++) {
            uint32_t right;
            memcpy(&right, blob + at, sizeof right);
            memcpy(blob + at, &edges[i], sizeof right);
            uint64_t checksum = snapshot_checksum(blob, size);
            memcpy(blob + offsetof(struct snap_header, checksum), &checksum, sizeof checksum);
            (void)open_and_walk(blob, size);
            memcpy(blob + at, &right, sizeof right);
        }
    snapshot_blob_free(blob, size);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *exact = malloc(cut ? cut : 1);
        assert_non_null(exact);
        memcpy(exact, blob, cut);
        assert_false(open_and_walk(exact, cut));
        snapshot_fix(exact, cut); /* even when it says so itself */
        assert_false(open_and_walk(exact, cut));
        free(exact);
    }
    snapshot_blob_free(blob, size);
}

/* What a builder would never write: the reader must not count on it. */
static void a_forged_cap_or_moment_is_refused(void **state)
{
    (void)state;
    static const int64_t bad[] = {-1, INT64_MIN, INT64_MAX, SNAP_TIME_S_MAX + 1};
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    struct snap_header *header = (void *)blob;
    struct snap_site *sites = (void *)(blob + header->sites.offset);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct snap_site right = sites[0];
        sites[0].hsts_cap_s = bad[i];
        snapshot_fix(blob, size);
        assert_false(open_and_walk(blob, size));
        sites[0] = right;
        int64_t made_s = header->made_s;
        header->made_s = bad[i];
        snapshot_fix(blob, size);
        assert_false(open_and_walk(blob, size));
        header->made_s = made_s;
    }
    sites[1].hsts_cap_s = 1800000000; /* an address, without a value */
    snapshot_fix(blob, size);
    assert_false(open_and_walk(blob, size));
    sites[1].hsts = sites[0].hsts;
    snapshot_fix(blob, size);
    assert_false(open_and_walk(blob, size));
    sites[1] =
        (struct snap_site){.name = sites[1].name, .certificate_ecdsa = SNAPSHOT_NONE, .certificate_rsa = SNAPSHOT_NONE};
    snapshot_fix(blob, size);
    assert_true(open_and_walk(blob, size)); /* it was the cap that was refused */
    char *digits = (char *)blob + sites[0].hsts.offset + sizeof "max-age=" - 1;
    memcpy(digits, "0; ", 3); /* "max-age=0; ; includeSubDomains" promises nothing that could be bounded */
    snapshot_fix(blob, size);
    assert_false(open_and_walk(blob, size));
    sites[0].hsts_cap_s = 0;
    snapshot_fix(blob, size);
    assert_true(open_and_walk(blob, size));
    snapshot_blob_free(blob, size);
}

static void forged_reports_are_refused(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    struct snap_header *header = (void *)blob;
    struct snap_site *sites = (void *)(blob + header->sites.offset);
    const struct snap_reports right = sites[0].reports;
    struct snap_ref *refs[] = {&sites[0].reports.nel, &sites[0].reports.report_to, &sites[0].reports.endpoints,
                               &sites[0].reports.csp, &sites[0].reports.token};
    for (size_t i = 0; i < COUNT(refs); i++) {
        refs[i]->offset = (uint32_t)size;
        snapshot_fix(blob, size);
        assert_false(open_and_walk(blob, size));
        *refs[i] = (struct snap_ref){0, 16}; /* the header: no text */
        snapshot_fix(blob, size);
        assert_false(open_and_walk(blob, size));
        sites[0].reports = right;
    }
    header->reports_site = header->sites.count;
    snapshot_fix(blob, size);
    assert_false(open_and_walk(blob, size));
    header->reports_site = SNAPSHOT_NONE;
    snapshot_fix(blob, size);
    assert_true(open_and_walk(blob, size));
    snapshot_blob_free(blob, size);
}

static void a_blob_that_is_not_aligned_is_refused(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size), *room = malloc(size + 8);
    assert_non_null(room);
    memcpy(room + 4, blob, size);
    assert_false(open_and_walk(room + 4, size));
    assert_false(open_and_walk(NULL, 0));
    free(room);
    snapshot_blob_free(blob, size);
}

static void a_table_of_names_without_an_empty_place_is_refused(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    struct snap_header *header = (void *)blob;
    struct snap_name *names = (void *)(blob + header->names.offset), taken = {.site = SNAPSHOT_NONE};
    for (uint32_t i = 0; i < header->names.count; i++)
        if (names[i].site != SNAPSHOT_NONE)
            taken = names[i];
    for (uint32_t i = 0; i < header->names.count; i++)
        names[i] = taken;
    snapshot_fix(blob, size);
    assert_false(open_and_walk(blob, size));
    names[3].site = SNAPSHOT_NONE;
    snapshot_fix(blob, size);
    assert_true(open_and_walk(blob, size));
    snapshot_blob_free(blob, size);
}

/* ---- lookups against naive oracles ---- */

#define LABELS_COUNT 4

static const char *const labels[LABELS_COUNT] = {"a", "b", "ab", "org"};

/* Every name of one to three of the labels, numbered from 0; false when there are no more. */
static bool name_number(unsigned number, char *text, size_t room)
{
    unsigned one = LABELS_COUNT, two = one * LABELS_COUNT, three = two * LABELS_COUNT;
    if (number < one)
        (void)snprintf(text, room, "%s", labels[number]);
    else if ((number -= one) < two)
        (void)snprintf(text, room, "%s.%s", labels[number / 4], labels[number % 4]);
    else if ((number -= two) < three)
        (void)snprintf(text, room, "%s.%s.%s", labels[number / 16], labels[number / 4 % 4], labels[number % 4]);
    else
        return false;
    return true;
}

#define NAMES_COUNT 84

struct oracle {
    char names[NAMES_COUNT][32]; /* of site i */
    char wild[NAMES_COUNT][32];  /* its alias, or empty */
    bool used[NAMES_COUNT];
};

static int oracle_site(const struct oracle *o, const char *host)
{
    const char *dot = strchr(host, '.');
    for (int i = 0; i < NAMES_COUNT; i++)
        if (o->used[i] && strcmp(o->names[i], host) == 0)
            return i;
    for (int i = 0; i < NAMES_COUNT; i++)
        if (o->used[i] && o->wild[i][0] && dot && strcmp(o->wild[i] + 1, dot) == 0)
            return i;
    return -1;
}

static const struct build_route only_route = {.prefix = STR_INIT("/"), .kind = SNAP_ROUTE_FIXED, .status = 200};

/* Every second name is a site, every third of those has a wildcard below its own name. */
static unsigned char *oracle_blob(struct oracle *o, size_t *ret_size)
{
    static struct build_site sites[NAMES_COUNT];
    static struct str aliases[NAMES_COUNT];
    size_t count = 0;
    for (unsigned i = 0; i < NAMES_COUNT; i++) {
        assert_true(name_number(i, o->names[i], sizeof o->names[i]));
        o->used[i] = i % 2 == 0;
        if (!o->used[i])
            continue;
        if (i % 3 == 0)
            (void)snprintf(o->wild[i], sizeof o->wild[i], "*.%s", o->names[i]);
        aliases[i] = str_from(o->wild[i]);
        sites[count++] = (struct build_site){.name = str_from(o->names[i]),
                                             .aliases = &aliases[i],
                                             .aliases_count = o->wild[i][0] != '\0',
                                             .slot = i,
                                             .certificate_ecdsa = SNAPSHOT_NONE,
                                             .certificate_rsa = SNAPSHOT_NONE,
                                             .routes = &only_route,
                                             .routes_count = 1};
    }
    struct build_input input = {.generation = 1, .sites = sites, .sites_count = count};
    snapshot_limits_default(&input.limits);
    void *blob;
    struct err err;
    if (!snapshot_build(&input, &blob, ret_size, &err))
        fail_msg("%s", err.text);
    return blob;
}

static void site_lookups_agree_with_the_oracle(void **state)
{
    (void)state;
    struct oracle oracle = {0};
    size_t size;
    struct snapshot s;
    unsigned char *blob = oracle_blob(&oracle, &size);
    assert_true(snapshot_open(blob, size, &s, NULL));
    char name[32], host[64];
    for (unsigned i = 0; name_number(i, name, sizeof name); i++)
        for (int form = 0; form < 3; form++) {
            (void)snprintf(host, sizeof host, "%s%s%s", form == 1 ? "x." : "", name, form == 2 ? "." : "");
            char plain[64];
            (void)snprintf(plain, sizeof plain, "%s%s", form == 1 ? "x." : "", name);
            int expected = oracle_site(&oracle, plain);
            for (char *c = host; *c; c += 2) /* any case */
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
            const struct snap_site *found = snapshot_site(&s, str_from(host));
            if ((found ? (int)found->slot : -1) != expected)
                fail_msg("%s found %d instead of %d", host, found ? (int)found->slot : -1, expected);
        }
    snapshot_blob_free(blob, size);
}

static void hosts_that_are_no_names_are_nobodys(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    struct snapshot s;
    assert_true(snapshot_open(blob, size, &s, NULL));
    char longest[300];
    memset(longest, 'a', sizeof longest);
    const struct str hosts[] = {{NULL, 0},           STR_INIT("."),         STR_INIT(".a.org"),    STR_INIT("*.a.org"),
                                STR_INIT("a.org.."), STR_INIT("x.y.a.org"), STR_INIT("a.org:443"), STR_INIT("[]"),
                                STR_INIT("["),       STR_INIT("[::2]"),     STR_INIT("a.org\0"),   {longest, 253},
                                {longest, 254},      {longest, 255},        {longest, 256},        {longest, 300}};
    for (size_t i = 0; i < COUNT(hosts); i++)
        if (snapshot_site(&s, hosts[i]))
            fail_msg("\"%.*s\" was found", STR_ARG(hosts[i]));
    snapshot_blob_free(blob, size);
}

/* By the definition: of all prefixes that equal the path or end at a '/' of it, the longest. */
static int oracle_route(const struct str *prefixes, size_t count, struct str path)
{
    int best = -1;
    for (size_t i = 0; i < count; i++) {
        struct str stem = prefixes[i];
        if (stem.data[stem.size - 1] == '/')
            stem.size--;
        if (path.size == 0 || path.data[0] != '/' || !str_starts(path, stem))
            continue;
        if (path.size > stem.size && path.data[stem.size] != '/')
            continue;
        if (best < 0 || prefixes[i].size > prefixes[best].size)
            best = (int)i;
    }
    return best;
}

static void route_lookups_agree_with_the_oracle(void **state)
{
    (void)state;
    const struct str prefixes[] = {STR_INIT("/a/b/"), STR_INIT("/app"), STR_INIT("/a"),    STR_INIT("/app/x"),
                                   STR_INIT("/b/"),   STR_INIT("/"),    STR_INIT("/a/b/c")};
    const struct str paths[] = {STR_INIT("/"),      STR_INIT("/app"),     STR_INIT("/app/"),   STR_INIT("/apple"),
                                STR_INIT("/app/x"), STR_INIT("/app/xy"),  STR_INIT("/app/x/"), STR_INIT("/a"),
                                STR_INIT("/a/b"),   STR_INIT("/a/b/c/d"), STR_INIT("/a/bc"),   STR_INIT("/b"),
                                STR_INIT("/bb"),    STR_INIT("*"),        STR_INIT(""),        STR_INIT("//a")};
    struct build_route routes[COUNT(prefixes)];
    for (size_t i = 0; i < COUNT(prefixes); i++)
        routes[i] =
            (struct build_route){.prefix = prefixes[i], .kind = SNAP_ROUTE_FIXED, .status = (uint32_t)(200 + i)};
    for (size_t first = 0; first < 2; first++) { /* with all of them, and without the first */
        struct build_site site = {.name = STR("a.org"),
                                  .certificate_ecdsa = SNAPSHOT_NONE,
                                  .certificate_rsa = SNAPSHOT_NONE,
                                  .routes = routes + first,
                                  .routes_count = COUNT(routes) - first};
        struct build_input input = {.generation = 1, .sites = &site, .sites_count = 1};
        snapshot_limits_default(&input.limits);
        void *blob;
        size_t size;
        struct snapshot s;
        assert_true(snapshot_build(&input, &blob, &size, NULL));
        assert_true(snapshot_open(blob, size, &s, NULL));
        for (size_t i = 0; i < COUNT(paths); i++) {
            int expected = oracle_route(prefixes + first, COUNT(prefixes) - first, paths[i]);
            const struct snap_route *found = snapshot_route(&s, &s.sites[0], paths[i]);
            if (found ? expected < 0 || found->status != 200 + first + (uint32_t)expected : expected >= 0)
                fail_msg("\"%.*s\" went wrong", STR_ARG(paths[i]));
        }
        snapshot_blob_free(blob, size);
    }
}

static void without_a_root_route_other_paths_match_nothing(void **state)
{
    (void)state;
    size_t size;
    unsigned char *blob = snapshot_sample_blob(&size);
    struct snapshot s;
    assert_true(snapshot_open(blob, size, &s, NULL));
    const struct snap_site *site = snapshot_site(&s, STR("[::1]"));
    assert_non_null(snapshot_route(&s, site, STR("/app/y")));
    assert_null(snapshot_route(&s, site, STR("/")));
    assert_null(snapshot_route(&s, site, STR("/apple")));
    snapshot_blob_free(blob, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_byte_is_noticed_by_the_checksum),
        cmocka_unit_test(a_byte_changed_by_malice_is_refused_or_harmless),
        cmocka_unit_test(words_at_the_edges_are_refused_or_harmless),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(a_forged_cap_or_moment_is_refused),
        cmocka_unit_test(forged_reports_are_refused),
        cmocka_unit_test(a_blob_that_is_not_aligned_is_refused),
        cmocka_unit_test(a_table_of_names_without_an_empty_place_is_refused),
        cmocka_unit_test(site_lookups_agree_with_the_oracle),
        cmocka_unit_test(hosts_that_are_no_names_are_nobodys),
        cmocka_unit_test(route_lookups_agree_with_the_oracle),
        cmocka_unit_test(without_a_root_route_other_paths_match_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
