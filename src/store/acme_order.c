/* Orders as JSON. What is as a new order has it is left out. */
#include "store/acme_order.h"

#include <stdlib.h>

#include "store/members.h"

static const char *const members[] = {"active",   "asked",       "ca",     "names",      "url",     "tried",
                                      "failures", "ca_failures", "next",   "held",       "failure", "notice",
                                      "obtained", "issuer",      "window", "revocation", NULL};
static const char *const members_failure[] = {"at", "ca", "problem", "words", "fix", "permanent", "retry", NULL};
static const char *const members_window[] = {"fingerprint", "start", "end", "look_again", "explanation", NULL};
static const char *const members_revocation[] = {"leaf", "ca", "reason", NULL};

struct acme_order *acme_order_new(struct str site, bool rehearsal)
{
    struct acme_order *order = calloc(1, sizeof *order);
    if (order) {
        acme_order_text(order->site, sizeof order->site, site);
        order->rehearsal = rehearsal;
    }
    return order;
}

void acme_order_free(struct acme_order *order)
{
    if (order)
        free(order->revocation.leaf);
    free(order);
}

void acme_order_text(char *room, size_t room_size, struct str text)
{
    size_t size = text.size < room_size ? text.size : room_size - 1;
    if (size)
        memmove(room, text.data, size);
    room[size] = '\0';
}

static void write_text(struct jsonout *out, const char *key, const char *text)
{
    if (text[0])
        jsonout_str(out, key, str_from(text));
}

static void write_number(struct jsonout *out, const char *key, int64_t number)
{
    if (number)
        jsonout_i64(out, key, number);
}

static void write_failure(const struct acme_order_failure *failure, struct jsonout *out)
{
    if (!failure->at_s)
        return;
    jsonout_object(out, "failure");
    jsonout_i64(out, "at", failure->at_s);
    write_text(out, "ca", failure->ca);
    write_text(out, "problem", failure->problem);
    write_text(out, "words", failure->words);
    write_text(out, "fix", failure->fix);
    jsonout_bool(out, "permanent", failure->permanent);
    write_number(out, "retry", failure->retry_s);
    jsonout_object_end(out);
}

static void write_window(const struct acme_order_window *window, struct jsonout *out)
{
    if (!window->fingerprint[0])
        return;
    jsonout_object(out, "window");
    write_text(out, "fingerprint", window->fingerprint);
    write_number(out, "start", window->start_s);
    write_number(out, "end", window->end_s);
    write_number(out, "look_again", window->look_again_s);
    write_text(out, "explanation", window->explanation);
    jsonout_object_end(out);
}

static void write_revocation(const struct acme_order_revocation *revocation, struct jsonout *out)
{
    if (!revocation->leaf)
        return;
    jsonout_object(out, "revocation");
    write_text(out, "leaf", revocation->leaf);
    write_text(out, "ca", revocation->ca);
    write_number(out, "reason", revocation->reason);
    jsonout_object_end(out);
}

void acme_order_write(const struct acme_order *order, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_bool(out, "active", order->active);
    jsonout_bool(out, "asked", order->asked);
    write_text(out, "ca", order->ca);
    write_number(out, "names", (int64_t)order->names);
    write_text(out, "url", order->url);
    write_number(out, "tried", order->tried);
    write_number(out, "failures", order->failures);
    write_number(out, "ca_failures", order->ca_failures);
    write_number(out, "next", order->next_s);
    write_number(out, "held", order->held_s);
    write_failure(&order->failure, out);
    write_text(out, "notice", order->notice);
    write_number(out, "obtained", order->obtained_s);
    write_text(out, "issuer", order->issuer);
    write_window(&order->window, out);
    write_revocation(&order->revocation, out);
    jsonout_object_end(out);
}

static bool read_text(const json_t *json, const char *path, const char *name, char *room, size_t room_size,
                      struct err *err)
{
    struct str text = {NULL, 0};
    if (!members_str(json, path, name, room_size - 1, &text, err))
        return false;
    if (text.data)
        acme_order_text(room, room_size, text);
    return true;
}

static bool read_moment(const json_t *json, const char *path, const char *name, int64_t *ret, struct err *err)
{
    return members_i64(json, path, name, 0, INT64_MAX, ret, err);
}

/* An authority's moment: one before 1970 says nothing, and keeps nobody from starting. */
static bool read_theirs(const json_t *json, const char *path, const char *name, int64_t *ret, struct err *err)
{
    if (!members_i64(json, path, name, INT64_MIN, INT64_MAX, ret, err))
        return false;
    *ret = *ret > 0 ? *ret : 0;
    return true;
}

static bool read_failure(const json_t *json, struct acme_order_failure *failure, struct err *err)
{
    const char *const at = "failure.";
    return !json || (members_only(json, at, members_failure, err) && read_moment(json, at, "at", &failure->at_s, err) &&
                     read_text(json, at, "ca", failure->ca, sizeof failure->ca, err) &&
                     read_text(json, at, "problem", failure->problem, sizeof failure->problem, err) &&
                     read_text(json, at, "words", failure->words, sizeof failure->words, err) &&
                     read_text(json, at, "fix", failure->fix, sizeof failure->fix, err) &&
                     members_bool(json, at, "permanent", &failure->permanent, err) &&
                     read_moment(json, at, "retry", &failure->retry_s, err));
}

static bool read_window(const json_t *json, struct acme_order_window *window, struct err *err)
{
    const char *const at = "window.";
    return !json || (members_only(json, at, members_window, err) &&
                     read_text(json, at, "fingerprint", window->fingerprint, sizeof window->fingerprint, err) &&
                     read_theirs(json, at, "start", &window->start_s, err) &&
                     read_theirs(json, at, "end", &window->end_s, err) &&
                     read_moment(json, at, "look_again", &window->look_again_s, err) &&
                     read_text(json, at, "explanation", window->explanation, sizeof window->explanation, err));
}

static bool read_revocation(const json_t *json, struct acme_order_revocation *revocation, struct err *err)
{
    const char *const at = "revocation.";
    struct str leaf = {NULL, 0};
    if (!json)
        return true;
    if (!members_only(json, at, members_revocation, err) ||
        !members_str(json, at, "leaf", ACME_ORDER_LEAF_SIZE_MAX, &leaf, err) ||
        !read_text(json, at, "ca", revocation->ca, sizeof revocation->ca, err) ||
        !members_u32(json, at, "reason", 0, UINT32_MAX, &revocation->reason, err))
        return false;
    free(revocation->leaf);
    revocation->leaf = str_dup(leaf);
    return revocation->leaf || err_memory(err);
}

static bool read_all(const json_t *json, struct acme_order *order, struct err *err)
{
    int64_t names = 0;
    if (!members_only(json, "", members, err) || !members_bool(json, "", "active", &order->active, err) ||
        !members_bool(json, "", "asked", &order->asked, err) ||
        !read_text(json, "", "ca", order->ca, sizeof order->ca, err) ||
        !members_i64(json, "", "names", INT64_MIN, INT64_MAX, &names, err) ||
        !read_text(json, "", "url", order->url, sizeof order->url, err) ||
        !members_u32(json, "", "tried", 0, UINT32_MAX, &order->tried, err) ||
        !members_u32(json, "", "failures", 0, UINT32_MAX, &order->failures, err) ||
        !members_u32(json, "", "ca_failures", 0, UINT32_MAX, &order->ca_failures, err))
        return false;
    order->names = (uint64_t)names;
    return read_moment(json, "", "next", &order->next_s, err) && read_moment(json, "", "held", &order->held_s, err) &&
           read_failure(json_object_get(json, "failure"), &order->failure, err) &&
           read_text(json, "", "notice", order->notice, sizeof order->notice, err) &&
           read_moment(json, "", "obtained", &order->obtained_s, err) &&
           read_text(json, "", "issuer", order->issuer, sizeof order->issuer, err) &&
           read_window(json_object_get(json, "window"), &order->window, err) &&
           read_revocation(json_object_get(json, "revocation"), &order->revocation, err);
}

bool acme_order_read(struct str text, struct acme_order *order, struct err *err)
{
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    bool fine = read_all(json, order, err);
    json_decref(json);
    return fine;
}
