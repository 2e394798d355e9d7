/* The manual pages name everything that the tables do. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

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
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
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

#define WORDS_COUNT_MAX 40

/* The words of a shell line up to what the shell itself takes (a comment, a redirection, &), in place. */
static int split(char *line, char *words[WORDS_COUNT_MAX])
{
    int count = 0;
    for (char *at = line; *at;) {
        while (*at == ' ')
            at++;
        if (!*at || strchr("#>|&\\\n", *at))
            break;
        char end = *at == '"' ? '"' : ' ';
        at += end == '"';
        assert_true(count + 1 < WORDS_COUNT_MAX);
        words[count++] = at;
        while (*at && *at != end && *at != '\n')
            at++;
        if (*at)
            *at++ = '\0';
    }
    words[count] = NULL;
    return count;
}

static void check_line(const char *page, char *line)
{
    char copy[1000];
    char *words[WORDS_COUNT_MAX];
    struct cli *cli = calloc(1, sizeof *cli);
    struct err err = {0};
    assert_non_null(cli);
    (void)snprintf(copy, sizeof copy, "%s", line);
    int count = split(line, words), first = 0;
    while (first < count && (strcmp(words[first], "$") == 0 || strcmp(words[first], "sudo") == 0))
        first++;
    size_t size = count > first ? strlen(words[first]) : 0;
    bool is_ours = size >= 10 && strcmp(words[first] + size - 10, "strictgate") == 0;
    if (is_ours && !cli_parse(count - first, words + first, cli, &err))
        fail_msg("docs/guide/%s: %s: %s", page, copy, err.text);
    if (is_ours && !cli->command)
        fail_msg("docs/guide/%s: %s: no command", page, copy);
    free(cli);
}

static void every_command_in_the_guide_is_understood(void **state)
{
    static const char *const pages[] = {"activityinfo.md",
                                        "behind-an-application.md",
                                        "certificates.md",
                                        "declarative.md",
                                        "getting-started.md",
                                        "guards.md",
                                        "hsts.md",
                                        "listeners.md",
                                        "operations.md",
                                        "simulate.md"};
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char name[100];
        (void)snprintf(name, sizeof name, "../guide/%s", pages[i]);
        struct buf page = read_page(name);
        struct str rest = buf_str(&page);
        while (rest.size) {
            char line[1000];
            struct str one = str_cut(&rest, '\n');
            (void)snprintf(line, sizeof line, "%.*s", STR_ARG(one));
            if (str_starts(one, STR("    "))) /* a block of code */
                check_line(pages[i], line);
        }
        buf_fini(&page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_option_is_in_the_manual),
        cmocka_unit_test(every_key_of_the_boot_file_is_in_the_manual),
        cmocka_unit_test(every_command_in_the_guide_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
