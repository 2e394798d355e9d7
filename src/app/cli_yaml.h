/*
 * A strict subset of YAML, of which JSON is one: lists, objects and texts, each with its place in the file. What makes
 * YAML surprising is refused rather than guessed at: anchors and aliases, tags, directives, several documents, a member
 * twice, keys that are no text. What a text means (a number, a word) is decided by whoever knows what belongs there
 * (cli_shape); no "no" becomes false here.
 */
#ifndef APP_CLI_YAML_H
#define APP_CLI_YAML_H

#include "base/arena.h"
#include "base/err.h"

/* As much as control takes in one request. */
#define CLI_YAML_SIZE_MAX ((size_t)4 << 20)
/* Deeper than anything that has a meaning. */
#define CLI_YAML_DEPTH_MAX 16
/* More than any object of ours knows; lists may be longer. */
#define CLI_YAML_MEMBERS_COUNT_MAX 256
/* Room for "sites[12].routes[123].upstreams[123].url". */
#define CLI_YAML_PATH_SIZE 160

enum cli_yaml_kind { CLI_YAML_TEXT, CLI_YAML_LIST, CLI_YAML_OBJECT };

/* Nodes live in an arena. */
struct cli_yaml {
    enum cli_yaml_kind kind;
    bool is_plain;                        /* a text without quotes */
    size_t line, column;                  /* from 1; of an object's member those of its value */
    struct str text;                      /* of CLI_YAML_TEXT */
    struct str key;                       /* in an object */
    size_t index;                         /* in a list or object, from 0 */
    const char *file;                     /* as it was named */
    struct cli_yaml *parent;              /* NULL: the root */
    struct cli_yaml *first, *last, *next; /* children, siblings */
    size_t count;                         /* children */
};

/*
 * Reads the text of `file`, whose name is kept. ERR_INPUT: "FILE:LINE:COLUMN: PATH: what is wrong".
 */
NODISCARD bool cli_yaml_read(const char *file, struct str text, struct arena *arena, struct cli_yaml **ret,
                             struct err *err);
/* An object's member, or NULL. */
struct cli_yaml *cli_yaml_member(const struct cli_yaml *object, const char *name);
/* The node at "sites[0].routes[1].prefix" below `root`, or the last one on the way that is there. */
const struct cli_yaml *cli_yaml_find(const struct cli_yaml *root, const char *path);
/* "sites[0].routes[1].prefix", empty for the root. */
const char *cli_yaml_path(const struct cli_yaml *node, char room[static CLI_YAML_PATH_SIZE]);
/* ERR_INPUT about the node: "FILE:LINE:COLUMN: PATH: …". Returns false. */
bool cli_yaml_error(const struct cli_yaml *node, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
