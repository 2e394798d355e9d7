/* zlib reads what is not in gzip as it is. */
#include "app/scan_input.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct scan_input {
    gzFile file;
    const char *path;
    uint64_t line;
    char text[SCAN_LINE_SIZE_MAX];
    size_t size;
    bool failed;
};

bool scan_input_open(const char *path, struct scan_input **ret, struct err *err)
{
    struct scan_input *input = calloc(1, sizeof *input);
    int copy = -1;
    if (!input)
        return err_memory(err);
    input->path = path;
    errno = 0;
    if (strcmp(path, "-") != 0)
        input->file = gzopen(path, "re");
    else if ((copy = dup(STDIN_FILENO)) >= 0)
        input->file = gzdopen(copy, "r");
    if (!input->file) {
        free(input);
        if (copy >= 0)
            (void)close(copy);
        return errno ? err_errno(err, "%s cannot be read", path) : err_memory(err);
    }
    *ret = input;
    return true;
}

/* One line, without its end; false at the end of all. */
static bool read_line(struct scan_input *input)
{
    int c = 0;
    bool any = false;
    input->size = 0;
    while ((c = gzgetc(input->file)) >= 0 && c != '\n') {
        any = true;
        if (input->size < sizeof input->text)
            input->text[input->size++] = (char)c;
    }
    input->line++;
    return any || c == '\n';
}

static struct str domain_of(struct str line)
{
    size_t comma = str_find_last(line, ',');
    line = comma < line.size ? str_after(line, comma + 1) : line;
    if (str_ends(line, STR("\r")))
        line.size--;
    return str_trim(line);
}

bool scan_input_next(struct scan_input *input, uint64_t *ret_line, struct str *ret)
{
    while (!input->failed && read_line(input)) {
        struct str domain = domain_of(str_make(input->text, input->size));
        if (domain.size == 0 || domain.data[0] == '#')
            continue;
        *ret_line = input->line;
        *ret = domain;
        return true;
    }
    int code = Z_OK;
    (void)gzerror(input->file, &code);
    input->failed = code != Z_OK && code != Z_STREAM_END;
    return false;
}

bool scan_input_count(const char *path, uint64_t *ret)
{
    struct scan_input *input = NULL;
    struct stat status;
    uint64_t line, count = 0;
    struct str domain;
    if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
        !scan_input_open(path, &input, NULL))
        return false;
    while (scan_input_next(input, &line, &domain))
        count++;
    *ret = count;
    return scan_input_close(input, NULL);
}

bool scan_input_close(struct scan_input *input, struct err *err)
{
    if (!input)
        return true;
    const char *path = input->path;
    int code = Z_OK;
    bool failed = input->failed;
    if (failed)
        (void)err_set(err, ERR_SYSTEM, "%s breaks off after line %llu: %s", path, (unsigned long long)input->line,
                      gzerror(input->file, &code));
    code = gzclose(input->file);
    free(input);
    if (failed)
        return false;
    return code == Z_OK || err_set(err, ERR_SYSTEM, "%s breaks off: its compressed content is not whole", path);
}
