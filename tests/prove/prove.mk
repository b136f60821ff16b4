# SPDX-License-Identifier: BSD-2-Clause
# Proofs by Frama-C (tests/prove): included by the top Makefile; target `prove`.
# One driver a module; DRIVERS="prove_a.c" has some of them only.

BUILD ?= build
ifndef say
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2);)
endif

PROVE_SRC := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
DRIVERS ?= $(wildcard $(PROVE_SRC)/*.c)

.PHONY: prove
prove:
	$(call say,TEST,"$(words $(DRIVERS)) proofs")$(PROVE_SRC)/prove.py --out $(BUILD)/prove --results $(BUILD)/results.txt --include $(DEPS64)/include $(DRIVERS)
