/* Pages as they are found in the wild, and what must be seen in them. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "probe/content.h"

static struct content_report scan(struct str html)
{
    struct content_report report;
    content_scan(html, &report);
    return report;
}

static void what_a_page_loads_over_http_is_counted(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        size_t active, passive;
    } cases[] = {
        {"<script src=\"http://a/x.js\"></script>", 1, 0},
        {"<SCRIPT SRC='HTTP://a/x.js'></SCRIPT>", 1, 0},
        {"<script src=http://a/x.js></script>", 1, 0},
        {"<script\n\tsrc\n=\n\"http://a\">", 1, 0},
        {"<script src=\" \n http://a\">", 1, 0},
        {"<script src=\"ht\ntp://a\">", 1, 0},
        {"<script src=\"http:/a\">", 1, 0}, /* browsers read it as http://a */
        {"<script src=\"https://a\"></script><script src=\"//a\"></script><script src=\"/a\"></script>", 0, 0},
        {"<script src=\"httpx://a\"></script><script src=\"http\"></script><script src=></script>", 0, 0},
        {"<script data-src=\"http://a\"></script>", 0, 0},
        {"<script src=\"/a\" src=\"http://a\">", 0, 0}, /* the first counts */
        {"<script/src=\"http://a\">", 1, 0},
        {"<script src=\"http://a\"", 1, 0}, /* cut off */
        {"<link rel=stylesheet href=http://a>", 1, 0},
        {"<link href=http://a rel='alternate stylesheet'>", 1, 0},
        {"<link rel=\"shortcut icon\" href=http://a>", 0, 1},
        {"<link rel=preload as=font href=http://a>", 1, 0},
        {"<link rel=canonical href=http://a><link rel=alternate href=http://a><link href=http://a>", 0, 0},
        {"<iframe src=http://a></iframe><frame src=http://a><embed src=http://a><object data=http://a>", 4, 0},
        {"<form action=http://a method=post>", 1, 0},
        {"<form action=/a><button formaction=http://a><input type=submit formaction=http://a>", 2, 0},
        {"<img src=http://a><video src=http://a poster=http://b></video><audio src=http://a>", 0, 4},
        {"<picture><source srcset=http://a><img src=/a></picture>", 0, 1},
        {"<img srcset=\"/a 1x, http://b 2x,http://c 3x\">", 0, 2},
        {"<img srcset=\"http://a, http://b\">", 0, 2},
        {"<img srcset=\"/a?u=http://b 1x\">", 0, 0},
        {"<img srcset=\", ,,  http://a\">", 0, 1},
        {"<input type=image src=http://a><body background=http://a>", 0, 2},
        {"<a href=http://a>link</a><area href=http://a>", 0, 0},
        {"<p>http://a</p> <p title=http://a cite=http://a>", 0, 0},
        {"<div style=\"background: url(http://a/x.png)\">", 0, 1},
        {"<div style=\"background:url( 'http://a' )\"><div style='background:URL(\"http://a\")'>", 0, 2},
        {"<div style=\"background:url(&quot;http://a&quot;)\">", 0, 1},
        {"<div style=\"background:url(https://a?u=http://b)\">", 0, 0},
        {"<style>@import 'http://a'; @import url(http://b); b{background:url(http://c)}</style>", 2, 1},
        {"<style>/* @import 'http://a'; url(http://b) */</style>", 0, 0},
        {"<style>@import '/a'; b{background:url(/c)} /* unclosed url(http://a)", 0, 0},
        {"<style>b{background:url(http://a)}", 0, 1},
        {"<base href=http://a/>", 1, 0},
        {"<meta http-equiv=refresh content=\"0; url=http://a/\">", 1, 0},
        {"<meta http-equiv=refresh content=\"0;URL='http://a/'\">", 1, 0},
        {"<meta http-equiv=refresh content=\"0; url=https://a/?http://b\"><meta http-equiv=refresh content=5>", 0, 0},
        {"<svg><image href=http://a /><image xlink:href=http://a /></svg>", 0, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct content_report report = scan(str_from(cases[i].html));
        if (report.active_count != cases[i].active || report.passive_count != cases[i].passive)
            fail_msg("%s: %zu active, %zu passive", cases[i].html, report.active_count, report.passive_count);
        assert_int_equal(report.active[0] != 0, cases[i].active > 0);
        assert_int_equal(report.passive[0] != 0, cases[i].passive > 0);
        assert_false(report.upgrades);
    }
}

static void text_that_is_no_markup_does_not_count(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<!-- <script src=http://a></script> -->",
        "<!-- > <img src=http://a> -- -->",
        "<!--<script src=http://a>",
        "<!--> -->",
        "<!doctype html \"<script src=http://a>\">",
        "<?xml <script src=http://a?>",
        "<script>document.write('<img src=http://a>')</script>",
        "<textarea><img src=http://a></textarea>",
        "<title><img src=http://a></title>",
        "<noscript><img src=http://a></noscript>",
        "<script>var a = '<style>b{background:url(http://a)}</style>'</script>",
        "< script src=http://a>",
        "<1 src=http://a>",
        "</script src=http://a>",
        "<p title=\"<script src=http://a>\">",
        "<",
        "<!",
        "<!-",
        "</",
        "",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct content_report report = scan(str_from(pages[i]));
        if (report.active_count + report.passive_count != 0)
            fail_msg("%s", pages[i]);
    }
}

static void what_comes_after_is_seen(void **state)
{
    (void)state;
    static const char *const before[] = {
        "<!-- x -->",
        "<!-->",
        "<!---->",
        "<!doctype html>",
        "<script>if (a<b) c()</script>",
        "</p x='>'>",
        "<title/>",
        "<style/>",
        "<p a=b/>",
        "<p =x>",
        "<p a='>' b=\"<\">",
        "<b><",
        "a < b ",
        "<textarea>a</textarea >",
        "<script></scripty></script>",
        "<p/ / a>",
        "\xff\x01<?php ?>",
    };
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        char html[200];
        (void)snprintf(html, sizeof html, "%s<script src=http://a></script>", before[i]);
        if (scan(str_from(html)).active_count != 1)
            fail_msg("%s", html);
    }
}

static void the_first_of_each_is_shown(void **state)
{
    (void)state;
    struct content_report report = scan(
        STR("<img src=http://a/1><img src=http://a/2><link rel=stylesheet href='http://a/3'><script src=http://a/4>"));
    assert_string_equal(report.passive, "img src http://a/1");
    assert_string_equal(report.active, "link stylesheet http://a/3");
    assert_int_equal(report.active_count, 2);
}

static void a_policy_that_upgrades_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool upgrades;
    } cases[] = {
        {"upgrade-insecure-requests", true},
        {"default-src 'self'; Upgrade-Insecure-Requests", true},
        {"default-src 'self';upgrade-insecure-requests;", true},
        {"default-src 'self', upgrade-insecure-requests", true},
        {" upgrade-insecure-requests ;", true},
        {"upgrade-insecure-requests 1", true}, /* a value is ignored */
        {"", false},
        {"default-src upgrade-insecure-requests", false},
        {"upgrade-insecure-requestsx", false},
        {"block-all-mixed-content", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char html[200];
        if (content_policy_upgrades(str_from(cases[i].value)) != cases[i].upgrades)
            fail_msg("%s", cases[i].value);
        (void)snprintf(html, sizeof html, "<meta http-equiv=Content-Security-Policy content=\"%s\"><img src=http://a>",
                       cases[i].value);
        assert_int_equal(scan(str_from(html)).upgrades, cases[i].upgrades);
    }
    assert_false(content_policy_upgrades((struct str){NULL, 0}));
    assert_false(
        scan(STR("<meta http-equiv=Content-Security-Policy-Report-Only content=upgrade-insecure-requests>")).upgrades);
}

/* Cut off at every byte: nothing is read past the end (the sanitizer watches), nothing is counted that is not there. */
static void a_page_cut_anywhere_does_no_harm(void **state)
{
    (void)state;
    static const char html[] =
        "<!doctype html><!-- c --><meta http-equiv=refresh content='0; url=http://a'>"
        "<link rel=stylesheet href=\"http://a\"><style>@import url(\"http://a\"); /* x */</style>"
        "<img srcset=\"http://a 1x, http://b 2x\" style='background:url(&quot;http://c&quot;)'>"
        "<script>a<b</script><script src = http://a></script></p>";
    size_t last = 0;
    for (size_t i = 0; i < sizeof html; i++) {
        char *copy = malloc(i ? i : 1);
        assert_non_null(copy);
        memcpy(copy, html, i);
        struct content_report report = scan(str_make(copy, i));
        assert_true(report.active_count + report.passive_count >= last);
        last = report.active_count + report.passive_count;
        free(copy);
    }
    assert_int_equal(last, 7);
}

/* What a hostile page could make slow: each of these, repeated over 256 KB, is read in a blink. */
static void hostile_pages_take_no_time(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<",           "<!--",         "<script>",  "<a b=\"",          "<p a='",
                                         "</script",    "<p a ",        "<style>/*", "<img srcset=',,,", "@import ",
                                         "<style>url(", "<style></styl"};
    enum { SIZE = 256 * 1024 };
    char *html = malloc(SIZE);
    assert_non_null(html);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t piece_size = strlen(pieces[i]);
        for (size_t at = 0; at < SIZE; at++)
            html[at] = pieces[i][at % piece_size];
        clock_t before = clock();
        (void)scan(str_make(html, SIZE));
        if ((clock() - before) / (CLOCKS_PER_SEC / 1000) > 2000)
            fail_msg("%s", pieces[i]);
    }
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_page_loads_over_http_is_counted),
        cmocka_unit_test(text_that_is_no_markup_does_not_count),
        cmocka_unit_test(what_comes_after_is_seen),
        cmocka_unit_test(the_first_of_each_is_shown),
        cmocka_unit_test(a_policy_that_upgrades_is_found),
        cmocka_unit_test(a_page_cut_anywhere_does_no_harm),
        cmocka_unit_test(hostile_pages_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
