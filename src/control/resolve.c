/*
 * One thread and one lock. The thread copies a name out, looks it up without the lock, and writes the answer back if
 * the name is still wanted. Among several addresses the present one is kept as long as it is among them, so that
 * round-robin answers do not move a running upstream.
 */
#include "control/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "os/clock.h"

#define HOST_SIZE_MAX 254

struct lookup {
    char host[HOST_SIZE_MAX];
    uint64_t hash;
    struct sockaddr_storage address;
    socklen_t address_size; /* 0: not known */
    int64_t next_ms;        /* when it is asked again */
    int problem;            /* EAI_… of the last lookup, 0 when it was fine */
    bool asked;
};

struct resolver {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t wake;
    pthread_t thread;
    int wake_fd;
    bool stop;
    bool changed;
    struct lookup *lookups; /* ordered by hash, then by name */
    size_t count;
};

bool resolve_literal(struct str host, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (str_eq_nocase(host, STR("localhost")))
        host = STR("127.0.0.1");
    if (host.size >= sizeof text)
        return false;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        *ret_size = sizeof v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        memcpy(ret, &v6, sizeof v6);
        *ret_size = sizeof v6;
        return true;
    }
    return false;
}

static int compare_lookups(const void *a, const void *b)
{
    const struct lookup *left = a, *right = b;
    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return strcmp(left->host, right->host);
}

static struct lookup *find(struct resolver *resolver, const char *host)
{
    struct lookup key = {.hash = str_hash(str_from(host))};
    memcpy(key.host, host, strlen(host) + 1);
    return resolver->count ? bsearch(&key, resolver->lookups, resolver->count, sizeof key, compare_lookups) : NULL;
}

/* An answer's first address, or the present one when the answer has it too. */
static void choose(const struct addrinfo *list, const struct lookup *present, struct lookup *answer)
{
    const struct addrinfo *chosen = list;
    for (const struct addrinfo *at = list; at; at = at->ai_next)
        if (present->address_size == at->ai_addrlen && memcmp(&present->address, at->ai_addr, at->ai_addrlen) == 0)
            chosen = at;
    memcpy(&answer->address, chosen->ai_addr, chosen->ai_addrlen);
    answer->address_size = chosen->ai_addrlen;
}

static void look_up(struct lookup *lookup)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    struct addrinfo *list = NULL;
    const struct lookup present = *lookup;
    lookup->problem = getaddrinfo(lookup->host, NULL, &hints, &list);
    if (lookup->problem == 0 && list)
        choose(list, &present, lookup);
    if (list)
        freeaddrinfo(list);
    lookup->next_ms = clock_monotonic_ms() + RESOLVE_INTERVAL_S * 1000;
    lookup->asked = true;
}

/* With the lock: takes an answer over if its name is still wanted. */
static void accept_answer(struct resolver *resolver, const struct lookup *answer)
{
    struct lookup *mine = find(resolver, answer->host);
    if (!mine)
        return;
    bool moved = mine->address_size != answer->address_size ||
                 memcmp(&mine->address, &answer->address, answer->address_size) != 0;
    if (answer->problem && (!mine->asked || mine->problem != answer->problem))
        log_warning("the upstream host %s does not resolve: %s", answer->host, gai_strerror(answer->problem));
    *mine = *answer;
    if (!moved)
        return;
    resolver->changed = true;
    const uint64_t one = 1;
    if (write(resolver->wake_fd, &one, sizeof one) < 0)
        log_debug("the resolver's wake-up was pending already");
}

static const struct lookup *next_due(const struct resolver *resolver)
{
    const struct lookup *due = NULL;
    for (size_t i = 0; i < resolver->count; i++)
        if (!due || resolver->lookups[i].next_ms < due->next_ms)
            due = &resolver->lookups[i];
    return due;
}

static void wait_until(struct resolver *resolver, int64_t until_ms)
{
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    (void)pthread_cond_timedwait(&resolver->wake, &resolver->lock, &until);
}

static void *run(void *context)
{
    struct resolver *resolver = context;
    (void)pthread_mutex_lock(&resolver->lock);
    while (!resolver->stop) {
        const struct lookup *due = next_due(resolver);
        if (!due) {
            (void)pthread_cond_wait(&resolver->wake, &resolver->lock);
            continue;
        }
        if (due->next_ms > clock_monotonic_ms()) {
            wait_until(resolver, due->next_ms);
            continue;
        }
        struct lookup answer = *due;
        (void)pthread_mutex_unlock(&resolver->lock);
        look_up(&answer);
        (void)pthread_mutex_lock(&resolver->lock);
        accept_answer(resolver, &answer);
    }
    (void)pthread_mutex_unlock(&resolver->lock);
    return NULL;
}

bool resolver_new(int wake_fd, struct resolver **ret, struct err *err)
{
    struct resolver *resolver = calloc(1, sizeof *resolver);
    pthread_condattr_t attributes;
    if (!resolver)
        return err_memory(err);
    resolver->wake_fd = wake_fd;
    (void)pthread_mutex_init(&resolver->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&resolver->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (pthread_create(&resolver->thread, NULL, run, resolver) != 0) {
        (void)pthread_cond_destroy(&resolver->wake);
        (void)pthread_mutex_destroy(&resolver->lock);
        free(resolver);
        return err_set(err, ERR_SYSTEM, "the thread for name lookups could not be started");
    }
    *ret = resolver;
    return true;
}

void resolver_free(struct resolver *resolver)
{
    if (!resolver)
        return;
    (void)pthread_mutex_lock(&resolver->lock);
    resolver->stop = true;
    (void)pthread_cond_signal(&resolver->wake);
    (void)pthread_mutex_unlock(&resolver->lock);
    (void)pthread_join(resolver->thread, NULL);
    (void)pthread_cond_destroy(&resolver->wake);
    (void)pthread_mutex_destroy(&resolver->lock);
    free(resolver->lookups);
    free(resolver);
}

/* Ordered, each name once; the addresses already known are carried over. */
static size_t fill(struct resolver *resolver, struct lookup *lookups, const struct str *names, size_t count)
{
    size_t filled = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (names[i].size >= HOST_SIZE_MAX)
            continue;
        struct lookup *lookup = &lookups[filled++];
        memcpy(lookup->host, names[i].data, names[i].size);
        lookup->hash = str_hash(names[i]);
    }
    qsort(lookups, filled, sizeof *lookups, compare_lookups);
    for (size_t i = 0; i < filled; i++) {
        if (kept && compare_lookups(&lookups[kept - 1], &lookups[i]) == 0)
            continue;
        const struct lookup *known = find(resolver, lookups[i].host);
        lookups[kept++] = known ? *known : lookups[i];
    }
    return kept;
}

bool resolver_want(struct resolver *resolver, const struct str *names, size_t count, struct err *err)
{
    struct lookup *lookups = calloc(count + 1, sizeof *lookups);
    if (!lookups)
        return err_memory(err);
    (void)pthread_mutex_lock(&resolver->lock);
    size_t kept = fill(resolver, lookups, names, count);
    struct lookup *old = resolver->lookups;
    resolver->lookups = lookups;
    resolver->count = kept;
    (void)pthread_cond_signal(&resolver->wake);
    (void)pthread_mutex_unlock(&resolver->lock);
    free(old);
    return true;
}

bool resolver_find(struct resolver *resolver, struct str name, struct sockaddr_storage *ret, socklen_t *ret_size,
                   const char **ret_problem)
{
    char host[HOST_SIZE_MAX];
    *ret_problem = "it was not looked up yet";
    if (name.size >= sizeof host)
        return false;
    memcpy(host, name.data, name.size);
    host[name.size] = '\0';
    (void)pthread_mutex_lock(&resolver->lock);
    const struct lookup *lookup = find(resolver, host);
    bool known = lookup && lookup->address_size > 0;
    if (lookup && lookup->problem)
        *ret_problem = gai_strerror(lookup->problem);
    if (known) {
        *ret = lookup->address;
        *ret_size = lookup->address_size;
    }
    (void)pthread_mutex_unlock(&resolver->lock);
    return known;
}

bool resolver_take_change(struct resolver *resolver)
{
    (void)pthread_mutex_lock(&resolver->lock);
    bool changed = resolver->changed;
    resolver->changed = false;
    (void)pthread_mutex_unlock(&resolver->lock);
    return changed;
}
