# SPDX-License-Identifier: BSD-2-Clause
"""A guest that wants to run at EL3 or in the secure world does not get there.

The guest is tests/probe/attack.c. It overwrites all memory that it reaches with code, and calls
the monitor; it answers CPUs that wait for a word somewhere in RAM.
"""

import pytest

import probeguest
from files import formats
from files import trees
from guests import arches
from machines import qemu

QUIET = "forearm.log=quiet"
SECURE, BOTH = "secure=on", "secure=on,virtualization=on"
ARM, ARM64 = arches.ARM, arches.ARM64
# architecture of forearm, guest's bits, machine, options
STARTS = {
    "el3-el1": (ARM64, 64, SECURE, ""),
    "el3-el2": (ARM64, 64, BOTH, ""),
    "el3-el2-el1": (ARM64, 64, BOTH, "forearm.el=1"),
    "el3-svc": (ARM64, 32, SECURE, ""),
    "el3-hyp": (ARM64, 32, BOTH, ""),
    "monitor-svc": (ARM, 32, SECURE, ""),
    "monitor-hyp": (ARM, 32, BOTH, ""),
    "monitor-hyp-svc": (ARM, 32, BOTH, "forearm.el=1"),
}
ITEMS = {"fdt", "psci-node", "version-after-attack", "secure-ram-kept", "version-after-that"}
ITEMS |= {"others-start", "version-at-last"}


def attack(boot, arch, bits, machine, options, **more):
    guest = "attack64.img" if bits == 64 else "attack32.zimg"
    return boot(
        program=arch.program,
        cpu=arch.cpu,
        machine=machine,
        memory="128M",
        kernel=qemu.GUESTS / guest,
        append=f"{options} conduit=smc",
        until="^attacker runs",
        **more,
    )


def check(run):
    report = probeguest.Report(run.text)
    assert "attacker runs" not in run.text
    assert not report.crashed
    assert report.failed == {}
    assert set(report.names) == ITEMS
    assert report.complete()
    assert run.ended == "exit" and run.code == 0


@pytest.mark.parametrize("gic", [2, 3])
@pytest.mark.parametrize("start", STARTS)
def test_guest_stays_below(boot, start, gic):
    arch, bits, machine, options = STARTS[start]
    machine += f",gic-version={gic}"
    check(attack(boot, arch, bits, machine, f"{QUIET} {options}", smp=4))


@pytest.mark.parametrize("start", STARTS)
def test_cpus_that_the_tree_does_not_name(boot, tmp_path, start):
    """They are out of reset as all are, and nobody waits for them."""
    arch, bits, machine, options = STARTS[start]
    tree = trees.dump(tmp_path / "tree.dtb", arch, "128M", machine, smp=4, mode="bios")
    for cpu in 1, 3:
        trees.fdtput(tree, "-r", f"/cpus/cpu@{cpu}")
    run = attack(
        boot, arch, bits, machine, f"{QUIET} {options}", smp=4, extra=["-dtb", str(tree)]
    )
    check(run)


def test_tree_of_the_kernel_is_not_the_monitors(boot, tmp_path):
    """One that says that the interrupt controller is in secure RAM, where the monitor is."""
    tree = trees.dump(tmp_path / "tree.dtb", ARM64, "128M", SECURE, smp=4, mode="bios")
    evil = ["0", "e00a000", "0", "10000"]
    trees.fdtput(tree, "-tx", "/intc@8000000", "reg", *evil, *evil)
    words = f"{QUIET} conduit=smc"
    path = formats.bundle(
        tmp_path, qemu.BUILD / "forearm-bundle", qemu.GUESTS / "attack64.img", None,
        "--cmdline", words, "--dtb", tree, "--option", "dtb=payload",
    )
    run = boot(
        **ARM64.board(), machine=SECURE, memory="128M", smp=4, mode="none",
        extra=["-bios", str(path)], until="^attacker runs",
    )
    check(run)
