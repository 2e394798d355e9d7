#include "app/scan_output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A line of ours has some hundred bytes; a field of 64 KB may be in it, escaped. */
#define LINE_SIZE_MAX ((size_t)1 << 20)
/* Lines of a list: a bit each is kept of what was done before. */
#define LINES_COUNT_MAX (UINT64_C(1) << 30)
#define CODES_COUNT_MAX 64

struct scan_output {
    FILE *file;
    const char *path;   /* NULL: standard output */
    unsigned char *had; /* a bit for each line */
    size_t had_size;
    uint64_t had_count;
    bool failed;
    int error;
};

/* ---- what is there already ---- */

static bool mark(struct scan_output *output, uint64_t line)
{
    size_t byte = (size_t)(line / 8);
    if (byte >= output->had_size) {
        size_t size = byte + 1 + output->had_size;
        unsigned char *more = realloc(output->had, size);
        if (!more)
            return false;
        memset(more + output->had_size, 0, size - output->had_size);
        output->had = more;
        output->had_size = size;
    }
    output->had_count += !scan_output_has(output, line);
    output->had[byte] |= (unsigned char)(1u << (line % 8));
    return true;
}

static size_t read_codes(const json_t *array, struct str *codes, size_t count)
{
    size_t index;
    json_t *value;
    json_array_foreach(array, index, value)
    {
        if (count < CODES_COUNT_MAX && json_is_string(value))
            codes[count++] = str_make(json_string_value(value), json_string_length(value));
    }
    return count;
}

static bool take_line(struct scan_output *output, struct scan_summary *summary, struct str text)
{
    struct str codes[CODES_COUNT_MAX];
    json_t *json = json_loadb(text.data, text.size, 0, NULL);
    json_int_t line = json_integer_value(json_object_get(json, "line"));
    size_t count = read_codes(json_object_get(json, "errors"), codes, 0);
    count = read_codes(json_object_get(json, "warnings"), codes, count);
    bool ok = line > 0 && (uint64_t)line < LINES_COUNT_MAX && !scan_output_has(output, (uint64_t)line) &&
              scan_summary_add_codes(summary, codes, count) && mark(output, (uint64_t)line);
    json_decref(json);
    return ok;
}

/* Reads all whole lines and leaves the file at the end of the last. */
static bool take_all(struct scan_output *output, struct scan_summary *summary, struct err *err)
{
    char *text = NULL;
    size_t room = 0;
    off_t end = 0;
    ssize_t size;
    bool ok = true;
    while (ok && (size = getline(&text, &room, output->file)) > 0 && text[size - 1] == '\n') {
        ok = (size_t)size <= LINE_SIZE_MAX && take_line(output, summary, str_make(text, (size_t)size - 1));
        if (!ok)
            (void)err_set(err, ERR_INPUT, "%s is not what a scan of this list writes (behind byte %lld)", output->path,
                          (long long)end);
        end += size;
    }
    free(text);
    if (!ok)
        return err_fix(err, "give --out a file that is not there yet");
    if (ferror(output->file) || fseeko(output->file, end, SEEK_SET) != 0 || ftruncate(fileno(output->file), end) != 0)
        return err_errno(err, "%s cannot be continued", output->path);
    return true;
}

/* ---- the whole ---- */

static FILE *open_file(const char *path, bool resume, struct err *err)
{
    FILE *file = resume ? fopen(path, "r+e") : NULL;
    if (file)
        return file;
    if (resume && errno != ENOENT) {
        (void)err_errno(err, "%s cannot be continued", path);
        return NULL;
    }
    file = fopen(path, "w+xe");
    if (!file && errno == EEXIST) {
        (void)err_set(err, ERR_CONFLICT, "%s is there already", path);
        (void)err_fix(err, "--resume goes on with it");
    } else if (!file) {
        (void)err_errno(err, "%s cannot be made", path);
    }
    return file;
}

bool scan_output_open(const char *path, bool resume, struct scan_summary *summary, struct scan_output **ret,
                      struct err *err)
{
    struct scan_output *output = calloc(1, sizeof *output);
    if (!output)
        return err_memory(err);
    output->path = path;
    output->file = path ? open_file(path, resume, err) : stdout;
    if (output->file) /* what was found is there when somebody looks, or kills it */
        (void)setvbuf(output->file, NULL, _IOLBF, BUFSIZ);
    if (output->file && (!path || take_all(output, summary, err))) {
        *ret = output;
        return true;
    }
    if (output->file)
        (void)fclose(output->file);
    free(output->had);
    free(output);
    return false;
}

bool scan_output_has(const struct scan_output *output, uint64_t line)
{
    return line / 8 < output->had_size && output->had[line / 8] & (1u << (line % 8));
}

uint64_t scan_output_had_count(const struct scan_output *output)
{
    return output->had_count;
}

/* What a stranger sent may be no UTF-8, which JSON wants. */
static json_t *text_json(struct str text)
{
    json_t *json = json_stringn(text.data ? text.data : "", text.size);
    return json ? json : json_null();
}

static json_t *codes_json(const struct preload_findings *findings, bool errors)
{
    json_t *array = json_array();
    for (size_t i = 0; i < findings->count; i++)
        if (preload_code_is_error(findings->items[i].code) == errors)
            (void)json_array_append_new(array, json_string(preload_code_text(findings->items[i].code)));
    return array;
}

static const char *verdict_of(const struct preload_findings *findings)
{
    static const char *const verdicts[] = {"good", "errors", "warnings"};
    return verdicts[preload_rules_exit_status(findings)];
}

void scan_output_put(struct scan_output *output, uint64_t line, struct str domain, const struct preload_seen *seen,
                     const struct preload_findings *findings)
{
    struct str field = preload_seen_field(seen);
    json_t *json = json_pack("{s:I, s:o, s:s, s:o, s:o, s:o}", "line", (json_int_t)line, "domain", text_json(domain),
                             "verdict", verdict_of(findings), "errors", codes_json(findings, true), "warnings",
                             codes_json(findings, false), "field", field.data ? text_json(field) : json_null());
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (!text || fputs(text, output->file) < 0 || fputc('\n', output->file) == EOF) {
        output->error = text ? errno : ENOMEM;
        output->failed = true;
    }
    free(text);
    json_decref(json);
}

bool scan_output_close(struct scan_output *output, struct err *err)
{
    if (!output)
        return true;
    const char *path = output->path ? output->path : "standard output";
    bool failed = output->failed;
    int status = output->path ? fclose(output->file) : fflush(stdout);
    if (status != 0 && !failed) {
        failed = true;
        output->error = errno;
    }
    errno = output->error;
    free(output->had);
    free(output);
    return !failed || err_errno(err, "%s could not be written", path);
}
