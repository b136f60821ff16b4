#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Installs the host packages of the named groups (default: all of them) that this machine lacks.
# The list is packages.txt. Nothing is touched, and no network used, when nothing is missing.
#
#	scripts/setup.sh [build] [run] [test]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

list=scripts/packages.txt
log=$build/setup.log
groups=${*:-build run test}

say() { echo "setup: $*"; }

die() {
	echo "setup: error: $1" >&2
	shift
	for line in "$@"; do
		echo "setup: $line" >&2
	done
	exit 1
}

wanted() {
	awk -v groups=" $groups " \
		'$1 !~ /^#/ && $2 == "host" && index(groups, " " $1 " ") { print $3 }' "$list"
}

# A package counts only in the machine's own architecture: libfdt-dev:arm64 does not help the host.
missing() {
	wanted | while read -r package; do
		state=$(dpkg-query -W -f='${Architecture} ${db:Status-Status}\n' "$package" 2>&1 || true)
		grep -Eqx "($native|all) installed" <<<"$state" || echo "$package"
	done
}

check_groups() {
	for group in $groups; do
		awk '{ print $1 }' "$list" | grep -qx "$group" ||
			die "unknown group '$group'" "groups: build run test"
	done
}

# Only Debian 12's package names and versions are known to be right.
check_debian() {
	local ID='' VERSION_ID='' PRETTY_NAME='this system'
	# shellcheck source=/dev/null
	[ ! -r /etc/os-release ] || . /etc/os-release
	[ "$ID" = debian ] && [ "$VERSION_ID" = 12 ] && return
	die "$PRETTY_NAME is not Debian 12, so nothing is installed automatically" \
		"install what corresponds to these Debian packages, then run this again:" \
		"  $*"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

check_root() {
	[ "$(id -u)" = 0 ] && return
	command -v sudo >/dev/null && return
	die "packages are missing, you are not root, and there is no sudo" \
		"run as root: apt-get install $*"
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >>"$log" 2>&1
}

# A third-party source that fails is no reason to stop: the install shows whether it mattered.
update() {
	say "reading the package lists"
	apt update || say "apt-get update reported a problem (see $log); going on"
}

install() {
	say "installing $*"
	apt install -y --no-install-recommends --no-remove "$@" && return
	tail -n 15 "$log" >&2
	die "apt-get could not install the packages (whole log: $log)" \
		"is there a network, and do /etc/apt/sources.list* name a Debian 12 mirror?" \
		"by hand: apt-get update && apt-get install $*"
}

check_groups
command -v dpkg-query >/dev/null || check_debian "$(wanted | xargs)"
native=$(dpkg --print-architecture)

mapfile -t todo < <(missing)
if [ ${#todo[@]} = 0 ]; then
	exit 0
fi

check_debian "${todo[@]}"
check_root "${todo[@]}"
mkdir -p "$build"
: >"$log"
update
install "${todo[@]}"
say "done"
