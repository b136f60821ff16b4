#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Has ACPICA judge ACPI tables: its compiler, its disassembler and its interpreter.

    judge.py [--results FILE] [--mktables TOOL] [--out FOLDER] TREE.dtb|FOLDER...

A folder holds the tables of one machine, one for each file *.aml. For a device tree, TOOL makes
that folder below --out. Each check counts as a test; the line "acpi PASSED FAILED 0" is added to
FILE.

No error, warning or remark of the compiler is accepted. Its optimizations are hints, not remarks:
our numbers have fixed widths.
"""
import argparse
import pathlib
import re
import subprocess
import sys

SECONDS = 60

PCI_OSC = "5B 4D DB 33 F7 1F 1C 40 96 57 74 41 C0 3D D7 66"
PCI_DSM = "D0 37 C9 E5 53 35 7A 4D 91 17 EA 4D 19 C3 43 4D"
OTHER_UUID = "00 " * 15 + "01"

# Bits of the first word of _OSC's answer
FAILURE, UNKNOWN_UUID, UNKNOWN_REVISION, MASKED = 2, 4, 8, 16
GRANTED = 0xBF


class Complaint(Exception):
    """What is wrong with a table."""


def run(command, folder, text=None):
    """The output of a command, both streams."""
    done = subprocess.run(command, cwd=folder, input=text, timeout=SECONDS, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Complaint(f"{command[0]} ended with {done.returncode}\n{done.stdout}")
    return done.stdout


def expect(what, value, expected):
    if value != expected:
        raise Complaint(f"{what} is {value!r}, not {expected!r}")


# -- compiler --


def is_code(table):
    return table.read_bytes()[:4] in (b"DSDT", b"SSDT")


def recompile(table):
    """Disassembles a table and compiles the result; returns the file that comes out."""
    source, target = table.with_suffix(".dsl"), f"{table.stem}_again"
    output = run(["iasl", "-d", table.name], table.parent)
    if not source.exists() or re.search(r"(?i)error|warning|invalid|mismatch", output):
        raise Complaint(f"disassembly:\n{output}")
    output = run(["iasl", "-p", target, source.name], table.parent)
    if "0 Errors, 0 Warnings, 0 Remarks" not in output:
        raise Complaint(f"compilation:\n{output}")
    return table.parent / f"{target}.aml"


def methods(data):
    """The methods in AML whose bytes are written by hand, whole: length of one or two bytes."""
    for found in re.finditer(rb"\x14([\x00-\x3f]|[\x40-\x4f].)(_OSC|_DSM)", data, re.S):
        length = found[1][0] & 0x3F
        if len(found[1]) == 2:
            length = (found[1][0] & 0xF) | found[1][1] << 4
        yield data[found.start():found.start() + 1 + length]


def compare_code(table):
    """Code comes back shorter, but not the methods that were written in the shortest form."""
    old, new = table.read_bytes(), recompile(table).read_bytes()
    if list(methods(old)) != list(methods(new)):
        raise Complaint("the compiler writes other bytes for a method")
    expect("number of methods", len(list(methods(old))), old.count(b"_OSC") + old.count(b"_DSM"))


def compare_data(table):
    """A table without code must come back from the compiler byte by byte."""
    again = recompile(table)
    # The compiler leaves its own name and version in the header, which changes the checksum.
    ignored = {9, *range(28, 36)}
    old, new = table.read_bytes(), again.read_bytes()
    if len(old) != len(new):
        raise Complaint(f"{len(old)} bytes became {len(new)}")
    for i, (a, b) in enumerate(zip(old, new)):
        if a != b and i not in ignored:
            raise Complaint(f"byte {i:#x} was {a:#x} and became {b:#x}")


# -- interpreter --

# There is no _SRS to set resources with, which the interpreter tries nevertheless.
HARMLESS = "AcpiSetCurrentResources failed: AE_NOT_FOUND"
TROUBLE = re.compile(r"failed|mismatch|AE_[A-Z]|Could not|(ACPI|BIOS|Firmware)[^\n]*"
                     r"(Error|Warning|Exception)")


class Namespace:
    """The interpreter with the tables of a folder that hold code."""

    def __init__(self, folder):
        self.folder = folder
        self.tables = sorted(table.name for table in folder.glob("????.aml") if is_code(table))
        found = self.ask(["find ????"])
        self.paths = re.findall(r"(?m)^ +(\\\S+) +[A-Z]\w+ +0x", found)
        if not self.paths:
            raise Complaint(f"empty namespace:\n{found}")
        self.values = {}

    def ask(self, commands):
        """What the interpreter says to the commands, from loading the tables on."""
        text = "\n".join([*commands, "quit", ""])
        output = run(["acpiexec", *self.tables], self.folder, text)
        bad = TROUBLE.search(output.replace(HARMLESS, ""))
        if bad:
            line = output[:output.index(bad.group())].count("\n")
            raise Complaint("\n".join(output.splitlines()[max(0, line - 8):line + 4]))
        if "successfully acquired and loaded" not in output:
            raise Complaint(f"tables were not loaded:\n{output}")
        return output

    def named(self, *names):
        return [path for path in self.paths if path.rsplit(".", 1)[-1] in names]

    def evaluate(self, path, arguments=""):
        """The object that comes back: an integer, or the bytes of a buffer."""
        output = self.ask([f"evaluate {path} {arguments}"])
        buffer = re.search(r"\[Buffer\] Length (\w+) =((?:\s+[0-9A-F]{4}: [0-9A-F ]+//.*)+)", output)
        if buffer:
            rows = re.findall(r"[0-9A-F]{4}: ([0-9A-F ]+)//", buffer[2])
            return bytes.fromhex("".join(rows))[:int(buffer[1], 16)]
        number = re.search(r"\[Integer\] = ([0-9A-F]+)", output)
        if not number:
            raise Complaint(f"{path} {arguments}:\n{output}")
        return int(number[1], 16)


def load_all(folder):
    """The interpreter takes every table of the folder, code or not."""
    tables = sorted(table.name for table in folder.glob("????.aml"))
    output = run(["acpiexec", "-b", "tables;quit", *tables], folder)
    for table in tables:
        signature = (folder / table).read_bytes()[:4].decode()
        if not re.search(rf"(?m)Loaded +\S+ ACPI: {signature} ", output):
            raise Complaint(f"{table} is not among them:\n{output}")
    if TROUBLE.search(output):
        raise Complaint(output)


def evaluate_all(space):
    """Everything that a guest evaluates of every device, and gets an object from."""
    names = ("_HID", "_CID", "_UID", "_STA", "_CCA", "_CRS", "_PRT", "_SEG", "_BBN", "_AEI")
    paths = space.named(*names)
    answers = space.ask([f"evaluate {path}" for path in paths]).split("\nEvaluating ")[1:]
    expect("number of answers", len(answers), len(paths))
    for path, answer in zip(paths, answers):
        value = re.search(rf"^Evaluation of {re.escape(path)} returned object.*\n(.*)", answer, re.M)
        if not value:
            raise Complaint(f"{path} gives nothing")
        space.values[path] = value[1].strip()


def convert_resources(space):
    """Every _CRS, _PRT and _AEI through the interpreter's own structures and back."""
    devices = {path.rsplit(".", 1)[0] for path in space.named("_CRS", "_PRT", "_AEI")}
    output = space.ask([f"resources {device}" for device in sorted(devices)])
    expect("number of templates that were converted", output.count("Resource Conversion Comparison"),
           len(space.named("_CRS")))


def check_identities(space):
    """No two devices of a kind have one _UID."""
    seen = {}
    for path in space.named("_UID"):
        device = path.rsplit(".", 1)[0]
        identity = space.values[f"{device}._HID"], space.values[path]
        if identity in seen:
            raise Complaint(f"{device} and {seen[identity]} are both {identity}")
        seen[identity] = device


def osc(space, path, uuid, revision, words):
    """The words of the buffer that _OSC returns."""
    data = b"".join(word.to_bytes(4, "little") for word in words)
    answer = space.evaluate(path, f"({uuid}) {revision} {len(words)} ({data.hex(' ').upper()})")
    return [int.from_bytes(answer[i:i + 4], "little") for i in range(0, len(answer), 4)]


def check_osc(space):
    for path in space.named("_OSC"):
        for query in (0, 1):
            expect(path, osc(space, path, PCI_OSC, 1, [query, 0x1F, 0x1F]), [query, 0x1F, 0x1F])
            expect(path, osc(space, path, PCI_OSC, 1, [query, 0x1F, 0xFFF]),
                   [query | MASKED, 0x1F, GRANTED])
        expect(path, osc(space, path, PCI_OSC, 1, [0, 0, 0]), [0, 0, 0])
        expect(path, osc(space, path, PCI_OSC, 2, [0, 1, 2]), [UNKNOWN_REVISION, 1, 2])
        expect(path, osc(space, path, PCI_OSC, 1, [0, 1]), [FAILURE, 1])
        expect(path, osc(space, path, OTHER_UUID, 1, [1]), [UNKNOWN_UUID | 1])


def check_dsm(space):
    for path in space.named("_DSM"):
        expect(path, space.evaluate(path, f"({PCI_DSM}) 1 0 [1]"), bytes([1 << 5 | 1]))
        expect(path, space.evaluate(path, f"({PCI_DSM}) 1 5 [1]"), 0)
        expect(path, space.evaluate(path, f"({PCI_DSM}) 1 7 [1]"), bytes(1))
        expect(path, space.evaluate(path, f"({OTHER_UUID}) 1 0 [1]"), bytes(1))


def check_button(space):
    for path in (path for path in space.paths if re.search(r"\._E[0-9A-F]{2}$", path)):
        if "Device Notify on [PWRB]" not in space.ask([f"evaluate {path}"]):
            raise Complaint(f"{path} does not notify the button")


# In this order, each where an object of such a name is.
CHECKS = [(evaluate_all, "_HID"), (convert_resources, "_CRS"), (check_identities, "_UID"),
          (check_osc, "_OSC"), (check_dsm, "_DSM"), (check_button, "_E[0-9A-F]{2}")]


# -- all of it --


class Judge:
    """Counts tests."""

    def __init__(self):
        self.passed = self.failed = 0
        self.failures = []

    def check(self, what, function, *arguments):
        try:
            result = function(*arguments)
        except (Complaint, subprocess.TimeoutExpired, OSError) as complaint:
            print(f"{what} FAIL\n{complaint}", file=sys.stderr)
            self.failed += 1
            self.failures.append(what)
            return None
        print(f"{what} ok")
        self.passed += 1
        return result

    def folder(self, name, folder):
        tables = sorted(folder.glob("????.aml"))
        if not self.check(f"{name}: has tables", lambda: tables or expect("number", 0, "any")):
            return
        for table in tables:
            self.check(f"{name}: {table.stem}", compare_code if is_code(table) else compare_data, table)
        self.check(f"{name}: load_all", load_all, folder)
        space = self.check(f"{name}: namespace", Namespace, folder)
        if not space:
            return
        for function, names in CHECKS:
            if any(re.search(rf"\.{names}$", path) for path in space.paths):
                self.check(f"{name}: {function.__name__}", function, space)

    def tree(self, dtb, tool, out):
        folder = out / dtb.stem
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        output = self.check(f"{dtb.stem}: mktables", run, [tool, str(dtb.resolve()), "."], folder)
        if output is not None:
            self.folder(dtb.stem, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results")
    parser.add_argument("--mktables", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("what", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    judge = Judge()
    for what in arguments.what:
        if what.is_dir():
            judge.folder(what.resolve().name, what)
        else:
            judge.tree(what, str(arguments.mktables.resolve()), arguments.out)
    print(f"{judge.passed} passed, {judge.failed} failed")
    if arguments.results:
        with open(arguments.results, "a", encoding="ascii") as file:
            file.writelines(f"failed: acpi: {what}\n" for what in judge.failures)
            file.write(f"acpi {judge.passed} {judge.failed} 0\n")
    return 1 if judge.failed or not judge.passed else 0


if __name__ == "__main__":
    sys.exit(main())
