#include "control/in_clear_words.h"

/* What is sent, what that means, and what to do about it. */
static const struct words {
    struct str stage;
    const char *what;
    struct str meaning;
    const char *advice; /* for the site, NULL: only that of all */
} stages[] = {
    {STR_INIT(NOTIFY_STAGE_PASSWORD), "passwords",
     STR_INIT("Everybody on the way could read them and sign in with them. A redirect to HTTPS does not help: it comes "
              "after they were sent, and with the next request they are sent again."),
     "Give these programs their address with https://, then change the passwords, which were exposed."},
    {STR_INIT(NOTIFY_STAGE_TOKEN), "tokens",
     STR_INIT("Everybody on the way could read them and use them. A redirect to HTTPS does not help: it comes after "
              "they were sent, and with the next request they are sent again."),
     "Give these programs their address with https://, then replace the tokens, which were exposed."},
    {STR_INIT(NOTIFY_STAGE_FORM), "forms",
     STR_INIT("Everybody on the way could read what people typed into them, passwords included, and change the page "
              "that they were typed into."),
     "Look for pages with links and forms to http://, in the application and elsewhere. Strict Transport Security "
     "keeps browsers from it."},
    {STR_INIT(NOTIFY_STAGE_COOKIE), "cookies",
     STR_INIT("Everybody on the way could read them and go on in somebody's session. Mostly the application does not "
              "mark its cookies Secure."),
     NULL},
    {STR_INIT(NOTIFY_STAGE_CONTENT), "requests with content",
     STR_INIT("Everybody on the way could read it. At public addresses much of it is from machines that try all "
              "doors."),
     NULL},
};

/* Of an older or newer version: as little as is certain. */
static const struct words *words_of(struct str stage)
{
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (str_eq(stages[i].stage, stage))
            return &stages[i];
    return &stages[sizeof stages / sizeof *stages - 1];
}

static struct str advice_on(const struct words *words, struct str site, struct arena *arena)
{
    if (str_eq(words->stage, STR(NOTIFY_STAGE_COOKIE)))
        return arena_printf(arena,
                            "\"strictgate site set %.*s --secure-cookies\" marks them, so that browsers keep them for "
                            "HTTPS. Whoever had one should sign in anew.",
                            STR_ARG(site));
    return arena_printf(arena,
                        "%s%s\"strictgate evidence %.*s\" shows which programs it is. With \"strictgate site set %.*s "
                        "--http-credentials refuse\" such requests fail instead, so that whoever makes them notices.",
                        words->advice ? words->advice : "", words->advice ? " " : "", STR_ARG(site), STR_ARG(site));
}

void in_clear_words(const struct notify_event *event, struct arena *arena, struct notify_words *ret)
{
    const struct words *words = words_of(event->stage);
    if (event->phase == NOTIFY_RESOLVED) {
        ret->subject = arena_printf(arena, "%.*s: no %s are sent in clear any more", STR_ARG(event->site), words->what);
        ret->happened = arena_printf(arena, "For two days no request over plain HTTP for %.*s carried any.%s%.*s",
                                     STR_ARG(event->site), event->detail.size ? " " : "", STR_ARG(event->detail));
        return;
    }
    ret->subject = arena_printf(arena, "%.*s: %s are sent in clear", STR_ARG(event->site), words->what);
    ret->happened = event->detail;
    ret->meaning = words->meaning;
    ret->advice = advice_on(words, event->site, arena);
}
