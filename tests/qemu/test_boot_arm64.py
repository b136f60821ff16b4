# SPDX-License-Identifier: BSD-2-Clause
"""Debian's arm64 kernel, through forearm, to userspace and to a clean power-off."""

import pytest

from guests.linux import APPEND, ARM64, ARM64_GZIP, ARM64_INITRD, SELF_TESTING, check_boot, check_summary

EL1 = ""
EL2 = "virtualization=on"
LEVELS = {EL1: "EL1", EL2: "EL2"}


def debian(boot, level=EL1, machine="", smp=1, memory="1G", kernel=ARM64, word="word=bios", append=APPEND, **options):
    run = boot(
        machine=",".join(filter(None, [machine, level])),
        smp=smp,
        memory=memory,
        kernel=kernel,
        initrd=ARM64_INITRD,
        append=f"{append} test=poweroff {word}",
        **options,
    )
    check_boot(run, smp, memory, "aarch64", LEVELS[level], word)
    check_summary(run, "Linux arm64 Image", LEVELS[level], smp)
    return run


@pytest.mark.parametrize("smp", [1, 8], ids=["1cpu", "8cpus"])
@pytest.mark.parametrize("level", [EL1, EL2], ids=["el1", "el2"])
@pytest.mark.parametrize("gic", [2, 3], ids=["gicv2", "gicv3"])
def test_debian(boot, gic, level, smp):
    run = debian(boot, level, f"gic-version={gic}", smp, append=f"forearm.tables=fdt {SELF_TESTING}")
    assert run.find("alg: self-tests for .* passed")
    assert bool(run.find("GICv3: CPU0: found redistributor")) == (gic == 3)


@pytest.mark.parametrize("memory", ["128M", "8G"])
def test_memory(boot, memory):
    debian(boot, memory=memory)


def test_highmem_off(boot):
    debian(boot, machine="highmem=off,gic-version=3", memory="2G")


# The CPU signs addresses by an algorithm that takes QEMU a fifth of the time of the architected one.
@pytest.mark.parametrize("cpu", ["max,pauth-impdef=on", "cortex-a72"], ids=["max", "cortex-a72"])
@pytest.mark.parametrize("level", [EL1, EL2], ids=["el1", "el2"])
def test_cpu(boot, cpu, level):
    debian(boot, level, cpu=cpu, smp=2)


@pytest.mark.parametrize("level", [EL1, EL2], ids=["el1", "el2"])
@pytest.mark.parametrize("gic", [2, 3], ids=["gicv2", "gicv3"])
def test_kernel_start(boot, gic, level):
    """forearm as -kernel; the command line is the FDT's, from -append."""
    debian(boot, level, f"gic-version={gic}", mode="kernel", smp=2)


def fw_cfg_boot(boot, mode, kernel, word):
    """Kernel, initrd and command line by forearm's own fw_cfg files."""
    files = {
        "opt/org.forearm/kernel": kernel,
        "opt/org.forearm/initrd": ARM64_INITRD,
        "opt/org.forearm/cmdline": f"{APPEND} test=poweroff {word}",
    }
    run = boot(mode=mode, fw_cfg=files)
    check_boot(run, 1, "1G", "aarch64", "EL1", word)
    check_summary(run, "Linux arm64 Image", "EL1", 1)


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_fw_cfg_files(boot, mode):
    fw_cfg_boot(boot, mode, ARM64, "word=plain")


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_gzip(boot, mode):
    """QEMU unpacks a gzip -kernel by itself, but not a fw_cfg file."""
    fw_cfg_boot(boot, mode, ARM64_GZIP, "word=gzip")
