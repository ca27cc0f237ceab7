#!/usr/bin/env bats
# Holes that other runtimes had in images: docs/SECURITY.md has the list. Hostile archives are in image-hostile.bats.
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

import()
{
	run timeout 60 "$MINIDOCK" image import "$1" "$2"
	ended_in_order
	canary_sings
	[ -z "$(ls -A "$MINIDOCK_ROOT/images/staging" 2>/dev/null)" ]
}

@test "S-066: devices of a layer cannot be opened" {
	rootfs "$MINIDOCK_ROOT/fs"
	tar -C "$MINIDOCK_ROOT/fs" -cf "$MINIDOCK_ROOT/a.tar" bin
	mkdir "$MINIDOCK_ROOT/nodes"
	mknod "$MINIDOCK_ROOT/nodes/mem" c 1 1
	mknod "$MINIDOCK_ROOT/nodes/disk" b 254 0
	mknod "$MINIDOCK_ROOT/nodes/zero" c 1 5
	mkfifo "$MINIDOCK_ROOT/nodes/fifo"
	tar -C "$MINIDOCK_ROOT" -rf "$MINIDOCK_ROOT/a.tar" nodes
	import "$MINIDOCK_ROOT/a.tar" nodes:1
	[ "$status" -eq 0 ] || return 0
	in_container nodes:1 /bin/sh -c 'for f in /nodes/mem /nodes/disk /nodes/zero; do busybox head -c 1 $f >/dev/null 2>&1 && echo "opened $f"; done; echo end'
	output_is end
}

@test "S-067: a bomb is refused before it fills the disk" {
	head -c 3000000000 /dev/zero | gzip -1 | head -c 100000000 >"$MINIDOCK_ROOT/zeros.gz"
	local before
	before=$(du -sm "$MINIDOCK_ROOT" | cut -f1)
	run timeout 30 "$MINIDOCK" image import "$MINIDOCK_ROOT/zeros.gz" bomb:1
	[ "$status" -ne 0 ]
	[ "$status" -ne 124 ]
	python3 - "$MINIDOCK_ROOT/bomb.tar.gz" <<'PY'
import gzip, sys, tarfile
class Zeros:
    def read(self, n):
        return bytes(n)
with gzip.open(sys.argv[1], "wb", compresslevel=1) as out, tarfile.open(fileobj=out, mode="w|") as tar:
    info = tarfile.TarInfo("big")
    info.size = 600_000_000
    tar.addfile(info, Zeros())
PY
	run timeout 60 "$MINIDOCK" image import "$MINIDOCK_ROOT/bomb.tar.gz" bomb:2
	[ "$status" -ne 124 ]
	[ "$status" -ne 0 ]
	rm -f "$MINIDOCK_ROOT"/*.gz
	[ "$(du -sm "$MINIDOCK_ROOT" | cut -f1)" -le $((before + 50)) ]
}

@test "S-071: a digest is 64 lower-case digits or an error" {
	local digest
	for digest in sha256:../../../../etc/passwd sha256: sha256:ABC sha512:00 "sha256:$(printf 'A%.0s' {1..64})" "sha256:$(printf '0%.0s' {1..63})" "sha256:$(printf '0%.0s' {1..65})" 'sha256:é'; do
		run minidock run --rm "busybox@$digest" true
		[ "$status" -eq 125 ]
		run minidock image inspect "$digest"
		[ "$status" -eq 1 ]
		run minidock image rm "$digest"
		[ "$status" -eq 1 ]
	done
}

@test "S-073: a manifest or configuration that was altered is refused" {
	rootfs "$MINIDOCK_ROOT/fs"
	local blob saved altered=0
	cold_images
	succeeds minidock image import "$MINIDOCK_ROOT/fs" mine:1
	for blob in "$MINIDOCK_ROOT"/images/blobs/sha256/*; do
		saved=$(cat "$blob")
		sed -i '1s/"/ "/' "$blob"
		altered=$((altered + 1))
		run minidock run --rm mine:1 /bin/true
		[ "$status" -eq 125 ]
		printf '%s' "$saved" >"$blob"
	done
	[ "$altered" -ge 2 ]
	in_container mine:1 /bin/true
}

@test "S-078: a hostile passwd or group neither hangs nor fills memory" {
	rootfs "$MINIDOCK_ROOT/fs"
	local fs=$MINIDOCK_ROOT/fs kind
	for kind in link fifo huge long directory; do
		rm -rf "$fs/etc/passwd" "$fs/etc/group"
		case $kind in
		link) ln -s /dev/zero "$fs/etc/passwd" ;;
		fifo) mkfifo "$fs/etc/passwd" ;;
		huge) truncate -s 4G "$fs/etc/passwd" ;;
		long) head -c 12000000 /dev/zero | tr '\0' a >"$fs/etc/passwd" ;;
		directory) mkdir "$fs/etc/passwd" ;;
		esac
		ln -s passwd "$fs/etc/group"
		run timeout 10 "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" --rootfs "$fs" -u alice /bin/true
		[ "$status" -eq 125 ]
		run timeout 10 "$MINIDOCK" run --rm --cgroup-parent "$CGROUP_PARENT" --rootfs "$fs" -u 1000 /bin/true
		[ "$status" -ne 124 ]
	done
	rm -rf "$fs/etc/passwd"
}
