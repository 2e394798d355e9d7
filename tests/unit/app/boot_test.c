#include "check.h"

#include "app/boot.h"

static bool parse(const char *text, struct boot **ret, struct err *err)
{
    struct boot_source source = {.file = STR("test.ini"), .text = str_from(text)};
    return boot_parse(&source, ret, err);
}

static struct boot *must_parse(const char *text)
{
    struct boot *boot = NULL;
    struct err err = {0};
    if (!parse(text, &boot, &err))
        fail_msg("%s", err.text);
    return boot;
}

static void without_a_file_the_defaults_work(void **state)
{
    (void)state;
    struct boot *boot = NULL;
    struct err err;
    struct boot_source source = {0};
    assert_true(boot_source_override(&source, STR("Data.Data Directory=/tmp/x/"), &err));
    assert_true(boot_parse(&source, &boot, &err));
    assert_null(boot->file);
    assert_string_equal(boot->data_directory, "/tmp/x");
    assert_string_equal(boot->access_log, "/tmp/x/log/access.log");
    assert_true(boot->access_log_is_default);
    assert_int_equal(boot->access_log_format, GATEWAY_LOG_COMBINED);
    assert_int_equal(boot->listeners_count, 2);
    assert_string_equal(boot->listeners[0].name, "http");
    assert_int_equal(boot->listeners[0].protocol, GATEWAY_HTTP);
    assert_int_equal(boot->listeners[0].endpoints_count, 2);
    assert_int_equal(os_address_port(&boot->listeners[0].endpoints[0].address), 80);
    assert_string_equal(boot->listeners[1].name, "https");
    assert_int_equal(os_address_port(&boot->listeners[1].endpoints[1].address), 443);
    assert_int_equal(boot->http_port, 80);
    assert_int_equal(boot->https_port, 443);
    assert_int_equal(boot->workers_count, 0);
    assert_null(boot->user);
    assert_int_equal(boot->static_roots_count, 1);
    assert_string_equal(boot->static_roots[0], "/var/www");
    boot_free(boot);
}

static void every_key_is_read_and_names_have_no_case(void **state)
{
    (void)state;
    struct boot *boot = must_parse("[server]\n"
                                   "listen address = 127.0.0.1, ::1\n"
                                   "HTTP PORT = 8080\n"
                                   "Https Port = 8443\n"
                                   "Public Http Port = 80\n"
                                   "Public Https Port = 443\n"
                                   "User = nobody\n"
                                   "Workers = 3\n"
                                   "Static Root = /srv/a, /srv/b\n"
                                   "[Data]\n"
                                   "Data Directory = /srv/data\n"
                                   "[Log]\n"
                                   "Level = warning\n"
                                   "Format = json\n"
                                   "Access Log = /var/log/a.log\n"
                                   "Access Log Format = json\n"
                                   "[Listener balancer]\n"
                                   "Address = 192.0.2.1:9443, unix:/run/sg.sock\n"
                                   "Protocol = https\n"
                                   "Proxy Protocol = True\n"
                                   "Trusted Proxies = 192.0.2.0/24, unix\n"
                                   "Mode = 0600\n");
    assert_string_equal(boot->file, "test.ini");
    assert_int_equal(boot->http_port, 80);
    assert_int_equal(boot->https_port, 443);
    assert_string_equal(boot->user, "nobody");
    assert_int_equal(boot->user_line, 7);
    assert_int_equal(boot->workers_count, 3);
    assert_int_equal(boot->static_roots_count, 2);
    assert_string_equal(boot->data_directory, "/srv/data");
    assert_int_equal(boot->log_level, LOG_LEVEL_WARNING);
    assert_int_equal(boot->log_format, LOG_FORMAT_JSON);
    assert_string_equal(boot->access_log, "/var/log/a.log");
    assert_false(boot->access_log_is_default);
    assert_int_equal(boot->access_log_format, GATEWAY_LOG_JSON);
    assert_int_equal(boot->listeners_count, 3);
    const struct boot_listener *http = &boot->listeners[0], *balancer = &boot->listeners[2];
    assert_int_equal(http->endpoints_count, 2);
    assert_int_equal(http->endpoints[1].address.any.sa_family, AF_INET6);
    assert_string_equal(http->endpoints[0].key, "Http Port");
    assert_int_equal(http->endpoints[0].line, 3);
    assert_string_equal(balancer->name, "balancer");
    assert_int_equal(balancer->protocol, GATEWAY_HTTPS);
    assert_true(balancer->proxy_protocol);
    assert_int_equal(balancer->trusted_count, 2);
    assert_int_equal(balancer->endpoints_count, 2);
    assert_int_equal(balancer->endpoints[1].kind, BOOT_ENDPOINT_UNIX);
    assert_int_equal(balancer->endpoints[1].unix_mode, 0600);
    assert_int_equal(balancer->endpoints[1].line, 18);
    boot_free(boot);
}

static void the_same_number_for_both_is_one_port_for_both(void **state)
{
    (void)state;
    struct boot *boot = must_parse("[Server]\nHttp Port = 8443\nHttps Port = 8443\n");
    assert_int_equal(boot->listeners_count, 1);
    assert_int_equal(boot->listeners[0].protocol, GATEWAY_BOTH);
    assert_string_equal(boot->listeners[0].name, "http+https");
    assert_int_equal(boot->http_port, 8443);
    assert_int_equal(boot->https_port, 8443);
    boot_free(boot);
}

static void a_port_of_zero_is_none_and_public_ports_come_from_the_listeners_then(void **state)
{
    (void)state;
    struct boot *boot = must_parse("[Server]\nHttp Port = 0\nHttps Port = 0\n"
                                   "[Listener a]\nAddress = unix:/run/a\nProtocol = http\n"
                                   "[Listener b]\nAddress = *:9443\nProtocol = https\n");
    assert_int_equal(boot->listeners_count, 2);
    assert_int_equal(boot->http_port, 0);
    assert_int_equal(boot->https_port, 9443);
    assert_int_equal(boot->listeners[0].endpoints[0].unix_mode, 0660);
    boot_free(boot);
}

static void hooks_are_programs_by_their_whole_path(void **state)
{
    (void)state;
    struct boot *boot = must_parse("[Hooks]\nDns = /etc/strictgate/dns\nTime Limit = 600\n");
    assert_string_equal(boot->hooks[HOOK_DNS], "/etc/strictgate/dns");
    assert_null(boot->hooks[HOOK_NOTIFY]);
    assert_int_equal(boot->hook_limit_s, 600);
    boot_free(boot);
    boot = must_parse("[Hooks]\nNotify = /n\n");
    assert_null(boot->hooks[HOOK_DNS]);
    assert_string_equal(boot->hooks[HOOK_NOTIFY], "/n");
    assert_int_equal(boot->hook_limit_s, 120);
    boot_free(boot);
}

static void the_panel_is_on_loopback_unless_it_is_off(void **state)
{
    static const struct {
        const char *text, *ip;
        uint16_t port;
    } cases[] = {
        {"", "127.0.0.1", 8460},
        {"[Panel]\nListen = 127.0.0.53:99\n", "127.0.0.53", 99},
        {"[panel]\nlisten = [::1]:8461\n", "::1", 8461},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char ip[OS_ADDRESS_TEXT_SIZE];
        struct boot *boot = must_parse(cases[i].text);
        assert_false(boot->panel.is_off);
        assert_int_equal(boot->panel.is_default, i == 0);
        struct str text = os_address_text(&boot->panel.endpoint.address, ip);
        assert_true(str_eq(text, str_from(cases[i].ip)));
        assert_int_equal(os_address_port(&boot->panel.endpoint.address), cases[i].port);
        boot_free(boot);
    }
    struct boot *off = must_parse("[Panel]\nListen = Off\n");
    assert_true(off->panel.is_off);
    boot_free(off);
}

static void access_log_off_means_none(void **state)
{
    (void)state;
    struct boot *boot = must_parse("[Log]\nAccess Log = Off\nAccess Log Format = json\n");
    assert_null(boot->access_log);
    assert_int_equal(boot->access_log_format, GATEWAY_LOG_OFF);
    boot_free(boot);
}

static void every_error_names_file_line_key_reason_and_fix(void **state)
{
    (void)state;
    const struct {
        const char *text, *error;
    } cases[] = {
        {"[Server]\nHttp Prot = 80\n", "test.ini:2: Http Prot: [Server] has no such key; did you mean \"Http Port\"?"},
        {"[Server]\nColour = red\n",
         "test.ini:2: Colour: [Server] has no such key; see strictgate.ini(5) for the keys"},
        {"\n[Sever]\n", "test.ini:2: [Sever]: there is no such section; did you mean [Server]?"},
        {"[Fleet]\n",
         "test.ini:1: [Fleet]: there is no such section; the sections are [Server], [Data], [Log], [Panel], [Hooks] "
         "and [Listener NAME]"},
        {"[Server x]\n", "test.ini:1: [Server]: this section takes no name; write [Server]"},
        {"[Hooks]\nDns = dns-hook\n",
         "test.ini:2: Dns: \"dns-hook\" is no absolute path; give an absolute path such as "
         "/var/lib/strictgate"},
        {"[Hooks]\nTime Limit = 601\n", "test.ini:2: Time Limit: \"601\" is no number from 1 to 600; give 1 to 600"},
        {"[Panel]\nListen = 192.0.2.1:8460\n",
         "test.ini:2: Listen: 192.0.2.1 can be reached from other machines, and passwords would cross the network; "
         "give "
         "127.0.0.1:8460 or [::1]:8460; from another machine use ssh -L 8460:127.0.0.1:8460"},
        {"[Panel]\nListen = [::]:80\n",
         "test.ini:2: Listen: :: can be reached from other machines, and passwords would cross the network; give "
         "127.0.0.1:80 or [::1]:80; from another machine use ssh -L 80:127.0.0.1:80"},
        {"[Panel]\nListen = localhost:8460\n",
         "test.ini:2: Listen: \"localhost:8460\" is no address with a port; give 127.0.0.1:8460, [::1]:8460, or off"},
        {"[Panel]\nListen = ::1:8460\n",
         "test.ini:2: Listen: \"::1:8460\" is no address with a port; give 127.0.0.1:8460, [::1]:8460, or off"},
        {"[Panel]\nListen = 127.0.0.1\n",
         "test.ini:2: Listen: \"127.0.0.1\" is no address with a port; give 127.0.0.1:8460, [::1]:8460, or off"},
        {"[Panel]\nListen = 127.0.0.1:0\n", "test.ini:2: Listen: \"0\" is no port number; give 1 to 65535"},
        {"[Server]\nHttp Port = 8460\n[Panel]\nListen = 127.0.0.1:8460\n",
         "test.ini:4: Listen: the address is taken already by Http Port (line 2); give each listener its own; Http "
         "Port "
         "= 0 and Https Port = 0 turn those of [Server] off"},
        {"[Listener]\n", "test.ini:1: [Listener]: a listener needs a name; write [Listener NAME]"},
        {"[Server]\nHttp Port =\n",
         "test.ini:2: Http Port: the value is empty; give a value, or take the line out for the default"},
        {"[Server]\nHttp Port = web\n",
         "test.ini:2: Http Port: \"web\" is no port number; give 1 to 65535, or 0 for none"},
        {"[Server]\nHttps Port = 65536\n",
         "test.ini:2: Https Port: \"65536\" is no port number; give 1 to 65535, or 0 for none"},
        {"[Server]\nWorkers = 65\n", "test.ini:2: Workers: \"65\" is no number from 1 to 64; give 1 to 64"},
        {"[Server]\nWorkers = 0\n", "test.ini:2: Workers: \"0\" is no number from 1 to 64; give 1 to 64"},
        {"[Server]\nListen Address = localhost\n", "test.ini:2: Listen Address: \"localhost\" is no IP address; give "
                                                   "an IPv4 or IPv6 address of this machine, or * "
                                                   "for all"},
        {"[Server]\nStatic Root = www\n",
         "test.ini:2: Static Root: \"www\" is no absolute path; give an absolute path such as /var/lib/strictgate"},
        {"[Data]\nData Directory = data\n",
         "test.ini:2: Data Directory: \"data\" is no absolute path; give an absolute path such as /var/lib/strictgate"},
        {"[Log]\nLevel = loud\n",
         "test.ini:2: Level: \"loud\" is not known; give one of: debug, info, notice, warning, error"},
        {"[Log]\nFormat = jsn\n",
         "test.ini:2: Format: \"jsn\" is not known; did you mean \"json\"? (one of: text, json)"},
        {"[Log]\nAccess Log = access.log\n",
         "test.ini:2: Access Log: \"access.log\" is no absolute path; give an absolute path, or off"},
        {"[Log]\nAccess Log Format = common\n",
         "test.ini:2: Access Log Format: \"common\" is not known; give one of: combined, json"},
        {"[Server]\nHttp Port = 0\nHttps Port = 0\n",
         "test.ini:3: Https Port: there is no listener at all; set Http Port or Https Port, or add a [Listener NAME] "
         "section"},
        {"[Listener a]\nProtocol = http\n",
         "test.ini:1: Address: [Listener a] has none; give ip:port, [ipv6]:port, *:port, unix:/path or fd:NAME"},
        {"[Listener a]\nAddress = 127.0.0.1:99\nProtocol = ftp\n",
         "test.ini:3: Protocol: \"ftp\" is not known; did you mean \"http\"? (one of: http, https, both)"},
        {"[Listener a]\nAddress = 127.0.0.1\n",
         "test.ini:2: Address: \"127.0.0.1\" is no address to listen on; give ip:port, [ipv6]:port, *:port, unix:/path "
         "or fd:NAME"},
        {"[Listener a]\nAddress = *:99\nProxy Protocol = perhaps\n",
         "test.ini:3: Proxy Protocol: \"perhaps\" is neither True nor False; give True or False"},
        {"[Listener a]\nAddress = *:99\nProxy Protocol = True\n",
         "test.ini:1: Proxy Protocol: [Listener a] trusts no peer, so every connection would be refused; set Trusted "
         "Proxies to the addresses of the proxies in front (\"unix\" for a Unix socket)"},
        {"[Listener a]\nAddress = unix:/a\nProxy Protocol = True\nTrusted Proxies = 10.0.0.0/8\n",
         "test.ini:1: Proxy Protocol: [Listener a] trusts no peer, so every connection would be refused; set Trusted "
         "Proxies to the addresses of the proxies in front (\"unix\" for a Unix socket)"},
        {"[Listener a]\nAddress = *:99\nTrusted Proxies = 10.0.0.1/8\n",
         "test.ini:3: Trusted Proxies: \"10.0.0.1/8\" is no network; give an address, a network such as 192.0.2.0/24 "
         "(no "
         "bits behind the prefix), or unix"},
        {"[Listener a]\nAddress = *:99\nMode = 0600\n",
         "test.ini:1: Mode: [Listener a] has no Unix socket; take the line out"},
        {"[Listener a]\nAddress = unix:/a\nMode = rw\n",
         "test.ini:3: Mode: \"rw\" is no file mode; give an octal number such as 0660"},
        {"[Server]\nHttp Port = 80\n[Listener a]\nAddress = 127.0.0.1:80\n",
         "test.ini:4: Address: the address is taken already by Http Port (line 2); give each listener its own; Http "
         "Port "
         "= 0 and Https Port = 0 turn those of [Server] off"},
        {"[Listener a]\nAddress = [::1]:443\n", "test.ini:2: Address: the address is taken already by Https Port; give "
                                                "each listener its own; Http Port = 0 and "
                                                "Https Port = 0 turn those of [Server] off"},
        {"[Listener a]\nAddress = unix:/a\n[Listener b]\nAddress = unix://a/\n",
         "test.ini:4: Address: the address is taken already by Address (line 2); give each listener its own; Http Port "
         "= "
         "0 and Https Port = 0 turn those of [Server] off"},
        {"[Listener a]\nAddress = fd:web\n[Listener b]\nAddress = fd:web\n",
         "test.ini:4: Address: the address is taken already by Address (line 2); give each listener its own; Http Port "
         "= "
         "0 and Https Port = 0 turn those of [Server] off"},
        {"Http Port = 80\n", "test.ini:1: \"Http Port\" stands before the first section"},
        {"[Server]\nnonsense\n", "test.ini:2: \"nonsense\" is neither a section nor a key with a value; write "
                                 "[Section] or Key = Value; start a "
                                 "comment with #"},
        {"[Server]\nHttp Port = 80\nhttp port = 81\n", "test.ini:3: \"http port\" is set already in line 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct boot *boot = NULL;
        struct err err = {0};
        if (parse(cases[i].text, &boot, &err))
            fail_msg("case %zu was taken", i);
        assert_string_equal(err.text, cases[i].error);
        assert_string_equal(err.fix, "");
        assert_int_equal(err.code, ERR_INPUT);
        assert_null(boot);
    }
}

static void addresses_collide_only_within_a_family_and_port(void **state)
{
    (void)state;
    boot_free(must_parse("[Server]\nListen Address = 127.0.0.1\n[Listener a]\nAddress = 127.0.0.2:80, [::1]:80\n"));
    boot_free(must_parse("[Listener a]\nAddress = 127.0.0.1:81, 127.0.0.2:81, unix:/a, unix:/b, fd:a, fd:b\n"));
}

static void a_data_directory_too_deep_for_the_control_socket_is_refused(void **state)
{
    (void)state;
    char text[200] = "[Data]\nData Directory = /";
    size_t used = strlen(text);
    memset(text + used, 'a', 93); /* with the slash and "/control.sock" 107: the longest a socket's path may be */
    boot_free(must_parse(text));
    text[used + 93] = 'a';
    struct boot *boot = NULL;
    struct err err;
    assert_false(parse(text, &boot, &err));
    assert_string_equal(err.text,
                        "test.ini:2: Data Directory: the path is longer than 94 bytes, and the control socket "
                        "lies below it; choose a shorter one");
}

static void overrides_come_before_the_file_and_errors_in_them_name_the_command_line(void **state)
{
    (void)state;
    struct boot *boot = NULL;
    struct err err;
    struct boot_source source = {.file = STR("test.ini"), .text = STR("[Server]\nHttp Port = 81\n")};
    assert_true(boot_source_override(&source, STR("server.http port = 82"), &err));
    assert_true(boot_source_override(&source, STR("Listener my.app.Address=127.0.0.1:83"), &err));
    assert_true(boot_source_override(&source, STR("Listener my.app.Protocol=https"), &err));
    assert_true(boot_parse(&source, &boot, &err));
    assert_int_equal(boot->http_port, 82);
    assert_int_equal(boot->listeners_count, 3);
    assert_string_equal(boot->listeners[2].name, "my.app");
    assert_int_equal(boot->listeners[2].protocol, GATEWAY_HTTPS);
    boot_free(boot);

    const struct {
        const char *override, *error;
    } cases[] = {
        {"Server.Http Port=x", "command line: Http Port: \"x\" is no port number; give 1 to 65535, or 0 for none"},
        {"Server.Http Prot=1", "command line: Http Prot: [Server] has no such key; did you mean \"Http Port\"?"},
        {"Sever.Http Port=1", "command line: [Sever]: there is no such section; did you mean [Server]?"},
        {"Server.Https Port=81", NULL},
        {"Listener a.Address=127.0.0.1:81",
         "command line: Address: the address is taken already by Http Port (line 2); give each listener its own; Http "
         "Port = 0 and Https Port = 0 turn those of [Server] off"},
        {"Http Port=1", "command line: \"Http Port=1\" is not SECTION.KEY=VALUE"},
        {"Server.Http Port", "command line: \"Server.Http Port\" is not SECTION.KEY=VALUE"},
        {".Http Port=1", "command line: \".Http Port=1\" is not SECTION.KEY=VALUE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        source.overrides_count = 0;
        assert_true(boot_source_override(&source, str_from(cases[i].override), &err));
        bool good = boot_parse(&source, &boot, &err);
        assert_int_equal(good, cases[i].error == NULL);
        if (good)
            boot_free(boot);
        else
            assert_string_equal(err.text, cases[i].error);
    }
}

static void a_source_survives_packing_and_no_truncation_of_it_is_taken_for_another(void **state)
{
    (void)state;
    struct err err;
    struct boot_source source = {.file = STR("a.ini"), .text = STR("[Server]\nHttp Port = 81\n")}, back;
    assert_true(boot_source_override(&source, STR("Server.User=x"), &err));
    assert_true(boot_source_override(&source, STR("Log.Level=debug"), &err));
    struct buf payload;
    buf_init(&payload, CHANNEL_PAYLOAD_SIZE_MAX);
    assert_true(boot_source_pack(&source, &payload, &err));
    struct str packed = buf_str(&payload);
    assert_true(boot_source_unpack(packed, &back));
    assert_str(back.file, source.file);
    assert_str(back.text, source.text);
    assert_int_equal(back.overrides_count, 2);
    assert_str(back.overrides[1], source.overrides[1]);
    size_t head_size = packed.size - source.text.size;
    for (size_t size = 0; size < head_size; size++)
        assert_false(boot_source_unpack(str_part(packed, 0, size), &back));
    buf_fini(&payload);
}

static void parsing_survives_truncation_at_every_byte(void **state)
{
    (void)state;
    static const char text[] =
        "# c\n[Server]\nHttp Port = 81\nListen Address = 127.0.0.1, ::1\n[Listener a]\nAddress = "
        "[::1]:99, unix:/a\nTrusted Proxies = unix, 10.0.0.0/8\nProxy Protocol = True\n";
    for (size_t size = 0; size < sizeof text; size++) {
        struct boot_source source = {.file = STR("t"), .text = str_make(text, size)};
        struct boot *boot = NULL;
        struct err err = {0};
        if (boot_parse(&source, &boot, &err))
            boot_free(boot);
        else
            assert_true(err.text[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_file_the_defaults_work),
        cmocka_unit_test(every_key_is_read_and_names_have_no_case),
        cmocka_unit_test(the_same_number_for_both_is_one_port_for_both),
        cmocka_unit_test(a_port_of_zero_is_none_and_public_ports_come_from_the_listeners_then),
        cmocka_unit_test(hooks_are_programs_by_their_whole_path),
        cmocka_unit_test(the_panel_is_on_loopback_unless_it_is_off),
        cmocka_unit_test(access_log_off_means_none),
        cmocka_unit_test(every_error_names_file_line_key_reason_and_fix),
        cmocka_unit_test(addresses_collide_only_within_a_family_and_port),
        cmocka_unit_test(a_data_directory_too_deep_for_the_control_socket_is_refused),
        cmocka_unit_test(overrides_come_before_the_file_and_errors_in_them_name_the_command_line),
        cmocka_unit_test(a_source_survives_packing_and_no_truncation_of_it_is_taken_for_another),
        cmocka_unit_test(parsing_survives_truncation_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
