# SPDX-License-Identifier: BSD-2-Clause
"""What on QEMU only a guest with ACPI can do: hotplug, and power-down by the power button."""

import pytest

from guests import acpi
from guests import linux
from guests.acpi import every_kernel
from machines.qmp import Qmp

ADDED = 512 << 20


@pytest.fixture
def qmp(tmp_path):
    link = Qmp(tmp_path / "qmp")
    yield link
    link.close()


def check_end(run):
    assert run.ended == "exit" and run.code == 0
    assert acpi.description(run) == "ACPI"
    assert not run.value("error")
    complaints = [line for line in run.lines if acpi.COMPLAINTS.search(line)]
    assert complaints == []


@every_kernel
def test_pci(boot, tmp_path, qmp, kernel):
    """A disk behind a root port comes, is read, and goes."""

    def add():
        qmp.execute("device_add", driver="virtio-blk-pci", id="new", drive="late", bus="rp0")

    def remove():
        qmp.execute("device_del", id="new")

    run = acpi.run(
        boot, kernel, show="acpi", words="test=hotplug-pci", machine="gic-version=3",
        extra=[*acpi.root_port(), *acpi.drive(tmp_path, "late"), *qmp.options],
        on={"waiting for a disk": add, "waiting for its removal": remove},
    )
    check_end(run)
    assert run.values("disk") == [acpi.disk_line("vda")]
    assert run.value("device") == "pci 0000:01:00.0 1af4:1042 virtio-pci msi"
    assert run.find("^forearm-test: removed$")


def test_memory(boot, qmp):
    """Debian's cloud kernel, since its others are built without memory hotplug by ACPI."""

    def add():
        qmp.execute("object-add", **{"qom-type": "memory-backend-ram", "id": "new", "size": ADDED})
        qmp.execute("device_add", driver="pc-dimm", id="dimm", memdev="new")

    run = acpi.run(
        boot, "cloud", show="acpi", words="test=hotplug-memory", memory="1G,slots=2,maxmem=4G",
        extra=qmp.options, on={"waiting for memory": add},
    )
    check_end(run)
    grown = int(run.value("mem-after")) - int(run.value("mem"))
    assert ADDED * 0.95 < grown << 10 <= ADDED
    assert int(run.value("blocks-after")) == int(run.value("blocks")) + (ADDED >> 27)


@every_kernel
def test_power_button(boot, qmp, kernel):
    """system_powerdown: a press of the key that userspace acts upon."""
    run = acpi.run(
        boot, kernel, show="acpi", words="test=powerbutton", extra=qmp.options,
        on={"waiting for the power button": lambda: qmp.execute("system_powerdown")},
    )
    check_end(run)
    assert run.value("input") == "Power Button"
    assert run.value("key") == "1 116 1 0"
    assert linux.COMPLAINTS.search(run.text) is None
