# SPDX-License-Identifier: BSD-2-Clause
"""Position-independent ELF files, whose pointers are right wherever they go: tests/probe/pie.c."""

from pathlib import Path

import pytest

from files import formats
from guests import arches
from guests.refusal import check_refused
from machines import qemu

SOURCE = qemu.TOP / "tests" / "probe" / "pie.c"
UBOOT_ARM = Path("/usr/lib/u-boot/qemu_arm/uboot.elf")
FLAGS = {"arm64": ["-mstrict-align"],
         "arm": ["-marm", "-march=armv7-a", "-mfloat-abi=soft", "-mno-unaligned-access"]}
BIG = {"arm64": ["-mbig-endian"], "arm": ["-mbig-endian", "-Wl,--be8"]}


def linked(folder, arch, *flags):
    path = folder / "pie.elf"
    formats.tool(f"{formats.CROSS[arch]}gcc", "-O2", "-ffreestanding", "-fpie", "-fno-stack-protector",
                 "-mgeneral-regs-only", "-nostdlib", "-static-pie", "-Wl,--build-id=none", *FLAGS[arch], *flags,
                 "-o", path, SOURCE)
    return path


@pytest.mark.parametrize("itself", [False, True], ids=["", "itself"])
@pytest.mark.parametrize("big", [False, True], ids=["little", "big"])
@pytest.mark.parametrize("arch", arches.BOTH, ids=lambda arch: arch.name)
def test_relocated(boot, tmp_path, arch, big, itself):
    """Also one that relocates itself: by REL, which adds to what is there, that is not done twice."""
    kernel = linked(tmp_path, arch.name, *(BIG[arch.name] if big else []), *(["-DSELF"] if itself else []))
    run = boot(**arch.board(), kernel=kernel, timeout=qemu.EARLY_TIMEOUT)
    assert run.find("^forearm .*ELF file .* -> 0x40200000$") and "pie: relocated" in run.lines, run.text
    assert run.ended == "exit"


def test_relocated_packed(boot, tmp_path):
    kernel = formats.packed(tmp_path, linked(tmp_path, "arm64"), *formats.PACKERS["gzip"])
    assert "pie: relocated" in boot(kernel=kernel, timeout=qemu.EARLY_TIMEOUT).lines


OTHER = {"arm64": "R_AARCH64_(GLOB_DAT|ABS64)", "arm": "R_ARM_(GLOB_DAT|ABS32)"}


@pytest.mark.parametrize("arch", arches.BOTH, ids=lambda arch: arch.name)
def test_symbol_is_refused(boot, tmp_path, arch):
    kernel = linked(tmp_path, arch.name, "-DMISSING", "-shared")
    run = boot(**arch.board(), kernel=kernel, append="quiet", timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, f"needs a dynamic linker: it has {OTHER[arch.name]}", "-static-pie.*without -pie")


# What has another remedy; -static-pie leaves the first in.
LEFT = {
    "-DINDIRECT": ([], "IRELATIVE", "without indirect functions.*without -pie"),
    "-DTHREAD": (["-shared", "-fPIC"], "TLS", "without thread-local variables.*-static-pie.*without -pie"),
}


@pytest.mark.parametrize("what", LEFT)
@pytest.mark.parametrize("arch", arches.BOTH, ids=lambda arch: arch.name)
def test_remedy_is_true(boot, tmp_path, arch, what):
    flags, kind, remedy = LEFT[what]
    kernel = linked(tmp_path, arch.name, what, *flags)
    run = boot(**arch.board(), kernel=kernel, append="quiet", timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, f"needs a dynamic linker: it has R_[A-Z0-9]+_{kind}", remedy)


@pytest.mark.parametrize("arch", arches.BOTH, ids=lambda arch: arch.name)
def test_library_is_refused(boot, tmp_path, arch):
    library = tmp_path / "libnone.so"
    formats.tool(f"{formats.CROSS[arch.name]}gcc", "-nostdlib", "-shared", "-o", library, "-xc", "/dev/null")
    kernel = linked(tmp_path, arch.name, "-pie", "-Wl,--no-as-needed", library)
    run = boot(**arch.board(), kernel=kernel, append="quiet", timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, "needs a dynamic linker: it has DT_NEEDED", "-static-pie.*without -pie")


def test_uboot(boot):
    """
    Debian's 32-bit U-Boot has 10,381 R_ARM_RELATIVE: right, they bring it to its banner. It then moves itself from
    where it was linked to, not from where it is, as it was built without CONFIG_POSITION_INDEPENDENT; it is told.
    """
    run = boot(**arches.ARM.board(), kernel=UBOOT_ARM, until="^DRAM: .*1 GiB", timeout=qemu.EARLY_TIMEOUT)
    assert run.find("^U-Boot 20") and run.find("^DRAM: .*1 GiB")
    assert "CONFIG_POSITION_INDEPENDENT" in " ".join(run.said("note"))
