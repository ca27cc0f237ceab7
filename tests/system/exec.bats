#!/usr/bin/env bats
# exec: a process more in a running container.
load ../helpers/minidock

@test "exec runs in the container's world" {
	sleeper c
	minidock exec c touch /from-exec
	succeeds minidock exec c sh -c 'test -e /from-exec && hostname && cat /proc/1/comm'
	[ "${lines[0]}" = "$(field c '{{.Id}}' | cut -c1-12)" ]
	[ "${lines[1]}" = sh ]
}

@test "exec joins every namespace of the container" {
	sleeper c
	local pid name
	pid=$(field c '{{.State.Pid}}')
	for name in pid mnt uts ipc net cgroup user; do
		succeeds minidock exec c readlink "/proc/self/ns/$name"
		output_is "$(readlink "/proc/$pid/ns/$name")"
	done
}

@test "exec joins every cgroup of the container" {
	sleeper c --memory 64m
	local pid inside
	pid=$(field c '{{.State.Pid}}')
	minidock exec -d c sleep 1234
	find_sleep() { inside=$(pgrep -f 'sleep 1234' | head -n 1); [ -n "$inside" ]; }
	eventually find_sleep
	[ "$(cat "/proc/$inside/cgroup")" = "$(cat "/proc/$pid/cgroup")" ]
}

@test "exec ends with the status of its command" {
	sleeper c
	for wanted in 0 1 42 255; do
		run minidock exec c sh -c "exit $wanted"
		[ "$status" -eq "$wanted" ]
	done
	run minidock exec c sh -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
}

@test "exec of what is not there gives 127, of what cannot run 126" {
	sleeper c
	fails_with 127 nosuchcommand minidock exec c nosuchcommand
	fails_with 126 /etc minidock exec c /etc
}

@test "exec keeps stdout and stderr apart" {
	sleeper c
	run --separate-stderr minidock exec c sh -c 'echo out; echo err >&2'
	[ "$output" = out ]
	[ "$stderr" = err ]
}

@test "exec -i hands over input until it ends" {
	sleeper c
	run minidock exec -i c wc -c < <(head -c 300000 /dev/zero)
	output_is 300000
	run minidock exec c wc -c <<<text
	output_is 0
}

@test "exec takes environment, user and directory of its own" {
	sleeper c -e A=container -e KEPT=yes -u 1000
	succeeds minidock exec -e A=exec -u 33:44 -w /tmp c sh -c 'echo $A $KEPT; id -u; id -g; pwd'
	output_is $'exec yes\n33\n44\n/tmp'
	succeeds minidock exec c id -u
	output_is 1000
	printf 'FROM=file\n' >"$MINIDOCK_ROOT/env"
	succeeds minidock exec --env-file "$MINIDOCK_ROOT/env" c sh -c 'echo $FROM'
	output_is file
	fails_with 125 nosuchuser minidock exec -u nosuchuser c true
	fails_with 125 'no such directory' minidock exec -w /not/there c true
	fails_with 1 '' minidock exec c ls -d /not
}

@test "exec has the container's restrictions" {
	sleeper c --cap-drop ALL --ulimit nofile=123:123
	succeeds minidock exec c sh -c 'grep -E "CapEff|CapBnd|NoNewPrivs|Seccomp:" /proc/self/status; ulimit -n'
	output_matches 'CapEff:[[:space:]]0000000000000000'
	output_matches 'CapBnd:[[:space:]]0000000000000000'
	output_matches 'NoNewPrivs:[[:space:]]1'
	output_matches 'Seccomp:[[:space:]]2'
	[ "${lines[-1]}" = 123 ]
}

@test "exec --privileged has all capabilities" {
	requires host-userns
	sleeper c
	succeeds minidock exec --privileged c sed -n 's/^CapEff:\t//p' /proc/self/status
	output_is "$(sed -n 's/^CapBnd:\t//p' /proc/self/status)"
}

@test "exec -d returns at once and the process goes on" {
	sleeper c
	run minidock exec -d c sh -c 'sleep 0.2; touch /done; sleep 1000'
	[ "$status" -eq 0 ]
	is_done() { "$MINIDOCK" exec c test -e /done; }
	eventually is_done
}

@test "the end of the container ends its exec" {
	sleeper c
	"$MINIDOCK" exec c sleep 1234 >/dev/null 3>&- &
	local pid=$! status=0
	is_inside() { "$MINIDOCK" top c | grep -q 'sleep 1234'; }
	eventually is_inside
	minidock kill c
	wait "$pid" || status=$?
	[ "$status" -eq 137 ]
}

@test "the death of the exec command line leaves the container alone" {
	sleeper c
	"$MINIDOCK" exec c sleep 1234 >/dev/null 3>&- &
	local pid=$!
	is_inside() { "$MINIDOCK" top c | grep -q 'sleep 1234'; }
	eventually is_inside
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	state_is c running
}

@test "exec sees no descriptor of the engine" {
	sleeper c
	succeeds minidock exec c ls /proc/self/fd
	output_is $'0\n1\n2\n3'
	in_container busybox ls /proc/self/fd
	output_is $'0\n1\n2\n3'
}

@test "exec into what does not run is refused" {
	minidock create --name c busybox true >/dev/null
	fails_with 1 "" minidock exec c true
	fails_with 1 nosuch minidock exec nosuch true
	run minidock exec c
	[ "$status" -ne 0 ]
}

@test "exec reaches the root of a container that was started with chroot" {
	sleeper c --root-via=chroot
	minidock exec c touch /from-exec
	succeeds minidock exec --workdir /tmp c sh -c 'pwd; test -e /from-exec'
	[ "${lines[0]}" = /tmp ]
	succeeds minidock exec c cat /etc/hostname
	output_is "$(field c '{{.Id}}' | cut -c1-12)"
}

@test "many exec at once" {
	sleeper c
	local i pids=() bad=0
	for i in 1 2 3 4 5 6 7 8; do
		minidock exec c sh -c "exit $i" 3>&- &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6 7 8; do
		local status=0
		wait "${pids[i - 1]}" || status=$?
		[ "$status" -eq "$i" ] || bad=$((bad + 1))
	done
	[ "$bad" -eq 0 ]
}

@test "an exec whose client dies does not stay behind" {
	sleeper c
	"$MINIDOCK" exec -i c cat </dev/zero >/dev/null 2>&1 3>&- &
	local client=$!
	cats() { minidock top c | grep -c '[ ]cat$' || true; }
	eventually eval '[ "$(cats)" = 1 ]'
	kill -KILL "$client"
	eventually eval '[ "$(cats)" = 0 ]'
	state_is c running
}
