# SPDX-License-Identifier: BSD-2-Clause
"""Debian's kernels in the shapes that guests ship in: to userspace, timer, and power-off."""

import dataclasses

import pytest

from files import formats
from files import images
from guests import linux
from guests.arches import ARM, ARM64
from guests.refusal import check_refused
from machines import qemu

TOOL = qemu.BUILD / "forearm-bundle"
ARCHES = {"arm64": ARM64, "arm": ARM}
NAMES = {"arm64": "Linux arm64 Image", "arm": "Linux arm zImage"}
MACHINES = {"arm64": "aarch64", "arm": "armv7l"}
APPEND = f"{linux.APPEND} test=poweroff"

# Each returns the file, and whether the initrd and a command line are in it.
MAKERS = {
    **{
        name: (lambda folder, a, packer=packer: formats.packed(folder, a.kernel, *packer), False, False)
        for name, packer in formats.PACKERS.items()
    },
    "uimage": (lambda f, a: formats.uimage(f, a.kernel, a.initrd, a.name), False, False),
    "uimage-gzip": (
        lambda f, a: formats.uimage(f, a.kernel, a.initrd, a.name, packing="gzip"), False, False,
    ),
    "uimage-multi": (
        lambda f, a: formats.uimage(f, a.kernel, a.initrd, a.name, kind="multi"), True, False,
    ),
    "fit": (lambda f, a: formats.fit(f, a.kernel, a.initrd, a.name), True, False),
    "fit-gzip": (lambda f, a: formats.fit(f, a.kernel, a.initrd, a.name, "gzip"), True, False),
    "uimage-lzma": (
        lambda f, a: formats.uimage(f, a.kernel, a.initrd, a.name, packing="lzma"), False, False,
    ),
    "fit-lzma": (lambda f, a: formats.fit(f, a.kernel, a.initrd, a.name, "lzma"), True, False),
    "fit-xz": (lambda f, a: formats.fit(f, a.kernel, a.initrd, a.name, "xz"), True, False),
    "fit-external": (
        lambda f, a: formats.fit(f, a.kernel, a.initrd, a.name, external=True), True, False,
    ),
    **{
        f"android-v{v}": (lambda f, a, v=v: formats.android(f, a.kernel, a.initrd, v), True, True)
        for v in range(4)
    },
    "uki": (
        lambda f, a: formats.bundle(f, TOOL, a.kernel, a.initrd, "--cmdline", formats.WORD),
        True, True,
    ),
}
CASES = [(a, name) for a in ARCHES for name in MAKERS]
# Debian's for a 32-bit CPU takes QEMU eight seconds, most of it in the kernel's own decompressor: one
# of each kind of file has it, the others a small kernel. Those of lzma and xz in a container, too.
SMALL = {"arm64": ("le64", "aarch64"), "arm": ("le32", "armv7l")}
WITH_DEBIAN = {
    "arm64": {*MAKERS} - {"uimage-lzma", "fit-lzma", "fit-xz"},
    "arm": {"gzip", "xz", "uimage", "fit-gzip", "android-v2", "uki"},
}


def guest(arch, name):
    kernel, initrd = linux.built(SMALL[arch][0])
    return ARCHES[arch] if name in WITH_DEBIAN[arch] else dataclasses.replace(ARCHES[arch], kernel=kernel, initrd=initrd)


# A kernel of 33 MB, its packed file and the decompressor's own memory.
LITTLE = "96M"


def start(boot, tmp_path, arch, name, mode):
    make, has_initrd, has_words = MAKERS[name]
    a = guest(arch, name)
    memory, least = (LITTLE, 0.65) if arch == "arm64" and name in formats.PACKERS else ("1G", 0.75)
    run = boot(
        **a.board(), mode=mode, memory=memory, kernel=make(tmp_path, a), append=APPEND,
        initrd=None if has_initrd else a.initrd,
    )
    linux.check_boot(run, 1, memory, MACHINES[arch], None, formats.WORD if has_words else "test=poweroff", least=least)
    assert NAMES[arch] in [line for line in run.lines if line.startswith("forearm ")][0]
    return run


@pytest.mark.parametrize("arch, name", CASES)
def test_bios(boot, tmp_path, arch, name):
    start(boot, tmp_path, arch, name, "bios")


@pytest.mark.parametrize("arch, name", [("arm64", "fit-gzip"), ("arm", "android-v2"), ("arm64", "uki")])
def test_kernel_start(boot, tmp_path, arch, name):
    start(boot, tmp_path, arch, name, "kernel")


# -- code with a fixed place ---------------------------------------------------------------------

# 0x40000000 is where the VMM's tree is, and in the way of forearm itself when that is in RAM.
PLACES = [(arch, 0x40000000) for arch in ARCHES] + [("arm64", 0x40200000), ("arm", 0x42000000)]


def small_elf(tmp_path, arch, address, *flags):
    kernel, initrd = linux.built(SMALL[arch][0])
    room = (4 if arch == "arm64" else 32) << 20  # of its BSS; where a zImage unpacks itself
    return formats.elf(tmp_path, kernel, arch, address, *flags, room=room), initrd


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch, address", PLACES)
def test_elf(boot, tmp_path, arch, address, mode):
    kernel, initrd = small_elf(tmp_path, arch, address)
    board = ARCHES[arch].board()
    run = boot(**board, mode=mode, kernel=kernel, initrd=initrd, append=APPEND)
    linux.check_boot(run, 1, "1G", SMALL[arch][1], None, "test=poweroff")
    assert run.find(rf"^forearm .*: ELF file .* -> 0x{address:x}$")


def test_elf_at_el3(boot, tmp_path):
    """The other CPUs wait at the start of RAM, where the kernel goes: they must come nevertheless."""
    kernel, initrd = small_elf(tmp_path, "arm64", 0x40000000)
    run = boot(machine="secure=on", smp=4, kernel=kernel, initrd=initrd, append=APPEND)
    linux.check_boot(run, 4, "1G", "aarch64", "EL1", "test=poweroff")


def test_elf_packed(boot, tmp_path):
    kernel, initrd = small_elf(tmp_path, "arm64", 0x40200000)
    path = formats.packed(tmp_path, kernel, *formats.PACKERS["zstd"])
    run = boot(kernel=path, initrd=initrd, append=APPEND)
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


@pytest.mark.parametrize(
    "arch, probe, flags",
    [("arm64", "probe-el1.img", ["-mbig-endian"]),
     ("arm", "probe-svc.zimg", ["-mbig-endian", "-Wl,--be8"])],
)
def test_big_endian_elf(boot, tmp_path, arch, probe, flags):
    """Data is big-endian at its entry, as its header says; and for the CPUs that it starts."""
    kernel = formats.elf(tmp_path, qemu.GUESTS / probe, arch, 0x42000000, *flags, room=1 << 20)
    append = "forearm.log=quiet probe.endian=big"
    run = boot(**ARCHES[arch].board(), smp=2, kernel=kernel, append=append)
    assert run.find("^probe: sctlr-byte-order ok$") and run.find("^probe: smp-byte-order ok$")


@pytest.mark.parametrize("load, address", [("raw", 0x40080000), ("0x40400000", 0x40400000)])
def test_raw(boot, load, address):
    """U-Boot, which looks for the device tree at the start of RAM and nowhere else."""
    run = boot(kernel=qemu.UBOOT, append=f"forearm.load={load}", timeout=20, until="devicetree: board")
    assert run.find(rf"^forearm .*: raw file .* -> 0x{address:x}$")
    assert run.find(r"^U-Boot 20") and run.find(r"^DRAM:  1 GiB") and run.find("devicetree: board")


REFUSED = {
    "no-ram": ("arm64", 0x80000000, "belongs to 0x80000000, .* no RAM", "RAM"),
    "flash": ("arm64", 0x1000, "belongs to 0x1000, .* no RAM", "RAM"),
    "ours": ("arm64", 0x7FF00000, "belongs to 0x7ff00000", "another place|RAM"),
    "other-arch": ("arm64", 0x40200000, "64-bit kernel", "64-bit CPU"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_elf_refused(boot, tmp_path, case):
    arch, address, cause, remedy = REFUSED[case]
    kernel, _ = small_elf(tmp_path, arch, address)
    board = (ARM if case == "other-arch" else ARM64).board()
    check_refused(boot(**board, kernel=kernel, append="quiet"), cause, remedy)


# -- sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch", ARCHES)
def test_bundle(boot, tmp_path, arch, mode):
    """One file that has all, as firmware and as kernel."""
    a = ARCHES[arch]
    path = formats.bundle(tmp_path, TOOL, a.kernel, a.initrd, "--cmdline", f"{APPEND} {formats.WORD}",
                          "--option", "log=debug")
    run = boot(**a.board(), mode="none", extra=[f"-{mode}", str(path)])
    linux.check_boot(run, 1, "1G", MACHINES[arch], None, formats.WORD)
    assert run.find("^forearm:   log          debug$")


def test_bundle_of_container(boot, tmp_path):
    inner = formats.android(tmp_path, linux.ARM64, linux.ARM64_INITRD, 0)
    path = formats.bundle(tmp_path, TOOL, None, None, "--payload", inner, "--cmdline", APPEND)
    run = boot(mode="none", extra=["-bios", str(path)])
    linux.check_boot(run, 1, "1G", "aarch64", None, formats.WORD)


def test_bundle_moves(boot, tmp_path):
    """All of it, where the kernel in it is linked to where it is."""
    kernel, initrd = small_elf(tmp_path, "arm64", 0x40200000)
    path = formats.bundle(tmp_path, TOOL, kernel, initrd, "--cmdline", APPEND)
    run = boot(mode="none", extra=["-kernel", str(path)])
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


def test_uimage_enters_elsewhere(boot, tmp_path):
    """Code without a header, whose entry is not in it."""
    code = tmp_path / "code"
    code.write_bytes(bytes(4096))
    path = tmp_path / "uImage"
    formats.tool("mkimage", "-A", "arm64", "-O", "linux", "-T", "kernel", "-C", "none", "-a", "0x40400000",
                 "-e", "0x40402000", "-n", "test", "-d", code, path)
    check_refused(boot(kernel=path, append="quiet"), "cannot be used", "check the file")


def test_bundle_gives_way(boot, tmp_path):
    """To a kernel that the user gives, and with an option of the user's before its own."""
    path = formats.bundle(tmp_path, TOOL, linux.ARMHF, None, "--option", "log=debug")
    kernel, initrd = linux.built("le64")
    run = boot(mode="none", kernel=kernel, initrd=initrd, append=APPEND, extra=["-bios", str(path)])
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


@pytest.mark.parametrize("arch, name", [("arm64", "fit"), ("arm64", "uki"), ("arm", "uimage-multi")])
def test_in_initrd(boot, tmp_path, arch, name):
    """forearm.bin as kernel, and as its initrd the container."""
    a = ARCHES[arch]
    path = MAKERS[name][0](tmp_path, a)
    extra = ["-kernel", str(qemu.FIRMWARE), "-initrd", str(path)]
    run = boot(**a.board(), mode="none", append=APPEND, extra=extra)
    linux.check_boot(run, 1, "1G", MACHINES[arch], None, "test=poweroff")


@pytest.mark.parametrize("name", ["uimage", "fit", "uki", "android-v0", "zstd", "lz4", "xz"])
def test_cut_short(boot, tmp_path, name):
    whole = MAKERS[name][0](tmp_path, ARM64)
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[:4 << 20])
    check_refused(boot(kernel=cut, append="quiet"), "cut short|cannot be used|corrupt", ".")


@pytest.mark.parametrize("name", ["uimage", "fit", "zstd", "lz4", "xz"])
def test_wrong_hash(boot, tmp_path, name):
    whole = MAKERS[name][0](tmp_path, ARM64)
    data = bytearray(whole.read_bytes())
    data[len(data) // 2] ^= 1
    whole.write_bytes(data)
    check_refused(boot(kernel=whole, append="quiet"), "hash or checksum is wrong|corrupt", ".")


@pytest.mark.parametrize("packer", ["xz", "lzma"])
def test_large_dictionary(boot, tmp_path, packer):
    """More memory than any preset asks for, and for a kernel of a few bytes."""
    small = tmp_path / "small"
    small.write_bytes(images.tiny())
    filters = {"xz": ["--lzma2=dict=256MiB"], "lzma": ["--format=lzma", "--lzma1=dict=256MiB"]}[packer]
    path = formats.packed(tmp_path, small, "xz", *filters)
    run = boot(memory="2G", fw_cfg={"opt/org.forearm/kernel": path}, timeout=20)
    check_refused(run, "its dictionary is larger than 128 MiB", "smaller one")


@pytest.mark.parametrize("name", ["xz", "lzma"])
def test_bundle_of_packed(boot, tmp_path, name):
    """In a bundle, with an initrd that is packed the same way: that is the kernel's to unpack."""
    kernel, initrd = MAKERS[name][0](tmp_path, ARM64), tmp_path / "initrd"
    initrd.write_bytes(formats.tool("sh", "-c", f"gzip -dc {ARM64.initrd} | xz -0 --check=crc32 --format={name}"))
    path = formats.bundle(tmp_path, TOOL, kernel, initrd, "--cmdline", APPEND)
    run = boot(mode="none", extra=["-bios", str(path)])
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


def made_by_ukify(ukify, tmp_path, stub):
    path = tmp_path / "uki.efi"
    done = ukify("build", "--stub", stub, "--efi-arch", "aa64", "--uname", "6.1", "--linux",
                 linux.ARM64, "--initrd", linux.ARM64_INITRD, "--cmdline",
                 f"{APPEND} {formats.WORD}", "--output", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_ukify_with_forearm(boot, tmp_path, ukify, mode):
    """forearm as the stub of a UKI, in the place of systemd's."""
    path = made_by_ukify(ukify, tmp_path, qemu.FIRMWARE)
    run = boot(mode="none", extra=[f"-{mode}", str(path)])
    linux.check_boot(run, 1, "1G", "aarch64", None, formats.WORD)


def test_ukify(boot, tmp_path, ukify):
    """A UKI as distributions make it, with systemd's stub, which is not run."""
    path = made_by_ukify(ukify, tmp_path, formats.SYSTEMD_STUB)
    run = boot(kernel=path, append="")
    linux.check_boot(run, 1, "1G", "aarch64", None, formats.WORD)


@pytest.mark.parametrize("packing", ["gzip", "zstd", "lz4-legacy", "xz-linux"])
def test_zboot(boot, tmp_path, zboot, packing):
    """Debian's kernel as the kernel's own makefile would pack it; none of Debian's is made so."""
    run = boot(kernel=zboot(tmp_path, linux.ARM64, packing), initrd=linux.ARM64_INITRD, append=APPEND)
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


def test_zboot_in_uki(boot, tmp_path, zboot, ukify):
    path = tmp_path / "uki.efi"
    done = ukify("build", "--stub", formats.SYSTEMD_STUB, "--efi-arch", "aa64", "--uname", "6.1",
                 "--linux", zboot(tmp_path, linux.ARM64, "zstd"), "--initrd", linux.ARM64_INITRD,
                 "--cmdline", f"{APPEND} {formats.WORD}", "--output", path)
    assert done.returncode == 0, done.stderr
    linux.check_boot(boot(kernel=path, append=""), 1, "1G", "aarch64", None, formats.WORD)
