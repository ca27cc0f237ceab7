#!/usr/bin/env bats
# ./minidock: from a copy of the sources to a container, and then out of the way.

setup_file()
{
	bats_require_minimum_version 1.5.0
	export COPY=$BATS_FILE_TMPDIR/minidock
	export MINIDOCK_ROOT=$BATS_FILE_TMPDIR/root
	local top=${BATS_TEST_DIRNAME%/*}
	mkdir "$COPY"
	(cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$COPY" 2>/dev/null) || true
	"$COPY/minidock" run --rm busybox echo hello >"$BATS_FILE_TMPDIR/out" 2>"$BATS_FILE_TMPDIR/err" </dev/null
	echo $? >"$BATS_FILE_TMPDIR/status"
}

@test "a fresh copy builds and runs a container" {
	cat "$BATS_FILE_TMPDIR/err"
	[ "$(cat "$BATS_FILE_TMPDIR/status")" = 0 ]
	[ "$(cat "$BATS_FILE_TMPDIR/out")" = hello ]
	grep -q building "$BATS_FILE_TMPDIR/err"
}

@test "the second start says nothing of its own and builds nothing" {
	run --separate-stderr "$COPY/minidock" run --rm busybox echo again
	[ "$status" -eq 0 ]
	[ "$output" = again ]
	[ -z "$stderr" ]
}

@test "nothing outside build/ was changed" {
	local top=${BATS_TEST_DIRNAME%/*} file
	cd "$COPY"
	run find . -newer "$BATS_FILE_TMPDIR/status" -not -path './build*' -type f
	[ -z "$output" ]
	[ "$(find . -maxdepth 1 -name 'build*' | tr '\n' ' ')" = './build ' ]
}

@test "a changed source is built again, also a changed header" {
	local version=9.9.9
	sleep 1
	sed -i "s/version: '[0-9.]*'/version: '$version'/" "$COPY/meson.build"
	run --separate-stderr "$COPY/minidock" --version
	[ "$status" -eq 0 ]
	[[ $output == *$version* ]]
	[[ $stderr == *building* ]]
}

@test "the status of the command is handed through" {
	run "$COPY/minidock" run --rm busybox sh -c 'exit 42'
	[ "$status" -eq 42 ]
}

@test "it works through a link and from another directory" {
	cd /
	run --separate-stderr "$COPY/minidock" run --rm busybox echo elsewhere
	[ "$output" = elsewhere ]
}

@test "a user who may not write there uses what is built" {
	chmod -R a+rX "$BATS_FILE_TMPDIR" "$COPY"
	chmod a+rx "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR/.." 2>/dev/null || true
	run setpriv --reuid 65534 --regid 65534 --clear-groups env -u MINIDOCK_ROOT "$COPY/minidock" --version
	[ "$status" -eq 0 ]
	touch "$COPY/cli/main.c"
	run setpriv --reuid 65534 --regid 65534 --clear-groups env -u MINIDOCK_ROOT "$COPY/minidock" --version
	[ "$status" -eq 0 ]
	[[ $output == *newer* ]]
}

@test "a source that does not compile is reported with status 125" {
	sleep 1
	echo 'this is no C' >>"$COPY/cli/main.c"
	run "$COPY/minidock" --version
	[ "$status" -eq 125 ]
	[[ $output == *"build failed"* ]]
	[[ $output == *main.c* ]]
}

@test "two first starts at once build once" {
	local second=$BATS_FILE_TMPDIR/second top=${BATS_TEST_DIRNAME%/*}
	mkdir "$second"
	(cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$second" 2>/dev/null) || true
	"$second/minidock" --version >"$BATS_FILE_TMPDIR/a" 2>"$BATS_FILE_TMPDIR/a.err" &
	"$second/minidock" --version >"$BATS_FILE_TMPDIR/b" 2>"$BATS_FILE_TMPDIR/b.err"
	wait $!
	cmp "$BATS_FILE_TMPDIR/a" "$BATS_FILE_TMPDIR/b"
	[ "$(cat "$BATS_FILE_TMPDIR"/?.err | grep -c building)" = 1 ]
}
