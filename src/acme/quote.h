/*
 * Text of a stranger made fit to be shown: in a sentence of ours, on a terminal, in a log, in a panel. Control
 * characters, those that turn the direction of writing, and our quotation mark are replaced; what is too long is cut
 * with a mark.
 */
#ifndef ACME_QUOTE_H
#define ACME_QUOTE_H

#include "base/str.h"

/* Writes the cleaned text, ended by a zero byte, into `room` of `room_size` (at least 8) bytes. Runs of blanks become
 * one. */
void quote_text(struct str text, char *room, size_t room_size);

#endif
