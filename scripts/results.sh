#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Adds up build/results.txt, where each test stage left a line "NAME passed failed skipped" and one
# "failed: TEST" for each test that failed. Names those, and prints the closing line "N passed,
# N failed, N skipped". Fails when anything failed, when nothing ran, or when STATUS, the exit
# status of what ran the tests, says that it broke off.
#
#	scripts/results.sh [STATUS]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

status=${1:-0}
results=$build/results.txt
passed=0 failed=0 skipped=0 shown=30
names=()

if [ -f "$results" ]; then
	while read -r name p f s; do
		if [ "$name" = failed: ]; then
			names+=("$p${f:+ $f}${s:+ $s}")
			continue
		fi
		printf '%-24s %5d passed %5d failed %5d skipped\n' "$name" "$p" "$f" "$s"
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done <"$results"
fi

# A stage that breaks before it can count, a build for example, counts as one failure.
if [ $failed = 0 ] && [ "$status" != 0 ]; then
	echo "the tests broke off with exit status $status"
	failed=1
elif [ $((passed + failed)) = 0 ]; then
	echo "no test ran"
	failed=1
fi

if [ ${#names[@]} != 0 ]; then
	printf 'failed: %s\n' "${names[@]:0:shown}"
	[ ${#names[@]} -le $shown ] || echo "failed: $((${#names[@]} - shown)) more"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
