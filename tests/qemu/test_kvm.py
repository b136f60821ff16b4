# SPDX-License-Identifier: BSD-2-Clause
"""Machines with real KVM, of Debian's arm64 QEMU: AArch64 and AArch32 (aarch64=off), nested."""

import pytest

import probeguest
from conftest import log_of
from guests import linux
from guests import nest
from guests import probes
from guests.arches import ARM, ARM64
from guests.refusal import check_refused
from machines import qemu

# All in one worker of pytest-xdist: they share one boot of the host.
pytestmark = pytest.mark.xdist_group("kvm")

AARCH32 = "host,aarch64=off"
CPUS = {ARM64: "host", ARM: AARCH32}
GUESTS = {ARM64: ("Linux arm64 Image", "aarch64", "EL1"), ARM: ("Linux arm zImage", "armv7l", "SVC")}

# Architecture, how forearm is started, CPUs, what the guest is given.
BOOTS = {
    "bios-arm64-4cpus": (ARM64, "bios", 4, "ACPI"),
    "kernel-arm64": (ARM64, "kernel", 1, "FDT"),
    "bios-arm": (ARM, "bios", 1, "FDT"),
    "bios-arm-4cpus": (ARM, "bios", 4, "FDT"),
    "kernel-arm": (ARM, "kernel", 1, "FDT"),
}

PROBES = {"el1": "host", "svc": AARCH32}
PROBE_CPUS = 4
GIC = 3


def machine(arch, mode, smp, word, cpu=None):
    options = {"mode": mode, "kernel": arch.kernel, "initrd": arch.initrd,
               "append": f"{nest.APPEND} word={word}"}
    return nest.Machine(smp, cpu or CPUS[arch], options)


def machines():
    found = {name: machine(arch, mode, smp, name) for name, (arch, mode, smp, _) in BOOTS.items()}
    for probe, cpu in PROBES.items():
        options = probes.given("bios", probe, None, f"{probes.WORDS} {probes.QUIET}")
        found[f"probe-{probe}"] = nest.Machine(PROBE_CPUS, cpu, options)
    found["wrong-state"] = machine(ARM, "bios", 2, "wrong-state", cpu="host")
    return found


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    path = tmp_path_factory.mktemp("nest") / "initrd"
    yield nest.run_qemu(qemu.LOGS / "kvm-host.log", path, machines())
    path.unlink()


@pytest.fixture
def inner(request, host):
    """inner(NAME): the run of a machine; its part of the log becomes the test's."""
    return lambda name: nest.inner(host, name, log_of(request.node), machines()[name].command())


def test_host(host):
    """forearm at EL2; the kernel that it starts there has KVM, and ends in order."""
    assert host.ended == "exit" and host.code == 0, "the host did not end by itself"
    assert host.find("^forearm .*: Linux arm64 Image .*, EL2, FDT, 4 CPUs")
    assert host.find("^forearm-test: powering off$")


@pytest.mark.parametrize("name", BOOTS)
def test_debian(inner, name):
    arch, _, smp, tables = BOOTS[name]
    kernel, uname, level = GUESTS[arch]
    run = inner(name)
    linux.check_boot(run, smp, nest.MEMORY, uname, level, f"word={name}")
    linux.check_summary(run, kernel, level, smp, tables)


@pytest.mark.parametrize("probe", PROBES)
def test_entry(inner, probe):
    """The state in which a kernel is entered, by each CPU, register by register."""
    wanted = probeguest.items(probe, PROBE_CPUS, False, GIC)
    probes.check_report(inner(f"probe-{probe}"), wanted)


def test_wrong_state(inner):
    """A 32-bit kernel in a machine that is not: what to tell the VMM."""
    check_refused(inner("wrong-state"), "32-bit kernel.*AArch64", "aarch64=off")
