#!/usr/bin/env bats
# Limits, proven by what happens and not by what a file says. On cgroup v1, hybrid and v2 alike.
load ../helpers/minidock

# control CONTAINER V1-CONTROLLER V1-FILE V2-FILE: content of the control file that this host has.
control()
{
	if has_cgroup_v2; then
		cat "$(cgroup_file "$1" unified "$4")"
	else
		cat "$(cgroup_file "$1" "$2" "$3")"
	fi
}

# CPU time that a container's processes have used, in milliseconds.
cpu_ms()
{
	if has_cgroup_v2; then
		echo $(($(sed -n 's/^usage_usec //p' "$(cgroup_file "$1" unified cpu.stat)") / 1000))
	else
		local pid
		pid=$(field "$1" '{{.State.Pid}}')
		local stat
		stat=$(sed 's/.*) //' "/proc/$pid/stat")
		# shellcheck disable=SC2086
		set -- $stat
		echo $(((${12} + ${13}) * 1000 / $(getconf CLK_TCK)))
	fi
}

now_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

@test "an allocation beyond the memory limit is killed and said to be out of memory" {
	requires root
	run minidock run --name hog -m 32m busybox sh -c 'head -c 200m /dev/zero | tail >/dev/null'
	[ "$status" -ne 0 ]
	run minidock run --name pid1 -m 32m busybox tail /dev/zero
	[ "$status" -eq 137 ]
	[ "$(field pid1 '{{.State.OOMKilled}}')" = true ]
	[ "$(field pid1 '{{.State.ExitCode}}')" = 137 ]
}

@test "an allocation below the memory limit succeeds" {
	run minidock run --name ok -m 64m busybox sh -c 'head -c 20m /dev/zero | tail | wc -c'
	[ "$status" -eq 0 ]
	[ "$(field ok '{{.State.OOMKilled}}')" = false ]
}

@test "a container killed by somebody is not said to be out of memory" {
	sleeper c -m 64m
	minidock kill c
	minidock wait c
	[ "$(field c '{{.State.OOMKilled}}')" = false ]
}

@test "memory, swap and reservation are where the kernel has them" {
	sleeper c -m 64m --memory-reservation 32m
	[ "$(control c memory memory.limit_in_bytes memory.max)" = 67108864 ]
	[ "$(control c memory memory.soft_limit_in_bytes memory.low)" = 33554432 ]
}

@test "memory values: units are understood, nonsense and too little are refused" {
	sleeper c -m 67108864b
	[ "$(control c memory memory.limit_in_bytes memory.max)" = 67108864 ]
	fails_with 125 lots minidock run --rm -m lots busybox true
	fails_with 125 "" minidock run --rm -m 1k busybox true
	fails_with 125 "" minidock run --rm -m -5 busybox true
	fails_with 125 "" minidock run --rm -m 99999999999999999999g busybox true
}

@test "a CPU hog gets its quota within ten percent" {
	minidock run -d --name hog --cpus 0.5 busybox sh -c 'while :; do :; done' >/dev/null
	local used start elapsed tries
	# A busy machine may give less than the quota for a while, but never more.
	for tries in 1 2 3 4 5; do
		used=$(cpu_ms hog) start=$(now_ms)
		sleep 2
		used=$(($(cpu_ms hog) - used)) elapsed=$(($(now_ms) - start))
		echo "used $used ms of $elapsed ms"
		[ $((used * 100)) -le $((elapsed * 55)) ]
		[ $((used * 100)) -lt $((elapsed * 45)) ] || return 0
	done
	return 1
}

@test "--cpu-percent is a percentage of one core" {
	sleeper c --cpu-percent 30
	if has_cgroup_v2; then
		[ "$(control c cpu x cpu.max)" = '30000 100000' ]
	else
		[ "$(control c cpu cpu.cfs_quota_us x)" = 30000 ]
	fi
	fails_with 125 much minidock run --rm --cpu-percent much busybox true
	fails_with 125 "" minidock run --rm --cpu-percent 0 busybox true
	fails_with 125 "" minidock run --rm --cpus -1 busybox true
	fails_with 125 "" minidock run --rm --cpus 100000 busybox true
}

@test "--cpu-shares becomes shares or weight" {
	sleeper c --cpu-shares 512
	if has_cgroup_v2; then
		[ "$(control c cpu x cpu.weight)" = 59 ]
	else
		[ "$(control c cpu cpu.shares x)" = 512 ]
	fi
	fails_with 125 "" minidock run --rm --cpu-shares many busybox true
}

@test "--cpuset-cpus pins" {
	in_container --cpuset-cpus 0 busybox sh -c 'grep Cpus_allowed_list /proc/self/status'
	output_matches '[[:space:]]0$'
	fails_with 125 '--cpuset-cpus 4096: this machine has' minidock run --rm --cpuset-cpus 4096 busybox true
	fails_with 125 "has $(cat /sys/devices/system/cpu/online) only" \
		minidock run --rm --cpuset-cpus "0-$(nproc --all)" busybox true
	fails_with 125 '--cpuset-mems 77: this machine has' minidock run --rm --cpuset-mems 77 busybox true
	fails_with 125 nonsense minidock run --rm --cpuset-cpus nonsense busybox true
	fails_with 125 nonsense minidock run --rm --cpuset-mems nonsense busybox true
}

@test "a fork bomb is stopped and the host stays responsive" {
	requires cc
	minidock run -d --name bomb --pids-limit 50 -v "$(payload fork_bomb):/bomb:ro" busybox /bomb >/dev/null
	sleep 1
	local begin
	begin=$(now_ms)
	/bin/true
	[ $(($(now_ms) - begin)) -lt 2000 ]
	[ "$(control bomb pids pids.current pids.current)" -le 50 ]
	succeeds minidock kill bomb
	succeeds minidock wait bomb
}

@test "the pids limit is 4096 unless asked otherwise; -1 lifts it" {
	sleeper c
	[ "$(control c pids pids.max pids.max)" = 4096 ]
	sleeper d --pids-limit 7
	[ "$(control d pids pids.max pids.max)" = 7 ]
	sleeper e --pids-limit -1
	[ "$(control e pids pids.max pids.max)" = max ]
	fails_with 125 few minidock run --rm --pids-limit few busybox true
}

@test "limits hold for exec too" {
	sleeper c --pids-limit 5
	run minidock exec c sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; wait'
	output_matches 'fork|Resource temporarily unavailable'
}

@test "a container cannot change its limits" {
	requires root
	run minidock run --rm -m 64m busybox sh -c \
		'for f in $(find /sys/fs/cgroup -name memory.max -o -name memory.limit_in_bytes); do echo 1073741824 >$f && echo changed; done'
	output_lacks changed
}

@test "a container sees its own cgroup as the root" {
	in_container busybox cat /proc/self/cgroup
	local line
	for line in "${lines[@]}"; do
		[[ $line == *:/ ]]
	done
}

@test "when the container ends its cgroups are gone" {
	sleeper c -m 64m
	local group
	group=$(dirname "$(cgroup_file c "$(has_cgroup_v2 && echo unified || echo memory)" x)")
	[ -d "$group" ]
	minidock kill c
	minidock wait c
	gone() { ! [ -d "$group" ]; }
	eventually gone
}

@test "device rules: no device but the container's own can be opened" {
	# A private user namespace cannot even make the node.
	run minidock run --rm --cap-add MKNOD busybox sh -c 'mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk'
	[ "$status" -ne 0 ]
	output_matches 'not permitted|denied'
}

@test "device rules: the usual devices may be made and opened" {
	requires host-userns
	in_container --cap-add MKNOD busybox sh -c 'mknod /dev/zero2 c 1 5 && head -c 1 /dev/zero2 | wc -c'
	[ "${lines[-1]}" = 1 ]
}
