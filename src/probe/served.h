/*
 * Whether the certificates that the store has are those that are served, by every HTTPS listener for every name, and
 * who vouches for them: a renewal on disk that is not served takes every bound user offline. A site with an ECDSA and
 * an RSA certificate is asked for each of the two, by the signature algorithms that are offered.
 */
#ifndef PROBE_SERVED_H
#define PROBE_SERVED_H

#include "crypto/digest.h"
#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/fetch.h"
#include "probe/target.h"

/* 20 bytes are what RFC 5280 allows; longer ones are cut. */
#define SERVED_SERIAL_SIZE 41
#define SERVED_NAME_SIZE   128

/* What one socket showed on one side: the worst of all names, in this order. */
enum served_state {
    SERVED_RIGHT,
    SERVED_UNSEEN,  /* no connection, no answer: nothing is known */
    SERVED_REFUSED, /* the handshake fails: browsers meet the same */
    SERVED_OTHER,   /* another certificate than the one stored */
};

struct served_place {
    enum served_state state;
    enum cert_side side;
    char where[ENDPOINT_TEXT_SIZE]; /* "https (192.0.2.1:443)" */
    size_t names_count;             /* that were asked for */
    /* Of the first name that it is wrong for, visible ASCII: */
    char name[TARGET_NAME_SIZE];
    char why[FETCH_WHY_SIZE]; /* UNSEEN, REFUSED: the end of a sentence */
    /* OTHER: the certificate that is served instead */
    char fingerprint[DIGEST_FINGERPRINT_SIZE], serial[SERVED_SERIAL_SIZE], subject[SERVED_NAME_SIZE],
        issuer[SERVED_NAME_SIZE];
    int64_t not_after_s; /* 0: it cannot be read */
};

/* Room for endpoints × sides belongs to whoever asks; what does not fit is left out. */
struct served_report {
    struct served_place *places;
    size_t places_count, capacity;
};

/*
 * Fills OBSERVED_SERVED, OBSERVED_CHAIN and the trust: the worst of what was met. The trust says whose root the chain
 * leads to; when the certificate is bad all the same (expired, another name), the fact does. `report` may be NULL.
 */
void served_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret,
                 struct served_report *report);
/* Whether the report says that the certificate of this side is served everywhere. */
bool served_everywhere(const struct served_report *report, enum cert_side side);
/* Whether something else was met anywhere: another certificate, or a handshake that fails. */
bool served_otherwise(const struct served_report *report);

#endif
