# SPDX-License-Identifier: BSD-2-Clause
"""Kernel files with something wrong, made in a test's own folder."""

import struct

MIB = 1 << 20


def sparse(path, size, head=b""):
    """A file of size bytes that begins with head; the rest reads as zeros."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def arm64_header(image_size):
    """Little-endian, 4 KiB pages, any placement, text_offset 0."""
    return struct.pack("<IIQQQQQQ4sI", 0xD503201F, 0x14000000, 0, image_size, 0xA, 0, 0, 0,
                       b"ARM\x64", 0)


def zimage_header(size):
    """Magic, start, end and byte order behind eight NOPs and a branch to itself."""
    code = struct.pack("<I", 0xE1A00000) * 8 + struct.pack("<I", 0xEAFFFFFE)
    return code + struct.pack("<IIII", 0x016F2818, 0, size, 0x04030201)


def header(arch, size):
    return zimage_header(size) if arch.bits == 32 else arm64_header(size)


def cut(source, path, size):
    with source.open("rb") as file:
        path.write_bytes(file.read(size))
    return path


def flip(source, path, offset):
    """A copy with the byte at offset inverted."""
    data = bytearray(source.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)
    return path


TINY_TEXT = b"tiny: entered\n"


def tiny(image_size=0x10000, size=4096):
    """An arm64 Image that says TINY_TEXT on QEMU's PL011 and turns the machine off by HVC."""
    code = struct.pack("<II", 0x14000010, 0xD503201F) + arm64_header(image_size)[8:]
    code += struct.pack("<10I", 0xD2A12009, 0x1000012A, 0x3840154B, 0x3400006B, 0xB900012B, 0x17FFFFFD,
                        0x52800100, 0x72B08000, 0xD4000002, 0x14000000)
    return (code + TINY_TEXT).ljust(size, b"\0")
