#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Judges the sources: layout (clang-format), mistakes (cppcheck), scripts (shellcheck), manuals (mandoc).
# Leaves the line "lint PASSED FAILED 0" in build/results.txt, one test for each tool.
#
#	scripts/lint.sh C-FILE...

set -u
cd "$(dirname "$0")/.." || exit 1
build=$(realpath -m "${FOREARM_BUILD:-build}")

passed=0 failed=0

# judge NAME COMMAND...: one test.
judge() {
	local name=$1
	shift
	if "$@"; then
		echo "lint: $name ok"
		passed=$((passed + 1))
	else
		echo "lint: error: $name found something (above)" >&2
		failed=$((failed + 1))
		echo "failed: lint: $name" >>"$build"/results.txt
	fi
}

# Whether another manual is installed here is nobody's mistake.
manuals() {
	! mandoc -T lint -W style docs/*.[1-9] 2>/dev/null | grep -v 'referenced manual not found'
}

product=()
for file in "$@"; do
	case $file in
	tests/*) ;;
	*.c) product+=("$file") ;;
	esac
done

judge clang-format clang-format --dry-run --Werror "$@"
judge cppcheck cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability \
	--inline-suppr -Iinclude -I. -Imonitor "${product[@]}"
judge shellcheck shellcheck scripts/*.sh scripts/init scripts/init.report scripts/init.kvm \
	scripts/init.vmm \
	.ci/run debian/tests/boot
judge mandoc manuals

echo "lint $passed $failed 0" >>"$build"/results.txt
[ $failed = 0 ]
