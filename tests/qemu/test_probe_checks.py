# SPDX-License-Identifier: BSD-2-Clause
"""The probe guests' checks can fail: a loader does one thing wrong, and just that is reported."""

import copy
import functools

import pytest

import badloader
import fdtree
import mistakes
import probeguest
from guests.probes import PROBES, board, image_of
from machines import qemu

SMP = 2
GIC = 3
MEMORY = "1G"
INITRD = probeguest.initrd_bytes(70001)
CASES = [(probe, name) for probe in PROBES for name in mistakes.RULES[probe]]

# Items that other tests than test_mistake make fail.
ABOVE = {"psci-version", "counter-physical", "fp-access", "access"}
ELSEWHERE = {"current-el", "mode", "smp-level", "timer-physical", *ABOVE}


def options_of(level):
    return {**board(level, GIC), "memory": MEMORY, "smp": SMP, "mode": "none"}


@pytest.fixture(scope="session")
def machine_tree(tmp_path_factory):
    """QEMU's own tree for the machine of a probe."""

    @functools.lru_cache(None)
    def tree(level):
        file = tmp_path_factory.mktemp(level) / "virt.dtb"
        options = options_of(level)
        options["machine"] += f",dumpdtb={file}"
        qemu.run(qemu.LOGS / "probe_checks-dumpdtb.log", timeout=qemu.EARLY_TIMEOUT, **options)
        return fdtree.parse(file.read_bytes())

    return tree


def handover(probe, tree):
    """A hand-over with nothing wrong."""
    h = badloader.Handover(probe, image_of(probe).read_bytes(), copy.deepcopy(tree), INITRD)
    h.chosen["bootargs"] = f"quiet probe.initrd={len(INITRD)}".encode() + b"\0"
    h.move_initrd(badloader.INITRD)
    return h


def enter(boot, folder, h, level):
    """The probe's report, when it is entered on a machine that starts in that level."""
    bits = 32 if probeguest.is_a32(h.probe) else 64
    loader = (qemu.GUESTS / f"probe-loader{bits}.bin").read_bytes()
    extra = badloader.options(h, loader, folder)
    run = boot(timeout=qemu.EARLY_TIMEOUT, extra=extra, **options_of(level))
    assert run.ended == "exit" and run.code == 0
    return probeguest.Report(run.text)


@pytest.mark.parametrize("probe", PROBES)
def test_nothing_wrong(boot, tmp_path, machine_tree, probe):
    report = enter(boot, tmp_path, handover(probe, machine_tree(probe)), probe)
    assert report.failed == {}
    assert set(report.names) == probeguest.items(probe, SMP, True, GIC)
    assert report.complete()


@pytest.mark.parametrize("probe, name", CASES, ids=map("-".join, CASES))
def test_mistake(boot, tmp_path, machine_tree, probe, name):
    """Just the expected items fail, and all others are still reported."""
    change, fails, unreached = mistakes.RULES[probe][name]
    h = handover(probe, machine_tree(probe))
    change(h)
    report = enter(boot, tmp_path, h, probe)
    assert set(report.failed) == fails
    wanted = probeguest.items(probe, SMP, True, GIC) - unreached
    assert set(report.names) - {"initrd-absent"} == wanted
    assert report.complete() and not report.crashed


@pytest.mark.parametrize(
    "probe, level, item",
    [("el1", "el2", "current-el"), ("el2", "el1", "current-el")]
    + [("svc", "hyp", "mode"), ("hyp", "svc", "mode")],
)
def test_wrong_level(boot, tmp_path, machine_tree, probe, level, item):
    report = enter(boot, tmp_path, handover(probe, machine_tree(level)), level)
    assert item in report.failed
    assert report.complete()


@pytest.mark.parametrize("probe, level", [("el1", "el2"), ("svc", "hyp")])
def test_other_cpus_in_other_level(boot, tmp_path, machine_tree, probe, level):
    """The loader takes only the boot CPU down from the level that PSCI starts CPUs in."""
    h = handover(probe, machine_tree(level))
    h.down = True
    report = enter(boot, tmp_path, h, level)
    assert set(report.failed) == {"smp-level"}


@pytest.mark.parametrize("probe, level", [("el1", "el2"), ("svc", "hyp")])
def test_hostile_level_above(boot, tmp_path, machine_tree, probe, level):
    """It traps the physical counter and timer and floating point, and its PSCI answers no call."""
    h = handover(probe, machine_tree(level))
    h.down, h.cnthctl, h.cptr = True, 0, h.cptr | badloader.CPTR_TFP
    h.tree.child("psci").props["method"] = b"hvc\0"
    report = enter(boot, tmp_path, h, level)
    assert set(report.failed) - {"timer-physical"} == ABOVE | set(probeguest.SMP.split())
    assert "timer-physical" in report.failed or probe == "el1"


def test_crash_is_reported(boot, tmp_path, machine_tree):
    """RAM that is not there: neither silence nor a clean report."""
    h = handover("el1", machine_tree("el1"))
    end = badloader.RAM + (1 << 30)
    h.tree.child("memory").props["reg"] = fdtree.cells64(badloader.RAM, 2 << 30)
    h.name_initrd(end + 0x1000, end + 0x1000 + len(INITRD))
    report = enter(boot, tmp_path, h, "el1")
    assert report.crashed and not report.complete()


@pytest.mark.parametrize("pair", [("el1", "el2"), ("svc", "hyp")], ids="-".join)
def test_every_item_can_fail(pair):
    """No item is without a test that makes it fail, but for those that say why."""
    shown = ELSEWHERE | set(mistakes.NEVER_FAIL)
    for probe in pair:
        for _, fails, _ in mistakes.RULES[probe].values():
            shown |= fails
    for probe in pair:
        assert probeguest.items(probe, SMP, True, GIC) | {"initrd-absent"} <= shown
