/* A table that is searched from end to end: attempts are rare, and cost a hundred milliseconds each. */
#include "control/panel_throttle.h"

#include <string.h>

#include "http/address.h"

/* A /64, of which a customer has at least one. */
#define NETWORK_BYTES 8

/* The kind keeps an account from being an address. FNV-1a over key, kind and name; never 0. */
static uint64_t number_of(const struct panel_throttle *throttle, char kind, struct str name)
{
    uint64_t number = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof throttle->key; i++)
        number = (number ^ throttle->key[i]) * 0x100000001b3u;
    number = (number ^ (uint8_t)kind) * 0x100000001b3u;
    for (size_t i = 0; i < name.size; i++)
        number = (number ^ (uint8_t)str_lower_char(name.data[i])) * 0x100000001b3u;
    return number ? number : 1;
}

/* An address of loopback, or a user of this machine ("uid 1000 (anna)"). */
static bool is_of_this_machine(struct str address)
{
    return str_starts(address, STR("127.")) || str_eq(address, STR("::1")) || str_starts(address, STR("uid "));
}

static uint64_t number_of_account(const struct panel_throttle *throttle, struct str account, struct str address)
{
    return number_of(throttle, is_of_this_machine(address) ? 'n' : 'f', account);
}

/*
 * By what nobody changes at will: of IPv6 the network (a customer has 2^64 addresses and more), of loopback's 2^24 all.
 * An IPv4 address that is mapped into IPv6 is itself.
 */
static uint64_t number_of_address(const struct panel_throttle *throttle, struct str text)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct address address = {.family = ADDRESS_NONE};
    if (str_starts(text, STR("127.")))
        return number_of(throttle, 'a', STR("127.0.0.1"));
    if (!address_parse(text, &address) || address.family != ADDRESS_IP6 ||
        memcmp(address.bytes, mapped, sizeof mapped) == 0)
        return number_of(throttle, 'a', text);
    char network[ADDRESS_TEXT_SIZE];
    memset(address.bytes + NETWORK_BYTES, 0, sizeof address.bytes - NETWORK_BYTES);
    return number_of(throttle, '6', address_write(&address, network));
}

static struct panel_throttle_row *find(struct panel_throttle *throttle, uint64_t who)
{
    for (size_t i = 0; i < PANEL_THROTTLE_COUNT_MAX; i++)
        if (throttle->rows[i].who == who)
            return &throttle->rows[i];
    return NULL;
}

/* Whether b is to make room rather than a. */
static bool goes_first(const struct panel_throttle_row *a, const struct panel_throttle_row *b)
{
    return a->is_kept == b->is_kept ? b->last_ms < a->last_ms : a->is_kept;
}

/* A free place, or that of whoever was quiet for longest. */
static struct panel_throttle_row *make(struct panel_throttle *throttle, uint64_t who)
{
    struct panel_throttle_row *oldest = &throttle->rows[0];
    for (size_t i = 0; i < PANEL_THROTTLE_COUNT_MAX; i++) {
        struct panel_throttle_row *row = &throttle->rows[i];
        if (row->who == 0) {
            oldest = row;
            break;
        }
        if (goes_first(oldest, row))
            oldest = row;
    }
    *oldest = (struct panel_throttle_row){.who = who};
    return oldest;
}

static int64_t wait_of(uint32_t failures, uint32_t free_count)
{
    int64_t wait_ms = PANEL_THROTTLE_WAIT_MS;
    if (failures < free_count)
        return 0;
    for (uint32_t i = free_count; i < failures && wait_ms < PANEL_THROTTLE_WAIT_MAX_MS; i++)
        wait_ms *= 2;
    return wait_ms < PANEL_THROTTLE_WAIT_MAX_MS ? wait_ms : PANEL_THROTTLE_WAIT_MAX_MS;
}

static void forget_old(struct panel_throttle *throttle, int64_t now_ms)
{
    for (size_t i = 0; i < PANEL_THROTTLE_COUNT_MAX; i++) {
        struct panel_throttle_row *row = &throttle->rows[i];
        if (row->who && now_ms - row->last_ms >= PANEL_THROTTLE_MEMORY_MS)
            *row = (struct panel_throttle_row){.who = 0};
    }
}

static int64_t left_ms(struct panel_throttle *throttle, uint64_t who, int64_t now_ms)
{
    const struct panel_throttle_row *row = find(throttle, who);
    return row && row->until_ms > now_ms ? row->until_ms - now_ms : 0;
}

static void fail(struct panel_throttle *throttle, uint64_t who, uint32_t free_count, int64_t now_ms)
{
    struct panel_throttle_row *row = find(throttle, who);
    if (!row)
        row = make(throttle, who);
    row->failures++;
    row->last_ms = now_ms;
    row->until_ms = now_ms + wait_of(row->failures, free_count);
}

static void take_back(struct panel_throttle *throttle, uint64_t who)
{
    struct panel_throttle_row *row = find(throttle, who);
    if (!row)
        return;
    row->until_ms = 0; /* it was over when this attempt was let in */
    if (--row->failures == 0)
        *row = (struct panel_throttle_row){.who = 0};
}

uint32_t panel_throttle_try(struct panel_throttle *throttle, struct str account, struct str address, int64_t now_ms)
{
    const uint64_t name = number_of_account(throttle, account, address), from = number_of_address(throttle, address);
    forget_old(throttle, now_ms);
    int64_t wait_ms = left_ms(throttle, from, now_ms);
    if (left_ms(throttle, name, now_ms) > wait_ms)
        wait_ms = left_ms(throttle, name, now_ms);
    if (wait_ms)
        return (uint32_t)((wait_ms + 999) / 1000);
    fail(throttle, from, PANEL_THROTTLE_ADDRESS_FREE, now_ms);
    fail(throttle, name, PANEL_THROTTLE_ACCOUNT_FREE, now_ms);
    return 0;
}

void panel_throttle_keep(struct panel_throttle *throttle, struct str account)
{
    static const char kinds[] = {'n', 'f'};
    for (size_t i = 0; i < sizeof kinds; i++) {
        struct panel_throttle_row *row = find(throttle, number_of(throttle, kinds[i], account));
        if (row)
            row->is_kept = true;
    }
}

void panel_throttle_right(struct panel_throttle *throttle, struct str account, struct str address)
{
    struct panel_throttle_row *row = find(throttle, number_of_account(throttle, account, address));
    if (row)
        *row = (struct panel_throttle_row){.who = 0};
    take_back(throttle, number_of_address(throttle, address));
}

void panel_throttle_undo(struct panel_throttle *throttle, struct str account, struct str address)
{
    take_back(throttle, number_of_account(throttle, account, address));
    take_back(throttle, number_of_address(throttle, address));
}
