# SPDX-License-Identifier: BSD-2-Clause
"""The two halves of forearm, for tests that are about both."""

from dataclasses import dataclass
from pathlib import Path

from guests import linux


@dataclass(frozen=True)
class Arch:
    name: str
    program: str
    cpu: str
    bits: int
    kernel: Path
    initrd: Path

    def board(self):
        return {"program": self.program, "cpu": self.cpu}


ARM64 = Arch("arm64", "qemu-system-aarch64", "cortex-a57", 64, linux.ARM64, linux.ARM64_INITRD)
ARM = Arch("arm", "qemu-system-arm", "cortex-a15", 32, linux.ARMHF, linux.ARMHF_INITRD)
BOTH = [ARM64, ARM]
