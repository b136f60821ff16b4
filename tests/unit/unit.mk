# SPDX-License-Identifier: BSD-2-Clause
# Host unit tests (tests/unit): included by the top Makefile; target `unit`.
# They run the pure modules on this machine under the address and undefined-behaviour sanitizers.

BUILD ?= build
# Its sanitizers see mistakes that gcc folds away before it looks.
UNIT_CC ?= clang
ifndef say
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)
endif

UNIT_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
UNIT_OUT := $(BUILD)/unit

# The product's modules that need no machine; drivers/fw_cfg.c gets a fake one by fake/mmio.h.
UNIT_PRODUCT := $(PURE) arch/arm/digest.c boot/early/ram.c drivers/fw_cfg.c drivers/gpio/pl061.c $(wildcard runtime/*.c monitor/*.c efi/*.c)
# Each in the folder that its module has in the source tree; what they share is in support/.
UNIT_TESTS := $(filter-out $(UNIT_SRC)/support/%,$(wildcard $(foreach d,* */* */*/*,$(UNIT_SRC)/$(d).c)))
UNIT_SUPPORT := $(wildcard $(UNIT_SRC)/support/*.c)
UNIT_DTB := $(patsubst $(UNIT_SRC)/dts/%.dts,$(UNIT_OUT)/dtb/%.dtb,$(wildcard $(UNIT_SRC)/dts/*.dts))
UNIT_OVERLAY := $(patsubst $(UNIT_SRC)/overlays/%.dts,$(UNIT_OUT)/overlay/%.dtb,$(wildcard $(UNIT_SRC)/overlays/*.dts))
UNIT_GZIP := $(UNIT_OUT)/gzip-1.gz $(UNIT_OUT)/gzip-9.gz
UNIT_PACKED := $(UNIT_OUT)/packed/done
# What the real linkers and mkimage write.
ELF_NAMES := arm64 arm64-be arm64-pie arm64-plain arm arm-be8 arm-be32 arm-thumb
UNIT_ELF := $(foreach n,$(ELF_NAMES),$(UNIT_OUT)/elf/$(n).elf $(UNIT_OUT)/elf/$(n).bin) $(UNIT_OUT)/elf/arm64.o $(UNIT_OUT)/elf/arm64.gz
UIMAGE_NAMES := kernel kernel-arm64 kernel-gzip noload noload-gzip multi multi-two multi-four ramdisk script
UNIT_UIMAGE := $(UIMAGE_NAMES:%=$(UNIT_OUT)/uimage/%)
UNIT_MADE = $(UNIT_OVERLAY) $(UNIT_GZIP) $(UNIT_PACKED) $(UNIT_ELF) $(UNIT_UIMAGE) $(UNIT_UKI) $(UNIT_FIT) $(UNIT_ANDROID) $(UNIT_CPIO) $(UNIT_DISK)

UNIT_UKI := $(UNIT_OUT)/objcopy.efi
UNIT_DISK := $(UNIT_OUT)/disk/done

# Containers from their real tools, around parts that are of odd sizes.
UNIT_PARTS := $(UNIT_OUT)/parts/kernel $(UNIT_OUT)/parts/initrd $(UNIT_OUT)/parts/vendor
UNIT_FIT := $(patsubst %,$(UNIT_OUT)/fit/%.itb,full full-external full-position full-aligned bare auto)
UNIT_ANDROID := $(patsubst %,$(UNIT_OUT)/android/%.img,v0 v1 v2 v3 plain-v0 vendor-2k vendor-4k)

UNIT_CPIO := $(patsubst %,$(UNIT_OUT)/cpio/%,newc crc plain bare)

# What the product is linked with, as this machine has it.
UNIT_LIBS := -lfdt -lz -ldeflate -llz4 -lzstd -llzma
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_FLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer $(UNIT_SANITIZE) -Wall -Wextra -Werror -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -MMD -MP \
	-I$(UNIT_SRC)/fake -Iinclude -I. -I$(UNIT_SRC)/support -DUNIT_DTB='"$(UNIT_OUT)/dtb"' -DUNIT_OUT='"$(UNIT_OUT)"'

UNIT_TEST_OBJECTS := $(UNIT_TESTS:$(UNIT_SRC)/%.c=$(UNIT_OUT)/%.o)
UNIT_OBJECTS := $(UNIT_PRODUCT:%.c=$(UNIT_OUT)/product/%.o) $(UNIT_TEST_OBJECTS) $(UNIT_SUPPORT:$(UNIT_SRC)/%.c=$(UNIT_OUT)/%.o)

.PHONY: unit unit-build
unit-build: $(UNIT_OUT)/unit-tests $(UNIT_DTB) $(UNIT_MADE)

unit: unit-build
	$(call say,TEST,unit-tests)$(UNIT_OUT)/unit-tests --results $(BUILD)/results.txt
	$(call say,TEST,judge_fdt.py)$(UNIT_SRC)/judge_fdt.py --results $(BUILD)/results.txt $(UNIT_OUT)/built-*.dtb

# No unsigned number of the product wraps around either, but where it is meant to. What becomes of a
# guest's address that a monitor counts on is the guest's business.
UNIT_WRAPS := $(UNIT_SRC)/../fuzz/wraps.txt
$(UNIT_OUT)/product/%.o: UNIT_FLAGS += -fsanitize=unsigned-integer-overflow -fsanitize-ignorelist=$(UNIT_WRAPS)
$(UNIT_OUT)/product/monitor/%.o $(UNIT_OUT)/product/runtime/%.o: UNIT_FLAGS += -fno-sanitize=unsigned-integer-overflow

$(UNIT_OUT)/product/%.o: %.c $(UNIT_WRAPS)
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_FLAGS) -c $< -o $@

# The clock that these read is plain memory.
$(UNIT_OUT)/product/runtime/%.o: UNIT_FLAGS := $(filter-out -I$(UNIT_SRC)/fake,$(UNIT_FLAGS))

# These have a whole machine of their own (monitor_machine.h).
$(UNIT_OUT)/product/monitor/%.o $(UNIT_OUT)/product/drivers/gpio/pl061.o: UNIT_FLAGS := -I$(UNIT_SRC)/fake_monitor $(filter-out -I$(UNIT_SRC)/fake,$(UNIT_FLAGS))

# EFI's types are those of an AArch64 machine.
UNIT_EFI := -isystem $(DEPS64)/include/efi -isystem $(DEPS64)/include/efi/aarch64 -fshort-wchar -Iefi
$(UNIT_OUT)/product/efi/%.o $(UNIT_OUT)/efi/%.o: UNIT_FLAGS += $(UNIT_EFI)

# Some tests have the drivers that they play a device for in them.
$(UNIT_TEST_OBJECTS): UNIT_FLAGS += -fsanitize=unsigned-integer-overflow -fsanitize-ignorelist=$(UNIT_WRAPS)

$(UNIT_OUT)/%.o: $(UNIT_SRC)/%.c
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_FLAGS) -c $< -o $@

$(UNIT_OUT)/unit-tests: $(UNIT_OBJECTS)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_SANITIZE) -pthread -o $@ $^ $(UNIT_LIBS)

$(UNIT_OUT)/dtb/%.dtb: $(UNIT_SRC)/dts/%.dts
	@mkdir -p $(@D)
	$(call say,DTC,$@)dtc -q -I dts -O dtb -o $@ $<

# With labels.
$(UNIT_OUT)/overlay/%.dtb: $(UNIT_SRC)/overlays/%.dts
	@mkdir -p $(@D)
	$(call say,DTC,$@)dtc -@ -q -I dts -O dtb -o $@ $<

# What the real tool writes: the tests compare with the file that went in.
$(UNIT_OUT)/gzip-%.gz: $(UNIT_OUT)/dtb/qemu-gicv3.dtb
	$(call say,GZIP,$@)gzip -$* -c $< >$@

# The same with every other packer, of whatever text is at hand.
$(UNIT_PACKED): $(UNIT_SRC)/pack.sh
	$(call say,PACK,$(@D))$< $(@D) $(wildcard tables/*/*.c platform/*.c include/*.h include/*/*.h include/*/*/*.h)

# Partition tables and volumes.
$(UNIT_DISK): $(UNIT_SRC)/disk.sh
	$(call say,DISK,$(@D))$< $(@D) README.md

# One program, linked for other addresses than it goes to (program.lds), or as the linker likes.
ELF_OUT := $(UNIT_OUT)/elf
ELF_SCRIPT := -static -T $(UNIT_SRC)/elf/program.lds
ELF_CC = $(if $(findstring arm64,$(@F)),$(CROSS64),$(CROSS32))gcc -nostdlib -Wl,--build-id=none
$(ELF_OUT)/arm64.elf $(ELF_OUT)/arm.elf: ELF_FLAGS := $(ELF_SCRIPT)
$(ELF_OUT)/arm-thumb.elf: ELF_FLAGS := $(ELF_SCRIPT) -DTHUMB
$(ELF_OUT)/arm64-be.elf: ELF_FLAGS := $(ELF_SCRIPT) -mbig-endian
$(ELF_OUT)/arm-be8.elf: ELF_FLAGS := $(ELF_SCRIPT) -mbig-endian -mbe8
$(ELF_OUT)/arm-be32.elf: ELF_FLAGS := $(ELF_SCRIPT) -mbig-endian -mbe32
$(ELF_OUT)/arm64-plain.elf: ELF_FLAGS := -static
$(ELF_OUT)/arm64-pie.elf: ELF_FLAGS := -static-pie
$(ELF_OUT)/arm64.o: ELF_FLAGS := -c

$(filter %.elf %.o,$(UNIT_ELF)): $(UNIT_SRC)/elf/program.S $(UNIT_SRC)/elf/program.lds
	@mkdir -p $(@D)
	$(call say,ELF,$@)$(ELF_CC) $(ELF_FLAGS) -o $@ $<

$(ELF_OUT)/%.bin: $(ELF_OUT)/%.elf
	$(call say,BIN,$@)$(if $(findstring arm64,$(@F)),$(CROSS64),$(CROSS32))objcopy -O binary $< $@

$(ELF_OUT)/%.gz: $(ELF_OUT)/%.bin
	$(call say,GZIP,$@)gzip -9 -n -c $< >$@

UIMAGE_OUT := $(UNIT_OUT)/uimage
UIMAGE_KERNEL := $(ELF_OUT)/arm64.bin
UIMAGE_PACKED := $(ELF_OUT)/arm64.gz
UIMAGE_INITRD := $(UNIT_OUT)/gzip-1.gz
UIMAGE_DTB := $(UNIT_OUT)/dtb/qemu-gicv2.dtb
UIMAGE_PLACED := -A arm -O linux -a 0x40008000 -e 0x40008040 -n unit-test
UIMAGE_NOLOAD := -A arm -O linux -T kernel_noload -e 8 -n NetBSD/unit
$(UIMAGE_OUT)/kernel: MKIMAGE := $(UIMAGE_PLACED) -T kernel -C none -d $(UIMAGE_KERNEL)
$(UIMAGE_OUT)/kernel-arm64: MKIMAGE := -A arm64 -O linux -T kernel -C none -a 0xfff80000 -e 0xfff80008 \
	-n 0123456789abcdef0123456789abcdef -d $(UIMAGE_KERNEL)
$(UIMAGE_OUT)/kernel-gzip: MKIMAGE := $(UIMAGE_PLACED) -T kernel -C gzip -d $(UIMAGE_PACKED)
$(UIMAGE_OUT)/noload: MKIMAGE := $(UIMAGE_NOLOAD) -C none -d $(UIMAGE_KERNEL)
$(UIMAGE_OUT)/noload-gzip: MKIMAGE := $(UIMAGE_NOLOAD) -C gzip -d $(UIMAGE_PACKED)
$(UIMAGE_OUT)/multi: MKIMAGE := $(UIMAGE_PLACED) -T multi -C none -d $(UIMAGE_KERNEL):$(UIMAGE_INITRD):$(UIMAGE_DTB)
$(UIMAGE_OUT)/multi-two: MKIMAGE := $(UIMAGE_PLACED) -T multi -C none -d $(UIMAGE_KERNEL):$(UIMAGE_INITRD)
$(UIMAGE_OUT)/multi-four: MKIMAGE := $(UIMAGE_PLACED) -T multi -C none \
	-d $(UIMAGE_KERNEL):$(UIMAGE_INITRD):$(UIMAGE_DTB):$(UIMAGE_KERNEL)
$(UIMAGE_OUT)/ramdisk: MKIMAGE := $(UIMAGE_PLACED) -T ramdisk -C gzip -d $(UIMAGE_INITRD)
$(UIMAGE_OUT)/script: MKIMAGE := $(UIMAGE_PLACED) -T script -C none -d $(UNIT_SRC)/elf/program.S

$(UIMAGE_OUT)/%: $(UIMAGE_KERNEL) $(UIMAGE_PACKED) $(UIMAGE_INITRD) $(UIMAGE_DTB)
	@mkdir -p $(@D)
	$(call say,MK,$@)mkimage $(MKIMAGE) $@ >/dev/null

# A unified kernel image as it was made before there was ukify: the stub is our own image, of which
# objcopy keeps only the sections.
$(UNIT_UKI): $(BUILD)/forearm.bin $(UNIT_OUT)/dtb/qemu-gicv3.dtb
	$(call say,UKI,$@)cd $(@D) && printf 'PRETTY_NAME="By objcopy"\n' >uki-osrel && printf 'quiet\n' >uki-cmdline && \
		$(CROSS64)objcopy --add-section .osrel=uki-osrel --change-section-vma .osrel=0x1000000 \
		--add-section .cmdline=uki-cmdline --change-section-vma .cmdline=0x1010000 \
		--add-section .linux=dtb/qemu-gicv3.dtb --change-section-vma .linux=0x1020000 \
		$(abspath $<) $(@F)

$(UNIT_OUT)/parts/kernel: COUNT := 1 2000
$(UNIT_OUT)/parts/initrd: COUNT := 5000 6001
$(UNIT_OUT)/parts/vendor: COUNT := 7 300
$(UNIT_PARTS):
	@mkdir -p $(@D)
	$(call say,SEQ,$@)seq $(COUNT) >$@

# mkimage has dtc read the source, which takes in what is below the output directory.
mkimage = mkimage -D "-I dts -O dtb -p 500 -i $(abspath $(UNIT_OUT))"
$(UNIT_OUT)/fit/full-external.itb: FIT_FLAGS := -E
$(UNIT_OUT)/fit/full-position.itb: FIT_FLAGS := -E -p 0x8000
$(UNIT_OUT)/fit/full-aligned.itb: FIT_FLAGS := -E -B 0x200
$(UNIT_OUT)/fit/full%.itb: $(UNIT_SRC)/its/full.its $(UNIT_PARTS) $(UNIT_DTB)
	@mkdir -p $(@D)
	$(call say,FIT,$@)$(mkimage) $(FIT_FLAGS) -f $< $@ >$@.log

$(UNIT_OUT)/fit/full.itb $(UNIT_OUT)/fit/bare.itb: $(UNIT_OUT)/fit/%.itb: $(UNIT_SRC)/its/%.its $(UNIT_PARTS) $(UNIT_DTB)
	@mkdir -p $(@D)
	$(call say,FIT,$@)$(mkimage) -f $< $@ >$@.log

$(UNIT_OUT)/fit/auto.itb: $(UNIT_PARTS) $(UNIT_DTB)
	@mkdir -p $(@D)
	$(call say,FIT,$@)mkimage -f auto -A arm64 -O linux -T kernel -C none -a 0x40080000 -e 0x40080000 -n "a kernel" \
		-d $(UNIT_OUT)/parts/kernel -i $(UNIT_OUT)/parts/initrd -b $(UNIT_OUT)/dtb/kvmtool.dtb -b $(UNIT_OUT)/dtb/xen.dtb $@ >$@.log

# The first command line fills its field and goes on in the other one.
mkbootimg = $(PYTHON) /usr/bin/mkbootimg
LONG_LINE = $(shell seq -s , 1 400 | head -c 700)
$(UNIT_OUT)/android/v0.img: BOOT_FLAGS = --ramdisk $(UNIT_OUT)/parts/initrd --second $(UNIT_OUT)/parts/vendor --board board-of-16-char --cmdline $(LONG_LINE)
$(UNIT_OUT)/android/plain-v0.img: BOOT_FLAGS = --base 0 --kernel_offset 0
$(UNIT_OUT)/android/v1.img: BOOT_FLAGS = --header_version 1 --pagesize 4096 --ramdisk $(UNIT_OUT)/parts/initrd --cmdline "one two"
$(UNIT_OUT)/android/v2.img: BOOT_FLAGS = --header_version 2 --pagesize 16384 --ramdisk $(UNIT_OUT)/parts/initrd \
	--second $(UNIT_OUT)/parts/vendor --dtb $(UNIT_OUT)/dtb/xen.dtb --base 0x40000000 --board b
$(UNIT_OUT)/android/v3.img: BOOT_FLAGS = --header_version 3 --ramdisk $(UNIT_OUT)/parts/initrd --cmdline "boot line"
$(UNIT_OUT)/android/%.img: $(UNIT_PARTS) $(UNIT_DTB)
	@mkdir -p $(@D)
	$(call say,BOOT,$@)$(mkbootimg) --kernel $(UNIT_OUT)/parts/kernel $(BOOT_FLAGS) -o $@

$(UNIT_OUT)/android/vendor-%k.img: $(UNIT_PARTS) $(UNIT_DTB)
	@mkdir -p $(@D)
	$(call say,BOOT,$@)$(mkbootimg) --header_version 3 --pagesize $$(($* * 1024)) --vendor_ramdisk $(UNIT_OUT)/parts/vendor --dtb $(UNIT_OUT)/dtb/xen.dtb \
		--vendor_cmdline "vendor line" --board vendor --vendor_boot $@

# Trees with a /boot, packed as people pack them: plain has no initrd in it, bare no kernel.
CPIO_OUT := $(UNIT_OUT)/cpio
CPIO_TREE := $(CPIO_OUT)/tree
$(CPIO_TREE)/done: $(UNIT_PARTS)
	@rm -rf $(@D) && mkdir -p $(@D)/boot/efi $(@D)/etc
	$(call say,TREE,$(@D))cd $(@D) && cp ../../parts/kernel boot/vmlinuz-6.1.0 && cp ../../parts/initrd boot/initrd.img-6.1.0 && \
		cp ../../parts/vendor boot/efi/Image && cp ../../parts/vendor boot/other.efi && cp ../../parts/vendor etc/vmlinuz && \
		: >boot/Image && ln -s vmlinuz-6.1.0 boot/vmlinuz && touch done
$(CPIO_OUT)/newc: CPIO_LIST := find boot etc
$(CPIO_OUT)/crc: CPIO_LIST := find . -name '*.img*' -o -name '*.efi' -o -name 'vmlinuz-*'
$(CPIO_OUT)/plain: CPIO_LIST := find boot ! -name 'initrd*'
$(CPIO_OUT)/bare: CPIO_LIST := find etc boot/efi boot/vmlinuz boot/Image
$(UNIT_CPIO): $(CPIO_TREE)/done
	$(call say,CPIO,$@)cd $(CPIO_TREE) && $(CPIO_LIST) | cpio --quiet -o -H $(if $(findstring crc,$(@F)),crc,newc) >../$(@F)

-include $(UNIT_OBJECTS:.o=.d)
