/* The preload list: got from files and servers, kept over restarts, damaged, looked up, and what guards make of it. */
#include "api_ask.h"

#include <signal.h>
#include <sys/stat.h>

#include "control/errands.h"
#include "control/preload.h"
#include "fault_server.h"
#include "hsts/preload_build.h"
#include "outbound/outbound.h"
#include "test_ca.h"

#define LIST(entries) "{ \"entries\": [ // a comment\n" entries " ] }"
#define ENTRY(name, policy)                                                                                            \
    "{ \"name\": \"" name "\", \"policy\": \"" policy "\", \"mode\": \"force-https\", \"include_subdomains\": true }"
static const char list[] = LIST(ENTRY("dev", "public-suffix") "," ENTRY("listed.test", "bulk-1-year") "," ENTRY(
    "hand.test", "custom") ", { \"name\": \"pins.test\", \"policy\": \"google\", \"pins\": \"x\" }");

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    (void)signal(SIGPIPE, SIG_IGN);
    assert_true(outbound_start(NULL));
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(preload_new(&f->core, &f->core.preload, NULL));
    return f;
}

static void end(struct fixture *f)
{
    errands_free(f->core.errands);
    preload_free(f->core.preload);
    fixture_free(f);
    outbound_stop();
}

/* Control dies and comes back: what is not in the data directory is gone. */
static void come_back(struct fixture *f)
{
    preload_free(f->core.preload);
    assert_true(preload_new(&f->core, &f->core.preload, NULL));
}

static enum preload_outcome wait_for(struct fixture *f)
{
    while (preload_running(f->core.preload))
        loop_turn(f->core.loop, 1000);
    return preload_last(f->core.preload)->outcome;
}

static const char *why(const struct fixture *f)
{
    return preload_last(f->core.preload)->err.text;
}

static void put(struct fixture *f, const char *target, const char *content, enum preload_outcome outcome)
{
    RUN_ONE(f, "PUT", target, content, 202, "\"running\":{\"address\":");
    if (wait_for(f) != outcome)
        fail_msg("%s: %s", target, why(f));
}

static void there_is_none_at_first(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "GET", "/v1/preload", NULL, 200, "{\"list\":null,\"address\":\"https://");
    RUN_ONE(f, "GET", "/v1/preload/lookup?name=a.dev", NULL, 404, "strictgate preload update");
    assert_false(preload_find(f->core.preload, STR("a.dev")).is_bound);
    assert_false(preload_find(NULL, STR("a.dev")).is_bound);
    preload_turn(&f->core); /* nobody wants it by itself */
    assert_null(preload_running(f->core.preload));
    end(f);
}

static void a_file_is_taken_and_stays(void **state)
{
    struct fixture *f = begin();
    struct stat status;
    (void)state;
    put(f, "/v1/preload?force=true&name=my%20list.json", list, PRELOAD_DONE);
    for (int turn = 0; turn < 2; turn++) {
        RUN_ONE(f, "GET", "/v1/preload", NULL, 200, "\"entries\":3,\"pins_only\":1,\"address\":\"my list.json\"");
        RUN_ONE(f, "GET", "/v1/preload/lookup?name=web.dev&name=LISTED.test&name=other.test", NULL, 200,
                "{\"name\":\"web.dev\",\"bound\":true,\"own\":false,\"entry\":\"dev\",\"include_subdomains\":true,"
                "\"policy\":\"public-suffix\"},{\"name\":\"listed.test\",\"bound\":true,\"own\":true,"
                "\"entry\":\"listed.test\",\"include_subdomains\":true,\"policy\":\"bulk-1-year\"},"
                "{\"name\":\"other.test\",\"bound\":false}]}");
        come_back(f);
    }
    assert_int_equal(stat(f->core.paths.preload, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    RUN_ONE(f, "GET", "/v1/audit", NULL, 200, "\"act\":\"preload.force\"");
    end(f);
}

static void how_a_domain_stands_is_told_with_what_it_means(void **state)
{
    static const struct step none[] = {
        {"GET", "/v1/preload/standing?domain=a.test", NULL, 404, "strictgate preload update"},
        {"GET", "/v1/preload/standing", NULL, 400, "a domain is missing"},
        {"GET", "/v1/preload/standing?domain=192.0.2.7", NULL, 400, "is not the name of a domain"},
        {"GET", "/v1/preload/standing?domain=*.a.test", NULL, 400, "is not the name of a domain"},
        {"GET", "/v1/preload/standing?name=a.test", NULL, 400, "?domain=example.org"},
    };
    static const struct step steps[] = {
        {"GET", "/v1/preload/standing?domain=Listed.Test", NULL, 200,
         "{\"domain\":\"listed.test\",\"registrable\":\"listed.test\",\"is_subdomain\":false,"},
        {"GET", "/v1/preload/standing?domain=listed.test", NULL, 200,
         "\"state\":\"preloaded\",\"covered_by\":null,\"policy\":\"bulk-1-year\",\"bulk\":true,\"submission\":[{"
         "\"code\":\"server.preload.already_preloaded\""},
        {"GET", "/v1/preload/standing?domain=hand.test", NULL, 200,
         "\"removal\":[{\"code\":\"server.removable.protected\""},
        {"GET", "/v1/preload/standing?domain=a.listed.test", NULL, 200,
         "\"state\":\"unknown\",\"covered_by\":\"listed.test\""},
        {"GET", "/v1/preload/standing?domain=web.dev", NULL, 200, "there is no way out but another name."},
        {"GET", "/v1/preload/standing?domain=a.other.test", NULL, 200,
         "\"advice\":[\"A subdomain cannot be listed alone: the whole domain above it would be"},
        {"GET", "/v1/preload/standing?domain=a.other.test", NULL, 200,
         "\"registrable\":\"other.test\",\"is_subdomain\":true"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, none);
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    RUN(f, steps);
    end(f);
}

static void a_list_that_is_less_or_none_takes_no_place(void **state)
{
    static const struct {
        const char *content, *words;
    } cases[] = {
        {list, "has only 3 entries"},
        {"{\"entries\": []}", "no entry that makes browsers insist"},
        {"{\"entries\": [", "no preload list: line 1: the text ends in the middle"},
        {"<html>", "no preload list: line 1"},
        {"\x1f\x8b nonsense", "the gzip file is damaged"},
        {"\x1f", "out of place"},
        {LIST(ENTRY("dev", "a") "," ENTRY("dev", "b")), "dev stands in the list twice"},
    };
    struct fixture *f = begin();
    (void)state;
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(f, i == 0 ? "/v1/preload?name=x" : "/v1/preload?name=x&force=true", cases[i].content, PRELOAD_REFUSED);
        if (!strstr(why(f), cases[i].words))
            fail_msg("%s: %s", cases[i].content, why(f));
        assert_int_equal(preload_present(f->core.preload)->entries_count, 3);
    }
    RUN_ONE(f, "GET", "/v1/preload", NULL, 200,
            "\"outcome\":\"refused\",\"detail\":\"x is no preload list: dev stands");
    RUN_ONE(f, "GET", "/v1/audit", NULL, 200, "\"outcome\":\"refused\"");
    come_back(f);
    assert_int_equal(preload_present(f->core.preload)->entries_count, 3);
    end(f);
}

static void what_cannot_be_asked_is_refused_at_once(void **state)
{
    static const struct step steps[] = {
        {"PUT", "/v1/preload?force=yes", "{}", 400, "only force=true and name=FILE"},
        {"PUT", "/v1/preload?what=ever", "{}", 400, "only force=true and name=FILE"},
        {"PUT", "/v1/preload", "", 400, "needs content"},
        {"POST", "/v1/preload/update", "{\"address\":\"http://a.test/\"}", 400, "begins with https://"},
        {"POST", "/v1/preload/update", "{\"address\":\"https:///list\"}", 400, "begins with https://"},
        {"POST", "/v1/preload/update", "{\"address\":\"https://me:pass@a.test/\"}", 400, "begins with https://"},
        {"POST", "/v1/preload/update", "{\"force\":1}", 400, "force"},
        {"POST", "/v1/preload/update", "{\"url\":\"x\"}", 400, "url"},
        {"PATCH", "/v1/settings", "{\"preload\":{\"address\":\"ftp://a.test/\"}}", 400, "preload.address"},
        {"PATCH", "/v1/settings", "{\"preload\":{\"update_days\":71}}", 400, "preload.update_days"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    RUN_ONE(f, "GET", "/v1/preload/lookup", NULL, 400, "a name is missing");
    RUN_ONE(f, "GET", "/v1/preload/lookup?name=", NULL, 400, "is not a name");
    RUN_ONE(f, "GET", "/v1/preload/lookup?names=a", NULL, 400, "only name=NAME");
    RUN_ONE(
        f, "GET", "/v1/preload/lookup?name=192.0.2.1&name=*.dev", NULL, 200,
        "{\"name\":\"192.0.2.1\",\"bound\":false},{\"name\":\"*.dev\",\"bound\":true,\"own\":false,\"entry\":\"dev\"");
    end(f);
}

static void one_at_a_time_is_got(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "PUT", "/v1/preload?force=true", list, 202, NULL);
    RUN_ONE(f, "PUT", "/v1/preload?force=true", list, 409, "being fetched already");
    assert_int_equal(wait_for(f), PRELOAD_DONE);
    RUN_ONE(f, "PUT", "/v1/preload?force=true", list, 202, NULL); /* the end comes in between */
    end(f);
}

static void damage(const char *path, off_t at)
{
    struct buf content;
    assert_true(file_read(path, PRELOAD_LIST_SIZE_MAX, &content, NULL));
    content.data[at] ^= 1;
    assert_true(file_replace(path, buf_str(&content), 0600, NULL));
    buf_fini(&content);
}

static void a_damaged_file_is_told_and_stops_nothing(void **state)
{
    struct fixture *f = begin();
    const char *path = f->core.paths.preload;
    (void)state;
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    damage(path, 90);
    come_back(f);
    assert_null(preload_present(f->core.preload));
    RUN_ONE(f, "GET", "/v1/preload", NULL, 200,
            "\"trouble\":\"the compiled preload list is damaged: its checksum is wrong");
    RUN_ONE(f, "GET", "/v1/status", NULL, 200, "the preload list cannot be used: the compiled preload list is damaged");
    assert_int_equal(truncate(path, 40), 0);
    come_back(f);
    assert_non_null(strstr(preload_trouble(f->core.preload), "does not begin as one does"));
    assert_int_equal(remove(path), 0);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    come_back(f);
    assert_true(preload_trouble(f->core.preload)[0] != '\0');
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE); /* mends it, and the link is gone */
    assert_string_equal(preload_trouble(f->core.preload), "");
    come_back(f);
    assert_int_equal(preload_present(f->core.preload)->entries_count, 3);
    end(f);
}

/* ---- over the network ---- */

static const char *respond(const char *head, char *room, size_t room_size)
{
    if (strstr(head, "If-None-Match: \"v1\""))
        return "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n";
    if (strstr(head, "GET /moved "))
        return "HTTP/1.1 302 Found\r\nLocation: /list\r\nContent-Length: 0\r\n\r\n";
    if (strstr(head, "GET /gone "))
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone";
    if (strstr(head, "GET /page "))
        return "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>";
    if (strstr(head, "GET /cut "))
        return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"ent";
    if (strstr(head, "GET /unasked "))
        return "HTTP/1.1 304 Not Modified\r\n\r\n";
    (void)snprintf(room, room_size, "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: %zu\r\n\r\n%s", strlen(list),
                   list);
    return room;
}

struct served {
    struct test_ca *ca;
    struct test_ca_made made;
    struct fault_server *server;
};

static void serve(struct fixture *f, struct served *served)
{
    static const char *const names[] = {"127.0.0.1", NULL};
    struct buf content;
    struct jsonout out = {.out = &content};
    served->ca = test_ca_new();
    served->made = test_ca_make(served->ca, &(struct test_ca_leaf){.names = names});
    const struct fault_server_options options = {
        .respond = respond, .chain = buf_str(&served->made.chain), .key = buf_str(&served->made.key)};
    served->server = fault_server_start(&options);
    buf_init(&content, 65536);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "certificate_pem", test_ca_root_pem(served->ca));
    jsonout_object_end(&out);
    assert_true(buf_put_char(&content, '\0'));
    RUN_ONE(f, "POST", "/v1/private-roots", buf_str(&content).data, 200, NULL);
    buf_fini(&content);
}

static void serve_end(struct served *served)
{
    fault_server_stop(served->server);
    test_ca_made_free(&served->made);
    test_ca_free(served->ca);
}

static enum preload_outcome fetch_list(struct fixture *f, const struct served *served, const char *path, bool force)
{
    char content[200];
    (void)snprintf(content, sizeof content, "{\"address\":\"https://127.0.0.1:%u%s\",\"force\":%s}",
                   fault_server_port(served->server), path, force ? "true" : "false");
    RUN_ONE(f, "POST", "/v1/preload/update", content, 202, NULL);
    return wait_for(f);
}

static void a_server_is_asked_for_what_is_newer(void **state)
{
    struct fixture *f = begin();
    struct served served;
    char head[4096];
    (void)state;
    serve(f, &served);
    assert_int_equal(fetch_list(f, &served, "/list", true), PRELOAD_DONE);
    assert_str(preload_present(f->core.preload)->origin.etag, STR("\"v1\""));
    assert_null(strstr(fault_server_last(served.server, head, sizeof head), "If-None-Match"));
    assert_non_null(strstr(head, "Accept-Encoding: gzip"));
    come_back(f);
    assert_int_equal(fetch_list(f, &served, "/list", false), PRELOAD_CONFIRMED);
    assert_int_equal(preload_present(f->core.preload)->entries_count, 3);
    assert_int_equal(fetch_list(f, &served, "/list", true), PRELOAD_DONE); /* with force all of it is wanted */
    assert_int_equal(fetch_list(f, &served, "/list?elsewhere", false), PRELOAD_REFUSED);
    assert_null(strstr(fault_server_last(served.server, head, sizeof head), "If-None-Match"));
    serve_end(&served);
    end(f);
}

static void what_a_server_gives_instead_is_told(void **state)
{
    static const struct {
        const char *path, *words;
    } cases[] = {
        {"/moved", "it answers with status 302: redirects are not followed"},
        {"/gone", "answers with status 404"},
        {"/page", "is no preload list: line 1: a character is out of place"},
        {"/cut", "is no preload list: line 1: the text ends in the middle"},
        {"/unasked", "answers with status 304"},
    };
    struct fixture *f = begin();
    struct served served;
    (void)state;
    serve(f, &served);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(fetch_list(f, &served, cases[i].path, true), PRELOAD_REFUSED);
        if (!strstr(why(f), cases[i].words))
            fail_msg("%s: %s", cases[i].path, why(f));
        assert_null(preload_present(f->core.preload));
    }
    serve_end(&served);
    end(f);
}

static void by_itself_it_is_got_only_when_asked_for(void **state)
{
    struct fixture *f = begin();
    struct served served;
    char content[200];
    (void)state;
    serve(f, &served);
    f->core.started_s = clock_wall_s() - 1;
    (void)snprintf(content, sizeof content,
                   "{\"preload\":{\"address\":\"https://127.0.0.1:%u/gone\",\"update_days\":7}}",
                   fault_server_port(served.server));
    RUN_ONE(f, "PATCH", "/v1/settings", content, 200, "\"update_days\":7");
    preload_turn(&f->core);
    assert_int_equal(wait_for(f), PRELOAD_REFUSED);
    RUN_ONE(f, "GET", "/v1/status", NULL, 200, "the preload list was not updated: https://127.0.0.1");
    preload_turn(&f->core); /* not again at once */
    assert_null(preload_running(f->core.preload));
    assert_true(preload_next_s(&f->core) >= clock_wall_s() + PRELOAD_RETRY_S - 60);
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    assert_true(preload_next_s(&f->core) >= clock_wall_s() + 7 * 86400 - 60);
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"preload\":{\"update_days\":0}}", 200, NULL);
    assert_true(preload_next_s(&f->core) == 0);
    serve_end(&served);
    end(f);
}

/* ---- who may ---- */

static unsigned ask_as(struct fixture *f, enum account_role role, const char *content)
{
    struct http_field fields[] = {
        {.name = STR_INIT("Content-Type"), .value = STR_INIT("application/json"), .id = HTTP_FIELD_CONTENT_TYPE}};
    struct http_request request = {.method = HTTP_METHOD_POST,
                                   .method_text = STR_INIT("POST"),
                                   .path = STR_INIT("/v1/preload/update"),
                                   .fields = fields,
                                   .fields_count = 1};
    const struct api_context context = {.actor = STR_INIT("account a"), .role = role};
    struct api_reply reply = {0};
    buf_init(&reply.body, API_REPLY_SIZE_MAX);
    api_answer(&f->core, &request, str_from(content), &context, &reply);
    buf_fini(&reply.body);
    return reply.status;
}

static void a_list_from_elsewhere_is_for_owners(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "PATCH", "/v1/settings", "{\"preload\":{\"address\":\"https://127.0.0.1:1/\"}}", 200, NULL);
    assert_int_equal(ask_as(f, ACCOUNT_VIEWER, "{}"), 403);
    assert_int_equal(ask_as(f, ACCOUNT_OPERATOR, "{\"address\":\"https://127.0.0.1:2/\"}"), 403);
    assert_int_equal(ask_as(f, ACCOUNT_OPERATOR, "{\"force\":true}"), 403);
    assert_null(preload_running(f->core.preload));
    assert_int_equal(ask_as(f, ACCOUNT_OPERATOR, "{\"address\":\"https://127.0.0.1:1/\"}"), 202);
    (void)wait_for(f);
    assert_int_equal(ask_as(f, ACCOUNT_OWNER, "{\"address\":\"https://127.0.0.1:2/\",\"force\":true}"), 202);
    (void)wait_for(f);
    end(f);
}

/* ---- guards ---- */

#define SITE(name, more) "{\"name\":\"" name "\",\"upstreams\":[\"http://127.0.0.1:1\"]" more "}"
#define OVERRIDE(guard, name)                                                                                          \
    "{\"override\":{\"guards\":[\"" guard "\"],\"reason\":\"moved\",\"confirm\":\"" name "\"}}"

static void a_listed_site_keeps_its_place_its_certificate_and_its_redirect(void **state)
{
    struct fixture *f = begin();
    (void)state;
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    RUN_ONE(f, "POST", "/v1/sites", SITE("listed.test", ""), 201,
            "browsers accept nothing but HTTPS for listed.test: listed.test is on their preload list");
    RUN_ONE(f, "PATCH", "/v1/sites/listed.test", "{\"local_ca\":true}", 200,
            "\"preloaded\":[{\"name\":\"listed.test\",\"bound\":true,\"own\":true");
    RUN_ONE(f, "PATCH", "/v1/sites/listed.test", "{\"certificate\":null}", 409, "would lose its certificate");
    RUN_ONE(f, "PATCH", "/v1/sites/listed.test", "{\"redirect\":\"off\"}", 409, "would not redirect to HTTPS any more");
    RUN_ONE(f, "PATCH", "/v1/sites/listed.test", "{\"redirect\":\"permanent\"}", 200, NULL);
    RUN_ONE(f, "DELETE", "/v1/sites/listed.test", NULL, 409, "\"guard\":\"keep-listed\"");
    RUN_ONE(f, "DELETE", "/v1/sites/listed.test", OVERRIDE("keep-listed", "listed.test"), 200, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE("a.dev", ",\"aliases\":[\"b.dev\"],\"local_ca\":true"), 201,
            "\"preloaded\":[{\"name\":\"a.dev\",\"bound\":true,\"own\":false,\"entry\":\"dev\"");
    RUN_ONE(f, "PATCH", "/v1/sites/a.dev", "{\"certificate\":null}", 409, "has dev with all names below it");
    RUN_ONE(f, "PATCH", "/v1/sites/a.dev", "{\"aliases\":[]}", 200, NULL); /* it may go, as it came */
    RUN_ONE(f, "DELETE", "/v1/sites/a.dev", NULL, 200, NULL);
    end(f);
}

static void moves_are_judged_by_the_list(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE("www.listed.test", ",\"local_ca\":true"), 201, "\"preloaded\":[]");
    fixture_look(f, "www.listed.test", OBSERVED_TRUST_SYSTEM);
    RUN_ONE(f, "GET", "/v1/sites/www.listed.test/guards?move=start", NULL, 200, "No name above is known");
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    RUN_ONE(f, "GET", "/v1/sites/www.listed.test/guards?move=start", NULL, 200,
            "has listed.test with all names below it (policy bulk-1-year)");
    RUN_ONE(f, "PUT", "/v1/sites/www.listed.test/hsts", "{\"max_age\":300}", 200, NULL);
    RUN_ONE(f, "GET", "/v1/sites/www.listed.test/guards?move=release", NULL, 200, "has no name of the site");
    end(f);
}

/* To a year with all that the entry asks for, over the heads of the guards of the way up. */
static void climb(struct fixture *f)
{
    RUN_ONE(f, "POST", "/v1/sites", SITE("listed.test", ",\"local_ca\":true"), 201, NULL);
    fixture_prove_renewals(f, "listed.test");
    fixture_look(f, "listed.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(f, "PUT", "/v1/sites/listed.test/hsts",
            "{\"max_age\":31536000,\"include_subdomains\":true,\"preload\":true,\"override\":{\"guards\":[\"dwell\","
            "\"traffic\"],\"reason\":\"as it was before\",\"confirm\":\"listed.test\"}}",
            200, NULL);
}

static void a_listed_site_is_not_released_unasked(void **state)
{
    static const char *const moves[] = {"release", "include-subdomains-off", "preload-off"};
    struct fixture *f = begin();
    char content[200];
    (void)state;
    put(f, "/v1/preload?force=true", list, PRELOAD_DONE);
    climb(f);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        (void)snprintf(content, sizeof content, "{\"move\":\"%s\"}", moves[i]);
        RUN_ONE(f, "POST", "/v1/sites/listed.test/hsts/moves", content, 409, "\"guard\":\"preload-listed\"");
    }
    RUN_ONE(f, "PUT", "/v1/sites/listed.test/hsts", "{\"max_age\":300}", 409, "\"guard\":\"preload-listed\"");
    RUN_ONE(f, "POST", "/v1/sites/listed.test/hsts/moves",
            "{\"move\":\"release\",\"override\":{\"guards\":[\"preload-listed\"],\"reason\":\"it shall leave\","
            "\"confirm\":\"listed.test\"}}",
            200, NULL);
    RUN_ONE(f, "GET", "/v1/audit", NULL, 200, "it shall leave");
    end(f);
}

static void without_a_list_a_release_is_free(void **state)
{
    struct fixture *f = begin();
    (void)state;
    climb(f);
    RUN_ONE(f, "GET", "/v1/sites/listed.test/guards?move=release", NULL, 200, "is not known: none was fetched");
    RUN_ONE(f, "POST", "/v1/sites/listed.test/hsts/moves", "{\"move\":\"release\"}", 200, NULL);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_none_at_first),
        cmocka_unit_test(a_file_is_taken_and_stays),
        cmocka_unit_test(how_a_domain_stands_is_told_with_what_it_means),
        cmocka_unit_test(a_list_that_is_less_or_none_takes_no_place),
        cmocka_unit_test(what_cannot_be_asked_is_refused_at_once),
        cmocka_unit_test(one_at_a_time_is_got),
        cmocka_unit_test(a_damaged_file_is_told_and_stops_nothing),
        cmocka_unit_test(a_server_is_asked_for_what_is_newer),
        cmocka_unit_test(what_a_server_gives_instead_is_told),
        cmocka_unit_test(by_itself_it_is_got_only_when_asked_for),
        cmocka_unit_test(a_list_from_elsewhere_is_for_owners),
        cmocka_unit_test(a_listed_site_keeps_its_place_its_certificate_and_its_redirect),
        cmocka_unit_test(moves_are_judged_by_the_list),
        cmocka_unit_test(a_listed_site_is_not_released_unasked),
        cmocka_unit_test(without_a_list_a_release_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
