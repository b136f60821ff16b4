#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Inputs that longer runs have found, of one target in one file.

    found.py FILE INPUT...

Packs them into FILE: xz, in which each has its length, of 32 bits, before it. Which of them reach what others
do not, libFuzzer says (-merge=1 -use_counters=0).
"""

import lzma
import struct
import sys
from pathlib import Path


def read(path):
    content = lzma.decompress(Path(path).read_bytes())
    while content:
        size = 4 + struct.unpack_from("<I", content)[0]
        yield content[4:size]
        content = content[size:]


def write(path, inputs):
    content = b"".join(struct.pack("<I", len(i)) + i for i in inputs)
    Path(path).write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    write(sys.argv[1], [Path(i).read_bytes() for i in sorted(sys.argv[2:])])
