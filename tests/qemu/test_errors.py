# SPDX-License-Identifier: BSD-2-Clause
"""Everything that forearm must refuse: it names cause and remedy, and the machine goes off."""

import gzip

import pytest

from files import images
from guests.arches import ARM64, BOTH
from guests.linux import ARM64_GZIP
from guests.refusal import check_refused
from machines.qemu import EARLY_TIMEOUT

MIB = images.MIB
KERNEL = "opt/org.forearm/kernel"
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
modes = pytest.mark.parametrize("mode", ["bios", "kernel"])

TRUNCATED = "truncated|cut short|incomplete"
TOO_LARGE = "too (big|large)|larger than|does not fit|not enough|no free RAM"
UNKNOWN = "unknown|no known format"
MORE_MEMORY = "memory|RAM|-m "


@pytest.fixture
def start(boot):
    """Boots one of the architectures; no kernel is meant to run."""
    return lambda arch, **options: boot(**{**arch.board(), "timeout": EARLY_TIMEOUT, **options})


@both
@modes
def test_no_kernel(start, arch, mode):
    check_refused(start(arch, mode=mode), "no kernel", "-kernel")


@both
@modes
def test_empty_kernel(start, tmp_path, arch, mode):
    files = {KERNEL: images.sparse(tmp_path / "empty", 0)}
    check_refused(start(arch, mode=mode, fw_cfg=files), "empty", ".")


@both
def test_empty_kernel_by_qemu(start, tmp_path, arch):
    """QEMU reports an empty -kernel like a missing one."""
    run = start(arch, kernel=images.sparse(tmp_path / "empty", 0))
    check_refused(run, "no kernel|empty", ".")


@both
@modes
@pytest.mark.parametrize("size", [48, MIB], ids=["header", "1mib"])
def test_truncated_kernel(start, tmp_path, arch, mode, size):
    """Cut inside the header, where only the start is left to see, and in the middle."""
    run = start(arch, mode=mode, kernel=images.cut(arch.kernel, tmp_path / "cut", size))
    check_refused(run, TRUNCATED if size > 48 else f"{TRUNCATED}|{UNKNOWN}", ".")


@both
def test_kernel_larger_than_ram(start, tmp_path, arch):
    size = 200 * MIB
    file = images.sparse(tmp_path / "large", size, images.header(arch, size))
    check_refused(start(arch, memory="128M", kernel=file), TOO_LARGE, MORE_MEMORY)


def test_bss_larger_than_ram(start, tmp_path):
    """A small file whose header asks for 8 GiB."""
    file = images.sparse(tmp_path / "large", MIB, images.arm64_header(8 << 30))
    check_refused(start(ARM64, kernel=file), TOO_LARGE, MORE_MEMORY)


def test_bss_wraps_around(start, tmp_path):
    file = images.sparse(tmp_path / "large", MIB, images.arm64_header((1 << 64) - 4096))
    check_refused(start(ARM64, kernel=file), f"{TOO_LARGE}|damaged|invalid|impossible", ".")


@both
@modes
@pytest.mark.parametrize("size", [120, 500], ids=["120m", "500m"])
def test_initrd_larger_than_ram(start, tmp_path, arch, mode, size):
    """With the kernel beside it, and by itself, more than the machine's 128 MiB."""
    initrd = images.sparse(tmp_path / "initrd", size * MIB)
    run = start(arch, mode=mode, memory="128M", kernel=arch.kernel, initrd=initrd)
    check_refused(run, TOO_LARGE, MORE_MEMORY)
    assert "initrd" in run.said("error")[0]


@both
@modes
def test_unknown_format(start, tmp_path, arch, mode):
    """The message shows the first bytes."""
    file = images.sparse(tmp_path / "text", 64 * 1024, b"HELLO, WORLD!\n")
    run = start(arch, mode=mode, kernel=file)
    check_refused(run, f"({UNKNOWN}).*48 ?45 ?4c ?4c", ".")


GZIP_END = -6  # inside the checksum, which is followed by the length
GZIP = {
    "method": (images.flip, 2, UNKNOWN),
    "middle": (images.flip, 5 * MIB, "corrupt|damaged"),
    "checksum": (images.flip, GZIP_END, "corrupt|damaged"),
    "truncated": (images.cut, 5 * MIB, TRUNCATED),
    "header-only": (images.cut, 12, TRUNCATED),
}


@pytest.mark.parametrize("damage", GZIP)
def test_corrupt_gzip(start, tmp_path, damage):
    change, where, cause = GZIP[damage]
    run = start(ARM64, fw_cfg={KERNEL: change(ARM64_GZIP, tmp_path / "bad.gz", where)})
    check_refused(run, f"gzip|{cause}", ".")


def test_gzip_larger_than_ram(start, tmp_path):
    """300 MiB of zeros in 300 KiB, for a machine with 128 MiB."""
    file = tmp_path / "bomb.gz"
    with gzip.open(file, "wb", 6) as out:
        out.write(images.arm64_header(300 * MIB))
        for _ in range(300):
            out.write(bytes(MIB))
    run = start(ARM64, memory="128M", fw_cfg={KERNEL: file})
    check_refused(run, "the unpacked kernel needs more than [0-9]+ KiB", MORE_MEMORY)


@both
def test_fw_cfg_without_dma(start, arch):
    run = start(arch, kernel=arch.kernel, extra=["-global", "fw_cfg_mem.dma_enabled=off"])
    check_refused(run, "DMA", ".")
