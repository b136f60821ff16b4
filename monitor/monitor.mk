# SPDX-License-Identifier: BSD-2-Clause
# The monitor (monitor/, arch/<arch>/monitor/): included by the top Makefile. For each half a file
# that is linked by itself, for any address, and embedded into that half.

MONITOR_FLAGS := -Os $(WHOLE) -fpie -fvisibility=hidden -fno-stack-protector -fno-tree-loop-distribute-patterns -fno-jump-tables -Imonitor
MONITOR_FLAGS64 := $(CFLAGS64) $(MONITOR_FLAGS) -mcmodel=tiny -mstrict-align -fomit-frame-pointer -Iarch/arm64/monitor
MONITOR_FLAGS32 := $(CFLAGS32) $(MONITOR_FLAGS) -mno-unaligned-access -Iarch/arm/monitor
MONITOR_LD := $(LDFLAGS_EMBEDDED) -T $(BUILD)/monitor.lds
MONITOR_OBJECTS64 := $(patsubst %,$(BUILD)/monitor64/%.o,drivers/gpio/pl061.c $(wildcard monitor/*.c arch/arm64/monitor/*.[cS]))
MONITOR_OBJECTS32 := $(patsubst %,$(BUILD)/monitor32/%.o,drivers/gpio/pl061.c $(wildcard monitor/*.c arch/arm/monitor/*.[cS]))

$(BUILD)/monitor64/%.o: % Makefile monitor/monitor.mk | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(MONITOR_FLAGS64) -c $< -o $@

$(BUILD)/monitor32/%.o: % Makefile monitor/monitor.mk | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS32)gcc $(MONITOR_FLAGS32) -c $< -o $@

$(BUILD)/monitor.lds: monitor/monitor.lds.S include/monitor.h | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,LDS,$@)$(CROSS64)cpp -P -Iinclude -I. -x assembler-with-cpp -D__ASSEMBLER__ $< -o $@

$(BUILD)/monitor64.elf: $(MONITOR_OBJECTS64) $(BUILD)/monitor.lds
	$(call say,LD,$@)$(CROSS64)gcc $(filter-out -MMD -MP,$(MONITOR_FLAGS64)) $(MONITOR_LD) -o $@ $(MONITOR_OBJECTS64)

$(BUILD)/monitor32.elf: $(MONITOR_OBJECTS32) $(BUILD)/monitor.lds
	$(call say,LD,$@)$(CROSS32)gcc $(filter-out -MMD -MP,$(MONITOR_FLAGS32)) $(MONITOR_LD) -o $@ $(MONITOR_OBJECTS32) -lgcc

OBJECTS64 += $(BUILD)/arm64/monitor/blob.S.o
OBJECTS32 += $(BUILD)/arm/monitor/blob.S.o
$(BUILD)/forearm.elf: $(BUILD)/arm64/monitor/blob.S.o
$(BUILD)/arm.elf: $(BUILD)/arm/monitor/blob.S.o
$(BUILD)/arm64/monitor/blob.S.o: CFLAGS64 += -DMONITOR_BIN='"$(BUILD)/monitor64.bin"'
$(BUILD)/arm64/monitor/blob.S.o: $(BUILD)/monitor64.bin
$(BUILD)/arm/monitor/blob.S.o: CFLAGS32 += -DMONITOR_BIN='"$(BUILD)/monitor32.bin"'
$(BUILD)/arm/monitor/blob.S.o: $(BUILD)/monitor32.bin

-include $(MONITOR_OBJECTS64:.o=.d) $(MONITOR_OBJECTS32:.o=.d)
