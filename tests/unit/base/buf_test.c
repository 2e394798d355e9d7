#include "check.h"

#include "base/buf.h"

static void holds_no_more_than_its_cap_and_remembers(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    assert_true(buf_put_str(&b, STR("abcd")));
    assert_false(buf_put_char(&b, 'e'));
    assert_false(buf_ok(&b));
    buf_consume(&b, 4);
    assert_false(buf_put_char(&b, 'e'));
    buf_clear(&b);
    assert_true(buf_put_char(&b, 'e'));
    assert_str(buf_str(&b), STR("e"));
    buf_fini(&b);
}

static void room_of_consumed_bytes_is_used_again(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 600);
    for (int i = 0; i < 1000; i++) {
        assert_true(buf_printf(&b, "%0399d", i));
        assert_int_equal(b.size, 399);
        buf_consume(&b, 399);
    }
    buf_fini(&b);
}

static void numbers_are_written_whole(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_true(buf_put_u64(&b, 0) && buf_put_char(&b, ' ') && buf_put_u64(&b, UINT64_MAX) && buf_put_char(&b, ' ') &&
                buf_put_hex(&b, 0) && buf_put_hex(&b, 0xabcdef0123456789u));
    assert_str(buf_str(&b), STR("0 18446744073709551615 0abcdef0123456789"));
    buf_fini(&b);
}

/* What free was given last, when it is the memory that is watched. */
static const char *watched;
static size_t watched_size;
static bool was_overwritten;

void __real_free(void *memory);
void __wrap_free(void *memory);

void __wrap_free(void *memory)
{
    if (memory && memory == watched) {
        was_overwritten = true;
        for (size_t i = 0; i < watched_size; i++)
            was_overwritten = was_overwritten && watched[i] == 0;
        watched = NULL;
    }
    __real_free(memory);
}

static void watch(const struct buf *b)
{
    watched = b->data;
    watched_size = b->capacity;
    was_overwritten = false;
}

static void a_secret_leaves_nothing_behind(void **state)
{
    struct buf b;
    char chunk[400];
    (void)state;
    memset(chunk, 'k', sizeof chunk);
    buf_init_secret(&b, 4096);
    assert_true(buf_put(&b, chunk, sizeof chunk));
    watch(&b);
    assert_true(buf_put(&b, chunk, sizeof chunk)); /* it grows, and moves */
    assert_true(was_overwritten);
    assert_int_equal(b.size, 2 * sizeof chunk);
    assert_memory_equal(buf_str(&b).data + sizeof chunk, chunk, sizeof chunk);
    buf_consume(&b, sizeof chunk); /* still ours, but nobody needs it */
    assert_int_equal(b.data[0], 0);
    assert_int_equal(b.data[sizeof chunk - 1], 0);
    assert_int_equal(buf_str(&b).data[0], 'k');
    buf_consume(&b, sizeof chunk);
    assert_int_equal(b.data[2 * sizeof chunk - 1], 0);
    assert_true(buf_put(&b, chunk, sizeof chunk));
    watch(&b);
    buf_fini(&b);
    assert_true(was_overwritten);
    assert_true(buf_put(&b, chunk, sizeof chunk)); /* it stays a secret one */
    watch(&b);
    buf_fini(&b);
    assert_true(was_overwritten);
    buf_init(&b, 4096); /* the watch itself works: others are left as they are */
    assert_true(buf_put(&b, chunk, sizeof chunk));
    watch(&b);
    buf_fini(&b);
    assert_false(was_overwritten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_leaves_nothing_behind),
        cmocka_unit_test(holds_no_more_than_its_cap_and_remembers),
        cmocka_unit_test(room_of_consumed_bytes_is_used_again),
        cmocka_unit_test(numbers_are_written_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
