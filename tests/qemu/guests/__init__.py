# SPDX-License-Identifier: BSD-2-Clause
"""What is booted on them, and what a good boot, or a refusal, looks like."""
