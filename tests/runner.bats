#!/usr/bin/env bats
# The runner and the leak oracle themselves: what they must not let through.

setup()
{
	cd "${BATS_TEST_DIRNAME%/*}"
	. tests/helpers/tap.bash
	. tests/helpers/leak.bash
	ROOT=$(mktemp -d /tmp/md.XXXXXX)
	PARENT=minidock-test-${ROOT##*.}
}

teardown()
{
	rm -rf "$ROOT"
}

count()
{
	printf "$1" >"$BATS_TEST_TMPDIR/tap"
	count_tap "$BATS_TEST_TMPDIR/tap"
	echo "$SUITE_PASSED $SUITE_FAILED $SUITE_SKIPPED"
}

@test "passed, failed and skipped are counted" {
	[ "$(count '1..4\nok 1 a\nnot ok 2 b\nok 3 c # skip why\nok 4 d\n')" = '2 1 1' ]
}

@test "a test that never ran is a failure" {
	[ "$(count '1..3\nok 1 a\n')" = '1 2 0' ]
}

@test "no test at all is a failure" {
	[ "$(count '')" = '0 1 0' ]
}

@test "a skip without a listed reason is found, a listed one is accepted" {
	printf 'ok 1 a # skip needs cgroup v1\nok 2 b # skip too lazy\n' >"$BATS_TEST_TMPDIR/tap"
	[ "$(unlisted_skips "$BATS_TEST_TMPDIR/tap")" = 'too lazy' ]
}

@test "a short log keeps failures with their explanation" {
	VERBOSE=no
	[ "$(printf 'ok 1 a\n# noise\nnot ok 2 b\n# why\nok 3 c\n' | show_tap)" = $'not ok 2 b\n# why' ]
}

@test "a clean machine shows no leak" {
	[ -z "$(leak_list_now "$ROOT" "$PARENT")" ]
}

@test "a process of a test is found" {
	MINIDOCK_ROOT=$ROOT sleep 100 3>&- &
	local pid=$! left
	# The shell becomes sleep only a moment later.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		left=$(leak_list_now "$ROOT" "$PARENT")
		[[ $left == *"process $pid:"* ]] && break
		sleep 0.05
	done
	kill "$pid"
	[[ $left == *"process $pid:"* ]]
}

@test "a process in a namespace that holds a mount of a test is found" {
	mkdir "$ROOT/m"
	unshare --mount sh -c 'mount -t tmpfs x "$1/m" && exec sleep 100' _ "$ROOT" 3>&- &
	local pid=$! left
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		left=$(leak_list_now "$ROOT" "$PARENT")
		[[ $left == *"process $pid:"* ]] && break
		sleep 0.05
	done
	kill "$pid"
	[[ $left == *"process $pid:"* ]]
}

@test "a mount is found, and cleared" {
	mkdir "$ROOT/m"
	mount -t tmpfs x "$ROOT/m"
	[[ $(leak_list_now "$ROOT" "$PARENT") == *"mount: "*"$ROOT/m"* ]]
	leak_clear "$ROOT" "$PARENT"
	[ -z "$(leak_list_now "$ROOT" "$PARENT")" ]
}

@test "a cgroup is found, and cleared" {
	local tree=/sys/fs/cgroup
	[ -d $tree/pids ] && tree=$tree/pids
	mkdir -p "$tree/$PARENT/container"
	[[ $(leak_list_now "$ROOT" "$PARENT") == *"cgroup: $tree/$PARENT/container"* ]]
	leak_clear "$ROOT" "$PARENT"
	[ -z "$(leak_list_now "$ROOT" "$PARENT")" ]
	[ ! -d "$tree/$PARENT" ]
}

@test "state of a container is found" {
	mkdir -p "$ROOT/containers/0123"
	[[ $(leak_list_now "$ROOT" "$PARENT") == *"state: $ROOT/containers/0123"* ]]
}
