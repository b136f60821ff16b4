#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Makes disks and volumes with the real tools, for the tests of lib/disk.
#
#	disk.sh OUT FILE...		what goes into the volumes

set -eu
out=$1
shift
rm -rf "$out"
mkdir -p "$out/tree"
export MTOOLS_SKIP_CHECK=1 PATH=$PATH:/usr/sbin

# -- partition tables: one block in 16384 has something --
truncate -s 8M "$out/gpt.img"
sgdisk --clear --disk-guid=00112233-4455-6677-8899-AABBCCDDEEFF \
	--new=1:2048:6143 --typecode=1:EF00 --partition-guid=1:6F1B4C3A-0102-0304-0506-0708090A0B0C \
	--new=2:6144:8191 --typecode=2:BC13C2FF-59E6-4262-A352-B275FD6F7172 \
	--new=5:8192:10239 --typecode=5:8300 "$out/gpt.img" >"$out/log" 2>&1

# -- volumes --
cp "$@" "$out/tree"
seq 1 30000 >"$out/tree/numbers"
printf '' >"$out/tree/empty"
printf 'title x\n' >"$out/tree/entry"

# fill IMAGE: holes first, which "numbers" then goes into, in pieces.
fill() {
	local image=$1 i

	mmd -i "$image" ::/EFI ::/EFI/Linux ::/loader ::/loader/entries
	for i in $(seq 1 40); do
		mcopy -i "$image" "$out/tree/entry" "::/loader/entries/a name that is too long for eight and three $i.conf"
	done
	for i in $(seq 1 2 40); do
		mdel -i "$image" "::/loader/entries/a name that is too long for eight and three $i.conf"
	done
	mcopy -i "$image" "$out/tree/numbers" ::/EFI/Linux/numbers.efi
	mcopy -i "$image" "$out/tree/empty" ::/EMPTY
	mcopy -i "$image" "$out/tree/entry" ::/lower.txt
	mcopy -i "$image" "$out/tree/entry" '::/Größe 1.conf'
	mcopy -i "$image" "$out/tree/entry" ::/EFI/Linux/after.efi
}

# volume NAME KIB OPTION...
volume() {
	local image=$out/$1 size=$2

	shift 2
	truncate -s "${size}K" "$image"
	mkfs.fat -i 12345678 -n LABEL "$@" "$image" >>"$out/log" 2>&1
	fill "$image"
}
export LC_ALL=C.UTF-8
volume fat12.img 1440 -F 12
volume fat16.img 16384 -F 16 -s 4
volume fat32.img 36864 -F 32 -s 1
volume fat16-4k.img 65536 -F 16 -s 1 -S 4096

# -- ext2, ext3, ext4: what is not in pieces on its own is made of holes --
tree=$out/ext4
mkdir -p "$tree/boot/grub" "$tree/many" "$tree/deep/er"
cp "$out/tree/numbers" "$out/tree/entry" "$out/tree/empty" "$tree/boot"
seq 1 30 | head -c 100 >"$tree/boot/short"
for i in $(seq 1 600); do
	printf '%s\n' "$i" >"$tree/many/a name that is somewhat longer than it has to be $i"
done
for i in $(seq 0 2 1100); do
	printf 'piece %6d.' "$i" | dd of="$tree/pieces" bs=1024 seek="$i" conv=notrunc status=none
done
printf 'start' >"$tree/large"
truncate -s 70M "$tree/large"
for place in 12 267 268 65803 65804 71679; do
	printf 'block %6d' "$place" | dd of="$tree/large" bs=1024 seek="$place" conv=notrunc status=none
done
ln -s boot/numbers "$tree/fast"
ln -s ../boot/../boot/entry "$tree/boot/relative"
ln -s /deep/er/../../boot "$tree/deep/er/absolute"
ln -s "$(printf './%.0s' $(seq 1 60))boot/entry" "$tree/slow"
ln -s loop "$tree/loop"
ln -s nowhere "$tree/dangling"
ln -s boot/entry "$tree/link1"
for i in $(seq 2 9); do
	ln -s "link$((i - 1))" "$tree/link$i"
done

# ext NAME MIB OPTION...
ext() {
	local image=$out/$1 size=$2

	shift 2
	truncate -s "${size}M" "$image"
	mke2fs -q -F -L label -U 01234567-89ab-cdef-0123-456789abcdef -d "$tree" "$@" "$image" >>"$out/log" 2>&1
}
ext ext2.img 8 -t ext2 -b 1024 -I 128
ext ext3.img 16 -t ext3 -b 4096
ext ext4.img 16 -t ext4 -b 4096
ext ext4-1k.img 16 -t ext4 -b 1024 -g 1024 -O metadata_csum_seed
ext ext4-64k.img 128 -t ext4 -b 65536 -N 2048 -O ^has_journal
ext ext4-inline.img 16 -t ext4 -b 1024 -I 512 -O inline_data,large_dir,^has_journal
ext ext4-meta.img 16 -t ext4 -b 1024 -g 512 -N 4096 -O meta_bg,^resize_inode,^has_journal,sparse_super2
ext ext4-cluster.img 16 -t ext4 -b 1024 -C 16384 -O bigalloc,^has_journal
ext ext4-crc16.img 16 -t ext4 -b 2048 -O ^metadata_csum,uninit_bg,^64bit,^has_journal
# Folders with an index; e2fsck says by its status that it has changed something.
cp "$out/ext4-1k.img" "$out/ext4-index.img"
e2fsck -fyD "$out/ext4-index.img" >>"$out/log" 2>&1 || [ $? = 1 ]
cp "$out/ext4.img" "$out/ext4-dirty.img"
debugfs -w -R 'feature needs_recovery' "$out/ext4-dirty.img" >>"$out/log" 2>&1
truncate -s 4M "$out/journal.img"
mke2fs -q -F -O journal_dev -b 4096 "$out/journal.img" >>"$out/log" 2>&1
touch "$out/done"
