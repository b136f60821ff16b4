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
touch "$out/done"
