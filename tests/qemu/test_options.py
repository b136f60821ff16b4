# SPDX-License-Identifier: BSD-2-Clause
"""forearm's options: words of the command line and fw_cfg files, known and unknown."""

import re

import pytest

from arches import BOTH
from linux import APPEND, ARM64, ARM64_INITRD, GUESTS_APPEND
from qemu import EARLY_TIMEOUT
from refusal import check_refused

OFF = "test=poweroff"
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


@pytest.fixture
def linux(boot):
    """Debian's arm64 kernel with a command line, to the power-off; returns the run."""

    def run(append, **options):
        run = boot(kernel=ARM64, initrd=ARM64_INITRD, append=append, **options)
        assert run.find("forearm-test: timer")
        assert run.ended == "exit" and run.code == 0
        return run

    return run


def own_lines(run):
    return [line for line in run.lines if line.startswith(("forearm ", "forearm:"))]


def megabytes(path):
    return path.stat().st_size / 1e6


def test_summary_line(linux):
    """The one line of a default boot, to the letter; its sizes are those of the files."""
    [line] = own_lines(linux(f"{APPEND} {OFF}"))
    found = re.fullmatch(
        r"forearm [0-9]\S*: Linux arm64 Image ([0-9.]+) MB \+ initrd ([0-9.]+) MB, EL1, FDT, "
        r"1 CPU -> 0x[0-9a-f]+",
        line,
    )
    assert found, line
    assert abs(float(found[1]) - megabytes(ARM64)) < 0.1
    assert abs(float(found[2]) - megabytes(ARM64_INITRD)) < 0.1


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_words_are_removed(linux, mode):
    """Ours go, wherever they stand; all others stay as they are, quotes included."""
    before = f'a=1 dyndbg="file b forearm.log=debug +p" {GUESTS_APPEND}'
    append = f"forearm.log=info {before} forearm.on-error=park {OFF} forearm.tables=fdt"
    run = linux(append, mode=mode)
    assert run.value("cmdline").split() == f"{before} {OFF}".split()


def mistaken(boot, append=f"{APPEND} {OFF}", **options):
    """A boot with an option that forearm does not know: it stops rather than guess."""
    return boot(kernel=ARM64, initrd=ARM64_INITRD, append=append, timeout=EARLY_TIMEOUT, **options)


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_unknown_word(boot, mode):
    """Reported by name with the nearest known one."""
    run = mistaken(boot, f"{APPEND} {OFF} forearm.lgo=debug", mode=mode)
    check_refused(run, r"forearm\.lgo\b.*forearm\.log\b", ".")


def test_unknown_file(boot):
    run = mistaken(boot, fw_cfg={"opt/org.forearm/on-eror": "park"})
    check_refused(run, r"on-eror\b.*on-error\b", ".")


def test_unlike_any(boot):
    run = mistaken(boot, f"{APPEND} {OFF} forearm.xyzzyxyzzy=1")
    check_refused(run, "forearm.xyzzyxyzzy", ".")


@pytest.mark.parametrize("option", ["forearm.log=loud", "forearm.log=", "forearm.log"])
def test_unknown_value(boot, option):
    """The values that there are get named."""
    run = mistaken(boot, f"{APPEND} {OFF} {option}")
    check_refused(run, "forearm.log.*quiet.*info.*debug", ".")


def test_quiet_by_word(linux):
    assert not own_lines(linux(f"{APPEND} {OFF} forearm.log=quiet"))


def test_quiet_by_file(linux):
    assert not own_lines(linux(f"{APPEND} {OFF}", fw_cfg={"opt/org.forearm/log": "quiet"}))


def test_debug(linux):
    """Platform, memory, options and time per stage, before the summary line."""
    run = linux(f"{APPEND} {OFF} forearm.log=debug", smp=2, machine="gic-version=3")
    text = run.text[: run.text.index("Booting Linux")]
    for part in ("GICv3", "PSCI", "PL011", "0x40000000", "log", "on-error", "2 CPUs"):
        assert part.lower() in text.lower()
    for stage in ("probe", "options", "payload", "describe"):
        assert any(stage in line and " us" in line for line in text.splitlines()), stage


@both
def test_park_by_file(boot, arch):
    files = {"opt/org.forearm/on-error": "park"}
    run = boot(**arch.board(), fw_cfg=files, timeout=EARLY_TIMEOUT)
    assert run.said("error") and run.ended == "stopped", "the machine went off"


@both
def test_park_by_word(boot, arch):
    """No kernel, so that there is an error; the word comes with the FDT's bootargs."""
    append = "forearm.on-error=park"
    run = boot(**arch.board(), mode="kernel", append=append, timeout=EARLY_TIMEOUT)
    assert run.said("error") and run.ended == "stopped", "the machine went off"
