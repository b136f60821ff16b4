# SPDX-License-Identifier: BSD-2-Clause
"""What a container has several of: FIT configurations, profiles of a UKI; and Android's vendor_boot."""

import os
import re
import struct
import subprocess

import pytest

from files import cpio
from files import formats
from files import images
from guests import linux
from guests.arches import ARM64
from guests.refusal import check_refused
from machines import gdbstub
from machines import qemu

APPEND = f"{linux.APPEND} test=poweroff"
TOOL = qemu.BUILD / "forearm-bundle"
KERNEL, INITRD = "opt/org.forearm/kernel", "opt/org.forearm/initrd"

# -- FIT -----------------------------------------------------------------------------------------


def fit(folder, kernels, configurations, default="one", machine=None):
    """configurations: {name: kernel}; machine: {name: compatible}."""
    source, path = folder / "fit.its", folder / "fit.itb"
    images_ = "".join(
        f'{name} {{ data = /incbin/("{file}"); type = "kernel"; arch = "arm64"; os = "linux";'
        ' compression = "none"; load = <0>; entry = <0>; hash-1 { algo = "crc32"; }; };'
        for name, file in kernels.items()
    )
    nodes = "".join(
        f'{name} {{ kernel = "{kernel}";'
        + (f' compatible = "{machine[name]}";' if name in (machine or {}) else "") + " };"
        for name, kernel in configurations.items()
    )
    source.write_text(f'/dts-v1/; / {{ description = "test"; images {{ {images_} }};'
                      f' configurations {{ default = "{default}"; {nodes} }}; }};')
    formats.tool("mkimage", "-f", source, path)
    return path


@pytest.fixture
def fit_of_two(tmp_path):
    """The default's kernel is none at all."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"no kernel at all" * 8)
    kernel, initrd = linux.built("le64")

    def make(machine=None):
        return fit(tmp_path, {"broken": broken, "good": kernel}, {"one": "broken", "two": "good"},
                   machine=machine), initrd

    return make


def userspace(run):
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_fit_configuration(boot, fit_of_two, mode):
    path, initrd = fit_of_two()
    userspace(boot(mode=mode, kernel=path, initrd=initrd, append=f"{APPEND} forearm.config=two"))


def test_fit_for_the_machine(boot, fit_of_two):
    """Without the option, by what the root of the VMM's tree is compatible with."""
    path, initrd = fit_of_two({"two": "linux,dummy-virt"})
    userspace(boot(kernel=path, initrd=initrd, append=APPEND))


def test_fit_default(boot, fit_of_two):
    path, initrd = fit_of_two({"two": "another,machine"})
    # Code without a header goes where the image says, to address 0.
    check_refused(boot(kernel=path, initrd=initrd, append="quiet"), "belongs to 0x0", ".")


def test_fit_without_it(boot, fit_of_two):
    path, initrd = fit_of_two()
    run = boot(kernel=path, initrd=initrd, append="forearm.config=three")
    check_refused(run, "forearm.config=three, but the FIT image has one, two$", "leave")


def test_fit_in_bundle(boot, tmp_path, fit_of_two):
    """An option of the bundle's that is about what is in it."""
    path, initrd = fit_of_two()
    bundle = formats.bundle(tmp_path, TOOL, None, initrd, "--payload", path, "--cmdline", APPEND,
                            "--option", "config=two")
    userspace(boot(mode="none", extra=["-bios", str(bundle)]))


@pytest.mark.parametrize("option, cause", [
    ("config=x", "forearm.config=x, but the kernel comes with none to choose from"),
    ("profile=1", "forearm.profile=1, but the kernel comes with none to choose from"),
    ("config=" + 64 * "x", "forearm.config takes"),
])
def test_nothing_to_choose_from(boot, option, cause):
    kernel, initrd = linux.built("le64")
    check_refused(boot(kernel=kernel, initrd=initrd, append=f"forearm.{option}"), cause, ".")


# -- UKI -----------------------------------------------------------------------------------------


@pytest.fixture
def uki(tmp_path, ukify):
    """By ukify, with profiles that differ by their command lines."""

    def make(stub):
        profile = tmp_path / "profile.efi"
        # As ukify does it, which takes systemd's here: ours has an .sbat before the profile.
        done = ukify("build", "--stub", formats.SYSTEMD_STUB, "--efi-arch", "aa64", "--profile",
                     "TITLE=Second\nID=second", "--cmdline", f"{APPEND} profile=second",
                     "--output", profile)
        assert done.returncode == 0, done.stderr
        path = tmp_path / "uki.efi"
        kernel, initrd = linux.built("le64")
        done = ukify("build", "--stub", stub, "--efi-arch", "aa64", "--uname", "6.1",
                     "--linux", kernel, "--initrd", initrd, "--cmdline",
                     f"{APPEND} profile=first", "--profile", "TITLE=First\nID=first",
                     "--join-profile", profile, "--output", path)
        assert done.returncode == 0, done.stderr
        return path

    return make


@pytest.mark.parametrize("option, profile", [
    ("", "first"), ("forearm.profile=0", "first"), ("forearm.profile=1", "second"),
    ("forearm.profile=second", "second"),
])
def test_uki_profile(boot, uki, option, profile):
    run = boot(kernel=uki(formats.SYSTEMD_STUB), append=option)
    linux.check_boot(run, 1, "1G", "aarch64", None, f"profile={profile}")


def test_uki_without_it(boot, uki):
    run = boot(kernel=uki(formats.SYSTEMD_STUB), append="forearm.profile=2")
    check_refused(run, r"forearm.profile=2, but the unified kernel image has 0 \(first\), 1 \(second\)$",
                  "leave")


def test_profile_of_own_bundle(boot, uki):
    """forearm is the stub of such a UKI."""
    run = boot(mode="none", extra=["-bios", str(uki(qemu.FIRMWARE))],
               fw_cfg={"opt/org.forearm/profile": "second"})
    linux.check_boot(run, 1, "1G", "aarch64", None, "profile=second")


# -- Android's vendor_boot -----------------------------------------------------------------------

MKBOOTIMG = qemu.BUILD / "deps" / "arm64-trixie" / "usr" / "bin" / "mkbootimg"
BOOTCONFIG = "androidboot.hardware = virt\nandroidboot.first = 1\n"


def mkbootimg(version, *words):
    """Debian 12's knows header version 3; that of Debian 13 knows version 4."""
    if version == 4 and not os.path.exists(MKBOOTIMG):
        pytest.skip("Debian's mirrors had no newer mkbootimg (make setup tries again)")
    command = ["/usr/bin/python3", MKBOOTIMG] if version == 4 else ["mkbootimg"]
    formats.tool(*command, "--header_version", str(version), *words)


def vendor_boot(folder, version, kernel, initrd, vendor, cmdline, recovery=None):
    """boot.img with kernel and generic ramdisk, vendor_boot.img with all else."""
    path, beside = folder / "boot.img", folder / "vendor_boot.img"
    mkbootimg(version, "--kernel", kernel, "--ramdisk", initrd, "--cmdline", formats.WORD, "--output", path)
    words = ["--vendor_boot", beside, "--vendor_cmdline", cmdline, "--dtb", vendor[0]]
    if version == 4:
        config = folder / "bootconfig"
        config.write_text(BOOTCONFIG)
        words += ["--vendor_bootconfig", config, "--vendor_ramdisk", vendor[0]]
        for kind, file in [("dlkm", vendor[1]), ("recovery", recovery)]:
            if file:
                words += ["--ramdisk_type", kind, "--ramdisk_name", kind, "--vendor_ramdisk_fragment", file]
    else:
        both = folder / "both"
        both.write_bytes(b"".join(part.read_bytes() + bytes(-part.stat().st_size % 4) for part in vendor))
        words += ["--vendor_ramdisk", both]
    mkbootimg(version, *words)
    return path, beside


def archive(folder, name, files):
    path = folder / name
    command = ["cpio", "--quiet", "-o", "-H", "newc", "-O", path.resolve()]
    subprocess.run(command, input="\n".join(files).encode(), cwd=folder / "tree", timeout=60, check=True)
    return path


@pytest.fixture
def ramdisks(tmp_path):
    """An initrd in three parts, of which each is needed: programs, a folder, and what starts them."""

    def make(initrd):
        (tmp_path / "tree").mkdir()
        data = subprocess.run(["gzip", "-dc", initrd], capture_output=True, timeout=60, check=True).stdout
        subprocess.run(["cpio", "--quiet", "-id"], input=data, cwd=tmp_path / "tree", timeout=60, check=True)
        names = subprocess.run(["find", ".", "-mindepth", "1", "-printf", "%P\n"], cwd=tmp_path / "tree",
                               capture_output=True, timeout=60, check=True).stdout.decode().split()
        programs = [name for name in names if name.startswith("bin")]
        others = [name for name in names if name not in [*programs, "init"]]
        return (archive(tmp_path, "programs", programs), archive(tmp_path, "folders", others),
                archive(tmp_path, "first", ["init"]))

    return make


def split(tmp_path, ramdisks, version):
    *vendor, first = ramdisks(linux.ARM64_INITRD)
    return vendor_boot(tmp_path, version, linux.ARM64, first, vendor, f"{APPEND} bootconfig")


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("how", ["bios", "kernel", "memory", "bundle"])
def test_vendor_boot(boot, tmp_path, ramdisks, version, how):
    """As the initrd of a boot image, whoever carries the two."""
    path, beside = split(tmp_path, ramdisks, version)
    if how == "bundle":
        bundle = formats.bundle(tmp_path, TOOL, None, beside, "--payload", path)
        run = boot(mode="none", extra=["-bios", str(bundle)])
    elif how == "memory":
        extra = ["-kernel", str(qemu.FIRMWARE), "-initrd", str(beside)]
        run = boot(mode="none", fw_cfg={KERNEL: path}, extra=extra)
    else:
        run = boot(mode=how, kernel=path, initrd=beside)
    linux.check_boot(run, 1, "1G", "aarch64", None, formats.WORD)
    parts = sum((tmp_path / name).stat().st_size for name in ("programs", "folders", "first"))
    said = re.search(r" \+ initrd ([0-9.]+) MB", run.find("^forearm "))[1]
    assert abs(float(said) - parts / 1e6) < 0.11, "parts and nothing else"


def test_version_2_on_arm(boot, tmp_path):
    """It has no vendor_boot."""
    path = formats.android(tmp_path, linux.ARMHF, linux.ARMHF_INITRD, 2)
    run = boot(program="qemu-system-arm", cpu="cortex-a15", kernel=path, append=APPEND)
    linux.check_boot(run, 1, "1G", "armv7l", None, formats.WORD)


def test_vendor_boot_in_memory(boot, tmp_path):
    """Byte by byte, as seen by a kernel that only waits: Debian's have no CONFIG_BOOT_CONFIG."""
    kernel = images.sparse(tmp_path / "kernel", 4096, images.header(ARM64, 4096))
    names = ["generic", "vendor", "modules", "recovery"]
    files = [tmp_path / name for name in names]
    for file in files:
        file.write_bytes(cpio.archive({file.name: file.name.encode() * 99}))
    paths = vendor_boot(tmp_path, 4, kernel, files[0], files[1:3], "vendor=1", files[3])
    wanted = b"".join(file.read_bytes() + bytes(-file.stat().st_size % 4)
                      for file in [files[1], files[2], files[0]])
    lines = BOOTCONFIG.encode()
    lines += bytes(-(len(wanted) + len(lines)) % 4)
    wanted += lines + struct.pack("<II", len(lines), sum(lines)) + b"#BOOTCONFIG\n"

    def begin(**options):
        return boot(fw_cfg={KERNEL: paths[0], INITRD: paths[1], "opt/org.forearm/cmdline": "user=1"}, **options)

    with gdbstub.attach(begin, tmp_path / "gdb", 64) as (cpu, _):
        for _ in range(50):
            cpu.go_on(0.1)
            if cpu.read(cpu["pc"], 4) == struct.pack("<I", 0x14000000):
                break
        tree = tmp_path / "guest.dtb"
        tree.write_bytes(cpu.read(cpu[0], struct.unpack(">I", cpu.read(cpu[0] + 4, 4))[0]))
        first, end = (int(formats.tool("fdtget", "-t", "lx", tree, "/chosen", f"linux,initrd-{name}")
                          .decode().replace(" ", ""), 16) for name in ("start", "end"))
        line = formats.tool("fdtget", tree, "/chosen", "bootargs").decode().strip()
        assert line == f"vendor=1 {formats.WORD} user=1"
        assert cpu.read(first, end - first) == wanted
        cpu.kill()


@pytest.mark.parametrize("kernel", ["image", "version-2"])
def test_vendor_boot_alone(boot, tmp_path, ramdisks, kernel):
    """Beside anything but a boot image of its versions."""
    _, beside = split(tmp_path, ramdisks, 3)
    small, initrd = linux.built("le64")
    path = small if kernel == "image" else formats.android(tmp_path, small, initrd, 2)
    check_refused(boot(kernel=path, initrd=beside, append="quiet"),
                  "vendor_boot image goes with an Android boot image of version 3 or 4 only", ".")
