#!/usr/bin/env bats
# Every flag of run that is not about limits, volumes or root file systems: what it does, and bad values.
load ../helpers/minidock

@test "--name names the container; a name is taken once" {
	sleeper web
	fails_with 125 "web" minidock run --rm --name web busybox true
	fails_with 125 "'a/b'" minidock run --rm --name a/b busybox true
	fails_with 125 "" minidock run --rm --name .hidden busybox true
}

@test "a container without a name gets one of two words" {
	minidock run -d busybox true >/dev/null
	succeeds minidock ps -a --format '{{.Names}}'
	output_matches '^[a-z]+_[a-z]+[0-9]*$'
}

@test "--cidfile gets the id and must be new" {
	local file=$MINIDOCK_ROOT/cid
	minidock run --name c --cidfile "$file" busybox true
	[ "$(cat "$file")" = "$(field c '{{.Id}}')" ]
	fails_with 125 "$file" minidock run --rm --cidfile "$file" busybox true
}

@test "-e sets, takes over and replaces variables" {
	export TAKEN_OVER=yes
	in_container -e A=1 -e B='x y' -e TAKEN_OVER -e NOT_SET_HERE -e A=2 busybox env
	output_has A=2
	output_lacks A=1
	output_has 'B=x y'
	output_has TAKEN_OVER=yes
	output_lacks NOT_SET_HERE
	fails_with 125 "" minidock run --rm -e =value busybox true
}

@test "the environment is built from scratch" {
	SECRET_OF_HOST=1 in_container busybox env
	output_lacks SECRET_OF_HOST
	output_lacks MINIDOCK_ROOT
	output_has PATH=
	output_has HOSTNAME=
	output_has HOME=/root
}

@test "--env-file reads variables and comments" {
	local file=$MINIDOCK_ROOT/env
	printf '# comment\n\nA=from file\nB=\nINHERITED\n' >"$file"
	export INHERITED=here
	in_container --env-file "$file" -e A=flag busybox env
	output_has A=flag
	output_has B=
	output_has INHERITED=here
	fails_with 125 /nowhere minidock run --rm --env-file /nowhere busybox true
	printf 'two words=1\n' >"$file"
	fails_with 125 "" minidock run --rm --env-file "$file" busybox true
}

@test "-w chooses the working directory and makes it" {
	in_container -w /new/place busybox pwd
	output_is /new/place
	in_container busybox pwd
	output_is /
	fails_with 125 relative minidock run --rm -w relative busybox true
}

@test "-u takes numbers, names and groups" {
	in_container -u 1234:5678 busybox id
	output_has uid=1234
	output_has gid=5678
	in_container -u nobody busybox id -un
	output_is nobody
	in_container -u 99:daemon busybox id -g
	[ "$status" -eq 0 ]
	fails_with 125 nosuchuser minidock run --rm -u nosuchuser busybox true
	fails_with 125 "" minidock run --rm -u 99999999999 busybox true
	fails_with 125 "" minidock run --rm -u -1 busybox true
}

@test "groups are set explicitly: no group of the engine is kept" {
	in_container -u 1234 busybox id -G
	output_is 0
	in_container -u 1234:77 --group-add 88 --group-add daemon busybox id -G
	output_matches '(^| )77( |$)'
	output_matches '(^| )88( |$)'
}

@test "--entrypoint replaces the image's program, empty resets it" {
	in_container --entrypoint echo busybox a b
	output_is 'a b'
	in_container --entrypoint '' busybox echo c
	output_is c
}

@test "-h sets the host name, also in /etc/hostname and /etc/hosts" {
	in_container -h box.example busybox sh -c 'hostname; cat /etc/hostname; grep -c box.example /etc/hosts'
	[ "${lines[0]}" = box.example ]
	[ "${lines[1]}" = box.example ]
	[ "${lines[2]}" -ge 1 ]
	fails_with 125 "" minidock run --rm -h 'no spaces' busybox true
}

@test "without -h the host name is the short id" {
	minidock run --name c busybox hostname
	succeeds minidock logs c
	output_is "$(field c '{{.Id}}' | cut -c1-12)"
}

@test "-l and --label-file label" {
	printf 'from=file\n# comment\n' >"$MINIDOCK_ROOT/labels"
	minidock create --name c -l a=1 -l b --label-file "$MINIDOCK_ROOT/labels" busybox >/dev/null
	[ "$(field c '{{.Config.Labels.a}}')" = 1 ]
	[ "$(field c '{{.Config.Labels.from}}')" = file ]
	succeeds minidock ps -aq --filter label=a=1
	[ ${#lines[@]} -eq 1 ]
	succeeds minidock ps -aq --filter label=a=2
	output_is ''
}

@test "--init forwards signals and reaps" {
	in_container --init busybox sh -c 'cat /proc/1/comm; (sleep 0.01 &) ; sleep 0.1; grep -l "^State:.*zombie" /proc/[0-9]*/status | wc -l'
	[ "${lines[0]}" != sh ]
	[ "${lines[-1]}" = 0 ]
	run minidock run --rm --init busybox sh -c 'exit 5'
	[ "$status" -eq 5 ]
}

@test "--read-only forbids writing to the root, but not to /tmp when asked" {
	run minidock run --rm --read-only busybox touch /x
	[ "$status" -ne 0 ]
	output_has 'Read-only'
	in_container --read-only --tmpfs /tmp busybox sh -c 'touch /tmp/x && echo ok'
	output_is ok
}

@test "--tmpfs takes options and refuses nonsense" {
	in_container --tmpfs /t:size=1m,mode=1777 busybox sh -c 'grep " /t " /proc/mounts; stat -c %a /t'
	output_has size=1024k
	output_has 1777
	fails_with 125 "relative" minidock run --rm --tmpfs relative busybox true
	fails_with 125 "" minidock run --rm --tmpfs /t:size=lots busybox true
}

@test "--add-host and --dns write the files" {
	in_container --add-host db:10.1.2.3 --dns 10.9.9.9 --dns-search example.org busybox cat /etc/hosts /etc/resolv.conf
	output_matches '10\.1\.2\.3[[:space:]]+db'
	output_has 'nameserver 10.9.9.9'
	output_has 'search example.org'
	fails_with 125 "" minidock run --rm --add-host nonsense busybox true
	fails_with 125 "" minidock run --rm --dns nonsense busybox true
}

@test "--ulimit sets both limits and refuses nonsense" {
	in_container --ulimit nofile=100:200 busybox sh -c 'ulimit -Sn; ulimit -Hn'
	[ "${lines[0]}" = 100 ]
	[ "${lines[1]}" = 200 ]
	fails_with 125 nosuchlimit minidock run --rm --ulimit nosuchlimit=1 busybox true
	fails_with 125 "" minidock run --rm --ulimit nofile=200:100 busybox true
}

@test "--shm-size sizes /dev/shm; 64 MB otherwise" {
	in_container busybox df -k /dev/shm
	output_matches ' 65536 '
	in_container --shm-size 1m busybox df -k /dev/shm
	output_matches ' 1024 '
	fails_with 125 "lots" minidock run --rm --shm-size lots busybox true
}

@test "--sysctl sets what belongs to the container and refuses the rest" {
	in_container --sysctl net.ipv4.ip_forward=1 busybox cat /proc/sys/net/ipv4/ip_forward
	output_is 1
	in_container --sysctl kernel.msgmax=4096 busybox cat /proc/sys/kernel/msgmax
	output_is 4096
	fails_with 125 kernel.panic minidock run --rm --sysctl kernel.panic=1 busybox true
	fails_with 125 "" minidock run --rm --sysctl nonsense busybox true
}

@test "--device makes a device usable" {
	in_container --device /dev/null:/dev/other busybox sh -c 'echo x >/dev/other && test -c /dev/other && echo ok'
	output_is ok
	# Permissions without "m" say nothing about the node that the engine makes.
	in_container --device /dev/kmsg:/dev/other:r busybox test -c /dev/other
	# EPERM by the device rules, or EACCES by the owner where a user namespace shows another.
	fails_with 1 "can't create /dev/other" minidock run --rm --device /dev/kmsg:/dev/other:r busybox \
		sh -c ': >/dev/other'
	fails_with 125 /dev/nosuchdevice minidock run --rm --device /dev/nosuchdevice busybox true
	fails_with 125 "" minidock run --rm --device /dev/null:/dev/x:xyz busybox true
}

@test "/dev has the usual nodes and no others" {
	in_container busybox sh -c 'cd /dev; ls | tr "\n" " "'
	for node in console fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero; do
		[ "$node" = console ] || output_matches "(^| )$node( |$)"
	done
	output_lacks sda
	output_lacks vda
	output_lacks kmsg
	output_lacks mem
}

@test "capabilities: strict is nine, docker is fourteen, both can be changed" {
	bits() { in_container "$@" busybox sh -c 'sed -n "s/^CapEff:\t//p" /proc/self/status'; }
	count() { local n=$((16#$output)) c=0; while [ $n -gt 0 ]; do c=$((c + (n & 1))) n=$((n >> 1)); done; echo $c; }
	bits
	[ "$(count)" = 9 ]
	bits --profile=docker
	[ "$output" = 00000000a80425fb ]
	bits --cap-drop ALL
	[ "$(count)" = 0 ]
	bits --cap-drop ALL --cap-add NET_ADMIN
	[ "$output" = 0000000000001000 ]
	fails_with 125 NO_SUCH minidock run --rm --cap-add NO_SUCH busybox true
}

@test "no_new_privs is on and can be turned off" {
	in_container busybox grep NoNewPrivs /proc/self/status
	output_matches '1$'
	in_container --security-opt no-new-privileges=false busybox grep NoNewPrivs /proc/self/status
	output_matches '0$'
	fails_with 125 nonsense minidock run --rm --security-opt nonsense busybox true
}

@test "a seccomp filter is on and can be turned off or replaced" {
	in_container busybox grep Seccomp: /proc/self/status
	output_matches '2$'
	in_container --security-opt seccomp=unconfined busybox grep Seccomp: /proc/self/status
	output_matches "$([ -n "${MINIDOCK_TEST_WRAPPER-}" ] && echo '2$' || echo '0$')"
	fails_with 125 /nowhere minidock run --rm --security-opt seccomp=/nowhere busybox true
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}' >"$MINIDOCK_ROOT/profile.json"
	fails_with 1 'Operation not permitted' minidock run --rm --security-opt "seccomp=$MINIDOCK_ROOT/profile.json" busybox mkdir /x
	echo '{"defaultAction":"SCMP_ACT_NONSENSE"}' >"$MINIDOCK_ROOT/profile.json"
	fails_with 125 profile.json minidock run --rm --security-opt "seccomp=$MINIDOCK_ROOT/profile.json" busybox true
}

@test "--privileged gives all that the engine has" {
	requires host-userns
	in_container --privileged busybox sh -c 'sed -n "s/^CapEff:\t//p" /proc/self/status; touch /proc/sys/kernel/hostname && echo writable'
	[ "${lines[0]}" = "$(sed -n 's/^CapBnd:\t//p' /proc/self/status)" ]
	output_has writable
}

@test "masked paths show nothing and read-only paths cannot be written" {
	in_container busybox sh -c 'wc -c </proc/keys; wc -c </proc/timer_list 2>/dev/null || echo 0; ls /proc/acpi /proc/scsi /sys/firmware 2>/dev/null | grep -c -v :'
	[ "${lines[0]}" = 0 ]
	run minidock run --rm busybox sh -c 'echo 0 >/proc/sys/kernel/sysrq'
	[ "$status" -ne 0 ]
	run minidock run --rm busybox sh -c 'echo b >/proc/sysrq-trigger'
	[ "$status" -ne 0 ]
}

@test "--userns=private: root inside is not root outside" {
	requires id-mapped-mounts
	in_container --userns=private busybox sh -c 'id -u; sed -n 1p /proc/self/uid_map; touch /made && stat -c %u /made'
	[ "${lines[0]}" = 0 ]
	[[ ${lines[1]} =~ ^\ +0\ +[1-9][0-9]+\ +[0-9]+$ ]]
	[ "${lines[2]}" = 0 ]
	fails_with 125 nonsense minidock run --rm --userns=nonsense busybox true
}

@test "--userns=private without id-mapped mounts is refused, not made weaker" {
	run enosys mount_setattr "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" --userns=private busybox true
	[ "$status" -eq 125 ]
	output_has mount_setattr
}

@test "--userns=host has the host's ids" {
	in_container --userns=host busybox cat /proc/self/uid_map
	[ "$output" = "$(cat /proc/self/uid_map)" ]
}

@test "--pid, --ipc, --uts, --cgroupns and --network=host share with the host" {
	requires host-userns
	local flag name
	for flag in pid:pid ipc:ipc uts:uts network:net; do
		name=${flag#*:}
		in_container "--${flag%:*}" host busybox readlink "/proc/self/ns/$name"
		[ "$output" = "$(readlink "/proc/self/ns/$name")" ]
		in_container busybox readlink "/proc/self/ns/$name"
		[ "$output" != "$(readlink "/proc/self/ns/$name")" ]
	done
	in_container busybox readlink /proc/self/ns/cgroup
	[ "$output" != "$(readlink /proc/self/ns/cgroup)" ]
	fails_with 125 nonsense minidock run --rm --pid nonsense busybox true
	fails_with 125 nonsense minidock run --rm --ipc nonsense busybox true
	fails_with 125 nonsense minidock run --rm --network nonsense busybox true
}

@test "--network, --ipc and --pid=container:NAME share with another container" {
	requires host-userns # namespaces of another user namespace cannot be joined
	sleeper other
	local kind which pid
	pid=$(field other '{{.State.Pid}}')
	for kind in network:net ipc:ipc pid:pid; do
		which=${kind#*:}
		in_container "--${kind%:*}" container:other busybox readlink "/proc/self/ns/$which"
		output_is "$(readlink "/proc/$pid/ns/$which")"
	done
	in_container --pid container:other --ipc container:other --network container:other busybox \
		sh -c 'readlink /proc/self/ns/net; ps'
	output_has "$(readlink "/proc/$pid/ns/net")"
	output_has 'sleep 1000'
	minidock stop -t 0 other >/dev/null
	fails_with 125 "'other': it is not running" minidock run --rm --network container:other busybox true
}

@test "--stop-signal and --stop-timeout are used by stop" {
	minidock run -d --name c --stop-signal USR1 --stop-timeout 30 busybox \
		sh -c 'trap "exit 44" USR1; echo ready; while :; do sleep 1000 & wait $!; done' >/dev/null
	log_has_ready() { [ "$("$MINIDOCK" logs c)" = ready ]; }
	eventually log_has_ready
	succeeds minidock stop c
	[ "$(field c '{{.State.ExitCode}}')" = 44 ]
	fails_with 125 NOSUCH minidock run --rm --stop-signal NOSUCH busybox true
}

@test "--log-opt bounds the log and refuses nonsense" {
	minidock run --name c --log-opt max-size=10k --log-opt max-file=2 busybox \
		sh -c 'i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i + 1)); done' >/dev/null
	local size
	size=$(du -cb "$MINIDOCK_ROOT"/containers/*/log/* | tail -n 1 | cut -f1)
	[ "$size" -le 24000 ]
	succeeds minidock logs --tail 1 c
	output_is 'line 1999'
	fails_with 125 nonsense minidock run --rm --log-opt nonsense=1 busybox true
	fails_with 125 "" minidock run --rm --log-opt max-size=lots busybox true
}

@test "flags may be written together, with = and before -- " {
	in_container -ie A=1 --env=B=2 -w=/tmp -- busybox sh -c 'echo $A$B; pwd'
	output_is $'12\n/tmp'
}

@test "contradicting flags are refused" {
	fails_with 125 "" minidock run -d -a stdout busybox true
	fails_with 125 "" minidock run --rm --memory 64m --memory-swap 32m busybox true
}
