#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots Debian's kernel through forearm to a shell on the serial console.
#
#	scripts/run.sh arm64|arm [further QEMU options]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

arch=${1:-arm64}
[ $# = 0 ] || shift

case $arch in
arm64) qemu=qemu-system-aarch64 cpu=cortex-a57 guest=$build/guests/arm64 ;;
arm) qemu=qemu-system-arm cpu=cortex-a15 guest=$build/guests/armhf ;;
*)
	echo "run: error: unknown architecture '$arch': use arm64 or arm" >&2
	exit 1
	;;
esac

for file in $build/forearm.bin $guest/vmlinuz $guest/initrd.gz; do
	if [ ! -f "$file" ]; then
		echo "run: error: no $file; run 'make run ARCH=$arch'" >&2
		exit 1
	fi
done

echo "run: Ctrl-A X leaves QEMU"
exec $qemu -M virt -cpu $cpu -smp 4 -m 1G -nographic -nic none \
	-bios "$build"/forearm.bin -kernel "$guest"/vmlinuz -initrd "$guest"/initrd.gz \
	-append "console=ttyAMA0" "$@"
