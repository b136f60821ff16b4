# SPDX-License-Identifier: BSD-2-Clause
"""What a probe guest is given and what it has to report."""
import random
import re
import struct
import zlib

INITRD_MAGIC = b"PROBERD1"

COUNTER = "counter-frequency counter-virtual counter-physical"
FDT = (
    "fdt-aligned fdt-magic fdt-size fdt-one-block fdt-version fdt-structure fdt-packed fdt-in-ram"
    " memory-node cpus-node psci-node chosen-node boot-cpu-listed nothing-resident"
)
IMAGE = "image-in-ram fdt-clear-of-image image-size image-intact bss-usable"
CHOSEN = "bootargs bootargs-no-forearm stdout-path kaslr-seed rng-seed"
NO_INITRD = "initrd-absent"
INITRD = (
    "initrd-present initrd-size initrd-in-ram initrd-clear-of-image initrd-clear-of-fdt"
    " initrd-window initrd-header initrd-intact"
)
PSCI = "psci-version"
SMP = (
    "smp-off smp-start smp-context smp-level smp-masked smp-mmu-off smp-byte-order smp-frequency"
    " smp-counter-offset smp-stack smp-time smp-model smp-access"
)
COMMON = f"{COUNTER} access {FDT} {IMAGE} {CHOSEN} {PSCI}"

A64 = (
    "x1 x2 x3 current-el spsel daif-masked sctlr-mmu-off sctlr-dcache-off sctlr-byte-order"
    " image-placement"
)
A64_EL1 = "fp-access"
A64_EL2 = "hcr-stage2-off cntvoff"
A64_GICV3 = "gic-system-registers"
A32 = (
    "r0 r1 mode arm-state aif-masked cpsr-byte-order sctlr-mmu-off sctlr-dcache-off"
    " sctlr-byte-order sctlr-arm-exceptions sctlr-low-vectors sctlr-legacy"
    " image-above-tables image-in-zone fdt-in-lowmem fdt-clear-of-kernel"
)
A32_SVC = "timer-physical fp-access"
A32_HYP = (
    "hsctlr-mmu-off hsctlr-dcache-off hsctlr-byte-order hsctlr-arm-exceptions cntvoff"
)
A32_INITRD = "initrd-in-lowmem initrd-clear-of-kernel"

OF_PROBE = {
    "el1": f"{A64} {A64_EL1}",
    "el2": f"{A64} {A64_EL2}",
    "svc": f"{A32} {A32_SVC}",
    "hyp": f"{A32} {A32_HYP}",
}


def is_a32(probe):
    return probe in ("svc", "hyp")


def items(probe, smp=1, initrd=False, gic=2):
    """The names of all the items that a probe has to report."""
    names = f"{COMMON} {OF_PROBE[probe]} {INITRD if initrd else NO_INITRD}"
    names += f" {SMP}" if smp > 1 else ""
    names += f" {A64_GICV3}" if gic == 3 and not is_a32(probe) else ""
    names += f" {A32_INITRD}" if initrd and is_a32(probe) else ""
    return set(names.split())


# The torture guest (torture*.c).
TORTURE = (
    "fdt psci-node gic smccc-registers-kept smccc-unknown smccc-version trng-version psci-version"
    " features-mandatory features-optional features-unknown features-flags migrate-info-type migrate"
    " migrate-info-up-cpu reset2-type on-self on-self-32 affinity-self on-no-cpu affinity-no-cpu"
    " mpidr-reserved-bits affinity-levels suspend-bad-state standby-answer standby-timer"
    " standby-sleeps power-down-answer power-down-timer power-down-sleeps standby-pending"
    " power-down-pending suspend-together"
)
TORTURE_SMP = (
    "affinity-off rounds-accepted rounds-arrived rounds-context rounds-entry-state rounds-affinity"
    " rounds-already-on rounds-went-off boot-cpu-off boot-cpu-on boot-cpu-entry-state suspend-start"
    " standby-sgi standby-is-on power-down-sgi power-down-is-on"
)
TORTURE_SYSTEM = (
    "system-suspend-address system-suspend system-suspend-context system-suspend-entry-state"
)
TRNG = "trng-features trng-uuid trng-numbers trng-sizes"
# What QEMU 7.2's own PSCI does against the specification; psci=qemu leaves these out.
STRICT = (
    # no SMCCC_VERSION, so SMCCC 1.0
    "smccc-announced arch-features-version arch-features-itself arch-features-unknown"
    " affinity-no-level"  # says ON for any level
    " psci-old"  # it still answers
    " suspend-bad-address power-down-resumes"  # a power-down is a standby: no entry address
)
STRICT_A64 = "smccc-upper-halves smccc-function-is-w0"  # it looks at whole registers
# Any entry address will do for CPU_ON; and until a CPU runs, others can turn it on as well.
STRICT_SMP = (
    "psci-old-stays-off on-unaligned on-address-device on-address-flash on-address-secure"
    " on-address-behind-ram"
    " on-bad-address-stays-off race-start race-one-winner race-losers race-context race-arrived"
    " off-race-one-winner off-race-losers off-race-context off-race-arrived"
)


# attack=monitor
ATTACK = "monitor-named monitor-neighbours monitor-unreached monitor-unreached-mmu monitor-answers"
ATTACK_SMP = "monitor-unreached-second monitor-unreached-second-mmu"


def attack_items(smp):
    return set(f"{ATTACK} {ATTACK_SMP if smp > 1 else ''}".split())


def torture_items(report, a32, smp, strict, resident):
    """The items of a torture guest; what is optional in PSCI is as the guest found it."""
    names = f"{TORTURE} {TORTURE_SMP if smp > 1 else ''}"
    trng = report.value("trng") != "0xffffffff"
    names += f" {TRNG}" if trng else " trng-absent"
    names += " trng-numbers-64 trng-sizes-64" if trng and not a32 else ""
    names += f" {TORTURE_SYSTEM}" if "system-suspend" in report.names else " system-suspend-absent"
    names += " system-suspend-denied" if "system-suspend" in report.names and smp > 1 else ""
    if strict:
        names += f" {STRICT} {'' if a32 else STRICT_A64} {STRICT_SMP if smp > 1 else ''}"
        names += " on-address-huge" if smp > 1 and not a32 else ""
        names += " on-address-reserved" if smp > 1 and resident else ""
    return set(names.split())


# The guest of interrupts.c.
INTERRUPTS = (
    "fdt gic smp-start distributor-on distributor-off distributor-off-silent distributor-on-again"
    " mask-register sgi-self timer-physical timer-virtual timer-on-time spi-to-each masked"
    " priority-order"
)


def interrupt_items(smp, gic, hyp):
    names = f"{INTERRUPTS} {'sgi-to-others' if smp > 1 else ''} {'timer-hyp' if hyp else ''}"
    return set(f"{names} {'redistributor-awake' if gic == 3 else ''}".split())


def initrd_bytes(size, seed=1):
    """An initrd that the probe can check: magic, size, CRC-32 of what follows, random bytes."""
    body = random.Random(seed).randbytes(size - 16)
    return INITRD_MAGIC + struct.pack("<II", size, zlib.crc32(body)) + body


class Report:
    """A probe's lines, taken apart."""

    ITEM = re.compile(r"^probe: ([a-z0-9-]+) (ok|FAIL got=(0x[0-9a-f]+) want=(\S+))$", re.M)
    TOTAL = re.compile(r"^probe: (\d+) ok, (\d+) failed$", re.M)

    def __init__(self, text):
        found = self.ITEM.findall(text)
        self.text = text
        self.names = [name for name, *_ in found]
        self.failed = {name: result for name, result, *_ in found if result != "ok"}
        self.totals = [(int(ok), int(bad)) for ok, bad in self.TOTAL.findall(text)]
        self.crashed = "probe: crash" in text
        self.chosen = re.findall(r"^probe: chosen (\S+)$", text, re.M)

    def value(self, name):
        """VALUE of the line `probe: NAME=VALUE`, or None."""
        found = re.search(rf"^probe: {name}=(.*)$", self.text, re.M)
        return found and found.group(1)

    def census(self):
        """Nodes, properties and hash of the tree, or None."""
        line = r"^probe: fdt nodes=(\d+) props=(\d+) hash=0x([0-9a-f]+)$"
        found = re.search(line, self.text, re.M)
        return found and (int(found[1]), int(found[2]), int(found[3], 16))

    def complete(self):
        """Nothing twice, and one last line whose sums are right."""
        bad = len(self.failed)
        return self.totals == [(len(self.names) - bad, bad)] and len(set(self.names)) == len(
            self.names
        )
