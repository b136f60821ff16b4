# SPDX-License-Identifier: BSD-2-Clause
"""Profiles of guests: probe guests linked, packed and placed as those are, and how they are entered.

Debian has none of these guests but Linux: this shows what each is given, not that it likes it.
"""

import functools
import re
import struct
from dataclasses import dataclass

import pytest

import probeguest
import seal
from files import formats
from files import images
from guests.arches import ARM64
from guests.probes import RESIDENT_LIMIT, image_of
from guests.refusal import check_refused
from machines import gdbstub
from machines import qemu

RAM, MIB = 0x40000000, 1 << 20
EL2 = "virtualization=on"
LOOP = struct.pack("<I", 0x14000000)
MAGIC = {64: 0x38, 32: 0x24}  # where a probe says that it is a Linux


def bits_of(probe):
    return 32 if probeguest.is_a32(probe) else 64


# -- how they come -----------------------------------------------------------------------------------


def as_elf(folder, probe, address, virtual=None, header=None):
    """One segment, and its BSS; linked to a virtual address, with a header of one more type."""
    source, script, path = folder / "elf.S", folder / "elf.lds", folder / "kernel.elf"
    source.write_text(f'.section .code, "awx"\n.globl _start\n_start:\n.incbin "{probe}"\n.data\n.quad 1\n.bss\n'
                      ".space 1 << 21\n")
    extra = f"more {header:#x} FLAGS(4);" if header else ""
    data = ":all :more" if header else ""
    script.write_text(
        f"ENTRY(_start)\nPHDRS {{ all PT_LOAD FLAGS(7); {extra} }}\nSECTIONS {{\n"
        f". = {virtual or address:#x};\n.code : AT({address:#x}) {{ *(.code) }} :all\n"
        f".data : {{ *(.data) }} {data}\n.bss : {{ *(.bss) }} :all\n"
        "/DISCARD/ : { *(.note*) *(.ARM*) *(.gnu*) }\n}\n"
    )
    arch = "arm" if "zimg" in str(probe) else "arm64"
    formats.tool(f"{formats.CROSS[arch]}gcc", "-nostdlib", "-static", "-Wl,--build-id=none,--no-warn-rwx-segments",
                 "-Wl,-z,max-page-size=4096", "-T", script, "-o", path, source)
    return path


def as_raw(folder, probe, bits):
    """Nothing that says what it is. The probe uses 1 MiB behind its file."""
    data = bytearray(probe.read_bytes())
    if bits == 64:
        data[16:24] = struct.pack("<Q", len(data) + MIB)
    data[MAGIC[bits]] ^= 0xFF
    path = folder / "kernel.bin"
    path.write_bytes(seal.seal(bytes(data)))
    return path


def as_image(folder, probe, offset):
    data = bytearray(probe.read_bytes())
    data[8:16] = struct.pack("<Q", offset)
    path = folder / "kernel.img"
    path.write_bytes(seal.seal(bytes(data)))
    return path


# -- what they get -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    guest: str
    probe: str  # its level and state
    shape: str  # elf, raw, image
    at: int  # None: anywhere
    machine: str = ""
    virtual: int = None
    tree: str = "start"  # of RAM; or "above" the kernel, or "any"
    gic: int = 2


CASES = [
    # ELF: the tree at the start of RAM if that is free
    Case("lk", "el1", "elf", 0x40100000, "", 0xFFFF000000100000),
    Case("lk", "el2", "elf", 0x40100000, EL2, 0xFFFF000000100000),
    Case("lk", "svc", "elf", 0x40100000, "", 0x80100000),
    Case("lk", "svc", "elf", 0x40100000, EL2, 0x80100000),
    Case("nuttx", "el1", "elf", 0x40280000),
    Case("nuttx", "el2", "elf", 0x40280000, EL2),
    Case("nuttx", "svc", "elf", 0x48000000, EL2, 0x40100000),
    Case("zephyr", "el1", "elf", RAM, tree="any"),
    Case("zephyr", "el1", "elf", RAM, EL2, tree="any"),
    Case("zephyr", "el1", "image", RAM, EL2, tree="any"),
    Case("freertos", "el1", "elf", RAM, tree="any"),
    Case("freertos", "el1", "elf", RAM, EL2, tree="any"),
    Case("nanos", "el1", "elf", 0x40400000),
    Case("nanos", "el1", "elf", 0x40400000, EL2),
    Case("unikraft", "el1", "elf", 0x40100000),
    Case("unikraft", "el2", "elf", 0x40100000, EL2),
    # Images that do not run just anywhere
    Case("unikraft", "el1", "image", RAM + 0xFFFC0),
    Case("osv", "el1", "image", RAM + 0x80000, tree="any"),
    Case("osv", "el1", "image", RAM + 0x80000, EL2, tree="any"),
    # Raw
    Case("qnx", "el1", "raw", RAM + 0x80000, tree="any"),
    Case("qnx", "el1", "raw", RAM + 0x80000, EL2, tree="any"),
    Case("kut", "el1", "raw", RAM + 0x80000, tree="above"),
    Case("kut", "el2", "raw", RAM + 0x80000, EL2, tree="above"),
    Case("kut", "svc", "raw", RAM + 0x10000, tree="above"),
    Case("kut", "svc", "raw", RAM + 0x10000, EL2, tree="above"),
    Case("xvisor", "el2", "raw", RAM + 0x80000, EL2, tree="any"),
    Case("xvisor", "hyp", "raw", RAM + 0x10000, EL2, tree="any"),
    Case("xen", "el2", "image", None, EL2, tree="any"),
]
NAMES = [f"{case.guest}-{case.shape}-{case.probe}{'-from-el2' if case.machine else ''}" for case in CASES]
# These are about a Linux: where it is, and what it leaves free.
OF_LINUX = {"image-placement", "image-in-zone", "fdt-clear-of-kernel", "image-above-tables"}


def board(probe, machine):
    if probeguest.is_a32(probe):
        return {"program": "qemu-system-arm", "cpu": "cortex-a15", "machine": machine}
    return {"machine": machine}


def kernel_of(case, tmp_path):
    probe = image_of(case.probe)
    if case.shape == "elf":
        return as_elf(tmp_path, probe, case.at, case.virtual)
    if case.shape == "raw":
        return as_raw(tmp_path, probe, bits_of(case.probe))
    return as_image(tmp_path, probe, case.at % (2 * MIB)) if case.at else probe


def numbers(text):
    return [int(number, 16) for number in re.findall("0x[0-9a-f]+", text)]


def check_place(case, report):
    tree, size = numbers(report.value("fdt"))
    image, length = numbers(report.value("image"))
    assert image == case.at or not case.at
    if case.tree == "start":
        assert tree == RAM
    if case.tree == "above":
        assert tree >= image + length + 64 * 1024  # kvm-unit-tests' stack
    assert tree >= image + length or tree + size <= image


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_entry(boot, tmp_path, case, mode):
    append = f"forearm.log=quiet forearm.guest={case.guest} probe.resident={RESIDENT_LIMIT}"
    run = boot(**board(case.probe, case.machine), mode=mode, kernel=kernel_of(case, tmp_path),
               append=append, timeout=qemu.EARLY_TIMEOUT)
    report = probeguest.Report(run.text)
    assert report.complete() and not report.crashed, run.text
    assert set(report.failed) <= OF_LINUX, report.failed
    check_place(case, report)
    assert run.ended == "exit" and run.code == 0


@pytest.mark.parametrize("guest", ["osv", "zephyr", "lk"])
def test_user_decides(boot, tmp_path, guest):
    """forearm.el counts more than the profile."""
    kernel = as_elf(tmp_path, image_of("el2"), 0x40400000)
    run = boot(machine=EL2, kernel=kernel, append=f"forearm.log=quiet forearm.guest={guest} forearm.el=2", timeout=qemu.EARLY_TIMEOUT)
    report = probeguest.Report(run.text)
    assert "current-el" in report.names and set(report.failed) <= OF_LINUX


NOTES = {
    "nuttx": ("", "nuttx calls PSCI by SMC, which does nothing here: start the VM with EL2"),
    "zephyr": ("secure=on", "zephyr calls PSCI by HVC, which does nothing here: start the VM without secure=on"),
    "lk": (EL2, "lk calls PSCI by HVC, which does nothing here: start the VM without EL2, or enter it at EL1"),
    "freertos": ("gic-version=3", "freertos drives a GICv2 only"),
}


@pytest.mark.parametrize("guest", NOTES)
@pytest.mark.parametrize("given", [True, False])
def test_notes(boot, tmp_path, guest, given):
    """What the machine cannot do for it is said; and not where it can."""
    machine, note = NOTES[guest]
    good = {"nuttx": EL2, "zephyr": EL2, "freertos": "", "lk": ""}[guest]
    kernel = as_elf(tmp_path, image_of("el2" if given and machine == EL2 else "el1"), 0x40400000)
    run = boot(machine=machine if given else good, kernel=kernel, append=f"forearm.guest={guest}",
               timeout=qemu.EARLY_TIMEOUT)
    assert run.find("^probe: ")
    assert [line for line in run.said("note") if line.startswith(note)] == run.said("note")
    assert bool(run.said("note")) == given


@pytest.mark.parametrize("guest, probe", [("xvisor", "el1"), ("xvisor", "svc"), ("xen", "el1")])
def test_needs_el2(boot, tmp_path, guest, probe):
    kernel = as_raw(tmp_path, image_of(probe), bits_of(probe)) if guest == "xvisor" else image_of(probe)
    run = boot(**board(probe, ""), kernel=kernel, append=f"forearm.guest={guest}")
    check_refused(run, f"forearm.guest={guest}, but the VM was started at .* no EL2", "virtualization=on")


# -- files that say whose they are ------------------------------------------------------------------------


def header(code0, offset, size, flags):
    """An arm64 Image header, and what it branches to: a branch to itself."""
    start = 4 * (code0 & 0xFFFF) if code0 >> 24 == 0x14 else 0x40
    head = struct.pack("<IIQQQQQQ4sI", code0, 0x1400000F if start == 0x40 else 0, offset, size, flags, 0, 0, 0, b"ARM\x64", 0)
    if code0 == 0x14000010:
        head = head[:4] + bytes(4) + head[8:]
    return head.ljust(start, b"\0") + LOOP


SUMMARY = {"until": r"^forearm .*\n", "timeout": qemu.EARLY_TIMEOUT}
OWN_HEADERS = {
    "netbsd": (0x14000010, 0x200000, 0x100000, 1, "NetBSD arm64 Image", None),
    "freebsd": (0x14000200, 0, 0x100000, 8, "FreeBSD arm64 Image", None),
    "nuttx": (0x91005A4D, 0x480000, 0x100000, 0xA, "NuttX arm64 Image", 0x40280000),
    "zephyr": (0x14000400, 0, 0x40068000, 2, "Zephyr arm64 Image", 0x40000000),
}


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("guest", OWN_HEADERS)
def test_known_by_its_header(boot, tmp_path, guest, mode):
    """Named, entered and placed as that guest is, whatever its header says."""
    *fields, name, at = OWN_HEADERS[guest]
    kernel = images.sparse(tmp_path / "kernel", 0x10000, header(*fields))
    run = boot(mode=mode, kernel=kernel, append="forearm.log=debug -v", machine=EL2, **SUMMARY)
    line = run.find("^forearm ")
    assert f": {name} 0.0 MB" in line and (not at or line.endswith(f"-> {at:#x}"))
    assert ("EL1 (from EL2)" if guest == "zephyr" else "EL2,") in line
    assert run.find("^forearm: command line: " + ("FreeBSD:" if guest == "freebsd" else "") + "-v$")


def test_user_knows_better(boot, tmp_path):
    kernel = images.sparse(tmp_path / "kernel", 0x10000, header(*OWN_HEADERS["freebsd"][:4]))
    run = boot(kernel=kernel, append="forearm.log=debug forearm.guest=linux -v", **SUMMARY)
    assert run.find("^forearm: command line: -v$")


@pytest.mark.parametrize("probe, machine", [("el1", ""), ("svc", EL2)])
def test_known_by_its_greeting(boot, tmp_path, probe, machine):
    """Little Kernel: in SVC mode from HYP, without an option."""
    kernel = as_elf(tmp_path, image_of(probe), 0x40100000)
    with kernel.open("ab") as file:
        file.write(b"\nwelcome to lk/MP\n")
    run = boot(**board(probe, machine), kernel=kernel, append="probe", timeout=qemu.EARLY_TIMEOUT)
    report = probeguest.Report(run.text)
    assert report.complete() and numbers(report.value("fdt"))[0] == RAM
    assert f": Little Kernel ELF file 0.0 MB, {'SVC (from HYP)' if probe == 'svc' else 'EL1'}," in run.find("^forearm ")


def test_size_that_is_an_address(boot, tmp_path):
    """Not "give the VM more memory"."""
    kernel = images.sparse(tmp_path / "kernel", 0x10000, header(0x14000400, 0, 0x40068000, 0xA))
    run = boot(kernel=kernel, append="x")
    check_refused(run, "0x40068000, is an address: .* RAM begins at 0x40000000", "forearm.load=ADDRESS")
    run = boot(kernel=kernel, append="forearm.load=0x40000000", **SUMMARY)
    assert run.find("^forearm .*: raw file .* -> 0x40000000$")


@pytest.mark.parametrize("interpreter", [True, False])
def test_virtual_addresses(boot, tmp_path, interpreter):
    """A BSD's kernel as it was linked: which file is to be given is said."""
    kernel = openbsd(tmp_path, 3 if interpreter else None)
    check_refused(boot(kernel=kernel, append="x"), "linked to virtual addresses", "netbsd.img.*kernel.bin")


@pytest.mark.parametrize("guest, noted", [("freebsd", True), ("lk", True), ("linux", False), ("netbsd", False)])
def test_initrd_of_no_use(boot, tmp_path, guest, noted):
    kernel = images.sparse(tmp_path / "kernel", 0x10000, images.arm64_header(0x10000))
    initrd = images.sparse(tmp_path / "initrd", 4096, b"x")
    run = boot(kernel=kernel, initrd=initrd, append=f"forearm.guest={guest}", **SUMMARY)
    assert run.said("note") == [f"{guest} has no use for an initrd: the one that was given does not count"] * noted


@pytest.mark.parametrize("guest, remedy", [("osv", "leave forearm.tables out: .* by device tree"), ("linux", "guest=netbsd or freebsd")])
def test_acpi_remedy(boot, tmp_path, guest, remedy):
    kernel = images.sparse(tmp_path / "kernel", 0x10000, images.arm64_header(0x10000))
    run = boot(kernel=kernel, append=f"forearm.guest={guest} forearm.tables=acpi")
    check_refused(run, "cannot use ACPI", remedy)


def test_place_of_raw_code(boot, tmp_path):
    """The remedy's address is in the file."""
    kernel = images.sparse(tmp_path / "kernel", 0x10000, LOOP + struct.pack("<IQ", 0, 0x40081234))
    run = boot(kernel=kernel, append="x")
    check_refused(run, "0x40081234 in it: perhaps it belongs to 0x40080000", "forearm.guest=NAME.*forearm.load=ADDRESS")


def test_raw_only_where_told(boot, tmp_path):
    """The profile of a guest that has a header of some kind does not make any file a kernel."""
    kernel = as_raw(tmp_path, image_of("el1"), 64)
    check_refused(boot(kernel=kernel, append="forearm.guest=lk"), "no known format", "forearm.load=raw")


@pytest.mark.parametrize("guest", ["openbsd", "osv", "zephyr", "xen"])
def test_no_acpi(boot, guest):
    run = boot(machine=EL2, kernel=image_of("el1"), append=f"forearm.guest={guest} forearm.tables=acpi")
    cause = "not in the 64 MiB" if guest == "openbsd" else "cannot use ACPI: no way to tell such a guest"
    check_refused(run, cause, ".")


# -- what only a debugger sees: guests that branch to themselves -------------------------------------


class Guest:
    """What is in memory when the kernel has been entered."""

    def __init__(self, cpu, tmp_path):
        self.cpu = cpu
        self.x = [cpu[i] for i in range(4)]
        self.pc = cpu["pc"]
        self.level = cpu["cpsr"] >> 2 & 3

    def tree(self, at, tmp_path):
        path = tmp_path / "guest.dtb"
        path.write_bytes(self.cpu.read(at, struct.unpack(">I", self.cpu.read(at + 4, 4))[0]))
        return path


def enter(boot, tmp_path, kernel, append, check, files=(), **options):
    files = {"opt/org.forearm/kernel": kernel, "opt/org.forearm/cmdline": append, **dict(files)}
    begin = functools.partial(boot, fw_cfg=files, **options)
    with gdbstub.attach(begin, tmp_path / "gdb", 64) as (cpu, _):
        for _ in range(50):
            cpu.go_on(0.1)
            if cpu.read(cpu["pc"], 4) == LOOP:
                break
        check(Guest(cpu, tmp_path))
        cpu.kill()


def bootargs(tree):
    return formats.tool("fdtget", tree, "/chosen", "bootargs").decode().strip()


OPENBSD = 0xFFFFFF8000000000
RANDOMIZE = 0x65A3DBE6  # a program header that only OpenBSD has


def openbsd(tmp_path, header=RANDOMIZE, offset=0x200000):
    code = tmp_path / "code"
    code.write_bytes(LOOP + b"kernel" * 100)
    return as_elf(tmp_path, code, OPENBSD + offset, header=header)


def segments_end(elf):
    """The address behind all of them, BSS included."""
    data = elf.read_bytes()
    at, size, count = struct.unpack("<Q", data[32:40])[0], 56, struct.unpack("<H", data[56:58])[0]
    heads = [struct.unpack("<IIQQQQQQ", data[at + i * size:at + (i + 1) * size]) for i in range(count)]
    return max(head[4] + head[6] for head in heads if head[0] == 1)


def sections(data):
    """Name offset, type, flags, file offset and size of each."""
    at, count = struct.unpack("<Q", data[40:48])[0], struct.unpack("<H", data[60:62])[0]
    for i in range(count):
        head = struct.unpack("<IIQQQQIIQQ", data[at + 64 * i:at + 64 * i + 64])
        yield head[0], head[1], head[2], head[4], head[5]


def check_symbols(elf, memory):
    """Behind the kernel: a header that leads to the file's symbols and strings."""
    assert memory[:4] == b"\x7fELF" and memory[32:40] == bytes(8) and memory[54:58] == bytes(4)
    data, found = elf.read_bytes(), 0
    for before, after in zip(sections(data), sections(memory), strict=True):
        assert before[:2] == after[:2] and before[4] == after[4]
        if before[1] not in (2, 3):
            continue
        found += 1
        assert after[2] & 2 and after[3] % 8 == 0
        assert memory[after[3]:after[3] + after[4]] == data[before[3]:before[3] + before[4]] != b""
    assert found == 3


@pytest.mark.parametrize("machine", ["", EL2])
@pytest.mark.parametrize("header, words", [(RANDOMIZE, ""), (None, "forearm.guest=openbsd")])
def test_openbsd(boot, tmp_path, machine, header, words):
    """By what its file says, and by option: 64 MiB of its own, symbols, and its registers."""
    kernel = openbsd(tmp_path, header)

    def check(guest):
        block = guest.pc - 0x200000
        assert block % (2 * MIB) == 0 and block >= RAM
        end, none, fdt, _ = guest.x
        symbols = block + (segments_end(kernel) - OPENBSD + 7 & ~7)
        assert none == 0 and symbols < end < block + 64 * MIB
        assert not block <= fdt < block + 64 * MIB
        check_symbols(kernel, guest.cpu.read(symbols, end - symbols))
        assert guest.cpu.read(symbols - 64, 64) == bytes(64)
        assert guest.level == (2 if machine else 1)
        assert bootargs(guest.tree(fdt, tmp_path)) == "bsd -s"

    enter(boot, tmp_path, kernel, f"-s {words}", check, machine=machine)


def random_part(elf):
    """Address and bytes of what the file has in its segment of OpenBSD's type."""
    data = elf.read_bytes()
    at, size, count = struct.unpack("<Q", data[32:40])[0], 56, struct.unpack("<H", data[56:58])[0]
    heads = [struct.unpack("<IIQQQQQQ", data[at + i * size:at + (i + 1) * size]) for i in range(count)]
    [head] = [head for head in heads if head[0] == RANDOMIZE]
    return head[4], data[head[2]:head[2] + head[5]]


RB_GOODRANDOM = 0x10000


@pytest.mark.parametrize("source, options", [
    ("cpu", {"cpu": "max", "machine": "dtb-randomness=off"}), ("seed", {}), ("none", {"machine": "dtb-randomness=off"}),
])
def test_openbsd_random(boot, tmp_path, source, options):
    """Cookies from the CPU or the VMM's seed; with neither they are 0, and the kernel is not told otherwise."""
    kernel = openbsd(tmp_path)
    address, before = random_part(kernel)

    def check(guest):
        at = guest.pc - 0x200000 + address - OPENBSD
        tree = guest.tree(guest.x[2], tmp_path)
        chosen = formats.tool("fdtget", "-p", tree, "/chosen").decode().split()
        after = guest.cpu.read(at, len(before))
        if source == "none":
            assert after == bytes(len(before)) and "openbsd,boothowto" not in chosen
        else:
            assert after not in (before, bytes(len(before)))
            howto = formats.tool("fdtget", "-t", "x", tree, "/chosen", "openbsd,boothowto").decode()
            assert int(howto, 16) == RB_GOODRANDOM

    enter(boot, tmp_path, kernel, "-s", check, **options)


def test_openbsd_random_note(boot, tmp_path):
    for machine, notes in (("dtb-randomness=off", 1), ("", 0)):
        run = boot(kernel=openbsd(tmp_path), machine=machine, until=r"^forearm .*\n", timeout=qemu.EARLY_TIMEOUT)
        assert run.ended == "seen" and len(run.said("note")) == notes
        assert all("nothing random" in note for note in run.said("note"))


def test_openbsd_stripped(boot, tmp_path):
    kernel = openbsd(tmp_path)
    formats.tool("aarch64-linux-gnu-strip", kernel)

    def check(guest):
        assert guest.x[0] == guest.pc - 0x200000 + (segments_end(kernel) - OPENBSD + 7 & ~7)
        assert bootargs(guest.tree(guest.x[2], tmp_path)) == "bsd -c"

    enter(boot, tmp_path, kernel, "bsd -c", check)


@pytest.mark.parametrize("memory, header, offset, words, cause", [
    ("64M", RANDOMIZE, 0x200000, "", "kernel needs|no free RAM"),
    ("1G", RANDOMIZE, 64 * MIB - 0x100000, "", "with its symbols is not in the 64 MiB"),
    ("1G", None, 0x200000, "", "ELF file. is linked to virtual addresses, from 0xffffff8000200000 on"),
])
def test_openbsd_refused(boot, tmp_path, memory, header, offset, words, cause):
    run = boot(kernel=openbsd(tmp_path, header, offset), memory=memory, append=f"{words} quiet")
    check_refused(run, cause, ".")


RUNTIME, LOADER_DATA, CONVENTIONAL = 1 << 63, 2, 7


def efi_map(guest, tree):
    """Rows of type, start, end and attributes."""
    start, size, step, version = (int(formats.tool("fdtget", "-t", "lx" if name == "start" else "x", tree, "/chosen",
                                                   f"openbsd,uefi-mmap-{name}").decode().replace(" ", ""), 16)
                                  for name in ("start", "size", "desc-size", "desc-ver"))
    assert version == 1 and size % step == 0
    data = guest.cpu.read(start, size)
    rows = [struct.unpack("<IIQQQQ", data[at:at + 40]) for at in range(0, size, step)]
    return [(row[0], row[2], row[2] + row[4] * 4096, row[5], row[3]) for row in rows]


def number_of(tree, node, name):
    return int("".join(part.rjust(8, "0") for part in formats.tool("fdtget", "-t", "x", tree, node, name).decode().split()), 16)


@pytest.mark.parametrize("machine, words", [("", ""), ("acpi=off,gic-version=3", ""), (EL2, "forearm.el=1")])
def test_openbsd_acpi(boot, tmp_path, machine, words):
    """As its loader has it: a tree that leads to the tables, EFI's map, and tables in runtime memory."""
    kernel = openbsd(tmp_path)

    def check(guest):
        tree, block = guest.tree(guest.x[2], tmp_path), guest.pc - 0x200000
        nodes = formats.tool("fdtget", "-l", tree, "/").decode().split()
        [node] = [node for node in nodes if node.startswith("acpi@")]
        assert {"psci", "timer", "cpus", "chosen"} < set(nodes) and not any("virtio" in name for name in nodes)
        assert formats.tool("fdtget", tree, f"/{node}", "compatible").decode() == "openbsd,acpi-5.0\n"
        rsdp = number_of(tree, f"/{node}", "reg") >> 64
        assert guest.cpu.read(rsdp, 8) == b"RSD PTR " and node == f"acpi@{rsdp:x}"
        assert bootargs(tree) == "bsd -s" and number_of(tree, "/chosen", "openbsd,boothowto") == RB_GOODRANDOM
        rows = efi_map(guest, tree)
        assert [row[1:3] for row in rows if row[0] == LOADER_DATA] == [(block, block + 64 * MIB)]
        assert not any(row[0] in (LOADER_DATA, CONVENTIONAL) and row[1] <= rsdp < row[2] for row in rows)
        system = number_of(tree, "/chosen", "openbsd,uefi-system-table")
        assert guest.cpu.read(system, 8) == b"IBI SYST"
        vendor, services, tables = struct.unpack("<Q56xQ16xQ", guest.cpu.read(system + 24, 96))
        for address in (vendor, services, tables, tables + 48):
            assert any(row[3] & RUNTIME and row[4] == row[1] <= address < row[2] for row in rows), hex(address)
        assert guest.level == 1

    enter(boot, tmp_path, kernel, f"-s {words} forearm.tables=acpi", check, machine=machine)


FREEBSD = 0xFFFF000000000000
KERNEL_RECORDS = {0x8002: "elfhdr", 0x8003: "ssym", 0x8004: "esym", 0x8006: "envp", 0x8007: "howto",
                  0x8008: "kernend", 0x9002: "dtbp"}
BEHIND = 8 * MIB  # the kernel's own, before it knows what memory there is


def freebsd(tmp_path, offset=0x800):
    """Its kernel as it is linked: an interpreter that is none, in memory and without a header of its own kind."""
    script, source, path = tmp_path / "bsd.lds", tmp_path / "bsd.S", tmp_path / "kernel"
    source.write_text('.section .code, "awx"\n.globl _start\n_start: b .\n.section .interp, "a"\n'
                      '.asciz "/red/herring"\n.data\n.quad 1\n.bss\n.space 1 << 16\n')
    script.write_text("ENTRY(_start)\nPHDRS { all PT_LOAD FLAGS(7); interp PT_INTERP FLAGS(4); }\nSECTIONS {\n"
                      f". = {FREEBSD + offset:#x};\n.code : {{ *(.code) }} :all\n.interp : {{ *(.interp) }} :all :interp\n"
                      ".data : { *(.data) } :all\n.bss : { *(.bss) } :all\n/DISCARD/ : { *(.note*) }\n}\n")
    formats.tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", "-Wl,--build-id=none,--no-warn-rwx-segments",
                 "-Wl,-z,max-page-size=4096", "-T", script, "-o", path, source)
    return path


class Preloaded:
    """What a FreeBSD kernel finds: the records from x0 on, by virtual addresses."""

    def __init__(self, guest, elf):
        self.guest, self.base = guest, guest.pc - 0x800
        [start] = [head[3] for head in heads(elf) if head[0] == 1]
        assert start == FREEBSD + 0x800 and self.base % (2 * MIB) == 0
        self.files, self.end, at = [], guest.x[0], guest.x[0]
        while (record := struct.unpack("<II", self.read(at, 8))) != (0, 0):
            if record[0] == 1:
                self.files.append({})
            self.files[-1][record[0]] = self.read(at + 8, record[1])
            at += 8 + record[1] + 7 & ~7
        self.end = at + 8

    def read(self, at, size):
        return self.guest.cpu.read(at - FREEBSD + self.base, size)

    def number(self, kind, file=0):
        return int.from_bytes(self.files[file][kind], "little")

    def environment(self):
        return self.read(self.number(0x8006), 4096).split(b"\0\0")[0].decode().split("\0")


def heads(elf):
    data = elf.read_bytes()
    at, size, count = struct.unpack("<Q", data[32:40])[0], 56, struct.unpack("<H", data[56:58])[0]
    return [struct.unpack("<IIQQQQQQ", data[at + i * size:at + (i + 1) * size]) for i in range(count)]


def tables_of(elf):
    """Symbols and strings, each behind its size and padded."""
    data = elf.read_bytes()
    [symbols] = [section for section in sections(data) if section[1] == 2]
    link = [head for head in sections(data) if head[1] == 3]
    strings = link[0]  # .strtab comes before .shstrtab
    parts = [data[part[3]:part[3] + part[4]] for part in (symbols, strings)]
    return b"".join(struct.pack("<Q", len(part)) + part + bytes(-len(part) % 8) for part in parts)


def check_freebsd(preloaded, elf, files):
    """The kernel's own records; where all else is; and that nothing else is in its memory."""
    kernel, guest = preloaded.files[0], preloaded.guest
    end = (segments_end(elf) + 7) & ~7
    tables = tables_of(elf)
    assert guest.x[1:] == [0, 0, 0] and kernel[1] == b"kernel\0" and kernel[2] == b"elf kernel\0"
    assert set(KERNEL_RECORDS) <= set(kernel)
    assert preloaded.number(3) == FREEBSD + 0x800 and preloaded.number(4) == end - preloaded.number(3) + len(tables)
    assert kernel[0x8002] == elf.read_bytes()[:64]
    assert (preloaded.number(0x8003), preloaded.number(0x8004)) == (end, end + len(tables))
    assert preloaded.read(end, len(tables)) == tables
    kernend = preloaded.number(0x8008)
    assert kernend % 4096 == 0 and 0 <= kernend - preloaded.end < 4096
    assert len(kernel[0x8007]) == 4 and [file[2].rstrip(b"\0").decode() for file in preloaded.files[1:]] == files
    places = [preloaded.number(0x8004), preloaded.number(0x8006), preloaded.number(0x9002), guest.x[0]]
    places += [preloaded.number(3, i) for i in range(1, len(preloaded.files))]
    assert max(places) == guest.x[0] and min(places) == places[0]
    return kernend


def tree_of(preloaded, tmp_path):
    return preloaded.guest.tree(preloaded.number(0x9002) - FREEBSD + preloaded.base, tmp_path)


SEED = "boot_entropy_platform"


@pytest.mark.parametrize("machine", ["", EL2, "dtb-randomness=off"])
def test_freebsd_elf(boot, tmp_path, machine):
    """The ELF kernel, as its own loader would leave it."""
    elf = freebsd(tmp_path)
    line = f"FreeBSD:-sv kern.hz=1 boot_mute kern.hz=100 {'x' * 600}=y"

    def check(guest):
        preloaded = Preloaded(guest, elf)
        check_freebsd(preloaded, elf, [] if "off" in machine else [SEED])
        assert preloaded.number(0x8007) == 0x800 | 0x2 | 0x10000
        assert preloaded.environment() == ["boot_mute=1", "kern.hz=100", f"{'x' * 600}=y"]
        assert guest.level == (2 if machine == EL2 else 1)
        assert "memory@40000000" in formats.tool("fdtget", "-l", tree_of(preloaded, tmp_path), "/").decode()
        if machine == "":
            seed = preloaded.read(preloaded.number(3, 1), preloaded.number(4, 1))
            assert len(seed) == 2048 and len(set(seed)) > 200

    enter(boot, tmp_path, elf, line, check, machine=machine)


@pytest.mark.parametrize("how", ["fw_cfg", "ram", "bundle"])
def test_freebsd_elf_initrd(boot, tmp_path, how):
    """A RAM disk is preloaded, wherever it comes from."""
    elf, content = freebsd(tmp_path), bytes(range(256)) * 33 + b"last"
    initrd = tmp_path / "initrd"
    initrd.write_bytes(content)

    def check(guest):
        preloaded = Preloaded(guest, elf)
        check_freebsd(preloaded, elf, ["md_image", SEED])
        assert preloaded.number(4, 1) == len(content)
        assert preloaded.number(3, 1) % 4096 == 0 and preloaded.read(preloaded.number(3, 1), len(content)) == content
        assert preloaded.environment() == ["vfs.root.mountfrom=ufs:/dev/md0"]

    if how == "bundle":
        bundle = tmp_path / "bundle"
        formats.tool(qemu.TOP / "build" / "forearm-bundle", "--kernel", elf, "--initrd", initrd, "--output", bundle)
        return enter(boot, tmp_path, bundle, "vfs.root.mountfrom=ufs:/dev/md0", check)
    options = {"mode": "kernel", "initrd": initrd} if how == "ram" else {"files": {"opt/org.forearm/initrd": initrd}}
    enter(boot, tmp_path, elf, "vfs.root.mountfrom=ufs:/dev/md0", check, **options)


@pytest.mark.parametrize("machine", ["", "acpi=off"])
def test_freebsd_elf_acpi(boot, tmp_path, machine):
    """The environment leads to the tables; the tree is there as well."""
    elf = freebsd(tmp_path)

    def check(guest):
        preloaded = Preloaded(guest, elf)
        end = check_freebsd(preloaded, elf, [SEED]) - FREEBSD + preloaded.base
        first, second, *rest = preloaded.environment()
        assert rest == ["kern.cfg.order=acpi", "x=1"]
        rsdp = int(second.removeprefix("acpi.rsdp="), 16)
        assert first == f"hint.acpi.0.rsdp={rsdp:#x}"
        assert guest.cpu.read(rsdp, 8) == b"RSD PTR " and not preloaded.base <= rsdp < end + BEHIND
        nodes = formats.tool("fdtget", "-l", tree_of(preloaded, tmp_path), "/reserved-memory").decode().split()
        assert any(node.startswith("keep@") for node in nodes)

    enter(boot, tmp_path, elf, "x=1 forearm.tables=acpi", check, machine=machine)


def test_freebsd_elf_stripped(boot, tmp_path):
    elf = freebsd(tmp_path)
    formats.tool("aarch64-linux-gnu-strip", elf)

    def check(guest):
        preloaded = Preloaded(guest, elf)
        assert not {0x8003, 0x8004} & set(preloaded.files[0])
        assert preloaded.number(4) == (segments_end(elf) + 7 & ~7) - preloaded.number(3)

    enter(boot, tmp_path, elf, "x", check)


def test_freebsd_elf_is_said(boot, tmp_path):
    run = boot(kernel=freebsd(tmp_path), append="x" * 600, **SUMMARY)
    assert ": FreeBSD ELF file 0.0 MB" in run.find("^forearm ") and not run.said("note")


def test_freebsd_elf_refused(boot, tmp_path):
    """What its first page tables do not map."""
    initrd = images.sparse(tmp_path / "initrd", 1016 * MIB, b"x")
    run = boot(kernel=freebsd(tmp_path), initrd=initrd, memory="3G", append="x")
    check_refused(run, "maps 1 GiB at first, and itself with all that goes with it has", "as a disk")


@pytest.mark.parametrize("line", ["-v hw.x=1", "FreeBSD:-v hw.x=1"])
def test_freebsd_by_tree(boot, tmp_path, line):
    """It takes nothing else for its environment."""
    kernel = images.sparse(tmp_path / "kernel", 4096, images.header(ARM64, 4096))

    def check(guest):
        assert bootargs(guest.tree(guest.x[0], tmp_path)) == "FreeBSD:-v hw.x=1"

    enter(boot, tmp_path, kernel, f"{line} forearm.guest=freebsd", check)


def test_netbsd_ub(boot, tmp_path):
    """NetBSD's 32-bit kernel: a uImage of the type kernel_noload, its code 64 bytes behind 1 MiB."""
    path = tmp_path / "netbsd.ub"
    formats.tool("mkimage", "-A", "arm", "-O", "netbsd", "-T", "kernel_noload", "-C", "none", "-a", "0",
                 "-e", "0", "-n", "NetBSD", "-d", as_raw(tmp_path, image_of("svc"), 32), path)
    run = boot(program="qemu-system-arm", cpu="cortex-a15", kernel=path,
               append="forearm.log=quiet forearm.guest=netbsd", timeout=qemu.EARLY_TIMEOUT)
    report = probeguest.Report(run.text)
    assert report.complete() and set(report.failed) <= OF_LINUX, report.failed
    assert int(report.value("base"), 16) % MIB == 0x40
