# SPDX-License-Identifier: BSD-2-Clause
"""Which description a guest gets: forearm.tables, the kernel's abilities, and acpi= of Linux."""

import pytest

from guests import acpi
from guests import linux
from guests.arches import ARM
from guests.refusal import check_refused
from machines import qemu

PE_OFFSET, FLAGS, BIG_ENDIAN = 0x3C, 0x18, 1


def choose(boot, words="", **options):
    """What the summary line says; the kernel need not get far."""
    options = {"kernel": linux.ARM64, "append": f"{linux.GUESTS_APPEND} {words}", **options}
    run = boot(until=r"^forearm .*\n", timeout=qemu.EARLY_TIMEOUT, **options)
    return acpi.description(run)


# -M options, words of the command line, how forearm is started: what the guest gets.
CHOICES = {
    "auto": ("", "", "bios", "ACPI"),
    "auto-no-hotplug": ("", "", "kernel", "FDT"),
    "auto-no-acpi": ("acpi=off", "", "bios", "FDT"),
    "fdt": ("", "forearm.tables=fdt", "bios", "FDT"),
    "acpi": ("", "forearm.tables=acpi", "bios", "ACPI"),
    "acpi-no-hotplug": ("", "forearm.tables=acpi", "kernel", "ACPI"),
    "acpi-built": ("acpi=off", "forearm.tables=acpi", "bios", "ACPI"),
    "both": ("", "forearm.tables=both", "bios", "FDT and ACPI"),
    "linux-off": ("", "acpi=off", "bios", "FDT"),
    "linux-off-not-alone": ("", "acpi=off2 xacpi=off", "bios", "ACPI"),
    "linux-force": ("acpi=off", "acpi=force", "bios", "ACPI"),
    "fdt-linux-force": ("", "forearm.tables=fdt acpi=force", "bios", "FDT"),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_choice(boot, choice):
    machine, words, mode, expected = CHOICES[choice]
    assert choose(boot, words, machine=machine, mode=mode) == expected


def test_gzip(boot):
    """What the kernel can is known when it is unpacked."""
    files = {"opt/org.forearm/kernel": linux.ARM64_GZIP}
    assert choose(boot, fw_cfg=files, kernel=None, append=None) == "ACPI"


def patched(path, offset, value):
    data = bytearray(linux.ARM64.read_bytes())
    data[offset : offset + len(value)] = value
    path.write_bytes(data)
    return path


@pytest.fixture(params=["no-efi", "big-endian"])
def fdt_only(request, tmp_path):
    """Debian's kernel with a header that promises less."""
    if request.param == "no-efi":
        return patched(tmp_path / "kernel", PE_OFFSET, bytes(4)), "no EFI stub"
    flags = linux.ARM64.read_bytes()[FLAGS] | BIG_ENDIAN
    return patched(tmp_path / "kernel", FLAGS, bytes([flags])), "big-endian"


def test_unable(boot, fdt_only):
    kernel, _ = fdt_only
    assert choose(boot, kernel=kernel) == "FDT"


@pytest.mark.parametrize("tables", ["acpi", "both"])
def test_unable_is_told(boot, fdt_only, tables):
    kernel, why = fdt_only
    run = boot(kernel=kernel, append=f"forearm.tables={tables}", timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, f"forearm.tables={tables}.*{why}", "forearm.tables")


def test_32_bit(boot):
    options = {"kernel": ARM.kernel, **ARM.board()}
    assert choose(boot, **options) == "FDT"
    run = boot(append="forearm.tables=acpi", timeout=qemu.EARLY_TIMEOUT, **options)
    check_refused(run, "forearm.tables=acpi.*32-bit", "forearm.tables")


# -- the guest agrees ------------------------------------------------------------------------


@pytest.mark.parametrize("word, mode", [("", "no"), ("acpi=force", "yes")], ids=["fdt", "force"])
def test_both(boot, word, mode):
    """With both at hand Linux takes FDT unless told otherwise."""
    run = acpi.run(boot, show="acpi,warnings", words=f"test=poweroff forearm.tables=both {word}")
    acpi.check_boot(run, acpi=mode == "yes")
    assert acpi.description(run) == "FDT and ACPI"
    assert run.value("efi") == "yes"


def test_fdt_has_no_efi(boot):
    run = acpi.run(boot, words="test=poweroff forearm.tables=fdt")
    acpi.check_boot(run, acpi=False)
    assert run.value("efi") == "no"


def test_kernel_start(boot, tmp_path):
    """The tables of a QEMU that does not know of its firmware have no GED."""
    files = {
        "opt/org.forearm/kernel": linux.ARM64,
        "opt/org.forearm/initrd": acpi.files("6.1")[1],
        "opt/org.forearm/tables": "acpi",
    }
    append = f"{linux.GUESTS_APPEND} show=acpi,devices,disks,warnings test=poweroff"
    run = boot(mode="kernel", fw_cfg=files, append=append, extra=acpi.pci_disk(tmp_path))
    acpi.check_boot(run)
    assert run.values("disk") == [acpi.disk_line("vda")]
