#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What forearm costs, beside QEMU's direct boot, U-Boot and EDK2: executed instructions and device
accesses from reset to the payload, and instructions from reset to Debian's userspace. Fails when a
budget is broken. Results: a table, build/bench.json, docs/bench.svg."""
import argparse
import json
import os
import subprocess
import sys

import budgets
import chart
import cpio
import diskboots
import machine
import shapes
from firmware import firmwares

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
INITRD_BYTES = 64 << 20
BIG_BYTES = 32 << 20

# case: column, kernel, with initrd, CPUs
CASES = {
    "tiny": ("tiny payload", "tiny", False, 1),
    "cpus": ("8 CPUs", "tiny", False, 8),
    "big": ("32 MiB payload", "big", False, 1),
    "initrd": ("64 MiB initrd", "tiny", True, 1),
    "all": ("all three", "big", True, 8),
}
BITS = {"arm64": "64", "arm": "32"}
GUESTS = {"arm64": "arm64", "arm": "armhf"}
DIRECT_INSNS = {"arm64": 8, "arm": 5}  # QEMU's loader and the payload's header, without a firmware


def say(text=""):
    print(text, flush=True)


class Bench:
    """One invocation: its options, its results, and what went wrong."""

    def __init__(self, args):
        self.args = args
        self.work = os.path.join(args.build, "bench")
        self.selected = [row for arch in BITS for row in self.select(arch)]
        self.results = {}  # (arch, firmware key) -> {"firmware", "sizes", "counts", "debian"}
        self.checks = []
        self.failures = []
        self.formats = {}  # arch -> bytes of the kernel, and a line for each format

    def file(self, name):
        return os.path.join(self.work, name)

    # ---- what to run ----

    def select(self, arch):
        rows = firmwares(arch, os.path.join(self.args.build, "forearm.bin"))
        if self.args.quick:
            rows = [r for r in rows if r.ours or r.key == "direct"]
        if self.args.only:
            wanted = tuple(self.args.only.split(","))
            rows = [r for r in rows if r.key.startswith(wanted) or r.key == "direct"]
        return rows

    def rows(self, arch):
        return [r for r in self.selected if r.arch == arch]

    def guest(self, arch):
        return os.path.join(self.args.build, "guests", GUESTS[arch], "vmlinuz")

    def debian_archs(self):
        if self.args.no_debian:
            return []
        return ["arm64"] if self.args.quick else ["arm64", "arm"]

    def cases(self, arch):
        return ["tiny", "cpus", "all"] if self.args.quick and arch == "arm" else list(CASES)

    def missing(self):
        notes = [row.missing() for row in self.selected]
        if self.shaped():
            notes += self.shapes().missing()
        notes += ["Debian's %s kernel: %s is missing (run make setup first)" % (GUESTS[a], self.guest(a))
                  for a in self.debian_archs() if not os.path.exists(self.guest(a))]
        return sorted({n for n in notes if n})

    def build(self):
        subprocess.run(["make", "-s", "-C", HERE, "OUT=" + self.work], check=True)
        for bits in BITS.values():
            cpio.write_initrd(self.file("initrd-%s.cpio" % bits), self.file("init" + bits))

    # ---- running ----

    def run(self, row, name, args, **how):
        """A count, or None and a failure noted."""
        label = "%s-%s-%s" % (row.arch, row.key, name)
        try:
            return machine.run(args, self.work, label, arch=row.arch, guest=row.guest,
                               virtualization=row.virtualization, extra=row.board, **how)
        except machine.Failed as e:
            self.failures.append("%s (%s), %s: %s" % (row.name, row.arch, name, e))
            return None

    def payload(self, row, case):
        _, kernel, with_initrd, cpus = CASES[case]
        suffix = row.payload if row.guest == "arm64" else "zimg"
        kernel = self.file("%s%s.%s" % (kernel, BITS[row.guest], suffix))
        initrd = self.file("initrd64m") if with_initrd else None
        count = self.run(row, case, row.args(kernel, initrd, ""), cpus=cpus, notes=case == "cpus",
                         timeout=60 if with_initrd or kernel.startswith(self.file("big")) else 20)
        if count:
            self.verify(row, case, count["payload"], with_initrd)
            self.verify_psci(row, case, count["psci"])
        return count

    def verify(self, row, case, found, with_initrd):
        """A firmware that loads half of it is fast, too."""
        wrong = []
        if not found:
            wrong.append("the payload found no FDT, or said nothing")
        elif found["image"] != "ok":
            wrong.append("the payload is damaged")
        elif with_initrd and (found["initrd"], found["initrd_bytes"]) != ("ok", INITRD_BYTES):
            wrong.append("the initrd is damaged or absent")
        elif not with_initrd and row.ours and found["initrd_bytes"]:
            wrong.append("an initrd that nobody gave")
        self.failures += ["%s (%s), %s: %s" % (row.name, row.arch, case, w) for w in wrong]

    def verify_psci(self, row, case, psci):
        if case == "cpus" and (row.mode or row.ours) and row.payload == "img" and not psci:
            self.failures.append("%s (%s), %s: the second CPU did not come, or not go again"
                                 % (row.name, row.arch, case))

    def measure_payloads(self, arch):
        for row in self.rows(arch):
            counts = self.measure_cases(row)
            self.results[arch, row.key] = {
                "firmware": row, "sizes": row.sizes(), "counts": counts, "debian": None}
            if counts["tiny"] and (row.ours or row.key == "direct"):
                self.check_repeat(row, counts["tiny"])

    def measure_cases(self, row):
        """All of them, unless the first one fails: then the others would only take their time to."""
        counts = dict.fromkeys(c for c in self.cases(row.arch) if not row.cases or c in row.cases)
        for case in counts:
            counts[case] = self.payload(row, case)
            if not counts["tiny"]:
                break
        return counts

    def measure_debian(self, arch):
        initrd = self.file("initrd-%s.cpio" % BITS[arch])
        for row in self.rows(arch):
            result = self.results[arch, row.key]
            if row.virtualization or row.mode or not result["counts"]["tiny"]:
                continue  # another machine than direct boot's, or known not to work
            result["debian"] = self.run(row, "debian", row.args(self.guest(arch), initrd, ""),
                                        io=False, timeout=180)

    def shaped(self):
        return not (self.args.quick or self.args.only or self.args.no_debian)

    def shapes(self):
        return shapes.Shapes(self.args.build, self.work, self.failures)

    def disk_table(self):
        lines = diskboots.Disks(self.args.build, self.work, self.failures).measure()
        for name, bus, count in lines:
            who = "arm64, %s on a disk on %s" % (name, bus)
            self.check(who + ": instructions without waiting", count and count["work"], budgets.DISK_INSNS)
            self.check(who + ": device accesses", count and count.accesses, budgets.DISK_ACCESSES[bus])
        say("Kernels on disks: reset to the kernel's first instruction, arm64")
        print_table(diskboots.table(lines))
        say()

    # ---- budgets ----

    def check(self, *args, **how):
        self.checks.append(budgets.Check(*args, **how))

    def check_repeat(self, row, first):
        second = self.payload(row, "tiny")
        self.check("%s, %s: the same count twice" % (row.arch, row.name), int(first != second), 0, "differ")

    def check_counter(self, arch):
        count = self.results[arch, "direct"]["counts"]["tiny"]
        off = abs(count["insns"] - DIRECT_INSNS[arch]) if count else None
        self.check("%s, counter: direct boot is %d instructions" % (arch, DIRECT_INSNS[arch]), off, 0, "off")

    def check_row(self, arch, result):
        row = result["firmware"]
        who = "%s, %s" % (arch, row.name)
        note = not row.monitor and row.key not in budgets.CHECKED_ROWS
        counts = result["counts"]
        tiny = counts["tiny"]
        if not tiny:
            self.check(who + ": reaches the payload", None, budgets.TINY_INSNS, note=note)
            return
        self.check(who + ": device accesses", tiny.accesses, budgets.accesses(row), note=note)
        self.check(who + ": left resident", tiny.kept, budgets.kept_bytes(row), "bytes", note=note)
        if row.monitor:
            self.check_monitor(who, row, counts)
            return
        if row.payload == "acpi":
            for case, count in counts.items():
                limit = budgets.acpi_instructions(row, case, BIG_BYTES, INITRD_BYTES)
                self.check("%s: %s" % (who, CASES[case][0]), count and count["insns"], limit)
            return
        for case, count in counts.items():
            self.check_case("%s: %s" % (who, CASES[case][0]), arch, case, count,
                            note or case not in budgets.CHECKED_CASES or arch != budgets.CHECKED_ARCH)

    def check_monitor(self, who, row, counts):
        cpus = counts["cpus"]
        psci = cpus and cpus["psci"]
        note = row.arch != budgets.CHECKED_ARCH
        self.check(who + ": tiny payload", counts["tiny"]["insns"], budgets.monitor_instructions(row), note=note)
        self.check(who + ": 8 CPUs", cpus and cpus["insns"], budgets.MONITOR_CPUS_INSNS, note=note)
        self.check(who + ": CPU_ON", psci and psci["on"], budgets.CPU_ON_INSNS)
        self.check(who + ": CPU_OFF", psci and psci["off"], budgets.CPU_OFF_INSNS)

    def check_case(self, name, arch, case, count, note):
        _, kernel, with_initrd, _ = CASES[case]
        suffix = "img" if arch == "arm64" else "zimg"
        kernel_bytes = os.path.getsize(self.file("%s%s.%s" % (kernel, BITS[arch], suffix)))
        if kernel == "tiny":
            kernel_bytes = 0  # the fixed part covers it
        for reading in budgets.READINGS if with_initrd else [budgets.CHECKED]:
            limit = budgets.instructions(kernel_bytes, INITRD_BYTES * with_initrd, reading)
            if case == "cpus":
                limit = budgets.CPUS_INSNS
            other = reading != budgets.CHECKED
            self.check(name + (" (1.25 per line of the kernel only)" if other else ""),
                       count and count["insns"], limit, note=note or other)

    def check_debian(self, arch):
        direct = self.results[arch, "direct"]["debian"]
        for (a, _), result in self.results.items():
            row = result["firmware"]
            if a == arch and row.ours and not (row.virtualization or row.mode) and direct:
                count = result["debian"]
                self.check("%s, %s: reset to Debian's userspace, below direct" % (arch, row.name),
                           count and count["insns"], direct["insns"], below=True, note=arch != "arm64")

    def check_all(self):
        forearm = self.results.get(("arm64", "forearm"))
        if forearm:
            self.check("image", forearm["sizes"][0], budgets.IMAGE_BYTES, "bytes")
            program = os.path.join(self.args.build, "efi64.bin")
            self.check("EFI application", os.path.getsize(program), budgets.EFI_BYTES, "bytes")
        for (arch, key), result in self.results.items():
            if key == "direct":
                self.check_counter(arch)
            if result["firmware"].ours:
                self.check_row(arch, result)
        for arch in self.debian_archs():
            self.check_debian(arch)

    # ---- output ----

    def payload_table(self, arch):
        head = ["firmware", "image", "used", "xz", "RAM kept", *(CASES[c][0] for c in self.cases(arch)),
                "accesses r/w"]
        table = [head]
        for (a, _), result in self.results.items():
            if a == arch and not result["firmware"].mode:
                table.append(payload_cells(result, self.cases(arch)))
        say("Reset to payload, instructions; %s" % machine_name(arch))
        print_table(table)
        self.say_devices(arch)

    def say_devices(self, arch):
        for (a, _), result in self.results.items():
            tiny = result["counts"]["tiny"]
            if a == arch and result["firmware"].ours and not result["firmware"].mode and tiny:
                devices = ", ".join("%s %d/%d" % (d, *rw) for d, rw in tiny["devices"].items())
                say("  %s touches: %s" % (result["firmware"].name, devices or "nothing"))
        say()

    def mode_table(self, arch):
        """Where the machine starts and the guest runs; what stays, and what its PSCI costs."""
        table = [["level", "RAM kept", "tiny payload", "8 CPUs", "CPU_ON", "CPU_OFF"]]
        for (a, _), result in self.results.items():
            if a == arch and result["counts"].get("cpus", {"psci": None}) is not None:
                table.append(mode_cells(result))
        say("Exception levels: bytes resident, and instructions to payload and of PSCI's calls")
        print_table(table)
        say()

    def debian_table(self, arch):
        direct = self.results[arch, "direct"]["debian"]
        table = [["firmware", "instructions", "beside direct", ""]]
        for (a, _), result in self.results.items():
            count = result["debian"]
            if a != arch or result["firmware"].virtualization or result["firmware"].mode:
                continue
            cells = [result["firmware"].name, "failed", "", ""]
            if count:
                cells[1] = "{:,}".format(count["insns"])
            if count and direct:
                difference = count["insns"] - direct["insns"]
                cells[2:] = ["{:+,}".format(difference), "{:+.2%}".format(difference / direct["insns"])]
            table.append(cells)
        say("Reset to userspace, Debian 6.1 %s, 1 CPU" % GUESTS[arch])
        print_table(table)
        say()

    def shape_table(self, arch):
        size, lines = self.shapes().measure(arch)
        self.formats[arch] = {"kernel": size, "lines": lines}
        say("Kernel formats: reset to the kernel's first instruction, a kernel of {:,} bytes, {}".format(size, arch))
        print_table(shapes.table(size, lines))
        say()

    def budget_table(self):
        table = [["budget", "measured", "limit", ""]]
        for c in self.checks:
            measured = "failed" if c.measured is None else "{:,}".format(c.measured)
            limit = "{}{:,}{}".format("< " if c.below else "", c.budget, " " + c.unit if c.unit else "")
            table.append([c.name, measured, limit, c.verdict])
        print_table(table)
        say()

    def save(self):
        out = {"machine": {a: machine_name(a) for a in BITS}, "firmwares": [], "budgets": []}
        for (arch, key), r in self.results.items():
            kept = r["counts"]["tiny"].kept if r["counts"]["tiny"] else None
            out["firmwares"].append({"arch": arch, "key": key, "name": r["firmware"].name, "mode": r["firmware"].mode,
                                     "sizes": r["sizes"], "kept": kept, "counts": r["counts"],
                                     "debian": r["debian"]})
        for c in self.checks:
            out["budgets"].append({"name": c.name, "measured": c.measured, "budget": c.budget,
                                   "note": c.note, "ok": c.ok})
        out["formats"] = self.formats
        out["failures"] = self.failures
        with open(os.path.join(self.args.build, "bench.json"), "w") as f:
            json.dump(out, f, indent=1)
            f.write("\n")
        return out

    def draw(self, out):
        """Only a whole run may replace the chart in the docs."""
        path = self.args.svg
        if not path and not (self.args.quick or self.args.only or self.args.no_debian or self.failures):
            path = os.path.join(TOP, "docs", "bench.svg")
        if path:
            chart.write(path, out)
            say("chart: " + os.path.relpath(path))

    def go(self):
        missing = self.missing()
        if missing:
            sys.exit("\n".join("bench: " + m for m in missing))
        self.build()
        for row in self.selected:
            row.prepare(self.work)
        for arch in BITS:
            self.measure_payloads(arch)
            self.payload_table(arch)
            self.mode_table(arch)
        for arch in self.debian_archs():
            self.measure_debian(arch)
            self.debian_table(arch)
        for arch in BITS if self.shaped() else []:
            self.shape_table(arch)
        if not (self.args.only or self.args.no_debian):
            self.disk_table()
        self.check_all()
        self.budget_table()
        self.draw(self.save())
        return self.verdict()

    def verdict(self):
        for failure in self.failures:
            say("FAILED: " + failure)
        broken = [c for c in self.checks if c.broken]
        say("bench: %d budgets kept, %d broken, %d runs failed"
            % (sum(not c.note for c in self.checks) - len(broken), len(broken), len(self.failures)))
        if self.args.results:
            kept = sum(not c.note for c in self.checks) - len(broken)
            with open(self.args.results, "a", encoding="ascii") as file:
                file.writelines("failed: bench: %s\n" % name
                                for name in [c.name for c in broken] + [f.splitlines()[0] for f in self.failures])
                file.write("bench %d %d 0\n" % (kept, len(broken) + len(self.failures)))
        return 1 if broken or self.failures else 0


def machine_name(arch):
    board, cpu = machine.CPUS[arch]
    return "-M %s -cpu %s -m 1G" % (board, cpu)


def short(count):
    """Small counts in full, large ones in millions."""
    if count is None:
        return "failed"
    n = count["insns"]
    return "{:,}".format(n) if n < 10_000_000 else "%.1f M" % (n / 1e6)


def payload_cells(result, cases):
    sizes, tiny = result["sizes"], result["counts"]["tiny"]
    cells = [result["firmware"].name]
    cells += ["{:,}".format(s) for s in sizes] if sizes else ["-", "-", "-"]
    cells.append("?" if not tiny or tiny.kept is None else "%d KiB" % (tiny.kept >> 10))
    cells += [short(result["counts"][c]) if c in result["counts"] else "-" for c in cases]
    cells.append("%d/%d" % (tiny["reads"], tiny["writes"]) if tiny else "failed")
    return cells


def mode_cells(result):
    counts = result["counts"]
    tiny, cpus = counts["tiny"], counts.get("cpus")
    psci = cpus["psci"] if cpus else None
    kept = "?" if not tiny or tiny.kept is None else "{:,}".format(tiny.kept)
    return [result["firmware"].name, kept, short(tiny), short(cpus) if "cpus" in counts else "-",
            *("{:,}".format(psci[call]) if psci else "-" for call in ("on", "off"))]


def print_table(rows):
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    for n, row in enumerate(rows):
        first = row[0].ljust(widths[0])
        say("  " + "  ".join([first] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]).rstrip())
        if n == 0:
            say("  " + "  ".join("-" * w for w in widths))


def options():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--quick", action="store_true", help="only forearm and direct boot; no armhf userspace")
    ap.add_argument("--only", metavar="KEY[,KEY]",
                    help="only these rows, and direct boot: forearm (or one of its keys in firmware.py), "
                    "u-boot, edk2")
    ap.add_argument("--no-debian", action="store_true", help="only reset to payload")
    ap.add_argument("--svg", metavar="FILE", help="draw the chart there, whatever ran")
    ap.add_argument("--results", metavar="FILE", help="append the line 'bench KEPT BROKEN 0' to it")
    ap.add_argument("--build", default=os.path.join(TOP, "build"), help="the build folder")
    return ap.parse_args()


if __name__ == "__main__":
    sys.exit(Bench(options()).go())
