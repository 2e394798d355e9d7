/*
 * What may stand where in a declarative file, as data, and the one function that checks a file against it and makes
 * JSON of it. The shape decides what a text means: where a word is wanted, off is a word; where true or false is
 * wanted, it is a mistake. What is in range is control's to judge.
 */
#ifndef APP_CLI_SHAPE_H
#define APP_CLI_SHAPE_H

#include <jansson.h>

#include "app/cli_yaml.h"

enum cli_shape_kind {
    CLI_SHAPE_TEXT,
    CLI_SHAPE_WORD, /* one of `words` */
    CLI_SHAPE_NUMBER,
    CLI_SHAPE_BOOL,
    CLI_SHAPE_DURATION, /* becomes seconds */
    CLI_SHAPE_LIST,     /* of `item` */
    CLI_SHAPE_OBJECT,   /* with `members` */
    CLI_SHAPE_EITHER,   /* a text as `item` says, anything else as `other` says */
    CLI_SHAPE_LIMITS,   /* numbers by the names of snapshot/limits */
};

struct cli_shape_member;

struct cli_shape {
    enum cli_shape_kind kind;
    const char *what; /* "a list of sites": what is told to be needed */
    const char *words;
    const struct cli_shape *item, *other;
    const struct cli_shape_member *members; /* ends with a name of NULL */
};

struct cli_shape_member {
    const char *name;
    const struct cli_shape *shape;
    const char *instead; /* the member is known but not taken: what to write in its place */
};

/* A new reference; NULL with *err (which names the place) when the node has another shape. */
json_t *cli_shape_json(const struct cli_shape *shape, const struct cli_yaml *node, struct err *err);

#endif
