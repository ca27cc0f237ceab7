#!/usr/bin/env bats
# What happens when something dies at the wrong moment, and how check finds and mends it.
load ../helpers/minidock

supervisor_of()
{
	local pid
	pid=$(field "$1" '{{.State.Pid}}')
	ps -o ppid= -p "$pid" | tr -d ' '
}

# Gone, or dead and waiting for whoever inherited it.
is_gone()
{
	[ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"
}

kill_supervisor()
{
	local supervisor
	supervisor=$(supervisor_of "$1")
	kill -KILL "$supervisor"
	eventually is_gone "$supervisor"
}

@test "check of a clean state finds nothing" {
	sleeper c
	succeeds minidock check
}

# What its supervisor did for it - log, exit status, clean-up - is lost, but the work goes on.
@test "the kill of a supervisor leaves its container and all others running" {
	sleeper victim
	sleeper other
	local pid
	pid=$(field victim '{{.State.Pid}}')
	kill_supervisor victim
	kill -0 "$pid"
	state_is victim running
	state_is other running
	succeeds minidock exec other true
	fails_with 125 "the container still runs (end it with 'minidock stop'" minidock exec victim true
	succeeds minidock stop -t 1 victim
	eventually is_gone "$pid"
}

@test "a container that ends without its supervisor is told as it is" {
	sleeper c
	local pid
	pid=$(field c '{{.State.Pid}}')
	kill_supervisor c
	kill -KILL "$pid"
	eventually is_gone "$pid"
	succeeds minidock ps -a --format '{{.Status}}'
	output_lacks Up
	[ "$(field c '{{.State.Running}}')" = false ]
}

@test "check names what a dead supervisor left, --repair takes it away" {
	sleeper web -m 64m
	local pid
	pid=$(field web '{{.State.Pid}}')
	kill_supervisor web
	run minidock check
	[ "$status" -ne 0 ]
	output_has web
	succeeds minidock check --repair
	eventually is_gone "$pid"
	succeeds minidock check
	[ -z "$(leak_cgroups "$CGROUP_PARENT")" ]
	state_is web exited
	succeeds minidock start web
	state_is web running
}

@test "the groups that a lost container left are one finding" {
	requires cgroup-v1
	local id group
	id=$(tr -dc 0-9a-f </dev/urandom | head -c 64)
	for group in memory pids; do
		mkdir -p "/sys/fs/cgroup/$group/$CGROUP_PARENT/$id"
	done
	export MINIDOCK_CGROUP_PARENT=$CGROUP_PARENT
	run minidock check
	[ "$status" -eq 1 ]
	output_matches "^cgroups of no container: ${id:0:12} in /sys/fs/cgroup/[a-z]+/$CGROUP_PARENT and 1 more$"
	succeeds minidock check --repair
	[ ! -e "/sys/fs/cgroup/memory/$CGROUP_PARENT/$id" ]
	[ ! -e "/sys/fs/cgroup/pids/$CGROUP_PARENT/$id" ]
}

@test "rm -f after the kill of a supervisor leaves nothing" {
	sleeper c -m 64m
	kill_supervisor c
	succeeds minidock rm -f c
	[ -z "$(leak_cgroups "$CGROUP_PARENT")" ]
}

@test "check changes nothing without --repair" {
	sleeper c
	kill_supervisor c
	local before after
	before=$(find "$MINIDOCK_ROOT" -printf '%p %s %T@\n' | sort)
	run minidock check
	after=$(find "$MINIDOCK_ROOT" -printf '%p %s %T@\n' | sort)
	[ "$before" = "$after" ]
}

@test "a torn state file is set aside, named and never believed" {
	minidock run --name c busybox true
	local dir
	dir=$MINIDOCK_ROOT/containers/$(field c '{{.Id}}')
	head -c 20 "$dir/state.json" >"$dir/torn"
	mv "$dir/torn" "$dir/state.json"
	succeeds minidock ps -a
	output_matches dead
	succeeds minidock rm -f c
	[ -n "$(ls -A "$MINIDOCK_ROOT/quarantine")" ]
	rm -rf "$MINIDOCK_ROOT/quarantine"
}

@test "a start that fails leaves nothing" {
	run -127 minidock run -d --name c -m 64m busybox nosuchcommand
	[ -z "$(leak_cgroups "$CGROUP_PARENT")" ]
	run grep -c "$MINIDOCK_ROOT" /proc/self/mountinfo
	output_is 0
	succeeds minidock check
}

@test "run killed at any moment leaves nothing that rm -f does not take away" {
	local delay
	for delay in 0.001 0.003 0.005 0.008 0.012 0.02 0.03 0.05; do
		"$MINIDOCK" run --cgroup-parent "$CGROUP_PARENT" -m 64m busybox sleep 1000 >/dev/null 2>&1 3>&- &
		local pid=$!
		sleep "$delay"
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null || true
	done
	minidock check --repair || true
	local ids
	ids=$("$MINIDOCK" ps -aq --no-trunc)
	# shellcheck disable=SC2086
	[ -z "$ids" ] || minidock rm -f $ids
	succeeds minidock check
}

@test "a reused pid is never taken for the container" {
	sleeper c
	kill_supervisor c
	local dir
	dir=$MINIDOCK_ROOT/containers/$(field c '{{.Id}}')
	# Pretend that the pid now belongs to a process of ours.
	sleep 1000 3>&- &
	local innocent=$!
	sed -i "s/\"pid\":[0-9]*/\"pid\":$innocent/g" "$dir/state.json"
	run minidock kill c
	run minidock rm -f c
	kill -0 "$innocent"
	kill "$innocent"
}
