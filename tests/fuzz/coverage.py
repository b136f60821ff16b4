#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the inputs of all fuzz targets reach, by file and by line.

    coverage.py OUT COVERED CORPUS TARGET:RUNS:LENGTH...

OUT has the seeds that were made and what was found, COVERED the targets compiled to count, CORPUS
the seeds of the tree. Prints a line for each file of the product, and below it the lines that
nothing reached and the conditions that only came out one way, with the reason where unreached.txt
knows one. What is measured is what these inputs reach, nothing else: no unit test counts.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LINES, BRANCHES = 95, 90
OUT, COVERED, CORPUS = map(Path, sys.argv[1:4])
TARGETS = [t.split(":")[0] for t in sys.argv[4:]]
LENGTHS = {t.split(":")[0]: t.split(":")[2] for t in sys.argv[4:]}
PRODUCT = re.compile(r"(lib|platform|tables|boot|drivers|monitor|arch/\w+/monitor)/")


def inputs(target):
    folders = [OUT / "seeds" / target, CORPUS / target, OUT / "new" / target, OUT / "corpus" / target]
    return [f for f in folders if f.is_dir()]


def run_target(target, *arguments):
    """Runs it with a profile that goes to those of its runs before."""
    return subprocess.run(
        [COVERED / f"fuzz_{target}", f"-max_len={LENGTHS[target]}", "-timeout=60", *arguments],
        env={"LLVM_PROFILE_FILE": f"{COVERED}/{target}-%1m.profraw"}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL).returncode


def profile(target):
    """The profiles of one target over its inputs: one by one where an input is a finding."""
    for old in COVERED.glob(f"{target}-*.profraw"):
        old.unlink()
    if run_target(target, "-runs=0", *inputs(target)):
        findings = [path for folder in inputs(target) for path in folder.iterdir()
                    if run_target(target, path)]
        print(f"fuzz_{target}: what these reach does not count:", *findings)
    return sorted(COVERED.glob(f"{target}-*.profraw"))


def export(profiles):
    data = COVERED / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", data, *profiles], check=True)
    objects = [COVERED / f"fuzz_{t}" for t in TARGETS]
    more = [a for o in objects[1:] for a in ("-object", o)]
    run = subprocess.run(["llvm-cov", "export", "-instr-profile", data, objects[0], *more], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(run.stdout)["data"][0]


def missed_lines(segments):
    """Line numbers whose regions have a count of zero throughout."""
    missed, reached = set(), set()
    for now, then in zip(segments, segments[1:]):
        if not now[3]:  # no code
            continue
        lines = range(now[0], then[0] + (then[1] > 1))
        (reached if now[2] else missed).update(lines)
    return sorted(missed - reached)


def ranges(lines):
    first = last = None
    for line in [*lines, None]:
        if last is not None and line == last + 1:
            last = line
            continue
        if first is not None:
            yield first, last
        first = last = line


def reasons():
    """(pattern of the file and function, reason) of each line of unreached.txt."""
    rows = []
    for line in (Path(__file__).parent / "unreached.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, reason = line.split(None, 1)
            if not Path(pattern.split(":")[0].replace("\\", "")).exists():
                raise SystemExit(f"unreached.txt: there is no such file: {pattern}")
            rows.append((re.compile(pattern), reason))
    return rows


def function_at(source, line):
    """The function that a line is in: the nearest line above that begins one."""
    for number in range(line, 0, -1):
        match = re.match(r"[\w_][^;=]*?\b(\w+)\(", source[number - 1])
        if match and not source[number - 1].startswith(("#", "\t")):
            return match[1]
    return "?"


def one_sided(branches):
    """(line, columns, what it never was) of conditions that are reached, and came out one way only."""
    for line, column, _, end, true, false, *_ in branches:
        if bool(true) != bool(false):
            yield line, column, end, "never true" if false else "never false"


def report(entry, name, known):
    source = Path(name).read_text().splitlines()

    def say(first, last, text):
        function = function_at(source, first)
        why = next((r for p, r in known if p.fullmatch(f"{name}:{function}")), "no input does yet")
        where = f"{first}-{last}" if last > first else first
        print(f"    {name}:{where} {function}(): {text}  [{why}]")

    for first, last in ranges(missed_lines(entry["segments"])):
        say(first, last, source[first - 1].strip()[:60])
    for line, column, end, what in sorted(set(one_sided(entry["branches"]))):
        say(line, line, f"{what}: {source[line - 1][column - 1:max(end - 1, column)].strip()[:60]}")


def percent(summary):
    return 100 * summary["covered"] / summary["count"] if summary["count"] else 100


def main():
    data = export([p for t in TARGETS for p in profile(t)])
    known, here, totals = reasons(), str(Path.cwd()) + "/", {"lines": [0, 0], "branches": [0, 0]}
    files = {}
    for entry in data["files"]:
        name = str(Path(entry["filename"]).resolve()).removeprefix(here)
        if PRODUCT.match(name) and name.endswith(".c"):
            files[name] = entry
    for name, entry in sorted(files.items()):
        summary = entry["summary"]
        lines, branches = percent(summary["lines"]), percent(summary["branches"])
        for kind, total in totals.items():
            total[0] += summary[kind]["covered"]
            total[1] += summary[kind]["count"]
        low = lines < LINES or branches < BRANCHES
        print(f"{name:40} {lines:5.1f} % of lines {branches:5.1f} % of branches{'  below' if low else ''}")
        report(entry, name, known)
    print(", ".join(f"{100 * a / b:.1f} % of {b} {kind}" for kind, (a, b) in totals.items()))


main()
