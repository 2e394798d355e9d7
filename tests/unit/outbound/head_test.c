#include "check.h"

#include <stdio.h>

#include "outbound/head.h"

#define ROOM_SIZE (256 * 1024)

struct taken {
    struct arena room;
    struct head head;
};

static void begin(struct taken *taken)
{
    arena_init(&taken->room, ROOM_SIZE);
    assert_true(head_init(&taken->head, &taken->room));
}

static void fields_of_the_final_head_are_kept(void **state)
{
    (void)state;
    struct taken taken;
    size_t at = 0;
    begin(&taken);
    const char *const early[] = {"HTTP/1.1 103 Early Hints\r\n", "Link: </early>\r\n", "\r\n"};
    for (size_t i = 0; i < 3; i++)
        assert_true(head_take(&taken.head, str_from(early[i]), 103));
    assert_false(taken.head.done);
    const char *const final[] = {"HTTP/1.1 200 OK\r\n",
                                 "Link:  </one> \r\n",
                                 "no field at all\r\n",
                                 "link: </two>\n",
                                 "\t\r\n",
                                 "\t; rel=next \r\n",
                                 "\r\n"};
    for (size_t i = 0; i < 7; i++)
        assert_true(head_take(&taken.head, str_from(final[i]), 200));
    assert_true(taken.head.done);
    assert_true(head_take(&taken.head, STR("Link: </trailer>\r\n"), 200));
    assert_str(head_next(&taken.head, STR("LINK"), &at), STR("</one>"));
    assert_str(head_next(&taken.head, STR("LINK"), &at), STR("</two> ; rel=next"));
    assert_null(head_next(&taken.head, STR("LINK"), &at).data);
    arena_fini(&taken.room);
}

static void a_head_without_end_is_refused(void **state)
{
    (void)state;
    struct taken taken;
    bool fine = true;
    begin(&taken);
    size_t lines = 0;
    for (; fine && lines < 10000; lines++)
        fine = head_take(&taken.head, STR("HTTP/1.1 103 Early Hints\r\n"), 103);
    assert_false(fine);
    assert_true(taken.head.too_large);
    assert_int_equal(lines, HEAD_SIZE_MAX / 26 + 1);
    arena_fini(&taken.room);
    begin(&taken);
    for (size_t i = 0; i < HEAD_FIELDS_COUNT_MAX; i++)
        assert_true(head_take(&taken.head, STR("a: b\r\n"), 200));
    assert_false(head_take(&taken.head, STR("a: b\r\n"), 200));
    arena_fini(&taken.room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_the_final_head_are_kept),
        cmocka_unit_test(a_head_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
