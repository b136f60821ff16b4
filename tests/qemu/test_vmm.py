# SPDX-License-Identifier: BSD-2-Clause
"""The machines of other VMMs, made by a VMM of ours (tests/vmm) on KVM, nested."""

import re

import pytest

from conftest import log_of
from guests import linux
from guests import nest
from guests.refusal import check_refused
from machines import qemu

# All in one worker of pytest-xdist: they share one boot of the host.
pytestmark = pytest.mark.xdist_group("vmm")

KERNEL = "panic=-1 loglevel=5 test=poweroff"
QUIET = "forearm.log=quiet"
SECONDS = 180  # a machine that is still on then hangs: the VMM's exit status is not 0

# Each machine: the console, CPUs, and how many accesses to devices a bundle may take at quiet, up to
# the kernel. An access leaves the guest; at most 60 are to be.
BOOTS = {
    "kvmtool-firmware": ("ttyS0", 1, 0),
    "kvmtool-kernel": ("ttyS0", 2, 0),
    "cloud-hypervisor-firmware": ("ttyAMA0", 1, 0),
    "cloud-hypervisor-kernel": ("ttyAMA0", 2, 0),
    "crosvm-bios": ("ttyS0", 1, 0),
    "crosvm-kernel": ("ttyS0", 2, 0),
    "firecracker": ("ttyS0", 2, 0),
    "libkrun-firmware": ("hvc0", 1, 0),
    "libkrun-kernel": ("hvc0", 2, 0),
}
# By ACPI tables that we build, a 16550 and a PL011; Debian's kernel, as the small one has no ACPI.
ACPI = ["kvmtool-firmware", "cloud-hypervisor-kernel"]
BY_ACPI = f"cryptomgr.notests forearm.tables=acpi {QUIET}"
# One for each kind of console and place of it.
TOLD = ["kvmtool-firmware", "cloud-hypervisor-kernel", "crosvm-bios", "firecracker", "libkrun-firmware", "libkrun-kernel"]
# What each kind of console can do wrong; UARTs and virtio's.
WRONG = {
    "pl011": ("cloud-hypervisor-kernel", ["faults", "garbage", "stuck", "absent", "unnamed"]),
    "16550": ("kvmtool-kernel", ["faults", "garbage", "stuck", "absent", "unnamed"]),
    "virtio": ("libkrun-kernel", ["faults", "garbage", "stuck", "absent", "unnamed"]),
}
# In that state: CPUs, and how they start.
AARCH32 = {"one": (1,), "other-cpu": (3, "--boot-cpu", "2"), "all-cpus": (3, "--all-cpus")}
CONSOLES = [(kind, how) for kind, (_, ways) in WRONG.items() for how in ways]


def words(machine, file="bundle", append="", cpus=1, *others):
    return ["--machine", machine, "--file", f"/{file}", "--append", append, "--cpus", str(cpus),
            "--seconds", str(SECONDS), *others]


def boot_words(machine, cpus, *others, file="bundle", more=QUIET):
    return words(machine, file, f"console={BOOTS[machine][0]} {KERNEL} {more}", cpus, *others)


def machines():
    found = {f"boot-{name}": boot_words(name, cpus) for name, (_, cpus, _) in BOOTS.items()}
    for name in ACPI:
        found[f"acpi-{name}"] = boot_words(name, 1, file="bundle-debian", more=BY_ACPI)
    found |= {f"told-{name}": words(name, "forearm.bin") for name in TOLD}
    for kind, how in CONSOLES:
        found[f"{kind}-{how}"] = words(WRONG[kind][0], "forearm.bin", "", 1, "--console", how)
    found["too-much-ram"] = words("crosvm-bios", "bundle", "", 1, "--claim", "1024")
    found["less-ram"] = boot_words("crosvm-bios", 1, "--claim", "128")
    found["other-cpu"] = boot_words("kvmtool-firmware", 2, "--boot-cpu", "1")
    found["all-cpus"] = boot_words("cloud-hypervisor-kernel", 3, "--all-cpus")
    for name, (cpus, *others) in AARCH32.items():
        found[f"aarch32-{name}"] = words("kvmtool-kernel", "forearm.bin", "", cpus, "--aarch32", *others)
    return found


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    path = tmp_path_factory.mktemp("vmm") / "initrd"
    yield nest.run_vmm(qemu.LOGS / "vmm-host.log", path, machines())
    path.unlink()


@pytest.fixture
def inner(request, host):
    """inner(NAME): the run of a machine; its part of the log becomes the test's."""
    return lambda name: nest.inner(host, name, log_of(request.node), ["vmm", *machines()[name]])


def accesses(run):
    """To devices, before the kernel's first one: all, and the console's."""
    found = re.search(r"^vmm: \w.*: (\d+) accesses .*, (\d+) of them the console's$", run.text, re.M)
    return int(found[1]), int(found[2])


def check_kernel(run, name, cpus, memory="256M"):
    console = BOOTS[name][0]
    memory = "128M" if name == "firecracker" else memory
    linux.check_boot(run, cpus, memory, "aarch64", None, f"console={console}")


def test_host(host):
    assert host.ended == "exit" and host.code == 0, "the host did not end by itself"
    assert host.find("^forearm-test: powering off$")


def test_all_machines():
    """Every row of the VMM's table is booted."""
    table = (qemu.TOP / "tests" / "vmm" / "machines.c").read_text()
    assert set(re.findall(r'\.name = "([^"]+)"', table)) == set(BOOTS)


@pytest.mark.parametrize("name", BOOTS)
def test_boots(inner, name):
    """A bundle, from the VMM's entry to userspace, all CPUs and the power-off; and what it costs."""
    _, cpus, budget = BOOTS[name]
    run = inner(f"boot-{name}")
    check_kernel(run, name, cpus)
    assert accesses(run)[0] <= budget


@pytest.mark.parametrize("name", ACPI)
def test_acpi(inner, name):
    """Tables that we build; and a kernel that complains if there is no seed for KASLR."""
    run = inner(f"acpi-{name}")
    check_kernel(run, name, 1)
    assert run.find("No ACPI PMU IRQ for CPU0"), "not by ACPI"
    assert accesses(run)[0] <= BOOTS[name][2]


@pytest.mark.parametrize("name", TOLD)
def test_tells_errors(inner, name):
    run = inner(f"told-{name}")
    check_refused(run, "no kernel was given", "give one")
    assert accesses(run)[1] > 0


@pytest.mark.parametrize("kind, how", CONSOLES)
def test_console_that_is_none(inner, kind, how):
    """There is an error, and nothing to tell it by: the machine goes off all the same."""
    run = inner(f"{kind}-{how}")
    assert run.ended == "exit" and run.code == 0
    assert not run.find("^forearm")
    assert accesses(run)[1] == 0 or how != "unnamed"


def test_too_much_ram(inner):
    """The tree names more than there is."""
    check_refused(inner("too-much-ram"), "not all of the RAM that it names is there", "give the VM")


def test_less_ram(inner):
    check_kernel(inner("less-ram"), "crosvm-bios", 1, "128M")


def test_other_cpu(inner):
    """The first CPU to run is the last one of the tree."""
    check_kernel(inner("other-cpu"), "kvmtool-firmware", 2)


def test_all_cpus(inner):
    """All begin at once; the kernel finds the others off, and turns them on."""
    check_kernel(inner("all-cpus"), "cloud-hypervisor-kernel", 3)


@pytest.mark.parametrize("name", AARCH32)
def test_aarch32(inner, name):
    check_refused(inner(f"aarch32-{name}"), "no kernel was given", "give one")
