# SPDX-License-Identifier: BSD-2-Clause
"""One counted run of QEMU: the command line, the plugin's report, the payload's report."""
import json
import os
import re
import subprocess

MARKERS = {"arm64": "0xcadef7bf", "arm": "0xe320f0a1"}  # payload/marker.h
NOTES = {"arm64": [0xcadec3bf + (n << 10) for n in range(6)], "arm": [0xe320f0b0 + n for n in range(6)]}
ON, ON_DONE, ENTERED, OFF, ASK, ASKED = range(6)
EMULATORS = {"arm64": "qemu-system-aarch64", "arm": "qemu-system-arm"}
CPUS = {"arm64": ("virt,gic-version=3", "cortex-a57"), "arm": ("virt", "cortex-a15")}
RAM = 1 << 30

# Instructions are the clock, and every seed is fixed: the same run gives the same count.
REPEATABLE = ["-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2024-01-01,clock=vm"]
BARE = ["-nodefaults", "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"]


class Failed(Exception):
    """A run that did not reach its marker, or whose payload found something wrong."""


class Count(dict):
    """The plugin's line at the marker, with the payload's findings under 'payload' and, where they
    were asked for, the instructions of PSCI calls under 'psci'."""

    @property
    def accesses(self):
        return self["reads"] + self["writes"]

    @property
    def kept(self):
        """Bytes of RAM that the payload cannot use; None when it could not tell."""
        found = self.get("payload")
        if not found:
            return None
        return found["reserved"] + RAM - found["memory"]


def command(arch, args, plugin, out, cpus=1, virtualization=False, io=True, ram=RAM, extra="",
            guest=None, notes=False, marker=None, hot=None):
    board, cpu = CPUS[arch]
    board += extra
    if virtualization:
        board += ",virtualization=on"
    guest = guest or arch
    options = [plugin, "marker=" + (marker or MARKERS[guest]), "out=" + out]
    options += ([] if io else ["io=off"]) + (["stop=on"] if marker else [])
    options += ["hot=" + hot] if hot else []
    options += ["note=0x%x" % word for word in NOTES[guest] if notes]
    return [
        EMULATORS[arch], "-M", board, "-cpu", cpu, "-smp", str(cpus), "-m", "%dM" % (ram >> 20),
        *REPEATABLE, *BARE, "-plugin", ",".join(options), *args,
    ]


def payload_line(console):
    """The words of payload.c's line, numbers as numbers."""
    lines = re.findall(r"payload: (.*?)\r?\n", console)
    if not lines:
        return None
    words = dict(w.split("=", 1) for w in lines[-1].split() if "=" in w)
    return {k: int(v, 16) if v.startswith("0x") else v for k, v in words.items()}


def psci_calls(lines):
    """Instructions of CPU_ON until the second CPU is in the guest, and of CPU_OFF until the first CPU
    is told so: of either CPU what it executes for the call, not what it does while it waits."""
    at = {line["note"]: line["insns"] for line in lines if line["at"] == "note"}  # the last of each
    if len(at) < len(NOTES["arm64"]):
        return None
    caller, started = at[ON_DONE][0] - at[ON][0], at[ENTERED][1] - at[ON][1]
    asked, stopped = at[ASKED][0] - at[ASK][0], at[ASKED][1] - at[OFF][1]
    return {"on": caller + started, "off": asked + stopped,
            "parts": {"caller": caller, "started": started, "stopped": stopped, "asked": asked}}


def tail(text, lines=12):
    return "\n".join("    | " + line for line in text.strip().splitlines()[-lines:])


def run(args, work, name, arch="arm64", timeout=300, **how):
    """Run to power-off; the count at the marker. `name` names the files left in `work`."""
    out = os.path.join(work, "run-%s.json" % name)
    if os.path.exists(out):
        os.unlink(out)
    cmd = command(arch, args, os.path.join(work, "count.so"), out, **how)
    try:
        done = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout)
        console, why = done.stdout.decode(errors="replace"), "QEMU ended with %d" % done.returncode
    except subprocess.TimeoutExpired as e:
        console, why = (e.stdout or b"").decode(errors="replace"), "no end in %d s" % timeout
    with open(os.path.join(work, "run-%s.log" % name), "w") as f:
        f.write(" ".join(cmd) + "\n" + console)
    return read_count(out, console, why)


def read_count(out, console, why):
    lines = [json.loads(line) for line in open(out)] if os.path.exists(out) else []
    at_marker = [line for line in lines if line["at"] == "marker"]
    if not at_marker:
        raise Failed("the marker was not reached (%s)\n%s" % (why, tail(console)))
    return Count(at_marker[0], payload=payload_line(console), psci=psci_calls(lines))
