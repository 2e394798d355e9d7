/* Evidence bundles: what is in them, that text of others stays text, that secrets stay out, and who signs. */
#include "api_ask.h"
#include "codec/base64.h"
#include "codec/date.h"
#include "control/bundle.h"
#include "control/bundle_content.h"
#include "control/bundle_page.h"
#include "crypto/signing.h"

#define SITE   "{\"name\":\"a.test\",\"aliases\":[\"www.a.test\"],\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define BUNDLE "/v1/sites/a.test/evidence/bundle"
#define CAP    ((size_t)64 << 20)

static struct fixture *fixture_with_site(void)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    return f;
}

static json_t *get(struct fixture *f, const char *target)
{
    struct buf body;
    unsigned status = ask(f, "GET", target, NULL, "", &body);
    if (status != 200)
        fail_msg("%s: %u %s", target, status, buf_str(&body).data);
    json_t *json = json_loads(buf_str(&body).data, 0, NULL);
    assert_non_null(json);
    buf_fini(&body);
    return json;
}

/* One file of an answer; buf_fini. */
static struct buf file_of(const json_t *answer, const char *name)
{
    const json_t *files = json_object_get(answer, "files");
    struct buf content;
    buf_init(&content, CAP);
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *file = json_array_get(files, i);
        if (strcmp(json_string_value(json_object_get(file, "name")), name) != 0)
            continue;
        assert_true(
            base64_decode(BASE64_STANDARD, str_from(json_string_value(json_object_get(file, "base64"))), &content));
        return content;
    }
    fail_msg("there is no %s", name);
    return content;
}

static json_t *content_of(const json_t *answer)
{
    struct buf text = file_of(answer, "evidence.json");
    json_t *json = json_loadb(buf_str(&text).data, text.size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    buf_fini(&text);
    return json;
}

static void the_files_fit_together_and_are_signed(void **state)
{
    static const char *const covered[] = {"evidence.html", "evidence.json", "public-key.pem"};
    struct fixture *f = fixture_with_site();
    (void)state;
    json_t *answer = get(f, BUNDLE);
    struct buf sums = file_of(answer, "SHA256SUMS"), key = file_of(answer, "public-key.pem");
    struct buf signature = file_of(answer, "SHA256SUMS.sig");
    struct str rest = buf_str(&sums);
    assert_int_equal(json_array_size(json_object_get(answer, "files")), BUNDLE_FILES_COUNT);
    assert_true(signing_verify(buf_str(&key), buf_str(&sums), buf_str(&signature), NULL));
    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++) {
        struct buf file = file_of(answer, covered[i]);
        char digest[DIGEST_FINGERPRINT_SIZE], line[256];
        assert_true(digest_fingerprint(buf_str(&file), digest, NULL));
        (void)snprintf(line, sizeof line, "%s  %s", digest, covered[i]);
        assert_str(str_cut(&rest, '\n'), str_from(line));
        buf_fini(&file);
    }
    assert_int_equal(rest.size, 0);
    buf_fini(&sums);
    buf_fini(&key);
    buf_fini(&signature);
    json_decref(answer);
    fixture_free(f);
}

/* What docs/reference/evidence-bundle.md says is there, is. */
static void the_members_are_those_that_are_documented(void **state)
{
    static const char *const members[] = {"format",   "version",  "made",   "name",   "span",         "signature",
                                          "left_out", "site",     "hsts",   "ledger", "certificates", "check",
                                          "guards",   "evidence", "served", "audit"};
    struct fixture *f = fixture_with_site();
    const char *member;
    json_t *value;
    (void)state;
    json_t *answer = get(f, BUNDLE), *content = content_of(answer);
    size_t i = 0;
    json_object_foreach(content, member, value)
    {
        assert_true(i < sizeof members / sizeof *members);
        assert_string_equal(member, members[i++]);
    }
    assert_int_equal(i, sizeof members / sizeof *members);
    assert_string_equal(json_string_value(json_object_get(content, "format")), "strictgate-evidence-bundle");
    assert_int_equal(json_integer_value(json_object_get(content, "version")), BUNDLE_VERSION);
    assert_string_equal(json_string_value(json_object_get(json_object_get(content, "made"), "by")), "uid 0 (root)");
    assert_int_equal(json_array_size(json_object_get(content, "left_out")), 0);
    assert_null(json_object_get(json_object_get(content, "site"), "routes"));
    assert_string_equal(json_string_value(json_object_get(json_object_get(content, "evidence"), "step")), "day");
    assert_false(json_is_true(json_object_get(json_object_get(content, "audit"), "chained")));
    assert_true(json_is_object(json_object_get(json_object_get(content, "guards"), "moves")));
    json_decref(content);
    json_decref(answer);
    fixture_free(f);
}

static void act(struct fixture *f, const char *site, const char *what, const char *actor, const char *reason,
                int64_t at_s)
{
    const struct audit_entry entry = {.at_s = at_s,
                                      .actor = str_from(actor),
                                      .act = str_from(what),
                                      .site = str_from(site),
                                      .outcome = STR("done"),
                                      .reason = str_from(reason)};
    struct err err = {0};
    if (!commit_note(&f->core, &entry, &err))
        fail_msg("%s", err.text);
}

/* The acts of the audit log in a bundle, separated by blanks; buf_fini. */
static struct buf acts_of(struct fixture *f, const char *target)
{
    struct buf out;
    json_t *answer = get(f, target), *content = content_of(answer);
    const json_t *entries = json_object_get(json_object_get(content, "audit"), "entries");
    buf_init(&out, 65536);
    for (size_t i = 0; i < json_array_size(entries); i++)
        assert_true(buf_printf(&out, "%s ", json_string_value(json_object_get(json_array_get(entries, i), "act"))));
    json_decref(content);
    json_decref(answer);
    return out;
}

static void the_log_is_of_the_site_and_of_what_all_depend_on(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    act(f, "b.test", "hsts.climb", "x", "", 1000);
    act(f, "", "settings.change", "x", "", 1000);
    act(f, "", "account.add", "x", "", 1000);
    act(f, "", "session.begin", "x", "", 1000);
    act(f, "", "notify.change", "x", "", 1000);
    act(f, "", "passkey.add", "x", "", 1000);
    act(f, "a.test", "hsts.start", "x", "", 1000);
    act(f, "a.test", "hsts.climb", "x", "", 2000);
    struct buf acts = acts_of(f, BUNDLE "?since=1970-01-01T00:00:00Z&until=1970-01-01T00:33:20Z");
    assert_str(buf_str(&acts), STR("hsts.start settings.change "));
    buf_fini(&acts);
    acts = acts_of(f, BUNDLE "?since=1970-01-01T00:33:20Z&until=1970-01-01T00:33:21Z");
    assert_str(buf_str(&acts), STR("hsts.climb "));
    buf_fini(&acts);
    /* the present: the site was added, two bundles were made before this one, and the key was */
    acts = acts_of(f, BUNDLE);
    assert_str(buf_str(&acts), STR("evidence.bundle evidence.bundle evidence.key site.add "));
    buf_fini(&acts);
    fixture_free(f);
}

static void a_log_that_is_too_long_is_cut_and_that_is_said(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    struct err err = {0};
    struct audit_entry *entries = calloc(BUNDLE_AUDIT_COUNT_MAX + 7, sizeof *entries);
    for (size_t i = 0; i < BUNDLE_AUDIT_COUNT_MAX + 7; i++)
        entries[i] =
            (struct audit_entry){.at_s = 1000, .act = STR("hsts.climb"), .site = STR("a.test"), .outcome = STR("done")};
    const struct store_change change = {.audit = entries, .audit_count = BUNDLE_AUDIT_COUNT_MAX + 7};
    assert_true(store_save(f->core.store, &change, &err));
    free(entries);
    json_t *answer = get(f, BUNDLE "?since=1970-01-01T00:00:00Z&until=1970-01-01T01:00:00Z"),
           *content = content_of(answer);
    const json_t *audit = json_object_get(content, "audit");
    const json_t *left_out = json_object_get(content, "left_out"), *left = json_array_get(left_out, 1);
    /* so early that nothing was counted */
    assert_string_equal(json_string_value(json_object_get(json_array_get(left_out, 0), "part")), "evidence");
    assert_true(json_is_null(json_object_get(content, "evidence")));
    assert_int_equal(json_array_size(json_object_get(audit, "entries")), BUNDLE_AUDIT_COUNT_MAX);
    assert_int_equal(json_integer_value(json_object_get(audit, "count")), BUNDLE_AUDIT_COUNT_MAX + 7);
    assert_string_equal(json_string_value(json_object_get(left, "part")), "audit");
    assert_int_equal(json_integer_value(json_object_get(left, "count")), 7);
    json_decref(content);
    json_decref(answer);
    fixture_free(f);
}

#define MARKUP "</td><script>alert(1)</script><img src=x onerror=alert(2)>\xe2\x80\xae\""

/* The page as it is written for such a reason and such an actor. */
static void text_of_others_is_text_on_the_page(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    act(f, "a.test", "hsts.climb", "account " MARKUP, MARKUP, clock_wall_s());
    act(f, "a.test", "new." MARKUP, "x", "", clock_wall_s());
    json_t *answer = get(f, BUNDLE);
    struct buf page = file_of(answer, "evidence.html");
    assert_true(buf_put_char(&page, '\0'));
    const char *text = buf_str(&page).data;
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "<img"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_non_null(strstr(text, "<html lang=\"en\">"));
    assert_non_null(strstr(text, "default-src 'none'"));
    buf_fini(&page);
    json_decref(answer);
    answer = get(f, BUNDLE "?language=fr");
    page = file_of(answer, "evidence.html");
    assert_true(buf_put_char(&page, '\0'));
    assert_non_null(strstr(buf_str(&page).data, "<html lang=\"fr\">"));
    assert_non_null(strstr(buf_str(&page).data, "Qui a fait quoi"));
    buf_fini(&page);
    json_decref(answer);
    fixture_free(f);
}

/* Whatever evidence.json were: of each member another type, or nothing. */
static void a_page_is_made_of_any_content(void **state)
{
    static const char *const contents[] = {
        "{}",
        "{\"site\":5,\"made\":[],\"ledger\":{\"names\":[1,{\"entries\":[2,{\"from\":\"x\"}]}]}}",
        "{\"evidence\":{\"buckets\":[{\"at\":\"0001-01-01T00:00:00Z\"},{\"at\":\"9999-12-31T00:00:00Z\","
        "\"https_requests\":9223372036854775807,\"http_requests\":9223372036854775807,"
        "\"failures\":{\"x\":9223372036854775807}}],\"failures\":[{\"cause\":5}],\"clients\":[{\"day\":\"x\"},"
        "{\"day\":\"2026-01-01\",\"stranded\":{\"count\":-5}}]}}",
        "{\"made\":{\"at\":\"2026-01-01T00:00:00Z\"},\"ledger\":{\"names\":[{\"name\":\"<\",\"entries\":[{"
        "\"max_age\":-1,\"from\":\"9999-12-31T00:00:00Z\",\"to\":\"0001-01-01T00:00:00Z\"}]}]},"
        "\"audit\":{\"entries\":[null,{\"before\":5,\"after\":[],\"guards\":[7,{\"why\":\"<\"}]}]},"
        "\"certificates\":{\"certificates\":[{\"fingerprint_sha256\":\"<\",\"mismatches\":[{}]},5]},"
        "\"guards\":{\"moves\":{\"climb\":{\"guards\":[1]}}},\"left_out\":[{},1]}",
        "{\"served\":[1,{}],\"evidence\":{\"trend\":[1,{\"max_age_s\":-5,\"http_percent\":\"<\"}],\"forecast\":{"
        "\"text\":5},"
        "\"coverage\":{\"weeks\":[5,{\"week\":\"0001-01-01\"},{\"week\":\"9999-12-31\",\"https\":{\"count\":-1}}],"
        "\"rung\":"
        "{\"classes_missing\":[{},3]}},\"census\":{\"totals\":5},\"reports\":{\"enabled\":true,\"totals\":[{},4]}}}",
        "{\"evidence\":{\"forecast\":{\"text\":\"<\"},\"coverage\":{\"weeks\":[{\"week\":\"2026-11-23\",\"https\":{"
        "\"count\":"
        "9223372036854775807}}]},\"reports\":{\"enabled\":true}}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        for (unsigned language = 0; language < BUNDLE_LANGUAGES_COUNT; language++) {
            struct buf out;
            json_t *content = json_loads(contents[i], 0, NULL);
            assert_non_null(content);
            buf_init(&out, CAP);
            assert_true(bundle_page(content, (enum bundle_language)language, &out));
            assert_true(str_ends(buf_str(&out), STR("</html>\n")));
            buf_fini(&out);
            json_decref(content);
        }
}

/* The page of this evidence, with a zero byte; buf_fini. */
static struct buf page_of(const char *evidence)
{
    struct buf out;
    json_t *content = json_pack("{s:o}", "evidence", json_loads(evidence, 0, NULL));
    assert_non_null(content);
    buf_init(&out, CAP);
    assert_true(bundle_page(content, BUNDLE_ENGLISH, &out) && buf_put_char(&out, '\0'));
    json_decref(content);
    return out;
}

/* What the evidence does not tell has no empty section, and what it tells is there in words and numbers. */
static void sections_are_there_as_far_as_the_evidence_has_them(void **state)
{
    static const struct {
        const char *evidence, *id, *shows;
    } cases[] = {
        {"{\"trend\":[{\"since\":\"2026-11-01T00:00:00Z\",\"until\":null,\"max_age_s\":86400,\"https_requests\":1234,"
         "\"http_requests\":5,\"http_percent\":0.4,\"clients\":{\"stranded\":{\"count\":7,\"error\":2}},"
         "\"stranded_percent\":null}]}",
         "id=\"rungs\"", "<td>0.4 %</td><td>7 ± 2</td><td>–</td>"},
        {"{\"forecast\":{\"text\":\"If the certificate failed now, 3 % could not get in.\"}}", "id=\"forecast\"",
         "3 % could not get in."},
        {"{\"coverage\":{\"weeks\":[{\"week\":\"2026-11-23\",\"https\":{\"count\":900,\"error\":30},"
         "\"returning_percent\":40}],\"rung\":{\"classes_missing\":[{\"class\":\"curl\",\"last_seen\":\"2026-11-01\"}]}"
         "}}",
         "id=\"forecast\"", "<td>900 ± 30</td><td>40 %</td>"},
        {"{\"census\":{\"totals\":{\"requests\":10,\"basic\":3},\"rung\":null}}", "id=\"census\"",
         "With a password (Basic)</th><td>3</td><td>–</td>"},
        {"{\"reports\":{\"enabled\":true,\"totals\":[{\"type\":\"tls.cert.date_invalid\",\"count\":4,\"clients\":"
         "{\"count\":2,\"error\":0}}]}}",
         "id=\"reports\"", "tls.cert.date_invalid</bdi></td><td>4</td><td>2</td>"},
    };
    struct buf none = page_of("{}");
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf page = page_of(cases[i].evidence);
        assert_null(strstr(buf_str(&none).data, cases[i].id));
        assert_non_null(strstr(buf_str(&page).data, cases[i].id));
        if (!strstr(buf_str(&page).data, cases[i].shows))
            fail_msg("%s: %s", cases[i].shows, buf_str(&page).data);
        buf_fini(&page);
    }
    buf_fini(&none);
}

/* Bars of the days, the weeks or thirty days, as many as can be told apart. */
static void a_long_span_has_no_more_bars_than_can_be_told_apart(void **state)
{
    static const struct {
        int days;
        const char *title;
        size_t rows;
    } cases[] = {{1, ">Day<", 1},          {64, ">Day<", 64},           {65, ">Week from<", 10},
                 {448, ">Week from<", 64}, {449, ">30 days from<", 15}, {1096, ">30 days from<", 37}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf evidence;
        buf_init(&evidence, CAP);
        assert_true(buf_put_str(&evidence, STR("{\"buckets\":[")));
        for (int day = 0; day < cases[i].days; day++) {
            char room[DATE_ISO_SIZE];
            struct str at = str_part(date_write_iso((20000 + day) * INT64_C(86400000), room), 0, 10);
            assert_true(buf_printf(&evidence, "%s{\"at\":\"%.*sT00:00:00Z\",\"https_requests\":2}", day ? "," : "",
                                   STR_ARG(at)));
        }
        assert_true(buf_put_str(&evidence, STR("]}")) && buf_put_char(&evidence, '\0'));
        struct buf page = page_of(buf_str(&evidence).data);
        const char *traffic = strstr(buf_str(&page).data, "<h2 id=\"traffic\">");
        const char *end = strstr(traffic, "</section>"), *at = traffic;
        size_t rows = 0;
        while ((at = strstr(at, "<th scope=\"row\">")) && at < end) {
            rows++;
            at++;
        }
        assert_int_equal(rows, cases[i].rows);
        assert_non_null(strstr(traffic, cases[i].title));
        buf_fini(&page);
        buf_fini(&evidence);
    }
}

static void a_page_that_does_not_fit_is_told(void **state)
{
    json_t *content = json_object();
    (void)state;
    for (size_t cap = 0; cap < 4096; cap += 64) {
        struct buf out;
        buf_init(&out, cap);
        assert_false(bundle_page(content, BUNDLE_ENGLISH, &out));
        buf_fini(&out);
    }
    json_decref(content);
}

static void every_word_is_there_in_every_language(void **state)
{
    (void)state;
    for (unsigned word = 0; word < BUNDLE_WORDS_COUNT; word++)
        for (unsigned language = 0; language < BUNDLE_LANGUAGES_COUNT; language++) {
            const char *text = bundle_word((enum bundle_language)language, (enum bundle_word)word);
            assert_true(text && *text);
        }
}

static void durations_are_told_as_people_say_them(void **state)
{
    static const struct {
        uint64_t max_age_s;
        const char *expected[BUNDLE_LANGUAGES_COUNT];
    } cases[] = {
        {0, {"off", "désactivé"}},      {1, {"1 second", "1 seconde"}},   {300, {"5 minutes", "5 minutes"}},
        {3600, {"1 hour", "1 heure"}},  {86400, {"1 day", "1 jour"}},     {604800, {"7 days", "7 jours"}},
        {31536000, {"1 year", "1 an"}}, {63072000, {"2 years", "2 ans"}}, {90061, {"90061 seconds", "90061 secondes"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned language = 0; language < BUNDLE_LANGUAGES_COUNT; language++) {
            struct buf out;
            buf_init(&out, 64);
            bundle_duration((enum bundle_language)language, cases[i].max_age_s, &out);
            assert_str(buf_str(&out), str_from(cases[i].expected[language]));
            buf_fini(&out);
        }
}

static void what_is_asked_for_is_read_strictly(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites/b.test/evidence/bundle", "", 404, NULL},
        {"GET", BUNDLE "?since=yesterday", "", 400, "is no moment"},
        {"GET", BUNDLE "?since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z", "", 400, "given twice"},
        {"GET", BUNDLE "?since=2020-01-02T00:00:00Z&until=2020-01-01T00:00:00Z", "", 400, "nothing lies between"},
        {"GET", BUNDLE "?since=2020-01-01T00:00:00Z", "", 400, "three years"},
        {"GET", BUNDLE "?since=2999-01-01T00:00:00Z", "", 400, "nothing lies between"},
        {"GET", BUNDLE "?language=de", "", 400, "use en or fr"},
        {"GET", BUNDLE "?form=tar", "", 400, "use json or zip"},
        {"GET", BUNDLE "?step=day", "", 400, "is not understood"},
        {"POST", "/v1/evidence-keys", "{\"a\":1}", 400, NULL},
    };
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void it_comes_as_one_file_too(void **state)
{
    struct fixture *f = fixture_with_site();
    const struct asked asked = {.method = "GET", .target = BUNDLE "?form=zip", .content = ""};
    (void)state;
    struct api_reply reply = ask_fully(f, &asked);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.content_type, "application/zip");
    assert_memory_equal(buf_str(&reply.body).data, "PK\x03\x04", 4);
    buf_fini(&reply.body);
    fixture_free(f);
}

static const char *fingerprint_at(const json_t *keys, size_t i)
{
    return json_string_value(json_object_get(json_array_get(keys, i), "fingerprint_sha256"));
}

static void a_new_key_signs_and_what_the_old_one_signed_stays_good(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, "GET", "/v1/evidence-keys", "", 200, "{\"keys\":[]}");
    json_t *before = get(f, BUNDLE);
    RUN_ONE(f, "POST", "/v1/evidence-keys", "", 201, "retired");
    json_t *after = get(f, BUNDLE), *keys = get(f, "/v1/evidence-keys"), *content = content_of(after);
    const json_t *listed = json_object_get(keys, "keys");
    const json_t *embedded = json_object_get(json_object_get(content, "signature"), "keys");
    const char *old = json_string_value(json_object_get(before, "fingerprint_sha256"));
    const char *present = json_string_value(json_object_get(after, "fingerprint_sha256"));
    assert_string_not_equal(old, present);
    assert_int_equal(json_array_size(listed), 2);
    assert_string_equal(fingerprint_at(listed, 0), present);
    assert_string_equal(fingerprint_at(listed, 1), old);
    assert_true(json_equal((json_t *)(uintptr_t)listed, (json_t *)(uintptr_t)embedded));
    const char *pem = json_string_value(json_object_get(json_array_get(listed, 1), "public_key"));
    struct buf sums = file_of(before, "SHA256SUMS"), signature = file_of(before, "SHA256SUMS.sig");
    assert_true(signing_verify(str_from(pem), buf_str(&sums), buf_str(&signature), NULL));
    buf_fini(&sums);
    buf_fini(&signature);
    json_decref(content);
    json_decref(keys);
    json_decref(after);
    json_decref(before);
    fixture_free(f);
}

/* Of keys and channels that have secrets, nothing is in any file. */
static void no_secret_is_in_it(void **state)
{
    static const char channel[] =
        "{\"name\":\"hook\",\"kind\":\"webhook\",\"url\":\"https://hooks.test/T0K3N-in-path\","
        "\"signing_key\":\"c2VjcmV0LXNpZ25pbmcta2V5LXNlY3JldA==\"}";
    static const char *const secrets[] = {"PRIVATE KEY", "T0K3N-in-path", "c2VjcmV0"};
    struct fixture *f = fixture_with_site();
    struct buf body;
    (void)state;
    (void)ask(f, "POST", "/v1/notify/channels", "application/json", channel, &body);
    buf_fini(&body);
    json_t *answer = get(f, BUNDLE);
    const json_t *files = json_object_get(answer, "files");
    for (size_t i = 0; i < json_array_size(files); i++) {
        struct buf file = file_of(answer, json_string_value(json_object_get(json_array_get(files, i), "name")));
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++)
            assert_null(memmem(file.data, file.size, secrets[k], strlen(secrets[k])));
        buf_fini(&file);
    }
    json_decref(answer);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_fit_together_and_are_signed),
        cmocka_unit_test(the_members_are_those_that_are_documented),
        cmocka_unit_test(the_log_is_of_the_site_and_of_what_all_depend_on),
        cmocka_unit_test(a_log_that_is_too_long_is_cut_and_that_is_said),
        cmocka_unit_test(text_of_others_is_text_on_the_page),
        cmocka_unit_test(a_page_is_made_of_any_content),
        cmocka_unit_test(sections_are_there_as_far_as_the_evidence_has_them),
        cmocka_unit_test(a_long_span_has_no_more_bars_than_can_be_told_apart),
        cmocka_unit_test(a_page_that_does_not_fit_is_told),
        cmocka_unit_test(every_word_is_there_in_every_language),
        cmocka_unit_test(durations_are_told_as_people_say_them),
        cmocka_unit_test(what_is_asked_for_is_read_strictly),
        cmocka_unit_test(it_comes_as_one_file_too),
        cmocka_unit_test(a_new_key_signs_and_what_the_old_one_signed_stays_good),
        cmocka_unit_test(no_secret_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
