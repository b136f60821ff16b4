# SPDX-License-Identifier: BSD-2-Clause
"""Wild pointers and jumps, provoked through QEMU's debugger: the report, and what memory permits."""

import functools
import re
import struct
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from files import images
from guests.arches import ARM, ARM64, Arch
from guests.refusal import check_refused
from machines import gdbstub
from machines import qemu

HYPERVISOR = "virtualization=on"
HOLE = 0xE0000000  # no RAM and no device, so forearm maps nothing there
SPARE_RAM = 0x40300000
UART = 0x09000000
PAGE = 4096
TIMEOUT = 20  # seconds; a start with a crash needs a tenth of one, on an idle machine


@dataclass(frozen=True)
class Board:
    level: str
    arch: Arch
    machine: str
    mode: str
    load: int  # where QEMU puts the file

    def __str__(self):
        return f"{self.level}-{self.mode}"

    @property
    def hyp(self):
        return self.level == "hyp"

    def options(self):
        return {**self.arch.board(), "machine": self.machine, "mode": self.mode}


BOARDS = [
    Board(level, arch, machine, mode, load)
    for level, arch, machine, kernel in [
        ("el1", ARM64, "", 0x40200000),
        ("el2", ARM64, HYPERVISOR, 0x40200000),
        ("svc", ARM, "", 0x40010000),
        ("hyp", ARM, HYPERVISOR, 0x40010000),
    ]
    for mode, load in [("bios", 0), ("kernel", kernel)]
]
IN_ROM = [board for board in BOARDS if board.mode == "bios"]
IN_RAM = [board for board in BOARDS if board.mode == "kernel"]
LEVELS = [IN_ROM[0], IN_RAM[1], IN_RAM[2], IN_ROM[3]]
HALVES = [IN_ROM[0], IN_RAM[2]]
everywhere = pytest.mark.parametrize("board", BOARDS, ids=str)
levels = pytest.mark.parametrize("board", LEVELS, ids=str)
halves = pytest.mark.parametrize("board", HALVES, ids=str)


class Report:
    """What a crash report says."""

    def __init__(self, run, board):
        self.board = board
        found = re.findall(r"^forearm: crash in stage (\S+): (.*)$", run.text, re.M)
        assert len(found) == 1, found
        self.stage, self.what = found[0]
        self.line = run.find("^forearm:   pc ")
        self.callers = self.numbers(r"called from 0x(\w+)$", run)
        self.registers = dict(
            (int(number), int(value, 16))
            for number, value in re.findall(r" [xr](\d+) +([0-9a-f]+)", run.text)
        )
        assert run.lines[-1] == "forearm: stopped" and run.count("forearm: stopped") == 1
        assert run.ended == "exit" and run.code == 0, "the machine stayed on"

    @staticmethod
    def numbers(pattern, run):
        return [int(value, 16) for value in re.findall(pattern, run.text, re.M)]

    def __getitem__(self, name):
        return int(re.search(rf"\b{name} 0x(\w+)", self.line).group(1), 16)

    @property
    def address(self):
        return self["hdfar" if self.board.hyp else "far"]

    @property
    def status(self):
        return self[{"svc": "fsr", "hyp": "hsr"}.get(self.board.level, "esr")]

    @property
    def fault(self):
        """ESR_ELx, HSR and, with the long descriptors that we use, IFSR and DFSR agree on these."""
        return {1: "translation", 3: "permission"}.get(self.status >> 2 & 0xF)

    @property
    def write(self):
        return bool(self.status >> (11 if self.board.level == "svc" else 6) & 1)

    def check_fetch(self, fault, pc):
        assert self.what == ("prefetch abort" if self.board.arch is ARM else "instruction abort")
        assert self.fault == fault and self["pc"] == pc

    def check_data(self, fault, write, first, last):
        assert self.what == "data abort"
        assert self.fault == fault and self.write == write
        assert first <= self.address < last, hex(self.address)


@functools.cache
def symbols(arch):
    return gdbstub.symbols(qemu.BUILD / ("forearm.elf" if arch is ARM64 else "arm.elf"))


class Victim:
    """forearm on one board, to be stopped somewhere and led astray."""

    def __init__(self, boot, path, board):
        self.board = board
        self.bits = board.arch.bits
        self.boot = boot
        self.path = path

    def debug(self, **options):
        options = {**self.board.options(), "timeout": TIMEOUT, **options}
        return gdbstub.attach(self.boot, self.path, self.bits, **options)

    def __getitem__(self, name):
        """An instruction's or a variable's address."""
        value = symbols(self.board.arch)[name]
        return value & ~1 if self.in_text(value) else value  # a Thumb function's is odd

    def loaded(self, name):
        """The same, before the MMU is on."""
        return self[name] - self["__image_start"] + self.board.load

    def crash(self, provoke, at=("find_payload",), **options):
        """The report after provoke(), called where the last of the functions begins."""
        with self.debug(**options) as (cpu, future):
            for function in at:
                cpu.run_to(self[function])
            provoke(cpu)
            cpu.run()
        return Report(future.result(), self.board)

    def call(self, cpu, name, *arguments):
        """Goes on at the start of a function, as if it had just been called."""
        cpu["pc"] = self[name]
        if self.bits == 32:
            thumb = symbols(ARM)[name] & 1
            cpu["cpsr"] = cpu["cpsr"] & ~0x20 | thumb << 5
        for number, value in enumerate(arguments):
            cpu[number] = value

    def in_text(self, address):
        named = symbols(self.board.arch)
        return named["__text_start"] <= address < named["__text_end"]

    def function(self, address):
        """The function that an address in the text belongs to."""
        named = {name: value for name, value in symbols(self.board.arch).items() if name[0] != "$"}
        below = [(value & ~1, name) for name, value in named.items() if value & ~1 <= address]
        return max(below)[1]


@pytest.fixture
def victim(boot, tmp_path_factory, board):
    """A socket's path has to be short."""
    return Victim(boot, tmp_path_factory.mktemp("gdb") / "socket", board)


@pytest.fixture
def kernel(tmp_path, board):
    return images.sparse(tmp_path / "kernel", PAGE, images.header(board.arch, PAGE))


def with_kernel(board, kernel):
    if board.mode == "bios":
        return {"kernel": kernel}
    return {"fw_cfg": {"opt/org.forearm/kernel": kernel}}


# The report


def jump(target):
    return lambda cpu: cpu.__setitem__("pc", target)


@everywhere
def test_wild_jump(victim):
    """Every register is reported as it was."""
    values, others = {}, {}

    def provoke(cpu):
        for number in range(29 if victim.bits == 64 else 13):
            cpu[number] = values[number] = 0x5A000000 + 0x10001 * number
        others.update({name: cpu[name] for name in ("sp", "lr", "cpsr")})
        cpu["pc"] = HOLE

    report = victim.crash(provoke)
    assert report.stage == "payload"
    report.check_fetch("translation", HOLE)
    assert {number: report.registers[number] for number in values} == values
    assert report["sp"] == others["sp"]
    assert report["psr" if victim.bits == 32 else "spsr"] == others["cpsr"]
    assert report.callers[0] == others["lr"]


@levels
def test_fetch_address(victim):
    """The fault address of a wild jump is the jump's target."""
    assert victim.crash(jump(HOLE)).address == HOLE


@everywhere
def test_backtrace(victim, kernel):
    """From the depth of reading a file, the way back to boot()."""
    options = with_kernel(victim.board, kernel)
    report = victim.crash(jump(HOLE), at=["find_payload", "fw_cfg_read"], **options)
    assert all(victim.in_text(caller & ~1) for caller in report.callers)
    names = [victim.function((caller & ~1) - 1).split(".")[0] for caller in report.callers]
    way = ["file_read", "find_payload", "boot"]
    if victim.bits == 32:  # it lists what looks like a caller: there may be others in between
        names = [name for name in names if name in way]
    assert names[:3] == way


STAGES = {
    "probe": "memmap_add",
    "options": "read_options",
    "payload": "find_payload",
    "load": "load",
    "describe": "describe",
    "hand-off": "hand_off",
}


@levels
@pytest.mark.parametrize("stage", STAGES)
def test_stage(victim, kernel, stage):
    report = victim.crash(jump(HOLE), at=[STAGES[stage]], **with_kernel(victim.board, kernel))
    assert report.stage == stage


@levels
def test_bad_instruction(victim):
    """T32's UDF, and a word of zeros, which A64 leaves undefined."""

    def provoke(cpu):
        cpu.write(cpu["pc"], b"\0\0\0\0" if victim.bits == 64 else b"\xff\xde")

    report = victim.crash(provoke)
    assert report.what == ("unknown" if victim.bits == 64 else "undefined") + " instruction"
    assert report["pc"] == victim["find_payload"]


@pytest.mark.parametrize("board", LEVELS[:2], ids=str)
def test_misaligned_pc(victim):
    report = victim.crash(jump(victim["find_payload"] + 2))
    assert report.what == "misaligned PC" and report["pc"] == victim["find_payload"] + 2


@levels
def test_before_console(victim):
    """No tree has named one yet: the report goes to the usual one, if it answers as such."""
    report = victim.crash(jump(HOLE), at=["probe"])
    report.check_fetch("translation", HOLE)


def parked(cpu, victim, loaded=False):
    """Whether it comes to rest in arch_park's two instructions."""
    start = victim.loaded("arch_park") if loaded else victim["arch_park"]
    for _ in range(20):
        cpu.go_on(0.1)
        if cpu["pc"] - start in (0, 4):
            return True
    return False


@everywhere
def test_before_mmu(victim):
    """A crash before there is a stack to trust, or anything but RAM to write to."""
    with victim.debug() as (cpu, _):
        cpu.run_to(victim.loaded("early_init"))
        cpu["pc"] = HOLE
        found = parked(cpu, victim, loaded=True)
        cpu.kill()
    assert found


@everywhere
def test_crash_in_report(victim):
    """A console that cannot be written to: the report's own crash is not reported for ever."""
    with victim.debug() as (cpu, _):
        cpu.run_to(victim["find_payload"])
        cpu.write(victim["active_uart"], HOLE.to_bytes(victim.bits // 8, "little"))
        cpu.write(victim["started"], b"\1")
        cpu["pc"] = HOLE
        found = parked(cpu, victim)
        cpu.kill()
    assert found


@everywhere
def test_crash_without_console(victim):
    """One that does not answer: nothing can be said, but the machine goes off."""
    with victim.debug() as (cpu, future):
        cpu.run_to(victim["find_payload"])
        cpu.write(victim["active_uart"], HOLE.to_bytes(victim.bits // 8, "little"))
        cpu["pc"] = HOLE
        cpu.run()
    run = future.result()
    assert not run.text.strip() and run.ended == "exit" and run.code == 0


# What memory permits


def plant(cpu, victim, address):
    """An instruction whose report is another one, should it be executed."""
    cpu.write(address, bytes.fromhex("00 00 20 d4" if victim.bits == 64 else "00 de"))
    cpu["pc"] = address


@levels
def test_planted_instruction(victim):
    """In the text it is executed, so that its absence below means something."""
    report = victim.crash(lambda cpu: plant(cpu, victim, victim["find_payload"]))
    assert report.what == ("BRK" if victim.bits == 64 else "undefined instruction")


DATA = {
    "rodata": lambda victim, cpu: victim["__rodata_start"],
    "data": lambda victim, cpu: victim["__data_start"],
    "bss": lambda victim, cpu: victim["__bss_end"] - 16,
    "noinit": lambda victim, cpu: victim["head"],
    "stack": lambda victim, cpu: cpu["sp"] - 256,
    "trap-stack": lambda victim, cpu: victim["__trap_stack_bottom"],
    "ram": lambda victim, cpu: SPARE_RAM,
}


@levels
@pytest.mark.parametrize("where", DATA)
def test_data_is_not_code(victim, where):
    places = []

    def provoke(cpu):
        places.append(DATA[where](victim, cpu))
        plant(cpu, victim, places[0])

    report = victim.crash(provoke)
    report.check_fetch("permission", places[0])


@levels
def test_device_is_not_code(victim):
    report = victim.crash(jump(UART))
    report.check_fetch("permission", UART)


@everywhere
@pytest.mark.parametrize("part", ["text", "rodata"])
def test_read_only(victim, part):
    first, last = victim[f"__{part}_start"], victim[f"__{part}_end"]
    target = first + 0x1000  # clear of what the crash itself needs to run

    def provoke(cpu):
        victim.call(cpu, "memcpy", target, victim["state"], 64)

    report = victim.crash(provoke)
    report.check_data("permission", True, max(first, target), min(last, target + 64))
    assert victim.function(report["pc"]).startswith("memcpy")


@everywhere
def test_stack_overflow(victim):
    """A frame that does not fit any more goes into the guard page; traps have their own stack."""
    bottom = victim["__stack_bottom"]
    report = victim.crash(lambda cpu: cpu.__setitem__("sp", bottom + 8 * (victim.bits // 32)))
    report.check_data("translation", True, bottom - PAGE, bottom)
    assert 0 <= report["pc"] - victim["find_payload"] < 16  # where a function saves registers


def page(name, offset=0):
    return lambda victim: victim[name] + offset


NOTHING = {
    "below-stack": page("__stack_bottom", -PAGE),
    "above-stack": page("__stack_top"),
    "above-trap-stack": page("__trap_stack_top"),
    "behind-text": page("__data_start", -2 * PAGE),
    "hole": lambda victim: HOLE,
}


@levels
@pytest.mark.parametrize("access", ["read", "write"])
@pytest.mark.parametrize("where", NOTHING)
def test_nothing_mapped(victim, where, access):
    target, other = NOTHING[where](victim), victim["head"]

    def provoke(cpu):
        pair = (other, target) if access == "read" else (target, other)
        victim.call(cpu, "memcpy", *pair, 64)

    report = victim.crash(provoke)
    report.check_data("translation", access == "write", target, target + 64)


@everywhere
@pytest.mark.parametrize("access", ["read", "write", "call"])
def test_null_pointer(victim, access):
    """With forearm itself at address 0, too."""
    other = victim["head"]

    def provoke(cpu):
        if access == "call":
            cpu["pc"] = 0
        else:
            victim.call(cpu, "memcpy", *((other, 0) if access == "read" else (0, other)), 64)

    report = victim.crash(provoke)
    if access == "call":
        report.check_fetch("translation", 0)
    else:
        report.check_data("translation", access == "write", 0, 64)


VALID, TABLE, READ_ONLY, PXN, XN = 1, 2, 1 << 7, 1 << 53, 1 << 54
NO_EXECUTE = {"el1": PXN, "el2": XN, "svc": PXN | XN, "hyp": XN}


def mappings(cpu, level, table, base=0):
    """The pages and blocks that translation tables map: address, size, descriptor."""
    for index, (entry,) in enumerate(struct.iter_unpack("<Q", cpu.read(table, PAGE))):
        shift = 39 - 9 * level
        address = base + (index << shift)
        if entry & VALID and entry & TABLE and level < 3:
            yield from mappings(cpu, level + 1, entry & 0xFFFFFFFFF000, address)
        elif entry & VALID:
            yield SimpleNamespace(first=address, last=address + (1 << shift) - 1, entry=entry)


def entry_address(cpu, level, table, address):
    """Where the entry is that maps a page."""
    at = table + 8 * (address >> (39 - 9 * level) & 511)
    if level == 3:
        return at
    entry = int.from_bytes(cpu.read(at, 8), "little")
    return entry_address(cpu, level + 1, entry & 0xFFFFFFFFF000, address)


def physical(mapping):
    return mapping.entry & 0xFFFFFFFFF000


def maps(mapping, address):
    """Whether a physical address is behind it."""
    return 0 <= address - physical(mapping) <= mapping.last - mapping.first


def all_mappings(victim, **options):
    """As they are when nothing will be added any more."""
    with victim.debug(**options) as (cpu, _):
        cpu.run_to(victim.loaded("mmu_on"))
        root = cpu[0]
        cpu.run_to(victim["enter_guest"])
        cpu.physical(True)
        found = list(mappings(cpu, 0 if victim.bits == 64 else 1, root))
        cpu.kill()
    return found


@everywhere
def test_no_page_is_writable_and_executable(victim, kernel):
    found = all_mappings(victim, **with_kernel(victim.board, kernel))
    code = [m for m in found if not m.entry & NO_EXECUTE[victim.board.level]]
    assert all(m.entry & READ_ONLY for m in code)
    switch = victim.loaded("mmu_on") & -PAGE  # the page that turns the MMU on and off
    text = range(victim["__text_start"] & -PAGE, victim["__text_end"])
    assert all(m.first == switch or m.first in text for m in code)
    assert len(code) == 1 + len(range(text.start, text.stop, PAGE))
    for page in code:
        assert not [m for m in found if maps(m, physical(page)) and not m.entry & READ_ONLY], hex(page.first)


OURS = {"data": "__data_start", "stack": "__stack_bottom", "trap-stack": "__trap_stack_bottom"}


def workspace_maps(victim, found):
    """The mappings whose pages are ours to write, and the lowest and highest of those pages."""
    ours = [m for m in found if m.first >= victim["__data_start"] and not m.entry & READ_ONLY]
    pages = [physical(m) for m in ours]
    return ours, min(pages), max(pages)


@everywhere
def test_workspace_is_mapped_once(victim, kernel):
    """Page tables, variables and stacks: no physical address leads there."""
    found = all_mappings(victim, **with_kernel(victim.board, kernel))
    ours, low, high = workspace_maps(victim, found)
    assert len(ours) >= 32 and high - low < 0x80000
    for mapping in found:
        size = mapping.last - mapping.first + 1
        clear = physical(mapping) > high + PAGE - 1 or physical(mapping) + size <= low
        assert clear or mapping in ours, hex(mapping.first)


@levels
@pytest.mark.parametrize("what", [*OURS, "tables"])
def test_physical_address_of_ours(victim, what):
    """What an arbitrary write would be aimed at."""
    target = []

    def provoke(cpu):
        base = cpu.word(victim["tables"] + 0x20)  # struct pagetable: its root is the workspace
        offset = 0 if what == "tables" else 0x18000 + victim[OURS[what]] - victim["__data_start"]
        target.append(base + offset)
        victim.call(cpu, "memcpy", target[0], victim["head"], 64)

    report = victim.crash(provoke)
    report.check_data("translation", True, target[0], target[0] + 64)


@levels
def test_writable_is_not_executable(victim):
    """Not even when a page's entry says so: SCTLR_ELx.WXN."""
    page = victim["find_payload"] & -PAGE
    with victim.debug() as (cpu, future):
        cpu.run_to(victim.loaded("mmu_on"))
        entry = entry_address(cpu, 0 if victim.bits == 64 else 1, cpu[0], page)
        value = int.from_bytes(cpu.read(entry, 8), "little")
        assert value & READ_ONLY and not value & NO_EXECUTE[victim.board.level]
        cpu.write(entry, (value & ~READ_ONLY).to_bytes(8, "little"))
        cpu.run()
    report = Report(future.result(), victim.board)
    report.check_fetch("permission", report["pc"])
    assert report["pc"] & -PAGE == page


# The stack protector


LINE_ROOM = 240  # bytes, or a few more: log_line()'s buffer without the prefix


def overrun(cpu, victim, guard):
    """At vsnprintf()'s entry: writes on behind the buffer that it was given, over the canary."""
    buffer = cpu[0]
    at = cpu.read(buffer, 0x200).find(guard, LINE_ROOM)  # in it may be what an older frame has left
    assert at > 0, "no canary behind the buffer"
    cpu.write(buffer, b"A" * (at + len(guard)))


def change_guard(cpu, victim, guard):
    cpu.write(victim["__stack_chk_guard"], bytes(byte ^ 0x55 for byte in guard))


@levels
@pytest.mark.parametrize("harm", [overrun, change_guard])
def test_stack_protector(victim, harm):
    with victim.debug() as (cpu, future):
        cpu.run_to(victim["log_line"])
        cpu.run_to(victim["vsnprintf"])
        harm(cpu, victim, cpu.read(victim["__stack_chk_guard"], victim.bits // 8))
        cpu.run()
    run = future.result()
    assert run.count("forearm: crash in stage payload: a function overwrote its stack frame") == 1
    assert run.lines[-1] == "forearm: stopped"
    assert run.ended == "exit" and run.code == 0


def guards(victim, **options):
    """The one for reading the tree, and the one after it."""
    found = []
    with victim.debug(**options) as (cpu, _):
        for stage in ("fdt_visit", "find_payload"):
            cpu.run_to(victim[stage])
            found.append(cpu.word(victim["__stack_chk_guard"]))
        cpu.kill()
    return found


def check_guard(guard):
    """A zero byte stops a string function from writing it back."""
    assert guard & 0xFF == 0 and guard >> 8


@levels
def test_guard_from_seed(victim):
    one, again, other = (guards(victim, extra=["-seed", seed])[1] for seed in "112")
    check_guard(one)
    assert one == again and one != other


@halves
def test_guard_before_tree(victim):
    first, later = guards(victim)
    check_guard(first)
    assert first != later


@halves
def test_guard_without_seed(victim):
    """From the counter, where the CPU has no random numbers."""
    for guard in guards(victim, machine="dtb-randomness=off"):
        check_guard(guard)


@pytest.mark.parametrize("board", [HALVES[0]], ids=str)
def test_guard_from_cpu(victim):
    """Its random numbers: the counter, which counts instructions here, is the same each time."""
    options = {"machine": "dtb-randomness=off", "cpu": "max"}
    clock = ["-icount", "shift=0,sleep=off"]
    one, other = (guards(victim, extra=clock, **options)[1] for _ in range(2))
    check_guard(one)
    assert one != other


# Wrong device tree pointers at reset

SILENT = {  # answered, but not by a tree
    "ram": 0x40100000,
    "flash": 0x04000000,
    "odd": 0x40000001,
    "unaligned": 0x40000004,
    "device": UART,
}
FAULTING = {  # answered by nothing
    "hole": 0x0F000000,
    "behind-ram": 0x80000000,
}
FAULTING_64 = {
    "behind-48-bits": 1 << 48,
    "negative": (1 << 64) - 8,
    "last-of-44-bits": (1 << 44) - 8,
}


def wrong_pointers():
    for board in IN_ROM:
        more = FAULTING_64 if board.arch is ARM64 else {"last": 0xFFFFFFF8}
        for name, value in {**SILENT, **FAULTING, **more}.items():
            yield pytest.param(board, value, name not in SILENT, id=f"{board}-{name}")


def mislead(cpu, victim, pointer, faults):
    """Gives a wrong pointer at forearm's first instruction, and sees that it is tried."""
    entry, vector = ("entry64", "vectors") if victim.bits == 64 else ("entry32", "data_abort")
    cpu.run_to(victim.loaded(entry))
    cpu[0 if victim.bits == 64 else 2] = pointer
    if faults:
        cpu.run_to(victim.loaded(vector) + (0x200 if victim.bits == 64 else 0))
    cpu.run()


@pytest.mark.parametrize("board, pointer, faults", wrong_pointers())
def test_wrong_tree_pointer(victim, pointer, faults):
    """The tree at the start of RAM is found instead."""
    with victim.debug() as (cpu, future):
        mislead(cpu, victim, pointer, faults)
    assert future.result().said("error")[0].startswith("no kernel was given")
    assert future.result().ended == "exit" and future.result().code == 0


@pytest.mark.parametrize("board", IN_RAM, ids=str)
def test_wrong_tree_pointer_in_ram(victim):
    """A kernel's tree is not at the start of RAM, so nobody describes the machine.

    A 64-bit CPU looks what is there, and goes on; for a 32-bit one it is the end, but a clean one.
    """
    with victim.debug() as (cpu, future):
        mislead(cpu, victim, FAULTING["hole"], True)
    run = future.result()
    if victim.bits == 64:
        check_refused(run, "no kernel was given", "-kernel")
    else:
        check_refused(run, "no device tree", "-bios", off=False)
