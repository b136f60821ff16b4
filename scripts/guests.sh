#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Puts the guests together as ready files under build/guests: Debian's kernels with our initrd
# (group run) and Debian's installer (group test). Needs scripts/setup.sh and scripts/fetch.sh.
#
#	scripts/guests.sh [run] [test]

set -eu
cd "$(dirname "$0")/.."

guests=build/guests
groups=${*:-run test}

# Only what is newer is copied, so that a second run does nothing.
copy() {
	if [ ! -f "$1" ]; then
		echo "guests: error: no $1; run scripts/setup.sh and scripts/fetch.sh" >&2
		exit 1
	fi
	[ "$2" -nt "$1" ] && return
	mkdir -p "$(dirname "$2")"
	echo "guests: $2"
	cp "$1" "$2"
}

initrd() {
	local out=$guests/$1/initrd.gz
	[ "$out" -nt scripts/init ] && [ "$out" -nt scripts/mkinitrd.sh ] &&
		[ "$out" -nt "build/deps/$1/bin/busybox" ] && return
	echo "guests: $out"
	scripts/mkinitrd.sh "$1" "$out"
}

# A new ABI leaves the old kernel beside the new one: take the latest.
kernel() {
	local newest
	newest=$(find "build/deps/$1/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)
	copy "${newest:-build/deps/$1/boot/vmlinuz}" "$guests/$1/vmlinuz"
}

packed_kernel() {
	local kernel=$guests/arm64/vmlinuz
	[ "$kernel.gz" -nt "$kernel" ] && return
	echo "guests: $kernel.gz"
	gzip -6nc "$kernel" >"$kernel.gz.new"
	mv "$kernel.gz.new" "$kernel.gz"
}

run() {
	for arch in arm64 armhf; do
		kernel "$arch"
		initrd "$arch"
	done
}

test_guests() {
	local images=/usr/lib/debian-installer/images/12
	local arm64=$images/arm64/text/debian-installer/arm64
	local armhf=$images/armhf/text/debian-installer/armhf
	packed_kernel
	copy "$arm64/linux" $guests/d-i-arm64/linux
	copy "$arm64/initrd.gz" $guests/d-i-arm64/initrd.gz
	copy "$armhf/vmlinuz" $guests/d-i-armhf/vmlinuz
	copy "$armhf/initrd.gz" $guests/d-i-armhf/initrd.gz
}

for group in $groups; do
	case $group in
	run) run ;;
	test) test_guests ;;
	esac
done
