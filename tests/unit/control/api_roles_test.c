/* Who may what: every operation of the table with every role. */
#include "api_ask.h"
#include "control/api_table.h"

static const enum account_role roles[] = {ACCOUNT_NONE, ACCOUNT_VIEWER, ACCOUNT_OPERATOR, ACCOUNT_OWNER};
static const char *const method_names[] = {[HTTP_METHOD_GET] = "GET",
                                           [HTTP_METHOD_POST] = "POST",
                                           [HTTP_METHOD_PUT] = "PUT",
                                           [HTTP_METHOD_DELETE] = "DELETE",
                                           [HTTP_METHOD_PATCH] = "PATCH"};

static bool may(enum account_role role, enum api_least least)
{
    switch (least) {
    case API_NOBODY: return false;
    case API_PUBLIC: return true;
    case API_VIEWER: return role >= ACCOUNT_VIEWER;
    case API_OPERATOR: return role >= ACCOUNT_OPERATOR;
    case API_OWNER: break;
    }
    return role == ACCOUNT_OWNER;
}

static void path_of(const struct api_route *row, char path[static 100])
{
    (void)snprintf(path, 100, "%.*s%s%.*s%s", STR_ARG(row->before), row->named == API_NAMED_NOT ? "" : "a.example",
                   STR_ARG(row->after), row->named == API_NAMED_CHILD ? "www.a.example" : "");
}

static void every_method_says_who_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < api_routes_count; i++)
        for (size_t k = 0; k < API_METHODS_COUNT_MAX && api_routes[i].methods[k].handler; k++)
            if (api_routes[i].methods[k].least == API_NOBODY)
                fail_msg("%.*s: method %zu", STR_ARG(api_routes[i].before), k);
}

/* What needs more than it is allowed is refused before anything is done; what is allowed gets as far as the content. */
static void every_operation_is_refused_to_who_is_less(void **state)
{
    struct fixture *f = fixture_new();
    size_t refused = 0, permitted = 0;
    (void)state;
    for (size_t i = 0; i < api_routes_count; i++) {
        const struct api_route *row = &api_routes[i];
        for (size_t k = 0; k < API_METHODS_COUNT_MAX && row->methods[k].handler; k++) {
            const struct api_method *method = &row->methods[k];
            for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
                const struct api_context context = {.actor = STR_INIT("account a"), .role = roles[r]};
                struct api_reply reply = {0};
                char path[100];
                path_of(row, path);
                const struct http_request request = {.method = method->method,
                                                     .method_text = str_from(method_names[method->method]),
                                                     .path = str_from(path)};
                buf_init(&reply.body, API_REPLY_SIZE_MAX);
                bool permits = api_permits(&request, &context, &reply);
                if (permits != may(roles[r], method->least))
                    fail_msg("%s %s as %s", method_names[method->method], path, account_role_name(roles[r]));
                if (!permits) {
                    buf_clear(&reply.body);
                    reply.status = 0;
                    api_answer(&f->core, &request, STR("{}"), &context, &reply);
                    if (reply.status != (roles[r] == ACCOUNT_NONE ? 401 : 403))
                        fail_msg("%s %s as %s: %u", method_names[method->method], path, account_role_name(roles[r]),
                                 reply.status);
                }
                refused += !permits;
                permitted += permits;
                buf_fini(&reply.body);
            }
        }
    }
    assert_true(refused > 50 && permitted > 50);
    fixture_free(f);
}

static void what_shows_secrets_and_what_all_depends_on_is_for_owners(void **state)
{
    static const struct {
        const char *path;
        enum http_method method;
    } cases[] = {
        {"/v1/backup", HTTP_METHOD_GET},      {"/v1/sites/a.example/certificates/export", HTTP_METHOD_POST},
        {"/v1/restore", HTTP_METHOD_POST},    {"/v1/apply", HTTP_METHOD_POST},
        {"/v1/settings", HTTP_METHOD_PATCH},  {"/v1/cas", HTTP_METHOD_POST},
        {"/v1/clock", HTTP_METHOD_POST},      {"/v1/private-roots", HTTP_METHOD_POST},
        {"/v1/dns", HTTP_METHOD_POST},        {"/v1/notify/channels", HTTP_METHOD_POST},
        {"/v1/setup/link", HTTP_METHOD_POST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str name;
        const struct api_route *row = api_route_find(str_from(cases[i].path), &name);
        assert_non_null(row);
        assert_int_equal(api_method_find(row, cases[i].method)->least, API_OWNER);
    }
}

static void head_is_get_and_what_is_not_there_is_told_to_who_is_signed_in(void **state)
{
    const struct http_request head = {.method = HTTP_METHOD_HEAD, .path = STR_INIT("/v1/backup")};
    const struct http_request nothing = {.method = HTTP_METHOD_GET, .path = STR_INIT("/v1/nothing")};
    const struct api_context nobody = {.role = ACCOUNT_NONE}, viewer = {.role = ACCOUNT_VIEWER};
    struct api_reply reply = {0};
    (void)state;
    buf_init(&reply.body, API_REPLY_SIZE_MAX);
    assert_false(api_permits(&head, &viewer, &reply));
    assert_int_equal(reply.status, 403);
    assert_false(api_permits(&nothing, &nobody, &reply));
    assert_int_equal(reply.status, 401);
    assert_true(api_permits(&nothing, &viewer, &reply));
    buf_fini(&reply.body);
}

static void guards_are_overridden_by_owners_alone(void **state)
{
    static const char *const contents[] = {"{\"override\":{\"guards\":[],\"reason\":\"x\",\"confirm\":\"a.example\"}}",
                                           "{\"override\":null}"};
    struct fixture *f = fixture_new();
    struct http_field type = {
        .name = STR_INIT("Content-Type"), .value = STR_INIT("application/json"), .id = HTTP_FIELD_CONTENT_TYPE};
    const struct http_request request = {.method = HTTP_METHOD_DELETE,
                                         .method_text = STR_INIT("DELETE"),
                                         .path = STR_INIT("/v1/sites/a.example"),
                                         .fields = &type,
                                         .fields_count = 1};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t r = 2; r < sizeof roles / sizeof *roles; r++) {
            const struct api_context context = {.actor = STR_INIT("account a"), .role = roles[r]};
            struct api_reply reply = {0};
            buf_init(&reply.body, API_REPLY_SIZE_MAX);
            api_answer(&f->core, &request, str_from(contents[i]), &context, &reply);
            assert_int_equal(reply.status, i == 0 && roles[r] == ACCOUNT_OPERATOR ? 403 : 404);
            buf_fini(&reply.body);
        }
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_says_who_may),
        cmocka_unit_test(every_operation_is_refused_to_who_is_less),
        cmocka_unit_test(what_shows_secrets_and_what_all_depends_on_is_for_owners),
        cmocka_unit_test(head_is_get_and_what_is_not_there_is_told_to_who_is_signed_in),
        cmocka_unit_test(guards_are_overridden_by_owners_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
