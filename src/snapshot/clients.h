/*
 * A sample of the clients of one site on one day: who came over plain HTTP, was redirected, and never arrived over
 * HTTPS. Shared by all workers, written without locks, of one size however many come, and nothing in it tells who a
 * client is: it is known by a hash under a salt of the day, which is kept nowhere and thrown away with the day.
 *
 * Adaptive sampling by hash (Wegman; Flajolet 1990): a client belongs to the sample of level n when its hash ends in n
 * zero bits. While the clients of the day fit, the level is 0 and every count is exact; when they do not, the level
 * rises, which halves the sample: those that belong no more are free places at once, no sweep is needed. A client in
 * the sample of level n stands for 2^n, whatever is asked of it. What is known of one is in the word that also names
 * it:
 *
 *     63            32 31    26 25    21 20    12 11     7 6 5      0
 *    │ hash           │ network│ class  │ time   │ cause  │6│ signs  │
 *
 * so that it changes with one compare-and-swap, and a worker that dies in between leaves nothing half-written.
 *
 * The same for who came over HTTPS in a week, under a salt of the week: there, the place of the time has the days on
 * which the client came (snapshot/weeks.h).
 */
#ifndef SNAPSHOT_CLIENTS_H
#define SNAPSHOT_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/reports.h"

#define CLIENTS_SITES_COUNT 16384 /* = COUNTERS_SITES_MAX: by the same slots */
/* What makes the sample two pages, with the rest of it. */
#define CLIENTS_PLACES_COUNT 952
/* Beyond this it is halved: with a quarter free a place is near. */
#define CLIENTS_USED_COUNT_MAX 714
/* A client stands so near to where its hash leads, or is not there. */
#define CLIENTS_STEPS_COUNT_MAX 64
/* Networks that are told apart; the rest is "another one", network 0. */
#define CLIENTS_NETWORKS_COUNT 63
/* The day in steps of five minutes. */
#define CLIENTS_STEP_S 300
/* enum http_agent fits; and enum hello_class, which is the class of those with CLIENTS_FAILED: no more is known of them
 */
#define CLIENTS_CLASSES_COUNT 32
#define CLIENTS_CAUSES_COUNT  32 /* enum tls_failure fits */

/* What was seen of a client on the day; they add up. */
enum clients_sign {
    CLIENTS_HTTP = 1u << 0,       /* came over plain HTTP */
    CLIENTS_REDIRECTED = 1u << 1, /* and was sent to HTTPS */
    CLIENTS_HTTPS = 1u << 2,      /* came over HTTPS; once redirected: it arrived */
    CLIENTS_FAILED = 1u << 3,     /* a handshake failed; with CLIENTS_HTTPS: another succeeded */
    CLIENTS_SECRET = 1u << 4,     /* sent a password, a cookie or a form in clear */
    CLIENTS_UPGRADES = 1u << 5,   /* said Upgrade-Insecure-Requests: a browser (W3C Upgrade Insecure Requests) */
};

struct clients_sample {
    uint64_t level;   /* a client stands for 2^level */
    uint64_t used;    /* places of this level that are taken, about */
    uint64_t dropped; /* times that a client found no place; hardly ever */
    uint64_t reserved[5];
    uint64_t networks[CLIENTS_NETWORKS_COUNT + 1]; /* see clients_network_4 and _6; [0] is unused */
    uint64_t places[CLIENTS_PLACES_COUNT];         /* 0: free */
} __attribute__((aligned(4096)));

struct clients_note {
    uint64_t hash;    /* of the client, under the salt of the day */
    uint64_t network; /* clients_network_…; 0: none to be told */
    uint32_t time_s;  /* of the day; kept as the last time when it is redirected */
    uint8_t class;    /* below CLIENTS_CLASSES_COUNT */
    uint8_t cause;    /* with CLIENTS_FAILED, below CLIENTS_CAUSES_COUNT: the last one is kept */
    bool ipv6;
    uint8_t signs; /* of enum clients_sign */
    uint8_t days;  /* in the sample of a week: of the bits of snapshot/weeks.h; of a day: 0 */
};

/* What is hashed with a client, so that its hash tells nobody who it is. It stands here and nowhere else. */
struct clients_salt {
    uint64_t since;    /* the day or the week that it is for; 0: for none */
    int64_t made_at_s; /* wall clock: tells this memory from another one of the same day */
    uint8_t key[16];
};

/* A site's clients of one day. */
struct clients_site {
    struct clients_sample http;  /* who came over plain HTTP */
    struct clients_sample https; /* who came over HTTPS, or whose handshake failed */
};

/*
 * Of all sites, by slot. Today's and yesterday's are at [day % 2], this week's and last week's at [week % 2]: whoever
 * rotates the salts (control) empties the older ones whole before their turn comes, and writes the head; the gateway's
 * workers write the sites. Pages that nobody touched cost nothing.
 */
struct clients {
    uint64_t day;  /* the present one; 0: nobody is to be noted */
    uint64_t week; /* the present one's number, see clients_week_of */
    struct clients_salt day_salts[2], week_salts[2];
    uint64_t owners[CLIENTS_SITES_COUNT]; /* which site has the slot, for whoever gives them away; 0: none */
    uint64_t rungs[CLIENTS_SITES_COUNT];  /* when its present rung began: another one for each rung; 0: it has none */
    struct clients_site sites[2][CLIENTS_SITES_COUNT] __attribute__((aligned(4096)));
    struct reports_site reports[2][CLIENTS_SITES_COUNT]; /* what browsers reported, by the day as well */
    struct clients_sample weeks[2][CLIENTS_SITES_COUNT]; /* who came over HTTPS: snapshot/weeks.h */
};

/* One client of the sample, as it was read. */
struct clients_seen {
    uint64_t network; /* 0: another one */
    uint32_t time_s;  /* when it was redirected last */
    uint8_t class, cause;
    bool ipv6;
    uint8_t signs;
    uint8_t days; /* in the sample of a week */
};

/* A network as it is told: the first 16 bits of an IPv4 address, the first 32 of an IPv6 address; never 0. */
uint64_t clients_network_4(const uint8_t address[4]);
uint64_t clients_network_6(const uint8_t address[16]);
/* The bits of it, and how many they are (16 or 32). Any value that came from the two. */
uint32_t clients_network_bits(uint64_t network, unsigned *ret_count);

/* Days are counted from 1970-01-01, weeks begin on a Monday, as UTC has them. */
static inline uint64_t clients_day_of(int64_t wall_s)
{
    return wall_s > 0 ? (uint64_t)wall_s / 86400 : 0;
}

static inline uint64_t clients_week_of(uint64_t day)
{
    return (day + 3) / 7;
}

/* Adds what was seen of a client, who is taken up when it belongs to the sample. Any thread, any process. */
void clients_put(struct clients_sample *sample, const struct clients_note *note);
/* The same of a client that is in the sample already; others are not taken up. A few nanoseconds for most. */
void clients_put_known(struct clients_sample *sample, uint64_t hash, uint8_t signs);
/*
 * Whether the place holds a client of the sample, and which; `level` (clients_level) as it was read once for a whole
 * round over CLIENTS_PLACES_COUNT places, so that all of them are of one sample.
 */
bool clients_get(const struct clients_sample *sample, size_t place, uint64_t level, struct clients_seen *ret);
uint64_t clients_level(const struct clients_sample *sample);
/* Takes these days from all clients of the sample of a week, while others write. */
void clients_clear_days(struct clients_sample *sample, uint8_t days);

/*
 * So many clients were counted in a sample of this level: how many there were, and by how many that may be wrong either
 * way, in 19 cases of 20. At level 0 it is exact.
 */
uint64_t clients_estimate(uint64_t counted, uint64_t level, uint64_t *ret_error);

#endif
