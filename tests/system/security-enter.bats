#!/usr/bin/env bats
# Holes that other runtimes had in entering a container: docs/SECURITY.md has the list.
load ../helpers/minidock
. "$TESTS/helpers/canary.bash"

prepare()
{
	canary_place
	chmod 755 "$MINIDOCK_ROOT"
}

clean_up()
{
	canary_sings
	canary_remove
}

# attacker NAME PAYLOAD [FLAG...]: a container that attacks whoever enters it, with all it could be given.
attacker()
{
	local name=$1 payload=$2
	shift 2
	minidock run -d --name "$name" --cap-add SYS_PTRACE --security-opt seccomp=unconfined "$@" \
		-v "$(payload "$payload"):/attack:ro" busybox /attack >/dev/null
	is_ready() { [[ $("$MINIDOCK" logs "$name") == ready* ]]; }
	eventually is_ready
}

@test "S-001 S-002: a container cannot trace, read or overwrite who enters it" {
	requires cc
	local before i
	before=$(sha256sum "$MINIDOCK")
	attacker c attack_newcomers
	for ((i = 0; i < 60; i++)); do
		minidock exec c true || true
	done
	# It may see the end of the container before its own.
	minidock exec c touch /stop || true
	minidock wait c
	succeeds minidock logs c
	output_is ready
	[ "$(sha256sum "$MINIDOCK")" = "$before" ]
}

@test "S-002: an image whose command is the engine's own program gets nothing" {
	rootfs "$MINIDOCK_ROOT/fs"
	printf '#!/proc/self/exe\n' >"$MINIDOCK_ROOT/fs/bin/job"
	chmod 755 "$MINIDOCK_ROOT/fs/bin/job"
	local before
	before=$(sha256sum "$MINIDOCK")
	run timeout 20 "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" --rootfs "$MINIDOCK_ROOT/fs" /bin/job
	[ "$status" -ne 124 ]
	[ "$status" -ne 0 ]
	[ "$(sha256sum "$MINIDOCK")" = "$before" ]
}

@test "S-004: no working directory leads out of the root" {
	sleeper c
	local n
	for n in 3 4 5 6 7 8 9 10 12 16 24 32 64; do
		run minidock run --rm -w "/proc/self/fd/$n" busybox sh -c 'pwd; ls -a ../../../..'
		output_lacks "${CANARY##*/}"
		run minidock exec -w "/proc/self/fd/$n" c sh -c 'pwd; ls -a ../../../../tmp'
		output_lacks "${CANARY##*/}"
	done
	for n in /proc/1/cwd /proc/self/cwd /proc/self/root /proc/1/root/proc/1/cwd; do
		run minidock exec -w "$n" c sh -c 'ls -a ../../../../tmp'
		output_lacks "${CANARY##*/}"
	done
}

@test "S-005: the first process and exec have no descriptor but 0, 1 and 2" {
	minidock run -d --name c busybox sleep 1000 >/dev/null
	[ "$(ls "/proc/$(field c '{{.State.Pid}}')/fd" | tr '\n' ' ')" = '0 1 2 ' ]
	succeeds minidock exec c ls /proc/self/fd
	output_is $'0\n1\n2\n3'
}

@test "S-006: nothing we build is setuid or has file capabilities" {
	local build=${MINIDOCK%/cli/*}
	[ -z "$(find "$build" -type f -perm /6000)" ]
	[ -z "$(getcap -r "$build" 2>/dev/null)" ]
}

@test "S-007: a container that covers /proc does not mislead exec" {
	requires host-userns
	minidock run -d --name c --privileged busybox sh -c \
		'mkdir /fake; echo "Uid: 0 0 0 0" >/fake/status; mount -t tmpfs t /proc && mkdir -p /proc/self/attr /proc/sys && echo covered; sleep 1000' >/dev/null
	is_covered() { [[ $("$MINIDOCK" logs c) == *covered* ]]; }
	eventually is_covered
	run minidock exec -u 1234 c sh -c 'id -u; find /proc -type f'
	ended_in_order
	[ "$status" -ne 0 ] || output_is 1234
}

@test "S-008: a container cannot type into the terminal of who started it" {
	requires cc tmux
	terminal_open minidock run --rm -it -v "$(payload push_keys):/push:ro" busybox /push
	screen_shows tried
	not screen_has succeeded
	not screen_has 'not EPERM'
	terminal_close
	sleeper c -v "$(payload push_keys):/push:ro"
	terminal_open minidock exec -it c /push
	screen_shows tried
	not screen_has succeeded
	not screen_has 'not EPERM'
}

@test "S-009: no program or library of the image runs outside" {
	requires host-userns
	local fs=$MINIDOCK_ROOT/fs dir name
	rootfs "$fs"
	mkdir -p "$fs"/{sbin,usr/bin,usr/sbin,usr/local/bin,lib/x86_64-linux-gnu}
	for name in nsenter tar gzip xz zstd mount umount iptables ldconfig modprobe ps id newuidmap; do
		for dir in bin sbin usr/bin usr/sbin usr/local/bin; do
			rm -f "$fs/$dir/$name"
			printf '#!/bin/sh\ntouch %s/directory/pwned\n' "$CANARY" >"$fs/$dir/$name"
			chmod 755 "$fs/$dir/$name"
		done
	done
	echo /lib/evil.so >"$fs/etc/ld.so.preload"
	for name in libc.so.6 libnss_files.so.2 libnss_compat.so.2 libcap.so.2; do
		echo evil >"$fs/lib/x86_64-linux-gnu/$name"
	done
	minidock run -d --name c --rootfs "$fs" /bin/sleep 1000 >/dev/null
	minidock exec c /bin/true
	minidock exec -u root c /bin/true
	minidock top c >/dev/null
	minidock ps -as >/dev/null
	minidock inspect -s c >/dev/null
	minidock logs c
	minidock pause c
	minidock unpause c
	minidock restart -t 0 c
	minidock stop -t 0 c
	minidock rm c
}
