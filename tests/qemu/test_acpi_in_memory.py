# SPDX-License-Identifier: BSD-2-Clause
"""ACPI tables that the VMM has put into RAM, as cloud-hypervisor and Xen do, by QEMU in their place.

The tables are those that forearm's builders make of QEMU's own tree.
"""

import re
import struct
import subprocess

import pytest

from files import elf
from files import trees
from guests import linux
from guests.arches import ARM64
from guests.refusal import check_refused
from machines import qemu

FOREARM = 0x40400000  # where cloud-hypervisor loads a kernel
CLOUD_HYPERVISOR = trees.RAM + (2 << 20)
XEN = 0x7FE00000  # RAM that the tree does not name
XEN_SIZE = 2 << 20
APPEND = f"forearm.tables=acpi {linux.GUESTS_APPEND} test=poweroff"


def tables(tmp_path, tree, address):
    """All of them, the RSDP first, as they are at that address."""
    words = [str(qemu.BUILD / "acpi" / "mktables"), str(tree), str(tmp_path), hex(address)]
    subprocess.run(words, check=True, timeout=30)
    return (tmp_path / "whole.bin").read_bytes()


def start(boot, tmp_path, tree, at, content, append=APPEND):
    segments = [(FOREARM, qemu.FIRMWARE.read_bytes()), (trees.RAM, tree.read_bytes()), (at, content)]
    file = tmp_path / "start.elf"
    file.write_bytes(elf.elf64(FOREARM, segments))
    files = {
        "opt/org.forearm/kernel": linux.ARM64,
        "opt/org.forearm/initrd": linux.ARM64_INITRD,
        "opt/org.forearm/cmdline": append,
    }
    return boot(mode="none", kernel=file, fw_cfg=files)


def check_boot(run, address):
    assert run.find("^forearm-test: timer$") and run.ended == "exit"
    assert run.find(rf"ACPI: RSDP 0x{address:016X}"), "other tables than the VMM's"
    assert run.find("ACPI: Interpreter enabled")
    assert not [line for line in run.lines if linux.COMPLAINTS.search(line)]


@pytest.fixture
def tree(tmp_path):
    return trees.dump(tmp_path / "virt.dtb", ARM64)


def test_behind_the_tree(boot, tmp_path, tree):
    """cloud-hypervisor: nothing announces them, and the tree calls them RAM."""
    content = tables(tmp_path, tree, CLOUD_HYPERVISOR)
    check_boot(start(boot, tmp_path, tree, CLOUD_HYPERVISOR, content), CLOUD_HYPERVISOR)


def announce(tree, size=XEN_SIZE):
    """As Xen: a module below /chosen, and memory that ends before it."""
    trees.fdtput(tree, "-t x", "/memory@40000000", "reg", "0", "40000000", "0", "3fe00000")
    trees.fdtput(tree, "-c", f"/chosen/module@{XEN:x}")
    node = f"/chosen/module@{XEN:x}"
    trees.fdtput(tree, "-t s", node, "compatible", "xen,guest-acpi", "multiboot,module")
    trees.fdtput(tree, "-t x", node, "reg", "0", f"{XEN:x}", "0", f"{size:x}")


@pytest.mark.parametrize("exact", [False, True], ids=["whole-pages", "exact"])
def test_announced(boot, tmp_path, tree, exact):
    """Xen tells the size of the tables, which is no multiple of a page."""
    content = tables(tmp_path, tree, XEN)
    announce(tree, len(content) if exact else XEN_SIZE)
    assert len(content) % 4096
    check_boot(start(boot, tmp_path, tree, XEN, content), XEN)


def test_by_tree_all_the_same(boot, tmp_path, tree):
    """No GED in them, so nothing that only ACPI could do: the tree goes first."""
    content = tables(tmp_path, tree, CLOUD_HYPERVISOR)
    append = APPEND.replace("=acpi", "=auto", 1)
    run = start(boot, tmp_path, tree, CLOUD_HYPERVISOR, content, append)
    assert run.find("^forearm 0.*, FDT, ") and run.find("^forearm-test: timer$")


def damage(content, offset):
    changed = bytearray(content)
    changed[offset] ^= 0xFF
    return bytes(changed)


def xsdt_of(content):
    return struct.unpack_from("<Q", content, 24)[0] - CLOUD_HYPERVISOR


@pytest.mark.parametrize("where", ["rsdp", "xsdt"])
def test_damaged(boot, tmp_path, tree, where):
    content = tables(tmp_path, tree, CLOUD_HYPERVISOR)
    offset = 9 if where == "rsdp" else xsdt_of(content) + 10
    run = start(boot, tmp_path, tree, CLOUD_HYPERVISOR, damage(content, offset))
    check_refused(run, re.escape("ACPI tables that the VMM has put at 0x40200000") + ".*checksum", "report")


def test_damaged_by_tree(boot, tmp_path, tree):
    """Who boots by the tree does not need them."""
    content = damage(tables(tmp_path, tree, CLOUD_HYPERVISOR), 9)
    append = APPEND.replace("=acpi", "=auto", 1)
    run = start(boot, tmp_path, tree, CLOUD_HYPERVISOR, content, append)
    assert run.find("^forearm 0.*, FDT, ") and run.find("^forearm-test: timer$")


def test_something_else_there(boot, tmp_path, tree):
    """Without the signature it is RAM like any other."""
    content = damage(tables(tmp_path, tree, CLOUD_HYPERVISOR), 0)
    run = start(boot, tmp_path, tree, CLOUD_HYPERVISOR, content)
    assert run.find("^forearm-test: timer$")
    assert not run.find(f"ACPI: RSDP 0x{CLOUD_HYPERVISOR:016X}")
