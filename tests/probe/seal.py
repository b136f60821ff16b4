#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Seal a probe image: write its size and CRC-32 into its last eight bytes; or make the padding.

usage: seal.py IMAGE          seal it in place
       seal.py --pad FILE     write 64 KiB that do not compress
"""
import random
import struct
import sys
import zlib

MAGIC = b"PROBEEND"


def seal(image):
    """The image with its last 16 bytes filled: magic, size, CRC of all before the CRC."""
    if image[-16:-8] != MAGIC:
        raise ValueError("no place for the seal at the end of the image")
    body = image[:-8] + struct.pack("<I", len(image))
    return body + struct.pack("<I", zlib.crc32(body))


def main(args):
    if len(args) == 2 and args[0] == "--pad":
        with open(args[1], "wb") as out:
            out.write(random.Random(2014).randbytes(64 << 10))
    elif len(args) == 1:
        with open(args[0], "r+b") as image:
            sealed = seal(image.read())
            image.seek(0)
            image.write(sealed)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
