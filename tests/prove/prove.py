#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Has Frama-C prove what the drivers beside this file claim.

    prove.py --out FOLDER [--results FILE] [--include FOLDER] DRIVER.c...

A driver says in lines of its comments what is to be done:

    prove: by eva           abstract interpretation: all that main() can reach, for all its inputs
    prove: by wp            contracts, with z3
    prove: with FILE...     the sources that it is about, compiled with the driver
    prove: through FILE...  sources that those need, and that other drivers are about
    prove: inside FILE...   the same, but included by the driver: it needs their static functions
    prove: option OPTION... further options for Frama-C
    prove: open FUNCTION [STATEMENTS]: WHY
    prove: refused KIND in FUNCTION

By eva, the driver fails if there is an alarm or a check that is not proven, if main() does not end,
or if a statement of the driver or of the sources is out of main()'s reach, which is as good as not
being looked at; functions that are "open" may have so many, or any number. By wp, it fails if a property of a function
of the sources is not proven, if a function has none, or if a contract contradicts itself.
"refused" turns that around: such a driver has a mistake in it, and passes if it is found in just
that place. KIND is one of Frama-C's kinds of properties, or "unreached".

The line "prove PASSED FAILED 0" is added to FILE. --include: where libfdt's headers are.
"""
import argparse
import concurrent.futures
import csv
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path("tests/prove")  # from the top folder
SECONDS = 600  # each takes 15 on a quiet machine
INCLUDES = [HERE, "include", "monitor", "."]
BUILTINS = HERE / "builtins.h"
COMMON = ["-c11", "-machdep", "gcc_x86_64", "-kernel-warn-key", "annot-error=abort"]
# What counts as an alarm besides what C calls undefined: no arithmetic of ours may wrap.
OVERFLOW = ["-warn-unsigned-overflow", "-warn-signed-downcast", "-warn-left-shift-negative"]
EVA = ["-eva", "-eva-precision", "5", "-eva-interprocedural-splits"]
WP = ["-wp", "-wp-rte", "-wp-prover", "z3", "-wp-timeout", "30", "-wp-par", "2", "-wp-smoke-tests",
      "-wp-no-smoke-dead-code", "-wp-no-smoke-dead-call", "-wp-no-smoke-dead-local-init"]

# A row of the report is fine if it is proven, or out of reach, which is judged separately. Frama-C's
# specifications of the C library have nobody else to prove them.
PROVEN = ("Valid",)
DEAD = ("Dead",)
TAKEN = ("Considered valid",)
LIBRARY = "FRAMAC_SHARE"

DEFINITION = re.compile(r"^(?:static )?(?:__attribute__\(\(\w+\)\) )?[A-Za-z_][\w \t*]*?\b(\w+)\([^;{}]*\)\n\{",
                        re.MULTILINE)
DIRECTIVE = re.compile(r"prove: (\w+) (.*?)(?: \*/)?$", re.MULTILINE)
COVERED = re.compile(r"^\s+(\w+): (\d+) stmts out of (\d+)", re.MULTILINE)
SMOKE = re.compile(r"Failed smoke-test|Smoke Test.*Failed|\(Doomed\)", re.IGNORECASE)


@dataclasses.dataclass
class Driver:
    path: pathlib.Path
    by: str = ""
    sources: list = dataclasses.field(default_factory=list)
    through: list = dataclasses.field(default_factory=list)
    inside: list = dataclasses.field(default_factory=list)
    options: list = dataclasses.field(default_factory=list)
    open: dict = dataclasses.field(default_factory=dict)  # name: statements
    refused: tuple = ()

    @property
    def name(self):
        return self.path.stem


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is not proven: KIND in a function, and where."""

    kind: str
    function: str
    text: str


def read_driver(path):
    driver = Driver(path)
    for word, rest in DIRECTIVE.findall(path.read_text()):
        if word == "by":
            driver.by = rest
        elif word == "with":
            driver.sources += rest.split()
        elif word == "through":
            driver.through += rest.split()
        elif word == "inside":
            driver.inside += rest.split()
        elif word == "option":
            driver.options += rest.split()
        elif word == "open":
            name, *most = rest.split(":")[0].split()
            driver.open[name] = int(most[0]) if most else sys.maxsize
        elif word == "refused":
            driver.refused = tuple(rest.split(" in "))
        else:
            sys.exit(f"{path}: '{word}' is no directive")
    if driver.by not in ("eva", "wp"):
        sys.exit(f"{path}: 'prove: by' is missing")
    return driver


def functions(paths):
    return [name for path in paths for name in DEFINITION.findall(pathlib.Path(path).read_text())]


def command(driver, report, include):
    flags = " ".join(f"-I{folder}" for folder in [*INCLUDES, include]) + f" -include {BUILTINS}"
    line = ["frama-c", *COMMON, *OVERFLOW, f"-cpp-extra-args={flags}", str(driver.path)]
    line += driver.sources + driver.through
    if driver.by == "eva":
        line += [*EVA, *driver.options, "-then", "-metrics-eva-cover"]
    else:
        line += [*WP, "-wp-fct", ",".join(proven_functions(driver)), *driver.options]
    return [*line, "-then", "-report-csv", str(report)]


def own_functions(driver):
    return functions([*driver.sources, *driver.inside, driver.path])


def proven_functions(driver):
    return [name for name in own_functions(driver) if name not in driver.open]


def run(driver, out, include):
    """What Frama-C says; the report is in the file."""
    report = out / f"{driver.name}.csv"
    report.unlink(missing_ok=True)
    environment = dict(os.environ, WHY3CONFIG=str(out / "why3.conf"))
    try:
        done = subprocess.run(command(driver, report, include), env=environment, timeout=SECONDS, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        said, status = (error.stdout or b"").decode() + "\ntook too long\n", 1
    (out / f"{driver.name}.log").write_text(said)
    return said, status, report


def read_report(report):
    with open(report, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_fine(row):
    if row["status"] in PROVEN + DEAD:
        return True
    return row["status"] in TAKEN and row["directory"].startswith(LIBRARY)


def open_properties(driver, rows):
    for row in rows:
        # Each call has a row of its own; this one is about calls from "open" functions, too.
        if driver.by == "wp" and row["property kind"] == "precondition":
            continue
        if not is_fine(row):
            where = f"{row['directory']}/{row['file']}:{row['line']}"
            yield Fault(row["property kind"], row["function"],
                        f"{where}: {row['property kind']}: {row['property']} ({row['status']})")


def unreached(driver, said):
    covered = {name: (int(some), int(every)) for name, some, every in COVERED.findall(said)}
    for name in own_functions(driver):
        some, every = covered.get(name, (0, 1))
        if every - some > driver.open.get(name, 0):
            yield Fault("unreached", name, f"{name}(): main() reaches {some} of {every} statements")


def without_proof(driver, rows):
    seen = {row["function"] for row in rows if row["status"] in PROVEN}
    for name in proven_functions(driver):
        if name not in seen:
            yield Fault("unreached", name, f"{name}(): nothing is proven of it")


def faults(driver, said, status, report):
    if status or not report.exists():
        return [Fault("error", "", line) for line in said.splitlines()[-8:]]
    rows = read_report(report)
    found = list(open_properties(driver, rows))
    found += unreached(driver, said) if driver.by == "eva" else without_proof(driver, rows)
    found += [Fault("contradiction", "", line) for line in said.splitlines() if SMOKE.search(line)]
    return found


def expected(driver, found):
    """For a driver with a mistake: what is wrong about the faults that were found."""
    if not driver.refused:
        return found
    kind, function = driver.refused
    if any(fault.kind == kind and fault.function == function for fault in found):
        return []
    return [*found, Fault("accepted", function, f"{kind} in {function}() went unnoticed")]


def judge(path, out, include):
    driver = read_driver(path)
    start = time.monotonic()
    found = expected(driver, faults(driver, *run(driver, out, include)))
    verdict = "FAIL" if found else "ok"
    lines = [f"prove_{driver.name} {verdict} ({time.monotonic() - start:.1f} s)"]
    print("\n".join(lines + [f"    {fault.text}" for fault in found]), flush=True)
    return not found


def detect_provers(out):
    """Where Why3 finds z3 is written down once."""
    environment = dict(os.environ, WHY3CONFIG=str(out / "why3.conf"))
    subprocess.run(["why3", "-C", str(out / "why3.conf"), "config", "detect"], env=environment,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--include", type=pathlib.Path, default="/usr/include")
    parser.add_argument("drivers", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    detect_provers(arguments.out)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(judge, path, arguments.out, arguments.include) for path in arguments.drivers]
        verdicts = [job.result() for job in jobs]
    passed, failed = verdicts.count(True), verdicts.count(False)
    if arguments.results:
        with open(arguments.results, "a") as file:
            file.writelines(f"failed: prove_{path.stem}\n"
                            for path, proven in zip(arguments.drivers, verdicts) if not proven)
            file.write(f"prove {passed} {failed} 0\n")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
