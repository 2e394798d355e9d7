/* Zone files (RFC 1035 section 5): every way to write a name, and what is wrong told with its line. */
#include "check.h"
#include "listed.h"

static void zone(const char *text, const char *expected)
{
    expect_listed(INVENTORY_ZONE, text, expected);
}

static const char whole[] = "; of the domain\n"
                            "$TTL 1h\n"
                            "@   3600 IN SOA ns1 hostmaster (\n"
                            "        2024010101 ; serial\n"
                            "        3600 600\n"
                            "        86400 ) 300\n"
                            "    IN NS ns1\n"
                            "    NS ns.example.net.\n"
                            "ns1      IN A     192.0.2.53\n"
                            "         IN AAAA  2001:DB8:0::53\n"
                            "www  300 IN CNAME web\n"
                            "web  IN 300  A ( 192.0.2.1\n"
                            "     )\n"
                            "WEB2.Example.ORG. 1h30m A 192.0.2.2\n"
                            "_dmarc   TXT \"v=DMARC1; p=none\" ; not a comment before\n"
                            "mail     MX 10 mail\n"
                            "click    CNAME u123.wl.sendgrid.net.\n"
                            "dept     NS ns1.dept\n"
                            "$ORIGIN lab\n"
                            "*        A 192.0.2.9\n"
                            "old      DNAME new.example.org.\n"
                            "svc      HTTPS 1 . alpn=\"h2\"\n"
                            "other    HTTPS 0 web.example.org.\n"
                            "$ORIGIN net.\n"
                            "www      A 192.0.2.10\n"
                            "b\xc3\xbc"
                            "cher.example.org. A 192.0.2.11\n";

static void a_whole_zone_is_read(void **state)
{
    (void)state;
    zone(whole, "9 ns1.example.org A 192.0.2.53\n"
                "10 ns1.example.org AAAA 2001:db8::53\n"
                "11 www.example.org CNAME web.example.org\n"
                "12 web.example.org A 192.0.2.1\n"
                "14 web2.example.org A 192.0.2.2\n"
                "17 click.example.org CNAME u123.wl.sendgrid.net\n"
                "18 dept.example.org NS ns1.dept.example.org\n"
                "20 *.lab.example.org A 192.0.2.9\n"
                "21 old.lab.example.org DNAME new.example.org\n"
                "22 svc.lab.example.org HTTPS\n"
                "23 other.lab.example.org HTTPS web.example.org\n"
                "26 xn--bcher-kva.example.org A 192.0.2.11\n");
    struct buf out;
    buf_init(&out, 65536);
    struct inventory_counts counts = listed(INVENTORY_ZONE, str_from(whole), 4096, &out);
    assert_int_equal(counts.foreign, 1);
    assert_int_equal(counts.passed, 5); /* SOA, two NS of the domain itself, TXT, MX */
    assert_int_equal(counts.problems, 0);
    buf_fini(&out);
}

static void it_may_end_anywhere(void **state)
{
    (void)state;
    expect_cut_anywhere(INVENTORY_ZONE, whole);
    expect_cut_anywhere(INVENTORY_ZONE, "$GENERATE 1-3/2 a${1,2,x}b\\$c\\065 300 IN CNAME ${-1}.x$$\n");
}

static void a_bad_line_costs_itself_alone(void **state)
{
    (void)state;
    zone("   A 192.0.2.1\n"
         "a A 192.0.2.1\n"
         "b A\n"
         "c B 192.0.2.1\n"
         "d\n"
         "e A 192.0.2.256\n"
         "f A 2001:db8::1\n"
         "g ) A 192.0.2.1\n"
         "  A 192.0.2.7\n"
         "h TXT \"open\n"
         "i_j A 192.0.2.1\n"
         "-k A 192.0.2.1\n"
         "$ORIGIN\n"
         "$INCLUDE other.zone\n"
         "$NOTHING x\n"
         "z A 192.0.2.1",
         "1! The line begins with a blank, and no line before it has a name.\n"
         "2 a.example.org A 192.0.2.1\n"
         "3! The record of type A has no data.\n"
         "4! There is no record type \"B\".\n"
         "5! The record has no type.\n"
         "6! \"192.0.2.256\" is no address for a record of type A.\n"
         "7! \"2001:db8::1\" is no address for a record of type A.\n"
         "8! A parenthesis is closed that was not opened.\n"
         "9 g.example.org A 192.0.2.7\n"
         "10! A quoted text is not closed in its line.\n"
         "11! \"i_j.example.org\" is not a host name\n"
         "12! \"-k.example.org\" is not a host name\n"
         "13! $ORIGIN has no name behind it.\n"
         "14! $INCLUDE is not followed: give the file \"other.zone\" as well, or a zone with its includes resolved.\n"
         "15! There is no directive \"$NOTHING\".\n"
         "16 z.example.org A 192.0.2.1\n");
}

static void a_forgotten_parenthesis_does_not_swallow_the_file(void **state)
{
    (void)state;
    zone("@ IN SOA ns1 hostmaster ( 1 2\n"
         "3 4\n"
         "5\n"
         "www IN A 192.0.2.1\n"
         "    IN AAAA 2001:db8::1\n"
         "web 300 A ( 192.0.2.2\n"
         "app A 192.0.2.3\n"
         "more IN CNAME ( www\n"
         " )\n"
         "last ( A\n"
         "192.0.2.4\n",
         "1! A parenthesis is opened here and not closed.\n"
         "4 www.example.org A 192.0.2.1\n"
         "5 www.example.org AAAA 2001:db8::1\n"
         "6! A parenthesis is opened here and not closed.\n"
         "7 app.example.org A 192.0.2.3\n"
         "8 more.example.org CNAME www.example.org\n"
         "10! A parenthesis is opened here and not closed.\n");
}

static void lines_within_parentheses_are_no_records(void **state)
{
    (void)state;
    zone("a IN NSEC b (\n"
         "A MX RRSIG\n"
         "NSEC )\n"
         "key IN DNSKEY ( 257 3 13\n"
         "AAAA BBBB CCCC\n"
         "DDDD ) ; key id\n"
         "b ( IN\n"
         "A\n"
         "192.0.2.1 )\n",
         "7 b.example.org A 192.0.2.1\n");
}

static void escapes_stand_for_what_they_are(void **state)
{
    (void)state;
    zone("\\119ww A 192.0.2.1\n"
         "\\w\\w\\w A 192.0.2.2\n"
         "a\\.b A 192.0.2.3\n"
         "a\\;b A 192.0.2.4\n"
         "\\@ A 192.0.2.5\n"
         "\\\n"
         "c CNAME x\\.y.example.net.\n"
         "d CNAME e\\.\n"
         "\\042 A 192.0.2.6\n",
         "1 www.example.org A 192.0.2.1\n"
         "2 www.example.org A 192.0.2.2\n"
         "3! \"a\\.b.example.org\" is not a host name\n"
         "4! \"a\\;b.example.org\" is not a host name\n"
         "5! \"\\@.example.org\" is not a host name\n"
         "6! The record has no type.\n"
         "7 c.example.org CNAME x\\.y.example.net\n"
         "8 d.example.org CNAME e\\..example.org\n"
         "9 *.example.org A 192.0.2.6\n");
}

static void names_are_generated(void **state)
{
    (void)state;
    zone("$GENERATE 1-3 host$ A 192.0.2.$\n"
         "$GENERATE 8-10/2 ${0,3,d} 300 IN CNAME ${-8}.pool\n"
         "$GENERATE 10-11 x${5,4,x}-\\$ CNAME ${0,0,X}.example.net.\n"
         "$GENERATE 1-2 m$ MX 10 mail\n"
         "$GENERATE 1-2\n"
         "$GENERATE 2-1 a$ A 192.0.2.1\n"
         "$GENERATE 1-2 a${1 A 192.0.2.1\n"
         "$GENERATE 1-2 a${0,1,q} A 192.0.2.1\n"
         "$GENERATE 1-99999999999 a$ A 192.0.2.1\n"
         "z A 192.0.2.1\n",
         "1 host1.example.org A 192.0.2.1\n"
         "1 host2.example.org A 192.0.2.2\n"
         "1 host3.example.org A 192.0.2.3\n"
         "2 008.example.org CNAME 0.pool.example.org\n"
         "2 010.example.org CNAME 2.pool.example.org\n"
         "3! \"x000f-$.example.org\" is not a host name\n"
         "3! \"x0010-$.example.org\" is not a host name\n"
         "5! $GENERATE needs a range, a name, a type and its data: $GENERATE 1-9 host$ A 192.0.2.$\n"
         "6! $GENERATE needs a range, a name, a type and its data: $GENERATE 1-9 host$ A 192.0.2.$\n"
         "7! $GENERATE has a word that cannot be made: ${offset,width,base} with base d, o, x or X.\n"
         "8! $GENERATE has a word that cannot be made: ${offset,width,base} with base d, o, x or X.\n"
         "9! $GENERATE needs a range, a name, a type and its data: $GENERATE 1-9 host$ A 192.0.2.$\n"
         "10 z.example.org A 192.0.2.1\n");
}

static void a_line_does_not_make_millions_of_names(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, (size_t)8 << 20);
    struct inventory_counts counts = listed(
        INVENTORY_ZONE, STR("$GENERATE 0-60000 a$ A 192.0.2.1\n$GENERATE 0-2147483647 b$ A 192.0.2.1\nc A 192.0.2.1\n"),
        4096, &out);
    assert_int_equal(counts.names, 65536 + 1);
    assert_int_equal(counts.problems, 1);
    buf_fini(&out);
}

static void classes_and_numbered_types_are_known(void **state)
{
    (void)state;
    zone("a CH A 192.0.2.1\n"
         "b CLASS1 A 192.0.2.1\n"
         "c TYPE65534 \\# 4 c0000201\n"
         "d in cname www\n"
         "e 1 2 A 192.0.2.1\n"
         "f IN IN A 192.0.2.1\n",
         "2 b.example.org A 192.0.2.1\n"
         "4 d.example.org CNAME www.example.org\n"
         "5! There is no record type \"2\".\n"
         "6! There is no record type \"IN\".\n");
}

static void zones_of_windows_have_ages(void **state)
{
    (void)state;
    zone(";  Database file example.org.dns\r\n"
         "@                       WINS LOCAL L2 C900 192.0.2.3\r\n"
         "pc1                     [AGE:3541234]\t1200\tA\t192.0.2.1\r\n"
         "                        [Aging:3541234] 1200 AAAA 2001:db8::1\r\n"
         "pc2                     [AGE:3541234\tA\t192.0.2.1\r\n",
         "3 pc1.example.org A 192.0.2.1\n"
         "4 pc1.example.org AAAA 2001:db8::1\n"
         "5! There is no record type \"[AGE:3541234\".\n");
}

static void the_origin_may_be_another(void **state)
{
    (void)state;
    struct buf out;
    struct inventory_reader *reader = NULL;
    buf_init(&out, 65536);
    const struct inventory_to to = {.on_name = listed_name, .on_problem = listed_problem, .context = &out};
    assert_true(inventory_new(INVENTORY_ZONE, STR("app.example.org"), STR("example.org"), &to, &reader, NULL));
    assert_true(inventory_take(reader, STR("www A 192.0.2.1\na.app A 192.0.2.1\n@ A 192.0.2.1\n"), NULL));
    assert_true(inventory_end(reader, NULL));
    assert_str(buf_str(&out), STR("2 a.app.example.org A 192.0.2.1\n"));
    assert_int_equal(inventory_counted(reader).foreign, 2);
    inventory_free(reader);
    buf_fini(&out);
}

static void what_is_longer_than_a_name_is_told(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, 65536);
    buf_init(&out, 65536);
    for (int i = 0; i < 6000; i++)
        (void)buf_put_char(&text, 'x');
    (void)buf_put_str(&text, STR(" A 192.0.2.1\n  A 192.0.2.2\nwww CNAME "));
    for (int i = 0; i < 2000; i++)
        (void)buf_put_char(&text, 'y');
    (void)buf_put_str(&text, STR("\nz A 192.0.2.1\n"));
    struct inventory_counts counts = listed(INVENTORY_ZONE, buf_str(&text), 100, &out);
    assert_int_equal(counts.problems, 3);
    assert_int_equal(counts.names, 1);
    assert_true(str_ends(buf_str(&out), STR("\n4 z.example.org A 192.0.2.1\n")));
    buf_fini(&text);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_zone_is_read),
        cmocka_unit_test(it_may_end_anywhere),
        cmocka_unit_test(a_bad_line_costs_itself_alone),
        cmocka_unit_test(a_forgotten_parenthesis_does_not_swallow_the_file),
        cmocka_unit_test(lines_within_parentheses_are_no_records),
        cmocka_unit_test(escapes_stand_for_what_they_are),
        cmocka_unit_test(names_are_generated),
        cmocka_unit_test(a_line_does_not_make_millions_of_names),
        cmocka_unit_test(classes_and_numbered_types_are_known),
        cmocka_unit_test(zones_of_windows_have_ages),
        cmocka_unit_test(the_origin_may_be_another),
        cmocka_unit_test(what_is_longer_than_a_name_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
