# SPDX-License-Identifier: BSD-2-Clause
"""forearm's options: words of the command line and fw_cfg files, known and unknown."""

import re

import pytest

from files import formats
from files import images
from files import trees
from guests.arches import ARM64 as ARM64_MACHINE
from guests.arches import BOTH
from guests.linux import APPEND, ARM64, ARM64_INITRD, GUESTS_APPEND
from guests.refusal import check_refused
from machines import qemu
from machines.qemu import EARLY_TIMEOUT

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


# -- what a container says -----------------------------------------------------------------------------

TOOL = qemu.BUILD / "forearm-bundle"
STOPS_AT_SUMMARY = {"until": r"^forearm .*\n", "timeout": EARLY_TIMEOUT}


@pytest.fixture
def uki(tmp_path):
    """A unified kernel image around a kernel that waits, which is given as kernel and not as forearm."""

    def make(*words, kernel=None):
        kernel = kernel or images.sparse(tmp_path / "waits", 8192, images.arm64_header(8192))
        return formats.bundle(tmp_path, TOOL, kernel, None, *words)

    return make


def says(how, option):
    return (how, option) if how == "--option" else (how, f"forearm.{option}")


@pytest.mark.parametrize("how", ["--option", "--cmdline"])
@pytest.mark.parametrize("option", ["dtb=payload", "on-error=park", "config=x", "profile=1", "payload=flash"])
def test_container_may_not(boot, uki, how, option):
    """Named, with the container and the remedy; `secure=on` is where another tree would do the most harm."""
    run = boot(kernel=uki(*says(how, option)), machine="secure=on", timeout=EARLY_TIMEOUT)
    check_refused(run, f"^the unified kernel image says forearm.{option}, which it may not", "give it yourself")


def test_module_may_not(boot, tmp_path):
    """A module's command line is a container's."""
    kernel = images.sparse(tmp_path / "waits", 8192, images.arm64_header(8192))
    extra = ["-device", f"guest-loader,addr=0x50000000,kernel={kernel},bootargs=forearm.dtb=payload"]
    run = boot(mode="kernel", extra=extra, timeout=EARLY_TIMEOUT)
    check_refused(run, "^the module in RAM says forearm.dtb=payload, which it may not", "give it yourself")


@pytest.mark.parametrize("how", ["word", "file"])
def test_user_has_settled_it(boot, uki, tmp_path, how):
    """The remedy works: what the user has set is no longer the container's."""
    tree = trees.dump(tmp_path / "a.dtb", ARM64_MACHINE)
    options = {"append": "forearm.dtb=vmm"} if how == "word" else {"fw_cfg": {"opt/org.forearm/dtb": "vmm"}}
    run = boot(kernel=uki("--cmdline", "forearm.dtb=payload", "--dtb", tree), **options, **STOPS_AT_SUMMARY)
    assert run.ended == "seen" and "is not used: the VMM's is" in run.said("note")[0]


@pytest.mark.parametrize("mode", ["bios", "kernel"])
def test_bundle_may(boot, uki, tmp_path, mode):
    """The bundle that forearm is in is the user's own, and counts more than a container in it."""
    inner = uki("--cmdline", "forearm.log=quiet forearm.el=2").rename(tmp_path / "inner")
    path = formats.bundle(tmp_path, TOOL, None, None, "--payload", inner, "--option", "log=debug",
                          "--cmdline", "forearm.on-error=park forearm.el=1")
    run = boot(mode="none", extra=[f"-{mode}", str(path)], machine="virtualization=on", **STOPS_AT_SUMMARY)
    assert run.find("^forearm: +on-error +park") and run.find("^forearm: +el +1")
    assert run.ended == "seen"


@pytest.mark.parametrize("option, cause", [
    ("lgo=debug", "^unknown option forearm.lgo in the unified kernel image; did you mean forearm.log"),
    ("log=loud", "^option forearm.log in the unified kernel image takes quiet, .*, not .loud"),
])
def test_container_is_mistaken(boot, uki, option, cause):
    run = boot(kernel=uki("--cmdline", f"forearm.{option}"), timeout=EARLY_TIMEOUT)
    check_refused(run, cause, "file|forearm.7.")


@pytest.mark.parametrize("words, where", [
    ("forearm.load=raw", 0x40080000), ("forearm.load=0x48000000", 0x48000000), ("forearm.guest=qnx", 0x40080000),
    ("forearm.load=raw forearm.state=aarch64", 0x40080000),
])
def test_container_loads_its_kernel(boot, uki, tmp_path, words, where):
    """What decides on what the kernel is counts in time."""
    raw = images.sparse(tmp_path / "raw", 8192, b"\0\0\0\x14")
    run = boot(kernel=uki("--cmdline", words, kernel=raw), **STOPS_AT_SUMMARY)
    assert run.find(rf"^forearm \S+: raw file .* -> {where:#x}$")


def test_container_of_another_state(boot, uki, tmp_path):
    raw = images.sparse(tmp_path / "raw", 8192, b"\0\0\0\x14")
    run = boot(kernel=uki("--cmdline", "forearm.load=raw forearm.state=aarch32", kernel=raw), timeout=EARLY_TIMEOUT)
    check_refused(run, "unified kernel image cannot be used|a 32-bit kernel .raw file.", ".")


def patched(path, old, new):
    data = path.read_bytes()
    assert data.count(old) == 1 and len(old) == len(new)
    path.write_bytes(data.replace(old, new))
    return path


@pytest.mark.parametrize("change, cause", [(b"a=1\0b=2", "has a NUL in it"), (b'a=1 b="', "has half a pair of double quotes")])
def test_container_hides_the_users_words(boot, uki, change, cause):
    path = patched(uki("--cmdline", "HIDDEN7"), b"HIDDEN7", change)
    run = boot(kernel=path, append="lockdown=integrity", timeout=EARLY_TIMEOUT)
    check_refused(run, f"^the command line in the unified kernel image {cause}", "another one")


def test_words_for_init_come_last(boot, uki):
    run = boot(kernel=uki("--cmdline", "a=1 -- single"), append="lockdown=integrity forearm.log=debug",
               **STOPS_AT_SUMMARY)
    assert run.find("^forearm: command line: a=1 lockdown=integrity -- single$")


# -- the command line ------------------------------------------------------------------------------------


def test_nul_in_the_users_line(boot, tmp_path):
    line = tmp_path / "line"
    line.write_bytes(b"quiet\0lockdown=integrity")
    check_refused(mistaken(boot, None, fw_cfg={"opt/org.forearm/cmdline": line}), "has a NUL in it", "leave it out")


@pytest.mark.parametrize("line, description", [
    ("quiet\tacpi=off\tsplash", "FDT"), ("quiet\nacpi=off", "FDT"), ('"acpi=off"', "FDT"), ('acpi="off"', "FDT"),
    ('x="a acpi=off b"', "ACPI"), ("quiet -- acpi=off", "ACPI"), ("acpi=on\tacpi=off", "FDT"),
])
def test_acpi_word(boot, line, description):
    """Whatever Linux takes for a word of its own. QEMU's tables have a GED: ACPI otherwise."""
    run = boot(kernel=ARM64, append=line, **STOPS_AT_SUMMARY)
    assert f", {description}, " in run.find("^forearm ")


@pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
@pytest.mark.parametrize("more", [0, 1])
def test_line_that_linux_cuts(boot, tmp_path, arch, more):
    most = {"arm64": 2048, "arm": 1024}[arch.name] - 1
    kernel = images.sparse(tmp_path / "waits", 8192, images.header(arch, 8192))
    run = boot(**arch.board(), kernel=kernel, append="x" * (most + more), **STOPS_AT_SUMMARY)
    note = f"the command line has {most + 1} bytes, of which the kernel takes {most}: its last words do not count"
    assert run.said("note") == [note] * more


# -- reserved memory --------------------------------------------------------------------------------------

RESERVATION = """/dts-v1/; /plugin/; / {{ fragment@0 {{ target-path = "/"; __overlay__ {{ reserved-memory {{
	#address-cells = <2>; #size-cells = <2>; ranges;
	region@50000000 {{ reg = <0 0x50000000 0 0x10000000>; no-map; status = "{}"; }};
}}; }}; }}; }};"""


@pytest.mark.parametrize("status, kept", [("disabled", False), ("okay", True)])
def test_disabled_reservation(boot, tmp_path, status, kept):
    """As for Linux: one that is disabled reserves nothing."""
    path = tmp_path / "a.dtbo"
    formats.tool("dtc", "-@", "-q", "-O", "dtb", "-o", path, "-", input=RESERVATION.format(status).encode())
    kernel = images.sparse(tmp_path / "waits", 8192, images.arm64_header(8192))
    run = boot(kernel=kernel, append="forearm.log=debug", fw_cfg={"opt/org.forearm/overlay": path}, **STOPS_AT_SUMMARY)
    assert run.ended == "seen"
    assert bool(run.find("^forearm: +reserved +0x000050000000 +0x10000000")) == kept
