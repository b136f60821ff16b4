#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""fill.py FILE FROM_PAGE BYTES: extend FILE to BYTES with pages that payload.c can verify."""
import struct
import sys

PAGE = 4096
PATTERN = 0x9E3779B1
REST = struct.pack("<%dI" % (PAGE // 4 - 1), *(i * PATTERN & 0xFFFFFFFF for i in range(1, PAGE // 4)))


def fill(name, first, total):
    with open(name, "ab") as f:
        if f.tell() != first * PAGE:
            sys.exit("fill.py: %s has %d bytes, expected %d" % (name, f.tell(), first * PAGE))
        for number in range(first, total // PAGE):
            f.write(struct.pack("<I", number) + REST)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
