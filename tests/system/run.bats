#!/usr/bin/env bats
# run: output, exit status, foreground and background, clean-up.
load ../helpers/minidock

@test "run prints what the command prints" {
	in_container busybox echo hello
	output_is hello
}

@test "run keeps stdout and stderr apart" {
	run --separate-stderr minidock run --rm busybox sh -c 'echo out; echo err >&2'
	[ "$output" = out ]
	[ "$stderr" = err ]
}

@test "run hands arguments over as they are" {
	in_container busybox sh -c 'printf "<%s>" "$@"' sh 'a b' '' '*' '--rm' $'tab\there'
	output_is $'<a b><><*><--rm><tab\there>'
}

@test "run ends with the status of the command" {
	for wanted in 0 1 3 124 255; do
		run minidock run --rm busybox sh -c "exit $wanted"
		[ "$status" -eq "$wanted" ]
	done
}

@test "a command killed by a signal gives 128 plus its number" {
	run minidock run --rm --init busybox sh -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
	run minidock run --rm --init busybox sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ]
}

@test "a command that does not exist gives 127" {
	fails_with 127 nosuchcommand minidock run --rm busybox nosuchcommand
}

@test "a command that cannot be executed gives 126" {
	fails_with 126 /etc minidock run --rm busybox /etc
}

@test "a mistake in the flags gives 125 and leaves nothing" {
	fails_with 125 "nosuchflag" minidock run --nosuchflag busybox true
	fails_with 125 "" minidock run
	succeeds minidock ps -aq
	output_is ''
}

@test "an unknown image gives 125 and its name" {
	fails_with 125 "nosuchimage" minidock run --rm nosuchimage true
}

@test "the image's own command runs when none is given" {
	run minidock run --rm -i busybox <<<'echo from the shell'
	[ "$status" -eq 0 ]
	output_is 'from the shell'
}

@test "without -i the command's input is empty" {
	run minidock run --rm busybox cat <<<text
	[ "$status" -eq 0 ]
	output_is ''
}

@test "-i hands over input until it ends" {
	run minidock run --rm -i busybox wc -c < <(head -c 100000 /dev/zero)
	[ "$status" -eq 0 ]
	output_is 100000
}

@test "a command that does not read its input does not disturb run" {
	run bash -c 'yes | "$@"' _ "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" -i busybox true
	[ "$status" -eq 0 ]
}

@test "output larger than any buffer arrives whole" {
	run bash -c '"$@" | sha256sum' _ "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" \
		busybox sh -c 'i=0; while [ $i -lt 40 ]; do head -c 100000 /dev/zero; i=$((i + 1)); done'
	output_is "$(head -c 4000000 /dev/zero | sha256sum)"
}

@test "-d prints the id and returns while the command runs" {
	run minidock run -d --name bg busybox sleep 1000
	[ "$status" -eq 0 ]
	output_matches '^[0-9a-f]{64}$'
	[ "$output" = "$(field bg '{{.Id}}')" ]
	state_is bg running
}

@test "a background container goes on when nobody looks, and its end is recorded" {
	minidock run -d --name bg busybox sh -c 'echo done; exit 7' >/dev/null
	succeeds minidock wait bg
	output_is 7
	state_is bg exited
	[ "$(field bg '{{.State.ExitCode}}')" = 7 ]
	succeeds minidock logs bg
	output_is done
}

@test "a start that fails in the background is reported by run" {
	fails_with 127 nosuchcommand minidock run -d --name bg busybox nosuchcommand
}

@test "without --rm the container stays and can be looked at" {
	minidock run --name stays busybox true
	state_is stays exited
	succeeds minidock rm stays
}

@test "--rm takes the container away, also after a failure" {
	run minidock run --rm --name gone busybox false
	[ "$status" -eq 1 ]
	run minidock run --rm --name gone busybox nosuchcommand
	[ "$status" -eq 127 ]
	succeeds minidock ps -aq
	output_is ''
}

@test "--rm with -d takes the container away when it ends" {
	minidock run -d --rm --name gone busybox true >/dev/null
	run minidock wait gone
	no_container() { [ -z "$("$MINIDOCK" ps -aq)" ]; }
	eventually no_container
}

@test "a container's first process is pid 1 and sees only its own" {
	in_container busybox sh -c 'echo $$; ls -d /proc/[0-9]* | wc -l'
	[ "${lines[0]}" = 1 ]
	[ "${lines[1]}" -le 4 ]
}

@test "what one container writes the next does not see" {
	in_container busybox sh -c 'echo x >/tmp/here; test -e /tmp/here'
	fails_with 1 "" minidock run --rm busybox test -e /tmp/here
}

@test "two containers of one image do not see each other's files" {
	sleeper one
	sleeper two
	minidock exec one touch /only-in-one
	fails_with 1 "" minidock exec two test -e /only-in-one
}

@test "many at once all start and end" {
	local i pids=() ended
	for i in 1 2 3 4 5 6 7 8; do
		minidock run --rm busybox sh -c "exit $i" &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6 7 8; do
		ended=0
		wait "${pids[i - 1]}" || ended=$?
		[ $ended -eq $i ]
	done
	succeeds minidock ps -aq
	output_is ''
}

@test "signals go to the command" {
	mkfifo "$MINIDOCK_ROOT.fifo"
	"$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" busybox \
		sh -c 'trap "echo got it; exit 9" TERM; echo ready; while :; do sleep 1000 & wait $!; done' \
		>"$MINIDOCK_ROOT.fifo" 3>&- &
	local pid=$! line
	exec 5<"$MINIDOCK_ROOT.fifo"
	rm "$MINIDOCK_ROOT.fifo"
	read -r line <&5
	[ "$line" = ready ]
	kill -TERM "$pid"
	read -r line <&5
	exec 5<&-
	[ "$line" = 'got it' ]
	wait "$pid" || [ $? -eq 9 ]
}

@test "the container outlives the command line that started it" {
	"$MINIDOCK" run --name survivor --cgroup-parent "$CGROUP_PARENT" busybox \
		sh -c 'echo started; sleep 1000' >/dev/null 3>&- &
	local pid=$!
	is_running() { [ "$(field survivor '{{.State.Status}}' 2>/dev/null)" = running ]; }
	eventually is_running
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	state_is survivor running
	succeeds minidock logs survivor
	output_is started
}

@test "the network is empty by default, with lo up" {
	in_container busybox sh -c 'ls /sys/class/net; cat /sys/class/net/lo/flags; nc -w 1 127.0.0.1 9 </dev/null 2>&1 || true'
	[ "${lines[0]}" = lo ]
	[ "${lines[1]}" = 0x9 ]
	output_has refused
}

@test "bridge networks and ports are refused with a reason" {
	fails_with 125 "bridge" minidock run --rm --network bridge busybox true
	fails_with 125 "" minidock run --rm -p 8080:80 busybox true
}

@test "nothing for TLS, HTTP or archives is loaded to run a container" {
	[[ $(nm -D "$MINIDOCK") != *__asan* ]] || skip "is about the release build"
	minidock run -d --name loaded busybox sleep 1000
	local supervisor
	supervisor=$(ps -o ppid= -p "$(field loaded State.Pid)" | tr -d ' ')
	run bash -c "LD_TRACE_LOADED_OBJECTS=1 '$MINIDOCK' run; cat /proc/$supervisor/maps"
	for library in ssl crypto gnutls curl microhttpd nghttp2 archive libz lzma bz2 zstd isal nettle grpc; do
		[[ $output != *"$library"*.so* ]]
	done
	[[ $output == *libcjson.so* ]]
}
