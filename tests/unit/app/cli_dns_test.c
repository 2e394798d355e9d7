/* The secret in a file, as it is written by hand or by the tools of DNS servers. */
#include "check.h"

#include "app/cli_dns.h"

static void the_secret_is_found_in_every_usual_file(void **state)
{
    (void)state;
    static const struct {
        const char *content, *secret;
    } cases[] = {
        {"c2VjcmV0+/A=", "c2VjcmV0+/A="},
        {"  c2VjcmV0 \n\n", "c2VjcmV0"},
        {"key \"acme\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2VjcmV0==\";\n};\n", "c2VjcmV0=="},
        {"# hmac-sha256:acme:abc\nkey:\n  - id: acme\n    algorithm: hmac-sha256\n    secret: c2VjcmV0==\n",
         "c2VjcmV0=="},
        {"secret=c2VjcmV0", "c2VjcmV0"},
        {"", ""},
        {"\n", ""},
        {"two words", ""},
        {"-----BEGIN PRIVATE KEY-----\nabc\n", ""},
        {"secret", ""},
        {"secret \"\";", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(cli_dns_secret(str_from(cases[i].content)), str_from(cases[i].secret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_secret_is_found_in_every_usual_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
