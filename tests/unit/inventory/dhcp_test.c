/* Leases of the three DHCP servers that Debian has. */
#include "check.h"
#include "listed.h"

static const char dnsmasq[] = "1700000000 02:00:00:00:00:01 192.0.2.10 laptop 01:02:00:00:00:00:01\n"
                              "0 02:00:00:00:00:02 192.0.2.11 * *\n"
                              "1700000000 02:00:00:00:00:03 192.0.2.12 printer.example.org *\n"
                              "what is this\n"
                              "duid 00:01:00:01:2a:00:00:00:02:00:00:00:00:01\n"
                              "1700000000 16777217 2001:db8::10 laptop 00:01:00:01\n"
                              "1700000000 02:00:00:00:00:04 192.0.2.13 other.example.net *";

static const char isc[] = "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
                          "authoring-byte-order little-endian;\n"
                          "\n"
                          "lease 192.0.2.20 {\n"
                          "  starts 4 2026/11/26 08:00:00;\n"
                          "  binding state active;\n"
                          "  hardware ethernet 02:00:00:00:00:01;\n"
                          "  uid \"\\001\\002;}{\";\n"
                          "  set ddns-fwd-name = \"pc.example.org\";\n"
                          "  set ddns-rev-name = \"20.2.0.192.in-addr.arpa.\";\n"
                          "  client-hostname \"PC\";\n"
                          "}\n"
                          "lease 192.0.2.21 { client-hostname \"Anna's phone\"; }\n"
                          "ia-na \"\\001\" {\n"
                          "  iaaddr 2001:db8::20 {\n"
                          "    set ddns-client-fqdn = \"six.example.org.\";\n"
                          "  }\n"
                          "}\n"
                          "host printer { hardware ethernet 02:00:00:00:00:02; fixed-address printer2.example.org;\n"
                          "  option host-name \"prn\"; }\n"
                          "lease 192.0.2.22 { client-hostname \"open\n"
                          "; client-hostname \"next\"; }\n";

static const char kea[] =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
    "192.0.2.30,02:00:00:00:00:01,,3600,1700000000,1,0,0,laptop.example.org.,0,{ \"a\": 1&#x2c \"b\": 2 },0\n"
    "192.0.2.31,02:00:00:00:00:02,,3600,1700000000,1,0,0,,0,,0\n"
    "not an address,x\n"
    "192.0.2.32,02:00:00:00:00:03,,3600,1700000000,1,0,0,tablet,0,,0\n"
    "192.0.2.33\n";

static void leases_of_dnsmasq(void **state)
{
    (void)state;
    expect_listed(INVENTORY_DHCP, dnsmasq,
                  "1 laptop.example.org A 192.0.2.10\n"
                  "3 printer.example.org A 192.0.2.12\n"
                  "4! \"what is this\" is no lease of dnsmasq: time, hardware address, address, name and client id.\n"
                  "6 laptop.example.org AAAA 2001:db8::10\n");
}

static void leases_and_hosts_of_dhcpd(void **state)
{
    (void)state;
    expect_listed(INVENTORY_DHCP, isc,
                  "9 pc.example.org A 192.0.2.20\n"
                  "11 pc.example.org A 192.0.2.20\n"
                  "16 six.example.org AAAA 2001:db8::20\n"
                  "19 printer.example.org\n"
                  "19 printer2.example.org\n"
                  "20 prn.example.org\n"
                  "21! A quoted text is not closed in its line.\n"
                  "22 next.example.org A 192.0.2.22\n");
}

static void leases_of_kea(void **state)
{
    (void)state;
    expect_listed(INVENTORY_DHCP, kea,
                  "2 laptop.example.org A 192.0.2.30\n"
                  "4! \"not an address,x\" is no lease of Kea: \"not an address\" is no address.\n"
                  "5 tablet.example.org A 192.0.2.32\n");
    expect_listed(INVENTORY_DHCP,
                  "address,duid,hostname,x\n2001:db8::1,00:01,six,\naddress,duid\n2001:db8::2,00:01,b\n",
                  "2 six.example.org AAAA 2001:db8::1\n3! The first line has no column \"hostname\".\n");
}

static void something_else_is_told(void **state)
{
    (void)state;
    expect_listed(INVENTORY_DHCP, "www.example.org\n",
                  "1! The last statement has no end.\n"
                  "1! These are no leases of dnsmasq, ISC dhcpd or Kea.\n");
    expect_listed(INVENTORY_DHCP, "# nothing\n\n", "");
}

static void they_may_end_anywhere(void **state)
{
    (void)state;
    expect_cut_anywhere(INVENTORY_DHCP, dnsmasq);
    expect_cut_anywhere(INVENTORY_DHCP, isc);
    expect_cut_anywhere(INVENTORY_DHCP, kea);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leases_of_dnsmasq),     cmocka_unit_test(leases_and_hosts_of_dhcpd),
        cmocka_unit_test(leases_of_kea),         cmocka_unit_test(something_else_is_told),
        cmocka_unit_test(they_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
