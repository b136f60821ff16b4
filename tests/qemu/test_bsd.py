# SPDX-License-Identifier: BSD-2-Clause
"""How NetBSD and FreeBSD are told of ACPI tables, as seen by a kernel that only waits.

No BSD kernel is among Debian's packages: this shows what they are given, not that they like it.
"""

import functools
import re
import struct
import subprocess

import pytest

from files import formats
from files import images
from files import trees
from guests.arches import ARM64
from guests.refusal import check_refused
from machines import gdbstub

KERNEL = "opt/org.forearm/kernel"
OPTIONS = "forearm.tables=acpi forearm.guest="
VMM_TREE = 0x40000000
HEADER_BE = 0x18  # NetBSD's tool sets bit 0 of the flags in a little-endian kernel, too


@pytest.fixture
def kernel(tmp_path):
    """A header that says big-endian, and a branch to itself."""
    header = bytearray(images.header(ARM64, 4096))
    header[HEADER_BE] |= 1
    return images.sparse(tmp_path / "kernel", 4096, bytes(header))


class Guest:
    """What is in memory when the kernel has been entered."""

    def __init__(self, cpu, tmp_path):
        self.cpu = cpu
        self.registers = [cpu[i] for i in range(4)]
        size = struct.unpack(">I", cpu.read(self.registers[0] + 4, 4))[0]
        self.dtb = tmp_path / "guest.dtb"
        self.dtb.write_bytes(cpu.read(self.registers[0], size))

    def get(self, node, name, kind="s"):
        words = ["fdtget", "-t", kind, str(self.dtb), node, name]
        return subprocess.run(words, check=True, timeout=30, capture_output=True, text=True).stdout.strip()

    def address(self, node, name):
        high, low = (int(cell, 16) for cell in self.get(node, name, "x").split())
        return high << 32 | low

    def nodes(self, parent):
        words = ["fdtget", "-l", str(self.dtb), parent]
        return subprocess.run(words, check=True, timeout=30, capture_output=True, text=True).stdout.split()

    def signature(self, address, size):
        return self.cpu.read(address, size)


def enter(boot, tmp_path, kernel, append, check, **options):
    begin = functools.partial(boot, fw_cfg={KERNEL: kernel, "opt/org.forearm/cmdline": append}, **options)
    with gdbstub.attach(begin, tmp_path / "gdb", 64) as (cpu, _):
        for _ in range(50):
            cpu.go_on(0.1)
            if cpu.read(cpu["pc"], 4) == struct.pack("<I", 0x14000000):
                break
        check(Guest(cpu, tmp_path))
        cpu.kill()


def check_tables(guest, rsdp, smbios):
    assert guest.signature(rsdp, 8) == b"RSD PTR "
    xsdt = struct.unpack("<Q", guest.signature(rsdp + 24, 8))[0]
    assert guest.signature(xsdt, 4) == b"XSDT"
    assert guest.signature(smbios, 5) == b"_SM3_"


def check_efirng(guest, seed):
    """Random bytes at the start of a page that nobody else has: NetBSD reads no rng-seed."""
    at, end = (guest.address("/chosen", f"netbsd,efirng-{which}") for which in ("start", "end"))
    random = guest.cpu.read(at, end - at)
    assert at % 4096 == 0 and len(random) == 64 and random.count(0) < 8 and seed not in random


@pytest.mark.parametrize("machine", ["", "acpi=off"], ids=["vmm", "built"])
def test_netbsd(boot, tmp_path, kernel, machine):
    def check(guest):
        assert guest.registers[1:] == [0, 0, 0]
        assert guest.get("/", "compatible") == "netbsd,generic-acpi"
        assert guest.get("/acpi", "compatible") == "netbsd,acpi"
        assert guest.get("/chosen", "bootargs") == "-v root=ld0a"
        rsdp = guest.address("/chosen", "netbsd,acpi-root-table")
        check_tables(guest, rsdp, guest.address("/chosen", "netbsd,smbios-table"))
        assert guest.get("/memory", "reg", "x") == "0 40000000 0 40000000"
        [node] = [node for node in guest.nodes("/reserved-memory") if node.startswith("acpi@")]
        base = int(node.removeprefix("acpi@"), 16)
        assert base <= rsdp < base + 0x10000
        assert guest.get(f"/reserved-memory/{node}", "no-map") == ""
        seed = bytes(int(word, 16) for word in guest.get("/chosen", "rng-seed", "bx").split())
        assert len(seed) == 32 and any(seed)
        assert seed not in guest.cpu.read(VMM_TREE, 1 << 14)  # it was there: wiped
        check_efirng(guest, seed)

    enter(boot, tmp_path, kernel, f"-v root=ld0a {OPTIONS}netbsd", check, machine=machine)


def test_freebsd(boot, tmp_path, kernel):
    def check(guest):
        words = guest.get("/chosen", "bootargs")
        found = re.fullmatch(r"FreeBSD:hint\.acpi\.0\.rsdp=0x([0-9a-f]+) acpi\.rsdp=0x\1 kern\.cfg\.order=acpi"
                             r" -v hw\.x=1", words)
        rsdp = int(found[1], 16)
        assert guest.signature(rsdp, 8) == b"RSD PTR "
        assert "psci" in guest.nodes("/") and "memory@40000000" in guest.nodes("/")
        assert guest.registers[0] // (2 << 20) == (guest.registers[0] + 0x10000) // (2 << 20)
        check_kept(guest, [rsdp])

    enter(boot, tmp_path, kernel, f"FreeBSD:-v hw.x=1 {OPTIONS}freebsd", check)


def check_kept(guest, addresses):
    """Each is in a node with no-map, which is all that FreeBSD honours."""
    ranges = []
    for node in guest.nodes("/reserved-memory"):
        path = f"/reserved-memory/{node}"
        assert guest.get(path, "no-map") == ""
        high, low, size_high, size_low = (int(cell, 16) for cell in guest.get(path, "reg", "x").split())
        ranges.append((high << 32 | low, size_high << 32 | size_low))
    for address in addresses:
        assert any(base <= address < base + size for base, size in ranges), hex(address)


@pytest.mark.parametrize("tables", ["fdt", "acpi"])
def test_freebsd_sees_what_is_reserved(boot, tmp_path, kernel, tables):
    """What the VMM has as /memreserve/, too, with a monitor or without."""
    tree = trees.dump(tmp_path / "vmm.dtb", ARM64, machine="virtualization=on")
    source = formats.tool("dtc", "-q", "-I", "dtb", "-O", "dts", tree).decode()
    reserved = source.replace("/dts-v1/;", "/dts-v1/; /memreserve/ 0x50000000 0x10000;", 1)
    formats.tool("dtc", "-q", "-O", "dtb", "-o", tree, "-", input=reserved.encode())

    def check(guest):
        [monitor] = [node for node in guest.nodes("/reserved-memory") if node.startswith("monitor@")]
        check_kept(guest, [0x50000000, int(monitor.removeprefix("monitor@"), 16)])

    enter(boot, tmp_path, kernel, f"forearm.tables={tables} forearm.guest=freebsd forearm.el=1", check,
          machine=f"virtualization=on,dtb={tree}")


def test_freebsd_cuts_the_line(boot, tmp_path, kernel):
    """The words that lead to the tables count, too."""
    for length, noted in ((420, False), (440, True)):
        files = {KERNEL: kernel, "opt/org.forearm/cmdline": f"{'x' * length} {OPTIONS}freebsd"}
        run = boot(fw_cfg=files, until=r"^forearm .*\n", timeout=60)
        assert run.ended == "seen"
        assert bool(re.search("the command line has .* the kernel takes 511", " ".join(run.said("note")))) == noted


def test_by_tree(boot, tmp_path, kernel):
    """Without forearm.tables it is the VMM's tree, whatever the guest."""

    def check(guest):
        assert "psci" in guest.nodes("/")
        assert guest.get("/chosen", "bootargs") == "-v"
        check_efirng(guest, bytes(int(word, 16) for word in guest.get("/chosen", "rng-seed", "bx").split()))

    enter(boot, tmp_path, kernel, "-v forearm.guest=netbsd", check)


def test_linux_kernel_must_know_efi(boot, kernel):
    """The same kernel as a Linux: refused."""
    run = boot(fw_cfg={KERNEL: kernel, "opt/org.forearm/cmdline": "forearm.tables=acpi"})
    check_refused(run, "cannot use ACPI", "forearm.tables")

