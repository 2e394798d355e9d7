/* What need not be in a chain is counted, whatever its order is. */
#include "world.h"

#include "codec/pem.h"
#include "probe/site_chain.h"

static struct arena room;

/* The certificates of a PEM text, in their order. */
static size_t ders_of(struct str pem, struct str *ret, size_t count_max)
{
    struct pem_cursor cursor = {.rest = pem};
    size_t count = 0;
    for (;;) {
        struct pem_block block;
        struct buf der;
        buf_init(&der, 65536);
        bool more = count < count_max && pem_next(&cursor, &block, &der, NULL) == PEM_BLOCK;
        if (more)
            assert_true(arena_str(&room, buf_str(&der), &ret[count++]));
        buf_fini(&der);
        if (!more)
            return count;
    }
}

static struct site_certificate look(const struct str *chain, size_t count, bool is_public)
{
    struct site_certificate seen = {0};
    assert_true(site_chain(chain, count, is_public, &room, &seen));
    return seen;
}

static void the_chain_is_described(void **state)
{
    (void)state;
    struct str chain[8], root[2], other[8];
    size_t count = ders_of(buf_str(&world.leaves[LEAF_GOOD].chain), chain, 6);
    assert_int_equal(ders_of(test_ca_root_pem(world.ca), root, 2), 1);
    assert_true(ders_of(buf_str(&world.leaves[LEAF_LOCAL].chain), other, 8) >= 1);
    assert_true(count >= 2);
    struct site_certificate seen = look(chain, count, false);
    assert_true(seen.is_known && !seen.sends_root && seen.strays_count == 0);
    chain[count] = root[0];
    seen = look(chain, count + 1, false);
    assert_true(seen.sends_root && seen.strays_count == 0);
    chain[count + 1] = other[0];
    seen = look(chain, count + 2, false);
    assert_true(seen.sends_root && seen.strays_count == 1);
    struct str swapped[] = {chain[0], root[0], chain[1]}; /* the root signed nothing before it */
    seen = look(swapped, 3, false);
    assert_true(!seen.sends_root && seen.strays_count == 1);
}

static void what_is_no_certificate_is_not_known_or_a_stray(void **state)
{
    (void)state;
    struct str chain[8];
    size_t count = ders_of(buf_str(&world.leaves[LEAF_GOOD].chain), chain, 7);
    assert_false(look(NULL, 0, true).is_known);
    struct str garbage = STR("no certificate");
    assert_false(look(&garbage, 1, true).is_known);
    chain[count] = garbage;
    struct site_certificate seen = look(chain, count + 1, true);
    assert_true(seen.is_known && seen.strays_count == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_is_described),
        cmocka_unit_test(what_is_no_certificate_is_not_known_or_a_stray),
    };
    arena_init(&room, 1 << 20);
    int status = cmocka_run_group_tests(tests, world_setup, world_teardown);
    arena_fini(&room);
    return status;
}
