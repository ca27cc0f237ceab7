#!/usr/bin/env bats
# What people get wrong most is said in one sentence, before the kernel says something cryptic.
load ../helpers/minidock

prepare()
{
	FS=$MINIDOCK_ROOT/fs
	rootfs "$FS"
	chmod 755 "$MINIDOCK_ROOT"
}

script()
{
	printf "$2" >"$FS/bin/$1"
	chmod 755 "$FS/bin/$1"
}

@test "a script whose interpreter is missing" {
	script job '#!/usr/bin/python9\nprint(1)\n'
	fails_with 127 /usr/bin/python9 minidock run --rm --rootfs "$FS" /bin/job
	output_has /bin/job
}

@test "a script with Windows line ends" {
	script job '#!/bin/sh\r\necho hi\r\n'
	fails_with 127 /bin/job minidock run --rm --rootfs "$FS" /bin/job
	output_matches 'carriage return|CRLF|Windows|\\r'
}

@test "a program for another kind of processor" {
	# An ELF header of a 64-bit ARM program is enough.
	printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000\267\000\001\000\000\000' >"$FS/bin/arm"
	head -c 200 /dev/zero >>"$FS/bin/arm"
	chmod 755 "$FS/bin/arm"
	fails_with 126 /bin/arm minidock run --rm --rootfs "$FS" /bin/arm
	output_matches 'aarch64|arm64'
}

@test "a program whose dynamic loader is missing" {
	cp /bin/true "$FS/bin/dynamic"
	fails_with 127 /lib64/ld-linux-x86-64.so.2 minidock run --rm --rootfs "$FS" /bin/dynamic
}

@test "a command that is empty" {
	fails_with 125 "the command is empty" minidock run --rm busybox ''
	fails_with 125 "the command is empty" minidock plan busybox ''
	sleeper c
	fails_with 125 "empty" minidock exec c ''
}

@test "a file without the right to execute" {
	echo text >"$FS/bin/plain"
	fails_with 126 /bin/plain minidock run --rm --rootfs "$FS" /bin/plain
	output_matches 'not executable|chmod|execute'
}

@test "a program on a noexec mount" {
	mkdir "$MINIDOCK_ROOT/x"
	cp /bin/busybox "$MINIDOCK_ROOT/x/echo"
	fails_with 126 noexec minidock run --rm --mount "type=tmpfs,target=/t" -v "$MINIDOCK_ROOT/x/echo:/dev/shm/echo" busybox /dev/shm/echo hi || {
		mkdir "$MINIDOCK_ROOT/noexec"
		mount -t tmpfs -o noexec t "$MINIDOCK_ROOT/noexec"
		cp /bin/busybox "$MINIDOCK_ROOT/noexec/echo"
		run minidock run --rm -v "$MINIDOCK_ROOT/noexec:/n" busybox /n/echo hi
		umount "$MINIDOCK_ROOT/noexec"
		[ "$status" -eq 126 ]
		output_has noexec
	}
}

@test "a text file that is no script" {
	script notes 'just some text\n'
	run minidock run --rm --rootfs "$FS" /bin/notes
	[ "$status" -eq 126 ]
	output_has /bin/notes
	output_matches '#!|format'
}

@test "an empty file" {
	script empty ''
	run minidock run --rm --rootfs "$FS" /bin/empty
	[ "$status" -eq 126 ]
	output_has /bin/empty
}

@test "a command that is not in PATH names what was looked for" {
	fails_with 127 pyhton minidock run --rm busybox pyhton
	output_has PATH
}

@test "an unknown image says how to get one" {
	fails_with 125 debain minidock run --rm debain true
	output_matches 'import|image'
}

@test "a name that is taken says by whom" {
	sleeper web
	fails_with 125 "$(field web '{{.Id}}' | cut -c1-12)" minidock run --name web busybox true
}

@test "a misspelt flag and a misspelt command name the nearest" {
	fails_with 125 "--memory" minidock run --memroy 1g busybox true
	run minidock strat
	[ "$status" -ne 0 ]
	output_has start
}

@test "a bad value names flag, value and what is allowed" {
	fails_with 125 "--memory" minidock run --memory 5x busybox true
	output_has 5x
	fails_with 125 "--cpus" minidock run --cpus much busybox true
	output_has much
	fails_with 125 "--pid" minidock run --pid sometimes busybox true
	output_has sometimes
	output_has host
}

@test "who is not root is told" {
	requires no-wrapper
	command -v setpriv >/dev/null
	local program=$MINIDOCK
	run setpriv --reuid 65534 --regid 65534 --clear-groups env -u MINIDOCK_ROOT "$program" run --rm busybox true
	[ "$status" -eq 125 ]
	output_matches 'root|sudo'
}

@test "an error has one line that begins with the program, and no trace" {
	run minidock run --rm nosuchimage true
	[[ ${lines[0]} == minidock:* ]]
	[ ${#lines[@]} -le 3 ]
}
