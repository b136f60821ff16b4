# SPDX-License-Identifier: BSD-2-Clause
"""The Linux guests of build/guests, and what a good boot of one looks like."""

import re

from machines import qemu

ARM64 = qemu.GUESTS / "arm64" / "vmlinuz"
ARM64_GZIP = qemu.GUESTS / "arm64" / "vmlinuz.gz"
ARM64_INITRD = qemu.GUESTS / "arm64" / "initrd.gz"
ARMHF = qemu.GUESTS / "armhf" / "vmlinuz"
ARMHF_INITRD = qemu.GUESTS / "armhf" / "initrd.gz"


def built(name):
    """Kernel and initrd that scripts/kernels.sh makes; tests/guest/init.c says what it can do."""
    return qemu.GUESTS / name / "vmlinuz", qemu.GUESTS / name / "initrd.gz"


# Big-endian, and without MMU: what Debian does not ship.
BE64, BE64_INITRD = built("be64")
BE32_LPAE, BE32_LPAE_INITRD = built("be32-lpae")
BE32_NOLPAE, BE32_NOLPAE_INITRD = built("be32-nolpae")
NOMMU, NOMMU_INITRD = built("nommu")
# Little-endian and in userspace within a second or two; the checkers begin with Linux's PSCI
# checker, and the last one has the consoles of other VMMs.
LE64, LE64_INITRD = built("le64")
LE32, LE32_INITRD = built("le32")
CHECKER64, CHECKER64_INITRD = built("checker64")
VMM64, VMM64_INITRD = built("vmm64")
CHECKER32, CHECKER32_INITRD = built("checker32")

# Almost every wrong hand-off dies before the real console exists: hence earlycon. By device tree:
# of itself forearm takes ACPI on a machine with a GED, and QEMU has one when it has a firmware.
# Debian's kernels test their ciphers for a tenth of an arm64 boot and a quarter of an arm one; the
# boots of SELF_TESTING show that they find nothing.
SELF_TESTING = "console=ttyAMA0 earlycon=pl011,0x9000000 panic=-1"
GUESTS_APPEND = f"{SELF_TESTING} cryptomgr.notests"
APPEND = f"forearm.tables=fdt {GUESTS_APPEND}"

# What the kernels say when a register or the FDT is not as their boot protocol wants it.
COMPLAINTS = re.compile(
    r"violation of boot protocol|nonzero in violation|KASLR disabled due to lack of seed"
    r"|Error: unrecognized/unsupported machine|Unable to handle kernel|BUG:|WARNING: CPU|Oops"
    r"|CPU\d+: failed to (boot|come online)|Malformed early option"
)

UNITS = {"M": 1 << 10, "G": 1 << 20}  # in KiB, as the guest counts


def kib(memory):
    return int(memory[:-1]) * UNITS[memory[-1]]


NO_SEED = "KASLR disabled due to lack of seed"
# Of a kernel for one CPU, where the device tree has more.
ONE_OF_MANY = "at arch/arm/kernel/devtree.c"


def check_boot(run, smp, memory, machine, level, word, allowed=(), least=0.75):
    """Userspace, timer, all CPUs, all memory, the command line, and a clean power-off.

    level: None where the kernel does not say it. allowed: complaints of the kernel that are in order.
    least: the share of the memory that is not the kernel's own.
    """
    assert run.find("^forearm-test: userspace$"), "no userspace"
    assert run.find("^forearm-test: timer$"), "no timer interrupt"
    assert run.value("cpus") == str(smp)
    assert run.value("machine") == machine
    assert kib(memory) * least < int(run.value("mem")) < kib(memory)
    assert word in run.value("cmdline").split()
    assert not level or run.find(rf"CPU: All CPU\(s\) started (at|in) {level}\b"), f"CPUs not in {level}"
    complaints = [line for line in run.lines if COMPLAINTS.search(line)]
    assert not [line for line in complaints if not any(text in line for text in allowed)]
    assert run.ended == "exit" and run.code == 0, "power-off did not end the machine"


def check_hotplug(run, smp, rounds):
    """After test=hotplug: every CPU but the first went off and came back in every round."""
    assert run.value("hotplug") == str(rounds), "hotplug did not come to its end"
    assert run.value("hotplug-failures") == "0"
    assert run.value("hotplug-cpus") == str(smp)


CHECKER_CYCLES = 10  # per idle state and CPU, in the kernel's psci_checker.c


def check_psci_checker(run, smp, states, errors=()):
    """Linux's PSCI checker turned every CPU off and on and suspended it to each of the idle states.

    errors: its complaints that are in order.
    """
    assert run.find("psci_checker: PSCI checker completed$")
    told = [line for line in run.lines if re.search("psci_checker: (Error|Unexpected|Failed)", line)]
    assert told == [f"psci_checker: {error}" for error in errors]
    results = f"success {CHECKER_CYCLES * states}, shallow states 0, errors 0$"
    for cpu in range(smp):
        assert run.count(rf"(?m)psci_checker: CPU {cpu} suspend test results: {results}") == 1


def check_summary(run, kernel, level, smp, tables="FDT"):
    """forearm's one line, and only that line, at the default log level."""
    own = [line for line in run.lines if line.startswith("forearm ") or line.startswith("forearm:")]
    assert len(own) == 1, own
    cpus = "1 CPU" if smp == 1 else f"{smp} CPUs"
    for part in (f": {kernel} ", "initrd", f", {level}, {tables}, ", cpus, " -> 0x"):
        assert part in own[0]
