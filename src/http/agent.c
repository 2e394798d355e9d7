#include "http/agent.h"

struct mark {
    const char *text; /* in lower case */
    enum http_agent agent;
};

/*
 * The first that is found decides. Programs name what they are like behind what they are (a crawler says Chrome, Chrome
 * says Safari, and everybody says Mozilla), so the particular stands before the general.
 */
static const struct mark marks[] = {
    {"strictgate-", HTTP_AGENT_STRICTGATE},
    {"zabbix", HTTP_AGENT_MONITOR},
    {"check_http", HTTP_AGENT_MONITOR},
    {"check_curl", HTTP_AGENT_MONITOR},
    {"nagios", HTTP_AGENT_MONITOR},
    {"icinga", HTTP_AGENT_MONITOR},
    {"blackbox", HTTP_AGENT_MONITOR},
    {"prometheus", HTTP_AGENT_MONITOR},
    {"uptime", HTTP_AGENT_MONITOR},
    {"pingdom", HTTP_AGENT_MONITOR},
    {"statuscake", HTTP_AGENT_MONITOR},
    {"healthcheck", HTTP_AGENT_MONITOR},
    {"health-check", HTTP_AGENT_MONITOR},
    {"googlehc", HTTP_AGENT_MONITOR},
    {"bot", HTTP_AGENT_BOT},
    {"spider", HTTP_AGENT_BOT},
    {"crawl", HTTP_AGENT_BOT},
    {"slurp", HTTP_AGENT_BOT},
    {"facebookexternalhit", HTTP_AGENT_BOT},
    {"censys", HTTP_AGENT_BOT},
    {"zgrab", HTTP_AGENT_BOT},
    {"masscan", HTTP_AGENT_BOT},
    {"org.odk.collect", HTTP_AGENT_COLLECT},
    {"kobo", HTTP_AGENT_COLLECT},
    {"microsoft office", HTTP_AGENT_OFFICE},
    {"microsoft.data.mashup", HTTP_AGENT_OFFICE},
    {"ms-office", HTTP_AGENT_OFFICE},
    {"excel", HTTP_AGENT_OFFICE},
    {"powerbi", HTTP_AGENT_OFFICE},
    {"powerpivot", HTTP_AGENT_OFFICE},
    {"libreoffice", HTTP_AGENT_OFFICE},
    {"powershell", HTTP_AGENT_POWERSHELL},
    {"r-curl/", HTTP_AGENT_R},
    {"httr", HTTP_AGENT_R},
    {"rcurl", HTTP_AGENT_R},
    {"r (", HTTP_AGENT_R}, /* R's own download.file: "R (4.2.2 x86_64-pc-linux-gnu …)" */
    {"python", HTTP_AGENT_PYTHON},
    {"aiohttp", HTTP_AGENT_PYTHON},
    {"go-http-client", HTTP_AGENT_GO},
    {"axios", HTTP_AGENT_NODE},
    {"node", HTTP_AGENT_NODE},
    {"undici", HTTP_AGENT_NODE},
    {"guzzle", HTTP_AGENT_PHP},
    {"php", HTTP_AGENT_PHP},
    {"wordpress/", HTTP_AGENT_PHP},
    {"libwww-perl", HTTP_AGENT_PERL_RUBY},
    {"ruby", HTTP_AGENT_PERL_RUBY},
    {"faraday", HTTP_AGENT_PERL_RUBY},
    {"okhttp", HTTP_AGENT_ANDROID_APP},
    {"dalvik", HTTP_AGENT_ANDROID_APP},
    {"; wv)", HTTP_AGENT_ANDROID_APP},
    {"cfnetwork", HTTP_AGENT_APPLE_APP},
    {"apache-httpclient", HTTP_AGENT_JAVA},
    {"java/", HTTP_AGENT_JAVA},
    {"java-http-client", HTTP_AGENT_JAVA},
    {"jersey", HTTP_AGENT_JAVA},
    {"restsharp", HTTP_AGENT_DOTNET},
    {".net", HTTP_AGENT_DOTNET}, /* behind IE's, which names it too: see the next table */
    {"wget", HTTP_AGENT_WGET},
    {"curl", HTTP_AGENT_CURL},
    {"firefox/", HTTP_AGENT_FIREFOX},
    {"fxios/", HTTP_AGENT_FIREFOX},
    {"chrome/", HTTP_AGENT_CHROMIUM},
    {"chromium/", HTTP_AGENT_CHROMIUM},
    {"crios/", HTTP_AGENT_CHROMIUM},
    {"edgios/", HTTP_AGENT_CHROMIUM},
    {"safari/", HTTP_AGENT_SAFARI},
    {"iphone", HTTP_AGENT_APPLE_APP}, /* no Safari: a web view of an app */
    {"ipad", HTTP_AGENT_APPLE_APP},
    {"mozilla/", HTTP_AGENT_OTHER_BROWSER},
    {"opera/", HTTP_AGENT_OTHER_BROWSER},
};

/* Before all others: Internet Explorer lists the versions of .NET and of Office that are installed. */
static const struct mark marks_of_old[] = {{"msie ", HTTP_AGENT_IE}, {"trident/", HTTP_AGENT_IE}};

#define MARKS_COUNT        (sizeof marks / sizeof *marks)
#define MARKS_OF_OLD_COUNT (sizeof marks_of_old / sizeof *marks_of_old)
#define MARKS_COUNT_MAX    128

_Static_assert(MARKS_COUNT <= MARKS_COUNT_MAX, "a byte tells each");

static const struct {
    const char *name, *words;
} kinds[HTTP_AGENTS_COUNT] = {
    [HTTP_AGENT_NONE] = {"none", "clients that do not say what they are"},
    [HTTP_AGENT_OTHER] = {"other", "other programs"},
    [HTTP_AGENT_CHROMIUM] = {"chromium", "Chrome, Edge and their family"},
    [HTTP_AGENT_FIREFOX] = {"firefox", "Firefox"},
    [HTTP_AGENT_SAFARI] = {"safari", "Safari"},
    [HTTP_AGENT_IE] = {"internet_explorer", "Internet Explorer"},
    [HTTP_AGENT_OTHER_BROWSER] = {"other_browser", "other browsers"},
    [HTTP_AGENT_COLLECT] = {"collect", "ODK Collect and KoboCollect"},
    [HTTP_AGENT_ANDROID_APP] = {"android_app", "Android apps"},
    [HTTP_AGENT_APPLE_APP] = {"apple_app", "iPhone, iPad and Mac apps"},
    [HTTP_AGENT_OFFICE] = {"office", "Excel, Power BI and other office programs"},
    [HTTP_AGENT_R] = {"r", "R scripts"},
    [HTTP_AGENT_PYTHON] = {"python", "Python scripts"},
    [HTTP_AGENT_JAVA] = {"java", "Java programs"},
    [HTTP_AGENT_DOTNET] = {"dotnet", ".NET programs"},
    [HTTP_AGENT_GO] = {"go", "Go programs"},
    [HTTP_AGENT_NODE] = {"node", "Node.js programs"},
    [HTTP_AGENT_PHP] = {"php", "PHP programs"},
    [HTTP_AGENT_PERL_RUBY] = {"perl_ruby", "Perl and Ruby scripts"},
    [HTTP_AGENT_CURL] = {"curl", "curl"},
    [HTTP_AGENT_WGET] = {"wget", "Wget"},
    [HTTP_AGENT_POWERSHELL] = {"powershell", "PowerShell scripts"},
    [HTTP_AGENT_MONITOR] = {"monitor", "monitoring"},
    [HTTP_AGENT_BOT] = {"bot", "search engines and other crawlers"},
    [HTTP_AGENT_STRICTGATE] = {"strictgate", "Strictgate's own looks"},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool stands_at(struct str field, size_t at, const char *text)
{
    for (; *text; text++, at++)
        if (at >= field.size || lower(field.data[at]) != *text)
            return false;
    return true;
}

/*
 * The place in the list of the first mark that is anywhere in the field; `count` when none is. One walk over the field,
 * with the marks by their first letter: a field is some hundred bytes, and the marks are many.
 */
static size_t find(struct str field, const struct mark *list, size_t count)
{
    uint8_t first[128] = {0}, next[MARKS_COUNT_MAX] = {0}; /* places + 1; 0: no more */
    size_t found = count;
    for (size_t i = count; i-- > 0;) {
        next[i] = first[(unsigned char)list[i].text[0]];
        first[(unsigned char)list[i].text[0]] = (uint8_t)(i + 1);
    }
    for (size_t at = 0; at < field.size; at++)
        for (size_t k = first[lower(field.data[at]) & 127]; k && k <= found; k = next[k - 1])
            if (stands_at(field, at, list[k - 1].text))
                found = k - 1;
    return found;
}

enum http_agent http_agent_read(struct str field)
{
    field = str_part(field, 0, field.size < HTTP_AGENT_SIZE_MAX ? field.size : HTTP_AGENT_SIZE_MAX);
    size_t old = find(field, marks_of_old, MARKS_OF_OLD_COUNT), at;
    if (old < MARKS_OF_OLD_COUNT)
        return marks_of_old[old].agent;
    at = find(field, marks, MARKS_COUNT);
    return at < MARKS_COUNT ? marks[at].agent : field.size ? HTTP_AGENT_OTHER : HTTP_AGENT_NONE;
}

const char *http_agent_name(enum http_agent agent)
{
    return kinds[agent < HTTP_AGENTS_COUNT ? agent : HTTP_AGENT_OTHER].name;
}

const char *http_agent_words(enum http_agent agent)
{
    return kinds[agent < HTTP_AGENTS_COUNT ? agent : HTTP_AGENT_OTHER].words;
}

bool http_agent_is_browser(enum http_agent agent)
{
    return agent >= HTTP_AGENT_CHROMIUM && agent <= HTTP_AGENT_OTHER_BROWSER;
}
