#!/usr/bin/env bats
# Hostile archives against the unpacker itself, and what the unpacker may do while it reads them (SECURITY.md, images).
load ../helpers/minidock

prepare()
{
	cold_images
	BUILD=$(dirname "$MINIDOCK")/..
	UNPACK=$BUILD/images/minidock-unpack
	ENOSYS=$BUILD/tests/helpers/enosys
	BATTERY=$TESTS/helpers/hostile_archives.py
	export BATS_TEST_TIMEOUT=180
}

# All cases, with what failed as the explanation.
battery()
{
	run python3 "$BATTERY" "$@" "$UNPACK"
	[ "$status" -eq 0 ] || die_with "$output"
	! grep -A 1 '^not ok' <<<"$output" || return 1
	[ "$(grep -c '^ok' <<<"$output")" -ge 100 ]
}

# start_worker ARGUMENT...: minidock-unpack in the background, reading $FEED; its pid is in $WORKER.
start_worker()
{
	FEED=$MINIDOCK_ROOT/feed
	TREE=$MINIDOCK_ROOT/tree
	mkdir "$TREE"
	mkfifo "$FEED"
	"$@" "$UNPACK" <"$FEED" 3<"$TREE" 4>"$MINIDOCK_ROOT/result" 5>"$MINIDOCK_ROOT/notes" &
	WORKER=$!
	exec 9>"$FEED"
	# It has confined itself when it waits for the first byte.
	until [ "$(cut -d ' ' -f 1 "/proc/$WORKER/syscall")" = 0 ]; do sleep 0.02; done
}

end_worker()
{
	exec 9>&-
	wait "$WORKER"
}

@test "S-060..S-069: every hostile archive is refused or contained" {
	battery
}

@test "the same without Landlock: the walk alone is enough" {
	battery "$ENOSYS" landlock_create_ruleset
}

@test "the same without openat2" {
	battery "$ENOSYS" openat2,landlock_create_ruleset
}

@test "the unpacker keeps six capabilities and can gain none" {
	start_worker
	local status_file=/proc/$WORKER/status
	# chown, dac_override, fowner, fsetid, mknod, setfcap
	[ "$(awk '/^CapEff/ { print $2 }' "$status_file")" = 000000008800001b ]
	[ "$(awk '/^CapPrm/ { print $2 }' "$status_file")" = 000000008800001b ]
	[ "$(awk '/^CapInh/ { print $2 }' "$status_file")" = 0000000000000000 ]
	[ "$(awk '/^CapBnd/ { print $2 }' "$status_file")" = 0000000000000000 ]
	[ "$(awk '/^NoNewPrivs/ { print $2 }' "$status_file")" = 1 ]
	end_worker
}

@test "the unpacker has six descriptors, limits and an empty environment" {
	start_worker
	[ "$(ls "/proc/$WORKER/fd" | sort -n | tr '\n' ' ')" = "0 1 2 3 4 5 " ]
	grep -Eq '^Max cpu time +1800 ' "/proc/$WORKER/limits"
	grep -Eq '^Max core file size +0 ' "/proc/$WORKER/limits"
	end_worker
}

@test "S-062: the unpacker changes owners and modes by descriptor only" {
	mkdir -p "$MINIDOCK_ROOT/from/d" "$MINIDOCK_ROOT/tree"
	echo x >"$MINIDOCK_ROOT/from/d/f"
	ln -s f "$MINIDOCK_ROOT/from/d/l"
	chmod 4755 "$MINIDOCK_ROOT/from/d/f"
	tar -C "$MINIDOCK_ROOT/from" -cf "$MINIDOCK_ROOT/a.tar" .
	strace -f -o "$MINIDOCK_ROOT/trace" "$UNPACK" <"$MINIDOCK_ROOT/a.tar" \
		3<"$MINIDOCK_ROOT/tree" 4>"$MINIDOCK_ROOT/result" 5>"$MINIDOCK_ROOT/notes"
	# What loads and starts a program is not ours: from the confinement on.
	sed -i '1,/PR_SET_NO_NEW_PRIVS/d' "$MINIDOCK_ROOT/trace"
	[ "$(stat -c %a "$MINIDOCK_ROOT/tree/d/f")" = 4755 ]
	grep -q fchmod "$MINIDOCK_ROOT/trace"
	not grep -E ' (chmod|chown|lchown|utime|utimes|rename|mkdir|symlink|link)\(' "$MINIDOCK_ROOT/trace"
	not grep -E ' fchmodat2?\(' "$MINIDOCK_ROOT/trace"
	# The only owner and time set by name are those of a link itself.
	[ -z "$(grep -E ' (fchownat|utimensat)\([0-9]+, "' "$MINIDOCK_ROOT/trace" | grep -v AT_SYMLINK_NOFOLLOW)" ]
	# The owner comes first: a change of owner clears set-user-id.
	awk '/fchown\(/ { owner = 1 } /fchmod\(.*04755/ { exit !owner }' "$MINIDOCK_ROOT/trace"
}

@test "S-063: a swapper in the tree leads the unpacker nowhere" {
	local canary=$MINIDOCK_ROOT/canary swapper
	mkdir -p "$canary/sub" "$MINIDOCK_ROOT/tree"
	python3 - "$MINIDOCK_ROOT/a.tar" <<'PY'
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w") as tar:
    for i in range(3000):
        for name in ("d/sub/f%d" % i, "e/f%d" % i):
            info = tarfile.TarInfo(name)
            info.size = 1
            tar.addfile(info, io.BytesIO(b"x"))
PY
	ln -s "$canary" "$MINIDOCK_ROOT/tree/swap"
	mkdir -p "$MINIDOCK_ROOT/tree/d/sub"
	python3 - "$MINIDOCK_ROOT/tree" <<'PY' &
import ctypes, os, sys
os.chdir(sys.argv[1])
libc = ctypes.CDLL(None)
while not os.path.exists("../stop"):
    libc.renameat2(-100, b"d", -100, b"swap", 2)  # RENAME_EXCHANGE
PY
	swapper=$!
	for _ in 1 2 3; do
		"$ENOSYS" landlock_create_ruleset "$UNPACK" <"$MINIDOCK_ROOT/a.tar" \
			3<"$MINIDOCK_ROOT/tree" 4>"$MINIDOCK_ROOT/result" 5>"$MINIDOCK_ROOT/notes"
	done
	touch "$MINIDOCK_ROOT/stop"
	wait "$swapper"
	[ -z "$(find "$canary" -type f)" ]
}

@test "two imports of one archive at once give one layer" {
	mkdir "$MINIDOCK_ROOT/from"
	seq 100000 >"$MINIDOCK_ROOT/from/f"
	tar -C "$MINIDOCK_ROOT/from" -cf "$MINIDOCK_ROOT/a.tar" .
	"$MINIDOCK" image import "$MINIDOCK_ROOT/a.tar" a:1 &
	"$MINIDOCK" image import "$MINIDOCK_ROOT/a.tar" b:1
	wait $!
	[ "$(find "$MINIDOCK_ROOT/images/layers" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
	[ -z "$(ls -A "$MINIDOCK_ROOT/images/staging")" ]
	succeeds minidock image inspect a:1 b:1
}

@test "a killed import leaves nothing visible, and the next one clears up" {
	mkdir "$MINIDOCK_ROOT/from"
	echo x >"$MINIDOCK_ROOT/from/f"
	mkfifo "$MINIDOCK_ROOT/slow"
	"$MINIDOCK" image import - slow:1 <"$MINIDOCK_ROOT/slow" &
	local import=$!
	exec 9>"$MINIDOCK_ROOT/slow"
	until [ -n "$(ls -A "$MINIDOCK_ROOT/images/staging" 2>/dev/null)" ]; do sleep 0.02; done
	kill -9 "$import"
	wait "$import" || true
	exec 9>&-
	fails_with 1 slow minidock image inspect slow:1
	succeeds minidock image import "$MINIDOCK_ROOT/from" next:1
	[ -z "$(ls -A "$MINIDOCK_ROOT/images/staging")" ]
}

@test "a directory comes out as it went in" {
	local from=$MINIDOCK_ROOT/from
	mkdir -p "$from/d/e" "$from/$(printf 'n%.0s' {1..150})"
	echo x >"$from/d/f"
	ln "$from/d/f" "$from/d/g"
	ln -s ../nowhere "$from/d/l"
	chmod 2750 "$from/d/e"
	chown 1234:3000000 "$from/d/f"
	chmod 4711 "$from/d/f"
	setcap cap_net_raw+ep "$from/d/f"
	python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.note", b"v")' "$from/d/e"
	touch -d @1000000000 "$from/d/f" "$from/d/e"
	mkfifo "$from/d/fifo"
	succeeds minidock image import "$from" mine:1
	# The same tree is the same layer.
	succeeds minidock image import "$from" again:1
	local fs
	fs=$(echo "$MINIDOCK_ROOT"/images/layers/*/fs)
	[ -d "$fs" ]
	rm "$from/d/fifo"
	diff <(cd "$from" && find . -printf '%p %y %m %U:%G %n %l\n' | sort) \
		<(cd "$fs" && find . -printf '%p %y %m %U:%G %n %l\n' | sort)
	[ "$(stat -c %Y "$fs/d/f" "$fs/d/e" | tr '\n' ' ')" = "1000000000 1000000000 " ]
	[ "$(getcap "$fs/d/f" | cut -d ' ' -f 2)" = cap_net_raw=ep ]
	[ "$(python3 -c 'import os, sys; print(os.getxattr(sys.argv[1], "user.note"))' "$fs/d/e")" = "b'v'" ]
}

@test "a directory stays within its file system and reads no link" {
	local from=$MINIDOCK_ROOT/from
	mkdir -p "$from/mnt"
	mount -t tmpfs tmpfs "$from/mnt"
	echo secret >"$from/mnt/secret"
	run minidock image import "$from" mine:1
	umount "$from/mnt"
	[ "$status" -eq 0 ]
	local fs
	fs=$(echo "$MINIDOCK_ROOT"/images/layers/*/fs)
	[ -d "$fs/mnt" ]
	[ ! -e "$fs/mnt/secret" ]
}

@test "S-079, S-081: what an image may not say is dropped, the rest arrives" {
	minidock image import "$(dirname "$(command -v busybox)")/busybox" x:1 2>/dev/null && return 1
	fails_with 1 'LABEL io.minidock' minidock image import --change 'LABEL io.minidock.x=1' "$MINIDOCK_ROOT" x:1
	fails_with 1 'ENV HOME' minidock image import --change 'ENV HOME' "$MINIDOCK_ROOT" x:1
	mkdir "$MINIDOCK_ROOT/from"
	succeeds minidock image import --change 'ENV A=1 B="two words"' --change 'LABEL k=v' \
		--change 'CMD ["/x", "y"]' --change 'WORKDIR /w' --change 'EXPOSE 80' -m 'hi there' \
		"$MINIDOCK_ROOT/from" x:1
	succeeds minidock image inspect x:1
	[ "$(jq -c '.[0].Config.Env' <<<"$output")" = '["A=1","B=two words"]' ]
	[ "$(jq -c '.[0].Config.Cmd' <<<"$output")" = '["/x","y"]' ]
	[ "$(jq -c '.[0].Config.ExposedPorts' <<<"$output")" = '{"80/tcp":{}}' ]
	[ "$(jq -r '.[0].Comment' <<<"$output")" = 'hi there' ]
}
