# SPDX-License-Identifier: BSD-2-Clause
"""The state in which forearm enters a kernel, as the probe guests of tests/probe see it."""

import functools
import os

import pytest

import fdtree
import probeguest
from guests.probes import PROBES, QUIET, WORDS, board, check_report, given
from machines import qemu

GICS = [(probe, gic) for probe in PROBES for gic in ((2,) if probeguest.is_a32(probe) else (2, 3))]
GIC_IDS = [f"{probe}-gicv{gic}" for probe, gic in GICS]
INITRD_SIZE = (1 << 20) + 13


@functools.lru_cache(None)
def initrd_file(size):
    path = qemu.BUILD / "probe" / f"initrd-{size}"
    if not path.exists() or path.stat().st_size != size:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")  # other test processes may make it too
        part.write_bytes(probeguest.initrd_bytes(size))
        part.rename(path)
    return path


def command_line(initrd, words=WORDS):
    """What the guest has to see: the probe takes from it which initrd to expect."""
    return f"{words} probe.initrd={initrd.stat().st_size}" if initrd else words


def tree_of(boot, tmp_path, options):
    """The tree that QEMU makes for the same machine."""
    file = tmp_path / "virt.dtb"
    machine = f"{options['machine']},dumpdtb={file}"
    boot(timeout=qemu.EARLY_TIMEOUT, **{**options, "machine": machine})
    return fdtree.parse(file.read_bytes())


def check_tree(report, tree, initrd):
    assert report.census()[2] == fdtree.census(tree)[2], "the tree outside /chosen was changed"
    assert report.census()[0] == fdtree.census(tree)[0], "nodes were added or lost"
    wanted = {*tree.child("chosen").props, "bootargs", "kaslr-seed", "rng-seed"}
    wanted |= {"linux,initrd-start", "linux,initrd-end"} if initrd else set()
    assert set(report.chosen) == wanted
    assert report.value("resident") == "0"


def probe_run(boot, probe, mode="bios", initrd=None, smp=1, gic=2, append=None, **options):
    """One run through forearm, in which all must be right."""
    expected = command_line(initrd)
    options = {**board(probe, gic), "memory": "1G", "smp": smp, **options}
    options |= given(mode, probe, initrd, append or f"{expected} {QUIET}")
    run = boot(timeout=qemu.EARLY_TIMEOUT, **options)
    state = probe.removesuffix("-offset")
    report = check_report(run, probeguest.items(state, smp, bool(initrd), gic))
    assert report.value("bootargs") == f"[{expected}]"
    assert report.value("cpus") == str(smp)
    assert run.lines[0].startswith("probe: "), "not quiet"
    return report, options


@pytest.mark.parametrize("smp", [1, 4], ids=["1cpu", "4cpus"])
@pytest.mark.parametrize("initrd", [None, INITRD_SIZE], ids=["kernel-only", "initrd"])
@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("probe, gic", GICS, ids=GIC_IDS)
def test_entry(boot, tmp_path, probe, gic, mode, initrd, smp):
    initrd = initrd and initrd_file(initrd)
    report, options = probe_run(boot, probe, mode, initrd, smp, gic)
    check_tree(report, tree_of(boot, tmp_path, options), initrd)


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize(
    "probe, memory", [("el1", "128M"), ("el2", "8G"), ("svc", "128M"), ("svc", "3G"), ("hyp", "3G")]
)
def test_memory(boot, probe, memory, mode):
    probe_run(boot, probe, mode, initrd_file(INITRD_SIZE), memory=memory)


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_text_offset(boot, mode):
    """A kernel that wants to be 512 KiB behind the 2 MiB boundary."""
    probe_run(boot, "el1-offset", mode, initrd_file(INITRD_SIZE))


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("probe", ["svc", "hyp"])
def test_32bit_half_in_64bit_emulator(boot, probe, mode):
    probe_run(boot, probe, mode, smp=2, program="qemu-system-aarch64")


@pytest.mark.parametrize("probe", ["el1", "el2"])
def test_newest_cpu(boot, probe):
    probe_run(boot, probe, initrd=initrd_file(INITRD_SIZE), smp=2, gic=3, cpu="max")


@pytest.mark.parametrize("probe", ["el1", "svc"])
def test_large_initrd(boot, probe):
    probe_run(boot, probe, initrd=initrd_file((24 << 20) + 1))


def test_seeds_made(boot):
    """QEMU gives no seeds, but the CPU has RNDR."""
    machine = "virtualization=off,gic-version=3,dtb-randomness=off"
    probe_run(boot, "el1", gic=3, cpu="max", machine=machine)


@pytest.mark.parametrize("probe, bus", [
    ("el1", "legacy"), ("el1", "modern"), ("el1", "pci"), ("svc", "legacy"), ("svc", "modern"),
])
def test_seeds_of_virtio(boot, probe, bus):
    """Neither QEMU nor the CPU gives any, but a virtio device does; another one is in the way."""
    machine = f"{board(probe)['machine']},dtb-randomness=off"
    kind = "pci" if bus == "pci" else "device"
    devices = ["-device", f"virtio-balloon-{kind}", "-device", f"virtio-rng-{kind}"]
    options = ["-global", "virtio-mmio.force-legacy=off"] if bus == "modern" else []
    probe_run(boot, probe, machine=machine, extra=[*options, *devices])


@pytest.mark.parametrize(
    "append",
    [f"{QUIET} {WORDS}", f"console=ttyAMA0 {QUIET} root=/dev/vda1 ro", f"{WORDS} {QUIET}"],
    ids=["first", "middle", "last"],
)
@pytest.mark.parametrize("probe", ["el1", "svc"])
def test_options_removed(boot, probe, append):
    probe_run(boot, probe, append=append)


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_long_command_line(boot, mode):
    """2,000 bytes arrive whole."""
    words = " ".join(f"word{n}=value{n}" for n in range(1000))[:2000].rsplit(" ", 1)[0]
    options = {**board("el1"), **given(mode, "el1", None, f"{words} {QUIET}")}
    run = boot(timeout=qemu.EARLY_TIMEOUT, **options)
    report = check_report(run, probeguest.items("el1"))
    assert report.value("bootargs") == f"[{words}]"


@pytest.mark.parametrize("initrd", [None, INITRD_SIZE], ids=["kernel-only", "initrd"])
@pytest.mark.parametrize("probe", PROBES)
def test_direct(boot, tmp_path, probe, initrd):
    """Without forearm: QEMU itself does all as it should, but for its tree of 1 MiB.

    With a 32-bit CPU it puts that right behind the initrd, across a 2 MiB boundary.
    """
    initrd = initrd and initrd_file(initrd)
    options = {**board(probe), **given("none", probe, initrd, command_line(initrd)), "smp": 2}
    run = boot(timeout=qemu.EARLY_TIMEOUT, **options)
    report = probeguest.Report(run.text)
    crosses = initrd and probeguest.is_a32(probe)
    assert set(report.failed) == {"fdt-packed"} | ({"fdt-one-block"} if crosses else set())
    assert set(report.names) == probeguest.items(probe, 2, bool(initrd))
    assert report.complete()
    check_tree(report, tree_of(boot, tmp_path, options), initrd)
