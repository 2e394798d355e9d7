#include "probe/suffix.h"

#include <libpsl.h>
#include <stdlib.h>

/* The longest host name (RFC 1035 section 2.3.4), and a zero byte. */
#define NAME_SIZE 254

struct suffixes {
    psl_ctx_t *list;
};

bool suffixes_new(struct suffixes **ret, struct err *err)
{
    struct suffixes *suffixes = calloc(1, sizeof *suffixes);
    if (!suffixes)
        return err_memory(err);
    suffixes->list = psl_latest(NULL); /* the package's, or the one built into the library */
    if (!suffixes->list) {
        free(suffixes);
        (void)err_set(err, ERR_SYSTEM, "the list of public suffixes cannot be read");
        return err_fix(err, "install the package publicsuffix");
    }
    *ret = suffixes;
    return true;
}

void suffixes_free(struct suffixes *suffixes)
{
    if (!suffixes)
        return;
    psl_free(suffixes->list);
    free(suffixes);
}

/* The library answers with a pointer into its argument. */
static struct str end_of(struct str name, const char *copy, const char *at)
{
    return at ? str_after(name, (size_t)(at - copy)) : STR("");
}

struct suffix suffix_of(const struct suffixes *suffixes, struct str name)
{
    char copy[NAME_SIZE];
    if (name.size >= sizeof copy || name.size == 0)
        return (struct suffix){.public_suffix = STR(""), .registrable = STR("")};
    memcpy(copy, name.data, name.size);
    copy[name.size] = '\0';
    return (struct suffix){end_of(name, copy, psl_unregistrable_domain(suffixes->list, copy)),
                           end_of(name, copy, psl_registrable_domain(suffixes->list, copy))};
}
