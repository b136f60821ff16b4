# SPDX-License-Identifier: BSD-2-Clause
"""The file build/forearm.bin: its headers, its size, that it runs anywhere, and writes to no ROM."""

import functools
import os
import re
import shutil
import struct
import subprocess

import pytest

from files import elf
from files import images
from files import trees
from guests import linux
from guests.arches import ARM64, BOTH
from guests.refusal import check_refused
from machines import gdbstub
from machines import qemu

BUDGET = 1 << 20  # tests/bench/budgets.py
ARM_ENTRY = 0x1693C
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


@pytest.fixture(scope="module")
def image():
    return qemu.FIRMWARE.read_bytes()


def word(data, offset):
    return struct.unpack_from("<I", data, offset)[0]


def instruction(tool, machine, offset):
    """What a disassembler says of the word there."""
    words = [f"{tool}-objdump", "-D", "-b", "binary", "-m", machine, f"--start-address={offset}"]
    words += [f"--stop-address={offset + 4}", str(qemu.FIRMWARE)]
    out = subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout
    text = re.search(rf"^ *{offset:x}:\t[0-9a-f]+ +\t(.*)$", out, re.M).group(1)
    return " ".join(text.split())


def a32(offset):
    return instruction("arm-linux-gnueabihf", "arm", offset)


def a64(offset):
    return instruction("aarch64-linux-gnu", "aarch64", offset)


def test_size(image):
    assert len(image) < BUDGET


def test_first_word(image):
    """The signature of a PE file, a harmless A64 instruction, and an A32 branch."""
    assert word(image, 0) == 0xEA005A4D and image[:2] == b"MZ"
    assert a64(0) == "ands x13, x18, x0, lsl #22"
    assert a32(0) == f"b 0x{ARM_ENTRY:x}"


def test_entries():
    assert re.match(r"b 0x[0-9a-f]+$", a64(4))
    assert a32(ARM_ENTRY) == "cpsid aif"


def test_arm64_header(image):
    """Documentation/arm64/booting.rst: text_offset, image_size, flags, magic."""
    text_offset, image_size, flags = struct.unpack_from("<QQQ", image, 8)
    assert text_offset == 0
    assert len(image) <= image_size <= BUDGET
    assert flags == 0xA  # little-endian, 4 KiB pages, any placement
    assert image[0x38:0x3C] == b"ARM\x64"


def test_zimage_header(image):
    """Magic, start 0 (position-independent), end, byte order."""
    assert word(image, 0x24) == 0x016F2818
    assert word(image, 0x28) == 0 and word(image, 0x2C) == len(image)
    assert word(image, 0x30) == 0x04030201


PLACES = {
    "usual": 0x40200000,
    "high": 0x43000000,
    "odd-page": 0x40201000,
    "end-of-ram": None,
}


def start(boot, tmp_path, arch, place, **options):
    """As trees.start(), but anywhere; None: in the last pages of 1 GiB of RAM."""
    place = place or trees.RAM + (1 << 30) - -(-len(qemu.FIRMWARE.read_bytes()) // 4096) * 4096
    tree = trees.dump(tmp_path / "virt.dtb", arch).read_bytes()
    make = elf.elf32 if arch.bits == 32 else elf.elf64
    file = tmp_path / "start.elf"
    file.write_bytes(make(place, [(place, qemu.FIRMWARE.read_bytes()), (trees.RAM, tree)]))
    options = {"timeout": qemu.EARLY_TIMEOUT, **options}
    return boot(program=arch.program, cpu=arch.cpu, mode="none", kernel=file, **options)


@both
@pytest.mark.parametrize("place", PLACES)
def test_runs_anywhere(boot, tmp_path, arch, place):
    check_refused(start(boot, tmp_path, arch, PLACES[place]), "no kernel", "-kernel")


def test_runs_above_4_gib(boot, tmp_path):
    run = start(boot, tmp_path, ARM64, 0x140001000, memory="6G")
    check_refused(run, "no kernel", "-kernel")


@pytest.fixture
def kernel(tmp_path, arch):
    """A header and a branch to itself."""
    return images.sparse(tmp_path / "kernel", 4096, images.header(arch, 4096))


@pytest.fixture
def socket(tmp_path_factory):
    return tmp_path_factory.mktemp("gdb") / "socket"


def reaches(cpu, kernel):
    """Whether it comes to rest in the kernel's branch to itself, with the MMU off."""
    offset = 4 if cpu.bits == 64 else 32
    head = kernel.read_bytes()[:64]
    for _ in range(50):
        cpu.go_on(0.1)
        if cpu.read(cpu["pc"] - offset, 4) == head[:4]:
            return cpu.read(cpu["pc"] - offset, 64) == head
    return False


@both
@pytest.mark.parametrize("place", ["odd-page", "end-of-ram"])
def test_hands_off_anywhere(boot, tmp_path, socket, arch, kernel, place):
    """What turns the MMU off works from there, too."""
    begin = functools.partial(start, boot, tmp_path, arch, PLACES[place])
    files = {"opt/org.forearm/kernel": kernel}
    with gdbstub.attach(begin, socket, arch.bits, fw_cfg=files) as (cpu, _):
        arrived = reaches(cpu, kernel)
        cpu.kill()
    assert arrived


@both
@pytest.mark.parametrize("place", [0x40200040, 0x40200800], ids=hex)
def test_inside_a_page_waits(boot, tmp_path, socket, arch, place):
    """Page tables cannot map it so: it stops at once instead of running wild."""
    symbols = gdbstub.symbols(qemu.BUILD / ("forearm.elf" if arch.bits == 64 else "arm.elf"))
    park = place + symbols["arch_park"] - symbols["__image_start"]
    begin = functools.partial(start, boot, tmp_path, arch, place)
    with gdbstub.attach(begin, socket, arch.bits) as (cpu, _):
        for _ in range(20):
            cpu.go_on(0.1)
            if cpu["pc"] in (park, park + 4):
                break
        waits = cpu["pc"] in (park, park + 4)
        cpu.kill()
    assert waits


# QEMU's flash takes every store as a command, and says so.
TRACE = ["-trace", "pflash_io_write"]


@both
def test_rom_is_not_written(boot, socket, arch, kernel, image):
    options = {**arch.board(), "kernel": kernel, "extra": TRACE, "timeout": qemu.EARLY_TIMEOUT}
    with gdbstub.attach(boot, socket, arch.bits, **options) as (cpu, future):
        before = cpu.read(0, BUDGET)
        arrived = reaches(cpu, kernel)
        after = cpu.read(0, BUDGET)
        cpu.kill()
    assert arrived
    assert before[: len(image)] == image and after == before
    assert future.result().count("pflash_io_write") == 0


@both
def test_rom_write_is_noticed(boot, socket, arch):
    """One store, from RAM, so that the absence above means something."""
    store, here = ("1f0000b9", "00000014") if arch.bits == 64 else ("000080e5", "feffffea")
    options = {**arch.board(), "extra": TRACE, "timeout": qemu.EARLY_TIMEOUT}
    with gdbstub.attach(boot, socket, arch.bits, **options) as (cpu, future):
        cpu.write(trees.LOAD, bytes.fromhex(store + here))
        cpu["pc"] = trees.LOAD
        cpu[0] = BUDGET
        cpu.go_on(0.3)
        cpu.kill()
    assert future.result().count("pflash_io_write") > 0


OF_MAKE = {"MFLAGS", "DESCRIBED", "FOREARM_BUILD"}  # and MAKEFLAGS and the like


def make(*words, top=qemu.TOP):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name not in OF_MAKE}
    return subprocess.run(["make", *words], cwd=top, capture_output=True, text=True, timeout=900, env=environment)


def checkout(top):
    """The sources at another path, and which commit they are."""
    def ignore(folder, _):
        return {"build", ".git", qemu.BUILD.name} if folder == str(qemu.TOP) else {"__pycache__"}

    shutil.copytree(qemu.TOP, top, symlinks=True, ignore=ignore)
    if (qemu.TOP / ".git").exists():
        (top / ".git").symlink_to(qemu.TOP / ".git")


def test_same_bytes_elsewhere(tmp_path):
    """Two checkouts of a commit at different paths give the same files, also in a folder of their own,
    and then there is nothing of them in build/."""
    top, out = tmp_path / "checkout", tmp_path / "arm64-or-32"
    checkout(top)
    out.mkdir()
    (out / "deps").symlink_to(qemu.BUILD / "deps")
    done = make("-j2", f"O={out}", "all", top=top)
    assert done.returncode == 0, done.stderr
    for name in ["described", "forearm.bin", "forearm-bundle"]:
        assert (out / name).read_bytes() == (qemu.BUILD / name).read_bytes(), name
    assert not (top / "build").exists()
    results = subprocess.run(["scripts/results.sh"], cwd=top, capture_output=True, text=True,
                             env={**os.environ, "FOREARM_BUILD": str(out)})
    assert results.stdout.splitlines()[0] == "no test ran"


def git(*words, top):
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=top, check=True, capture_output=True, timeout=60)


def test_version(tmp_path):
    """The release of version.h, and which commit; without git the release alone, also in others' repositories."""
    top = tmp_path / "outer" / "sources"
    for name in ["include/version.h", "scripts/version.sh"]:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(qemu.TOP / name, top / name)
    header = top / "include" / "version.h"
    release = re.search(r'FOREARM_VERSION\s+"(.*)"', header.read_text())[1]

    def version():
        return subprocess.run(["scripts/version.sh"], cwd=top, check=True, capture_output=True, text=True).stdout.strip()

    assert version() == release
    git("init", "-q", top=tmp_path / "outer")
    git("add", ".", top=tmp_path / "outer")
    git("commit", "-qm", "outer", top=tmp_path / "outer")
    assert version() == release
    git("init", "-q", top=top)
    assert version() == release  # nothing committed
    git("add", ".", top=top)
    git("commit", "-qm", "one", top=top)
    assert re.fullmatch(rf"{re.escape(release)}-g[0-9a-f]{{12}}", version())
    git("tag", "other", top=top)
    git("tag", f"v{release}", top=top)
    assert version() == release
    git("commit", "-qm", "two", "--allow-empty", top=top)
    assert re.fullmatch(rf"{re.escape(release)}-1-g[0-9a-f]{{12}}", version())
    header.write_text(header.read_text() + "\n")
    assert version().endswith("-dirty")


@both
def test_banner(boot, arch):
    """Names the commit that the file was made of."""
    kernel, initrd = linux.built("le64" if arch.bits == 64 else "le32")
    run = boot(**arch.board(), kernel=kernel, initrd=initrd, append=f"{linux.APPEND} test=poweroff")
    assert run.find(f"^forearm {re.escape((qemu.BUILD / 'described').read_text().strip())}: Linux ")


def test_make_fetches_nothing(tmp_path):
    """It says what is missing, and how to get it; scripts know the folder that it was given."""
    done = make(f"O={tmp_path}/out")
    assert done.returncode != 0 and not (tmp_path / "out" / "apt").exists()
    assert re.search("error: there is no .*/out/deps/arm64/usr/lib/.*libfdt.a", done.stderr)
    assert "make setup" in done.stderr and "DEPS64=" in done.stderr


@pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
@pytest.mark.parametrize("rest", [0, 0x200, 0xE00])
def test_end_of_file_within_a_page(boot, tmp_path, arch, rest):
    """In RAM, where the rest of that page is nobody's: it is read-only with the file."""
    image = bytearray(qemu.FIRMWARE.read_bytes())
    image += bytes(-len(image) % 4096 + rest)
    struct.pack_into("<Q", image, 0x10, len(image))
    struct.pack_into("<I", image, 0x2C, len(image))
    path = tmp_path / "forearm.bin"
    path.write_bytes(image)
    run = boot(**arch.board(), mode="none", extra=["-kernel", str(path)], timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, "no kernel was given", "-kernel")
