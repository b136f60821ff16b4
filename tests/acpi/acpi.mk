# SPDX-License-Identifier: BSD-2-Clause
# ACPI tables of every fixture, judged by ACPICA (tests/acpi): included by the top Makefile; target
# `acpi`. After tests/unit/unit.mk, whose trees it takes.

ACPI_CC ?= cc
ACPI_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ACPI_OUT := $(BUILD)/acpi

# The product's builders and what makes the model.
ACPI_SOURCES := $(wildcard tables/*.c) $(wildcard boot/platform_*.c) lib/memmap.c lib/fdt_visit.c lib/fdt_walk.c lib/fdt_overlay.c lib/fdt_interrupt.c \
	lib/crc32.c arch/arm/digest.c lib/error.c \
	$(ACPI_SRC)/mktables.c
ACPI_FLAGS := -std=gnu11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror -Iinclude \
	-DOVERLAY='"$(abspath $(UNIT_OUT))/overlay/devices.dtb"'

.PHONY: acpi
acpi: $(ACPI_OUT)/mktables $(UNIT_DTB) $(UNIT_OVERLAY)
	$(call say,TEST,$<)$(ACPI_SRC)/judge.py --results $(BUILD)/results.txt --mktables $< --out $(ACPI_OUT) $(UNIT_DTB)

$(ACPI_OUT)/mktables: $(ACPI_SOURCES) $(wildcard include/*.h) $(ACPI_SRC)/acpi.mk
	@mkdir -p $(@D)
	$(call say,HOST,$@)$(ACPI_CC) $(ACPI_FLAGS) -o $@ $(ACPI_SOURCES) -lfdt
