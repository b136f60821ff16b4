# SPDX-License-Identifier: BSD-2-Clause
"""Runs QEMU's virt machine with forearm in it and collects what the serial port says."""

import os
import re
import selectors
import shlex
import subprocess
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
BUILD = TOP / os.environ.get("FOREARM_BUILD", "build")  # make O=
GUESTS = BUILD / "guests"
LOGS = BUILD / "test-logs"
FIRMWARE = BUILD / "forearm.bin"
UBOOT = Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin")

BOOT_TIMEOUT = 150  # seconds to userspace and back; two idle processors need 3 to 20
EARLY_TIMEOUT = 60  # seconds for what happens before a kernel runs
SILENCE = 60  # seconds without a byte on the serial port: nothing will come any more
GRACE = 3  # seconds that a stopped machine gets to leave by itself
LOG_LIMIT = 8 << 20  # bytes; more is a firmware or kernel gone wild

# After one of these nothing new can come.
THE_END = re.compile(rb"forearm: stopped|Kernel panic - not syncing|end Kernel panic")


# The kernel may print amid a line of the guest's: that message, and what was left of the line.
AMID = re.compile(r"^(forearm-test: [^\n<]*?)(\[ *\d+\.\d{6}\] [^\n]*)\n([^\n]*)$", re.M)


def whole_lines(text):
    """The guest's lines in one piece, and each such message behind its line."""
    return AMID.sub(r"\1\3\n\2", text)


class Run:
    """What one run of QEMU left behind.

    code is QEMU's exit status, None if it had to be killed; ended says why it ended: "exit",
    "seen" (the awaited text appeared), "stopped" (forearm or the kernel gave up and the machine
    stayed on), "silent", "timeout" or "flood".
    """

    def __init__(self, data, code, ended, seconds):
        self.text = whole_lines(data.decode("utf-8", "replace").replace("\r", ""))
        self.lines = self.text.splitlines()
        self.code = code
        self.ended = ended
        self.seconds = seconds

    def count(self, pattern):
        return len(re.findall(pattern, self.text))

    def find(self, pattern):
        """The first line that matches pattern, or None."""
        return next((line for line in self.lines if re.search(pattern, line)), None)

    def value(self, name):
        """VALUE of the guest's line "forearm-test: NAME=VALUE"."""
        found = re.search(rf"^forearm-test: {name}=(.*)$", self.text, re.M)
        return found.group(1) if found else None

    def said(self, kind):
        """The texts of forearm's own lines of one kind: error, remedy, warning."""
        return re.findall(rf"^forearm: {kind}: (.*)$", self.text, re.M)

    def values(self, name):
        """All VALUEs of the guest's lines "forearm-test: NAME=VALUE", in order."""
        return re.findall(rf"^forearm-test: {name}=(.*)$", self.text, re.M)


def fw_cfg_option(name, value):
    """Paths are passed as files, strings as they are; a comma must be doubled for QEMU."""
    kind = "file" if isinstance(value, Path) else "string"
    return ["-fw_cfg", f"name={name},{kind}=" + str(value).replace(",", ",,")]


def payload_options(mode, kernel, initrd, append, fw_cfg):
    """How kernel and initrd get to forearm: by QEMU's own keys, or by forearm's fw_cfg files."""
    options, files = [], dict(fw_cfg or {})
    if mode == "kernel":
        options += ["-kernel", str(FIRMWARE)]
        if kernel:
            files["opt/org.forearm/kernel"] = kernel
        if initrd:
            files["opt/org.forearm/initrd"] = initrd
    else:
        options += ["-bios", str(FIRMWARE)] if mode == "bios" else []
        options += ["-kernel", str(kernel)] if kernel else []
        options += ["-initrd", str(initrd)] if initrd else []
    options += ["-append", append] if append is not None else []
    for name, value in files.items():
        options += fw_cfg_option(name, value)
    return options


def command(
    program="qemu-system-aarch64",
    machine="",
    cpu="cortex-a57",
    accel="tcg",
    smp=1,
    memory="1G",
    mode="bios",
    kernel=None,
    initrd=None,
    append=None,
    fw_cfg=None,
    reboot=False,
    extra=(),
):
    """The command line. mode: "bios" (-bios forearm), "kernel" (-kernel forearm) or "none".

    program: a name, or the words that start it, as those of newer.program().
    """
    words = [*([program] if isinstance(program, str) else program), "-M", ",".join(filter(None, ["virt", machine])), "-cpu", cpu]
    words += ["-accel", accel, "-smp", str(smp), "-m", memory]
    words += ["-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none"]
    words += [] if reboot else ["-no-reboot"]
    words += payload_options(mode, kernel, initrd, append, fw_cfg)
    return words + list(extra)


class Watcher:
    """Reads a process's output until there is a reason to stop, which it leaves in `ended`.

    `on` maps texts to functions, each called once, when a line has its text.
    """

    def __init__(self, process, until, times, timeout, silence, end, on):
        self.fd = process.stdout.fileno()
        self.until = re.compile((until or r"(?!)").encode(), re.M)
        self.left = times
        self.on = dict(on or {})
        self.deadline = time.monotonic() + timeout
        self.silence = silence
        self.end = end
        self.at_deadline = "timeout"
        self.heard = time.monotonic()
        self.data = b""
        self.line = 0  # where the last, perhaps unfinished, line begins
        self.ended = None

    def read(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.fd, selectors.EVENT_READ)
            while not self.ended:
                silent = self.heard + self.silence - time.monotonic()
                left = self.deadline - time.monotonic()
                if left <= 0:
                    self.ended = self.at_deadline
                elif silent <= 0:
                    self.ended = "silent"
                elif selector.select(min(left, silent)):
                    self.take()

    def take(self):
        time.sleep(0.01)  # the serial port's bytes come one by one: let some gather
        chunk = os.read(self.fd, 1 << 16)
        self.data += chunk
        self.heard = time.monotonic()
        if not chunk:
            self.ended = "exit"
        elif len(self.data) > LOG_LIMIT:
            self.ended = "flood"
        else:
            self.look()

    def look(self):
        new = self.data[self.line :]
        if len(self.until.findall(new)) >= self.left:
            self.ended = "seen"
        elif self.end.search(new) and self.at_deadline != "stopped":
            self.at_deadline = "stopped"
            self.deadline = time.monotonic() + GRACE
        self.next_line()

    def next_line(self):
        end = self.data.rfind(b"\n") + 1
        if end > self.line:
            lines = self.data[self.line : end]
            self.left -= len(self.until.findall(lines))
            self.line = end
            for text in [text for text in self.on if text.encode() in lines]:
                self.on.pop(text)()


def run(log, until=None, times=1, timeout=BOOT_TIMEOUT, silence=SILENCE, end=THE_END, on=None,
        **options):
    """Runs QEMU until it exits, or until the text `until` came `times` times; see command().

    end: after a line with this the machine has a moment to leave by itself.

    on: {text: function}, to do something when the guest is at a certain point.
    """
    words = command(**options)
    start = time.monotonic()
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    watcher = Watcher(process, until, times, timeout, silence, end, on)
    try:
        watcher.read()
        if watcher.ended == "exit":
            process.wait(GRACE)
    finally:
        code = process.poll()
        process.kill()
        process.wait()
        process.stdout.close()
        result = Run(watcher.data, code, watcher.ended, time.monotonic() - start)
        write_log(log, words, result)
    return result


def write_log(log, words, result):
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        file.write(f"$ {shlex.join(words)}\n{result.text.rstrip()}\n")
        file.write(f"[{result.ended}, exit status {result.code}, {result.seconds:.1f} s]\n\n")
