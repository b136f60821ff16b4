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
UNIT_PRODUCT := $(wildcard lib/*.c) $(wildcard tables/*.c) boot/early.c boot/options.c boot/place.c \
	boot/platform_details_fdt.c boot/platform_fdt.c boot/platform_lines_fdt.c drivers/fw_cfg.c drivers/gpio.c $(wildcard runtime/*.c) $(wildcard monitor/*.c)
UNIT_TESTS := $(wildcard $(UNIT_SRC)/*.c)
UNIT_DTB := $(patsubst $(UNIT_SRC)/dts/%.dts,$(UNIT_OUT)/dtb/%.dtb,$(wildcard $(UNIT_SRC)/dts/*.dts))
UNIT_GZIP := $(UNIT_OUT)/gzip-1.gz $(UNIT_OUT)/gzip-9.gz

UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_FLAGS := -std=gnu11 -O1 -g -fno-omit-frame-pointer $(UNIT_SANITIZE) -Wall -Wextra -Werror -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -MMD -MP \
	-I$(UNIT_SRC)/fake -Iinclude -I$(UNIT_SRC) -DUNIT_DTB='"$(UNIT_OUT)/dtb"' -DUNIT_OUT='"$(UNIT_OUT)"'

UNIT_OBJECTS := $(UNIT_PRODUCT:%.c=$(UNIT_OUT)/product/%.o) $(UNIT_TESTS:$(UNIT_SRC)/%.c=$(UNIT_OUT)/%.o)

.PHONY: unit
unit: $(UNIT_OUT)/unit-tests $(UNIT_DTB) $(UNIT_GZIP)
	$(call say,TEST,$<)$< --results $(BUILD)/results.txt
	$(call say,TEST,judge_fdt.py)$(UNIT_SRC)/judge_fdt.py --results $(BUILD)/results.txt $(UNIT_OUT)/built-*.dtb

$(UNIT_OUT)/product/%.o: %.c
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_FLAGS) -c $< -o $@

# It brings an allocator for zlib's sake, which must not become this process's.
$(UNIT_OUT)/product/lib/gzip.o: UNIT_FLAGS += -Dmalloc=product_malloc -Dfree=product_free

# The clock that these read is plain memory.
$(UNIT_OUT)/product/runtime/%.o: UNIT_FLAGS := $(filter-out -I$(UNIT_SRC)/fake,$(UNIT_FLAGS))

# These have a whole machine of their own (monitor_machine.h).
$(UNIT_OUT)/product/monitor/%.o $(UNIT_OUT)/product/drivers/gpio.o: UNIT_FLAGS := -I$(UNIT_SRC)/fake_monitor $(filter-out -I$(UNIT_SRC)/fake,$(UNIT_FLAGS))

$(UNIT_OUT)/%.o: $(UNIT_SRC)/%.c
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_FLAGS) -c $< -o $@

$(UNIT_OUT)/unit-tests: $(UNIT_OBJECTS)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_SANITIZE) -pthread -o $@ $^ -lfdt -lz

$(UNIT_OUT)/dtb/%.dtb: $(UNIT_SRC)/dts/%.dts
	@mkdir -p $(@D)
	$(call say,DTC,$@)dtc -q -I dts -O dtb -o $@ $<

# What the real tool writes: the tests compare with the file that went in.
$(UNIT_OUT)/gzip-%.gz: $(UNIT_OUT)/dtb/qemu-gicv3.dtb
	$(call say,GZIP,$@)gzip -$* -c $< >$@

-include $(UNIT_OBJECTS:.o=.d)
