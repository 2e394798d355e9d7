/* Ticket keys. The sealed file is the struct itself: it never leaves the machine. */
#include "control/tickets.h"

#include "base/log.h"
#include "control/sealed.h"
#include "crypto/random.h"
#include "crypto/wipe.h"

bool tickets_due(const struct tickets *tickets, int64_t now_s)
{
    return tickets->count == 0 || now_s < tickets->rotated_s || now_s - tickets->rotated_s >= TICKETS_ROTATE_S;
}

bool tickets_rotate(struct tickets *tickets, const uint8_t key[static SEAL_KEY_SIZE], const char *path, int64_t now_s,
                    struct err *err)
{
    struct tickets next = *tickets;
    memmove(&next.keys[1], &next.keys[0], (TICKETS_COUNT - 1) * sizeof next.keys[0]);
    next.count += next.count < TICKETS_COUNT;
    next.rotated_s = now_s;
    bool fine = random_bytes(&next.keys[0], sizeof next.keys[0], err) &&
                sealed_write(key, path, STR(SEALED_PURPOSE_TICKETS), str_make(&next, sizeof next), err);
    if (fine)
        *tickets = next;
    wipe_bytes(&next, sizeof next);
    return fine;
}

static bool read_keys(struct tickets *tickets, const uint8_t key[static SEAL_KEY_SIZE], const char *path)
{
    void *plain;
    size_t size;
    struct err why = {0};
    if (!sealed_read(key, path, STR(SEALED_PURPOSE_TICKETS), &plain, &size, &why)) {
        if (why.code != ERR_NOT_FOUND)
            log_warning("the keys of TLS session tickets are made anew: %s", why.text);
        return false;
    }
    struct tickets read = {0};
    bool fine = size == sizeof read;
    if (fine)
        memcpy(&read, plain, size);
    wipe_free(plain, size);
    fine = fine && read.count > 0 && read.count <= TICKETS_COUNT;
    if (fine)
        *tickets = read;
    wipe_bytes(&read, sizeof read);
    return fine;
}

bool tickets_load(struct tickets *tickets, const uint8_t key[static SEAL_KEY_SIZE], const char *path, int64_t now_s,
                  struct err *err)
{
    *tickets = (struct tickets){0};
    bool known = read_keys(tickets, key, path);
    if (known && !tickets_due(tickets, now_s))
        return true;
    return tickets_rotate(tickets, key, path, now_s, err);
}
