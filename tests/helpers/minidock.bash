# For every system test:   load ../helpers/minidock
#
# Each test has a state root and a cgroup parent of its own, and must leave nothing behind: teardown removes its
# containers and then looks for processes, mounts, cgroups, namespaces and links (leak.bash).
#
# What a suite may set (tests/suites.bash does):
#   MINIDOCK                the program under test
#   MINIDOCK_TEST_USERNS    give this as --userns to run and create
#   MINIDOCK_TEST_WRAPPER   words put before the program, for example "…/enosys openat2"

bats_require_minimum_version 1.5.0

TESTS=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
: "${MINIDOCK:=${TESTS%/*}/build-tests/gcc/cli/minidock}"
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-60}

. "$TESTS/helpers/leak.bash"
. "$TESTS/helpers/terminal.bash"

setup()
{
	# Short, because the path of a control socket is short.
	MINIDOCK_ROOT=$(mktemp -d /tmp/md.XXXXXX)
	export MINIDOCK_ROOT
	CGROUP_PARENT=minidock-test-${MINIDOCK_ROOT##*.}
	SANITIZER_LOG=$MINIDOCK_ROOT.report
	export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:log_path=$SANITIZER_LOG
	export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$SANITIZER_LOG
	LINKS_BEFORE=$(leak_links)
	take_warm_images
	prepare
}

# The built-in image is unpacked once for all tests and copied; cold_images gives a test the first start.
take_warm_images()
{
	local warm=$BATS_RUN_TMPDIR/warm
	if [ ! -e "$warm" ]; then
		mkdir -m 700 "$warm"
		MINIDOCK_ROOT=$warm "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" busybox true
	fi
	[ ! -d "$warm/images" ] || cp -a "$warm/images" "$MINIDOCK_ROOT/images"
}

cold_images()
{
	rm -rf "$MINIDOCK_ROOT/images"
}

teardown()
{
	clean_up
	terminal_close
	remove_all_containers
	local left
	left=$(leak_list "$MINIDOCK_ROOT" "$CGROUP_PARENT"; leak_new_links "$LINKS_BEFORE")
	local reports
	reports=$(cat "$SANITIZER_LOG".* 2>/dev/null)
	leak_clear "$MINIDOCK_ROOT" "$CGROUP_PARENT"
	rm -rf "$MINIDOCK_ROOT" "$SANITIZER_LOG".*
	[ -z "$left" ] || die_with "left behind:" "$left"
	[ -z "$reports" ] || die_with "sanitizer reports:" "$reports"
}

# A test file defines these to add to setup and teardown.
prepare() { :; }
clean_up() { :; }

die_with()
{
	printf '%s\n' "$@" >&2
	return 1
}

# The program under test, in the mode of the suite.
minidock()
{
	local flags=()
	case ${1-} in
	run | create | plan)
		local command=$1
		shift
		flags=("$command" --cgroup-parent "$CGROUP_PARENT")
		if [ -n "${MINIDOCK_TEST_USERNS-}" ] && ! chooses_userns "$@"; then
			flags+=(--userns "$MINIDOCK_TEST_USERNS")
		fi
		;;
	esac
	# shellcheck disable=SC2086 # a wrapper is several words
	${MINIDOCK_TEST_WRAPPER-} "$MINIDOCK" "${flags[@]}" "$@"
}

chooses_userns()
{
	local word
	for word; do
		case $word in
		--userns | --userns=* | --privileged) return 0 ;;
		esac
	done
	return 1
}

remove_all_containers()
{
	local ids
	ids=$("$MINIDOCK" ps -aq --no-trunc 2>/dev/null) || return 0
	# shellcheck disable=SC2086
	[ -z "$ids" ] || "$MINIDOCK" rm -f $ids >/dev/null 2>&1 || true
}

# --- running and judging -------------------------------------------------------------------------

# Run a command that must succeed; its output is in $output afterwards.
succeeds()
{
	run "$@"
	[ "$status" -eq 0 ] || die_with "status $status of: $*" "$output"
}

# fails_with STATUS TEXT COMMAND...: it ends with this status and its output has this text.
fails_with()
{
	local wanted=$1 text=$2
	shift 2
	if [ "$wanted" -eq 127 ]; then
		run -127 "$@" # bats warns about a 127 that nobody expects
	else
		run "$@"
	fi
	[ "$status" -eq "$wanted" ] || die_with "status $status, not $wanted, of: $*" "$output"
	output_has "$text"
}

# A test goes on after "! command", whatever that gives; after "not command" it does not.
not()
{
	if "$@"; then
		die_with "unwanted success: $*"
	fi
}

output_is()
{
	[ "$output" = "$1" ] || die_with "output:" "$output" "wanted:" "$1"
}

output_has()
{
	[[ $output == *"$1"* ]] || die_with "output:" "$output" "has no: $1"
}

output_lacks()
{
	[[ $output != *"$1"* ]] || die_with "output:" "$output" "has: $1"
}

# output_matches REGEX, which is extended and does not care for upper and lower case.
output_matches()
{
	local found=no
	shopt -s nocasematch
	[[ $output =~ $1 ]] && found=yes
	shopt -u nocasematch
	[ $found = yes ] || die_with "output:" "$output" "does not match: $1"
}

# Run a container to its end and take it away: in_container [FLAG...] IMAGE COMMAND...
in_container()
{
	succeeds minidock run --rm "$@"
}

# sleeper NAME [FLAG...]: a container in the background that does nothing and obeys SIGTERM.
sleeper()
{
	local name=$1
	shift
	minidock run -d --name "$name" "$@" busybox \
		sh -c 'trap "exit 143" TERM; trap "exit 130" INT; while :; do sleep 1000 & wait $!; done' >/dev/null
}

# field CONTAINER TEMPLATE: one value of inspect.
field()
{
	"$MINIDOCK" inspect --format "$2" "$1"
}

state_is()
{
	local state
	state=$(field "$1" '{{.State.Status}}')
	[ "$state" = "$2" ] || die_with "container $1 is $state, not $2"
}

# eventually COMMAND...: for what nothing can be waited on (a screen, another program). At most 5 s.
eventually()
{
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		"$@" && return
		sleep 0.05
	done
	die_with "not within 5 s: $*"
}

# --- what this machine has -----------------------------------------------------------------------

# requires WORD...: skip the test when the machine lacks something. docs/TESTING.md lists the accepted reasons.
requires()
{
	local need
	for need; do
		case $need in
		root) [ "$(id -u)" = 0 ] || skip "needs root" ;;
		cgroup-v1) has_cgroup_v1 || skip "needs cgroup v1" ;;
		cgroup-v2) has_cgroup_v2 || skip "needs pure cgroup v2" ;;
		host-userns) [ -z "${MINIDOCK_TEST_USERNS-}" ] || skip "is about the host's user namespace" ;;
		no-wrapper) [ -z "${MINIDOCK_TEST_WRAPPER-}" ] || skip "is about the unwrapped program" ;;
		no-sanitizer) [ -z "${MINIDOCK_TEST_SANITIZED-}" ] || skip "is about the release build" ;;
		id-mapped-mounts) [[ ${MINIDOCK_TEST_WRAPPER-} != *mount_setattr* ]] || skip "needs id-mapped mounts" ;;
		cc) command -v gcc >/dev/null || skip "needs a compiler" ;;
		tmux) command -v tmux >/dev/null || skip "needs tmux" ;;
		*) die_with "requires: unknown word $need" ;;
		esac
	done
}

has_cgroup_v1()
{
	[ "$(stat -fc %T /sys/fs/cgroup)" = tmpfs ]
}

has_cgroup_v2()
{
	[ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]
}

# cgroup_file CONTAINER CONTROLLER FILE: path of a control file of a container on this host.
cgroup_file()
{
	local pid line path
	pid=$(field "$1" '{{.State.Pid}}')
	if has_cgroup_v2; then
		path=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
		echo "/sys/fs/cgroup$path/$3"
	else
		line=$(grep -E "^[0-9]+:([^:]*,)?$2(,[^:]*)?:" "/proc/$pid/cgroup")
		echo "/sys/fs/cgroup/$2${line##*:}/$3"
	fi
}

# A static program for payloads, compiled once per run: payload NAME prints the path.
payload()
{
	local program=$BATS_RUN_TMPDIR/payload-$1
	[ -x "$program" ] ||
		gcc -D_GNU_SOURCE -O1 -static -o "$program" "$TESTS/payloads/$1.c" -I"${TESTS%/*}" >&2
	echo "$program"
}

# The program that takes system calls away: enosys CALL[,CALL] COMMAND...
enosys()
{
	"${MINIDOCK%/*}/../tests/helpers/enosys" "$@"
}

# A directory that can be a root file system: busybox with links. rootfs DIRECTORY
rootfs()
{
	mkdir -p "$1"/{bin,etc,tmp,proc,sys,dev}
	cp /bin/busybox "$1/bin/busybox"
	local applet
	for applet in sh cat ls echo true false sleep id pwd touch mount hostname; do
		ln -sf busybox "$1/bin/$applet"
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
}
