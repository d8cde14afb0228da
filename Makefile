# Casebridge: one make for both programs, the web app, the demo and the tests.
# `make help` lists the targets; everything made goes below $B.

B       ?= build
CSTD    := -std=c11 -D_POSIX_C_SOURCE=200809L
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
           -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
           -Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef -Wvla \
           -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
CET     := $(if $(filter x86_64,$(shell uname -m)),-fcf-protection=full)
HARDEN  := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
           -fstack-protector-strong -fstack-clash-protection $(CET) \
           -fno-delete-null-pointer-checks -fno-strict-overflow \
           -fno-strict-aliasing -fno-common -fvisibility=hidden -fPIE
CFLAGS  ?= $(HARDEN)
LDFLAGS ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code \
           -Wl,--as-needed

# A fresh machine has none of these yet and must still reach `make setup`, so
# pkg-config is asked when its answer is first needed.
libs_proto  := jansson libcrypto
libs_server := libmicrohttpd gnutls libpq libsodium libseccomp libzstd libqrencode xlsxwriter
libs_client := libcurl sqlite3 libzstd pangocairo libzip expat libmicrohttpd libunistring
pkg_modules := $(sort $(libs_proto) $(libs_server) $(filter-out libunistring,$(libs_client)))
ask          = $(shell pkg-config $(1) 2>/dev/null)
INCLUDES     = $(eval INCLUDES := $(call ask,--cflags $(pkg_modules)))$(INCLUDES)
LIBS_PROTO   = $(eval LIBS_PROTO := $(call ask,--libs $(libs_proto)) -lm)$(LIBS_PROTO)
LIBS_SERVER  = $(eval LIBS_SERVER := $(call ask,--libs $(libs_server)))$(LIBS_SERVER)
LIBS_CLIENT  = $(eval LIBS_CLIENT := $(call ask,--libs \
               $(filter-out libunistring,$(libs_client))) -lunistring)$(LIBS_CLIENT)

# What decides an object file apart from its source; -Werror does not.
recipe       = $(CC) $(CSTD) $(WARN) -I$B/gen -I. $(CFLAGS)
COMPILE      = $(recipe) $(INCLUDES) $(if $(DEV),-Werror) -MMD -MP
LINK         = $(CC) $(CFLAGS) $(LDFLAGS)
say          = $(if $V,,@printf '  %-7s %s\n' $(1) $(or $(2),$@);)

comma       := ,
objects      = $(patsubst %.c,$B/%.o,$(1))
proto_src   := $(wildcard proto/*.c proto/*/*.c)
server_src  := $(filter-out server/main.c,$(wildcard server/*.c server/*/*.c))
client_src  := $(filter-out client/web/% client/cli/main.c, \
               $(wildcard client/*.c client/*/*.c))
programs    := $(if $(wildcard server/main.c),$B/casebridged) \
               $(if $(wildcard client/cli/main.c),$B/casebridge)
web         := $(if $(wildcard client/web/package.json),$B/web/index.html)
unit        := $(patsubst %.c,$B/%,$(wildcard tests/unit/*/test_*.c))
fuzz        := $(patsubst %.c,$B/%,$(wildcard tests/fuzz/fuzz_*.c))
sim_src     := $(wildcard tests/sim/*.c)

generated   := $B/gen/limit_table.h $B/gen/demo_stories.h $B/gen/server_sql.h $B/gen/client_sql.h \
               $B/gen/server_migrations.h $B/gen/client_migrations.h \
               $(if $(wildcard tools/policygen.awk), \
               $B/gen/policy.h $B/gen/policy_reach.h \
               $B/gen/policy_sql.h $B/gen/route_callers.h) \
               $B/gen/figures_sql.h $B/gen/figure_sources.h $B/gen/figure_indicators.h

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

all: $(programs) $(web) ## both programs and the web app

programs: $(programs) ## build/casebridged and build/casebridge only

$B/casebridged: $B/server/main.o $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_SERVER) $(LIBS_PROTO) -lpthread

$B/casebridge: $B/client/cli/main.o $B/libclient.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_CLIENT) $(LIBS_PROTO) -lpthread

$B/libproto.a: $(call objects,$(proto_src)) \
               $(if $(wildcard proto/bundle.S),$B/proto/bundle.o)
$B/libserver.a: $(call objects,$(server_src)) $B/server/auth/common_list.o
$B/libclient.a: $(call objects,$(client_src))
$B/lib%.a: $B/gen/lib%.list
	@rm -f $@
	$(call say,ar)$(AR) rcs $@ $(filter %.o,$^)

$B/%.o: %.c $B/gen/recipe | libraries-present $(generated)
	@mkdir -p $(@D)
	$(call say,cc,$<)$(COMPILE) -c -o $@ $<

$B/proto/bundle.o: proto/bundle.S $B/gen/catalogue.json
	@mkdir -p $(@D)
	$(call say,cc,$<)$(CC) -DBUNDLE_FILE='"$B/gen/catalogue.json"' -c -o $@ $<

$B/server/auth/common_list.o: server/auth/common_list.S server/auth/common_list.bin
	@mkdir -p $(@D)
	$(call say,cc,$<)$(CC) -I. -c -o $@ $<

libraries-present:
	@pkg-config --exists $(pkg_modules) 2>/dev/null || { \
	echo "make: libraries to build with are missing: run 'make setup' first" >&2; \
	exit 1; }

server_sql  := $(wildcard server/sql/*.sql)
client_sql  := $(wildcard client/store/*.sql)
server_mig  := $(wildcard migrations/server/*.sql)
client_mig  := $(wildcard migrations/client/*.sql)

# Lists that are rewritten only when they change: a removed source drops out
# of its archive, and other flags rebuild what they touch.
changed      = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$B/gen/libproto.list: always
	$(call changed,$(proto_src))
$B/gen/libserver.list: always
	$(call changed,$(server_src) $(server_sql) $(server_mig) $(stories) $(fig_sources) $(fig_lists))
$B/gen/libclient.list: always
	$(call changed,$(client_src) $(client_sql) $(client_mig))
$B/gen/recipe: always
	$(call changed,$(subst ','\'',$(recipe)))

$B/gen/server_sql.h: tools/sqlgen.awk $(server_sql) $B/gen/libserver.list
	$(call say,awk)awk -v prefix=Q -v type=query -v param='$$' -f $< $(server_sql) \
		</dev/null >$@

$B/gen/client_sql.h: tools/sqlgen.awk $(client_sql) $B/gen/libclient.list
	$(call say,awk)awk -v prefix=S -v type=statement -v param='?' -f $< $(client_sql) \
		</dev/null >$@

embed        = $(call say,awk)sha256sum $(2) </dev/null | \
               awk -v name=$(1) $(3) -f tools/embed.awk - $(2) >$@
$B/gen/server_migrations.h: tools/embed.awk $(server_mig) $B/gen/libserver.list
	$(call embed,server_migrations,$(server_mig))
$B/gen/client_migrations.h: tools/embed.awk $(client_mig) $B/gen/libclient.list
	$(call embed,client_migrations,$(client_mig),-v dense=1)

# The access policy is one table; the C and the SQL that enforce it are made
# from it and cannot disagree.
$B/gen/policy.h $B/gen/policy.sql: $B/gen/policy.%: server/access/policy.csv \
		tools/policygen.awk
	@mkdir -p $(@D)
	$(call say,awk)awk -v out=$* -f tools/policygen.awk $< >$@
$B/gen/policy_reach.h: server/access/policy.csv tools/policygen.awk
	@mkdir -p $(@D)
	$(call say,awk)awk -v out=reach -f tools/policygen.awk $< >$@
$B/gen/route_callers.h: tools/routegen.awk server/access/policy.csv server/access/routes.csv
	@mkdir -p $(@D)
	$(call say,awk)awk -v out=h -f $^ >$@
$B/gen/policy_sql.h: $B/gen/policy.sql tools/embed.awk
	$(call embed,policy_sql,$<,-v one=1)

# What strangers' input is bounded by; docs/limits.md is made of the same.
$B/gen/limit_table.h: proto/limits.csv tools/limitsgen.awk
	@mkdir -p $(@D)
	$(call say,awk)awk -v out=h -f tools/limitsgen.awk $< >$@

# What a district counts: sources (SQL) and indicators (data) of server/figures.
fig_sources := $(sort $(wildcard server/figures/sources/*.sql))
fig_lists   := $(sort $(wildcard server/figures/indicators/*.json))
$B/gen/figures.sql: tools/figuresgen.awk $(fig_sources) $B/gen/libserver.list
	$(call say,awk)awk -v out=sql -f $< $(fig_sources) </dev/null >$@
$B/gen/figures_sql.h: $B/gen/figures.sql tools/embed.awk
	$(call embed,figures_sql,$<,-v one=1)
$B/gen/figure_sources.h: tools/figuresgen.awk $(fig_sources) $B/gen/libserver.list
	$(call say,awk)awk -v out=h -f $< $(fig_sources) </dev/null >$@
$B/gen/figure_indicators.json: $(fig_lists) $B/gen/libserver.list
	@{ printf '['; sep=; for f in $(fig_lists); do printf '%s' "$$sep"; \
	sed "1d;\$$d;s/^{\"id\"/{\"topic\": \"$$(basename $$f .json)\", \"id\"/" $$f; sep=,; \
	done; printf ']\n'; } >$@
$B/gen/figure_indicators.h: $B/gen/figure_indicators.json tools/embed.awk
	$(call embed,figure_indicators,$<,-v one=1)

# The demo's cases of further programmes are data: one array of them.
stories     := $(sort $(wildcard server/admin/stories/*.json))
$B/gen/demo_stories.json: $(stories) $B/gen/libserver.list
	@{ printf '['; sep=; for f in $(stories); do printf '%s' "$$sep"; cat $$f; sep=,; \
	done; printf ']\n'; } >$@
$B/gen/demo_stories.h: $B/gen/demo_stories.json tools/embed.awk
	$(call embed,demo_stories,$<,-v one=1)

$B/gen/catalogue.json: tools/bundle.sh \
		$(wildcard proto/catalogue/*.json proto/codes/*.json \
		proto/scales/*.json proto/forms/*.json proto/programmes/*.json)
	@mkdir -p $(@D)
	$(call say,bundle)tools/bundle.sh $@

# The web app: needs node once, to build; the finished files need nothing.
web_src     := $(shell find client/web -name node_modules -prune -o -type f -print \
               2>/dev/null) $(wildcard proto/catalogue/*.json)
$B/web/index.html: $(web_src)
	@tools/web.sh $(abspath $B)/web

# Unit tests link the room they test; fuzz targets those they include.
room         = $(word 3,$(subst /, ,$(1)))
LIBS_ROOM    = $(if $(filter server,$1),$(LIBS_SERVER))$(if \
               $(filter client,$1),$(LIBS_CLIENT))
room_archive = $(if $(filter server client,$(1)),$B/lib$(1).a)

.SECONDEXPANSION:
$(unit): $B/%: $B/%.o $$(call room_archive,$$(call room,$$*)) $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(call LIBS_ROOM,$(call room,$*)) $(LIBS_PROTO) -lpthread

fuzz_rooms   = $(shell sed -n 's/^.include "\(server\|client\)\/.*/\1/p' \
               $(1) | sort -u)
$(fuzz): $B/%: $B/%.o $B/libserver.a $B/libclient.a $B/libproto.a
	$(call say,link)$(LINK) -fsanitize=fuzzer -o $@ $< $(foreach r,$(call fuzz_rooms,$*.c), \
		$(call room_archive,$r)) $B/libproto.a $(foreach r, \
		$(call fuzz_rooms,$*.c),$(call LIBS_ROOM,$r)) $(LIBS_PROTO) -lpthread

# What the flow tests need beside the programs.
quick_key   := $B/tests/lib/quick_key
$(quick_key): %: %.o $B/libclient.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_CLIENT) $(LIBS_PROTO) -lpthread

# The daemon's addresses, for tests that walk all of them.
route_list  := $B/tests/lib/routes
$(route_list): %: %.o $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_SERVER) $(LIBS_PROTO) -lpthread

# What is sealed at rest, for tests that look into the database itself.
opened      := $B/tests/lib/opened
$(opened): %: %.o $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_SERVER) $(LIBS_PROTO) -lpthread

# Compares with what R says, tests/flow/paired.t.
paired_r    := $B/tests/lib/paired_r
$(paired_r): %: %.o $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_PROTO)

# The simulator: both programs' rooms in one process. It answers for the machine
# (host.o stays in the archive) and stands between them and a few functions.
sim_wraps    = PQsendPrepare PQsendQueryPrepared PQexecPrepared PQpipelineSync \
               PQtransactionStatus req_query_int store_begin store_commit uuid_new
$B/tests/sim/sim: $(call objects,$(sim_src)) $B/libclient.a $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) $(addprefix -Wl$(comma)--wrap=,$(sim_wraps)) -o $@ $^ \
		$(LIBS_SERVER) $(LIBS_CLIENT) $(LIBS_PROTO) -lpthread

# Every answer of the policy (tests/authz/decide.t).
$B/tests/authz/cells: $B/tests/authz/cells.o $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_SERVER) $(LIBS_PROTO) -lpthread
# Tries to reckon what figures hide (tests/sim/figures_attack.t).
$B/tests/attack/attack: $B/tests/attack/attack.o $B/tests/attack/world.o $B/server/figures/hide.o $B/server/figures/hide_move.o $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ -lglpk $(LIBS_PROTO)

# The same with rules that can be left out (proto/base/mutant.h): their files are
# compiled a second time, and stand before the archives.
mutant_src  := $(shell grep -l 'base/mutant.h' proto/*.c server/*/*.c client/*/*.c)
$B/mutant/%.o: %.c $B/gen/recipe | libraries-present $(generated)
	@mkdir -p $(@D)
	$(call say,cc,$<)$(COMPILE) -DCASEBRIDGE_MUTANTS -c -o $@ $<
$B/tests/sim/mutants: $(call objects,$(sim_src)) $(patsubst %.c,$B/mutant/%.o,$(mutant_src)) \
		$B/libclient.a $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) $(addprefix -Wl$(comma)--wrap=,$(sim_wraps)) -o $@ $^ \
		$(LIBS_SERVER) $(LIBS_CLIENT) $(LIBS_PROTO) -lpthread

SAN_ASAN    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
               -fno-sanitize-recover=undefined -DARENA_CHUNK=0
SAN_FUZZ    := $(subst address,fuzzer-no-link$(comma)address,$(SAN_ASAN))

generated: $(generated) $B/gen/catalogue.json
flags:
	@echo '$(CSTD) $(WARN) -I$B/gen -I. $(INCLUDES)'
unit-programs: $(unit)
flow-programs: programs $(quick_key) $(route_list) $(opened) $(paired_r) $B/tests/fault/proxy $B/tests/attack/slow $B/tests/authz/cells
fuzz-programs: $(fuzz)
fault_tools := $B/tests/fault/proxy $B/tests/fault/portal $B/tests/attack/slow
$(fault_tools): %: %.o
	$(call say,link)$(LINK) -o $@ $^ $(call ask,--libs libssl libcrypto)
# A disk that tears what nobody waited for, in front of any program.
torn        := $B/tests/fault/torn.so
$(torn): tests/fault/torn.c $B/gen/recipe
	@mkdir -p $(@D)
	$(call say,cc,$<)$(COMPILE) -fPIC -shared -o $@ $<
# Programs that die where they are told to (proto/base/crash.h), for tests/fault: what
# knows of that is compiled a second time and stands before the archives.
crash_src   := proto/base/crash.c $(shell grep -l 'base/crash.h' proto/*.c server/*/*.c client/*/*.c)
$B/fault/%.o: %.c $B/gen/recipe | libraries-present $(generated)
	@mkdir -p $(@D)
	$(call say,cc,$<)$(COMPILE) -DCASEBRIDGE_FAULTS -c -o $@ $<
fault_of     = $(patsubst %.c,$B/fault/%.o,$(filter proto/% $(1)/%,$(crash_src)))
$B/fault/casebridged: $B/server/main.o $(call fault_of,server) $B/libserver.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_SERVER) $(LIBS_PROTO) -lpthread
$B/fault/casebridge: $B/client/cli/main.o $(call fault_of,client) $B/libclient.a $B/libproto.a
	$(call say,link)$(LINK) -o $@ $^ $(LIBS_CLIENT) $(LIBS_PROTO) -lpthread
fault-programs: $(fault_tools) $(torn) $B/fault/casebridged $B/fault/casebridge
asan-programs:
	+$(MAKE) B=$B/asan CFLAGS='$(SAN_ASAN)' LDFLAGS= DEV= flow-programs unit-programs
sanitized-fuzz:
	+$(MAKE) B=$B/fuzz CC=clang CFLAGS='$(SAN_FUZZ)' LDFLAGS= DEV= fuzz-programs

# Tests. What each step does is in tools/check.sh, so that it can time them.
check: setup-check ## every test, as CI runs it (CHECK="unit flow" picks)
	@tools/check.sh $B $(or $(CHECK),build lint unit fuzz flow fault sim model web asan)
check-asan: setup-check ## unit and flow tests with sanitized programs
	@tools/check.sh $B asan
check-long: setup-check ## check, with long fuzzing and the slow flow tests
	@LONG=1 FUZZ_SECONDS=$(or $(SECONDS),120) \
	tools/check.sh $B build lint unit fuzz flow fault sim model web asan
model-long: setup-check ## the model in its largest worlds: 12 GB and more, hours
	@LONG=1 FAR=1 tools/check.sh $B model
fuzz: setup-check ## fuzz every target for SECONDS=600 each
	@FUZZ_SECONDS=$(or $(SECONDS),600) tools/check.sh $B fuzz
lint: setup-check ## style, layering, cppcheck, clang-tidy with all its time
	@LONG=1 tools/check.sh $B lint
bench: setup-bench all ## measure against the peers (BENCH_ARGS=--big)
	tests/bench/run.sh $(BENCH_ARGS)
	tests/bench/signin.sh
	tests/bench/seal.sh

bench-web: setup-bench all ## measure the web app on a slow computer (BENCH_ARGS=--runs 9)
	tests/bench/web.sh $(BENCH_ARGS)

soak: setup-bench programs ## a working day of 1,000 stations (SOAK_ARGS=--short, --big)
	tests/bench/soak.sh $(SOAK_ARGS)

pictures: setup-pictures all flow-programs ## the pictures of the manual, taken anew from the demo
	B=$B tools/pictures.sh

# Debian's places; a package is made with DESTDIR. The service runs as a user of
# its own, who is made at boot or by systemd-sysusers(8).
PREFIX ?= /usr
install: all ## into $(DESTDIR)$(PREFIX): programs, pages, manuals, the service
	install -d $(DESTDIR)$(PREFIX)/share/casebridge $(DESTDIR)/usr/lib/systemd/system $(DESTDIR)/usr/lib/sysusers.d
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/bin $B/casebridged $B/casebridge
	for n in 1 5 7 8; do install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man$$n docs/man/*.$$n || exit 1; done
	rm -rf $(DESTDIR)$(PREFIX)/share/casebridge/web
	cp -R $B/web $(DESTDIR)$(PREFIX)/share/casebridge/web
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/casebridge
	for unit in casebridged casebridge-seal; do sed 's|/usr/bin/|$(PREFIX)/bin/|' deploy/systemd/$$unit.service \
		>$(DESTDIR)/usr/lib/systemd/system/$$unit.service || exit 1; done
	install -m 0644 deploy/systemd/casebridge.sysusers $(DESTDIR)/usr/lib/sysusers.d/casebridge.conf

demo: ## a whole district on this machine (DEMO_ARGS=--once, --fresh)
	@deploy/demo/run.sh $(DEMO_ARGS)

setup: ## install what building needs (Debian 12, as root or with sudo)
	@tools/setup.sh build
setup-check setup-bench setup-pictures: setup-%:
	@tools/setup.sh $*

clean: ## remove everything made here; the demo's data stay in var/
	rm -rf $B

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))
	@echo "variables: B=dir  DEV=1 (warnings are errors)  CC=clang  V=1 (show commands)"

.PHONY: all programs always libraries-present generated flags unit-programs flow-programs fuzz-programs \
        fault-programs asan-programs sanitized-fuzz check check-asan check-long model-long fuzz lint \
        bench bench-web soak pictures install demo setup setup-check setup-bench setup-pictures clean help
always:

-include $(shell find $B -path $B/asan -prune -o -path $B/fuzz -prune -o \
         -path $B/web -prune -o -name '*.d' -print 2>/dev/null)
