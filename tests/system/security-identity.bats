#!/usr/bin/env bats
# Holes that other runtimes had in identity and privileges: docs/SECURITY.md has the list.
load ../helpers/minidock

prepare()
{
	FS=$MINIDOCK_ROOT/fs
	rootfs "$FS"
	chmod 755 "$MINIDOCK_ROOT"
}

@test "S-090: a user is a strict number or a name of the image, never a wrapped number" {
	printf 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n4294967296:x:0:0::/:/bin/sh\n1001:x:0:0::/:/bin/sh\nbroken:x:4294967296:0::/:/bin/sh\nminus:x:-1:0::/:/bin/sh\n' >"$FS/etc/passwd"
	printf 'root:x:0:\nstaff:x:50:alice\n' >"$FS/etc/group"
	local user
	for user in 4294967296 4294967295 2147483648 1000000000000 99999999999999999999 -1 +5 0x0 ' 5' '5 ' 1e3 '1000:4294967296' '1000:-1' ':' '1000:' broken minus nosuch alice:nosuch; do
		run minidock run --rm --rootfs "$FS" -u "$user" /bin/id -u
		[ "$status" -ne 0 ] || { echo "$user gave uid $output" >&2; [ "$output" != 0 ]; }
	done
	local pair
	for pair in 0=0 1000=1000 alice=1000 1001=1001 2147483647=2147483647 alice:staff=1000 007=7; do
		run minidock run --rm --userns=host --rootfs "$FS" -u "${pair%=*}" /bin/id -u
		[ "$status" -eq 0 ] || [ "${pair%=*}" = 007 ]
		[ "$status" -ne 0 ] || output_is "${pair#*=}"
	done
}

@test "S-091: exec -u N runs as N" {
	sleeper c --userns=host
	local i uid
	for ((i = 0; i < 12; i++)); do
		uid=$((RANDOM * 32768 + RANDOM))
		succeeds minidock exec -u "$uid" c id -u
		output_is "$uid"
	done
	succeeds minidock exec -u 1 c id -u
	output_is 1
}

@test "S-092: who is not root has no capabilities, and nobody inherits any" {
	local flags
	caps() { sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):\t//p' <<<"$output"; }
	for flags in '-u 1000' '-u 1000 --cap-add NET_ADMIN' '-u 1000 --profile=docker'; do
		# shellcheck disable=SC2086
		in_container $flags busybox cat /proc/self/status
		[ "$(caps | sort -u)" = 0000000000000000 ]
	done
	in_container --cap-add NET_ADMIN busybox cat /proc/self/status
	[ "$(sed -n 's/^CapInh:\t//p' <<<"$output")" = 0000000000000000 ]
	[ "$(sed -n 's/^CapAmb:\t//p' <<<"$output")" = 0000000000000000 ]
	sleeper c
	succeeds minidock exec -u 1000 c cat /proc/self/status
	[ "$(caps | sort -u)" = 0000000000000000 ]
	succeeds minidock exec c cat /proc/self/status
	[ "$(sed -n 's/^CapInh:\t//p' <<<"$output")" = 0000000000000000 ]
}

@test "S-093: groups are those asked for and those of the image, with the primary one" {
	printf 'root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n' >"$FS/etc/passwd"
	printf 'root:x:0:\nalice:x:1000:\nstaff:x:50:alice\nother:x:51:bob\n' >"$FS/etc/group"
	groups() {
		succeeds minidock run --rm --rootfs "$FS" "$@" /bin/id -G
		output=$(tr ' ' '\n' <<<"$output" | sort -n | tr '\n' ' ')
	}
	groups -u alice
	output_is '50 1000 '
	groups -u 1000
	output_has 1000
	groups -u alice:staff
	output_is '50 '
	groups -u alice --group-add other --group-add 77
	output_is '50 51 77 1000 '
	groups -u 4242
	output_is '0 '
	groups
	output_is '0 '
}

@test "S-095: a sysctl cannot smuggle another" {
	local setting before
	before=$(cat /proc/sys/kernel/core_pattern)
	for setting in 'net.ipv4.ip_forward=1+kernel.core_pattern=|/evil' 'net/../kernel/core_pattern=|/evil' 'net..kernel.core_pattern=x' \
		'net.ipv4/../../kernel/core_pattern=|/evil' 'kernel.core_pattern=|/evil' 'kernel.shm_rmid_forced+kernel.core_pattern=|/evil' \
		'vm.overcommit_memory=1' 'fs.file-max=1' '=1' 'net.=1' $'net.ipv4.ip_forward=1\nx'; do
		run minidock run --rm --sysctl "$setting" busybox true
		[ "$status" -ne 0 ]
		[ "$(cat /proc/sys/kernel/core_pattern)" = "$before" ]
	done
	in_container --sysctl kernel.shm_rmid_forced=1 busybox cat /proc/sys/kernel/shm_rmid_forced
	output_is 1
}

@test "S-099: keyrings are the container's own and hidden" {
	in_container busybox sh -c 'cat /proc/keys 2>/dev/null | wc -c; cat /proc/key-users 2>/dev/null | wc -c'
	[ "${lines[0]}" = 0 ]
}
