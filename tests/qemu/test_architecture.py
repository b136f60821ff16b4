# SPDX-License-Identifier: BSD-2-Clause
"""docs/architecture.md and its picture say what the sources and the compiled objects say."""

import collections
import functools
import re
import subprocess
import sys

import pytest

import architecture
from machines import qemu

# Where objects are, and what lists their symbols: both halves, and the programs that are embedded in them.
BUILDS = {
    "arm64": "aarch64-linux-gnu-gcc-nm",
    "arm": "arm-linux-gnueabihf-gcc-nm",
    "monitor64": "aarch64-linux-gnu-gcc-nm",
    "monitor32": "arm-linux-gnueabihf-gcc-nm",
    "efi64": "aarch64-linux-gnu-gcc-nm",
}
NO_FOLDER = {"include", "linker", "tools", "scripts", "docs", "tests", "build", "debian"}


def folder_of(path):
    """The folder of the table that a source belongs to: in arch/ there are parts of other programs, too."""
    part = re.match(r"arch/\w+/(monitor|efi)/", path)
    return part[1] if part else path.split("/")[0]


def symbols(build):
    """(source, kind, name) of each symbol of the objects whose source is still there."""
    top = qemu.BUILD / build
    objects = [path for path in top.rglob("*.o") if (qemu.TOP / path.relative_to(top).with_suffix("")).exists()]
    words = [BUILDS[build], "-A", "--no-sort", *map(str, objects)]
    run = subprocess.run(words, check=True, timeout=60, capture_output=True, text=True)
    for line in run.stdout.splitlines():
        path, entry = line.split(":", 1)
        *_, kind, name = entry.split()
        yield path.removeprefix(f"{top}/").removesuffix(".o"), kind, name


@functools.cache
def calls():
    """{(folder, other folder): {(source, function)}} of all that is called across folders."""
    found = collections.defaultdict(set)
    for build in BUILDS:
        table = list(symbols(build))
        homes = {name: source for source, kind, name in table if kind in "TDBRVW"}
        for source, kind, name in table:
            if kind == "U" and name in homes and folder_of(homes[name]) != folder_of(source):
                found[folder_of(source), folder_of(homes[name])].add((source, name))
    return found


def test_calls_are_found():
    assert sum(map(len, calls().values())) > 200
    assert ("drivers/fw_cfg.c", "virt_to_phys") in calls()["drivers", "boot"]


def test_folders_call_only_what_they_may():
    allowed = architecture.folders()
    assert [
        f"{source} calls {name}() of {there}/"
        for (here, there), found in sorted(calls().items())
        for source, name in sorted(found)
        if there not in allowed[here] or (allowed[here][there] and name not in allowed[here][there])
    ] == []


def test_no_arrow_without_a_call():
    """What may be called is called, each function that is named among it."""
    for here, others in architecture.folders().items():
        for there, functions in others.items():
            found = {name for _, name in calls()[here, there]}
            assert found and set(functions) <= found, f"{here}/ does not call {functions or 'anything'} of {there}/"


def test_every_folder_is_in_the_table():
    found = {path.parts[0] for pattern in ("*/*.c", "*/*/*.c") for path in
             (path.relative_to(qemu.TOP) for path in qemu.TOP.glob(pattern))}
    assert found - NO_FOLDER == set(architecture.folders())


def includes():
    """(source, header) of what is in the folders of the table."""
    for path in sorted(qemu.TOP.rglob("*.[chS]")):
        name = str(path.relative_to(qemu.TOP))
        if name.split("/")[0] not in NO_FOLDER:
            for header in re.findall(r'^#\s*include "([^"]+)"', path.read_text(), re.M):
                yield name, header


def homes_of(header):
    """The folders that have a header of that name."""
    return {folder_of(str(path.relative_to(qemu.TOP))) for folder in (*architecture.folders(), "include")
            for path in (qemu.TOP / folder).rglob(header.split("/")[-1])}


def test_headers_of_a_folder_are_its_own():
    """What is not in include/ is for its folder, and for those that may call it; what is in arch/ for all of arch/."""
    allowed, found = architecture.folders(), list(includes())
    assert len(found) > 300
    for source, header in found:
        here = {folder_of(source), source.split("/")[0]}
        may = here | {"include"} | {there for folder in here for there in allowed[folder]}
        assert homes_of(header) & may, f"{source} includes {header}"


def test_state_of_the_flow_is_its_own():
    """And of arch/, which reports crashes and, in the 32-bit half, does without some stages' parts."""
    users = {folder_of(source) for source, header in includes() if header.split("/")[-1] == "boot.h"}
    assert users == {"boot", "arch"}


def test_unit_tests_mirror_the_tree():
    unit = qemu.TOP / "tests" / "unit"
    found = {path.parent.relative_to(unit) for path in unit.rglob("test_*.c")}
    assert len(found) > 15
    assert [str(folder) for folder in found if not (qemu.TOP / folder).is_dir()] == []


# -- stages and answers ----------------------------------------------------------------------


def defines(path, name):
    """Whether a source has that function, label, array, or macro."""
    text = (qemu.TOP / path).read_text()
    return re.search(rf"^(?!#|\s*/?\*)[^;\n]*\b{name}(\(|:|\[)", text, re.M) is not None


def test_stages():
    flow = (qemu.TOP / "boot" / "boot.c").read_text()
    written = re.findall(r'^\tstage\("([^"]+)"\);.*\n\t(\w+)\(', flow, re.M)
    assert [(name, function) for name, function, _ in architecture.stages()] == [("start", "early_init"), *written]


@pytest.mark.parametrize("name, function, files", architecture.stages())
def test_files_of_a_stage(name, function, files):
    assert defines(files[0], function), f"{files[0]} has no {function}()"
    assert [path for path in files if not (qemu.TOP / path).exists()] == []


def answers():
    return architecture.rows("Where is …")


def test_answers_to_many_questions():
    assert len(answers()) >= 20


@pytest.mark.parametrize("question, answer", answers())
def test_answer(question, answer):
    """A file that there is; and what is said to be in it is there."""
    files = re.findall(r"`([\w/.]+/[\w.]+)`", answer)
    assert files and [path for path in files if not (qemu.TOP / path).exists()] == []
    for names, places in re.findall(r"((?:`\w+(?:\(\)|\[\])`(?:, | and )?)+) in ((?:`[\w/.]+`(?: and )?)+)", answer):
        for name in re.findall(r"`(\w+)", names):
            for path in re.findall(r"`([^`]+)`", places):
                assert defines(path, name), f"{path} has no {name}"


def test_picture():
    """It is the one that these tables make."""
    words = [sys.executable, str(qemu.TOP / "scripts" / "architecture.py"), "--print"]
    made = subprocess.run(words, check=True, timeout=60, capture_output=True, text=True).stdout
    assert made == (qemu.TOP / "docs" / "architecture.svg").read_text(), "run scripts/architecture.py"
