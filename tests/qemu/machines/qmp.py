# SPDX-License-Identifier: BSD-2-Clause
"""Gives QEMU orders while it runs, by its machine protocol (QMP)."""

import json
import socket

PATIENCE = 20  # seconds for any answer


class Qmp:
    """One QEMU: start it with `options`, then call execute()."""

    def __init__(self, path):
        self.path = str(path)
        self.options = ["-qmp", f"unix:{self.path},server=on,wait=off"]
        self.link = None

    def connect(self):
        """QEMU listens before its machine runs. Capabilities have to be agreed on first."""
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(PATIENCE)
        self.link.connect(self.path)
        self.file = self.link.makefile("rwb")
        assert "QMP" in self.message()
        self.execute("qmp_capabilities")

    def message(self):
        line = self.file.readline()
        assert line, "QEMU left"
        return json.loads(line)

    def execute(self, name, **arguments):
        """The answer to a command; events that come before it are dropped."""
        if not self.link:
            self.connect()
        order = {"execute": name, "arguments": arguments}
        self.file.write(json.dumps(order).encode() + b"\n")
        self.file.flush()
        answer = self.message()
        while "event" in answer:
            answer = self.message()
        assert "return" in answer, f"{name}: {answer}"
        return answer["return"]

    def close(self):
        if self.link:
            self.file.close()
            self.link.close()
            self.link = None
