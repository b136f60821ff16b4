# SPDX-License-Identifier: BSD-2-Clause
"""GIC and timers as an operating system uses them, on every CPU, however the machine started.

The guest is tests/probe/interrupts.c.
"""

import pytest

import probeguest
from guests.probes import HYP, MACHINE_IDS, MACHINES, OWN, QEMU, QUIET
from machines import qemu


def interrupts(boot, start, mode, smp, gic, words, **more):
    bits, machine, cpu = start
    image = "interrupts64.img" if bits == 64 else "interrupts32.zimg"
    options = {"mode": mode, "kernel": qemu.GUESTS / image, "append": words, "cpu": cpu, **more}
    run = boot(machine=f"{machine},gic-version={gic}", smp=smp, **options)
    return run, probeguest.Report(run.text)


def check(run, report, smp, gic, hyp):
    assert not report.crashed
    assert report.failed == {}
    assert set(report.names) == probeguest.interrupt_items(smp, gic, hyp)
    assert report.complete()
    assert report.value("gic-version") == f"0x{gic}"
    assert run.ended == "exit" and run.code == 0


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("name", OWN)
def test_with_monitor(boot, name, smp, gic):
    bits, machine, cpu, options, _ = OWN[name]
    words = f"{QUIET} {options}"
    run, report = interrupts(boot, (bits, machine, cpu), "bios", smp, gic, words)
    check(run, report, smp, gic, name in HYP)


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("mode", ["none", "bios"])
@pytest.mark.parametrize("start", QEMU)
def test_without_monitor(boot, start, mode, smp, gic):
    words = QUIET if mode == "bios" else "quiet"
    run, report = interrupts(boot, QEMU[start], mode, smp, gic, words)
    check(run, report, smp, gic, start in HYP)


def test_newest_cpu(boot):
    start = (64, "secure=on,virtualization=on", "max")
    run, report = interrupts(boot, start, "bios", 4, 3, QUIET)
    check(run, report, 4, 3, True)
