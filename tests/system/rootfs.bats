#!/usr/bin/env bats
# --rootfs and --root-via: any directory as the root, pivot_root or chroot.
load ../helpers/minidock

prepare()
{
	FS=$MINIDOCK_ROOT/fs
	rootfs "$FS"
	chmod 755 "$MINIDOCK_ROOT"
}

@test "a directory is the root" {
	requires host-userns
	in_container --rootfs "$FS" /bin/sh -c 'ls / | tr "\n" " "; echo written >/tmp/here'
	output_has bin
	output_lacks home
}

@test "a missing or wrong directory is named" {
	fails_with 125 /nowhere minidock run --rm --rootfs /nowhere /bin/true
	fails_with 125 "$FS/etc/passwd" minidock run --rm --rootfs "$FS/etc/passwd" /bin/true
}

@test "chroot works too and pivot_root is the default" {
	in_container --root-via=chroot busybox echo hi
	output_is hi
	succeeds minidock plan busybox true
	output_has pivot_root
	succeeds minidock plan --root-via=chroot busybox true
	output_has chroot
	fails_with 125 nonsense minidock run --rm --root-via=nonsense busybox true
}

@test "after pivot_root the host's root cannot be reached" {
	in_container busybox sh -c 'cd ../../../..; ls | grep -c -x -e boot; grep -c -F " / / " /proc/self/mountinfo || true'
	[ "${lines[0]}" = 0 ]
	# No mount shows the whole of the file system that the host's root is on.
	local device
	device=$(stat -c '%Hd:%Ld' /)
	in_container busybox awk -v "device=$device" '$3 == device && $4 == "/"' /proc/self/mountinfo
	output_is ''
}

@test "the root of the host is never the container's working directory" {
	fails_with 125 "" minidock run --rm -w /proc/self/fd/3 busybox pwd
	fails_with 125 "" minidock run --rm -w /proc/self/fd/7 busybox pwd
}

@test "mounts made by the engine have the right options" {
	in_container busybox cat /proc/mounts
	output_matches ' /proc proc rw,nosuid,nodev,noexec'
	output_matches ' /sys sysfs ro,nosuid,nodev,noexec'
	output_matches ' /dev tmpfs rw,nosuid'
	output_matches ' /dev/pts devpts rw,nosuid,noexec'
	output_matches ' /dev/shm tmpfs rw,nosuid,nodev,noexec'
	output_matches ' /dev/mqueue mqueue rw,nosuid,nodev,noexec'
}

@test "a root with a link in place of /proc or /dev is not followed out" {
	requires host-userns
	rm -rf "$FS/proc" "$FS/dev"
	ln -s /tmp "$FS/proc"
	ln -s ../../../../../../tmp "$FS/dev"
	run minidock run --rm --rootfs "$FS" /bin/sh -c true
	[ ! -e /tmp/null ]
	not mountpoint -q /tmp/pts
}

@test "two containers on one directory see each other's writes" {
	requires host-userns
	in_container --rootfs "$FS" /bin/sh -c 'echo shared >/tmp/one'
	in_container --rootfs "$FS" /bin/cat /tmp/one
	output_is shared
}
