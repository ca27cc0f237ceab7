#!/usr/bin/env bats
# --userns=private on a disk file system: also where the kernel is too old to give other owners to a tmpfs (the guest).
load ../helpers/minidock

prepare()
{
	DISK=$MINIDOCK_ROOT.disk
	truncate -s 64M "$DISK.img"
	mkfs.ext4 -q "$DISK.img"
	modprobe -a loop ext4 2>/dev/null || true
	mkdir "$DISK"
	mount -o loop "$DISK.img" "$DISK"
}

clean_up()
{
	umount "$DISK"
	rm -rf "$DISK" "$DISK.img"
}

on_disk()
{
	MINIDOCK_ROOT=$DISK/state "$MINIDOCK" "$@"
}

@test "root inside is nobody outside, and its files belong to root on disk" {
	run on_disk run --name c --userns=private --cgroup-parent "$CGROUP_PARENT" busybox sh -c \
		'id -u; touch /made; rm -r /etc/profile; mkdir /d; chown 1000 /d; mv /d /e; stat -c %u /e; cat /proc/self/uid_map'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 0 ]
	[ "${lines[1]}" = 1000 ]
	[[ ${lines[2]} =~ ^\ +0\ +[1-9][0-9]+\ +65536$ ]]
	[ "$(stat -c %u "$DISK"/state/containers/*/root/upper/made)" = 0 ]
	[ "$(stat -c %u "$DISK"/state/containers/*/root/upper/e)" = 1000 ]
	on_disk rm c
}
