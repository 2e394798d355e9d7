#include "check.h"

#include <zlib.h>

#include "base/buf.h"
#include "codec/gunzip.h"

static bool note(void *context, struct str bytes, struct err *err)
{
    assert_true(bytes.size > 0 && bytes.size <= GUNZIP_PIECE_SIZE);
    return buf_put_str(context, bytes) || err_set(err, ERR_INPUT, "no room");
}

static struct buf compress_one(struct str text)
{
    struct buf out;
    z_stream stream = {0};
    buf_init(&out, 1 << 20);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text.data;
    stream.avail_in = (uInt)text.size;
    stream.next_out = (Bytef *)buf_reserve(&out, 65536);
    stream.avail_out = 65536;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    buf_commit(&out, 65536 - stream.avail_out);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return out;
}

static bool undo(struct str bytes, size_t piece, struct buf *out, struct err *err)
{
    struct gunzip *gunzip;
    assert_true(gunzip_new(note, out, &gunzip, err));
    bool fine = true;
    for (size_t at = 0; fine && at < bytes.size; at += piece)
        fine = gunzip_take(gunzip, str_part(bytes, at, piece), err);
    fine = fine && gunzip_end(gunzip, err);
    gunzip_free(gunzip);
    return fine;
}

static const char text[] = "a text, and the text again, and the text once more, and so on, and so on, and so on";

static void what_was_compressed_comes_back(void **state)
{
    (void)state;
    struct buf packed = compress_one(str_from(text));
    assert_true(gunzip_is(buf_str(&packed)));
    for (size_t piece = 1; piece < packed.size + 2; piece++) {
        struct buf out;
        buf_init(&out, 4096);
        assert_true(undo(buf_str(&packed), piece, &out, NULL));
        assert_str(buf_str(&out), str_from(text));
        buf_fini(&out);
    }
    buf_fini(&packed);
}

static void several_members_are_one_text(void **state)
{
    (void)state;
    struct buf packed = compress_one(STR("one ")), more = compress_one(STR("")), last = compress_one(STR("two"));
    assert_true(buf_put_str(&packed, buf_str(&more)) && buf_put_str(&packed, buf_str(&last)));
    for (size_t piece = 1; piece < packed.size + 2; piece++) {
        struct buf out;
        buf_init(&out, 4096);
        assert_true(undo(buf_str(&packed), piece, &out, NULL));
        assert_str(buf_str(&out), STR("one two"));
        buf_fini(&out);
    }
    buf_fini(&packed);
    buf_fini(&more);
    buf_fini(&last);
}

static void a_file_that_was_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    struct buf packed = compress_one(str_from(text));
    for (size_t size = 0; size < packed.size; size++) {
        struct buf out;
        struct err err = {0};
        buf_init(&out, 4096);
        assert_false(undo(str_part(buf_str(&packed), 0, size), 7, &out, &err));
        assert_int_equal(err.code, ERR_INPUT);
        buf_fini(&out);
    }
    buf_fini(&packed);
}

static void damage_is_noticed(void **state)
{
    (void)state;
    struct buf packed = compress_one(str_from(text));
    for (size_t i = 10; i < packed.size; i++) { /* behind the head, which has a time and names in it */
        struct buf out;
        buf_init(&out, 65536);
        packed.data[i] ^= 0x55;
        if (undo(buf_str(&packed), 5, &out, NULL))
            fail_msg("byte %zu", i);
        packed.data[i] ^= 0x55;
        buf_fini(&out);
    }
    assert_false(undo(STR("no gzip at all"), 3, &packed, NULL));
    assert_false(gunzip_is(STR("{\"")) || gunzip_is(STR("\x1f")));
    buf_fini(&packed);
}

static void whoever_takes_it_decides_how_much(void **state)
{
    (void)state;
    static char zeroes[1 << 20];
    struct buf packed = compress_one(str_make(zeroes, sizeof zeroes)), out;
    struct err err = {0};
    buf_init(&out, 100000);
    assert_true(packed.size < 4096);
    assert_false(undo(buf_str(&packed), 4096, &out, &err));
    assert_string_equal(err.text, "no room");
    buf_fini(&out);
    buf_init(&out, sizeof zeroes);
    assert_true(undo(buf_str(&packed), 4096, &out, &err));
    assert_int_equal(out.size, sizeof zeroes);
    buf_fini(&out);
    buf_fini(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_compressed_comes_back),
        cmocka_unit_test(several_members_are_one_text),
        cmocka_unit_test(a_file_that_was_cut_off_anywhere_is_refused),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(whoever_takes_it_decides_how_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
