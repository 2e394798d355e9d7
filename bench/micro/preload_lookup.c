/*
 * The compiled preload list beside two plain ways to keep it, a sorted table that is searched by halves and a hash
 * table: bytes and nanoseconds per lookup, for names on the list, names below such, and names that are on none. All
 * three must agree on every name. Takes a list as bench/preload-list.py writes it, or Chromium's own; prints the
 * smallest of the rounds. The names are asked for in a random order, so that caches help as little as in earnest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hsts/preload_build.h"
#include "hsts/preload_source.h"

#define ROUNDS_COUNT    7
#define QUESTIONS_COUNT 200000
#define READ_SIZE       65536
#define NOT_FOUND       UINT32_MAX

/* What the two others are made of. */
struct row {
    uint32_t offset; /* of the name in the texts */
    uint8_t size;
    uint8_t with_subnames;
};

struct plain {
    char *texts;
    size_t texts_size;
    struct row *rows; /* sorted by name */
    uint32_t count;
    uint32_t *slots; /* of the hash table: indexes of rows, NOT_FOUND: free */
    size_t slots_count;
};

struct bench {
    struct preload_build build;
    struct plain plain;
    struct preload_list list;
    struct str *questions;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "preload_lookup: %s\n", what);
    exit(1);
}

static void *get(size_t size)
{
    void *at = malloc(size);
    must(at != NULL, "out of memory");
    return at;
}

static bool on_entry(void *context, const struct preload_entry *entry, struct err *err)
{
    struct bench *bench = context;
    struct plain *plain = &bench->plain;
    plain->rows[plain->count++] = (struct row){.offset = (uint32_t)plain->texts_size,
                                               .size = (uint8_t)entry->name.size,
                                               .with_subnames = entry->include_subdomains};
    memcpy(plain->texts + plain->texts_size, entry->name.data, entry->name.size);
    plain->texts_size += entry->name.size;
    return preload_build_add(&bench->build, entry, err);
}

static struct str name_of(const struct plain *plain, uint32_t row)
{
    return str_make(plain->texts + plain->rows[row].offset, plain->rows[row].size);
}

static int compare(struct str a, struct str b)
{
    int difference = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return difference ? difference : (a.size > b.size) - (a.size < b.size);
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct plain *plain = context;
    const struct row *x = a, *y = b;
    return compare(str_make(plain->texts + x->offset, x->size), str_make(plain->texts + y->offset, y->size));
}

static uint32_t find_sorted(const struct plain *plain, struct str name)
{
    uint32_t low = 0, high = plain->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int difference = compare(name, name_of(plain, middle));
        if (difference == 0)
            return middle;
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NOT_FOUND;
}

static uint32_t find_hashed(const struct plain *plain, struct str name)
{
    size_t mask = plain->slots_count - 1;
    for (size_t at = str_hash(name) & mask; plain->slots[at] != NOT_FOUND; at = (at + 1) & mask)
        if (str_eq(name, name_of(plain, plain->slots[at])))
            return plain->slots[at];
    return NOT_FOUND;
}

static void make_plain(struct plain *plain)
{
    qsort_r(plain->rows, plain->count, sizeof *plain->rows, compare_rows, plain);
    plain->slots_count = 1;
    while (plain->slots_count < (size_t)plain->count * 2)
        plain->slots_count *= 2;
    plain->slots = get(plain->slots_count * sizeof *plain->slots);
    memset(plain->slots, 0xff, plain->slots_count * sizeof *plain->slots);
    for (uint32_t i = 0; i < plain->count; i++) {
        size_t at = str_hash(name_of(plain, i)) & (plain->slots_count - 1);
        while (plain->slots[at] != NOT_FOUND)
            at = (at + 1) & (plain->slots_count - 1);
        plain->slots[at] = i;
    }
}

/* The size of the entry's name that binds, 0: none. Each of the two asks for the name, then for every one above. */
static size_t bound_by(const struct plain *plain, uint32_t (*find)(const struct plain *, struct str), struct str name)
{
    for (struct str at = name; at.size; at = str_after(at, str_find(at, '.') + 1)) {
        uint32_t row = find(plain, at);
        if (row != NOT_FOUND && (at.size == name.size || plain->rows[row].with_subnames))
            return at.size;
    }
    return 0;
}

static size_t ask_sorted(const struct bench *bench, struct str name)
{
    return bound_by(&bench->plain, find_sorted, name);
}

static size_t ask_hashed(const struct bench *bench, struct str name)
{
    return bound_by(&bench->plain, find_hashed, name);
}

static size_t ask_compiled(const struct bench *bench, struct str name)
{
    return preload_list_find(&bench->list, name).entry.size;
}

/* On the list, below one that is, and one letter beside it. */
static void make_questions(struct bench *bench, const char *before, const char *after)
{
    srandom(1);
    for (size_t i = 0; i < QUESTIONS_COUNT; i++) {
        char *room = get(PRELOAD_NAME_SIZE_MAX + 8);
        struct str name = name_of(&bench->plain, (uint32_t)((size_t)random() % bench->plain.count));
        int size = snprintf(room, PRELOAD_NAME_SIZE_MAX + 8, "%s%.*s%s", before, STR_ARG(name), after);
        bench->questions[i] = str_make(room, (size_t)size);
    }
}

static double measure(const struct bench *bench, size_t (*ask)(const struct bench *, struct str), size_t *ret_sum)
{
    double least_s = 1e9;
    for (int round = 0; round < ROUNDS_COUNT; round++) {
        size_t sum = 0;
        double start_s = now_s();
        for (size_t i = 0; i < QUESTIONS_COUNT; i++)
            sum += ask(bench, bench->questions[i]);
        double taken_s = now_s() - start_s;
        least_s = taken_s < least_s ? taken_s : least_s;
        *ret_sum = sum;
    }
    return least_s / QUESTIONS_COUNT * 1e9;
}

static void compare_all(struct bench *bench, const char *what, const char *before, const char *after)
{
    size_t sums[3];
    make_questions(bench, before, after);
    for (size_t i = 0; i < QUESTIONS_COUNT; i++)
        must(ask_compiled(bench, bench->questions[i]) == ask_sorted(bench, bench->questions[i]) &&
                 ask_compiled(bench, bench->questions[i]) == ask_hashed(bench, bench->questions[i]),
             "the three do not agree");
    double compiled = measure(bench, ask_compiled, &sums[0]), sorted = measure(bench, ask_sorted, &sums[1]),
           hashed = measure(bench, ask_hashed, &sums[2]);
    must(sums[0] == sums[1] && sums[1] == sums[2], "the three do not agree");
    printf("%-34s %8.0f %8.0f %8.0f ns\n", what, compiled, sorted, hashed);
    for (size_t i = 0; i < QUESTIONS_COUNT; i++)
        free((char *)(uintptr_t)bench->questions[i].data);
}

static void read_list(struct bench *bench, FILE *file, struct preload_source *source)
{
    static char chunk[READ_SIZE];
    struct err err = {0};
    size_t size;
    preload_source_init(source, on_entry, bench);
    while ((size = fread(chunk, 1, sizeof chunk, file)) > 0)
        must(preload_source_take(source, str_make(chunk, size), &err), err.text);
    must(preload_source_end(source, &err), err.text);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    static struct preload_source source;
    struct preload_origin origin = {.taken_s = 1};
    struct err err = {0};
    struct buf out;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    must(file != NULL, "the path of a list is needed: bench/preload-list.py >build/preload-list.json");
    origin.confirmed_s = 1;
    preload_build_init(&bench.build);
    buf_init(&out, PRELOAD_LIST_SIZE_MAX);
    bench.plain.texts = get(PRELOAD_NAMES_SIZE_MAX);
    bench.plain.rows = get(PRELOAD_ENTRIES_COUNT_MAX * sizeof(struct row));
    bench.questions = get(QUESTIONS_COUNT * sizeof *bench.questions);
    double start_s = now_s();
    read_list(&bench, file, &source);
    double read_s = now_s();
    must(preload_build_write(&bench.build, &origin, &out, &err), err.text);
    double built_s = now_s();
    must(preload_list_open(buf_str(&out), &bench.list, &err), err.text);
    double opened_s = now_s();
    make_plain(&bench.plain);
    printf("%u entries in %.1f MB; read in %.0f ms, compiled in %.0f ms, opened (every byte looked at) in %.1f ms\n",
           bench.plain.count, (double)source.size / 1e6, (read_s - start_s) * 1e3, (built_s - read_s) * 1e3,
           (opened_s - built_s) * 1e3);
    size_t sorted = bench.plain.texts_size + bench.plain.count * sizeof(struct row);
    printf("%-34s %8s %8s %8s\n", "", "compiled", "sorted", "hashed");
    printf("%-34s %8.0f %8.0f %8.0f KB\n", "size", (double)out.size / 1e3, (double)sorted / 1e3,
           (double)(sorted + bench.plain.slots_count * sizeof(uint32_t)) / 1e3);
    compare_all(&bench, "a name on the list", "", "");
    compare_all(&bench, "three labels below one", "a.b.www.", "");
    compare_all(&bench, "on no list (another ending)", "", "q");
    compare_all(&bench, "on no list (a letter more)", "q", "");
    (void)fclose(file);
    return 0;
}
