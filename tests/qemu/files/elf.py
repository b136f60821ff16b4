# SPDX-License-Identifier: BSD-2-Clause
"""Writes ELF files whose segments QEMU puts into RAM, to start forearm beside an FDT of ours.

Started by an ELF -kernel, QEMU leaves the registers at 0 and keeps its own FDT out of the way of
the segments.
"""

import struct

EM_ARM, EM_AARCH64 = 40, 183


def elf64(entry, segments):
    table = 64
    data = table + 56 * len(segments)
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, EM_AARCH64, 1, entry, table, 0,
                       0, 64, 56, len(segments), 0, 0, 0)
    body = b""
    for address, content in segments:
        size = len(content)
        head += struct.pack("<IIQQQQQQ", 1, 7, data + len(body), address, address, size, size, 1)
        body += content
    return head + body


def elf32(entry, segments):
    table = 52
    data = table + 32 * len(segments)
    head = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\1\1\1", 2, EM_ARM, 1, entry, table, 0,
                       0x05000200, 52, 32, len(segments), 0, 0, 0)
    body = b""
    for address, content in segments:
        size = len(content)
        head += struct.pack("<IIIIIIII", 1, data + len(body), address, address, size, size, 7, 1)
        body += content
    return head + body
