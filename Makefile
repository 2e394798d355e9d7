# The front door. Meson and ninja do the building, the scripts in tools/ do the rest; this file only names what there is.
# `make help` lists it. BUILD=DIR builds elsewhere; DIR-asan, DIR-tsan and DIR-fuzz stand beside it.

BUILD  ?= build
PREFIX ?= /usr/local
DESTDIR ?=
export BUILD

.PHONY: build run test setup unit asan tsan e2e fuzz bench lint format install dist clean help
.DEFAULT_GOAL := build

build: ## the binary: build/strictgate
	@tools/setup build
	@tools/build "$(BUILD)" strictgate
	@echo "built $(BUILD)/strictgate"

run: ## a demonstration application behind the gateway; prints what to open
	@exec tools/run

test: ## everything: lint, unit tests (plain and with sanitizers), end-to-end tests, a short fuzz of each parser
	@exec tools/test

setup: ## install what building, testing and measuring need
	@tools/setup

unit: ## the unit tests
	@tools/unit "$(BUILD)"

asan: ## the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/unit "$(BUILD)-asan"

tsan: ## the unit tests under ThreadSanitizer
	@tools/unit "$(BUILD)-tsan"

e2e: ## the real binary, real sockets, real browsers (T=name of a test file, without .test)
	@tools/e2e $(if $(T),"$(T)")

fuzz: ## F=target T=seconds: one fuzz target; without F a short run of each
	@tools/fuzz $(if $(F),"$(F)")

bench: ## measure against nginx, HAProxy, H2O and Caddy (bench/README.md)
	@tools/setup build bench
	@tools/build "$(BUILD)" strictgate
	@exec bench/run $(ARGS)

lint: ## layers, bans, format, static analysis
	@tools/lint

format: ## clang-format over all C sources
	@tools/format

install: build ## into DESTDIR/PREFIX (default /usr/local)
	@tools/install "$(BUILD)" "$(DESTDIR)" "$(PREFIX)"

dist: ## strictgate-VERSION.tar.xz of what is committed
	@tools/dist "$(BUILD)"

clean: ## remove what was built; the data of `make run` (run/) stays
	@rm -rf -- "$(BUILD)" "$(BUILD)-asan" "$(BUILD)-tsan" "$(BUILD)-fuzz"
	@echo "removed $(BUILD), $(BUILD)-asan, $(BUILD)-tsan, $(BUILD)-fuzz"

help: ## this list
	@echo "make TARGET"
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile
