# SPDX-License-Identifier: BSD-2-Clause
"""A line on the console when unpacking, checking or copying takes longer than a second. Time is made
of instructions here, so that it is the same on every host: about a microsecond for each."""

import re

import pytest

from files import formats
from files import images
from guests import linux
from guests.arches import ARM64, BOTH
from machines import qemu

KERNEL = "opt/org.forearm/kernel"
SLOW = ["-icount", "shift=10,sleep=off"]
FAST = ["-icount", "shift=0,sleep=off"]
BANNER = r"^forearm \d\S*: "
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


def told(run):
    return re.findall(r"^forearm: (\w+) the (.*): (\d+) of (\d+) KiB$", run.text, re.M)


def plain(folder, arch, size=3 * images.MIB):
    """A kernel that is mostly text, and so takes time to unpack."""
    path, text = folder / "plain", "".join(f"{i}\n" for i in range(600000)).encode()
    path.write_bytes((images.header(arch, size) + text)[:size].ljust(size, b"\0"))
    return path


def start(boot, arch, kernel, log="info", clock=SLOW, **options):
    """To the first line of a boot that goes on, or to a refusal."""
    files = {KERNEL: kernel, "opt/org.forearm/log": log}
    return boot(**{**arch.board(), "fw_cfg": files, "extra": clock, "until": BANNER, "timeout": 60, **options})


def check(run, doing, what):
    lines = [line for line in told(run) if line[:2] == (doing, what)]
    assert lines, run.text
    done = [int(line[2]) for line in lines]
    assert done == sorted(done) and done[-1] <= int(lines[0][3])
    assert len(lines) <= 8, "each after twice the time"
    assert run.find(BANNER), run.text


@both
@pytest.mark.parametrize("packing", ["gzip", "zstd", "lz4", "lz4-legacy", "xz", "lzma"])
def test_unpacking(boot, tmp_path, arch, packing):
    path = formats.packed(tmp_path, plain(tmp_path, arch), *formats.PACKERS[packing])
    check(start(boot, arch, path), "unpacking", "kernel")


@both
@pytest.mark.parametrize("make, name", [(formats.uimage, "uImage"), (formats.fit, "FIT image")])
def test_checking(boot, tmp_path, arch, make, name):
    path = make(tmp_path, plain(tmp_path, arch, 8 * images.MIB), qemu.FIRMWARE, arch.name)
    check(start(boot, arch, path), "checking", name)


@both
def test_copying(boot, tmp_path, arch):
    """Out of a bundle, whose file is in memory."""
    kernel = images.sparse(tmp_path / "plain", 48 * images.MIB, images.header(arch, 48 * images.MIB))
    path = formats.bundle(tmp_path, qemu.BUILD / "forearm-bundle", kernel, None)
    extra = [*SLOW, "-kernel", str(path)]
    check(start(boot, arch, None, mode="none", fw_cfg={}, extra=extra), "copying", "kernel")


def test_quiet(boot, tmp_path):
    kernel = tmp_path / "tiny"
    kernel.write_bytes(images.tiny(size=3 * images.MIB, image_size=4 * images.MIB))
    path = formats.packed(tmp_path, kernel, *formats.PACKERS["lzma"])
    run = start(boot, ARM64, path, log="quiet", until=None)
    assert run.find("^tiny: entered$") and run.ended == "exit" and "forearm" not in run.text, run.text


@pytest.mark.parametrize("packing", ["gzip", "lz4"])
def test_not_below_a_second(boot, tmp_path, packing):
    """Debian's kernel of 33 MB, on a CPU of a thousand million instructions a second."""
    path = formats.packed(tmp_path, linux.ARM64, *formats.PACKERS[packing])
    run = start(boot, ARM64, path, clock=FAST)
    assert run.find(BANNER) and not told(run), run.text
