/*
 * Facts for clang-tidy, which looks into one file at a time: tools/tidy includes this in front of each. Without it the
 * analyzer takes `return err_set(…)` for a possible success and reports what follows on paths that do not exist.
 */
#include "base/err.h"

#define err_set(...)     ((void)err_set(__VA_ARGS__), false)
#define err_field(...)   ((void)err_field(__VA_ARGS__), false)
#define err_errno(...)   ((void)err_errno(__VA_ARGS__), false)
#define err_fix(...)     ((void)err_fix(__VA_ARGS__), false)
#define err_context(...) ((void)err_context(__VA_ARGS__), false)
#define err_memory(err)  ((void)err_memory(err), false)
