# SPDX-License-Identifier: BSD-2-Clause
# forearm: `make help` lists what can be asked for.

# `make O=FOLDER` leaves nothing in build/; scripts and tests know the folder by the environment.
BUILD   ?= $(or $(O),build)
export FOREARM_BUILD := $(BUILD)
ARCH    ?= arm64
PREFIX  ?= /usr/local
DESTDIR ?=
prefix  ?= $(PREFIX)
bindir  ?= $(prefix)/bin
datadir ?= $(prefix)/share
mandir  ?= $(datadir)/man
VERSION := $(shell sed -n 's/.*FOREARM_VERSION[[:space:]]*"\(.*\)"/\1/p' include/version.h)
# What the banner says: the release, and which commit.
DESCRIBED ?= $(shell scripts/version.sh)
export DESCRIBED := $(DESCRIBED)

CROSS_COMPILE64 ?= aarch64-linux-gnu-
CROSS_COMPILE32 ?= arm-linux-gnueabihf-
CROSS64 ?= $(CROSS_COMPILE64)
CROSS32 ?= $(CROSS_COMPILE32)
DEPS64  := $(BUILD)/deps/arm64/usr
DEPS32  := $(BUILD)/deps/armhf/usr
PICOLIBC := /usr/lib/picolibc

# `make WERROR=0`: another compiler's new warnings do not stop the build.
WERROR  ?= 1
FATAL   := $(if $(filter 1,$(WERROR)),-Werror)
# `make V=1` shows the commands.
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)

# Pure: they run on any machine (lib/, platform/, tables/). The same sources make both halves of the image.
# What packaged libraries are given here, the host's have their own.
HOSTED  := lib/unpack/hosted.c lib/unpack/zstd_legacy.c
PURE    := $(filter-out $(HOSTED),$(wildcard lib/*.c lib/*/*.c platform/*.c tables/*/*.c))
SOURCES := $(wildcard boot/*.c boot/*/*.c drivers/*.c drivers/*/*.c) $(PURE) $(HOSTED)
# These run before the MMU is on: Device memory, no globals.
EARLY   := $(wildcard boot/early/*.c) lib/fdt/walk.c lib/mem/pagetable.c
SOURCES64 := $(SOURCES) $(wildcard arch/arm64/*.[cS])
# 32-bit guests do not know ACPI.
ONLY64  := boot/acpi/% boot/efi/% lib/efi/% lib/mem/protect.c boot/probe_hardware.c boot/openbsd.c boot/freebsd.c platform/acpi% platform/machines.c tables/acpi/% tables/efi/% tables/smbios/% \
	lib/mem/resident.c lib/formats/elf_symbols.c lib/guest/freebsd.c \
	$(filter-out tables/fdt/board.c tables/fdt/handoff.c tables/fdt/psci.c,$(wildcard tables/fdt/*.c))
SOURCES32 := $(filter-out $(ONLY64),$(SOURCES)) $(wildcard arch/arm/*.[cS])

CFLAGS_ALL := -std=gnu11 -O2 -g -ffreestanding -fbuiltin -fno-pie -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fstack-protector-strong -Wall -Wextra $(FATAL) -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wvla -MMD -MP -Iinclude -I. -D_PICOLIBC_INTEGER_PRINTF_SCANF
CFLAGS64 := $(CFLAGS_ALL) -march=armv8-a -mcmodel=tiny -mgeneral-regs-only -fno-omit-frame-pointer -mno-outline-atomics \
	-isystem $(PICOLIBC)/aarch64-linux-gnu/include -isystem $(DEPS64)/include -Iarch/arm64
CFLAGS32 := $(CFLAGS_ALL) -march=armv7ve -mthumb -mfloat-abi=hard -mfpu=vfpv3-d16 -mgeneral-regs-only \
	-isystem $(PICOLIBC)/arm-none-eabi/include -isystem $(DEPS32)/include -Iarch/arm
# The rest is compiled as a whole, when it is linked: that makes it 5 % smaller.
WHOLE   := -flto -flto-partition=one
CFLAGS_EARLY64 := -mstrict-align -fno-stack-protector -fno-tree-loop-distribute-patterns -fno-jump-tables
CFLAGS_EARLY32 := -fpie -mno-unaligned-access -fno-stack-protector -fno-tree-loop-distribute-patterns -fno-jump-tables
LDFLAGS_ALL := -nostdlib -Wl,--gc-sections,--enable-non-contiguous-regions -static -no-pie -Wl,--build-id=none,-z,max-page-size=4096 \
	-Wl,--no-warn-rwx-segments,--no-warn-execstack
# Cortex-A53 erratum 843419: by ADR where it reaches, else by veneers.
LDFLAGS64 := $(LDFLAGS_ALL) -Wl,--defsym=vfprintf=__i_vfprintf -Wl,--fix-cortex-a53-843419=full
# The one without floating point cuts numbers to 32 bits there.
LDFLAGS32 := $(LDFLAGS_ALL) -Wl,--defsym=vfprintf=__f_vfprintf -Wl,--no-enum-size-warning
# Programs of their own inside of the image, which run at any address: code and constants, nothing else.
EMBEDDED := efi64 runtime monitor64 monitor32
LDFLAGS_EMBEDDED := -nostdlib -static-pie -Wl,--build-id=none,--no-dynamic-linker,-z,norelro,--gc-sections \
	-Wl,--no-warn-rwx-segments,--no-warn-execstack
# The C library comes in two kinds: the short one, and of the fast one what moves much data.
LIBC64 := $(PICOLIBC)/aarch64-linux-gnu/lib
LIBC32 := $(PICOLIBC)/arm-none-eabi/lib
THUMB  := thumb/v7-a+fp/hard
PACKAGED := libfdt.a libdeflate.a liblz4.a libzstd.a liblzma.a
LIBS64 := $(addprefix $(DEPS64)/lib/aarch64-linux-gnu/,$(PACKAGED)) $(addprefix $(BUILD)/arm64/libc/,memcpy.S.o memmove.S.o memset.S.o memchr.S.o memcmp.S.o strcmp.S.o strlen.S.o) $(LIBC64)/libc.a
LIBS32 := $(addprefix $(DEPS32)/lib/arm-linux-gnueabihf/,$(PACKAGED)) $(addprefix $(BUILD)/arm/libc/,memcpy.S.o memmove.c.o memset.S.o) $(LIBC32)/$(THUMB)/libc.a -lgcc

OBJECTS64 := $(patsubst %,$(BUILD)/arm64/%.o,$(SOURCES64))
OBJECTS32 := $(patsubst %,$(BUILD)/arm/%.o,$(SOURCES32))

# Debian's, which has pytest and others as packages; `make PYTHON=python3` takes the PATH's.
PYTHON ?= /usr/bin/python3
JOBS   ?= $(shell nproc)
# One more than there are processors, for the time that guests sleep.
WORKERS ?= 3
PYTEST := $(PYTHON) -m pytest -q -n $(WORKERS) --dist loadgroup

# What a command has begun and not ended is no file to go by.
.DELETE_ON_ERROR:

.PHONY: all
all: $(BUILD)/forearm.bin $(BUILD)/forearm-bundle

# Nothing is installed or fetched but by name: setup, run and check. The first library stands for all
# of them in what follows.
FETCHED := $(filter $(DEPS64)/% $(DEPS32)/%,$(LIBS64) $(LIBS32)) $(DEPS64)/include/xxhash.h $(DEPS32)/include/xxhash.h $(DEPS64)/include/efi/efi.h
$(FETCHED):
	@echo "make: error: there is no $@" >&2
	@echo "make: 'make setup' installs the compilers, on Debian 12, and fetches what forearm is linked with;" >&2
	@echo "make: or name folders that have it, in include/ and lib/: make DEPS64=FOLDER DEPS32=FOLDER" >&2
	@exit 1

$(BUILD)/arm64/%.c.o: %.c Makefile | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(CFLAGS64) $(if $(filter $<,$(EARLY) arch/arm64/early.c),$(CFLAGS_EARLY64),$(WHOLE)) $(CFLAGS_SIZE) -c $< -o $@

# What runs a few times in a boot is small rather than fast.
SMALL := $(wildcard boot/efi/*.c lib/efi/*.c lib/mem/protect.c boot/source/*.c lib/disk/ext4*.c lib/disk/volume.c lib/disk/grub*.c lib/disk/bls*.c lib/disk/gpt.c lib/disk/mbr.c)
$(SMALL:%=$(BUILD)/arm64/%.o) $(SMALL:%=$(BUILD)/arm/%.o): CFLAGS_SIZE := -Os

# Another commit is another banner.
.PHONY: FORCE
$(BUILD)/described: FORCE
	@mkdir -p $(@D); echo '$(DESCRIBED)' | cmp -s - $@ || echo '$(DESCRIBED)' >$@

$(BUILD)/arm64/boot/handoff.c.o $(BUILD)/arm/boot/handoff.c.o $(BUILD)/host/tools/forearm-bundle.o: $(BUILD)/described
$(BUILD)/arm64/boot/handoff.c.o: CFLAGS64 += -DFOREARM_DESCRIBED='"$(DESCRIBED)"'
$(BUILD)/arm/boot/handoff.c.o: CFLAGS32 += -DFOREARM_DESCRIBED='"$(DESCRIBED)"'
$(BUILD)/host/tools/forearm-bundle.o: HOST_CFLAGS += -DFOREARM_DESCRIBED='"$(DESCRIBED)"'

$(BUILD)/arm64/%.S.o: %.S Makefile | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(CFLAGS64) -c $< -o $@

$(BUILD)/arm/%.c.o: %.c Makefile | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS32)gcc $(CFLAGS32) $(if $(filter $<,$(EARLY) arch/arm/early.c),$(CFLAGS_EARLY32),$(WHOLE)) $(CFLAGS_SIZE) -c $< -o $@

$(BUILD)/arm/%.S.o: %.S Makefile | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS32)gcc $(CFLAGS32) -c $< -o $@

$(BUILD)/arm64/libc/%.o: | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,AR,$@)$(CROSS64)ar p $(LIBC64)/release/libc.a $*.o >$@

$(BUILD)/arm/libc/%.o: | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,AR,$@)$(CROSS32)ar p $(LIBC32)/release/$(THUMB)/libc.a $*.o >$@

$(BUILD)/%.lds: linker/%.lds.S linker/half.lds.h include/layout.h | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,LDS,$@)$(CROSS64)cpp -P -Iinclude -I. -Ilinker -x assembler-with-cpp -D__ASSEMBLER__ $< -o $@

$(BUILD)/arm.elf: $(OBJECTS32) $(filter $(BUILD)/%,$(LIBS32)) $(BUILD)/arm.lds
	$(call say,LD,$@)$(CROSS32)gcc $(filter-out -MMD -MP,$(CFLAGS32)) $(WHOLE) $(LDFLAGS32) -Wl,-Map=$(@:.elf=.map) -T $(BUILD)/arm.lds -o $@ $(OBJECTS32) $(LIBS32)

$(BUILD)/arm_half.bin: $(BUILD)/arm.elf
	$(call say,BIN,$@)$(CROSS32)objcopy -O binary $< $@

$(BUILD)/arm_half.o: $(BUILD)/arm_half.bin
	$(call say,BIN,$@)cd $(BUILD) && $(CROSS64)objcopy -I binary -O elf64-littleaarch64 -B aarch64 \
		--rename-section .data=.arm_half,alloc,load,readonly,contents arm_half.bin arm_half.o

$(BUILD)/forearm.elf: $(OBJECTS64) $(filter $(BUILD)/%,$(LIBS64)) $(BUILD)/arm64.lds $(BUILD)/arm_half.o
	$(call say,LD,$@)$(CROSS64)gcc $(filter-out -MMD -MP,$(CFLAGS64)) $(WHOLE) $(LDFLAGS64) -Wl,-Map=$(@:.elf=.map) -T $(BUILD)/arm64.lds -o $@ $(OBJECTS64) $(BUILD)/arm_half.o $(LIBS64)

$(BUILD)/forearm.bin: $(BUILD)/forearm.elf
	$(call say,BIN,$@)$(CROSS64)objcopy -O binary $< $@ && truncate -s %512 $@ && chmod -x $@

$(EMBEDDED:%=$(BUILD)/%.bin): $(BUILD)/%.bin: $(BUILD)/%.elf
	$(call say,BIN,$@)$(if $(findstring 32,$(<F)),$(CROSS32),$(CROSS64))objcopy -O binary -j .text $< $@ && chmod -x $@

# The host tool has what it shares with the firmware from the same sources.
BUNDLE_SOURCES := $(wildcard tools/*.c) lib/formats/pe.c lib/error.c lib/guest/profiles.c lib/words.c lib/options.c
HOST_CFLAGS := -std=gnu11 -ffile-prefix-map=$(CURDIR)=. $(or $(CFLAGS),-O2 -g) -Wall -Wextra $(FATAL) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla \
	-MMD -MP -Iinclude -I. -Itools

$(BUILD)/host/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(CC) $(HOST_CFLAGS) $(CPPFLAGS) -c $< -o $@

$(BUILD)/forearm-bundle: $(BUNDLE_SOURCES:%.c=$(BUILD)/host/%.o)
	$(call say,HOST,$@)$(CC) $(LDFLAGS) -o $@ $^

include efi/efi.mk runtime/runtime.mk monitor/monitor.mk tests/probe/probe.mk tests/unit/unit.mk tests/fuzz/fuzz.mk tests/acpi/acpi.mk tests/prove/prove.mk tests/facts/facts.mk tests/vmm/vmm.mk

.PHONY: version setup setup-files setup-kernels run check check-build check-quick lint qemu-tests qemu-quick bench install uninstall clean distclean dist help

version:
	@echo "$(DESCRIBED)"

# What waits for the network and what the processors are busy with take place together.
setup:
	scripts/setup.sh build run test
	@$(MAKE) --no-print-directory -j2 setup-files setup-kernels
	scripts/guests.sh run test

setup-files:
	scripts/fetch.sh build run test

setup-kernels:
	scripts/kernels.sh

run:
	scripts/setup.sh build run
	scripts/fetch.sh build run
	scripts/guests.sh run
	@$(MAKE) --no-print-directory all
	scripts/run.sh $(ARCH)

# Each stage leaves a line in results.txt, and the last one adds them up.
# All is built first, by all processors. Of the stages, those that keep one processor busy run beside
# each other; the others share all of them in their own ways.
ALONGSIDE := lint unit acpi

check: setup
	@rm -f $(BUILD)/results.txt
	@$(MAKE) --no-print-directory -k -j$(JOBS) -Otarget check-build; \
		status=0; \
		$(MAKE) --no-print-directory -k -j$(JOBS) -Otarget $(ALONGSIDE) bench-check || status=$$?; \
		$(MAKE) --no-print-directory -k prove fuzz-check qemu-tests || status=$$?; \
		scripts/results.sh $$status

check-build: all probes vmm unit-build fuzz-build facts $(ACPI_OUT)/mktables

# What shows a mistake within minutes: one boot of each kind, everything that needs no boot, and the fuzzers' seeds.
check-quick: all probes unit-build fuzz-build facts $(ACPI_OUT)/mktables
	@rm -f $(BUILD)/results.txt
	@status=0; \
		$(MAKE) --no-print-directory -k -j$(JOBS) -Otarget $(ALONGSIDE) || status=$$?; \
		$(MAKE) --no-print-directory -k fuzz-smoke qemu-quick || status=$$?; \
		scripts/results.sh $$status

qemu-quick: all probes facts
	$(PYTEST) tests/qemu -m quick

qemu-tests: all probes vmm $(ACPI_OUT)/mktables facts
	$(PYTEST) tests/qemu

C_FILES = $(wildcard efi/*.[ch] boot/*.[ch] boot/*/*.[ch] tools/*.[ch] runtime/*.[ch] monitor/*.[ch] lib/*.[ch] lib/*/*.[ch] tables/*/*.[ch] platform/*.[ch] drivers/*.[ch] drivers/*/*.[ch] include/*.h include/*/*.h include/*/*/*.h arch/*/*.[ch] arch/*/monitor/*.[ch] \
	tests/unit/*.[ch] tests/unit/*/*.[ch] tests/unit/*/*/*.[ch] tests/acpi/*.[ch] tests/facts/*.[ch] tests/fuzz/*.[ch] tests/fuzz/host/*.[ch] tests/prove/*.[ch] tests/probe/*.[ch] tests/bench/*.[ch] tests/bench/payload/*.[ch] tests/guest/*.c tests/guest/*/*.h tests/vmm/*.[ch])

lint: all
	@scripts/lint.sh $(C_FILES)

.PHONY: bench-check
bench: setup
	@$(MAKE) --no-print-directory all
	tests/bench/bench.py --build $(abspath $(BUILD))

bench-check: all
	tests/bench/bench.py --build $(abspath $(BUILD)) --quick --results $(BUILD)/results.txt

install: all
	install -D -m 644 $(BUILD)/forearm.bin $(DESTDIR)$(datadir)/forearm/forearm.bin
	install -D -m 755 $(BUILD)/forearm-bundle $(DESTDIR)$(bindir)/forearm-bundle
	install -D -m 644 docs/forearm.7 $(DESTDIR)$(mandir)/man7/forearm.7
	install -D -m 644 docs/forearm-bundle.1 $(DESTDIR)$(mandir)/man1/forearm-bundle.1

uninstall:
	rm -f $(DESTDIR)$(datadir)/forearm/forearm.bin $(DESTDIR)$(bindir)/forearm-bundle \
		$(DESTDIR)$(mandir)/man7/forearm.7 $(DESTDIR)$(mandir)/man1/forearm-bundle.1

# The sources of the last commit, as a release has them.
dist:
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=forearm-$(VERSION)/ -o $(BUILD)/forearm-$(VERSION).tar.gz HEAD
	@echo "$(BUILD)/forearm-$(VERSION).tar.gz"

# What clangd and other tools read: each file with the command that compiles it.
compile_commands.json: Makefile
	$(MAKE) --no-print-directory -Bn V=1 all | $(PYTHON) scripts/compile_commands.py >$@

# What came over the network stays. An empty BUILD would be $HOME to cd.
clean:
	$(if $(BUILD),,$(error BUILD is empty: name the folder to clean))
	[ ! -d "$(BUILD)" ] || find "$(BUILD)" -mindepth 1 -maxdepth 1 \
		! -name deps ! -name cache ! -name apt ! -name guests -exec rm -rf {} +

distclean:
	$(if $(BUILD),,$(error BUILD is empty: name the folder to remove))
	rm -rf "$(BUILD)"

help:
	@echo "forearm $(DESCRIBED): boot firmware for Arm virtual machines"
	@echo
	@echo "  make                build/forearm.bin (says what is missing; make setup gets it)"
	@echo "  make run            boots Debian's arm64 kernel through forearm to a shell"
	@echo "  make run ARCH=arm   the same with Debian's 32-bit kernel on a 32-bit CPU"
	@echo "  make check          sets up and runs every test"
	@echo "  make check-quick    the tests that take minutes, not an hour"
	@echo "  make bench          measures against QEMU's direct boot, U-Boot and EDK2"
	@echo "  make fuzz           fuzzes every parser, FUZZ_SECONDS each (600)"
	@echo "  make prove          proves that no input makes parsers and allocators overflow"
	@echo "  make fuzz-coverage  what the fuzzers' inputs reach, and what they do not"
	@echo "  make unit, make acpi, make qemu-tests, make lint   one part of make check"
	@echo "  make install        prefix=$(prefix) DESTDIR=$(DESTDIR), and bindir, datadir, mandir"
	@echo "  make version        which commit it is, as the banner says it"
	@echo "  make dist           the sources as a tar file; make compile_commands.json: for clangd"
	@echo "  make setup          installs and fetches all that is needed, then works offline"
	@echo "  make clean          removes what was built; make distclean: also what was fetched"
	@echo "  O=FOLDER            builds there, and leaves nothing in build/"
	@echo "  V=1                 shows the commands; WERROR=0: warnings do not stop the build"
	@echo "  CROSS_COMPILE64, CROSS_COMPILE32   other compilers than Debian's"

-include $(OBJECTS64:.o=.d) $(OBJECTS32:.o=.d) $(BUNDLE_SOURCES:%.c=$(BUILD)/host/%.d)
