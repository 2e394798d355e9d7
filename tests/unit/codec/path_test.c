#include "check.h"

#include "codec/path.h"

static void a_path_is_decoded_and_its_dots_are_resolved(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* out NULL: refused */
    } cases[] = {
        {"/", "/"},
        {"/a", "/a"},
        {"/a/", "/a/"},
        {"/a/b/c.html", "/a/b/c.html"},
        {"/a%20b/%C3%A4", "/a b/\xc3\xa4"},
        {"/a+b", "/a+b"},
        {"/./a/./b", "/a/b"},
        {"/a/../b", "/b"},
        {"/a/b/..", "/a/"},
        {"/a/.", "/a/"},
        {"/a/..", "/"},
        {"/a//b///c", "/a/b/c"},
        {"//a", "/a"},
        {"/a/%2e%2E/b", "/b"},
        {"/a/.%2e/b", "/b"},
        {"/...", "/..."},
        {"/..a/.b", "/..a/.b"},
        {"/a/b/../../c/", "/c/"},
        {"/%25%32%65", "/%2e"}, /* decoded once only */
        {"/%252e%252e/x", "/%2e%2e/x"},
        {"/a\\..\\b", "/a\\..\\b"}, /* a backslash is a character like others */
        {"", NULL},
        {"a", NULL},
        {"*", NULL},
        {"/..", NULL},
        {"/../a", NULL},
        {"/a/../..", NULL},
        {"/a/../../a", NULL},
        {"/%2e%2e/etc/passwd", NULL},
        {"/a//../../b", NULL}, /* an empty segment is no step down */
        {"/./../b", NULL},
        {"/a%2fb", NULL},
        {"/..%2F..%2fetc/passwd", NULL},
        {"/a%00", NULL},
        {"/%00/..", NULL},
        {"/a%0a", NULL},
        {"/a%7F", NULL},
        {"/a\x01", NULL},
        {"/%", NULL},
        {"/%4", NULL},
        {"/%zz", NULL},
        {"/%-1", NULL},
        {"/%+1", NULL},
        {"/% 1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        arena_init(&arena, 4096);
        struct str path = STR("untouched");
        bool ok = path_normalise(str_from(cases[i].in), &arena, &path);
        if (ok != (cases[i].out != NULL))
            fail_msg("%s", cases[i].in);
        assert_str(path, ok ? str_from(cases[i].out) : STR("untouched"));
        if (ok)
            assert_int_equal(path.data[path.size], '\0');
        arena_fini(&arena);
    }
}

static void no_text_leaves_its_start(void **state)
{
    (void)state;
    /* Every text of up to six pieces: what comes out has no dot segment, no empty one and starts at the root. */
    static const char *const pieces[] = {"/", ".", "a", "%2e", "%2F", "//"};
    for (unsigned code = 0; code < 6 * 6 * 6 * 6 * 6 * 6; code++) {
        char text[64] = "/";
        size_t size = 1;
        for (unsigned k = 0, rest = code; k < 6; k++, rest /= 6) {
            memcpy(text + size, pieces[rest % 6], strlen(pieces[rest % 6]));
            size += strlen(pieces[rest % 6]);
        }
        struct arena arena;
        arena_init(&arena, 4096);
        struct str path;
        if (path_normalise(str_make(text, size), &arena, &path)) {
            assert_int_equal(path.data[0], '/');
            assert_null(strstr(path.data, "//"));
            assert_null(strstr(path.data, "/./"));
            assert_null(strstr(path.data, "/../"));
            assert_false(str_ends(path, STR("/.")));
            assert_false(str_ends(path, STR("/..")));
        }
        arena_fini(&arena);
    }
}

static void a_full_arena_is_a_refusal(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16);
    struct str path;
    assert_false(path_normalise(STR("/abcdefghijklmnopqrstuvwxyz"), &arena, &path));
    assert_false(path_normalise(STR("/abcdef"), &arena, &path));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_decoded_and_its_dots_are_resolved),
        cmocka_unit_test(no_text_leaves_its_start),
        cmocka_unit_test(a_full_arena_is_a_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
