# SPDX-License-Identifier: BSD-2-Clause
# The EFI runtime services (runtime/): included by the top Makefile. A file that is linked by
# itself, for any address, and embedded into the AArch64 half.

# X18 is the guest's (Linux keeps its shadow call stack there), and so are its vector registers.
RUNTIME_FLAGS := $(CFLAGS64) -fpie -mcmodel=tiny -ffixed-x18 -fno-stack-protector -fomit-frame-pointer \
	-fno-tree-loop-distribute-patterns -fno-jump-tables
RUNTIME_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(wildcard runtime/*.c) runtime/head.S)

$(BUILD)/runtime/%.o: runtime/% Makefile runtime/runtime.mk | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(RUNTIME_FLAGS) -c $< -o $@

$(BUILD)/runtime.elf: $(RUNTIME_OBJECTS) runtime/runtime.lds
	$(call say,LD,$@)$(CROSS64)gcc $(LDFLAGS_EMBEDDED) -T runtime/runtime.lds -o $@ $(RUNTIME_OBJECTS)

OBJECTS64 += $(BUILD)/arm64/runtime/blob.S.o
$(BUILD)/forearm.elf: $(BUILD)/arm64/runtime/blob.S.o
$(BUILD)/arm64/runtime/blob.S.o: CFLAGS64 += -DRUNTIME_BIN='"$(BUILD)/runtime.bin"'
$(BUILD)/arm64/runtime/blob.S.o: $(BUILD)/runtime.bin

-include $(RUNTIME_OBJECTS:.o=.d)
