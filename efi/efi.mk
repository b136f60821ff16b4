# SPDX-License-Identifier: BSD-2-Clause
# The EFI application (efi/, arch/arm64/efi/): included by the top Makefile. A file that is linked by
# itself, for any address, and embedded into the AArch64 half. Of gnu-efi it has the headers.

EFI_HEADERS := -isystem $(DEPS64)/include/efi -isystem $(DEPS64)/include/efi/aarch64 -fshort-wchar
EFI_FLAGS := $(CFLAGS64) -Os $(WHOLE) -fpie -fvisibility=hidden -fno-stack-protector -fno-jump-tables -fno-tree-switch-conversion \
	-fomit-frame-pointer $(EFI_HEADERS) -Iefi
EFI_OBJECTS := $(patsubst %,$(BUILD)/efi64/%.o,$(wildcard efi/*.c arch/arm64/efi/*.S) arch/arm64/clean.S \
	lib/formats/image.c lib/formats/pe.c lib/disk/bls.c lib/formats/payload.c lib/fdt/walk.c lib/guest/recognise.c boot/early/ram.c)

$(BUILD)/efi64/%.o: % Makefile efi/efi.mk | $(firstword $(LIBS64)) $(DEPS64)/include/efi/efi.h
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(EFI_FLAGS) -c $< -o $@

$(BUILD)/efi64.elf: $(EFI_OBJECTS) $(filter $(BUILD)/%,$(LIBS64)) efi/efi.lds
	$(call say,LD,$@)$(CROSS64)gcc $(filter-out -MMD -MP,$(EFI_FLAGS)) $(LDFLAGS_EMBEDDED) -T efi/efi.lds -o $@ $(EFI_OBJECTS) $(LIBS64)

OBJECTS64 += $(BUILD)/arm64/efi/blob.S.o
$(BUILD)/forearm.elf: $(BUILD)/arm64/efi/blob.S.o
$(BUILD)/arm64/efi/blob.S.o: CFLAGS64 += -DEFI_BIN='"$(BUILD)/efi64.bin"'
$(BUILD)/arm64/efi/blob.S.o: $(BUILD)/efi64.bin

-include $(EFI_OBJECTS:.o=.d)
