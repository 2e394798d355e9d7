#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/cli_yaml.h"
#include "base/buf.h"

#define ARENA_SIZE_MAX ((size_t)64 << 20)

/* The tree in one line: texts plain or "quoted", lists in [ ], objects in { }. */
static void write_tree(FILE *out, const struct cli_yaml *node)
{
    if (node->key.data)
        (void)fprintf(out, "%.*s: ", STR_ARG(node->key));
    if (node->kind == CLI_YAML_TEXT) {
        (void)fprintf(out, node->is_plain ? "%.*s" : "\"%.*s\"", STR_ARG(node->text));
        return;
    }
    (void)fputc(node->kind == CLI_YAML_LIST ? '[' : '{', out);
    for (const struct cli_yaml *at = node->first; at; at = at->next) {
        write_tree(out, at);
        (void)fputs(at->next ? ", " : "", out);
    }
    (void)fputc(node->kind == CLI_YAML_LIST ? ']' : '}', out);
}

static char *read_tree(struct str text)
{
    struct arena arena;
    struct cli_yaml *tree;
    struct err err = {0};
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    arena_init(&arena, ARENA_SIZE_MAX);
    if (cli_yaml_read("f.yaml", text, &arena, &tree, &err))
        write_tree(out, tree);
    else
        (void)fprintf(out, "%s", err.text);
    arena_fini(&arena);
    assert_int_equal(fclose(out), 0);
    return written;
}

static void check_tree(const char *text, const char *expected)
{
    char *written = read_tree(str_from(text));
    assert_string_equal(written, expected);
    free(written);
}

static void lists_objects_and_texts_in_block_and_flow_form(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"a", "a"},
        {"'a'", "\"a\""},
        {"[]", "[]"},
        {"{}", "{}"},
        {"a: b\n", "{a: b}"},
        {"a:\n  - b\n  - c: d\n    e: 'f'\n", "{a: [b, {c: d, e: \"f\"}]}"},
        {"a:\n- b\n", "{a: [b]}"},
        {"{\"a\": [1, true, null, \"b\"]}", "{a: [1, true, null, \"b\"]}"}, /* JSON */
        {"# only\na: b # behind\n", "{a: b}"},
        {"a:\nb: ~\n", "{a: , b: ~}"},
        {"a: no\nb: off\n", "{a: no, b: off}"}, /* no word becomes anything else */
        {"a: |\n  one\n  two\n", "{a: \"one\ntwo\n\"}"},
        {"a: >-\n  one\n  two\n", "{a: \"one two\"}"},
        {"---\na: b\n...\n", "{a: b}"},
        {"\"a b\": c", "{a b: c}"},
        {"a: m\xc3\xbcller\n", "{a: m\xc3\xbcller}"},
        {"a: \"\\u00fc\"\n", "{a: \"\xc3\xbc\"}"},
        {"\xef\xbb\xbf"
         "a: b\n",
         "{a: b}"}, /* a byte order mark */
        {"a: http://127.0.0.1:8080\n", "{a: http://127.0.0.1:8080}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_tree(cases[i].text, cases[i].expected);
}

static void everything_that_surprises_is_refused_with_its_place(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"", "f.yaml: there is nothing in it"},
        {"# nothing\n", "f.yaml: there is nothing in it"},
        {"a: &x b\n", "f.yaml:1:4: anchors (&x) are not taken"},
        {"a:\n  b: &x [c]\n", "f.yaml:2:6: a: anchors (&x) are not taken"},
        {"&x {a: b}\n", "f.yaml:1:1: anchors (&x) are not taken"},
        {"a: [b, *x]\n", "f.yaml:1:8: a: aliases (*x) are not taken"},
        {"a: !!int 5\n", "f.yaml:1:4: tags (tag:yaml.org,2002:int) are not taken"},
        {"a: !x b\n", "f.yaml:1:4: tags (!x) are not taken"},
        {"a: ! b\n", "f.yaml:1:4: tags (!) are not taken"},
        {"!!map {a: b}\n", "f.yaml:1:1: tags (tag:yaml.org,2002:map) are not taken"},
        {"a: !!seq [b]\n", "f.yaml:1:4: tags (tag:yaml.org,2002:seq) are not taken"},
        {"%YAML 1.1\n---\na: b\n", "f.yaml:1:1: directives (%) are not taken"},
        {"%TAG ! x:\n---\na: b\n", "f.yaml:1:1: directives (%) are not taken"},
        {"a: b\n---\nc: d\n", "f.yaml:2:1: there is a second document; one is all that is taken"},
        {"a: b\nc: d\na: e\n", "f.yaml:3:1: \"a\" is there twice, first in line 1"},
        {"x:\n  - {a: b, \"a\": c}\n", "f.yaml:2:12: x[0]: \"a\" is there twice, first in line 2"},
        {"[a]: b\n", "f.yaml:1:1: the name of a member must be text"},
        {"? {a: b}\n: c\n", "f.yaml:1:3: the name of a member must be text"},
        {"a: \"b\\0c\"\n", "f.yaml:1:4: a zero byte has no place in a text"},
        {"\"b\\0c\": a\n", "f.yaml:1:1: a zero byte has no place in a text"},
        {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
         "f.yaml:1:17: [0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: this is nested more than 16 deep"},
        {"a: 'b\n", "f.yaml:2:1: found unexpected end of stream while scanning a quoted scalar"},
        {"a:\n\tb: c\n", "f.yaml:2:1: found character that cannot start any token while scanning for the next token"},
        {"a: b: c\n", "f.yaml:1:5: mapping values are not allowed in this context"},
        {"a:\n  b: c\n d: e\n", "f.yaml:3:2: did not find expected key while parsing a block mapping"},
        {"a: [b\n", "f.yaml:2:1: did not find expected ',' or ']' while parsing a flow sequence"},
        {"a: \xff\n", "f.yaml: at byte 4: invalid leading UTF-8 octet"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_tree(cases[i].text, cases[i].expected);
}

static void more_members_than_any_object_has_are_refused(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i <= CLI_YAML_MEMBERS_COUNT_MAX; i++)
        assert_true(buf_printf(&text, "m%d: 1\n", i));
    char *written = read_tree(buf_str(&text));
    assert_string_equal(written, "f.yaml:257:1: an object has at most 256 members");
    free(written);
    buf_fini(&text);
}

/* Every end in the middle is an error or a whole tree of what was there; none reads beyond. */
static void a_file_that_is_cut_off_anywhere_does_no_harm(void **state)
{
    (void)state;
    static const char whole[] = "sites:\n  - name: \"a.example.org\"\n    aliases: [b, 'c']\n    hsts: {mode: auto}\n"
                                "    error_page: |\n      <p>\n";
    for (size_t size = 0; size < sizeof whole; size++) {
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, whole, size);
        char *written = read_tree(str_make(copy, size));
        assert_true(strlen(written) > 0);
        free(written);
        free(copy);
    }
}

static void nodes_are_found_by_their_path_and_know_it(void **state)
{
    (void)state;
    struct arena arena;
    struct cli_yaml *tree;
    struct err err = {0};
    char room[CLI_YAML_PATH_SIZE];
    const struct {
        const char *path, *found;
        size_t line, column;
    } cases[] = {
        {"", "", 1, 1},
        {"sites", "sites", 2, 3},
        {"sites[0]", "sites[0]", 2, 5},
        {"sites[0].routes[1].prefix", "sites[0].routes[1].prefix", 5, 17},
        {"sites[0].routes[1].kind", "sites[0].routes[1]", 5, 9}, /* as far as there is a way */
        {"sites[0].routes[2].kind", "sites[0].routes", 4, 7},
        {"sites[1].name", "sites", 2, 3},
        {"sites.name", "sites", 2, 3},
        {"sites[x]", "sites", 2, 3},
        {"sites[", "sites", 2, 3},
        {"other", "", 1, 1},
    };
    arena_init(&arena, ARENA_SIZE_MAX);
    assert_true(cli_yaml_read("f.yaml",
                              STR("sites:\n  - name: a\n    routes:\n      - prefix: /\n      - prefix: /b\n"), &arena,
                              &tree, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct cli_yaml *node = cli_yaml_find(tree, cases[i].path);
        assert_string_equal(cli_yaml_path(node, room), cases[i].found);
        assert_int_equal(node->line, cases[i].line);
        assert_int_equal(node->column, cases[i].column);
    }
    assert_false(cli_yaml_error(cli_yaml_find(tree, "sites[0].routes[1].prefix"), &err, "it is %s", "wrong"));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.text, "f.yaml:5:17: sites[0].routes[1].prefix: it is wrong");
    assert_null(cli_yaml_member(tree, "name"));
    assert_non_null(cli_yaml_member(tree, "sites"));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_objects_and_texts_in_block_and_flow_form),
        cmocka_unit_test(everything_that_surprises_is_refused_with_its_place),
        cmocka_unit_test(more_members_than_any_object_has_are_refused),
        cmocka_unit_test(a_file_that_is_cut_off_anywhere_does_no_harm),
        cmocka_unit_test(nodes_are_found_by_their_path_and_know_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
