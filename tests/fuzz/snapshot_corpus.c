/*
 * Writes the seeds of the snapshot target: snapshot_corpus FOLDER. Run it again (and commit what it writes) whenever
 * snapshot/format.h changes; seeds of an older version are refused at the first byte.
 */
#include <stdio.h>

#include "snapshot_sample.h"

static bool write_seed(const char *folder, const char *name, const struct build_input *input)
{
    char path[4096];
    void *blob;
    size_t size;
    struct err err = {0};
    if (!snapshot_build(input, &blob, &size, &err)) {
        (void)fprintf(stderr, "%s: %s\n", name, err.text);
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(blob, 1, size, file) == size;
    if (file && fclose(file) != 0)
        ok = false;
    if (!ok)
        perror(path);
    snapshot_blob_free(blob, size);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: snapshot_corpus FOLDER\n");
        return 2;
    }
    struct build_input whole = snapshot_sample(), empty = whole, one = whole, other = whole;
    empty.takes_reports = false;
    empty.sites_count = empty.tickets_count = empty.challenges_count = empty.alpn_challenges_count = 0;
    one.sites_count = 1;
    one.challenges_count = one.tickets_count = one.alpn_challenges_count = 1;
    other.sites = whole.sites + 1;
    other.sites_count = 1;
    bool ok = write_seed(argv[1], "whole", &whole) && write_seed(argv[1], "empty", &empty) &&
              write_seed(argv[1], "one-site", &one) && write_seed(argv[1], "address-site", &other);
    return ok ? 0 : 1;
}
