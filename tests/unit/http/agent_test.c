/* What programs say of themselves, and what kind they are taken for. */
#include "check.h"

#include "http/agent.h"

static void programs_are_what_they_say_first(void **state)
{
    static const struct {
        const char *field;
        enum http_agent agent;
    } cases[] = {
        {"", HTTP_AGENT_NONE},
        {"x", HTTP_AGENT_OTHER},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
         HTTP_AGENT_CHROMIUM},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
         "Safari/537.36 Edg/126.0.0.0",
         HTTP_AGENT_CHROMIUM},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
         HTTP_AGENT_CHROMIUM},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", HTTP_AGENT_FIREFOX},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
         "Safari/605.1.15",
         HTTP_AGENT_SAFARI},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Mobile/15E148",
         HTTP_AGENT_APPLE_APP},
        {"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 2.0.50727; MS-Office)",
         HTTP_AGENT_IE},
        {"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", HTTP_AGENT_IE},
        {"Mozilla/5.0 (compatible; Konqueror/4.5)", HTTP_AGENT_OTHER_BROWSER},
        {"Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) AppleWebKit/537.36 Version/4.0 Chrome/126.0 Mobile "
         "Safari/537.36",
         HTTP_AGENT_ANDROID_APP},
        {"okhttp/4.12.0", HTTP_AGENT_ANDROID_APP},
        {"Dalvik/2.1.0 (Linux; U; Android 9)", HTTP_AGENT_ANDROID_APP},
        {"org.odk.collect.android/v2024.1.3 Dalvik/2.1.0 (Linux; U; Android 11)", HTTP_AGENT_COLLECT},
        {"ActivityInfo/1 CFNetwork/1490.0.4 Darwin/23.2.0", HTTP_AGENT_APPLE_APP},
        {"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Excel 16.0.17628; Pro)", HTTP_AGENT_OFFICE},
        {"Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)", HTTP_AGENT_OFFICE},
        {"libcurl/7.88.1 r-curl/5.2.1 httr/1.4.7", HTTP_AGENT_R},
        {"R (4.2.2 x86_64-pc-linux-gnu x86_64 linux-gnu)", HTTP_AGENT_R},
        {"python-requests/2.28.1", HTTP_AGENT_PYTHON},
        {"Python-urllib/3.11", HTTP_AGENT_PYTHON},
        {"Java/17.0.11", HTTP_AGENT_JAVA},
        {"Apache-HttpClient/4.5.14 (Java/17.0.11)", HTTP_AGENT_JAVA},
        {"Go-http-client/2.0", HTTP_AGENT_GO},
        {"axios/1.7.2", HTTP_AGENT_NODE},
        {"GuzzleHttp/7", HTTP_AGENT_PHP},
        {"libwww-perl/6.68", HTTP_AGENT_PERL_RUBY},
        {"RestSharp/110.2.0.0", HTTP_AGENT_DOTNET},
        {"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4522", HTTP_AGENT_POWERSHELL},
        {"curl/7.88.1", HTTP_AGENT_CURL},
        {"Wget/1.21.3", HTTP_AGENT_WGET},
        {"Zabbix", HTTP_AGENT_MONITOR},
        {"check_http/v2.3.3 (monitoring-plugins 2.3.3)", HTTP_AGENT_MONITOR},
        {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; "
         "+http://www.google.com/bot.html) "
         "Chrome/126.0.0.0 Safari/537.36",
         HTTP_AGENT_BOT},
        {"strictgate-probe/1.0", HTTP_AGENT_STRICTGATE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (http_agent_read(str_from(cases[i].field)) != cases[i].agent)
            fail_msg("%s: %s", cases[i].field, http_agent_name(http_agent_read(str_from(cases[i].field))));
}

static void every_kind_has_a_name_and_words(void **state)
{
    (void)state;
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++) {
        assert_non_null(http_agent_name((enum http_agent)i));
        assert_non_null(http_agent_words((enum http_agent)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(http_agent_name((enum http_agent)i), http_agent_name((enum http_agent)j));
    }
    assert_string_equal(http_agent_name(HTTP_AGENTS_COUNT), "other");
    assert_true(http_agent_is_browser(HTTP_AGENT_SAFARI));
    assert_false(http_agent_is_browser(HTTP_AGENT_COLLECT));
    assert_false(http_agent_is_browser(HTTP_AGENT_OTHER));
}

/* Only so much of it is looked at, and any bytes may be in it. */
static void long_and_strange_fields_are_read(void **state)
{
    char field[HTTP_AGENT_SIZE_MAX + 32];
    (void)state;
    for (size_t i = 0; i < sizeof field; i++)
        field[i] = (char)(200 + i % 50);
    assert_int_equal(http_agent_read((struct str){field, sizeof field}), HTTP_AGENT_OTHER);
    memcpy(field + HTTP_AGENT_SIZE_MAX - 5, "curl/1", 6);
    assert_int_equal(http_agent_read((struct str){field, sizeof field}), HTTP_AGENT_CURL);
    memcpy(field + HTTP_AGENT_SIZE_MAX - 5, "xxcurl/1", 8);
    assert_int_equal(http_agent_read((struct str){field, sizeof field}), HTTP_AGENT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_what_they_say_first),
        cmocka_unit_test(every_kind_has_a_name_and_words),
        cmocka_unit_test(long_and_strange_fields_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
