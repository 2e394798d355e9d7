/* What is told of passwords, cookies and content over plain HTTP (control/notify_words.h), by its stage. */
#ifndef CONTROL_IN_CLEAR_WORDS_H
#define CONTROL_IN_CLEAR_WORDS_H

#include "control/notify_words.h"

void in_clear_words(const struct notify_event *event, struct arena *arena, struct notify_words *ret);

#endif
