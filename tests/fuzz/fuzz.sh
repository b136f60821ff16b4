#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs fuzz targets, all of them even after a failure.
#
#	fuzz.sh check OUT CORPUS RESULTS TARGET:RUNS:MAX_LENGTH...
#	fuzz.sh smoke OUT CORPUS RESULTS TARGET:RUNS:MAX_LENGTH...
#	fuzz.sh long  OUT CORPUS SECONDS TARGET:RUNS:MAX_LENGTH...
#
# "check": RUNS inputs each, from the seeds only and always the same ones; prints "fuzz_TARGET ok"
# or FAIL with the end of its output, and appends "fuzz PASSED FAILED 0" to RESULTS, and "failed:
# fuzz_TARGET" for each that failed. Nothing of this host goes into what is tried: not the order of
# its folders, nor the addresses that comparisons see (-use_cmp), nor its clock (-reload). It may be
# slow, too. FUZZ_SEED=N in the environment tries others; FUZZ_JOBS=N runs as many targets at the same
# time, otherwise one for each processor.
# "smoke": the same for each seed once, and SMOKE_RUNS inputs at most; it keeps nothing.
# "long": SECONDS each, with progress; goes on from what earlier runs found (OUT/corpus).

set -eu
SMOKE_RUNS=300
mode=$1 out=$2 corpus=$3 argument=$4
shift 4
passed=0 failed=0

# Directories that are there: seeds made at build time, seeds in the tree.
seeds() {
	for directory in "$out/seeds/$1" "$corpus/$1"; do
		[ ! -d "$directory" ] || echo "$directory"
	done
}

# The files of all seeds, in one order on every machine.
list() {
	while read -r directory; do
		find "$directory" -type f ! -name "done" | LC_ALL=C sort
	done < <(seeds "$1") | paste -s -d , | tr -d '\n'
}

# start TARGET MAX_LENGTH NEW OPTION...: what is new goes to directory NEW.
start() {
	local target=$1 length=$2 new=$3

	shift 3
	mkdir -p "$new" "$out/findings"
	list "$target" >"$out/$target.seeds"
	set -- -max_len="$length" -artifact_prefix="$out/findings/$target-" "$@"
	[ ! -s "$out/$target.seeds" ] || set -- "$@" -seed_inputs="@$out/$target.seeds"
	"$out/fuzz_$target" "$@" "$new"
}

check() {
	local new=$out/${4:-new}/$1

	rm -rf "$new"
	start "$1" "$3" "$new" -seed="${FUZZ_SEED:-1}" -runs="$2" -verbosity=0 -print_final_stats=1 \
		-reload=0 -use_cmp=0 -timeout=300 >"$out/$1.log" 2>&1 && return
	grep -v "^    #\|^$" "$out/$1.log" | tail -n 20
	return 1
}

smoke() {
	check "$1" $((SMOKE_RUNS < $2 ? SMOKE_RUNS : $2)) "$3" smoke
}

long() {
	echo "fuzz_$1 for $argument seconds"
	start "$1" "$3" "$out/corpus/$1" -timeout=20 -max_total_time="$argument" -print_final_stats=1
}

# judge TARGET:RUNS:MAX_LENGTH: leaves OUT/TARGET.ok if it is.
judge() {
	local name runs length

	IFS=: read -r name runs length <<<"$1"
	rm -f "$out/$name.ok"
	if "$mode" "$name" "$runs" "$length"; then
		echo "fuzz_$name ok"
		touch "$out/$name.ok"
	else
		echo "fuzz_$name FAIL (inputs that fail are in $out/findings)"
	fi
}

# What one target says stays together.
together() {
	local said

	said=$(judge "$1" 2>&1)
	printf '%s\n' "$said"
}

for target; do
	if [ "$mode" = long ]; then
		judge "$target"
		continue
	fi
	while [ "$(jobs -r | wc -l)" -ge "${FUZZ_JOBS:-$(nproc)}" ]; do
		wait -n || true
	done
	together "$target" &
done
wait

for target; do
	name=${target%%:*}
	if [ -e "$out/$name.ok" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		[ "$mode" = long ] || echo "failed: fuzz_$name" >>"$argument"
	fi
done

[ "$mode" = long ] || echo "fuzz $passed $failed 0" >>"$argument"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
