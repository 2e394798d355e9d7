#include "check.h"

#include "codec/ini.h"

static bool address_may_repeat(struct str section, struct str key)
{
    return str_eq_nocase(section, STR("Listener")) && str_eq_nocase(key, STR("Address"));
}

static bool parse(const char *text, struct arena *arena, struct ini *ret, struct err *err)
{
    return ini_parse(STR("boot.ini"), str_from(text), address_may_repeat, arena, ret, err);
}

static void sections_and_keys_are_found_in_any_case(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct ini ini;
    struct err err = {0};
    assert_true(parse("\xef\xbb\xbf# comment\r\n"
                      "; another\n"
                      "  [Server]  \r\n"
                      "Http Port=80\r\n"
                      "\tLISTEN address = *  # kept ; both \t\n"
                      "Empty =\n"
                      "\n"
                      "[Listener  Office East ]\n"
                      "Address = a = b\n"
                      "address = c\n"
                      "[SERVER]\n"
                      "User = nobody",
                      &arena, &ini, &err));
    const struct ini_section *server = ini_section(&ini, STR("server"), STR(""));
    assert_non_null(server);
    assert_int_equal(server->line, 3);
    assert_str(ini_key(server, STR("HTTP PORT"))->value, STR("80"));
    assert_str(ini_key(server, STR("Listen Address"))->value, STR("*  # kept ; both"));
    assert_int_equal(ini_key(server, STR("Listen Address"))->line, 5);
    assert_str(ini_key(server, STR("empty"))->value, STR(""));
    assert_str(ini_key(server, STR("user"))->value, STR("nobody"));
    assert_int_equal(ini_key(server, STR("user"))->line, 12);
    assert_null(ini_key(server, STR("Https Port")));
    assert_null(ini_section(&ini, STR("listener"), STR("")));
    assert_null(ini_key(NULL, STR("x")));
    const struct ini_section *listener = server->next;
    assert_str(listener->argument, STR("Office East"));
    assert_str(listener->keys->value, STR("a = b"));
    assert_str(listener->keys->next->value, STR("c"));
    assert_null(listener->next);
    arena_fini(&arena);
}

static void an_empty_file_has_no_sections(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1024);
    struct ini ini;
    assert_true(parse("", &arena, &ini, NULL));
    assert_null(ini.sections);
    assert_true(ini_parse(STR("x"), (struct str){0}, NULL, &arena, &ini, NULL));
    arena_fini(&arena);
}

static void a_bad_line_is_named_by_its_number(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"[Server]\nHttp Port = 80\nhttp port = 81\n", "boot.ini:3: \"http port\" is set already in line 2"},
        {"[Server]\nUser = a\n[Log]\nLevel = info\n[server]\nuser = b",
         "boot.ini:6: \"user\" is set already in line 2"},
        {"Http Port = 80\n", "boot.ini:1: \"Http Port\" stands before the first section"},
        {"[Server]\n\nHttp Port\n", "boot.ini:3: \"Http Port\" is neither"},
        {"[Server]\n= 80\n", "boot.ini:2: \"= 80\" is neither"},
        {"[Server]\nH/P = 80\n", "boot.ini:2: "},
        {"[Server\n", "boot.ini:1: a section header ends"},
        {"[Server] x\n", "boot.ini:1: a section header ends"},
        {"[Server] # x\n", "boot.ini:1: a section header ends"},
        {"[]\n", "boot.ini:1: \"[]\" is not a section name"},
        {"[ ]\n", "boot.ini:1: "},
        {"[\n", "boot.ini:1: "},
        {"[a]]\n", "boot.ini:1: "},
        {"[a b]c]\n", "boot.ini:1: "},
        {"[Server]\nUser = a\x01\n", "boot.ini:2: the line has a control character"},
        {"[Server]\nUser = a\rb\n", "boot.ini:2: the line has a control character"},
        {"[Server]\n# \x1b[31m\n", "boot.ini:2: the line has a control character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        arena_init(&arena, 1 << 16);
        struct ini ini;
        struct err err = {0};
        if (parse(cases[i].text, &arena, &ini, &err))
            fail_msg("accepted: %s", cases[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        if (!strstr(err.text, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].says);
        arena_fini(&arena);
    }
}

static void memory_and_keys_are_bounded(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 64);
    struct ini ini;
    struct err err = {0};
    assert_false(parse("[a]\nb=1\nc=2\n", &arena, &ini, &err));
    assert_int_equal(err.code, ERR_MEMORY);
    arena_fini(&arena);
    arena_init(&arena, 1 << 24);
    static char text[12 + 2 * (INI_KEYS_COUNT_MAX + 1) * 10] = "[Listener]\n";
    for (int i = 0; i <= INI_KEYS_COUNT_MAX; i++)
        memcpy(text + 11 + i * 10, "Address=1\n", 10);
    assert_false(parse(text, &arena, &ini, &err));
    assert_int_equal(err.code, ERR_INPUT);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_and_keys_are_found_in_any_case),
        cmocka_unit_test(an_empty_file_has_no_sections),
        cmocka_unit_test(a_bad_line_is_named_by_its_number),
        cmocka_unit_test(memory_and_keys_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
