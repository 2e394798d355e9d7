/*
 * The certificates of the benchmark, all of one throw-away authority: FOLDER/root.pem; app.{crt,key,pem} for app.test;
 * and COUNT more for the scenario of many sites, 00000.{crt,key,pem} and on, each for PER names site-00000.bench.test
 * and on. The .pem is the .crt and the .key in one file, as HAProxy wants it. ECDSA P-256.
 *
 *     certificates FOLDER COUNT PER
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/str.h"
#include "test_ca.h"

#define NAMES_MAX 16
#define NAME_SIZE 32
#define PATH_SIZE 4096

static void write_file(const char *folder, const char *stem, const char *kind, struct str first, struct str second)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s.%s", folder, stem, kind);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(first.data, 1, first.size, file) != first.size ||
        (second.size && fwrite(second.data, 1, second.size, file) != second.size) || fclose(file)) {
        perror(path);
        exit(1);
    }
}

static void make_one(struct test_ca *ca, const char *folder, const char *stem, const char *const *names)
{
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names});
    struct str nothing = {NULL, 0};
    write_file(folder, stem, "crt", buf_str(&made.chain), nothing);
    write_file(folder, stem, "key", buf_str(&made.key), nothing);
    write_file(folder, stem, "pem", buf_str(&made.chain), buf_str(&made.key));
    test_ca_made_free(&made);
}

static void make_many(struct test_ca *ca, const char *folder, uint64_t count, uint64_t per)
{
    for (uint64_t i = 0; i < count; i++) {
        char stem[NAME_SIZE], texts[NAMES_MAX][NAME_SIZE];
        const char *names[NAMES_MAX + 1] = {NULL};
        (void)snprintf(stem, sizeof stem, "%05u", (unsigned)i);
        for (uint64_t j = 0; j < per; j++) {
            (void)snprintf(texts[j], NAME_SIZE, "site-%05u.bench.test", (unsigned)(i * per + j));
            names[j] = texts[j];
        }
        make_one(ca, folder, stem, names);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = 0, per = 0;
    if (argc != 4 || !str_to_u64(str_from(argv[2]), 99999, &count) || !str_to_u64(str_from(argv[3]), NAMES_MAX, &per)) {
        (void)fprintf(stderr, "usage: certificates FOLDER COUNT PER\n");
        return 2;
    }
    (void)umask(022); /* the peers read them as users of their own */
    struct test_ca *ca = test_ca_new();
    static const char *const app[] = {"app.test", NULL};
    struct str nothing = {NULL, 0};
    write_file(argv[1], "root", "pem", test_ca_root_pem(ca), nothing);
    make_one(ca, argv[1], "app", app);
    make_many(ca, argv[1], count, per);
    test_ca_free(ca);
    return 0;
}
