# SPDX-License-Identifier: BSD-2-Clause
"""QEMU, and what talks with a machine that it runs."""
