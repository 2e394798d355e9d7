#include "snapshot/hello_class.h"

static const struct {
    const char *name, *words;
} kinds[HELLO_CLASSES_COUNT] = {
    [HELLO_CLASS_NONE] = {"none", "no TLS at all"},
    [HELLO_CLASS_OTHER] = {"other", "other programs"},
    [HELLO_CLASS_CHROMIUM] = {"chromium", "Chrome, Edge and their family"},
    [HELLO_CLASS_FIREFOX] = {"firefox", "Firefox"},
    [HELLO_CLASS_APPLE] = {"apple", "Safari, and apps on iPhone, iPad and Mac"},
    [HELLO_CLASS_ANDROID] = {"android", "Android apps"},
    [HELLO_CLASS_WINDOWS] = {"windows", "Windows programs and .NET"},
    [HELLO_CLASS_JAVA] = {"java", "Java programs"},
    [HELLO_CLASS_GO] = {"go", "Go programs"},
    [HELLO_CLASS_NODE] = {"node", "Node.js programs"},
    [HELLO_CLASS_OPENSSL] = {"openssl", "curl, Python, PHP and other programs with OpenSSL"},
    [HELLO_CLASS_GNUTLS] = {"gnutls", "Wget and other programs with GnuTLS"},
    [HELLO_CLASS_OLD] = {"old", "old clients: Windows 7, Android 4 and their time"},
};

const char *hello_class_name(enum hello_class class)
{
    return kinds[(unsigned)class < HELLO_CLASSES_COUNT ? class : HELLO_CLASS_OTHER].name;
}

const char *hello_class_words(enum hello_class class)
{
    return kinds[(unsigned)class < HELLO_CLASSES_COUNT ? class : HELLO_CLASS_OTHER].words;
}
