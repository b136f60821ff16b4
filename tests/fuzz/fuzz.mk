# SPDX-License-Identifier: BSD-2-Clause
# libFuzzer targets (tests/fuzz), one for each parser: included by the top Makefile.
# `fuzz-check` runs each for a fixed number of inputs, always the same ones; `fuzz` runs each for
# FUZZ_SECONDS and keeps what it found for the next time.

BUILD ?= build
CLANG ?= clang
FUZZ_SECONDS ?= 600
ifndef say
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)
endif

FUZZ_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
FUZZ_UNIT := $(FUZZ_SRC)/../unit
FUZZ_OUT ?= $(BUILD)/fuzz

# TARGET:RUNS:LENGTH; two or three minutes in all; an input has LENGTH bytes at most.
FUZZ_LIST := acpi:100000:4096 acpi_loader:100000:2048 android:125000:1024 boot:10000:65536 cpio:300000:1024 elf:300000:1024 fdt:150000:8192 fdt_overlay:50000:2048 fit:75000:4096 gzip:250000:4096 image:500000:4200 inflate:250000:2048 monitor32:30000:1024 monitor64:30000:1024 options:150000:512 place:300000:512 platform_acpi:75000:2048 psci:75000:1024 smbios:75000:1024 uimage:500000:512 uki:300000:1024 unpack:10000:4096
FUZZ_LIST += freebsd:150000:512 heap:50000:128 initrd:300000:5000 bls:50000:1024 fat:100000:16384 gpt:150000:3072 ext4:60000:24832 grub:60000:4096 efi_path:100000:512 efi_image:100000:2048
FUZZ_TARGETS := $(foreach t,$(FUZZ_LIST),$(FUZZ_OUT)/fuzz_$(firstword $(subst :, ,$(t))))

# The product's pure modules, and a helper that is shared with the unit tests.
FUZZ_PRODUCT := $(PURE) arch/arm/digest.c boot/early/ram.c tests/unit/support/judge.c tests/unit/support/parts_inside.c $(wildcard monitor/*.c) drivers/gpio/pl061.c \
	tests/unit/support/monitor_machine.c tests/unit/support/monitor_devices.c
FUZZ_OBJECTS := $(FUZZ_PRODUCT:%.c=$(FUZZ_OUT)/product/%.o)
# Trees to start from; the other targets' seeds are in corpus/.
FUZZ_TREES := $(patsubst $(FUZZ_UNIT)/dts/%.dts,$(FUZZ_OUT)/seeds/fdt/%.dtb,$(wildcard $(FUZZ_UNIT)/dts/*.dts)) \
	$(patsubst $(FUZZ_UNIT)/overlays/%.dts,$(FUZZ_OUT)/seeds/fdt_overlay/%.dtb,$(wildcard $(FUZZ_UNIT)/overlays/*.dts))

# `fuzz-coverage` compiles all of it once more, with these two instead.
FUZZ_INSTRUMENT ?= -fsanitize=fuzzer-no-link,address,undefined,unsigned-integer-overflow -fno-sanitize-coverage=stack-depth -fno-sanitize-recover=all \
	-fsanitize-ignorelist=$(FUZZ_SRC)/wraps.txt
FUZZ_LINK ?= -fsanitize=fuzzer,address,undefined
comma := ,
FUZZ_FLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer $(FUZZ_INSTRUMENT) -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wvla -MMD -MP -Iinclude -I. -I$(FUZZ_SRC) -I$(FUZZ_UNIT)/support

# The whole flow, linked for this host: in place of what is about the machine, host/ plays one.
FUZZ_HOST := $(FUZZ_SRC)/host
FUZZ_FLOW := $(filter-out boot/core/vm.c boot/early/init.c,$(wildcard boot/*.c boot/*/*.c)) $(wildcard drivers/*.c drivers/*/*.c)
FUZZ_FLOW_OBJECTS := $(FUZZ_FLOW:%.c=$(FUZZ_OUT)/flow/%.o) $(patsubst $(FUZZ_HOST)/%,$(FUZZ_OUT)/host/%.o,$(wildcard $(FUZZ_HOST)/*.[cS])) \
	$(patsubst %.c,$(FUZZ_OUT)/product/%.o,$(PURE) arch/arm/digest.c) $(FUZZ_OUT)/flow/monitor.o $(FUZZ_OUT)/flow/runtime.o
# The monitors' architecture-specific parts, with system registers that are played (registers.h).
FUZZ_MONITOR_COMMON := $(patsubst %.c,$(FUZZ_OUT)/product/%.o,$(wildcard monitor/*.c) drivers/gpio/pl061.c tests/unit/support/monitor_machine.c tests/unit/support/monitor_devices.c) $(FUZZ_OUT)/registers.o
FUZZ_MONITOR64 := $(patsubst arch/arm64/monitor/%.c,$(FUZZ_OUT)/monitor64/%.o,$(filter-out %/arch.c,$(wildcard arch/arm64/monitor/*.c)))
FUZZ_MONITOR32 := $(patsubst arch/arm/monitor/%.c,$(FUZZ_OUT)/monitor32/%.o,$(filter-out %/arch.c %/start.c,$(wildcard arch/arm/monitor/*.c)))
FUZZ_ALONE := $(FUZZ_OUT)/fuzz_boot $(FUZZ_OUT)/fuzz_monitor64 $(FUZZ_OUT)/fuzz_monitor32
# What free RAM is taken for is seen there (host/ram.c), and what stage it is.
FUZZ_WRAPPED := memmap_alloc memmap_alloc_high memmap_add memmap_remove memmap_take memmap_free reserve probe acpi_locate acpi_open find_payload
FUZZ_SEEDS := $(FUZZ_OUT)/seeds/boot/done

.PHONY: fuzz fuzz-check fuzz-smoke fuzz-build fuzz-coverage
fuzz-build: $(FUZZ_TARGETS) $(FUZZ_TREES) $(FUZZ_SEEDS)

fuzz-check: fuzz-build
	$(call say,FUZZ,"$(words $(FUZZ_TARGETS)) targets")$(FUZZ_SRC)/fuzz.sh check $(FUZZ_OUT) $(FUZZ_SRC)/corpus $(BUILD)/results.txt $(FUZZ_LIST)

# Each seed once, and little more: under a minute.
fuzz-smoke: fuzz-build
	$(call say,FUZZ,"$(words $(FUZZ_TARGETS)) targets once")$(FUZZ_SRC)/fuzz.sh smoke $(FUZZ_OUT) $(FUZZ_SRC)/corpus $(BUILD)/results.txt $(FUZZ_LIST)

fuzz: fuzz-build
	@$(FUZZ_SRC)/fuzz.sh long $(FUZZ_OUT) $(FUZZ_SRC)/corpus $(FUZZ_SECONDS) $(FUZZ_LIST)

# What the inputs at hand reach (seeds, and what fuzz-check and fuzz have found): lines and branches of
# each file, and each that is not reached (coverage.py).
FUZZ_COVERED := $(FUZZ_OUT)/covered
fuzz-coverage: fuzz-build
	@$(MAKE) --no-print-directory FUZZ_OUT=$(FUZZ_COVERED) FUZZ_INSTRUMENT="-fprofile-instr-generate -fcoverage-mapping" \
		FUZZ_LINK="-fprofile-instr-generate -fsanitize=fuzzer" $(FUZZ_TARGETS:$(FUZZ_OUT)/%=$(FUZZ_COVERED)/%)
	$(FUZZ_SRC)/coverage.py $(FUZZ_OUT) $(FUZZ_COVERED) $(FUZZ_SRC)/corpus $(FUZZ_LIST)

$(FUZZ_OUT)/product/%.o: %.c $(FUZZ_SRC)/wraps.txt
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_FLAGS) -c $< -o $@

# Its devices are played, by tests/unit/support/monitor_devices.c.
$(FUZZ_OUT)/product/monitor/%.o $(FUZZ_OUT)/product/drivers/gpio/pl061.o: FUZZ_FLAGS := -I$(FUZZ_UNIT)/fake_monitor $(FUZZ_FLAGS)

# What a guest's address becomes when it is counted on is the guest's business.
$(FUZZ_OUT)/product/monitor/%.o $(FUZZ_OUT)/monitor64/%.o $(FUZZ_OUT)/monitor32/%.o: FUZZ_FLAGS += -fno-sanitize=unsigned-integer-overflow

$(FUZZ_OUT)/%.o: $(FUZZ_SRC)/%.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_FLAGS) -c $< -o $@

$(FUZZ_OUT)/flow/%.o: %.c $(FUZZ_SRC)/wraps.txt
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) -I$(FUZZ_HOST) $(FUZZ_FLAGS) -c $< -o $@

$(FUZZ_OUT)/host/%.c.o: $(FUZZ_HOST)/%.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) -I$(FUZZ_HOST) $(subst fuzzer-no-link$(comma),,$(FUZZ_FLAGS)) -c $< -o $@

$(FUZZ_OUT)/host/trees.S.o: $(FUZZ_HOST)/trees.S $(FUZZ_TREES)
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) -I$(FUZZ_OUT)/seeds/fdt -c $< -o $@

$(FUZZ_OUT)/flow/monitor.o: monitor/blob.S $(BUILD)/monitor64.bin
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) -DMONITOR_BIN='"$(BUILD)/monitor64.bin"' -c $< -o $@

$(FUZZ_OUT)/flow/runtime.o: runtime/blob.S $(BUILD)/runtime.bin
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) -DRUNTIME_BIN='"$(BUILD)/runtime.bin"' -c $< -o $@

# Its variables are where old virtio devices and CPUs of 32 bits reach, behind host.h's memory.
$(FUZZ_OUT)/fuzz_boot: $(FUZZ_OUT)/fuzz_boot.o $(FUZZ_FLOW_OBJECTS) $(FUZZ_HOST)/host.lds
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_LINK) -no-pie -Wl,-z,noexecstack -Wl,-Ttext-segment=0x68000000 -T $(FUZZ_HOST)/host.lds $(FUZZ_WRAPPED:%=-Wl,--wrap=%) -o $@ $(filter %.o,$^) $(UNIT_LIBS)

FUZZ_AS_64 := -include $(FUZZ_SRC)/fake64/cpu_of_host.h -Imonitor -Iarch/arm64
FUZZ_AS_32 := -include $(FUZZ_SRC)/fake32/cpu_of_host.h -Imonitor -Iarch/arm
$(FUZZ_OUT)/monitor64/%.o: arch/arm64/monitor/%.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_AS_64) $(FUZZ_FLAGS) -c $< -o $@

$(FUZZ_OUT)/monitor32/%.o: arch/arm/monitor/%.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_AS_32) $(FUZZ_FLAGS) -c $< -o $@

$(FUZZ_OUT)/fuzz_monitor64.o: FUZZ_FLAGS += $(FUZZ_AS_64)
$(FUZZ_OUT)/fuzz_monitor32.o: FUZZ_FLAGS += $(FUZZ_AS_32)

$(FUZZ_OUT)/fuzz_monitor64: $(FUZZ_MONITOR64)
$(FUZZ_OUT)/fuzz_monitor32: $(FUZZ_MONITOR32)
$(FUZZ_OUT)/fuzz_monitor64 $(FUZZ_OUT)/fuzz_monitor32: %: %.o $(FUZZ_MONITOR_COMMON)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_LINK) -o $@ $^

$(filter-out $(FUZZ_ALONE),$(FUZZ_TARGETS)): %: %.o $(FUZZ_OBJECTS)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_LINK) -o $@ $^ $(UNIT_LIBS)

$(FUZZ_OUT)/seeds/fdt/%.dtb: $(FUZZ_UNIT)/dts/%.dts
	@mkdir -p $(@D)
	$(call say,DTC,$@)dtc -q -I dts -O dtb -o $@ $<

$(FUZZ_OUT)/seeds/fdt_overlay/%.dtb: $(FUZZ_UNIT)/overlays/%.dts
	@mkdir -p $(@D)
	$(call say,DTC,$@)dtc -@ -q -I dts -O dtb -o $@ $<

# Machines and kernels, packed by the real tools.
$(FUZZ_SEEDS): $(FUZZ_SRC)/boot_seeds.py $(FUZZ_SRC)/disk_seeds.py $(FUZZ_SRC)/found.py $(FUZZ_TREES) $(wildcard $(FUZZ_SRC)/corpus/*/*)
	$(call say,SEED,$(@D))rm -rf $(@D) && $< $(@D) $(FUZZ_SRC)/corpus $(FUZZ_UNIT)/dts $(FUZZ_OUT)/seeds/fdt_overlay && touch $@

-include $(FUZZ_OBJECTS:.o=.d) $(FUZZ_FLOW_OBJECTS:.o=.d) $(FUZZ_MONITOR64:.o=.d) $(FUZZ_MONITOR32:.o=.d) $(FUZZ_TARGETS:%=%.d)
