#!/usr/bin/env python3
"""Makes up a preload list of the size and shape of the real one, on standard output.

bench/preload-list.py [--entries N] [--seed N]

The same arguments give the same bytes. No name in it is taken from anywhere: they are put together of syllables, below
top-level domains in about the shares that the real list has. Some are below others, some pin keys only, the policies,
comments, pinsets and dead members are there as in Chromium's file.
"""
import argparse
import random
import sys

SYLLABLES = ("ba be bo ca ce co da de di do fa fi ga go ha he in ka ke ko la le li lo ma me mi mo na ne no pa pe pi po ra "
             "re ri ro sa se shi so ta te ti to tra tri va ve vi vo wa we wi xa ya za zen web net shop tech cloud "
             "soft media group data").split()
# Shares in percent; the rest is spread over the last ones.
TOPS = {"com": 42, "de": 8, "org": 6, "net": 6, "nl": 4, "fr": 4, "co.uk": 3, "ru": 3, "io": 2, "cz": 2, "com.br": 2,
        "com.au": 2, "eu": 2, "it": 2, "ch": 2, "me": 1, "gov": 1, "pl": 1, "se": 1}
OTHER_TOPS = "at be biz ca cc club cn dk es fi gr hu in info jp kr li lt lu lv no nu pt pw ro si sk tk tv tw ua us xyz".split()
GOOGLE_TOPS = "app dev page foo gle bank insurance new how soy meme phd prof zip mov nexus ing rsvp day dad esq".split()
BULK = (("bulk-1-year", 88), ("bulk-18-weeks", 5), ("bulk-legacy", 7))


def pick(rng, shares):
    at = rng.randrange(100)
    for what, share in shares:
        if at < share:
            return what
        at -= share
    return None


def label(rng):
    word = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 6)))
    if rng.random() < 0.15:
        word += "-" + "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3)))
    if rng.random() < 0.06:
        word += str(rng.randrange(1000))
    return word


def names(rng, count):
    known = set(GOOGLE_TOPS)
    parents = []
    while len(known) < count:
        if parents and rng.random() < 0.03:
            name = rng.choice(("www", "mail", "login", "api", "blog", label(rng))) + "." + rng.choice(parents)
        else:
            name = label(rng) + "." + (pick(rng, TOPS.items()) or rng.choice(OTHER_TOPS))
            if len(parents) < 4096:
                parents.append(name)
        if name not in known:
            known.add(name)
            yield name


def entry(name, policy, include, more=""):
    return ('    { "name": "%s", "policy": "%s", "mode": "force-https", "include_subdomains": %s%s },\n'
            % (name, policy, "true" if include else "false", more))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=131000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    out = sys.stdout
    out.write("// A made-up list in the form of Chromium's transport_security_state_static.json, of nobody's names.\n"
              '{\n  "pinsets": [\n    { "name": "test", "static_spki_hashes": ["TestSPKI"],\n'
              '      "report_uri": "http://report.example.test/hpkp" }\n  ],\n  "entries": [\n'
              "    // Top-level domains whose registries ask for HTTPS.\n")
    for name in GOOGLE_TOPS:
        out.write(entry(name, "public-suffix", True))
    out.write('    { "name": "pins.example.test", "policy": "test", "pins": "test",'
              ' "include_subdomains_for_pinning": true },\n')
    out.write(entry("google.example.test", "google", True, ', "pins": "test", "expect_ct": true'))
    out.write("    // START OF 1-YEAR BULK HSTS ENTRIES\n")
    for name in names(rng, asked.entries - 1):
        policy = pick(rng, BULK)
        out.write(entry(name, policy, policy != "bulk-legacy" or rng.random() < 0.7))
    out.write("    // END OF 1-YEAR BULK HSTS ENTRIES\n"
              '    { "name": "last.example.test", "policy": "custom", "mode": "force-https" }\n  ]\n}\n')


if __name__ == "__main__":
    main()
