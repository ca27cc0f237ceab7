#!/usr/bin/env bats
# logs: what a container wrote, by stream, time and number of lines.
load ../helpers/minidock

@test "logs gives both streams back to where they belong" {
	minidock run --name c busybox sh -c 'echo out; echo err >&2' >/dev/null 2>&1
	run --separate-stderr minidock logs c
	[ "$output" = out ]
	[ "$stderr" = err ]
	run --separate-stderr minidock logs --no-stderr c
	[ "$output" = out ]
	[ -z "$stderr" ]
	run --separate-stderr minidock logs --no-stdout c
	[ -z "$output" ]
	[ "$stderr" = err ]
}

@test "every byte comes back: no final newline, NUL, broken UTF-8, long lines" {
	local data=$MINIDOCK_ROOT/data
	{
		printf 'caf\303\251 \377\376 \000 \001 \\ "quoted" \r\n'
		head -c 50000 /dev/urandom
		head -c 40000 /dev/zero | tr '\0' x
		printf '\nlast without newline'
	} >"$data"
	minidock run -i --name c busybox cat <"$data" >"$MINIDOCK_ROOT/live"
	cmp "$data" "$MINIDOCK_ROOT/live"
	"$MINIDOCK" logs c >"$MINIDOCK_ROOT/logged"
	cmp "$data" "$MINIDOCK_ROOT/logged"
}

@test "the file has Docker's lines" {
	minidock run --name c busybox echo hello >/dev/null
	local line
	line=$(cat "$MINIDOCK_ROOT"/containers/*/log/container.log)
	[ "$(jq -r .log <<<"$line")" = hello ]
	[ "$(jq -r .stream <<<"$line")" = stdout ]
	[[ $(jq -r .time <<<"$line") =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z$ ]]
}

@test "--tail gives the last lines" {
	minidock run --name c busybox seq 100 >/dev/null
	succeeds minidock logs --tail 3 c
	output_is $'98\n99\n100'
	succeeds minidock logs -n 1 c
	output_is 100
	succeeds minidock logs --tail 0 c
	output_is ''
	succeeds minidock logs --tail all c
	[ ${#lines[@]} -eq 100 ]
	fails_with 125 few minidock logs --tail few c
}

@test "-t puts the time before each line" {
	minidock run --name c busybox echo hello >/dev/null
	succeeds minidock logs -t c
	output_matches '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z hello$'
}

@test "--since and --until cut by time" {
	minidock run --name c busybox sh -c 'echo early; sleep 1.2; echo late' >/dev/null
	local middle
	middle=$(minidock logs -t c | sed -n '2s/ .*//p')
	succeeds minidock logs --since "$middle" c
	output_is late
	succeeds minidock logs --until "$middle" c
	output_lacks $'\nlate\n'
	output_has early
	succeeds minidock logs --since 1h c
	output_has early
	succeeds minidock logs --since 2001-01-01T00:00:00 c
	output_has early
	succeeds minidock logs --until 2001-01-01 c
	output_is ''
	fails_with 125 someday minidock logs --since someday c
}

@test "-f follows until the container ends" {
	minidock run -d --name c busybox sh -c 'echo one; while ! test -e /go; do sleep 0.05; done; echo two' >/dev/null
	"$MINIDOCK" logs -f c >"$MINIDOCK_ROOT/out" 3>&- &
	local pid=$!
	has_one() { grep -q one "$MINIDOCK_ROOT/out"; }
	eventually has_one
	minidock exec c touch /go
	wait "$pid"
	[ "$(cat "$MINIDOCK_ROOT/out")" = $'one\ntwo' ]
}

@test "-f goes on across rotated files" {
	minidock run -d --name c --log-opt max-size=4k --log-opt max-file=3 busybox \
		sh -c 'while ! test -e /go; do sleep 0.05; done; seq 200' >/dev/null
	"$MINIDOCK" logs -f c >"$MINIDOCK_ROOT/out" 3>&- &
	local pid=$!
	minidock exec c touch /go
	wait "$pid"
	[ "$(tail -n 1 "$MINIDOCK_ROOT/out")" = 200 ]
}

@test "a torn last line is skipped, the rest is read" {
	minidock run --name c busybox seq 3 >/dev/null
	printf '{"log":"torn' >>"$(echo "$MINIDOCK_ROOT"/containers/*/log/container.log)"
	run --separate-stderr minidock logs c
	[ "$status" -eq 0 ]
	[ "$output" = $'1\n2\n3' ]
}

@test "logs survive the kill of the supervisor" {
	minidock run -d --name c busybox sh -c 'echo before; sleep 1000' >/dev/null
	has_line() { [ "$("$MINIDOCK" logs c)" = before ]; }
	eventually has_line
	local supervisor
	supervisor=$(ps -o ppid= -p "$(field c '{{.State.Pid}}')")
	kill -KILL $supervisor
	succeeds minidock logs c
	output_is before
	minidock check --repair || true
}

@test "--log-driver none keeps nothing and logs says so" {
	minidock run --name c --log-driver none busybox echo hello >/dev/null
	fails_with 1 "" minidock logs c
}

@test "logs of what does not exist" {
	fails_with 1 nosuch minidock logs nosuch
}

@test "control bytes in names and errors do not reach the terminal raw" {
	run minidock logs $'bad\033[31mname'
	[ "$status" -ne 0 ]
	[[ $output != *$'\033'* ]]
}
