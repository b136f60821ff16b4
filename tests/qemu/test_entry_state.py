# SPDX-License-Identifier: BSD-2-Clause
"""Each CPU's state at its entry, at every level and in every state, with and without a monitor.

Starts without a monitor, in little-endian order, are in test_probe.py.
"""

import re

import pytest

import probeguest
from guests.probes import HYP, MACHINE_IDS, MACHINES, OWN, QEMU, QUIET, RESIDENT, RESIDENT_LIMIT, image_of
from machines import qemu

TABLES = 16 << 10  # and those that keep the guest out of one at EL2 or in HYP mode
STARTS = {**OWN, **{name: (*start, "", "") for name, start in QEMU.items()}}
MIDR = {"cortex-a57": 0x411FD070, "cortex-a15": 0x414FC0F0}

# What must have been tried, by CPU: without a feature its row would be left out.
ALWAYS = (
    "fp pmu-control pmu-enable pmu-cycles debug-control debug-os-lock counter-physical"
    " timer-physical timer-virtual timer-user id-registers id-auxiliary id-caches"
    " auxiliary-control memory-control tlb instruction-cache data-cache"
)
A64 = "simd debug-breakpoint debug-watchpoint debug-os-double-lock pmu-user id-registers-32"
MAX = (
    "sve sve-length sme sme-length sme-priority sme-tpidr2 pauth-keys pauth-generic-key"
    " pauth-generic ras scxtnum limited-ordering random"
)
GICV3 = "gic-mask gic-enable gic-control"


def probe_of(name):
    """The probe for that guest level and state."""
    return {(64, False): "el1", (64, True): "el2", (32, False): "svc", (32, True): "hyp"}[
        STARTS[name][0], name in HYP
    ]


def enter(boot, name, smp=4, gic=2, words="", cpu=None, machine=""):
    """The report of a probe that was entered, in which all must be right."""
    _, board, usual, options, _ = STARTS[name]
    limit = (RESIDENT_LIMIT if name in OWN else 0) + (TABLES if name in RESIDENT else 0)
    run = boot(
        machine=f"{board},gic-version={gic}{machine}",
        cpu=cpu or usual,
        smp=smp,
        kernel=image_of(probe_of(name)),
        append=f"{QUIET} {options} probe.resident={limit} {words}",
        timeout=qemu.EARLY_TIMEOUT,
    )
    report = probeguest.Report(run.text)
    assert not report.crashed
    assert report.failed == {}
    assert set(report.names) == probeguest.items(probe_of(name), smp, False, gic)
    assert report.complete()
    assert run.ended == "exit" and run.code == 0
    # A monitor at EL3 is in secure RAM; but EL2 below it has its vectors in the guest's.
    ordinary = name in OWN and name not in HYP and "virtualization=on" in board
    assert (report.value("resident") != "0") == ordinary
    return report


def tried(report):
    return set(re.findall(r"^probe: access (\S+)$", report.text, re.M))


def must_try(name, gic):
    names = f"{ALWAYS} {A64}" if STARTS[name][0] == 64 else ALWAYS
    gicv3 = gic == 3 and not (STARTS[name][0] == 32 and STARTS[name][2] == "cortex-a57")
    return set(f"{names} {GICV3 if gicv3 else ''}".split())


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("name", OWN)
def test_with_monitor(boot, name, smp, gic):
    report = enter(boot, name, smp, gic)
    assert must_try(name, gic) <= tried(report)
    assert int(report.value("midr"), 16) == MIDR[STARTS[name][2]]


@pytest.mark.parametrize("name", QEMU)
def test_without_monitor(boot, name):
    report = enter(boot, name, gic=3)
    assert must_try(name, 3) <= tried(report)
    assert int(report.value("midr"), 16) == MIDR[STARTS[name][2]]


@pytest.mark.parametrize("gic", [2, 3])
@pytest.mark.parametrize("name", STARTS)
def test_big_endian(boot, name, gic):
    """The probe takes it as it comes; CPUs that PSCI starts have the order of their caller."""
    enter(boot, name, gic=gic, words="forearm.endian=big probe.endian=big")


@pytest.mark.parametrize("name", [name for name in STARTS if STARTS[name][0] == 64])
def test_newest_cpu(boot, name):
    report = enter(boot, name, gic=3, cpu="max")
    assert must_try(name, 3) | set(MAX.split()) <= tried(report)


@pytest.mark.parametrize("name", ["el3-el1", "el3-el2", "el3-el2-el1", "el2-el1", "el1", "el2"])
def test_memory_tags(boot, name):
    report = enter(boot, name, gic=3, cpu="max", machine=",mte=on")
    assert {"mte-control", "mte-faults"} <= tried(report)
