# The suites of tests/run. Each is a function suite_NAME that prints TAP.

DEFAULT_SUITES=(build lint unit unit-sanitized system system-userns system-enosys system-sanitized guest fuzz docs front-door)
SLOW_SUITES=(tidy bench)

declare -A SUITE_TEXT=(
	[build]='release build with gcc, build with clang, build with sanitizers; every warning an error'
	[lint]='format, layers, style, shellcheck, codespell'
	[unit]='unit tests, no root needed'
	[unit-sanitized]='unit tests with address and undefined-behaviour sanitizers'
	[system]='the program as users run it, as root on this machine'
	[system-userns]='the same with --userns=private wherever nothing else is asked for'
	[system-enosys]='the start and exec tests with openat2, clone3, mount_setattr and close_range each missing'
	[system-sanitized]='the system tests with address and undefined-behaviour sanitizers'
	[guest]='run, exec, limits and pause in a virtual machine with pure cgroup v2'
	[fuzz]='each fuzzer for 30 seconds'
	[docs]='man pages, --help and documents agree with the program; the runner itself'
	[front-door]='./minidock from a fresh copy of the sources'
	[tidy]='clang-tidy over all sources'
	[bench]='the figures that must be reached'
)

# Features whose system tests run again where calls are missing, and in the guest.
START_TESTS=(run exec volumes rootfs)
GUEST_TESTS=(run exec lifecycle limits userns)

FUZZ_SECONDS=${FUZZ_SECONDS:-30}

# check NAME COMMAND...: one test; what the command prints explains a failure.
check()
{
	local name=$1 output
	shift
	if output=$("$@" 2>&1 </dev/null); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		printf '%s\n' "$output" | tail -n 60 | sed 's/^/# /'
	fi
}

# --- building ------------------------------------------------------------------------------------

build_dir()
{
	echo "$BUILDS/$1"
}

# configure NAME CC MESON-ARG...
configure_and_build()
{
	local dir=$BUILDS/$1 cc=$2
	shift 2
	if [ ! -f "$dir/build.ninja" ]; then
		CC=$cc meson setup --fatal-meson-warnings -Dwerror=true "$@" "$dir" "$TOP" || return 1
	fi
	ninja -C "$dir"
}

build_gcc()
{
	configure_and_build gcc gcc --buildtype=release
}

build_clang()
{
	configure_and_build clang clang-14 --buildtype=debugoptimized
}

build_sanitized()
{
	configure_and_build sanitized gcc --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
}

# Suites by name build what they need themselves; after the suite "build" this takes a moment.
need_build()
{
	local output
	output=$("build_$1" 2>&1) && return
	echo "not ok - build $1"
	printf '%s\n' "$output" | tail -n 40 | sed 's/^/# /'
	return 1
}

suite_build()
{
	check 'gcc, release, warnings are errors' build_gcc
	check 'clang, warnings are errors' build_clang
	check 'gcc with sanitizers' build_sanitized
}

# --- without running the program -----------------------------------------------------------------

c_files()
{
	git ls-files -co --exclude-standard '*.c' '*.h'
}

shell_files()
{
	git ls-files -co --exclude-standard | xargs -r -d '\n' awk 'FNR == 1 && /^#!.*(sh|bash)$/ { print FILENAME } { nextfile }'
}

check_format()
{
	c_files | xargs -r clang-format-14 --dry-run --Werror
}

check_shell()
{
	shell_files | xargs -r shellcheck -e SC1091
	shellcheck -s bash -e SC1091,SC2013,SC2034,SC2153,SC2154,SC2231 tests/suites.bash tests/helpers/*.bash
}

# Words of the trade that codespell takes for mistakes.
check_spelling()
{
	git ls-files -co --exclude-standard | grep -v -E '(^LICENSE|/corpus/)' | xargs -r -d '\n' codespell -L pyhton,memroy,inh,sise,debain,strat,nam,mke,ba,fo,fpr,nd,te,ans,hist,crate,inout
}

# Nothing in the project may depend on where its authors worked.
check_paths()
{
	! git grep -n -I -E '\.\./share[d]|/(wor[k]|far[m])/'
}

suite_lint()
{
	check 'clang-format 14 has nothing to change' check_format
	check 'folders include only what docs/ARCHITECTURE.md allows' tools/check_layers.py
	check 'sizes, names and banned functions' tools/check_style.py
	check 'shellcheck' check_shell
	check 'codespell' check_spelling
	check 'no path of one machine' check_paths
}

suite_tidy()
{
	need_build clang || return 1
	local file
	for file in $(c_files | grep -E '^(base|runtime|images|containers|cli)/.*\.c$'); do
		check "clang-tidy $file" clang-tidy-14 --quiet -p "$BUILDS/clang" "$file"
	done
}

# --- unit tests ----------------------------------------------------------------------------------

# The TAP that meson recorded of each test program; one that died without a plan counts as failed.
run_unit_tests()
{
	local dir=$BUILDS/$1
	need_build "$1" || return 1
	meson test -C "$dir" --no-rebuild --num-processes 2 >"$dir/unit.log" 2>&1
	jq -r '"== " + .name, (.stdout // ""),
		if (.stdout // "" | test("(^|\n)1\\.\\.[0-9]+") | not) or .result == "TIMEOUT" or .result == "ERROR"
		then "not ok - \(.name): \(.result), status \(.returncode)", ((.stderr // "") | split("\n")[] | "# " + .)
		else empty end' "$dir/meson-logs/testlog.json"
}

suite_unit()
{
	run_unit_tests gcc
}

suite_unit_sanitized()
{
	ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 run_unit_tests sanitized
}

# --- system tests --------------------------------------------------------------------------------

# run_bats BUILD FEATURE...: with no feature all of them. Afterwards nothing of any test may be left on the machine.
run_bats()
{
	local build=$1 file files=()
	shift
	need_build "$build" || return 1
	for file; do
		files+=("tests/system/$file.bats")
	done
	[ $# -gt 0 ] || files=(tests/system/*.bats)
	MINIDOCK=$BUILDS/$build/cli/minidock BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-120} tests/helpers/two_lots "${files[@]}"
	check 'nothing is left of any test' nothing_is_left
}

# The last supervisors may still be ending; two seconds later they have ended, or never will.
nothing_is_left()
{
	. tests/helpers/leak.bash
	local left tries
	for ((tries = 0; tries < 20; tries++)); do
		left=$(leak_list_now /tmp/md. 'minidock-test-*')
		[ -n "$left" ] || return 0
		sleep 0.1
	done
	printf '%s\n' "$left"
	return 1
}

suite_system()
{
	run_bats gcc
}

suite_system_userns()
{
	local file features=()
	for file in tests/system/*.bats; do
		file=${file##*/}
		[[ " ${NO_USERNS_TESTS[*]} " == *" ${file%.bats} "* ]] || features+=("${file%.bats}")
	done
	MINIDOCK_TEST_USERNS=private run_bats gcc "${features[@]}"
}

suite_system_enosys()
{
	need_build gcc || return 1
	local call
	for call in openat2 clone3 mount_setattr close_range; do
		echo "== without $call"
		MINIDOCK_TEST_WRAPPER="$BUILDS/gcc/tests/helpers/enosys $call" run_bats gcc "${START_TESTS[@]}"
	done
}

suite_system_sanitized()
{
	MINIDOCK_TEST_SANITIZED=yes run_bats sanitized
}

suite_guest()
{
	need_build gcc || return 1
	local files=() feature
	for feature in "${GUEST_TESTS[@]}"; do
		files+=("tests/system/$feature.bats")
	done
	MINIDOCK=$BUILDS/gcc/cli/minidock BATS_TEST_TIMEOUT=300 \
		tests/guest/run -t 900 -- tests/helpers/two_lots "${files[@]}"
}

# --- the rest ------------------------------------------------------------------------------------

suite_fuzz()
{
	tests/fuzz/run "$FUZZ_SECONDS"
}

suite_docs()
{
	need_build gcc || return 1
	MINIDOCK=$BUILDS/gcc/cli/minidock bats --tap tests/docs.bats tests/runner.bats
}

suite_front_door()
{
	bats --tap tests/front-door.bats
}

suite_bench()
{
	need_build gcc || return 1
	MINIDOCK=$BUILDS/gcc/cli/minidock tests/bench/run --check
}
