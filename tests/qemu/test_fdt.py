# SPDX-License-Identifier: BSD-2-Clause
"""Device trees of our own: damaged ones are refused, an unusual one boots."""

import pytest

from files import trees
from guests.arches import ARM64, BOTH
from guests.linux import APPEND
from guests.refusal import check_refused
from machines.qemu import EARLY_TIMEOUT

FDT = "FDT|device tree"
DAMAGED = f"^(?!no )(.*)({FDT})"  # found, but not used: not "no device tree"
BEGIN_NODE, PROP, NOP = 1, 3, 4
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


@pytest.fixture
def tree(tmp_path, arch):
    return trees.dump(tmp_path / "virt.dtb", arch)


@pytest.fixture
def start(boot, tmp_path, arch):
    def run(tree, **options):
        return trees.start(boot, tmp_path, arch, tree, **{"timeout": EARLY_TIMEOUT, **options})

    return run


@both
def test_good_tree(start, tree):
    """This way to start works, so the refusals below are about the damage."""
    check_refused(start(tree.read_bytes()), "no kernel", "-kernel")


def check_no_tree(run, arch):
    """The 64-bit half finds the machine by itself (test_no_tree.py), the 32-bit half does not."""
    check_refused(run, "no kernel" if arch.bits == 64 else "no device tree", ".", off=False)


@both
def test_given_back(boot, tmp_path, arch):
    """QEMU's own tree, dumped and given back by -dtb: it makes more than 2 MiB of it."""
    tree = trees.dump(tmp_path / "virt.dtb", arch, mode="bios")
    run = boot(**arch.board(), extra=["-dtb", str(tree)], timeout=EARLY_TIMEOUT)
    check_refused(run, "no kernel", "-kernel")


@both
def test_no_fdt(start, arch):
    """Nothing at the start of RAM; QEMU leaves its own tree out where it would not fit."""
    check_no_tree(start(b"not a tree", at=trees.RAM + 0x1000), arch)


@both
def test_no_magic(start, tree, arch):
    """What does not begin like a tree is none."""
    check_no_tree(start(trees.put(tree.read_bytes(), trees.MAGIC, 0xD00DFEEE)), arch)


HEADERS = {
    "totalsize-5mib": (trees.TOTALSIZE, 5 << 20),
    "totalsize-4gib": (trees.TOTALSIZE, 0xFFFFFFF8),
    "totalsize-0": (trees.TOTALSIZE, 0),
    "truncated": (trees.TOTALSIZE, 1024),
    "struct-outside": (trees.OFF_STRUCT, 0x7FFFFFF0),
    "struct-misaligned": (trees.OFF_STRUCT, 0x3D),
    "struct-wraps": (trees.SIZE_STRUCT, 0xFFFFFFFC),
    "strings-outside": (trees.OFF_STRINGS, 0x7FFFFFF0),
    "strings-wrap": (trees.SIZE_STRINGS, 0xFFFFFFFC),
    "reservations-outside": (trees.OFF_RSVMAP, 0x7FFFFFF0),
    "version": (trees.LAST_COMP, 99),
}


@both
@pytest.mark.parametrize("damage", HEADERS)
def test_damaged_header(start, tree, damage):
    """Refused, and not passed over in silence for what probing would find."""
    bad = trees.put(tree.read_bytes(), *HEADERS[damage])
    check_refused(start(bad), DAMAGED, ".", off=False)


STRUCTURES = {"endless-nodes": BEGIN_NODE, "only-properties": PROP, "no-end": NOP, "junk": 0xDEADBEEF}


@both
@pytest.mark.parametrize("damage", STRUCTURES)
def test_damaged_structure(start, tree, damage):
    bad = trees.fill_struct(tree.read_bytes(), STRUCTURES[damage])
    check_refused(start(bad), DAMAGED, ".", off=False)


MEMORY = "/memory@40000000"
VALUES = {
    "address-cells": ("-t x", "/", "#address-cells", "9"),
    "memory-wraps": ("-t x", MEMORY, "reg", "ffffffff", "f0000000", "0", "40000000"),
    "memory-short": ("-t x", MEMORY, "reg", "0", "40000000"),
    "no-memory": ("-r", MEMORY),
}


@both
@pytest.mark.parametrize("damage", VALUES)
def test_absurd_value(start, tree, damage):
    """No RAM can be taken from these, so nothing can be started in it."""
    trees.fdtput(tree, *VALUES[damage])
    check_refused(start(tree.read_bytes()), f"^(?!no device tree)(.*)({FDT}|memory|RAM)", ".", off=False)


@pytest.mark.parametrize("arch", [ARM64], ids=["arm64"])
def test_no_console(start, tree, arch):
    """Without a UART in the tree forearm says nothing and boots; earlycon shows what happens."""
    trees.fdtput(tree, "-r", "/pl011@9000000")
    trees.fdtput(tree, "-d", "/chosen", "stdout-path")
    files = {
        "opt/org.forearm/kernel": arch.kernel,
        "opt/org.forearm/initrd": arch.initrd,
        "opt/org.forearm/cmdline": f"{APPEND} keep_bootcon test=poweroff",
    }
    run = start(tree.read_bytes(), fw_cfg=files, timeout=150)
    assert run.find("forearm-test: timer")
    assert run.count("forearm") == run.count("forearm-test")
    assert run.ended == "exit" and run.code == 0
