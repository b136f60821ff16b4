# SPDX-License-Identifier: BSD-2-Clause
"""Bundles that a UEFI firmware starts from its disk: Debian's EDK2 and U-Boot, to userspace.

Without a word EDK2 describes the machine by ACPI only, with acpi=off by a device tree; U-Boot always by one.
"""

import re
from pathlib import Path

import pytest

from files.formats import tool
from guests import linux
from machines import qemu

TOOL = qemu.BUILD / "forearm-bundle"
EDK2 = Path("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd")
LINE = f"{linux.GUESTS_APPEND} test=poweroff from=bundle"
ARM64 = linux.ARM64, linux.ARM64_INITRD
ARMHF = linux.ARMHF, linux.ARMHF_INITRD


def bundle(folder, kernel, initrd, line=LINE):
    path = folder / "bundle.efi"
    words = ["--cmdline", line] if line else []
    tool(TOOL, "--kernel", kernel, "--initrd", initrd, *words, "--output", path)
    return path


def disk(folder, files):
    """A FAT32 volume with {path: file}."""
    path = folder / "esp.img"
    with open(path, "wb") as file:
        file.truncate(100 << 20)
    tool("mformat", "-i", path, "-F", "::")
    folders = {parent for name in files for parent in Path(name).parents if parent.name}
    for parent in sorted(folders):
        tool("mmd", "-i", path, f"::{parent}")
    for name, file in files.items():
        tool("mcopy", "-i", path, file, f"::{name}")
    return path


def start(boot, path, firmware=EDK2, **options):
    extra = ["-bios", str(firmware), "-drive", f"if=none,file={path},format=raw,id=esp"]
    extra += ["-device", "virtio-blk-device,drive=esp"]
    return boot(mode="none", extra=extra, **options)


def boot_disk(boot, folder, file, **options):
    """The firmware starts by itself what is called so."""
    return start(boot, disk(folder, {"EFI/BOOT/BOOTAA64.EFI": file}), **options)


def check(run, level, tables, smp=1, machine="aarch64", word="from=bundle"):
    """Nothing of forearm's but its one line (and how far it is, on a busy machine), and the guest has all of the machine's CPUs and RAM.

    By ACPI only there is no seed: EDK2 has random numbers only with a device or a CPU that has.
    """
    linux.check_boot(run, smp, "1G", machine, None, word, allowed=[linux.NO_SEED])
    own = [line for line in run.lines if line.startswith("forearm ") or line.startswith("forearm:")]
    own = [line for line in own if not re.search(r"^forearm: .*: \d+ of \d+ KiB$", line)]
    assert len(own) == 1 and f", {level}, {tables}, {smp} CPU" in own[0], own


@pytest.mark.parametrize("gic", [2, 3])
def test_acpi(boot, tmp_path, gic):
    """EDK2's tables stay where they are; the CPUs come from them."""
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARM64), machine=f"gic-version={gic}", smp=4)
    check(run, "EL1", "ACPI", smp=4)
    assert run.find("ACPI: RSDP 0x.* BOCHS")


def test_acpi_el2(boot, tmp_path):
    machine = "virtualization=on,gic-version=3"
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARM64), machine=machine, smp=2)
    check(run, "EL2", "ACPI", smp=2)
    assert run.find(r"CPU: All CPU\(s\) started at EL2")


def test_tree_by_acpi(boot, tmp_path):
    """A guest that wants a device tree gets one, of what the firmware has only told by ACPI."""
    path = bundle(tmp_path, *ARM64, f"{LINE} forearm.tables=fdt")
    run = boot_disk(boot, tmp_path, path, smp=2)
    check(run, "EL1", "FDT", smp=2)


def test_tree(boot, tmp_path):
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARM64), machine="acpi=off", smp=2)
    check(run, "EL1", "FDT", smp=2)


def test_32_bit(boot, tmp_path):
    """From EL2, by way of a monitor."""
    machine = "acpi=off,virtualization=on"
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARMHF), machine=machine, smp=2)
    check(run, r"SVC (from EL2)", "FDT", smp=2, machine="armv7l")


def test_ukify(boot, tmp_path, ukify):
    """Its sections are in memory at other offsets than in the file."""
    path = tmp_path / "bundle.efi"
    words = ["build", "--stub", qemu.FIRMWARE, "--efi-arch", "aa64", "--uname", "6.1"]
    words += ["--linux", ARM64[0], "--initrd", ARM64[1], "--cmdline", LINE, "--output", path]
    done = ukify(*words, "--os-release", 'PRETTY_NAME="Test"\n')
    assert done.returncode == 0, done.stderr
    check(boot_disk(boot, tmp_path, path, smp=2), "EL1", "ACPI", smp=2)


def test_u_boot(boot, tmp_path):
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARM64), firmware=qemu.UBOOT, smp=2)
    assert run.find("^U-Boot 20")
    check(run, "EL1", "ACPI", smp=2)  # QEMU's tables, which fw_cfg has


def test_load_options(boot, tmp_path):
    """EDK2's shell has the program's name in front."""
    script = tmp_path / "startup.nsh"
    script.write_text(f"fs0:\\bundle.efi {LINE}\r\n")
    files = {"bundle.efi": bundle(tmp_path, *ARM64, None), "startup.nsh": script}
    run = start(boot, disk(tmp_path, files), machine="acpi=off")
    check(run, "EL1", "FDT")
    assert run.value("cmdline") == LINE


def test_initrd(boot, tmp_path):
    """What a boot loader offers, as GRUB and systemd-boot do it for Linux: by a command of EDK2's shell."""
    path = tmp_path / "bundle.efi"
    tool(TOOL, "--kernel", ARM64[0], "--output", path)
    script = tmp_path / "startup.nsh"
    script.write_text(f"initrd fs0:\\initrd.gz\r\nfs0:\\bundle.efi {LINE}\r\n")
    files = {"bundle.efi": path, "initrd.gz": ARM64[1], "startup.nsh": script}
    check(start(boot, disk(tmp_path, files)), "EL1", "ACPI")


CONF = f"linux /boot/Image\ninitrd /boot/initrd.gz\noptions {LINE}\n"


def volume(folder, file):
    """The files of a volume with forearm itself, and beside it what it is to boot."""
    conf = folder / "forearm.conf"
    conf.write_text(CONF)
    files = {"boot/Image": ARM64[0], "boot/initrd.gz": ARM64[1]}
    return {"EFI/BOOT/BOOTAA64.EFI": file, "forearm/forearm.conf": conf, **files}


@pytest.mark.parametrize("firmware", ["edk2", "u-boot"])
def test_volume(boot, tmp_path, firmware):
    path = disk(tmp_path, volume(tmp_path, qemu.FIRMWARE))
    check(start(boot, path, firmware=EDK2 if firmware == "edk2" else qemu.UBOOT), "EL1", "ACPI")


# -- Secure Boot -------------------------------------------------------------------------------------

SNAKEOIL = EDK2.parent / "PkKek-1-snakeoil.key", EDK2.parent / "PkKek-1-snakeoil.pem"  # Debian's, for tests
FLASHES = "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.snakeoil.fd"


def sign(folder, file):
    """By the key that the second flash has as the one to trust."""
    path, key = folder / "signed.efi", folder / "key"
    tool("openssl", "pkey", "-in", SNAKEOIL[0], "-passin", "pass:snakeoil", "-out", key)
    tool("sbsign", "--key", key, "--cert", SNAKEOIL[1], "--output", path, file)
    return path


def signed(folder):
    plain = bundle(folder, *linux.built("le64"))
    return plain, sign(folder, plain)


def boot_securely(boot, folder, file, files=None, **options):
    extra = []
    for unit, path in enumerate(FLASHES):
        extra += ["-drive", f"if=pflash,unit={unit},snapshot=on,format=raw,file={path}"]
    esp = disk(folder, files or {"EFI/BOOT/BOOTAA64.EFI": file})
    extra += ["-drive", f"if=none,file={esp},format=raw,id=esp"]
    return boot(mode="none", extra=extra + ["-device", "virtio-blk-device,drive=esp"], **options)


DENIED = r"BdsDxe: failed to load Boot\d+ .*: Access Denied"


def test_secure_boot(boot, tmp_path):
    check(boot_securely(boot, tmp_path, signed(tmp_path)[1]), "EL1", "FDT")


@pytest.mark.parametrize("what", ["unsigned", "tampered"])
def test_secure_boot_refused(boot, tmp_path, what):
    """By the firmware; of a signed one a byte of the kernel is another."""
    path, wrong = signed(tmp_path)
    if what == "tampered":
        content = bytearray(wrong.read_bytes())
        content[content.index(linux.built("le64")[0].read_bytes()) + 0x10000] ^= 1
        path = tmp_path / "tampered.efi"
        path.write_bytes(content)
    run = boot_securely(boot, tmp_path, path, until=DENIED)
    assert run.ended == "seen" and run.find(DENIED) and not run.find("^forearm")


def test_secure_boot_volume(boot, tmp_path):
    """forearm itself is signed, and not what is beside it."""
    files = volume(tmp_path, sign(tmp_path, qemu.FIRMWARE))
    run = boot_securely(boot, tmp_path, None, files, until=FAILED)
    check_refused(run, "Secure Boot is on", "make a bundle of it, and sign that")


def test_caches():
    """Headers are written with the MMU off: nothing of theirs may be left in a cache before and after."""
    words = ["aarch64-linux-gnu-objdump", "-d", "--no-show-raw-insn", "--disassemble=efi_leave"]
    text = tool(*words, qemu.BUILD / "efi64.elf").decode()
    behind = text[text.rindex("sctlr_el2, "):text.index("br\tx20")]
    kinds = re.findall(r"\t(bl|str|stp)\t(?:[0-9a-f]+ <)?(\w+)", behind)
    clean = ("bl", "arch_clean_invalidate")
    assert kinds == [clean, ("str", "w21"), ("stp", "w0"), clean]


def check_refused(run, cause, remedy):
    """The firmware goes on after it."""
    assert run.ended == "seen"
    assert run.find(rf"^forearm: error: .*{cause}")
    assert run.find(rf"^forearm: remedy: .*{remedy}")


FAILED = r"BdsDxe: failed to start Boot\d+ "


def test_no_kernel(boot, tmp_path):
    """forearm.bin as it is."""
    run = boot_disk(boot, tmp_path, qemu.FIRMWARE, until=FAILED)
    check_refused(run, "there is no kernel in this file", "forearm-bundle --kernel")
    assert run.find(FAILED + r".*: Not Found")


def test_32_bit_without_el2(boot, tmp_path):
    run = boot_disk(boot, tmp_path, bundle(tmp_path, *ARMHF), until=FAILED)
    check_refused(run, "a 32-bit kernel cannot be started from EL1", "virtualization=on")
    assert run.find(FAILED + r".*: Unsupported")
