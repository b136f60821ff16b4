#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Has dtc and dt-schema judge device trees.

    judge_fdt.py [--results FILE] TREE.dtb...

No warning is accepted, those included that dtc leaves out by default. dt-schema knows the rules of
the Devicetree Specification; Debian's package has no bindings of devices. Each tree counts as one
test, and so does a bad one that both must refuse; the line "fdt PASSED FAILED 0" is added to FILE.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

SECONDS = 60
MORE = ["property_name_chars_strict", "node_name_chars_strict", "unique_unit_address_if_enabled"]

# Names that PSCI's binding gave before there was such a rule.
ACCEPTED = re.compile(r"\(property_name_chars_strict\): /psci:(cpu_suspend|cpu_off|cpu_on): ")

# No model, a unit address without a register, and a list of cells of the wrong length.
BAD = """/dts-v1/; / { compatible = "bad"; #address-cells = <2>; #size-cells = <2>;
memory@0 { device_type = "memory"; reg = <0 1>; }; }; """


def lines(command, text=None):
    """What a command says on stderr; dt-validate's exit status says nothing."""
    done = subprocess.run(command, input=text, timeout=SECONDS, text=True, capture_output=True)
    said = done.stderr.splitlines()
    if done.returncode and not said:
        said = [f"{command[0]} ended with {done.returncode}"]
    return said


def by_dtc(tree):
    options = [word for name in MORE for word in ("-W", name)]
    said = lines(["dtc", "-I", "dtb", "-O", "dts", "-o", "/dev/null", *options, str(tree)])
    return [line for line in said if not ACCEPTED.search(line)]


def by_schema(tree):
    return lines(["dt-validate", str(tree)])


def check_judges(folder):
    """Whether both find fault with a bad tree."""
    tree = folder / "bad.dtb"
    lines(["dtc", "-q", "-f", "-I", "dts", "-O", "dtb", "-o", str(tree)], BAD)
    return [f"{judge.__name__} accepts a bad tree" for judge in (by_dtc, by_schema) if not judge(tree)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("tree", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said = {"judges": check_judges(pathlib.Path(folder))}
    for tree in arguments.tree:
        said[tree.name] = by_dtc(tree) + by_schema(tree)
    for name, complaints in said.items():
        print(name, "FAIL" if complaints else "ok")
        for line in complaints:
            print(f"  {line}")
    failed = sum(map(bool, said.values()))
    if arguments.results:
        with arguments.results.open("a") as file:
            file.writelines(f"failed: fdt: {name}\n" for name, complaints in said.items() if complaints)
            file.write(f"fdt {len(said) - failed} {failed} 0\n")
    print(f"{len(said) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
