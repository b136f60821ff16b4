# SPDX-License-Identifier: BSD-2-Clause
"""Scripts for loading ACPI tables that are wrong, or hostile: refused with a message."""

import pytest

from files import loader
from files.loader import RSDP, SCRIPT, TABLES
from guests import acpi
from guests import linux
from guests.refusal import check_refused
from machines import qemu

REMEDY = "forearm.tables=fdt"
START = {"machine": "acpi=off", "kernel": linux.ARM64, "timeout": qemu.EARLY_TIMEOUT}


@pytest.fixture
def start(boot, tmp_path):
    """Runs with fw_cfg files of the test's making."""

    def run(script=None, more=(), **options):
        files = {SCRIPT: loader.script() if script is None else script, TABLES: loader.tables(),
                 RSDP: loader.rsdp(), **dict(more)}
        names = {}
        for number, (name, content) in enumerate(files.items()):
            names[name] = tmp_path / f"file{number}"
            names[name].write_bytes(b"".join(content) if isinstance(content, list) else content)
        return boot(fw_cfg=names, append="forearm.tables=acpi", **START, **options)

    return run


def test_good(start):
    """This way to give tables works, so the refusals below are about the damage."""
    run = start(until=r"^forearm .*\n")
    assert acpi.description(run) == "ACPI"


def test_long(start):
    """8192 entries that sum one byte: long, but not wrong."""
    script = loader.load() + [loader.add_checksum(TABLES, 40, 41, 1)] * 8192
    run = start(script + loader.link() + loader.seal(), until=r"^forearm .*\n")
    assert acpi.description(run) == "ACPI"


def test_unknown_commands(start):
    """They are to be skipped."""
    script = [loader.entry(0, b""), loader.entry(0xFFFFFFFF, b"\xff" * 124), *loader.script()]
    assert acpi.description(start(script, until=r"^forearm .*\n")) == "ACPI"


def instead(entry, at):
    """A good script with one entry in place of another."""
    script = loader.script()
    script[at] = entry
    return script


def also(entry):
    """A good script with an entry more, when the files are there."""
    return [*loader.load(), entry, *loader.link(), *loader.seal()]


HUGE = 0xFFFFFFFF
SCRIPTS = {
    "unknown-file": (also(loader.allocate("etc/none")), 2, "no such file"),
    "no-name": (also(loader.allocate("")), 2, "no proper file name"),
    "endless-name": (also(loader.allocate("x" * 56)), 2, "no proper file name"),
    "twice": (also(loader.allocate(TABLES)), 2, "loaded twice"),
    "align-3": (instead(loader.allocate(TABLES, 3), 0), 0, "bad size or alignment"),
    "align-0": (instead(loader.allocate(TABLES, 0), 0), 0, "bad size or alignment"),
    "align-2gib": (instead(loader.allocate(TABLES, 1 << 31), 0), 0, "bad size or alignment"),
    "pointer-first": (loader.link() + loader.load(), 0, "not loaded yet"),
    "pointer-to-unknown": (also(loader.add_pointer(RSDP, "etc/none", 24)), 2, "not loaded yet"),
    "pointer-outside": (also(loader.add_pointer(RSDP, TABLES, 29)), 2, "outside"),
    "pointer-far-outside": (also(loader.add_pointer(TABLES, RSDP, HUGE)), 2, "outside"),
    "pointer-value": (also(loader.add_pointer(TABLES, RSDP, 0, 4)), 2, "outside"),
    "pointer-of-3": (also(loader.add_pointer(RSDP, TABLES, 24, 3)), 2, "bad size"),
    "pointer-of-0": (also(loader.add_pointer(RSDP, TABLES, 24, 0)), 2, "bad size"),
    "pointer-of-255": (also(loader.add_pointer(RSDP, TABLES, 0, 255)), 2, "bad size"),
    "pointer-too-narrow": (also(loader.add_pointer(RSDP, TABLES, 24, 2)), 2, "does not fit"),
    "sum-first": ([loader.add_checksum(TABLES, 9, 0, 36), *loader.script()], 0, "not loaded yet"),
    "sum-outside": (also(loader.add_checksum(RSDP, 8, 0, 37)), 2, "outside"),
    "sum-wraps": (also(loader.add_checksum(RSDP, 8, 0x20, HUGE - 0x10)), 2, "outside"),
    "sum-start": (also(loader.add_checksum(RSDP, 8, HUGE, 1)), 2, "outside"),
    "sum-result": (also(loader.add_checksum(RSDP, HUGE, 0, 20)), 2, "outside"),
    "write-unknown": (also(loader.write_pointer("etc/none", TABLES, 0, 0)), 2, "no such file"),
    "write-outside": (also(loader.write_pointer(RSDP, TABLES, 29, 0)), 2, "outside"),
    "write-of-outside": (also(loader.write_pointer(RSDP, TABLES, 0, HUGE)), 2, "outside"),
    "write-read-only": (also(loader.write_pointer(RSDP, TABLES, 0, 0)), 2, "device"),
    "no-rsdp": ([loader.allocate(TABLES)], 1, "RSDP"),
    "cut": ([*loader.script(), b"\1\0\0\0"], 0, "cut short"),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_hostile(start, case):
    script, entry, why = SCRIPTS[case]
    check_refused(start(script), f"etc/table-loader, entry {entry}: .*({why})", REMEDY)


def test_too_many_files(start):
    more = {f"opt/test/{number}": b"x" for number in range(20)}
    script = loader.load() + [loader.allocate(name) for name in more]
    check_refused(start(script, more=more), "etc/table-loader, entry 16: more entries", REMEDY)


def test_file_larger_than_ram(start):
    """It is not read before there is a place for it."""
    more = {"opt/test/large": b"x" * (192 << 20)}
    run = start(also(loader.allocate("opt/test/large")), more=more, memory="128M")
    check_refused(run, "(etc/table-loader, entry 2: no free RAM|no room)", ".")


# -- a good script for bad tables ------------------------------------------------------------


def put(data, at, value):
    return data[:at] + value + data[at + len(value) :]


def unlinked(skip):
    """All but one pointer: what it would have pointed to is somewhere near address 0."""
    return [e for number, e in enumerate(loader.script()) if number != skip]


BAD_TABLES = {
    "rsdp-signature": (None, {RSDP: put(loader.rsdp(), 0, b"X")}, "RSDP"),
    "rsdp-revision": (None, {RSDP: put(loader.rsdp(), 15, b"\0")}, "RSDP"),
    "xsdt-signature": (None, {TABLES: put(loader.tables(), loader.XSDT_AT, b"Y")}, "damaged"),
    "xsdt-length": (None, {TABLES: put(loader.tables(), loader.XSDT_AT + 4, b"\xff" * 4)},
                    "damaged|checksum"),
    "no-fadt": (None, {TABLES: put(loader.tables(), loader.FADT_AT, b"X")}, "missing"),
    "no-dsdt": (None, {TABLES: put(loader.tables(), loader.DSDT_AT, b"X")}, "missing|damaged"),
    "rsdp-unlinked": (unlinked(4), {}, "damaged|RSDP"),
    "xsdt-unlinked": (unlinked(3), {}, "damaged|missing"),
    "fadt-unlinked": (unlinked(2), {}, "damaged|missing"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_bad_tables(start, case):
    script, more, why = BAD_TABLES[case]
    check_refused(start(script, more=more), f"ACPI tables cannot be used: .*({why})", REMEDY)
