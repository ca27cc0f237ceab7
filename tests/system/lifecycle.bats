#!/usr/bin/env bats
# create, start, stop, kill, restart, pause, unpause, rm, rename, wait: and what they refuse.
load ../helpers/minidock

is_running() { [ "$(field "$1" '{{.State.Running}}')" = true ]; }

@test "create prints an id and starts nothing" {
	run minidock create --name c busybox echo hi
	[ "$status" -eq 0 ]
	output_matches '^[0-9a-f]{64}$'
	state_is c created
	[ "$(field c '{{.State.Pid}}')" = 0 ]
}

@test "start prints the name and starts" {
	minidock create --name c busybox sleep 1000 >/dev/null
	succeeds minidock start c
	output_is c
	state_is c running
	succeeds minidock start c
}

@test "start -a shows the output and ends with the status" {
	minidock create --name c busybox sh -c 'echo hi; exit 3' >/dev/null
	run minidock start -a c
	[ "$status" -eq 3 ]
	output_is hi
	run minidock start -a c
	[ "$status" -eq 3 ]
	output_is hi
}

@test "start -a -i hands over input" {
	minidock create -i --name c busybox cat >/dev/null
	run minidock start -a -i c <<<words
	[ "$status" -eq 0 ]
	output_is words
}

@test "files written before a stop are there after a start" {
	minidock create --name c busybox sh -c 'cat /kept 2>/dev/null; echo again >>/kept' >/dev/null
	minidock start -a c
	run minidock start -a c
	output_is again
}

@test "stop lets the command end in its own way" {
	sleeper c
	succeeds minidock stop c
	output_is c
	state_is c exited
	[ "$(field c '{{.State.ExitCode}}')" = 143 ]
}

@test "stop kills what does not listen, after the time given" {
	minidock run -d --name c busybox sh -c 'trap "" TERM; while :; do sleep 1000; done' >/dev/null
	local begin=$SECONDS
	succeeds minidock stop -t 1 c
	[ $((SECONDS - begin)) -le 5 ]
	[ "$(field c '{{.State.ExitCode}}')" = 137 ]
}

@test "stop --signal sends another signal first" {
	sleeper c
	succeeds minidock stop --signal INT c
	[ "$(field c '{{.State.ExitCode}}')" = 130 ]
	fails_with 125 NOSUCH minidock stop --signal NOSUCH c
	fails_with 125 soon minidock stop -t soon c
}

@test "stopping a stopped container is no error" {
	minidock run --name c busybox true
	succeeds minidock stop c
}

@test "kill sends KILL or the signal named" {
	sleeper a
	sleeper b
	succeeds minidock kill a
	output_is a
	succeeds minidock wait a
	output_is 137
	succeeds minidock kill -s SIGINT b
	succeeds minidock wait b
	output_is 130
	fails_with 1 "" minidock kill a
	sleeper c
	fails_with 125 NOSUCH minidock kill -s NOSUCH c
	fails_with 125 "" minidock kill -s 99 c
}

@test "restart stops and starts" {
	sleeper c
	local before
	before=$(field c '{{.State.Pid}}')
	succeeds minidock restart c
	output_is c
	is_running c
	[ "$(field c '{{.State.Pid}}')" != "$before" ]
	minidock stop c
	succeeds minidock restart -t 1 c
	is_running c
}

@test "pause holds every process still and unpause lets them go" {
	minidock run -d --name c busybox sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/tick; done' >/dev/null
	succeeds minidock pause c
	output_is c
	state_is c paused
	[ "$(field c '{{.State.Paused}}')" = true ]
	local pid first second
	pid=$(field c '{{.State.Pid}}')
	first=$(cut -d' ' -f14,15 "/proc/$pid/stat")
	sleep 0.3
	second=$(cut -d' ' -f14,15 "/proc/$pid/stat")
	[ "$first" = "$second" ]
	succeeds minidock ps --format '{{.Status}}'
	output_has Paused
	succeeds minidock unpause c
	state_is c running
}

@test "resume is unpause" {
	sleeper c
	minidock pause c
	succeeds minidock resume c
	state_is c running
}

@test "what cannot be done in a state is refused with both named" {
	minidock create --name c busybox true >/dev/null
	fails_with 1 created minidock pause c
	fails_with 1 "" minidock unpause c
	fails_with 1 "" minidock exec c true
	sleeper r
	minidock pause r
	fails_with 1 paused minidock pause r
	fails_with 1 paused minidock exec r true
	minidock unpause r
	fails_with 1 "" minidock unpause r
}

@test "a paused container can be stopped and killed" {
	sleeper c
	minidock pause c
	succeeds minidock stop -t 1 c
	state_is c exited
	sleeper d
	minidock pause d
	succeeds minidock kill d
	succeeds minidock wait d
}

@test "rm refuses a running container unless forced" {
	sleeper web
	fails_with 1 web minidock rm web
	is_running web
	succeeds minidock rm -f web
	output_is web
	fails_with 1 web minidock inspect web
}

@test "rm -f of what does not exist says so" {
	run minidock rm -f nosuch
	output_has nosuch
	fails_with 1 nosuch minidock rm nosuch
}

@test "rm takes the files away" {
	minidock run --name c busybox sh -c 'mkdir -p /a/b/c; touch /a/b/c/d; chmod 000 /a' >/dev/null
	minidock rm c
	[ -z "$(ls -A "$MINIDOCK_ROOT/containers")" ]
	[ -z "$(ls -A "$MINIDOCK_ROOT/names")" ]
}

@test "rename gives another name and frees the old" {
	sleeper old
	succeeds minidock rename old new
	state_is new running
	fails_with 1 old minidock inspect old
	sleeper old
	fails_with 1 old minidock rename new old
	fails_with 1 "" minidock rename new 'bad/name'
	fails_with 1 nosuch minidock rename nosuch other
	[ "$(field new '{{.Name}}')" = /new ]
}

@test "wait prints each status in the order asked" {
	minidock run -d --name a busybox sh -c 'exit 4' >/dev/null
	minidock run -d --name b busybox sh -c 'exit 5' >/dev/null
	succeeds minidock wait a b
	output_is $'4\n5'
	fails_with 1 nosuch minidock wait nosuch
}

@test "wait ends when the container does, not later" {
	sleeper c
	"$MINIDOCK" wait c >"$MINIDOCK_ROOT/status" 3>&- &
	local pid=$!
	minidock kill c
	wait "$pid"
	[ "$(cat "$MINIDOCK_ROOT/status")" = 137 ]
}

@test "several containers in one command: a result for each, failure if any failed" {
	sleeper a
	sleeper b
	run minidock stop a nosuch b
	[ "$status" -eq 1 ]
	[[ " ${lines[*]} " == *" a "* ]]
	[[ " ${lines[*]} " == *" b "* ]]
	output_has nosuch
	state_is a exited
	state_is b exited
	run minidock rm a nosuch b
	[ "$status" -eq 1 ]
	succeeds minidock ps -aq
	output_is ''
}

@test "stop and restart of several wait for the slowest, not for one after the other" {
	local name deaf started
	for name in a b c; do
		minidock run -d --name $name busybox sleep 1000 >/dev/null # pid 1 ignores SIGTERM
	done
	for deaf in restart stop; do
		started=$SECONDS
		succeeds minidock $deaf -t 2 a b c
		[ $((SECONDS - started)) -lt 5 ] || die_with "$deaf took $((SECONDS - started)) s"
		[ "$(sort <<<"$output" | tr '\n' ' ')" = "a b c " ]
	done
	state_is b exited
}

@test "an id may be shortened as long as it is unique" {
	local id
	id=$(minidock create busybox)
	succeeds minidock inspect --format '{{.Id}}' "${id:0:12}"
	output_is "$id"
	succeeds minidock inspect --format '{{.Id}}' "${id:0:3}"
	local i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
		minidock create busybox >/dev/null
	done
	local first
	first=$("$MINIDOCK" ps -aq | cut -c1 | sort | uniq -d | head -n 1)
	fails_with 1 "" minidock inspect "$first"
	output_matches 'ambiguous|start of [0-9]+ container'
}

@test "commands need their operands" {
	local command
	for command in start stop kill restart pause unpause rm wait attach exec top logs inspect rename; do
		run minidock "$command"
		[ "$status" -ne 0 ]
		output_has "$command"
	done
}

@test "the recorded times are in order" {
	minidock run --name c busybox true
	local created started finished
	created=$(field c '{{.Created}}')
	started=$(field c '{{.State.StartedAt}}')
	finished=$(field c '{{.State.FinishedAt}}')
	[[ $created < $started ]] || [ "$created" = "$started" ]
	[[ $started < $finished ]]
}

@test "top lists the processes of a container" {
	sleeper c
	succeeds minidock top c
	[[ ${lines[0]} == *PID* ]]
	output_has sleep
	minidock stop c
	fails_with 1 "" minidock top c
}
