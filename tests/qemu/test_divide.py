# SPDX-License-Identifier: BSD-2-Clause
"""The AArch32 half's divisions (arch/arm/divide.S), called on a CPU that has just been reset."""

import itertools
import random

import pytest

from files import trees
from guests.arches import ARM
from machines import gdbstub
from machines import qemu

THUMB = 0x20
EDGES = [0, 1, 2, 3, 10, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, (1 << 63) - 1]
EDGES += [1 << 63, (1 << 63) + 1, (1 << 64) - 1, 1000000, 62500000, 0x123456789ABCDEF0]


def some_numbers(bits):
    """Every edge by every edge, and numbers of all lengths, the same in every run."""
    pick = random.Random(bits)
    edges = [n for n in EDGES if n < 1 << bits]
    yield from itertools.product(edges, edges)
    for _ in range(100):
        yield tuple(pick.getrandbits(pick.randint(1, bits)) for _ in "nd")


def call(cpu, function, bits, dividend, divisor):
    """The function's quotient and remainder."""
    words = bits // 32
    for i in range(words):
        cpu[i] = dividend >> 32 * i & 0xFFFFFFFF
        cpu[words + i] = divisor >> 32 * i & 0xFFFFFFFF
    cpu["sp"], cpu["lr"], cpu["pc"] = trees.LOAD, trees.LOAD | 1, function & ~1
    cpu["cpsr"] |= THUMB
    cpu.run_to(trees.LOAD)
    result = sum(cpu[i] << 32 * i for i in range(2 * words))
    return result & (1 << bits) - 1, result >> bits


def expected(dividend, divisor):
    return divmod(dividend, divisor) if divisor else (0, dividend)


@pytest.mark.parametrize("name, bits", [("__aeabi_uidivmod", 32), ("__aeabi_uldivmod", 64)])
def test_divide(boot, tmp_path, name, bits):
    symbols = gdbstub.symbols(qemu.BUILD / "arm.elf")
    function = symbols[name] - symbols["__image_start"]  # -bios is at 0
    board = {**ARM.board(), "timeout": qemu.EARLY_TIMEOUT}
    wrong = []
    with gdbstub.attach(boot, tmp_path / "gdb", ARM.bits, **board) as (cpu, _):
        for numbers in some_numbers(bits):
            found = call(cpu, function, bits, *numbers)
            if found != expected(*numbers):
                wrong.append((numbers, found))
        cpu.kill()
    assert not wrong
