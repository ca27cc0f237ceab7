#!/usr/bin/env bats
# -v and --mount: bind, tmpfs, read-only, propagation, and hostile targets.
load ../helpers/minidock

prepare()
{
	DATA=$MINIDOCK_ROOT/data
	mkdir -p "$DATA/sub"
	echo content >"$DATA/file"
	chmod 777 "$DATA" "$DATA/sub"
	chmod 755 "$MINIDOCK_ROOT"
}

@test "a directory of the host is seen and written" {
	requires host-userns
	in_container -v "$DATA:/data" busybox sh -c 'cat /data/file; echo new >/data/made'
	output_is content
	[ "$(cat "$DATA/made")" = new ]
}

@test "read-only means read-only, also below" {
	mkdir "$DATA/below"
	mount -t tmpfs below "$DATA/below"
	run minidock run --rm -v "$DATA:/data:ro" busybox sh -c 'touch /data/x; touch /data/below/x; ls /data /data/below'
	umount "$DATA/below"
	output_has 'Read-only'
	[ ! -e "$DATA/x" ]
	[ "$(grep -c 'Read-only' <<<"$output")" -eq 2 ]
}

@test "a single file can be mounted" {
	in_container -v "$DATA/file:/etc/one:ro" busybox cat /etc/one
	output_is content
}

@test "--mount says the same in words" {
	in_container --mount "type=bind,source=$DATA,target=/data,readonly" busybox cat /data/file
	output_is content
	in_container --mount type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1700 busybox sh -c 'stat -c %a /t; grep " /t " /proc/mounts'
	output_has 1700
	output_has size=1024k
}

@test "-v makes a missing source, --mount does not" {
	in_container -v "$DATA/made-by-v:/m" busybox test -d /m
	[ -d "$DATA/made-by-v" ]
	fails_with 125 "$DATA/missing" minidock run --rm --mount "type=bind,source=$DATA/missing,target=/m" busybox true
}

@test "bad values name the value and what is allowed" {
	fails_with 125 relative minidock run --rm -v "$DATA:relative" busybox true
	fails_with 125 nonsense minidock run --rm -v "$DATA:/data:nonsense" busybox true
	fails_with 125 "" minidock run --rm -v "$DATA:/" busybox true
	fails_with 125 nonsense minidock run --rm --mount "type=nonsense,target=/x" busybox true
	fails_with 125 target minidock run --rm --mount "type=bind,source=$DATA" busybox true
	fails_with 125 nonsense minidock run --rm --mount "type=bind,source=$DATA,target=/x,nonsense=1" busybox true
}

@test "mounts are made in order: a volume inside a volume" {
	requires host-userns
	mkdir "$DATA/inner"
	echo inner >"$MINIDOCK_ROOT/inner-file"
	in_container -v "$DATA:/data" -v "$MINIDOCK_ROOT/inner-file:/data/inner/f" busybox cat /data/inner/f
	output_is inner
}

@test "mounts of the container do not appear on the host" {
	minidock run -d --name c -v "$DATA:/data" busybox sleep 1000 >/dev/null
	run grep -c "$DATA" /proc/self/mountinfo
	output_is 0
}

@test "propagation: private by default, rslave receives" {
	requires host-userns
	mount --bind "$DATA" "$DATA"
	mount --make-shared "$DATA"
	minidock run -d --name private -v "$DATA:/data" busybox sleep 1000 >/dev/null
	minidock run -d --name slave -v "$DATA:/data:rslave" busybox sleep 1000 >/dev/null
	mount -t tmpfs late "$DATA/sub"
	touch "$DATA/sub/late"
	run minidock exec slave test -e /data/sub/late
	local slave=$status
	run minidock exec private test -e /data/sub/late
	local private=$status
	umount "$DATA/sub"
	umount "$DATA"
	[ "$slave" -eq 0 ]
	[ "$private" -ne 0 ]
}

@test "a link in the image cannot lead a mount out" {
	local dir=$MINIDOCK_ROOT/fs
	rootfs "$dir"
	ln -s /../../../../../../../../tmp "$dir/escape"
	run minidock run --rm --rootfs "$dir" -v "$DATA:/escape/from-container" /bin/sh -c 'ls /tmp'
	[ ! -e /tmp/from-container ]
}

@test "a target below /proc is refused" {
	run minidock run --rm -v "$DATA:/proc/sys" busybox true
	[ "$status" -ne 0 ]
}

@test "named volumes keep their content between containers" {
	in_container -v kept:/data busybox sh -c 'echo kept >/data/f'
	in_container -v kept:/data busybox cat /data/f
	output_is kept
}

@test "nosuid and nodev are kept on what was mounted with them" {
	requires host-userns
	mkdir "$DATA/t"
	mount -t tmpfs -o nosuid,nodev,noexec t "$DATA/t"
	run minidock run --rm -v "$DATA/t:/t" busybox grep ' /t ' /proc/mounts
	umount "$DATA/t"
	output_has nosuid
	output_has nodev
	output_has noexec
}

@test "--userns=private with idmap: files on the host belong to who owns the directory" {
	requires id-mapped-mounts
	in_container --userns=private --mount "type=bind,source=$DATA,target=/data,idmap" busybox sh -c 'echo x >/data/mapped; stat -c %u /data/mapped'
	output_is 0
	[ "$(stat -c %u "$DATA/mapped")" = 0 ]
}
