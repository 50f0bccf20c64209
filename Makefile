# watchdesk: `make run` opens a console on the sample city with a drill running; `make test` proves it.
# Both install what they need first (Debian packages, through apt-get, saying so).

BUILD   ?= .build
PREFIX  ?= /usr/local
CC      ?= gcc
CLANG   ?= clang
JOBS    ?= $(shell nproc)
SITE    ?= app/sample

# clang counts assert(!"reason") as a conversion.
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
           -Wformat=2 -Werror -Wno-string-conversion
CFLAGS  ?= -O2 -g
# No fused multiply-add: two machines must reach one digest (CONTRACTS: the picture).
OURS     = -std=c17 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -ffp-contract=off -fno-strict-aliasing \
           -I. -isystem $(BUILD)/made -MMD -MP -pthread $(WARNINGS)
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

RUN_PACKAGES  = gcc libc6-dev pkg-config libuv1-dev libsqlite3-dev libssl-dev libcjson-dev \
                libconfuse-dev libncurses-dev libshp-dev libproj-dev proj-data libgeos-dev \
                libexpat1-dev libprotobuf-c-dev protobuf-c-compiler libcurl4-openssl-dev \
                libmosquitto-dev libseccomp-dev zlib1g-dev libhttp-parser-dev locales-all tzdata
TEST_PACKAGES = $(RUN_PACKAGES) openssl curl mosquitto mosquitto-clients clang libcmocka-dev \
                libvterm-dev libclang-rt-14-dev python3 python3-aiosmtpd gpsd

# One row per folder: what it links from outside. DESIGN section 8.
LIBS_app    = -luv -lsqlite3 -lcrypto -lconfuse
LIBS_maps   = -lshp -lproj -lgeos_c -lsqlite3 -luv
LIBS_panels = -lncursesw -luv
LIBS_feeds  = -luv -lshp -lmosquitto -lcurl -lz -lexpat -lprotobuf-c -lhttp_parser -lssl -lcrypto -lseccomp
LIBS_base   = -lcjson -lm -pthread

# Which of our libraries each program is made of, in link order.
PARTS_app    = app core base
PARTS_maps   = maps base
PARTS_panels = panels core maps base
PARTS_feeds  = feeds base

FOLDER_app = app
FOLDER_core = app/core
FOLDER_base = app/base
FOLDER_maps = maps
FOLDER_panels = panels
FOLDER_feeds = feeds
FOLDERS = app core base maps panels feeds

sources = $(filter-out $(FOLDER_$(1))/main.c,$(wildcard $(FOLDER_$(1))/*.c))
# Each feeds/NAME.proto is made into NAME.pb-c.c and .h, which are part of the folder's library.
MADE = $(patsubst feeds/%.proto,$(BUILD)/made/%.pb-c.c,$(wildcard feeds/*.proto))
made = $(if $(filter feeds,$(1)),$(MADE:$(BUILD)/made/%.c=$(BUILD)/$(2)/made/%.o))
objects = $(patsubst %.c,$(BUILD)/$(2)/%.o,$(call sources,$(1))) $(call made,$(1),$(2))

PROGRAM_app    = watchdesk
PROGRAM_maps   = watchdesk-geo
PROGRAM_panels = watchdesk-console
PROGRAM_feeds  = watchdesk-feed
# Only folders that have a main file yet.
PROGRAM_FOLDERS = $(foreach f,app maps panels feeds,$(if $(wildcard $(f)/main.c),$(f)))

TESTS   = $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))
FUZZERS = $(patsubst tests/fuzz_%.c,%,$(wildcard tests/fuzz_*.c))
SUPPORT = $(filter-out $(foreach kind,test fuzz bench preload,tests/$(kind)_%.c),$(wildcard tests/*.c))

.PHONY: all programs sanitized run test check-deps lint bench clean deps test-deps city install
.PHONY: bench-peers accept fuzz test-programs bench-programs fuzzers
.DEFAULT_GOAL := all
# One short line a step; `make V=1` shows the whole commands.
say = $(if $(V),,@$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,echo "  $(1)";))
.SECONDARY:

# First the packages, then everything that needs them, on all cores unless -j was given.
AFTER_DEPS = +@$(MAKE) --no-print-directory $(if $(filter -j% j,$(MAKEFLAGS)),,-j$(JOBS))

all: deps
	$(AFTER_DEPS) programs city

deps:
	@tests/install.sh $(RUN_PACKAGES)

test-deps:
	@tests/install.sh $(TEST_PACKAGES)

# $(1) build flavour (obj, san for sanitized, fuz for fuzzed), $(2) folder
define library
$(BUILD)/$(1)/lib$(2).a: $(call objects,$(2),$(1))
	@rm -f $$@
	$$(call say,library $$@)$$(AR) rcs $$@ $$^
endef
$(foreach flavour,obj san fuz,$(foreach f,$(FOLDERS),$(eval $(call library,$(flavour),$(f)))))

# $(1) flavour, $(2) folder, $(3) where the program goes
define program
$(3)/$(PROGRAM_$(2)): $(BUILD)/$(1)/$(2)/main.o $(foreach p,$(PARTS_$(2)),$(BUILD)/$(1)/lib$(p).a)
	@mkdir -p $$(@D)
	$$(call say,link    $$@)$$(CC) $$(CFLAGS_$(1)) -o $$@ $$^ $$(sort $$(foreach p,$(PARTS_$(2)),$$(LIBS_$$(p)))) $$(LDFLAGS)
endef
$(foreach f,$(PROGRAM_FOLDERS),$(eval $(call program,obj,$(f),$(BUILD))))
$(foreach f,$(PROGRAM_FOLDERS),$(eval $(call program,san,$(f),$(BUILD)/sanitized)))

CFLAGS_obj = $(CFLAGS)
CFLAGS_san = $(SANITIZE)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,compile $<)$(CC) $(OURS) $(CFLAGS) -c -o $@ $<
$(BUILD)/san/%.o: %.c
	@mkdir -p $(@D)
	$(call say,compile $< sanitized)$(CC) $(OURS) $(SANITIZE) -c -o $@ $<
$(BUILD)/fuz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,compile $< for fuzzing)$(CLANG) $(OURS) -fsanitize=fuzzer-no-link $(FUZZ) -c -o $@ $<

# Made code is not ours to hold to our warnings.
$(BUILD)/made/%.pb-c.c: feeds/%.proto
	@mkdir -p $(@D)
	$(call say,make    $@)protoc-c --c_out=$(@D) -Ifeeds $<
$(BUILD)/obj/made/%.o: $(BUILD)/made/%.c
	@mkdir -p $(@D)
	$(call say,compile $<)$(CC) -std=c17 $(CFLAGS) -c -o $@ $<
$(BUILD)/san/made/%.o: $(BUILD)/made/%.c
	@mkdir -p $(@D)
	$(call say,compile $< sanitized)$(CC) -std=c17 $(SANITIZE) -c -o $@ $<
$(BUILD)/fuz/made/%.o: $(BUILD)/made/%.c
	@mkdir -p $(@D)
	$(call say,compile $< for fuzzing)$(CLANG) -std=c17 -fsanitize=fuzzer-no-link $(FUZZ) -c -o $@ $<
$(foreach flavour,obj san fuz,$(call objects,feeds,$(flavour))): | $(MADE)

programs: $(foreach f,$(PROGRAM_FOLDERS),$(BUILD)/$(PROGRAM_$(f)))
sanitized: $(foreach f,$(PROGRAM_FOLDERS),$(BUILD)/sanitized/$(PROGRAM_$(f)))

# The sample city: same seed, same bytes. app/sample/site.conf names its layers.
city: $(if $(wildcard maps/main.c),$(BUILD)/city/done)
$(BUILD)/city/done: $(BUILD)/watchdesk-geo
	$(BUILD)/watchdesk-geo --make-city $(BUILD)/city
	@touch $@

run: all
	@$(BUILD)/watchdesk drill app/sample/harbour.drill

# ---- tests -----------------------------------------------------------------------------------
TEST_LIBS = $(LIBS_app) $(LIBS_maps) $(LIBS_panels) $(LIBS_feeds) $(LIBS_base) -lcmocka -lvterm -lutil
LINK_ORDER = app panels feeds core maps base

$(BUILD)/tests/%: $(BUILD)/san/tests/%.o $(patsubst %.c,$(BUILD)/san/%.o,$(SUPPORT)) \
                  $(foreach p,$(LINK_ORDER),$(BUILD)/san/lib$(p).a)
	@mkdir -p $(@D)
	$(call say,link    $@)$(CC) $(SANITIZE) -o $@ $^ $(TEST_LIBS)

# Breaks the disk under a program that is run (tests/preload_fault.c says how).
$(BUILD)/tests/libfault.so: tests/preload_fault.c
	@mkdir -p $(@D)
	$(call say,link    $@)$(CC) $(OURS) -fPIC -shared -o $@ $< -ldl

test-programs: programs sanitized city $(BUILD)/tests/libfault.so $(addprefix $(BUILD)/tests/,$(TESTS)) fuzzers
# FUZZ_SECONDS is what each fuzzer gets here; `make fuzz-NAME` gives it longer.
test: test-deps
	$(AFTER_DEPS) test-programs
	@BUILD=$(BUILD) tests/run.sh $(addprefix $(BUILD)/tests/,$(TESTS)) $(addprefix $(BUILD)/fuzz/,$(FUZZERS))

test-%: test-deps programs sanitized city $(BUILD)/tests/libfault.so $(BUILD)/tests/test_%
	@BUILD=$(BUILD) tests/run.sh $(BUILD)/tests/test_$*

# Rewrites the expected screens and reports in tests/golden; then read the diff.
accept: export ACCEPT = 1
accept: test
	@git --no-pager diff --stat -- tests/golden

# ---- fuzzing: libFuzzer, so always clang. `make fuzz-json SECONDS=600` ---------------------------
SECONDS ?= 20
FUZZ = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_PARTS = feeds core maps base
FUZZ_SUPPORT = $(patsubst %,$(BUILD)/fuz/tests/%.o,kept drawn layer_set dc09_panel desk_fuzz)
fuzzers: $(addprefix $(BUILD)/fuzz/,$(FUZZERS))
$(BUILD)/fuzz/%: $(BUILD)/fuz/tests/fuzz_%.o $(FUZZ_SUPPORT) $(foreach p,$(FUZZ_PARTS),$(BUILD)/fuz/lib$(p).a)
	@mkdir -p $(@D)
	$(call say,link    $@)$(CLANG) -fsanitize=fuzzer $(FUZZ) -o $@ $^ $(foreach p,$(FUZZ_PARTS),$(LIBS_$(p)))
# What it finds stays in the build folder's corpus; a crash is written beside it, to become a seed.
fuzz-%: test-deps $(BUILD)/fuzz/%
	@mkdir -p $(BUILD)/fuzz/corpus-$*
	$(BUILD)/fuzz/$* -max_total_time=$(SECONDS) -max_len=70000 -rss_limit_mb=4096 -print_final_stats=0 \
	    -artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/corpus-$* $(wildcard tests/seeds/$*)
fuzz: $(addprefix fuzz-,$(FUZZERS))

# ---- the house rules -------------------------------------------------------------------------
check-deps:
	@tests/check_deps.sh

lint: check-deps
	@tests/lint.sh

BENCHES = $(patsubst tests/%.c,%,$(wildcard tests/bench_*.c))
bench: test-deps
	$(AFTER_DEPS) bench-programs
	@BUILD=$(BUILD) tests/bench.sh $(BENCHES)
# As bench, with the map programs of others installed first (apt, npm): mapscii, MapServer, mapnik, GDAL.
bench-peers: export PEERS = install
bench-peers: bench
bench-programs: programs city $(addprefix $(BUILD)/bench/,$(BENCHES))
$(BUILD)/bench/%: $(BUILD)/obj/tests/%.o $(patsubst %.c,$(BUILD)/obj/%.o,$(SUPPORT)) \
                  $(foreach p,$(LINK_ORDER),$(BUILD)/obj/lib$(p).a)
	@mkdir -p $(@D)
	$(call say,link    $@)$(CC) $(CFLAGS) -o $@ $^ $(TEST_LIBS)

install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/watchdesk
	install $(BUILD)/watchdesk $(DESTDIR)$(PREFIX)/bin
	install $(BUILD)/watchdesk-geo $(BUILD)/watchdesk-console $(BUILD)/watchdesk-feed \
	    $(DESTDIR)$(PREFIX)/libexec/watchdesk

clean:
	rm -rf $(BUILD)

-include $(shell test -d $(BUILD) && find $(BUILD) -name '*.d')
