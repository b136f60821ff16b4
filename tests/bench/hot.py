#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Instructions by function, from count.so's hot= file and the ELF file of what ran.

Code that runs elsewhere than where it is linked: --base says where the ELF's first code symbol is;
give it once for each place that the code runs at (--base 0 --base 0xfa0000000000).
"""
import argparse
import bisect
import collections
import re
import subprocess
import sys

# What a file that is compiled with others leaves in the symbol table, besides its functions.
MARK = re.compile(r"\.c\.[0-9a-f]{8}$")


def symbols(elf, nm):
    """Sorted (address, name) of the code symbols of an ELF file."""
    text = subprocess.run([nm, "-n", elf], check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = (line.split() for line in text.splitlines())
    found = ((int(r[0], 16), r[2]) for r in rows if len(r) == 3 and r[1] in "tTwW")
    return [(address, name) for address, name in found if not name.startswith("$") and not MARK.search(name)]


def hits(path):
    with open(path) as f:
        for line in f:
            pc, count = line.split()
            yield int(pc, 16), int(count)


def by_function(counts, syms, end, bases):
    """Instructions per function; code in no known function goes by its 4 KiB page."""
    starts = [address for address, _ in syms]
    total = collections.Counter()
    for pc, count in counts:
        name = "[page 0x%x]" % (pc & ~0xFFF)
        for base in bases:
            linked = pc - base + starts[0]
            i = bisect.bisect_right(starts, linked) - 1
            if i >= 0 and linked < end:
                name = syms[i][1]
        total[name] += count
    return total


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("hot")
    ap.add_argument("elf")
    ap.add_argument("--base", type=lambda s: int(s, 0), action="append", help="default: as linked")
    ap.add_argument("--top", type=int, default=40)
    ap.add_argument("--nm", default="aarch64-linux-gnu-nm")
    args = ap.parse_args()

    syms = symbols(args.elf, args.nm)
    if not syms:
        sys.exit("hot.py: %s has no code symbols" % args.elf)
    end = syms[-1][0] + 4096
    total = by_function(hits(args.hot), syms, end, args.base or [syms[0][0]])
    everything = sum(total.values())
    print("%12d  total" % everything)
    for name, count in total.most_common(args.top):
        print("%12d %5.1f%%  %s" % (count, 100.0 * count / everything, name))


if __name__ == "__main__":
    main()
