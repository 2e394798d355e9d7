/*
 * What the three processes say to each other. Each child has a channel to the supervisor (descriptor 3 after exec);
 * control and gateway have one between them (the link), made anew by the supervisor whenever one of the two starts.
 *
 *     supervisor ──BOOT, LISTENER…, COUNTERS, CLIENTS, [SNAPSHOT], [ACCESS_LOG], [LISTENER_REASON], [PANEL],
 *                  START──▶ child
 *     supervisor ──LINK(fd)──▶ both                                   (whenever one of them has started)
 *     supervisor ──DRAIN──▶ gateway, STOP──▶ control, RELOAD──▶ control, ACCESS_LOG(fd)──▶ gateway, PING──▶ both
 *     child ──READY──▶ supervisor
 *     control ──SNAPSHOT(memfd)──▶ gateway; gateway ──ACK | REJECT──▶ control
 *     control ──HOOK(memfd)──▶ supervisor; supervisor ──HOOK_DONE──▶ control    (snapshot/hook.h)
 *     control ──KEEP(memfd)──▶ supervisor        (the last acknowledged snapshot, for a gateway that must start alone)
 *     supervisor ──SNAPSHOT(memfd)──▶ every gateway    (the same: one that starts or drains beside the linked one has
 *                                                       no link to hear of it)
 */
#ifndef SNAPSHOT_CONTRACT_H
#define SNAPSHOT_CONTRACT_H

#include <stdint.h>

/* The descriptor of a child's channel to the supervisor. */
#define CONTRACT_CHANNEL_FD 3

enum contract_message {
    CONTRACT_BOOT = 1, /* payload: text of the boot file with the command line's overrides; index: number of workers */
    CONTRACT_LISTENER, /* index: number of the listener in the boot file's order; fds: its sockets */
    CONTRACT_COUNTERS, /* fd: memfd of struct counters (snapshot/counters.h); index: first block of this gateway */
    CONTRACT_SNAPSHOT, /* value: generation; fd: sealed memfd of the blob. From the supervisor after START: to be taken
                          when it is newer than what is served */
    CONTRACT_ACCESS_LOG, /* fd: open for appending */
    CONTRACT_START,      /* nothing more to wait for */
    CONTRACT_READY,      /* child to supervisor: serving */
    CONTRACT_LINK,       /* fd: this child's end; for control also value: the process id of the gateway, index: its
                            part of the counters, see contract_blocks */
    CONTRACT_DRAIN,      /* gateway: stop accepting, finish what is open, exit 0 */
    CONTRACT_STOP,       /* control: exit 0 */
    CONTRACT_RELOAD,     /* control: read the state again, publish; value: sequence number of the request */
    CONTRACT_ACK,        /* gateway to control: every worker of this gateway serves by generation `value` and will
                            make no promise of an older one */
    CONTRACT_REJECT,     /* gateway to control: generation `value` was not taken, or taken back, since a worker could
                            not; payload: why */
    CONTRACT_KEEP,       /* control to supervisor: value: generation; fd: sealed memfd */
    CONTRACT_PING, /* supervisor to a child: nothing to do; one that leaves it unread for a minute counts as hung */
    CONTRACT_LISTENER_REASON, /* to control, before START; payload: why keep-listener was overridden at this start */
    CONTRACT_HOOK, /* control to supervisor: run a program of the boot file; value: number of the call, index: which
                      and how many arguments; fd: sealed memfd of arguments and input */
    CONTRACT_HOOK_DONE, /* supervisor to control: value: number of the call, index: how it ended; payload: its
                           output, or why it was not started */
    CONTRACT_CLIENTS,   /* fd: memfd of struct clients (snapshot/clients.h) */
    CONTRACT_PANEL,     /* to control, before START; fd: the panel's listening socket on loopback */
};

/* The counters' blocks that are a gateway's own: the first, and how many there are, one a worker; 0: not known. */
static inline uint32_t contract_blocks(uint32_t first, uint32_t count)
{
    return first << 16 | count;
}

static inline uint32_t contract_blocks_first(uint32_t blocks)
{
    return blocks >> 16;
}

static inline uint32_t contract_blocks_count(uint32_t blocks)
{
    return blocks & 0xffff;
}

#endif
