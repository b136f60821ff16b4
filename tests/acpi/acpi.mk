# SPDX-License-Identifier: BSD-2-Clause
# ACPI tables of every fixture, judged by ACPICA (tests/acpi): included by the top Makefile; target
# `acpi`. After tests/unit/unit.mk, whose trees it takes.

ACPI_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ACPI_OUT := $(BUILD)/acpi

# The product's builders and what makes the model, as the unit tests have them.
ACPI_OBJECTS := $(patsubst %.c,$(UNIT_OUT)/product/%.o,$(filter-out monitor/% runtime/% drivers/% efi/%,$(UNIT_PRODUCT)))

.PHONY: acpi
acpi: $(ACPI_OUT)/mktables $(UNIT_DTB) $(UNIT_OVERLAY)
	$(call say,TEST,$<)$(ACPI_SRC)/judge.py --results $(BUILD)/results.txt --mktables $< --out $(ACPI_OUT) $(UNIT_DTB)

$(ACPI_OUT)/mktables: $(ACPI_SRC)/mktables.c $(ACPI_OBJECTS) $(ACPI_SRC)/acpi.mk
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(UNIT_CC) $(UNIT_FLAGS) -DOVERLAY='"$(abspath $(UNIT_OUT))/overlay/devices.dtb"' -o $@ $< $(ACPI_OBJECTS) $(UNIT_LIBS)

-include $(ACPI_OUT)/mktables.d
