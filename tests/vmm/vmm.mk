# SPDX-License-Identifier: BSD-2-Clause
# The test VMM (tests/vmm): included by the top Makefile; target `vmm`. A static program for arm64.

VMM_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
VMM_OUT := $(BUILD)/vmm
VMM_FLAGS := -std=gnu11 -O2 -g -Wall -Wextra $(FATAL) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -MMD -MP \
	-idirafter $(DEPS64)/include
VMM_OBJECTS := $(patsubst $(VMM_SRC)/%.c,$(VMM_OUT)/%.o,$(wildcard $(VMM_SRC)/*.c))

.PHONY: vmm
vmm: $(VMM_OUT)/vmm

$(VMM_OUT)/%.o: $(VMM_SRC)/%.c $(VMM_SRC)/vmm.mk | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(VMM_FLAGS) -c $< -o $@

$(VMM_OUT)/vmm: $(VMM_OBJECTS)
	$(call say,LD,$@)$(CROSS64)gcc -static -o $@ $^ $(DEPS64)/lib/aarch64-linux-gnu/libfdt.a

-include $(VMM_OBJECTS:.o=.d)
