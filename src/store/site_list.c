/* A growing array of references. */
#include "store/site_list.h"

#include <stdlib.h>

#define CAPACITY_FIRST 64

void site_list_init(struct site_list *list)
{
    *list = (struct site_list){0};
}

void site_list_fini(struct site_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        site_unref(list->sites[i]);
    free(list->sites);
    site_list_init(list);
}

static bool grow(struct site_list *list)
{
    size_t capacity = list->capacity ? 2 * list->capacity : CAPACITY_FIRST;
    struct site **grown = realloc(list->sites, capacity * sizeof(struct site *));
    if (!grown)
        return false;
    list->sites = grown;
    list->capacity = capacity;
    return true;
}

bool site_list_take(struct site_list *list, struct site *site, struct err *err)
{
    if (list->count == list->capacity && !grow(list)) {
        site_unref(site);
        return err_memory(err);
    }
    list->sites[list->count++] = site;
    return true;
}

bool site_list_read(struct site_list *list, struct str text, const char *path, struct err *err)
{
    json_error_t where;
    struct site *site = NULL;
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "it is no valid JSON: %s", where.text);
    bool fine = site_read(json, path, ROUTE_FROM_STATE, &site, err);
    json_decref(json);
    return fine && site_list_take(list, site, err);
}

bool site_list_move(struct site_list *list, struct state *state, struct err *err)
{
    if (!state_check(state, NULL, list->sites, list->count, true, err) ||
        !state_add(state, list->sites, list->count, err))
        return false;
    site_list_fini(list);
    return true;
}
