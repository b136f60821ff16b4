/* SPDX-License-Identifier: BSD-2-Clause */
/* The trees of the VMMs, so that an input need not hold one. */
	.macro	tree name
	.balign	8
1:	.incbin	"\name\().dtb"
2:	.section .data.rel.ro.host_trees, "aw"
	.quad	1b, 2b
	.previous
	.endm

	.section .data.rel.ro.host_trees, "aw"
	.balign	8
	.globl	host_trees, host_tree_count
host_tree_count:
	.quad	(9f - host_trees) / 16
host_trees:
	.section .rodata.host_tree_files, "a"
	tree	"qemu-gicv3"
	tree	"qemu-gicv2"
	tree	"qemu-secure"
	tree	"qemu-smmu"
	tree	"kvmtool"
	tree	"cloud-hypervisor"
	tree	"crosvm"
	tree	"firecracker"
	tree	"xen"
	tree	"numa"
	tree	"one-cell"
	tree	"reserved"
	.section .data.rel.ro.host_trees, "aw"
9:
	.section .note.GNU-stack, "", @progbits
