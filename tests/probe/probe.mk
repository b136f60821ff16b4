# SPDX-License-Identifier: BSD-2-Clause
# Probe guests (tests/probe): included by the top Makefile; target `probes`.

BUILD ?= build
PYTHON ?= /usr/bin/python3
CROSS64 ?= aarch64-linux-gnu-
CROSS32 ?= arm-linux-gnueabihf-

PROBE_SRC := $(dir $(lastword $(MAKEFILE_LIST)))
PROBE_OUT := $(BUILD)/probe
PROBE_PAD := $(PROBE_OUT)/pad.bin
# What all guests share, and what each is made of; NAME64 and NAME32 become state64 and so on.
PROBE_LIB := exit report range crc text words fdt tree psci smp gic
PROBE_C := $(PROBE_LIB) main check_fdt check_image check_chosen check_initrd check_psci check_access
TORTURE_C := $(PROBE_LIB) torture torture_smccc torture_features torture_arguments torture_rounds
TORTURE_C += torture_race torture_suspend torture_off torture_monitor torture_end

PROBE_FLAGS := -Wall -Wextra -Werror -Os -std=gnu11 -ffreestanding -fpie -fvisibility=hidden \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-mgeneral-regs-only -DPROBE_PAD='"$(PROBE_PAD)"' -I$(PROBE_SRC)
PROBE_FLAGS64 := -mcmodel=tiny -mstrict-align -march=armv8-a
PROBE_FLAGS32 := -marm -march=armv7ve -mfloat-abi=soft -mno-unaligned-access
PROBE_LD := -nostdlib -pie -Wl,-e,file_start -Wl,--no-dynamic-linker -Wl,-z,text \
	-Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,-T,$(PROBE_SRC)probe.lds
# The room behind the file: what a kernel's BSS, or the 32-bit decompressor, takes.
PROBE_ROOM64 := 0x200000
PROBE_ROOM32 := 0x10000

PROBE_IMAGES := probe-el1.img probe-el2.img probe-el1-offset.img probe-svc.zimg probe-hyp.zimg
INTERRUPTS_C := $(PROBE_LIB) interrupts
PROBE_IMAGES += torture64.img torture32.zimg interrupts64.img interrupts32.zimg
ATTACK_C := $(PROBE_LIB) attack
PROBE_IMAGES += attack64.img attack32.zimg
PROBE_IMAGES += at3_64.img at3_32.img
PROBE_IMAGES += probe-loader64.bin probe-loader32.bin

.PHONY: probes
probes: $(PROBE_IMAGES:%=$(BUILD)/guests/%)

$(PROBE_PAD): $(PROBE_SRC)seal.py
	@mkdir -p $(@D)
	$(PYTHON) $< --pad $@

# probe-build NAME, SUFFIX, BITS, OPTIONS, C FILES
define probe-build
$(PROBE_OUT)/$(1)/%.o: $(PROBE_SRC)%.c $(wildcard $(PROBE_SRC)*.h) $(PROBE_SRC)probe.mk
	@mkdir -p $$(@D)
	$(CROSS$(3))gcc $(PROBE_FLAGS) $(PROBE_FLAGS$(3)) $(4) -c -o $$@ $$<
$(PROBE_OUT)/$(1)/%.o: $(PROBE_SRC)%.S $(PROBE_SRC)tail.S $(PROBE_SRC)probe.mk $(PROBE_PAD)
	@mkdir -p $$(@D)
	$(CROSS$(3))gcc $(PROBE_FLAGS) $(PROBE_FLAGS$(3)) $(4) -c -o $$@ $$<
$(PROBE_OUT)/$(1)/probe.elf: $(5:%=$(PROBE_OUT)/$(1)/%.o) $(PROBE_OUT)/$(1)/state$(3).o \
		$(PROBE_OUT)/$(1)/cpu$(3).o $(PROBE_OUT)/$(1)/access$(3).o $(PROBE_OUT)/$(1)/entry$(3).o $(PROBE_SRC)probe.lds
	$(CROSS$(3))gcc $(PROBE_LD) $(PROBE_FLAGS$(3)) -Wl,--defsym=ROOM=$(PROBE_ROOM$(3)) -o $$@ \
		$$(filter %.o,$$^)
$(BUILD)/guests/$(1).$(2): $(PROBE_OUT)/$(1)/probe.elf $(PROBE_SRC)seal.py
	@mkdir -p $$(@D)
	$(CROSS$(3))objcopy -O binary $$< $$@.tmp
	$(PYTHON) $(PROBE_SRC)seal.py $$@.tmp
	mv $$@.tmp $$@
endef

$(eval $(call probe-build,probe-el1,img,64,-DPROBE_LEVEL=1 -DTEXT_OFFSET=0,$(PROBE_C)))
$(eval $(call probe-build,probe-el2,img,64,-DPROBE_LEVEL=2 -DTEXT_OFFSET=0,$(PROBE_C)))
$(eval $(call probe-build,probe-el1-offset,img,64,-DPROBE_LEVEL=1 -DTEXT_OFFSET=0x80000,$(PROBE_C)))
$(eval $(call probe-build,probe-svc,zimg,32,-DPROBE_LEVEL=1,$(PROBE_C)))
$(eval $(call probe-build,probe-hyp,zimg,32,-DPROBE_LEVEL=2,$(PROBE_C)))
$(eval $(call probe-build,torture64,img,64,-DPROBE_LEVEL=1 -DTEXT_OFFSET=0,$(TORTURE_C) reach64))
$(eval $(call probe-build,torture32,zimg,32,-DPROBE_LEVEL=1,$(TORTURE_C) reach32))
$(eval $(call probe-build,interrupts64,img,64,-DPROBE_LEVEL=1 -DTEXT_OFFSET=0,$(INTERRUPTS_C)))
$(eval $(call probe-build,interrupts32,zimg,32,-DPROBE_LEVEL=1,$(INTERRUPTS_C)))
$(eval $(call probe-build,attack64,img,64,-DPROBE_LEVEL=1 -DTEXT_OFFSET=0,$(ATTACK_C) attack64))
$(eval $(call probe-build,attack32,zimg,32,-DPROBE_LEVEL=1,$(ATTACK_C) attack32))

# Loaders that can be told to do everything wrong: badloader.py appends the parameters.
define probe-loader
$(BUILD)/guests/probe-loader$(1).bin: $(PROBE_SRC)loader$(1).S
	@mkdir -p $$(@D) $(PROBE_OUT)
	$(CROSS$(1))gcc -c -o $(PROBE_OUT)/loader$(1).o $$<
	$(CROSS$(1))objcopy -O binary -j .text $(PROBE_OUT)/loader$(1).o $$@
endef

$(eval $(call probe-loader,64))
$(eval $(call probe-loader,32))

# Guests at EL3 and in secure SVC mode.
$(BUILD)/guests/at3_%.img: $(PROBE_SRC)at3_%.S
	@mkdir -p $(@D) $(PROBE_OUT)
	$(CROSS$*)gcc -c -o $(PROBE_OUT)/at3_$*.o $<
	$(CROSS$*)objcopy -O binary -j .text $(PROBE_OUT)/at3_$*.o $@
