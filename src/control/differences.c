/* Member by member. */
#include "control/differences.h"

static void write_one(struct jsonout *out, const char *member, const json_t *before, const json_t *after)
{
    if (before && after && json_equal(before, after))
        return;
    jsonout_object(out, NULL);
    jsonout_str(out, "member", str_from(member));
    jsonout_json(out, "before", before);
    jsonout_json(out, "after", after);
    jsonout_object_end(out);
}

void differences_write(struct jsonout *out, const json_t *before, const json_t *after)
{
    const char *member;
    json_t *value;
    jsonout_array(out, "differences");
    json_object_foreach((json_t *)(uintptr_t)before, member, value)
    {
        write_one(out, member, value, json_object_get(after, member));
    }
    json_object_foreach((json_t *)(uintptr_t)after, member, value)
    {
        if (!json_object_get(before, member))
            write_one(out, member, NULL, value);
    }
    jsonout_array_end(out);
}
