# SPDX-License-Identifier: BSD-2-Clause
"""What they are given: archives, disks, kernels in every format, trees, tables."""
