# SPDX-License-Identifier: BSD-2-Clause
"""Turns the commands that make would run, on standard input, into a JSON compilation database."""

import json
import os
import re
import shlex
import sys

commands = []
for line in sys.stdin:
    source = re.search(r" -c (\S+\.[cS]) -o (\S+)\s*$", line)
    if source:
        commands.append({"directory": os.getcwd(), "file": source[1], "output": source[2], "arguments": shlex.split(line)})
json.dump(commands, sys.stdout, indent=1)
