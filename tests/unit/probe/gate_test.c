/* So many at one address, the others in their order. */
#include "check.h"

#include "probe/endpoint.h"
#include "probe/gate.h"

#define COUNT 8

struct scene {
    struct sockaddr_storage addresses[COUNT];
    struct crowd_fetch fetches[COUNT];
};

static void set(struct scene *scene, size_t index, const char *ip, uint16_t port)
{
    socklen_t size;
    assert_true(endpoint_parse_ip(str_from(ip), port, &scene->addresses[index], &size));
    scene->fetches[index] =
        (struct crowd_fetch){.request = {.addresses = &scene->addresses[index], .addresses_count = 1}};
}

static void one_address_lets_in_so_many_and_the_others_in_their_order(void **state)
{
    (void)state;
    struct scene s = {0};
    struct gate gate;
    gate_init(&gate, 2);
    for (size_t i = 0; i < 5; i++)
        set(&s, i, "192.0.2.7", (uint16_t)(80 + i)); /* whatever the port */
    set(&s, 5, "192.0.2.8", 80);
    set(&s, 6, "2001:db8::7", 80);
    assert_true(gate_enter(&gate, &s.fetches[0]));
    assert_true(gate_enter(&gate, &s.fetches[1]));
    for (size_t i = 2; i < 5; i++)
        assert_false(gate_enter(&gate, &s.fetches[i]));
    assert_true(gate_enter(&gate, &s.fetches[5]));
    assert_true(gate_enter(&gate, &s.fetches[6]));
    assert_ptr_equal(gate_leave(&gate, &s.fetches[1]), &s.fetches[2]);
    assert_ptr_equal(gate_leave(&gate, &s.fetches[0]), &s.fetches[3]);
    assert_ptr_equal(gate_leave(&gate, &s.fetches[3]), &s.fetches[4]);
    assert_null(gate_leave(&gate, &s.fetches[2]));
    assert_null(gate_leave(&gate, &s.fetches[4]));
    assert_null(gate_leave(&gate, &s.fetches[5]));
    assert_null(gate_leave(&gate, &s.fetches[6]));
    assert_int_equal(gate.places.count, 0); /* nobody is there, nothing is kept */
    assert_true(gate_enter(&gate, &s.fetches[0]));
    gate_fini(&gate);
}

static void without_a_limit_or_an_address_everybody_may(void **state)
{
    (void)state;
    struct scene s = {0};
    struct gate gate;
    gate_init(&gate, 0);
    for (size_t i = 0; i < COUNT; i++) {
        set(&s, i, "192.0.2.7", 80);
        assert_true(gate_enter(&gate, &s.fetches[i]));
    }
    assert_null(gate_leave(&gate, &s.fetches[0]));
    gate_fini(&gate);
    gate_init(&gate, 1);
    struct crowd_fetch without = {.request = {.addresses_count = 0}};
    assert_true(gate_enter(&gate, &without));
    assert_true(gate_enter(&gate, &without));
    assert_null(gate_leave(&gate, &without));
    gate_fini(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_address_lets_in_so_many_and_the_others_in_their_order),
        cmocka_unit_test(without_a_limit_or_an_address_everybody_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
