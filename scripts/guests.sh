#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Puts the guests together as ready files under build/guests: Debian's kernels with our initrd
# (group run), more of them with what the ACPI tests need, Debian's installer, and the kernels that
# Debian does not ship (group test).
# Needs scripts/setup.sh and scripts/fetch.sh.
#
#	scripts/guests.sh [run] [test]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

guests=$build/guests
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

# up_to_date OUTPUT INPUT...
up_to_date() {
	local out=$1 input
	shift
	for input in "$@"; do
		[ "$out" -nt "$input" ] || return
	done
}

initrd() {
	local out=$guests/$1/initrd.gz
	up_to_date "$out" scripts/init scripts/mkinitrd.sh "$build/deps/$1/bin/busybox" && return
	echo "guests: $out"
	scripts/mkinitrd.sh "$1" "$out"
}

kernel() {
	copy "$build/deps/$1/$2/vmlinuz" "$guests/$1/vmlinuz"
}

# The guests of the ACPI tests: initrd-acpi.gz beside the kernel whose modules it has.
acpi_guest() {
	local dir=$build/deps/$1 out=$guests/$2/initrd-acpi.gz
	# What another suite has today may have been missing.
	[ -f "$dir/vmlinuz" ] || return 0
	copy "$dir/vmlinuz" "$guests/$2/vmlinuz"
	up_to_date "$out" scripts/init scripts/init.report scripts/mkinitrd.sh scripts/modules.txt \
		"$dir/modules" "$build"/deps/.done/arm64-dmidecode && return
	echo "guests: $out"
	scripts/mkinitrd.sh arm64 "$out" acpi "$dir"
}

# What judges tables in the guest; sid may not have it today.
fwts_guest() {
	local fetched=$build/deps/.done/arm64-fwts-sid kernel=$build/deps/arm64/linux-image-arm64
	local out=$guests/arm64/initrd-fwts.gz
	[ -f "$fetched" ] || return 0
	up_to_date "$out" scripts/init scripts/init.report scripts/mkinitrd.sh scripts/modules.txt \
		"$kernel/modules" "$fetched" && return
	echo "guests: $out"
	scripts/mkinitrd.sh arm64 "$out" fwts "$kernel"
}

# A host for machines of its own.
kvm_guest() {
	local out=$guests/arm64/initrd-kvm.cpio
	up_to_date "$out" scripts/init scripts/init.kvm scripts/mkinitrd.sh \
		"$build"/deps/.done/arm64-qemu-system-arm && return
	echo "guests: $out"
	scripts/mkinitrd.sh arm64 "$out" kvm
}

packed_kernel() {
	local kernel=$guests/arm64/vmlinuz
	[ "$kernel.gz" -nt "$kernel" ] && return
	echo "guests: $kernel.gz"
	gzip -6nc "$kernel" >"$kernel.gz.new"
	mv "$kernel.gz.new" "$kernel.gz"
}

run() {
	kernel arm64 linux-image-arm64
	kernel armhf linux-image-armmp-lpae
	initrd arm64
	initrd armhf
}

test_guests() {
	local images=/usr/lib/debian-installer/images/12
	local arm64=$images/arm64/text/debian-installer/arm64
	local armhf=$images/armhf/text/debian-installer/armhf
	packed_kernel
	acpi_guest arm64/linux-image-arm64 arm64
	acpi_guest arm64/linux-image-cloud-arm64 arm64-cloud
	acpi_guest arm64-trixie/linux-image-arm64 arm64-trixie
	acpi_guest arm64-sid/linux-image-arm64 arm64-sid
	fwts_guest
	kvm_guest
	copy "$arm64/linux" "$guests"/d-i-arm64/linux
	copy "$arm64/initrd.gz" "$guests"/d-i-arm64/initrd.gz
	copy "$armhf/vmlinuz" "$guests"/d-i-armhf/vmlinuz
	copy "$armhf/initrd.gz" "$guests"/d-i-armhf/initrd.gz
	scripts/kernels.sh
}

for group in $groups; do
	case $group in
	run) run ;;
	test) test_guests ;;
	esac
done
