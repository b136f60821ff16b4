# SPDX-License-Identifier: BSD-2-Clause
"""What forearm may cost. Change a budget here and nowhere else."""

IMAGE_BYTES = 1024 * 1024  # both architectures and every capability
EFI_BYTES = 20 * 1024  # of that: what a UEFI firmware starts (efi/efi.lds)
TINY_INSNS = 82_000
CPUS_INSNS = 100_000  # with 8 CPUs
TINY_ACCESSES = 60
SECURE_ACCESSES = 160  # started in the secure world: the interrupt controller is set up, too
ACPI_INSNS = {"forearm-acpi": 130_000, "forearm-built": 180_000, "forearm-acpi-el3": 190_000}
ACPI_CPUS_INSNS = 260_000  # with 8 CPUs
MONITOR_INSNS = 260_000  # the monitor installed and described
MONITOR_EL3_INSNS = 250_000  # the same, started at EL3
MONITOR_CPUS_INSNS = 500_000  # 8 CPUs brought up in it
KEPT_BYTES = 0
KEPT_BYTES_MONITOR = 32 * 1024  # with few CPUs; at EL2 and in HYP mode half of it are translation tables
KEPT_BYTES_ACPI = 64 * 1024  # tables, runtime services, and the monitor
CPU_ON_INSNS = 5000  # both CPUs, from the call to the second one's entry
CPU_OFF_INSNS = 5000  # both CPUs, from the call to the answer that it is off
DISK_INSNS = 3_000_000  # a kernel of 33 MB on FAT, without what waits for the disk
DISK_ACCESSES = {"mmio": 150, "PCI": 400}
PER_LINE = 1.25
LINE = 64

# Whose budgets break the bench, in which cases; the others are printed as notes. The budgets were
# set for -bios on the 64-bit machine; for -kernel and for the 32-bit machine they are a goal.
CHECKED_ROWS = ("forearm", "forearm-hyp", "forearm-acpi", "forearm-built", "forearm-acpi-el3")  # and monitors
CHECKED_CASES = ("tiny", "cpus", "all")
CHECKED_ARCH = "arm64"

# "1.25 per 64 payload bytes": of the kernel alone, or of all that is loaded. The first is
# printed as a note, the second is checked.
READINGS = ("kernel", "kernel + initrd")
CHECKED = "kernel + initrd"


def instructions(kernel_bytes, initrd_bytes, reading=CHECKED):
    """Reset to payload, for a payload of that size."""
    loaded = kernel_bytes + (initrd_bytes if reading == "kernel + initrd" else 0)
    return TINY_INSNS + int(PER_LINE * loaded / LINE)


def acpi_instructions(row, case, kernel_bytes, initrd_bytes):
    """Reset to a payload that is told of ACPI tables."""
    if case == "cpus":
        return ACPI_CPUS_INSNS
    loaded = instructions(kernel_bytes, initrd_bytes) - TINY_INSNS
    return ACPI_INSNS[row.key] + (loaded if case == "all" else 0)


def monitor_instructions(row):
    """Reset to payload with one CPU, which has a monitor below it."""
    return MONITOR_EL3_INSNS if "secure=on" in row.board else MONITOR_INSNS


def kept_bytes(row):
    """What may stay of a firmware."""
    if row.payload == "acpi":
        return KEPT_BYTES_ACPI
    return KEPT_BYTES_MONITOR if row.monitor else KEPT_BYTES


def accesses(row):
    """To devices."""
    return SECURE_ACCESSES if "secure=on" in row.board else TINY_ACCESSES


class Check:
    """One line of the budget table. A note is shown, and breaks nothing."""

    def __init__(self, name, measured, budget, unit="", below=False, note=False):
        self.name, self.measured, self.budget, self.unit = name, measured, budget, unit
        self.below, self.note = below, note

    @property
    def ok(self):
        if self.measured is None:
            return False
        return self.measured < self.budget if self.below else self.measured <= self.budget

    @property
    def verdict(self):
        if self.note:
            return "met" if self.ok else "not met (a note)"
        return "ok" if self.ok else "BROKEN"

    @property
    def broken(self):
        return not self.ok and not self.note
