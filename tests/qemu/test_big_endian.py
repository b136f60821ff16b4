# SPDX-License-Identifier: BSD-2-Clause
"""Big-endian kernels in the state that the VMM starts forearm in, on CPUs of their own width."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from guests import linux
from guests.linux import APPEND, check_boot, check_hotplug, check_summary

ROUNDS = 5


@dataclass(frozen=True)
class Guest:
    kernel: Path
    initrd: Path
    program: str
    cpu: str
    machine: str
    summary: str
    levels: dict
    board: str = ""


A64 = ("qemu-system-aarch64", "cortex-a57", "aarch64_be", "Linux arm64 big-endian Image",
       {"": "EL1", "virtualization=on": "EL2"})
A32 = ("qemu-system-arm", "cortex-a15", "armv7b", "Linux arm big-endian zImage",
       {"": "SVC", "virtualization=on": "HYP"})
# Without LPAE a kernel does not reach what QEMU puts above 4 GiB.
NEAR = "highmem=off"
GUESTS = {
    "be64": Guest(*linux.built("be64"), *A64),
    "be32-lpae": Guest(*linux.built("be32-lpae"), *A32),
    "be32-nolpae": Guest(*linux.built("be32-nolpae"), *A32, NEAR),
}

guests = pytest.mark.parametrize("guest", GUESTS.values(), ids=GUESTS)
starts = pytest.mark.parametrize("mode", ["bios", "kernel"])
machines = pytest.mark.parametrize("machine", ["", "virtualization=on"], ids=["el1", "el2"])


def start(boot, guest, machine, smp, mode="bios", gic=2, test="poweroff"):
    wanted = ",".join(filter(None, [f"gic-version={gic}", guest.board, machine]))
    run = boot(
        program=guest.program,
        machine=wanted,
        cpu=guest.cpu,
        smp=smp,
        mode=mode,
        kernel=guest.kernel,
        initrd=guest.initrd,
        append=f"{APPEND} test={test} rounds={ROUNDS} word={mode}",
    )
    level = guest.levels[machine]
    check_boot(run, smp, "1G", guest.machine, level, f"word={mode}")
    check_summary(run, guest.summary, level, smp)
    return run


@pytest.mark.parametrize("smp", [1, 4], ids=["1cpu", "4cpus"])
@starts
@machines
@guests
def test_boot(boot, guest, machine, mode, smp):
    start(boot, guest, machine, smp, mode)


@machines
def test_gicv3(boot, machine):
    start(boot, GUESTS["be64"], machine, 2, gic=3)


@machines
@guests
def test_hotplug(boot, guest, machine):
    """CPUs that come back start as the kernel asked the VMM: forearm is long gone."""
    run = start(boot, guest, machine, 4, test="hotplug")
    check_hotplug(run, 4, ROUNDS)
