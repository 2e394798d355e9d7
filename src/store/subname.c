/* From what is kept of a name to its judgement. */
#include "store/subname.h"

struct subname_facts subname_entry_facts(const struct subname_entry *name)
{
    return (struct subname_facts){.sources = name->sources,
                                  .flags = name->flags,
                                  .verdict = name->verdict,
                                  .is_signed_off = name->sign_off.by.size > 0,
                                  .signed_verdict = name->signed_verdict,
                                  .has_exception = name->exception.by.size > 0,
                                  .exception_until_s = name->exception_until_s};
}

enum subname_state subname_entry_state(const struct subname_entry *name, int64_t now_s)
{
    const struct subname_facts facts = subname_entry_facts(name);
    return subname_state(&facts, now_s);
}
