# SPDX-License-Identifier: BSD-2-Clause
"""README, manuals and the other documents say what the sources say."""

import collections
import fcntl
import functools
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from machines import qemu

TESTS = qemu.TOP / "tests" / "qemu"
CHART = qemu.TOP / "docs" / "bench.svg"
MANUAL = qemu.TOP / "docs" / "forearm.7"
FACTS = qemu.BUILD / "facts"


def read(path):
    return (qemu.TOP / path).read_text()


def section(text, title, level):
    """The lines below a heading, up to the next one like it; level is what headings start with."""
    found = re.search(rf"^{level}{title}\n(.*?)(?=^{level}|\Z)", text, re.M | re.S)
    assert found, f"no section {title}"
    return found[1]


def document(name, title):
    """A section of a file in Markdown."""
    return section(read(name), title, "## ")


def manual(title):
    return section(read("docs/forearm.7"), title, r"\.Sh ")


# -- stages ----------------------------------------------------------------------------------


def stages():
    """entry is before boot.c, in assembly."""
    return ["start", *re.findall(r'^\tstage\("([^"]+)"\)', read("boot/boot.c"), re.M)]


def test_stages_of_readme():
    assert re.findall(r"^\d+\. \*\*([^*]+)\*\*", document("README.md", "The nine stages"), re.M) == stages()


# -- options ---------------------------------------------------------------------------------


@functools.cache
def facts():
    """The lines of facts.txt, which the product's own tables made, by their first word. Lists of columns."""
    # one at a time: who tests beside us would write the same files
    with open(qemu.BUILD / "facts.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", "-C", str(qemu.TOP), "facts"], check=True, timeout=300)
    found = collections.defaultdict(list)
    for line in (FACTS / "facts.txt").read_text().splitlines():
        kind, *columns = line.split("\t")
        found[kind].append(columns)
    return found


def guests():
    return [name for name, in facts()["guest"]]


def options():
    """{name: values}; a word in capitals stands for what the user writes."""
    values = {name: [value for of, value in facts()["value"] if of == name] for name, *_ in facts()["option"]}
    assert values["guest"] == guests()
    return values | {"guest": ["auto", "GUEST"]}


def defaults():
    return {name: default for name, default, *_ in facts()["option"]}


def may_set():
    """{name: (a bundle may, a container may)}"""
    return {name: (bundle, container) for name, _, bundle, container, _ in facts()["option"]}


def test_defaults_and_who_may_set_options_of_manual():
    rows = re.findall(r"^\.It Cm (\S+) Ta (\S+) Ta (yes|no) Ta (yes|no)$", manual("OPTIONS"), re.M)
    assert {name: (default, *who) for name, default, *who in rows} == {
        name: (defaults()[name], *who) for name, who in may_set().items()}


def test_options_are_found():
    assert len(options()) >= 12 and all(options().values()) and len(guests()) > 10
    assert all(value in options()[name] for name, value in defaults().items())


def test_error_message_has_all_values():
    """What an option takes is a sentence in the message, beside the values themselves."""
    helps = {name: re.split(", | or ", text) for name, *_, text in facts()["option"]}
    plain = {name: values for name, values in options().items() if not any(map(str.isupper, values))}
    assert len(plain) >= 6
    assert {name: helps[name] for name in plain} == plain
    assert helps["guest"] == guests()


def test_options_of_manual():
    heads = re.findall(r"^\.It Cm forearm\.(\S+) Ns = Ns Cm (.*)$", manual("OPTIONS"), re.M)
    assert {name: values.split(" | ") for name, values in heads} == options()


def test_guests_of_their_document():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| `test_", read("docs/guests.md"), re.M)
    assert rows == [name for name in guests() if name not in ("auto", "linux")]


def test_guests_of_manual():
    assert re.findall(r"^\.It Cm (\w+)$", manual("GUESTS"), re.M) == guests()


@pytest.mark.parametrize("path", ["docs/payloads.md", "docs/forearm.7"])
def test_payload_files(path):
    """The fw_cfg files that are no options."""
    names = re.findall(r'strcmp\(name, "(\w+)"\) == 0', read("boot/options.c"))
    assert len(names) >= 3
    for name in names:
        assert f"opt/org.forearm/{name}" in read(path)


# -- messages --------------------------------------------------------------------------------


def messages():
    """[(remedy, cause)] of every stop_error(), as the compiler saw them."""
    facts()
    text = (FACTS / "messages.bin").read_bytes().decode()
    found = re.findall("\1([^\2]*)\2([^\0]*)", text)
    assert len(found) > 80 and all(remedy and cause for remedy, cause in found)
    return found


def causes():
    return sorted({cause for _, cause in messages()})


def heads(title):
    """What the items of a section of the manual are headed with, as they print."""
    found = re.findall(r'^\.It Li "(.*)"$', manual(title), re.M)
    return [head.replace('""', '"').replace(r"\&", "") for head in found]


def pattern_of(cause):
    """A cause with anything, but something, for what printf() fills in."""
    return ".+".join(map(re.escape, re.split(r"%[a-z]+", cause)))


def test_messages_of_manual():
    items = heads("MESSAGES")
    assert [cause for cause in causes() if not any(re.fullmatch(pattern_of(cause), item) for item in items)] == []


def test_manual_has_no_other_message():
    reasons = [text for _, text in facts()["error"]]
    assert len(reasons) > 40
    known = [*map(pattern_of, causes()), *map(re.escape, reasons)]
    known.append("crash in stage STAGE: .*")
    assert [head for head in heads("MESSAGES") if not any(re.fullmatch(k, head) for k in known)] == []


def test_example_of_readme():
    """The remedy that the README shows is the one that the code has."""
    text = document("README.md", "When something is wrong")
    example = dict(re.findall(r"^    forearm: (error|remedy): (.*)$", text, re.M))
    assert any(remedy == example["remedy"] and re.fullmatch(pattern_of(cause), example["error"])
               for remedy, cause in messages())


# -- tests that docs/testing.md and docs/guests.md name ----------------------------------------


def collected():
    """The ids of all tests here. conftest.py would count this as a run."""
    words = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--noconftest", str(TESTS)]
    text = subprocess.run(words, check=True, timeout=60, capture_output=True, text=True).stdout
    return set(re.findall(r"^\S*?(test_\w+\.py::.*)$", text, re.M))


def test_support_matrix():
    named = re.findall(r"`(test_[^`]+)`", document("docs/testing.md", "What is tested"))
    named += re.findall(r"`(test_[^`]+::[^`]+)`", read("docs/guests.md"))
    ids = collected()
    ids |= {name.split("[")[0] for name in ids}
    assert len(named) > 30
    assert [name for name in named if name not in ids] == []


def test_every_row_of_the_matrix_has_a_test():
    rows = [line for line in document("docs/testing.md", "What is tested").splitlines() if line.startswith("| ")][1:]
    assert rows and [row for row in rows if "`test_" not in row.split("|")[2]] == []


# -- figures ---------------------------------------------------------------------------------


def chart():
    """{title: {row: [figures]}} of the chart; a panel's title, then each row's name and figures."""
    panels, row = {}, None
    for text in ElementTree.parse(CHART).iter("{http://www.w3.org/2000/svg}text"):
        kind = text.get("class").split()
        if "title" in kind:
            panel = panels[text.text.split(":")[0]] = {}
            row = None
        elif "small" not in kind:
            row = panel[text.text] = []
        elif row is not None and text.get("text-anchor") != "middle":
            row.append(text.text)
    return panels


def test_figures_beside_other_firmware():
    """The table beside the chart has the chart's figures."""
    payload, userspace = chart().values()
    text = document("docs/performance.md", "Beside other firmware")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", text, re.M)[2:]
    table = {row[0]: [cell.strip() for cell in row[1:]] for row in rows}
    assert "forearm (-bios)" in table
    for name, figures in table.items():
        assert figures == [*payload[name], userspace.get(name, [""])[0]], name


def test_direct_boot():
    said = re.search(r"Direct boot takes ([0-9.]+ M) ", read("docs/performance.md"))[1]
    assert said in CHART.read_text()


# -- form ------------------------------------------------------------------------------------

LINTERS = {
    "mandoc": ["-T", "lint", "-W", "style"],
    "groff": ["-ww", "-b", "-z", "-T", "utf8", "-mandoc"],
}


# What depends on the manuals that are installed beside ours.
ELSEWHERE = ("referenced manual not found", "mandoc.db")


@pytest.mark.parametrize("path", ["docs/forearm.7", "docs/forearm-bundle.1"])
def test_manual_is_clean(path):
    """By whichever of the two is installed; with both, by both."""
    found = [tool for tool in LINTERS if shutil.which(tool)]
    assert found, "install mandoc (make setup does)"
    for tool in found:
        words = [tool, *LINTERS[tool], str(qemu.TOP / path)]
        run = subprocess.run(words, timeout=60, capture_output=True, text=True)
        lines = (run.stdout + run.stderr).splitlines()
        assert [line for line in lines if not any(word in line for word in ELSEWHERE)] == [], tool


def markdown():
    top = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
    return [*top, *sorted(str(path.relative_to(qemu.TOP)) for path in (qemu.TOP / "docs").glob("*.md"))]


def anchors(path):
    """What a heading is linked by, as GitHub makes it."""
    heads = re.findall(r"^#+ (.*)$", read(path), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", markdown())
def test_links_lead_somewhere(path):
    """To a file that there is, and to a heading in it."""
    folder = (qemu.TOP / path).parent
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", read(path)):
        name, _, anchor = link.partition("#")
        target = (folder / name).resolve() if name else qemu.TOP / path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.relative_to(qemu.TOP)), link


def test_readme_is_short_and_knows_every_document():
    text = read("README.md")
    assert len(text.splitlines()) <= 180
    rest = text[text.index("## Documents"):]
    documents = [*(qemu.TOP / "docs").glob("*.md"), *(qemu.TOP / "docs").glob("*.[0-9]")]
    assert len(documents) > 10
    assert [path.name for path in documents if f"](docs/{path.name})" not in rest] == []


@pytest.mark.parametrize("path", markdown())
def test_paths_exist(path):
    """What looks like a file of the tree, wildcards included, is one."""
    top = "arch|boot|docs|drivers|include|lib|linker|monitor|platform|runtime|scripts|tables|tests|tools"
    paths = re.findall(rf"(?<![\w/.-])((?:{top})/[\w./*-]*\w)", read(path))
    assert [name for name in set(paths) if not list(qemu.TOP.glob(name))] == []


def test_paths_are_found():
    assert sum(len(re.findall(r"\b(?:boot|lib)/\w+\.c\b", read(path))) for path in markdown()) > 30
