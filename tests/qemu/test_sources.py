# SPDX-License-Identifier: BSD-2-Clause
"""Where the kernel comes from: each source, the order of them, and what is refused."""

import dataclasses
import gzip

import pytest

from files import elf
from files import formats
from files import trees
from guests import linux
from guests.arches import ARM, ARM64
from guests.refusal import check_refused
from machines import qemu

TOOL = qemu.BUILD / "forearm-bundle"
ARCHES = {"arm64": ARM64, "arm": ARM}
# Debian's kernel for a 32-bit CPU takes QEMU three times as long as the other: each source has it in one
# test, and a small one for what else is to be seen.
SMALL_ARM = dataclasses.replace(ARM, kernel=linux.built("le32")[0], initrd=linux.built("le32")[1])
MACHINES = {"arm64": "aarch64", "arm": "armv7l"}
APPEND = f"{linux.APPEND} test=poweroff"


def check(run, arch, word="test=poweroff"):
    linux.check_boot(run, 1, "1G", MACHINES[arch], None, word)


def direct(initrd):
    """forearm as kernel, and beside it an initrd."""
    return ["-kernel", str(qemu.FIRMWARE), "-initrd", str(initrd)]


# -- cpio ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["newc", "crc"])
@pytest.mark.parametrize("arch", ARCHES)
def test_cpio(boot, tmp_path, arch, kind):
    """With an initrd in it."""
    a = SMALL_ARM if (arch, kind) == ("arm", "crc") else ARCHES[arch]
    path = formats.cpio(tmp_path, {"boot/vmlinuz-6.1": a.kernel, "boot/initrd.img-6.1": a.initrd}, kind)
    check(boot(**a.board(), mode="none", append=APPEND, extra=direct(path)), arch)


@pytest.mark.parametrize("arch", ARCHES)
def test_cpio_is_initrd(boot, tmp_path, arch):
    """The userland and its kernel in one archive: two in a row, as Linux takes them."""
    a = ARCHES[arch]
    with gzip.open(a.initrd) as initrd:
        path = formats.cpio(tmp_path, {"boot/zImage": a.kernel}, before=initrd.read())
    check(boot(**a.board(), mode="none", append=APPEND, extra=direct(path)), arch)


INNER = {
    "boot/a.itb": lambda f: formats.fit(f, linux.ARM64, linux.ARM64_INITRD, "arm64", "gzip"),
    "boot/a.efi": lambda f: formats.bundle(f, TOOL, linux.ARM64, linux.ARM64_INITRD),
    "boot/vmlinuz.gz": lambda f: formats.packed(f, linux.ARM64, *formats.PACKERS["gzip"]),
}


@pytest.mark.parametrize("name", INNER)
def test_cpio_of(boot, tmp_path, name):
    path = formats.cpio(tmp_path, {name: INNER[name](tmp_path), "boot/initramfs": linux.ARM64_INITRD})
    check(boot(mode="none", append=APPEND, extra=direct(path)), "arm64")


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_cpio_as_file(boot, tmp_path, mode):
    files = {"boot/Image": linux.ARM64, "boot/initrd": linux.ARM64_INITRD}
    check(boot(mode=mode, append=APPEND, kernel=formats.cpio(tmp_path, files)), "arm64")


def test_cpio_without_kernel(boot, tmp_path):
    """An initrd, and nothing else: for the kernel that comes otherwise, and for none."""
    with gzip.open(linux.ARM64_INITRD) as packed:
        (tmp_path / "initrd").write_bytes(packed.read())
    extra = direct(tmp_path / "initrd")
    check_refused(boot(mode="none", extra=extra, append="quiet"),
                  r"no kernel was given \(fw_cfg: no file, bundle: forearm is in none, "
                  "initrd: no kernel in it", "-kernel")
    check_refused(boot(mode="none", extra=extra, append="forearm.payload=initrd"),
                  "cpio archive cannot be used: there is no kernel in it", "check the file")
    check(boot(mode="none", extra=extra, append=APPEND,
               fw_cfg={"opt/org.forearm/kernel": linux.ARM64}), "arm64")


def test_cpio_cut_short(boot, tmp_path):
    path = formats.cpio(tmp_path, {"boot/Image": linux.ARM64})
    path.write_bytes(path.read_bytes()[:4 << 20])
    check_refused(boot(mode="none", extra=direct(path), append="quiet"), "cut short", "again")


def test_cpio_wrong_sum(boot, tmp_path):
    path = formats.cpio(tmp_path, {"boot/Image": linux.ARM64}, "crc")
    data = bytearray(path.read_bytes())
    data[4 << 20] ^= 1
    path.write_bytes(data)
    check_refused(boot(mode="none", extra=direct(path), append="quiet"), "checksum is wrong", ".")


# -- modules, as QEMU's guest-loader makes them ------------------------------------------------------


def modules(kernel, initrd=None, bootargs=None, at=0x50000000):
    """A kernel and its ramdisk in RAM, announced in /chosen. QEMU wants commas doubled."""
    bootargs = bootargs.replace(",", ",,") if bootargs else None
    words = [f"guest-loader,addr={at:#x},kernel={kernel}" + (f",bootargs={bootargs}" if bootargs else "")]
    words += [f"guest-loader,addr=0x7ff00000,initrd={initrd}"] if initrd else []
    return [word for module in words for word in ("-device", module)]


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch", ARCHES)
def test_modules(boot, arch, mode):
    """The ramdisk is where the workspace would be else, which is highmem of a 32-bit kernel."""
    a = ARCHES[arch]
    extra = modules(a.kernel, a.initrd, f"{APPEND} {formats.WORD}")
    append = "forearm.log=quiet" if mode == "kernel" else None
    check(boot(**a.board(), mode=mode, append=append, extra=extra), arch, formats.WORD)


MODULES = {
    "gzip": lambda f: formats.packed(f, linux.ARM64, *formats.PACKERS["gzip"]),
    "uki": lambda f: formats.bundle(f, TOOL, linux.ARM64, None),
    "android": lambda f: formats.android(f, linux.ARM64, linux.ARM64_INITRD, 2),
    "elf": lambda f: formats.elf(f, linux.built("le64")[0], "arm64", 0x40000000, room=4 << 20),
}


@pytest.mark.parametrize("name", MODULES)
def test_modules_of(boot, tmp_path, name):
    initrd = linux.built("le64")[1] if name == "elf" else linux.ARM64_INITRD
    check(boot(extra=modules(MODULES[name](tmp_path), initrd, APPEND)), "arm64")


def test_modules_for_the_guest(boot):
    """Where the kernel comes otherwise they stay as they are, and in the tree."""
    kernel, initrd = linux.built("le64")
    run = boot(mode="kernel", kernel=kernel, initrd=initrd, append=f"{APPEND} forearm.log=debug",
               extra=modules(linux.ARM64, linux.ARM64_INITRD))
    check(run, "arm64")
    assert run.find("^forearm:   module       0x000050000000  0x1f6dfc0$") and run.find("module .* 0x00007ff00000 ")


def test_modules_of_no_kernel(boot):
    extra = ["-device", f"guest-loader,addr=0x50000000,initrd={linux.ARM64_INITRD}"]
    check_refused(boot(append=None, extra=extra), "modules: none is a kernel", "-kernel")


# -- the second flash --------------------------------------------------------------------------------


def flash(folder, content, padding=b"\xff", name="flash.img"):
    """What the flash of QEMU's virt machine is: 64 MiB, the rest erased or never written."""
    path = folder / name
    path.write_bytes(content.ljust(64 << 20, padding))
    return path


def drive(path, unit=1):
    return ["-drive", f"if=pflash,unit={unit},file={path},format=raw,readonly=on"]


def files(initrd, append=APPEND):
    """Beside a kernel that is in no file of QEMU's."""
    return {"opt/org.forearm/cmdline": append, "opt/org.forearm/initrd": initrd}


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch", ARCHES)
def test_flash(boot, tmp_path, arch, mode):
    a = SMALL_ARM if (arch, mode) == ("arm", "kernel") else ARCHES[arch]
    extra = drive(flash(tmp_path, a.kernel.read_bytes()))
    check(boot(**a.board(), mode=mode, extra=extra, fw_cfg=files(a.initrd)), arch)


@pytest.mark.parametrize("machine", ["", "secure=on"])
@pytest.mark.parametrize("arch", ARCHES)
def test_both_flashes(boot, tmp_path, arch, machine):
    """forearm in the first, instead of -bios."""
    a = SMALL_ARM if (arch, machine) == ("arm", "") else ARCHES[arch]
    extra = drive(flash(tmp_path, qemu.FIRMWARE.read_bytes(), name="first.img"), 0)
    extra += drive(flash(tmp_path, a.kernel.read_bytes()))
    check(boot(**a.board(), machine=machine, mode="none", extra=extra, fw_cfg=files(a.initrd)), arch)


def small(name, folder):
    """A small kernel, unpacked less than 16 MiB: the last byte of its gzip file is 0."""
    kernel, initrd = linux.built("le32" if name == "zImage" else "le64")
    make = {
        "Image": lambda: kernel,
        "zImage": lambda: kernel,
        **{n: lambda p=p: formats.packed(folder, kernel, *p) for n, p in formats.PACKERS.items()},
        "uimage-gzip": lambda: formats.uimage(folder, kernel, initrd, "arm64", packing="gzip"),
        "fit-external": lambda: formats.fit(folder, kernel, initrd, "arm64", external=True),
        "android": lambda: formats.android(folder, kernel, initrd, 3),
        "uki": lambda: formats.bundle(folder, TOOL, kernel, initrd),
        "elf": lambda: formats.elf(folder, kernel, "arm64", 0x40200000, room=4 << 20),
        "cpio": lambda: formats.cpio(folder, {"boot/Image": kernel}, before=gzip.decompress(initrd.read_bytes())),
    }
    has_initrd = name in ("fit-external", "android", "uki", "cpio")
    return make[name]().read_bytes(), None if has_initrd else initrd


FLASHED = ["Image", "zImage", *formats.PACKERS, "uimage-gzip", "fit-external", "android", "uki", "elf", "cpio"]


@pytest.mark.parametrize("padding", ["erased", "zeros"])
@pytest.mark.parametrize("name", FLASHED)
def test_flash_of(boot, tmp_path, name, padding):
    """The file tells how long it is, or does not have to."""
    content, initrd = small(name, tmp_path)
    fw_cfg = files(initrd) if initrd else {"opt/org.forearm/cmdline": APPEND}
    extra = drive(flash(tmp_path, content, b"\xff" if padding == "erased" else b"\0"))
    board = (ARM if name == "zImage" else ARM64).board()
    run = boot(**board, extra=extra, fw_cfg=fw_cfg)
    check(run, "arm" if name == "zImage" else "arm64")
    assert not run.find("invalid magic|junk")


def test_flash_appended_tree(boot, tmp_path):
    """What follows a zImage is loaded with it."""
    kernel, initrd = linux.built("le32")
    extra = drive(flash(tmp_path, kernel.read_bytes() + b"behind it" * 1000))
    run = boot(**ARM.board(), extra=extra, fw_cfg=files(initrd, f"{APPEND} forearm.log=debug"))
    check(run, "arm")
    size = int(run.find("^forearm:   kernel ").split()[-1], 16)
    assert kernel.stat().st_size + 9000 <= size < kernel.stat().st_size + 20000


EMPTY = "nothing at its start"
FLASHES = {
    "empty": (b"", EMPTY),
    "zeros": (bytes(64 << 20), EMPTY),
    "variables": (bytes(16) + b"\x8d\x2b\xf1\xff\x96\x76\x8b\x4c\xa9\x85\x27\x47\x07\x5b\x4f\x50" + b"_FVH" * 100,
                  EMPTY),
    "text": (b"This is no kernel." * 1000, "no kernel in it"),
}


@pytest.mark.parametrize("name", FLASHES)
def test_flash_refused(boot, tmp_path, name):
    content, reason = FLASHES[name]
    extra = drive(flash(tmp_path, content))
    check_refused(boot(extra=extra), f"no kernel was given .*flash: ({reason})", "-kernel")
    named = boot(extra=extra, fw_cfg={"opt/org.forearm/payload": "flash"})
    check_refused(named, "forearm.payload=flash, but .*: nothing at its start|no known format", ".")


def test_flash_cut_short(boot, tmp_path):
    content, initrd = small("gzip", tmp_path)
    extra = drive(flash(tmp_path, content[: len(content) // 2]))
    check_refused(boot(extra=extra, fw_cfg=files(initrd)), "gzip kernel is corrupt", "again")


def test_flash_too_large(boot, tmp_path):
    """Nobody knows the size of a gzip file there: half of the free RAM is what it may have."""
    extra = drive(flash(tmp_path, linux.ARM64_GZIP.read_bytes()))
    check_refused(boot(extra=extra, memory="48M"), "unpacked kernel needs", "memory")


# -- an address ------------------------------------------------------------------------------------


def loaded(at, file):
    return ["-device", f"loader,file={file},addr={at:#x},force-raw=on"]


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("sized", [True, False])
def test_address(boot, arch, mode, sized):
    a = SMALL_ARM if arch == "arm" and not (sized and mode == "bios") else ARCHES[arch]
    size = f",{a.kernel.stat().st_size:#x}" if sized else ""
    fw_cfg = files(a.initrd, f"{APPEND} forearm.payload=0x50000000{size}")
    check(boot(**a.board(), mode=mode, extra=loaded(0x50000000, a.kernel), fw_cfg=fw_cfg), arch)


@pytest.mark.parametrize("name", ["gzip", "lz4", "fit-external", "android", "uki", "elf", "cpio"])
def test_address_of(boot, tmp_path, name):
    """With more of a size than it has; and without one, if it does not need one."""
    content, initrd = small(name, tmp_path)
    path = tmp_path / "content"
    path.write_bytes(content)
    for size in [f",{len(content) + 5000:#x}", *([] if name in ("gzip", "lz4") else [""])]:
        fw_cfg = files(initrd) if initrd else {"opt/org.forearm/cmdline": APPEND}
        fw_cfg["opt/org.forearm/payload"] = f"0x50000000{size}"
        check(boot(extra=loaded(0x50000000, path), fw_cfg=fw_cfg), "arm64")


AT = {
    "outside": ("0x80000000", "0x80000000, 1 bytes, cannot be used: it is not in RAM", "elsewhere in RAM"),
    "flash": ("0x4000000,0x1000", "it is not in RAM", "elsewhere in RAM"),
    "too-long": ("0x50000000,0x40000000", "1073741824 bytes, cannot be used: it is not in RAM", "elsewhere in RAM"),
    "wraps": ("0x50000000,0xffffffffffffffff", "it is not in RAM", "elsewhere in RAM"),
    "far": ("0xfffffffffffff000,0x1000", "it is not in RAM", "elsewhere in RAM"),
    "workspace": ("0x7fff0000,0x1000", "0x7fff0000, 4096 bytes, cannot be used: forearm's workspace is there", "elsewhere"),
    "workspace-without-size": ("0x7fff0000", "forearm's workspace is there", "elsewhere"),
    "over-workspace": ("0x50000000,0x30000000", "forearm's workspace is there", "elsewhere"),
    "tree": ("0x40000000,0x1000", "the device tree is there", "elsewhere"),
    "nothing": ("0x50000000,0x1000", "no known format; it begins with 00 00", "forearm"),
    "nothing-without-size": ("0x50000000", "it does not say how long it is", "ADDRESS,SIZE"),
    "decimal": ("1342177280", "forearm.payload takes auto, .*0xADDRESS", "correct"),
}


@pytest.mark.parametrize("name", AT)
def test_address_refused(boot, name):
    value, cause, remedy = AT[name]
    check_refused(boot(fw_cfg={"opt/org.forearm/payload": value}), cause, remedy)


def test_address_of_forearm(boot):
    check_refused(boot(mode="kernel", append="forearm.payload=0x40200000,0x1000"),
                  ": forearm is there", "elsewhere")


def test_address_32bit(boot):
    """An address that a 32-bit CPU does not have."""
    check_refused(boot(**ARM.board(), mode="kernel", append="forearm.payload=0x150000000,0x1000"),
                  "4096 bytes, cannot be used: it is not in RAM", "elsewhere in RAM")


# -- the order, and forearm.payload ----------------------------------------------------------------


def test_order(boot, tmp_path):
    """fw_cfg before the bundle before the initrd; unless one is named."""
    wrong = formats.bundle(tmp_path, TOOL, linux.ARMHF, None).rename(tmp_path / "wrong")
    extra = ["-kernel", str(wrong), "-initrd", str(linux.ARM64)]
    check_refused(boot(mode="none", extra=extra, append="quiet"), "32-bit kernel", ".")
    fw_cfg = {"opt/org.forearm/kernel": linux.ARMHF}
    run = boot(mode="none", extra=extra, fw_cfg=fw_cfg, append=f"{APPEND} forearm.payload=initrd",
               until="Kernel panic - not syncing: VFS")
    assert run.find("^forearm .*: Linux arm64 Image .* MB, EL1")


def test_bundle_before_fw_cfg(boot, tmp_path):
    path = formats.bundle(tmp_path, TOOL, linux.ARM64, linux.ARM64_INITRD)
    check(boot(mode="none", kernel=linux.ARMHF, append=f"{APPEND} forearm.payload=bundle",
               extra=["-bios", str(path)]), "arm64")


def test_packed_initrd_is_named(boot, tmp_path):
    path = formats.packed(tmp_path, linux.ARM64, *formats.PACKERS["gzip"])
    check(boot(mode="none", append=f"{APPEND} forearm.payload=initrd", extra=direct(path),
               fw_cfg={"opt/org.forearm/initrd": linux.ARM64_INITRD}), "arm64")


@pytest.mark.parametrize(
    "payload, reason",
    [("fw_cfg", "no file"), ("bundle", "forearm is in none"), ("initrd", "none in RAM"),
     ("modules", "none is a kernel"), ("flash", "nothing at its start")],
)
def test_nothing_there(boot, payload, reason):
    check_refused(boot(mode="kernel", append=f"forearm.payload={payload}"),
                  f"forearm.payload={payload}, but there is no kernel: {reason}", "leave the option out")


def test_misspelt(boot):
    check_refused(boot(kernel=linux.ARM64, append="forearm.payload=fwcfg"),
                  'forearm.payload takes auto, .*, not "fwcfg"', "correct")


@pytest.mark.parametrize("how", ["--option", "--cmdline"])
def test_too_late(boot, tmp_path, how):
    value = "payload=initrd" if how == "--option" else "forearm.payload=initrd"
    path = formats.bundle(tmp_path, TOOL, linux.ARM64, None, how, value)
    check_refused(boot(mode="none", extra=["-bios", str(path)]),
                  "the bundle that forearm is in says forearm.payload=initrd, which it may not", "give it yourself")
    path = formats.bundle(tmp_path, TOOL, linux.ARM64, linux.ARM64_INITRD, how, value)
    check(boot(mode="none", extra=["-kernel", str(path)], append=f"{APPEND} forearm.payload=bundle"),
          "arm64")


def test_bundle_at_the_end_of_ram(boot, tmp_path):
    """Where the workspace would be else, of which only the first MiB can be forearm."""
    tree = trees.dump(tmp_path / "virt.dtb", ARM64)
    content = formats.bundle(tmp_path, TOOL, *linux.built("le64"), "--cmdline", APPEND).read_bytes()
    at = (trees.RAM + (1 << 30) - len(content)) & ~0xFFF
    file = tmp_path / "start.elf"
    file.write_bytes(elf.elf64(at, [(at, content), (trees.RAM, tree.read_bytes())]))
    check(boot(mode="none", kernel=file), "arm64")


# -- every format in every source -------------------------------------------------------------------

CONTAINERS = ("uimage-gzip", "fit-external", "android", "uki", "cpio")


def beside(initrd, words=""):
    """What the file does not bring."""
    line = {"opt/org.forearm/cmdline": f"{APPEND} {words}"}
    return {**line, "opt/org.forearm/initrd": initrd} if initrd else line


def in_bundle(mode, name, path, initrd):
    kind = ["--payload" if name in CONTAINERS else "--kernel", path]
    file = formats.bundle(path.parent, TOOL, None, initrd, *kind, "--cmdline", APPEND)
    return {"mode": "none", "extra": [f"-{mode}", str(file)]}


def in_initrd(mode, name, path, initrd):
    """Where it is compressed that has to be said."""
    return {"mode": "none", "extra": direct(path), "fw_cfg": beside(initrd, "forearm.payload=initrd")}


def in_file(mode, name, path, initrd):
    return {"mode": mode, "kernel": path, "initrd": initrd, "append": APPEND}


def in_modules(mode, name, path, initrd):
    quiet = {"append": "forearm.log=quiet"} if mode == "kernel" else {}
    return {"mode": mode, "extra": modules(path, initrd, APPEND), **quiet}


def in_flash(mode, name, path, initrd):
    return {"mode": mode, "extra": drive(flash(path.parent, path.read_bytes())), "fw_cfg": beside(initrd)}


def at_address(mode, name, path, initrd):
    words = f"forearm.payload=0x50000000,{path.stat().st_size:#x}"
    return {"mode": mode, "extra": loaded(0x50000000, path), "fw_cfg": beside(initrd, words)}


EVERY = {
    "fw_cfg": in_file, "bundle": in_bundle, "initrd": in_initrd, "modules": in_modules,
    "flash": in_flash, "address": at_address,
}


# Beside -bios, QEMU has an initrd in fw_cfg.
WAYS = [(source, mode) for source in EVERY for mode in ("bios", "kernel") if (source, mode) != ("initrd", "bios")]


@pytest.mark.parametrize("source, mode", WAYS)
@pytest.mark.parametrize("name", FLASHED)
def test_every_format(boot, tmp_path, name, source, mode):
    content, initrd = small(name, tmp_path)
    path = tmp_path / "file"
    path.write_bytes(content)
    board = (ARM if name == "zImage" else ARM64).board()
    run = boot(**board, **EVERY[source](mode, name, path, initrd))
    check(run, "arm" if name == "zImage" else "arm64")


@pytest.mark.parametrize("source, mode", WAYS)
def test_every_zboot(boot, tmp_path, zboot, source, mode):
    kernel, initrd = linux.built("le64")
    check(boot(**EVERY[source](mode, "zboot", zboot(tmp_path, kernel, "zstd"), initrd)), "arm64")
