# SPDX-License-Identifier: BSD-2-Clause
"""PSCI under torture: every CPU on and off at random, races, bad arguments, suspend, reset.

The guest is tests/probe/torture*.c. QEMU's own PSCI is excused what it is known to do against the
specification; forearm's is not.
"""

import pytest

import probeguest
from guests.probes import MACHINE_IDS, MACHINES, OWN, QEMU, QUIET, RELAYS, RESIDENT
from machines import qemu

ROUNDS = 2000


def image(bits):
    return qemu.GUESTS / ("torture64.img" if bits == 64 else "torture32.zimg")


def torture(boot, start, mode, words, smp=4, gic=2, options="", **more):
    bits, machine, cpu = start
    return boot(
        mode=mode,
        machine=f"{machine},gic-version={gic}",
        cpu=cpu,
        smp=smp,
        kernel=image(bits),
        append=f"{QUIET} {options} {words}" if mode != "none" else words,
        **more,
    )


def check(run, bits, smp, strict, resident=False, more=frozenset()):
    """Every item there, once, and ok; and the guest turned the machine off."""
    report = probeguest.Report(run.text)
    assert not report.crashed
    assert report.failed == {}
    wanted = probeguest.torture_items(report, bits == 32, smp, strict, resident)
    assert set(report.names) == wanted | more
    assert report.complete()
    assert run.ended == "exit" and run.code == 0
    return report


def check_rounds(report, rounds):
    """The CPUs did go on and off, and took turns as masters."""
    for name, least in (("on", rounds // 10), ("off", rounds // 10), ("masters", rounds // 50)):
        assert int(report.value(f"rounds-{name}"), 16) >= least


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("mode", ["none", "bios"])
@pytest.mark.parametrize("start", QEMU)
def test_of_qemu(boot, start, mode, gic, smp):
    """The PSCI that a guest has without a monitor of forearm's."""
    words = f"torture={ROUNDS} seed={smp + gic} psci=qemu"
    run = torture(boot, QEMU[start], mode, words, smp, gic)
    report = check(run, QEMU[start][0], smp, False)
    if smp > 1:
        check_rounds(report, ROUNDS)


def own(boot, name, words, smp=4, gic=2, **more):
    bits, machine, cpu, options, conduit = OWN[name]
    words = f"{words} conduit={conduit}"
    return torture(boot, (bits, machine, cpu), "bios", words, smp, gic, options, **more)


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("name", OWN)
def test_own(boot, name, gic, smp):
    """forearm's, by the letter."""
    run = own(boot, name, f"torture={ROUNDS} seed={smp + gic}", smp, gic)
    report = check(run, OWN[name][0], smp, True, resident=name in RESIDENT)
    if smp > 1:
        check_rounds(report, ROUNDS)
        assert int(report.value("rounds-big-endian"), 16) >= ROUNDS // 40
        assert int(report.value("races"), 16) >= ROUNDS // 40


@pytest.mark.parametrize("smp, gic", MACHINES, ids=MACHINE_IDS)
@pytest.mark.parametrize("name", RESIDENT)
def test_out_of_reach(boot, name, gic, smp):
    """Reads, writes, jumps and translation tables in its memory end with external aborts."""
    run = own(boot, name, "attack=monitor torture=100 seed=1", smp, gic)
    check(run, OWN[name][0], smp, True, True, probeguest.attack_items(smp))


@pytest.mark.parametrize("name", RESIDENT)
def test_out_of_reach_newest_cpu(boot, name):
    bits, machine, _, options, conduit = OWN[name]
    words = f"attack=monitor torture=100 seed=1 conduit={conduit}"
    run = torture(boot, (bits, machine, "max"), "bios", words, gic=3, options=options)
    check(run, bits, 4, True, True, probeguest.attack_items(4))


def test_relay_on_a_large_machine(boot):
    """600 GiB of RAM push PCIe's window behind 1 TiB, where translation needs a level more."""
    bits, machine, cpu, options, conduit = OWN["el2-el1"]
    words = f"attack=monitor reaches=1024 misses=2048 torture=100 seed=1 conduit={conduit}"
    backend = ["-object", "memory-backend-ram,id=ram,size=600G,reserve=off"]
    start = (bits, f"{machine},memory-backend=ram", cpu)
    run = torture(boot, start, "bios", words, options=options, memory="600G", extra=backend)
    far = {"monitor-reaches", "monitor-misses"}
    check(run, bits, 4, True, True, probeguest.attack_items(4) | far)


def test_own_newest_cpu(boot):
    bits, machine, _, options, conduit = OWN["el3-el2"]
    words = f"torture={ROUNDS} seed=1 conduit={conduit}"
    run = torture(boot, (bits, machine, "max"), "bios", words, gic=3, options=options)
    check(run, bits, 4, True)


@pytest.mark.parametrize("gic", [2, 3])
@pytest.mark.parametrize("name", [name for name in OWN if name not in RELAYS])
def test_own_off_in_a_handler(boot, name, gic):
    """The interrupt is active when the CPU goes off, which keeps none from it when it comes back."""
    run = own(boot, name, "only=none off=handling idle=spin", gic=gic)
    report = probeguest.Report(run.text)
    assert report.failed == {} and report.complete()
    assert {"off-start", "off-handling-back", "off-handling-interrupts"} <= set(report.names)


@pytest.mark.parametrize("cpu", [0, 3])
@pytest.mark.parametrize("word", ["reset-from", "reset2-from"])
@pytest.mark.parametrize("name", OWN)
def test_own_reset(boot, name, word, cpu):
    """The machine starts again, whichever CPU asks."""
    words = f"only=none {word}={cpu}"
    run = own(boot, name, words, reboot=True, until="^probe: torture$", times=3)
    assert run.ended == "seen"
    assert "end-failed" not in run.text


@pytest.mark.parametrize("name", OWN)
def test_own_off_from_secondary(boot, name):
    run = own(boot, name, "only=none off-from=3")
    assert run.ended == "exit" and run.code == 0
    assert "end-failed" not in run.text


@pytest.mark.parametrize("start", QEMU)
def test_reset_of_qemu(boot, start):
    words = "only=none psci=qemu reset-from=2"
    until = "^probe: torture$"
    run = torture(boot, QEMU[start], "bios", words, reboot=True, until=until, times=3)
    assert run.ended == "seen"


@pytest.mark.parametrize("start", QEMU)
def test_strict(boot, start):
    """What QEMU is excused is what it does: without the excuse the guest finds just that."""
    words = "only=smccc,features,arguments old=left"
    run = torture(boot, QEMU[start], "none", words)
    report = probeguest.Report(run.text)
    wanted = {"smccc-announced", "affinity-no-level", "suspend-bad-address", "on-unaligned"}
    # An address that is accepted is the end of these checks: that CPU is lost.
    wanted |= {"on-address-device", "smccc-function-is-w0"} if QEMU[start][0] == 64 else set()
    assert set(report.failed) == wanted
    assert report.complete()
