# SPDX-License-Identifier: BSD-2-Clause
"""The Debian guests of build/guests, and what a good boot of one looks like."""

import re

import qemu

ARM64 = qemu.GUESTS / "arm64" / "vmlinuz"
ARM64_GZIP = qemu.GUESTS / "arm64" / "vmlinuz.gz"
ARM64_INITRD = qemu.GUESTS / "arm64" / "initrd.gz"
ARMHF = qemu.GUESTS / "armhf" / "vmlinuz"
ARMHF_INITRD = qemu.GUESTS / "armhf" / "initrd.gz"

# Almost every wrong hand-off dies before the real console exists: hence earlycon. By device tree:
# of itself forearm takes ACPI on a machine with a GED, and QEMU has one when it has a firmware.
GUESTS_APPEND = "console=ttyAMA0 earlycon=pl011,0x9000000 panic=-1"
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


def check_boot(run, smp, memory, machine, level, word, allowed=()):
    """Userspace, timer, all CPUs, all memory, the command line, and a clean power-off.

    allowed: complaints of the kernel that are in order.
    """
    assert run.find("^forearm-test: userspace$"), "no userspace"
    assert run.find("^forearm-test: timer$"), "no timer interrupt"
    assert run.value("cpus") == str(smp)
    assert run.value("machine") == machine
    assert kib(memory) * 0.75 < int(run.value("mem")) < kib(memory)
    assert word in run.value("cmdline").split()
    assert run.find(rf"CPU: All CPU\(s\) started (at|in) {level}\b"), f"CPUs not in {level}"
    complaints = [line for line in run.lines if COMPLAINTS.search(line)]
    assert not [line for line in complaints if not line.endswith(tuple(allowed))]
    assert run.ended == "exit" and run.code == 0, "power-off did not end the machine"


def check_summary(run, kernel, level, smp):
    """forearm's one line, and only that line, at the default log level."""
    own = [line for line in run.lines if line.startswith("forearm ") or line.startswith("forearm:")]
    assert len(own) == 1, own
    cpus = "1 CPU" if smp == 1 else f"{smp} CPUs"
    for part in (f": {kernel} ", "initrd", f", {level}", "FDT", cpus, " -> 0x"):
        assert part in own[0]
