/*
 * The beginning of both children: collect what the supervisor says up to START, make the boot configuration of it
 * again, and hand over to the gateway or control. Gives up no privileges: those who run know when they no longer need
 * them.
 */
#ifndef APP_CHILD_H
#define APP_CHILD_H

#include "base/str.h"

/* The hidden first argument of a child: "--child=gateway", "--child=control". */
#define CHILD_ARGUMENT "--child="

/* Runs the child named by `kind` ("gateway", "control") to its end; returns the exit status. */
int child_run(struct str kind);

#endif
