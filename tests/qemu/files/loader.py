# SPDX-License-Identifier: BSD-2-Clause
"""Writes ACPI tables and the script that loads them (QEMU's fw_cfg file etc/table-loader).

A QEMU that is told acpi=off has none of these files, so that a test can give its own.
"""

import struct

SCRIPT, RSDP, TABLES = "etc/table-loader", "etc/acpi/rsdp", "etc/acpi/tables"

HEADER = 36  # bytes of a table's header
CHECKSUM = 9  # offset of its checksum
DSDT_AT, FADT_AT, XSDT_AT = 0, 64, 512  # in the file of tables
FADT_SIZE = 276
FADT_FLAGS, FADT_ARM, FADT_X_DSDT = 112, 129, 140
REDUCED_HARDWARE = 1 << 20


def entry(command, fields):
    return (struct.pack("<I", command) + fields).ljust(128, b"\0")


def allocate(name, align=64, zone=1):
    return entry(1, struct.pack("<56sIB", name.encode(), align, zone))


def add_pointer(to, of, offset, size=8):
    return entry(2, struct.pack("<56s56sIB", to.encode(), of.encode(), offset, size))


def add_checksum(name, result, start, length):
    return entry(3, struct.pack("<56sIII", name.encode(), result, start, length))


def write_pointer(to, of, offset, of_offset, size=8):
    return entry(4, struct.pack("<56s56sIIB", to.encode(), of.encode(), offset, of_offset, size))


def table(signature, body, revision=6):
    size = HEADER + len(body)
    return struct.pack("<4sIBB6s8sI4sI", signature, size, revision, 0, b"TEST", b"TEST", 1, b"TEST",
                       1) + body


def fadt():
    body = bytearray(FADT_SIZE - HEADER)
    struct.pack_into("<I", body, FADT_FLAGS - HEADER, REDUCED_HARDWARE)
    struct.pack_into("<H", body, FADT_ARM - HEADER, 3)
    struct.pack_into("<Q", body, FADT_X_DSDT - HEADER, DSDT_AT)
    return table(b"FACP", bytes(body))


def tables():
    data = bytearray(XSDT_AT + HEADER + 8)
    for at, content in (
        (DSDT_AT, table(b"DSDT", b"", 2)),
        (FADT_AT, fadt()),
        (XSDT_AT, table(b"XSDT", struct.pack("<Q", FADT_AT), 1)),
    ):
        data[at : at + len(content)] = content
    return bytes(data)


def rsdp():
    return struct.pack("<8sB6sBIIQB3s", b"RSD PTR ", 0, b"TEST", 2, 0, 36, XSDT_AT, 0, b"")


def load():
    return [allocate(TABLES), allocate(RSDP, 16)]


def link():
    return [
        add_pointer(TABLES, TABLES, FADT_AT + FADT_X_DSDT),
        add_pointer(TABLES, TABLES, XSDT_AT + HEADER),
        add_pointer(RSDP, TABLES, 24),
    ]


def seal():
    return [
        add_checksum(TABLES, DSDT_AT + CHECKSUM, DSDT_AT, HEADER),
        add_checksum(TABLES, FADT_AT + CHECKSUM, FADT_AT, FADT_SIZE),
        add_checksum(TABLES, XSDT_AT + CHECKSUM, XSDT_AT, HEADER + 8),
        add_checksum(RSDP, 8, 0, 20),
        add_checksum(RSDP, 32, 0, 36),
    ]


def script():
    """A good one, as a list of its entries."""
    return load() + link() + seal()
