# SPDX-License-Identifier: BSD-2-Clause
"""Debian's armmp-lpae kernel, through forearm's 32-bit half, to userspace and a clean power-off."""

import pytest

from guests.linux import APPEND, ARMHF, ARMHF_INITRD, SELF_TESTING, check_boot, check_summary

SVC = ""
HYP = "virtualization=on"
LEVELS = {SVC: "SVC", HYP: "HYP"}
QEMU32 = "qemu-system-arm"
QEMU64 = "qemu-system-aarch64"


def debian(boot, level=SVC, program=QEMU32, smp=1, memory="1G", word="word=bios", append=APPEND, **options):
    run = boot(
        program=program,
        machine=level,
        cpu="cortex-a15",
        smp=smp,
        memory=memory,
        kernel=ARMHF,
        initrd=ARMHF_INITRD,
        append=f"{append} test=poweroff {word}",
        **options,
    )
    check_boot(run, smp, memory, "armv7l", LEVELS[level], word)
    check_summary(run, "Linux arm zImage", LEVELS[level], smp)
    return run


@pytest.mark.parametrize("smp", [1, 4], ids=["1cpu", "4cpus"])
@pytest.mark.parametrize("level", [SVC, HYP], ids=["svc", "hyp"])
def test_debian(boot, level, smp):
    run = debian(boot, level, smp=smp, append=f"forearm.tables=fdt {SELF_TESTING}")
    assert run.find("alg: self-tests for .* passed")


@pytest.mark.parametrize("memory", ["512M", "3G"])
@pytest.mark.parametrize("level", [SVC, HYP], ids=["svc", "hyp"])
def test_memory(boot, level, memory):
    debian(boot, level, memory=memory)


@pytest.mark.parametrize("level", [SVC, HYP], ids=["svc", "hyp"])
def test_64bit_emulator(boot, level):
    debian(boot, level, QEMU64, smp=2)


@pytest.mark.parametrize("program", [QEMU32, QEMU64], ids=["arm", "aarch64"])
@pytest.mark.parametrize("level", [SVC, HYP], ids=["svc", "hyp"])
def test_kernel_start(boot, level, program):
    debian(boot, level, program, mode="kernel", word="word=kernel")
