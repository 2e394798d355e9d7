/*
 * A door that is full: who makes room for the next one. Any program of the machine can open as many connections at
 * loopback as it likes, and any visitor at the panel's name; they must not keep an administrator out, who comes later.
 */
#ifndef CONTROL_API_CROWD_H
#define CONTROL_API_CROWD_H

#include "control/api_conn.h"

/*
 * Ends one connection of this door (NULL: of any). First goes a stranger's, whatever it is in the middle of but a
 * password being looked at (of which there are never more than HASHING_COUNT_MAX); then one of somebody known that
 * rests, or whose answer is not being taken; of those the one that has been so for longest. Bytes that trickle make no
 * connection younger. Requests of people who are known that are under way, and streams of events (which have limits of
 * their own), stay. False when there is none to end.
 */
bool crowd_make_room(struct api *api, const struct door *door);

#endif
