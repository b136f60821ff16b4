# SPDX-License-Identifier: BSD-2-Clause
"""SMBIOS as dmidecode shows it in the guest: what QEMU has, and what the user adds."""

import re

import pytest

from guests import acpi
from guests.refusal import check_refused
from machines import qemu

CREDENTIAL = "io.systemd.credential:motd=hello"
LIMIT = 0xF000  # bytes of texts


def text_of(run):
    """dmidecode's output."""
    pattern = r"^forearm-test: smbios\n(.*?)^forearm-test: end of smbios"
    return re.search(pattern, run.text, re.M | re.S)[1]


def decode(run):
    """What is before the structures, and of each (type, text)."""
    pattern = r"^Handle 0x\w+, DMI type (\d+), \d+ bytes\n"
    head, *structures = re.split(pattern, text_of(run), flags=re.M)
    types = [int(number) for number in structures[::2]]
    return head, list(zip(types, structures[1::2], strict=True))


def start(boot, words="test=poweroff", fw_cfg=None, **options):
    run = acpi.run(boot, show="acpi,smbios,warnings", words=words, fw_cfg=fw_cfg, **options)
    acpi.check_boot(run, smp=options.get("smp", 1))
    head, structures = decode(run)
    assert "SMBIOS 3." in head
    assert not re.search("wrong|broken|invalid|truncated|overflow", text_of(run), re.I)
    return structures


def texts(structures, kind):
    return "".join(text for number, text in structures if number == kind)


def strings(structures):
    """The OEM strings, in their order."""
    return re.findall(r"String \d+: (.*)", texts(structures, 11))


def test_passed_through(boot):
    extra = ["-smbios", "type=1,manufacturer=Maker,product=Thing,serial=A1,"
                        "uuid=12345678-1234-5678-9abc-123456789abc"]
    structures = start(boot, extra=extra, smp=2)
    assert {1, 4, 16, 17, 127} <= {number for number, _ in structures}
    system = texts(structures, 1)
    for line in ("Manufacturer: Maker", "Product Name: Thing", "Serial Number: A1",
                 "UUID: 12345678-1234-5678-9abc-123456789abc"):
        assert line in system
    assert "Size: 1 GB" in texts(structures, 17)
    assert strings(structures) == []


def test_oem_strings_of_qemu(boot):
    structures = start(boot, extra=["-smbios", f"type=11,value={CREDENTIAL},value=second"])
    assert strings(structures) == [CREDENTIAL, "second"]


@pytest.mark.parametrize("end", [b"\n", b"\0"], ids=["lines", "zeros"])
def test_oem_strings_of_user(boot, tmp_path, end):
    """With QEMU's own; each string once, however the file separates them."""
    path = tmp_path / "oem"
    path.write_bytes(end.join([CREDENTIAL.encode(), b"with space, comma", b""]))
    structures = start(boot, fw_cfg={"opt/org.forearm/smbios-oem": path},
                       extra=["-smbios", "type=11,value=of QEMU"])
    assert sorted(strings(structures)) == sorted([CREDENTIAL, "with space, comma", "of QEMU"])


def test_built_acpi(boot, tmp_path):
    """With tables of our own, too."""
    path = tmp_path / "oem"
    path.write_text(CREDENTIAL)
    structures = start(boot, "test=poweroff forearm.tables=acpi", machine="acpi=off",
                       fw_cfg={"opt/org.forearm/smbios-oem": path})
    assert strings(structures) == [CREDENTIAL]


def numbered(count):
    return [f"number={number}" for number in range(count)]


def test_many_strings(boot, tmp_path):
    """As many as a structure can have."""
    path = tmp_path / "oem"
    path.write_text("\n".join(numbered(255)))
    assert strings(start(boot, fw_cfg={"opt/org.forearm/smbios-oem": path})) == numbered(255)


REFUSED = {
    "too-large": ("x" * (LIMIT + 1), f"smbios-oem has {LIMIT + 1} bytes, {LIMIT} ", "shorten"),
    "too-many": ("\n".join(numbered(256)), "smbios-oem has more than 255 lines", "."),
    "control-character": ("good\nb\x01d", "smbios-oem.*control character", "take it out"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(boot, tmp_path, case):
    text, cause, remedy = REFUSED[case]
    path = tmp_path / "oem"
    path.write_text(text)
    run = boot(kernel=acpi.files("6.1")[0], append="forearm.tables=acpi",
               fw_cfg={"opt/org.forearm/smbios-oem": path}, timeout=qemu.EARLY_TIMEOUT)
    check_refused(run, cause, remedy)
