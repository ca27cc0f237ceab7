#!/usr/bin/env bats
# Holes that other runtimes had in images and layers: docs/SECURITY.md has the list.
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

# make_tar FILE: python statements on stdin build it with entry(name, type, link, data, mode).
make_tar()
{
	{
		cat <<'PY'
import io, sys, tarfile
CANARY, UP = sys.argv[2], "../" * 12
tar = tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT)
def entry(name, type=tarfile.REGTYPE, link="", data=b"", mode=0o755, major=0, minor=0, pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = type, link, len(data), mode
    info.devmajor, info.devminor = major, minor
    if pax:
        info.pax_headers = pax
    tar.addfile(info, io.BytesIO(data))
DIR, SYM, LNK, CHR, BLK, FIFO = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                 tarfile.BLKTYPE, tarfile.FIFOTYPE)
PY
		cat
		echo 'tar.close()'
	} | python3 - "$1" "$CANARY"
}

import()
{
	run timeout 60 "$MINIDOCK" image import "$1" "$2"
	ended_in_order
	canary_sings
	[ -z "$(ls -A "$MINIDOCK_ROOT/images/staging" 2>/dev/null)" ]
}

@test "S-060: no archive writes, links or changes anything outside" {
	local i=0 file=$MINIDOCK_ROOT/a.tar text
	while IFS= read -r text; do
		make_tar "$file" <<<"$text"
		import "$file" "evil:$((i += 1))"
	done <<'END'
entry(UP + CANARY[1:] + "/written", data=b"x")
entry(CANARY + "/written", data=b"x")
entry("a", SYM, CANARY); entry("a/written", data=b"x")
entry("a", SYM, UP + CANARY[1:]); entry("a/written", data=b"x")
entry("a", SYM, CANARY + "/secret"); entry("a", data=b"overwritten")
entry("a", SYM, CANARY); entry("a", DIR, mode=0o777)
entry("a", SYM, CANARY); entry("a/directory", SYM, "/"); entry("a/directory/written", data=b"x")
entry("a", LNK, CANARY + "/secret"); entry("a", data=b"overwritten")
entry("a", LNK, UP + CANARY[1:] + "/secret"); entry("b", LNK, "a", mode=0o777)
entry("a", SYM, CANARY + "/secret"); entry("b", LNK, "a"); entry("b", data=b"overwritten")
entry("a", SYM, CANARY + "/secret"); entry("b", LNK, "a", mode=0o777)
entry("a", SYM, CANARY); entry("b", LNK, "a/secret"); entry("b", data=b"overwritten")
entry(".", SYM, CANARY); entry("written", data=b"x")
entry("./", SYM, CANARY); entry("./written", data=b"x")
entry("/", SYM, CANARY); entry("/written", data=b"x")
entry("a", DIR); entry("a", SYM, CANARY); entry("a/written", data=b"x")
entry("a", SYM, "b"); entry("b", SYM, CANARY); entry("a/written", data=b"x")
entry("a/../../../../../../../../.." + CANARY + "/written", data=b"x")
entry("a", SYM, "/proc/self/cwd/" + UP + CANARY[1:]); entry("a/written", data=b"x")
entry("a", SYM, CANARY); entry("a/.wh.secret", data=b"")
entry(UP + CANARY[1:] + "/.wh.secret", data=b"")
entry("a", SYM, CANARY); entry("a/.wh..wh..opq", data=b"")
entry(".wh...", data=b""); entry(".wh..", data=b""); entry(".wh.", data=b"")
entry("x/.wh.../", data=b"")
entry("a", SYM, CANARY); entry("a", CHR, major=1, minor=3)
entry("..", DIR, mode=0o777)
entry("../", SYM, CANARY)
entry("", data=b"x")
END
}

@test "S-061: a layer may replace a link by a file and a file by a directory" {
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("bin", DIR); entry("bin/tool", SYM, "busybox"); entry("bin/tool", data=b"real")
entry("etc", data=b"file"); entry("etc", DIR); entry("etc/x", data=b"y")
PY
	succeeds minidock image import "$MINIDOCK_ROOT/a.tar" good:1
	local layer
	layer=$(echo "$MINIDOCK_ROOT"/images/layers/*/fs | tr ' ' '\n' | while read -r dir; do [ -e "$dir/bin/tool" ] && echo "$dir"; done)
	[ "$(cat "$layer/bin/tool")" = real ]
	[ "$(cat "$layer/etc/x")" = y ]
}

@test "S-064: whiteouts only hide in their own layer" {
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("d", DIR); entry("d/.wh.gone", data=b""); entry("d/kept", data=b"k")
for i in range(2000):
    entry("d/.wh..wh..opq", data=b"")
PY
	import "$MINIDOCK_ROOT/a.tar" white:1
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

@test "S-068: over-long names and attributes are refused or carried" {
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("x" * 300, data=b"1")
PY
	import "$MINIDOCK_ROOT/a.tar" long:1
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("/".join(["d" * 100] * 60), data=b"1")
PY
	import "$MINIDOCK_ROOT/a.tar" long:2
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("f", data=b"1", pax={"SCHILY.xattr.user." + "n" * 300: "v", "SCHILY.xattr.user.big": "v" * 70000})
PY
	import "$MINIDOCK_ROOT/a.tar" long:3
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("l", SYM, "t" * 5000)
PY
	import "$MINIDOCK_ROOT/a.tar" long:4
}

@test "S-069: a malformed header is refused, not skipped" {
	make_tar "$MINIDOCK_ROOT/a.tar" <<'PY'
entry("first", data=b"1" * 600); entry("second", data=b"2" * 600)
PY
	python3 - "$MINIDOCK_ROOT/a.tar" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[1536 + 150] ^= 0xFF  # the checksum of the second header
open(sys.argv[1], "wb").write(data)
PY
	import "$MINIDOCK_ROOT/a.tar" broken:1
	[ "$status" -ne 0 ]
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
	local blob saved
	succeeds minidock image import "$MINIDOCK_ROOT/fs" mine:1
	for blob in "$MINIDOCK_ROOT"/images/blobs/sha256/*; do
		grep -q busybox "$blob" && continue
		saved=$(cat "$blob")
		sed -i 's/linux/linuy/' "$blob"
		[ "$(cat "$blob")" != "$saved" ] || continue
		run minidock run --rm mine:1 /bin/true
		[ "$status" -eq 125 ]
		printf '%s' "$saved" >"$blob"
	done
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
