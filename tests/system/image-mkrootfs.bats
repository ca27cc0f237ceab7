#!/usr/bin/env bats
# rootfs-tools/minidock-mkrootfs. Debian's tools are played by small scripts here: what they download is not our matter.
load ../helpers/minidock

prepare()
{
	MKROOTFS=$TESTS/../rootfs-tools/minidock-mkrootfs
	export MINIDOCK TMPDIR=$MINIDOCK_ROOT/work
	TOOLS=$MINIDOCK_ROOT/tools
	mkdir -p "$TMPDIR" "$TOOLS"
}

clean_up()
{
	[ -z "$(ls -A "$TMPDIR")" ]
}

# play NAME: a script from stdin takes the place of a program.
play()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$TOOLS/$1"
	chmod +x "$TOOLS/$1"
}

# The script with only these tools for Debian: none that the machine may have.
mkrootfs()
{
	local dir=$MINIDOCK_ROOT/bin program
	if [ ! -d "$dir" ]; then
		mkdir "$dir"
		for program in awk bash busybox cat chmod chown cp dirname grep id ldd ln mkdir mktemp mount rm sh sleep sort tar touch umount; do
			ln -s "$(command -v "$program")" "$dir/$program"
		done
	fi
	PATH=$TOOLS:$dir "$MKROOTFS" "$@"
}

@test "busybox: an image that runs" {
	succeeds mkrootfs busybox mine:1
	output_has "step 1 of 2"
	in_container mine:1 sh -c 'id -u; ls /bin/sh; cd /tmp && touch x && echo works'
	output_has works
}

@test "dir: an image of a directory" {
	mkdir -p "$MINIDOCK_ROOT/fs/d"
	succeeds mkrootfs dir "$MINIDOCK_ROOT/fs" mine:1
	succeeds minidock image inspect mine:1
	fails_with 1 "'/nowhere' is not a directory" mkrootfs dir /nowhere x:1
	fails_with 2 "dir takes" mkrootfs dir /tmp
}

@test "debian by mmdebstrap, with its options passed on" {
	play mmdebstrap <<'END'
echo "$@" >"$MINIDOCK_ROOT/arguments"
for last; do [ "${last%.tar}" = "$last" ] || tar=$last; done
mkdir "$MINIDOCK_ROOT/t" && touch "$MINIDOCK_ROOT/t/debian" && tar -C "$MINIDOCK_ROOT/t" -cf "$tar" .
END
	succeeds mkrootfs debian --suite trixie --variant=apt --include a,b --include c
	grep -q -e '--include=a,b,c --variant=apt trixie ' <(sed 's/--mode=root --format=tar //' "$MINIDOCK_ROOT/arguments")
	succeeds minidock image inspect debian:trixie
	[ "$(jq -c '.[0].Config.Cmd' <<<"$output")" = '["bash"]' ]
}

@test "debian by debootstrap when there is no mmdebstrap" {
	play debootstrap <<'END'
for last; do root=$last; done
mkdir "$root" && mkdir -p "$root/var/cache/apt/archives" && touch "$root/var/cache/apt/archives/x.deb"
END
	succeeds mkrootfs debian mine:1
	output_has "by debootstrap"
	[ -z "$(find "$MINIDOCK_ROOT/images/layers" -name '*.deb')" ]
}

@test "debian without any tool says what to install" {
	fails_with 1 "apt install mmdebstrap" mkrootfs debian
}

@test "a failing tool leaves nothing, neither files nor mounts" {
	play debootstrap <<'END'
for last; do root=$last; done
mkdir -p "$root/proc" && mount -t tmpfs tmpfs "$root/proc"
exit 3
END
	fails_with 1 "debootstrap failed" mkrootfs debian
	not grep -F "$TMPDIR" /proc/self/mountinfo
}

@test "an interrupt leaves nothing" {
	play debootstrap <<'END'
for last; do root=$last; done
mkdir "$root" && touch "$MINIDOCK_ROOT/begun"
exec sleep 60
END
	mkrootfs busybox warm:1 # makes the directory of programs
	setsid env PATH="$TOOLS:$MINIDOCK_ROOT/bin" "$MKROOTFS" debian &
	local script=$!
	until [ -e "$MINIDOCK_ROOT/begun" ]; do sleep 0.02; done
	kill -TERM -- "-$script"
	wait "$script" || true
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "bad arguments are named" {
	fails_with 2 "nothing to make" mkrootfs
	fails_with 2 "unknown kind 'x'" mkrootfs x
	fails_with 2 "unknown option '--nope'" mkrootfs debian --nope
	fails_with 2 "'--suite' needs a value" mkrootfs debian --suite
	fails_with 2 "no value for --suite" mkrootfs debian --suite '--setup-hook=x'
	fails_with 2 "no value for --include" mkrootfs debian --include 'a;b'
	succeeds mkrootfs --help
	output_has "minidock-mkrootfs dir DIRECTORY"
}
