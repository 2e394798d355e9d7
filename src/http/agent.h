/*
 * What kind of program a User-Agent field (RFC 9110 section 10.1.5) names: coarse on purpose. Whoever asks wants to
 * know whether browsers, an app or somebody's script would be locked out, not who the client is; a class is all that is
 * kept. The field is whatever the client says, so nothing but a figure may hang on it.
 */
#ifndef HTTP_AGENT_H
#define HTTP_AGENT_H

#include "base/str.h"

/* The values stand in stored figures: new ones are added at the end. */
enum http_agent {
    HTTP_AGENT_NONE, /* no field, or an empty one */
    HTTP_AGENT_OTHER,
    HTTP_AGENT_CHROMIUM, /* Chrome, Edge, Opera, Samsung Internet and the rest of the family */
    HTTP_AGENT_FIREFOX,
    HTTP_AGENT_SAFARI,
    HTTP_AGENT_IE,
    HTTP_AGENT_OTHER_BROWSER,
    HTTP_AGENT_COLLECT,     /* ODK Collect, KoboCollect: forms in the field */
    HTTP_AGENT_ANDROID_APP, /* okhttp, Dalvik, a WebView */
    HTTP_AGENT_APPLE_APP,   /* CFNetwork, Darwin */
    HTTP_AGENT_OFFICE,      /* Excel, Power Query, Power BI, Word */
    HTTP_AGENT_R,
    HTTP_AGENT_PYTHON,
    HTTP_AGENT_JAVA,
    HTTP_AGENT_DOTNET,
    HTTP_AGENT_GO,
    HTTP_AGENT_NODE,
    HTTP_AGENT_PHP,
    HTTP_AGENT_PERL_RUBY,
    HTTP_AGENT_CURL,
    HTTP_AGENT_WGET,
    HTTP_AGENT_POWERSHELL,
    HTTP_AGENT_MONITOR, /* Zabbix, Nagios, blackbox_exporter, … */
    HTTP_AGENT_BOT,
    HTTP_AGENT_STRICTGATE, /* our own looks */
    HTTP_AGENTS_COUNT,
};

/* Longer fields are read up to here: what names the program stands before it. */
#define HTTP_AGENT_SIZE_MAX 512

enum http_agent http_agent_read(struct str field);
/* "chromium"; what figures and programs are told. Any value. */
const char *http_agent_name(enum http_agent agent);
/* "Chrome, Edge and their family"; for people. */
const char *http_agent_words(enum http_agent agent);
/* A person sits in front of it: it shows pages, follows redirects and keeps Strict-Transport-Security. */
bool http_agent_is_browser(enum http_agent agent);

#endif
