# SPDX-License-Identifier: BSD-2-Clause
"""A debugger for tests: speaks the GDB remote protocol with QEMU, and knows an ELF's symbols."""

import contextlib
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

PATIENCE = 30  # seconds for any answer

# Registers by name; a number N is xN or rN. QEMU's 32-bit CPUs have a gap before cpsr.
NUMBERS = {
    64: {"lr": 30, "sp": 31, "pc": 32, "cpsr": 33},
    32: {"sp": 13, "lr": 14, "pc": 15, "cpsr": 25},
}


class Stub:
    """One stopped or running CPU. stub["pc"] and stub[0] read and write registers."""

    def __init__(self, link, bits):
        self.link = link
        self.bits = bits
        self.data = b""
        self.ask("qXfer:features:read:target.xml:0,ff")  # else QEMU has no p and P

    def send(self, text):
        body = text.encode()
        self.link.sendall(b"$%s#%02x" % (body, sum(body) % 256))

    def receive(self):
        """The next packet; acknowledgements before it are dropped."""
        while b"#" not in self.data[:-2]:
            chunk = self.link.recv(1 << 16)
            assert chunk, "QEMU left"
            self.data += chunk
        packet, _, rest = self.data.partition(b"#")
        self.data = rest[2:]
        self.link.sendall(b"+")
        return packet.lstrip(b"+").removeprefix(b"$").decode()

    def ask(self, text):
        self.send(text)
        return self.receive()

    def order(self, text):
        answer = self.ask(text)
        assert answer == "OK", f"{text}: {answer}"

    def number(self, name):
        return NUMBERS[self.bits].get(name, name)

    def size(self, name):
        return 4 if name == "cpsr" else self.bits // 8

    def __getitem__(self, name):
        answer = self.ask(f"p{self.number(name):x}")
        assert len(answer) == 2 * self.size(name), f"register {name}: {answer}"
        return int.from_bytes(bytes.fromhex(answer), "little")

    def __setitem__(self, name, value):
        self.order(f"P{self.number(name):x}={value.to_bytes(self.size(name), 'little').hex()}")

    def read(self, address, size):
        """At most 2 KiB a packet: QEMU's buffer holds 4096 hexadecimal digits."""
        data = b""
        while len(data) < size:
            part = min(size - len(data), 0x7F0)
            answer = self.ask(f"m{address + len(data):x},{part:x}")
            assert len(answer) == 2 * part, f"no memory at {address + len(data):#x}: {answer}"
            data += bytes.fromhex(answer)
        return data

    def write(self, address, data):
        """Ignores protection, as a debugger does."""
        self.order(f"M{address:x},{len(data):x}:{data.hex()}")

    def word(self, address, size=None):
        return int.from_bytes(self.read(address, size or self.bits // 8), "little")

    def physical(self, on):
        """Whether addresses of read() and write() pass by the MMU."""
        self.order(f"Qqemu.PhyMemMode:{int(on)}")

    def run(self):
        """Lets it go, for good."""
        self.send("c")

    def run_to(self, address):
        """Runs up to an instruction, which must come."""
        self.order(f"Z0,{address:x},4")
        answer = self.ask("c")
        assert answer.startswith("T05") and self["pc"] == address, f"it never came: {answer}"
        self.order(f"z0,{address:x},4")

    def go_on(self, seconds):
        """Runs for a while."""
        self.run()
        time.sleep(seconds)
        try:
            self.link.sendall(b"\3")
            answer = self.receive()
        except OSError as error:
            answer = str(error)
        assert answer.startswith("T"), f"it did not stay: {answer}"

    def kill(self):
        self.send("k")


def connect(path, alive):
    """QEMU makes its socket when it is ready."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while link.connect_ex(str(path)) != 0:
        assert alive() and time.monotonic() < deadline, "QEMU gives no debugger's socket"
        time.sleep(0.01)
    return link


@contextlib.contextmanager
def attach(boot, path, bits, extra=(), **options):
    """QEMU, stopped before its first instruction: yields a Stub and the future of boot()'s Run."""
    extra = ["-S", "-gdb", f"unix:{path},server=on,wait=off", *extra]
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(boot, extra=extra, **options)
        with connect(path, lambda: not future.done()) as link:
            stub = Stub(link, bits)
            try:
                yield stub, future
                future.result()
            except BaseException:
                with contextlib.suppress(OSError):
                    stub.kill()
                raise


# What the compiler appends to the name of a function that it has changed for its callers.
CHANGED = re.compile(r"\.(constprop|isra|lto_priv)\.\d+")


def symbols(elf):
    """Names and addresses of an ELF file; a Thumb function's is odd."""
    words = ["aarch64-linux-gnu-readelf", "-sW", str(elf)]
    table = subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout
    rows = [line.split() for line in table.splitlines()]
    return {CHANGED.sub("", row[7]): int(row[1], 16) for row in rows if len(row) == 8 and row[0] != "Num:"}
