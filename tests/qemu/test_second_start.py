# SPDX-License-Identifier: BSD-2-Clause
"""A guest that falls back to address 0, where forearm is: said once, and not started over for ever."""

import struct

import pytest

from files import images
from guests.arches import BOTH
from machines.qemu import EARLY_TIMEOUT

# mov x9, #0; br x9 / mov pc, #0
CODE = {64: struct.pack("<II", 0xD2800009, 0xD61F0120), 32: struct.pack("<I", 0xE3A0F000)}


@pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
def test_null_pointer(boot, tmp_path, arch):
    kernel = bytearray(images.header(arch, 4096).ljust(4096, b"\0"))
    kernel[: len(CODE[arch.bits])] = CODE[arch.bits]
    file = tmp_path / "kernel"
    file.write_bytes(kernel)
    run = boot(**arch.board(), kernel=file, timeout=EARLY_TIMEOUT)
    assert run.count(r"(?m)^forearm\b.* -> 0x") == 1
    assert run.said("error")[0].startswith("a second start without a reset")
    assert run.lines[-1] == "forearm: stopped"
    assert run.ended == "exit" and run.code == 0
