# SPDX-License-Identifier: BSD-2-Clause
# What the manual has to say, from the product's own tables (tests/facts): included by the top
# Makefile; tests/qemu/test_docs.py compares. facts.txt has options, guests and reasons, messages.bin
# the remedy and the cause of every stop_error().

FACTS_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
FACTS_OUT := $(BUILD)/facts
FACTS_OBJECTS := $(patsubst %.c,$(BUILD)/host/%.o,$(FACTS_SRC)/facts.c lib/options.c lib/error.c lib/guest/profiles.c lib/words.c)
# All that may stop the machine, but the function itself.
FACTS_STOP := $(filter-out boot/core/fatal.c,$(shell grep -lw stop_error $(filter %.c,$(SOURCES64) $(SOURCES32))))
FACTS_FLOW64 := $(filter $(FACTS_STOP),$(SOURCES64))
FACTS_FLOW32 := $(filter-out $(FACTS_FLOW64),$(FACTS_STOP))
FACTS_MESSAGES := $(FACTS_FLOW64:%=$(FACTS_OUT)/arm64/%.o) $(FACTS_FLOW32:%=$(FACTS_OUT)/arm/%.o)
# The build proper has the warnings.
FACTS_FLAGS := -O0 -w -include $(FACTS_SRC)/messages.h

.PHONY: facts
facts: $(FACTS_OUT)/facts.txt $(FACTS_OUT)/messages.bin

$(FACTS_OUT)/facts: $(FACTS_OBJECTS)
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(CC) -o $@ $^

$(FACTS_OUT)/facts.txt: $(FACTS_OUT)/facts
	$(call say,TXT,$@)$< >$@

$(FACTS_OUT)/arm64/%.o: % Makefile $(FACTS_SRC)/messages.h | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS64)gcc $(CFLAGS64) $(FACTS_FLAGS) -c $< -o $@

$(FACTS_OUT)/arm/%.o: % Makefile $(FACTS_SRC)/messages.h | $(firstword $(LIBS64))
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CROSS32)gcc $(CFLAGS32) $(FACTS_FLAGS) -c $< -o $@

# A file without messages leaves an empty one.
$(FACTS_OUT)/messages.bin: $(FACTS_MESSAGES)
	$(call say,BIN,$@)for object in $^; do \
		$(CROSS64)objcopy -I elf$$(case $$object in $(FACTS_OUT)/arm64/*) echo 64;; *) echo 32;; esac)-little \
			-O binary -j .messages $$object $@.part && cat $@.part && rm -f $@.part || exit 1; \
	done >$@

-include $(FACTS_OBJECTS:.o=.d) $(FACTS_MESSAGES:.o=.d)
