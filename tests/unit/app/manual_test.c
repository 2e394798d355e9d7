/* The manual pages name everything that the tables do. */
#include "check.h"

#include <stdio.h>

#include "app/boot_keys.h"
#include "app/cli_commands.h"
#include "os/file.h"

#define PAGE_SIZE_MAX (1u << 20)

static struct buf read_page(const char *name)
{
    struct buf page;
    struct err err;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/docs/man/%s", STRICTGATE_SOURCE, name);
    if (!file_read(path, PAGE_SIZE_MAX, &page, &err))
        fail_msg("%s", err.text);
    return page;
}

static bool has(const struct buf *page, const char *text)
{
    return memmem(buf_str(page).data, page->size, text, strlen(text)) != NULL;
}

static void every_command_and_option_is_in_the_manual(void **state)
{
    (void)state;
    struct buf page = read_page("strictgate.1");
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        char text[200];
        const struct cli_option *option;
        (void)snprintf(text, sizeof text, "\n.Ss %s", command->name);
        if (!has(&page, text))
            fail_msg("the command \"%s\" is missing", command->name);
        for (size_t i = 0; (option = cli_command_option(command, i)); i++) {
            (void)snprintf(text, sizeof text, "Fl Fl %s", option->name);
            if (!option->hidden && !has(&page, text))
                fail_msg("the option --%s is missing", option->name);
        }
    }
    buf_fini(&page);
}

static void every_key_of_the_boot_file_is_in_the_manual(void **state)
{
    (void)state;
    struct buf page = read_page("strictgate.ini.5");
    for (const struct boot_key *key = boot_keys; key->section; key++) {
        char alone[100], second[100], section[100];
        (void)snprintf(alone, sizeof alone, "\n.It Li %s", key->key);
        (void)snprintf(second, sizeof second, " , %s\n", key->key);
        (void)snprintf(section, sizeof section, "\n.Ss [%s", key->section);
        if ((!has(&page, alone) && !has(&page, second)) || !has(&page, section))
            fail_msg("the key %s of [%s] is missing", key->key, key->section);
    }
    buf_fini(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_option_is_in_the_manual),
        cmocka_unit_test(every_key_of_the_boot_file_is_in_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
