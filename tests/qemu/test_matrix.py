# SPDX-License-Identifier: BSD-2-Clause
"""Every Linux x every start x GICv2, GICv3 x 1, 4, 8 CPUs x CPUs of 32 and 64 bits.

Each cell boots to userspace, timer, all CPUs and power-off in the level that is expected, or is
refused with the reason. The kernels are the small ones of scripts/kernels.sh; Debian's, which take
ten times as long, have one cell of each kind.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from guests import linux
from guests.refusal import check_refused
from machines.qemu import EARLY_TIMEOUT

A64 = {"program": "qemu-system-aarch64", "cpu": "cortex-a57"}
A32 = {"program": "qemu-system-arm", "cpu": "cortex-a15"}
CPUS = {"64bit": A64, "32bit": A32}

# How the VM is started: the machine's options, and what forearm calls that level, by CPU.
STARTS = {
    "el1": ("", {"64bit": "EL1", "32bit": "SVC"}),
    "el2": ("virtualization=on", {"64bit": "EL2", "32bit": "HYP"}),
    "el3": ("secure=on", {"64bit": "EL3", "32bit": "secure SVC"}),
    "el3-el2": ("secure=on,virtualization=on", {"64bit": "EL3", "32bit": "secure SVC"}),
}


@dataclass(frozen=True)
class Guest:
    kernel: Path
    initrd: Path
    bits: int
    machine: str
    summary: str
    memory: str = "1G"
    board: str = ""
    options: str = ""
    mmu: bool = True


ZIMAGE, BE_ZIMAGE = "Linux arm zImage", "Linux arm big-endian zImage"
IMAGE, BE_IMAGE = "Linux arm64 Image", "Linux arm64 big-endian Image"
# Without LPAE a kernel does not reach what QEMU puts above 4 GiB.
NEAR = "highmem=off"
GUESTS = {
    "le64": Guest(*linux.built("le64"), 64, "aarch64", IMAGE),
    "be64": Guest(*linux.built("be64"), 64, "aarch64_be", BE_IMAGE),
    "le32": Guest(*linux.built("le32"), 32, "armv7l", ZIMAGE),
    "be32": Guest(*linux.built("be32-lpae"), 32, "armv7b", BE_ZIMAGE),
    "nommu": Guest(
        *linux.built("nommu"), 32, "armv7l", ZIMAGE, "256M", NEAR, "forearm.guest=nommu", False
    ),
}
NOLPAE = Guest(*linux.built("be32-nolpae"), 32, "armv7b", BE_ZIMAGE, "1G", NEAR)
DEBIAN = {
    "arm64": Guest(linux.ARM64, linux.ARM64_INITRD, 64, "aarch64", IMAGE),
    "armhf": Guest(linux.ARMHF, linux.ARMHF_INITRD, 32, "armv7l", ZIMAGE),
}


def entered_at(guest, width, start):
    """The level that the guest is entered at; None where there is no such entry."""
    if guest.bits == 64:
        return {"32bit": None, "64bit": {"el1": "EL1", "el3": "EL1"}.get(start, "EL2")}[width]
    if start == "el1":
        refused = width == "64bit" or not guest.mmu
        return None if refused else "SVC"
    if not guest.mmu and (width, start) == ("32bit", "el2"):
        return None  # nobody can answer for the CPU's ID registers: see test_nommu.py
    if start == "el3" or not guest.mmu:
        return "SVC"
    return "SVC" if (width, start) == ("64bit", "el2") else "HYP"


def refusal(guest, width):
    if guest.bits == 64:
        return "64-bit kernel.*AArch32 state", "64-bit CPU"
    if width == "64bit":
        return "32-bit kernel.*AArch64 state at EL1", "aarch64=off"
    return "nommu.*ID_PFR1.Security", "secure=on"


def start_vm(boot, guest, width, start, smp, gic, **options):
    machine, _ = STARTS[start]
    wanted = ",".join(filter(None, [f"gic-version={gic}", guest.board, machine]))
    words = f"{linux.APPEND} {guest.options} test=poweroff word={start}"
    return boot(
        **CPUS[width],
        **{"machine": wanted, "smp": smp, "memory": guest.memory, "append": words}
        | {"kernel": guest.kernel, "initrd": guest.initrd}
        | options,
    )


def check_cell(boot, guest, width, start, smp, gic, **options):
    level = entered_at(guest, width, start)
    if not level:
        run = start_vm(boot, guest, width, start, smp, gic, timeout=EARLY_TIMEOUT)
        check_refused(run, *refusal(guest, width))
        return
    run = start_vm(boot, guest, width, start, smp, gic, **options)
    cpus = smp if guest.mmu else 1
    # Of its level an SMP kernel tells; one without MMU is for one CPU, and silent.
    words = (guest.memory, guest.machine, level if guest.mmu else None, f"word={start}")
    linux.check_boot(run, cpus, *words, allowed=() if guest.mmu else [linux.ONE_OF_MANY])
    started = STARTS[start][1][width]
    suffix = "" if started == level else rf" (from {started})"
    linux.check_summary(run, guest.summary, level + suffix, smp)


@pytest.mark.parametrize("smp", [1, 4, 8])
@pytest.mark.parametrize("gic", [2, 3], ids=["gicv2", "gicv3"])
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("width", CPUS)
@pytest.mark.parametrize("guest", GUESTS)
def test_cell(boot, guest, width, start, gic, smp):
    check_cell(boot, GUESTS[guest], width, start, smp, gic)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("width", CPUS)
def test_without_lpae(boot, width, start):
    check_cell(boot, NOLPAE, width, start, 4, 2)


DEBIANS = [("arm64", "64bit"), ("armhf", "64bit"), ("armhf", "32bit")]


@pytest.mark.parametrize("start", ["el2", "el3", "el3-el2"])
@pytest.mark.parametrize("guest, width", DEBIANS)
def test_debian(boot, guest, width, start):
    check_cell(boot, DEBIAN[guest], width, start, 4, 3 if start == "el3" else 2)
