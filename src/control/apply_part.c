/* What all kinds share. */
#include "control/apply_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "control/differences.h"
#include "store/members.h"

const struct apply_kind *const apply_kinds[] = {&apply_channels, &apply_cas, &apply_zones, &apply_roots, NULL};

void apply_parts_fini(struct apply_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        json_decref(parts->list[i].before);
        json_decref(parts->list[i].after);
        parts->list[i].kind->free(parts->list[i].content);
    }
    free(parts->list);
    map_fini(&parts->named);
    arena_fini(&parts->arena);
    *parts = (struct apply_parts){.list = NULL};
}

bool apply_parts_name(struct apply_parts *parts, const char *field, struct str name, struct err *err)
{
    struct str copy;
    if (map_has(&parts->named, name))
        return err_field(err, field, "%.*s is named twice", STR_ARG(str_part(name, 0, 200)));
    return (arena_str(&parts->arena, name, &copy) && map_put(&parts->named, copy, parts)) || err_memory(err);
}

bool apply_parts_has(const struct apply_parts *parts, struct str name)
{
    return map_has(&parts->named, name);
}

size_t apply_parts_total(const struct apply_parts *parts, const struct apply_kind *kind, size_t present)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->list[i].kind != kind)
            continue;
        present += parts->list[i].act == APPLY_ADD;
        present -= parts->list[i].act == APPLY_REMOVE;
    }
    return present;
}

bool apply_parts_secret(const char *member, bool was_there, bool is_there, json_t *before, json_t *after,
                        struct err *err)
{
    const char *now = was_there ? "(another)" : "(set)";
    return ((!was_there || json_object_set_new(before, member, json_string("(set)")) == 0) &&
            (!is_there || json_object_set_new(after, member, json_string(now)) == 0)) ||
           err_memory(err);
}

static void drop(const struct apply_part *part)
{
    json_decref(part->before);
    json_decref(part->after);
    part->kind->free(part->content);
}

/* Room for one more: doubled at each power of two. */
static bool grow(struct apply_parts *parts)
{
    if (parts->count & (parts->count - 1))
        return true;
    size_t capacity = parts->count ? 2 * parts->count : 1;
    struct apply_part *list = realloc(parts->list, capacity * sizeof *list);
    if (list)
        parts->list = list;
    return list != NULL;
}

bool apply_parts_add(struct apply_parts *parts, const struct apply_part *take_part, struct err *err)
{
    struct apply_part part = *take_part;
    if (part.before && part.after && json_equal(part.before, part.after)) {
        drop(&part);
        return true;
    }
    part.act = !part.before ? APPLY_ADD : !part.after ? APPLY_REMOVE : APPLY_CHANGE;
    if (arena_str(&parts->arena, take_part->name, &part.name) && grow(parts)) {
        parts->list[parts->count++] = part;
        return true;
    }
    drop(&part);
    return err_memory(err);
}

/* "host" of the entry becomes "notify_channels[2].host". */
static bool place(const struct apply_kind *kind, size_t index, struct err *err)
{
    char field[sizeof err->field];
    if (!err || err->code == ERR_MEMORY || err->code == ERR_SYSTEM)
        return false;
    (void)snprintf(field, sizeof field, "%s[%zu]%s%s", kind->list, index, err->field[0] ? "." : "", err->field);
    (void)snprintf(err->field, sizeof err->field, "%s", field);
    return false;
}

static bool plan_list(struct core *core, const struct apply_kind *kind, const json_t *json, bool remove_others,
                      struct apply_parts *parts, struct err *err)
{
    const json_t *list = NULL;
    size_t count = 0;
    if (!json_object_get(json, kind->list))
        return true;
    if (!members_array(json, "", kind->list, kind->count_max, &list, &count, err))
        return false;
    map_fini(&parts->named);
    map_init(&parts->named);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        if (!(json_is_object(one) || err_field(err, "", "an object is needed here")) ||
            !kind->declare(core, one, parts, err))
            return place(kind, i, err);
    }
    return kind->finish(core, remove_others, parts, err);
}

bool apply_parts_plan(struct core *core, const json_t *json, bool remove_others, struct apply_parts *ret,
                      struct err *err)
{
    struct apply_parts parts = {.list = NULL};
    bool fine = true;
    arena_init(&parts.arena, APPLY_PARTS_SIZE_MAX);
    map_init(&parts.named);
    for (size_t i = 0; fine && apply_kinds[i]; i++)
        fine = plan_list(core, apply_kinds[i], json, remove_others, &parts, err);
    if (fine)
        *ret = parts;
    else
        apply_parts_fini(&parts);
    return fine;
}

void apply_parts_write(const struct apply_parts *parts, struct jsonout *out)
{
    static const char *const names[] = {"add", "change", "remove"};
    for (size_t i = 0; i < parts->count; i++) {
        const struct apply_part *part = &parts->list[i];
        jsonout_object(out, NULL);
        jsonout_null(out, "site");
        jsonout_str(out, "list", str_from(part->kind->list));
        jsonout_str(out, "name", part->name);
        jsonout_str(out, "act", str_from(names[part->act]));
        differences_write(out, part->before, part->after);
        jsonout_object_end(out);
    }
}

/* What goes makes room for what comes. */
bool apply_parts_store(struct core *core, const struct apply_parts *parts, struct str actor, struct err *err)
{
    for (int removes = 1; removes >= 0; removes--)
        for (size_t i = 0; i < parts->count; i++)
            if ((parts->list[i].act == APPLY_REMOVE) == removes &&
                !parts->list[i].kind->write(core, &parts->list[i], actor, err))
                return false;
    return true;
}

void apply_parts_taken(struct core *core, const struct apply_parts *parts)
{
    for (int removes = 1; removes >= 0; removes--)
        for (size_t i = 0; i < parts->count; i++)
            if ((parts->list[i].act == APPLY_REMOVE) == removes)
                parts->list[i].kind->taken(core, &parts->list[i]);
}
