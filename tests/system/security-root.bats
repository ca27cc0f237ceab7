#!/usr/bin/env bats
# Holes that other runtimes had in building the root and its mounts: docs/SECURITY.md has the list.
load ../helpers/minidock
. "$TESTS/helpers/canary.bash"

prepare()
{
	canary_place
	FS=$MINIDOCK_ROOT/fs
	rootfs "$FS"
	chmod 755 "$MINIDOCK_ROOT"
	# What a hostile image writes to reach the canary.
	UP=../../../../../../../../../..
}

clean_up()
{
	canary_sings
	canary_remove
}

# links PATH: make PATH in the root a link to the canary in a way chosen by $2.
link_to_canary()
{
	local path=$FS/$1 to=$CANARY${3-}
	rm -rf "$path"
	case $2 in
	absolute) ln -s "$to" "$path" ;;
	relative) ln -s "$UP$to" "$path" ;;
	chain) ln -s /hop1 "$path"; ln -sfn "$UP/hop2" "$FS/hop1"; ln -sfn "$to" "$FS/hop2" ;;
	magic) ln -s "/proc/self/root$to" "$path" ;;
	cwd) ln -s "/proc/self/cwd$to" "$path" ;;
	loop) ln -s "$(basename "$path")" "$path" ;;
	dangling) ln -s "$to/nothing/here" "$path" ;;
	file) echo x >"$path" ;;
	esac
}

@test "S-020: no volume lands outside the root, whatever stands at its target" {
	local kind data=$MINIDOCK_ROOT/data
	mkdir -p "$data"
	echo from the volume >"$data/file"
	for kind in absolute relative chain magic cwd loop dangling file; do
		link_to_canary target $kind
		run minidock run --rm --rootfs "$FS" -v "$data:/target" /bin/true
		ended_in_order
		canary_sings
		link_to_canary parent $kind
		run minidock run --rm --rootfs "$FS" -v "$data:/parent/directory/deep" /bin/true
		ended_in_order
		canary_sings
		link_to_canary target $kind
		run minidock run --rm --rootfs "$FS" -v "$data/file:/target/secret" --tmpfs /target/directory /bin/true
		ended_in_order
		canary_sings
	done
}

@test "S-021 S-027: nothing can be mounted over /proc or below it" {
	mkdir "$MINIDOCK_ROOT/data"
	local target
	for target in /proc /proc/ /proc/self/attr /proc/sys /proc/sys/kernel /x/../proc; do
		run minidock run --rm -v "$MINIDOCK_ROOT/data:$target" busybox true
		[ "$status" -ne 0 ]
		run minidock run --rm --tmpfs "$target" busybox true
		[ "$status" -ne 0 ]
	done
}

@test "S-022: /proc, /sys and /dev as links are refused or made inside" {
	local name kind
	for name in proc sys dev; do
		for kind in absolute relative chain loop dangling file; do
			rm -rf "$FS"/{proc,sys,dev}
			mkdir "$FS"/{proc,sys,dev}
			link_to_canary $name $kind
			run minidock run --rm --rootfs "$FS" /bin/true
			ended_in_order
			canary_sings
		done
	done
}

@test "S-023 S-024: a path swapped during the start never leads out" {
	requires cc
	local shared=$MINIDOCK_ROOT/shared swapper i bad=0
	mkdir -p "$shared/real/b"
	ln -s "$CANARY" "$shared/link"
	ln -s "$UP$CANARY" "$shared/link2"
	"$(payload swap_paths)" "$shared/real" "$shared/link" 3>&- &
	swapper=$!
	for ((i = 0; i < 60; i++)); do
		run minidock run --rm -v "$shared:/vol" -v "$MINIDOCK_ROOT/fs:/vol/real/directory" --tmpfs /vol/real/made busybox true
		ended_in_order || bad=$((bad + 1))
	done
	kill "$swapper"
	[ "$bad" -eq 0 ]
	canary_sings
}

@test "S-025: masked files stay masked whatever /dev/null the image has" {
	local kind
	for kind in link file fifo device; do
		rm -rf "$FS/dev"
		mkdir "$FS/dev"
		case $kind in
		link) ln -s /proc/sysrq-trigger "$FS/dev/null" ;;
		file) echo fake >"$FS/dev/null" ;;
		fifo) mkfifo "$FS/dev/null" ;;
		device) mknod "$FS/dev/null" c 1 5 ;;
		esac
		in_container --rootfs "$FS" /bin/sh -c 'cat /proc/kcore /proc/keys /proc/timer_list 2>/dev/null | busybox wc -c; cat /dev/null | busybox wc -c'
		output_is $'0\n0'
	done
}

@test "S-026: a terminal is never made through what the image has in /dev" {
	requires tmux
	rm -rf "$FS/dev"
	mkdir -p "$FS/dev/pts"
	ln -s "$CANARY/secret" "$FS/dev/console"
	ln -s "$CANARY/secret" "$FS/dev/pts/0"
	ln -s "$CANARY/secret" "$FS/dev/ptmx"
	terminal_open minidock run --rm -it --rootfs "$FS" /bin/sh -c 'busybox tty && echo done'
	screen_shows '[ended with'
	canary_sings
}

@test "S-028: an image whose /dev leads to a directory with a ptmx" {
	touch "$CANARY/directory/ptmx"
	CANARY_STATE=$(canary_state)
	local kind
	for kind in absolute relative chain; do
		link_to_canary dev $kind /directory
		run minidock run --rm --rootfs "$FS" /bin/true
		ended_in_order
		canary_sings
		run minidock run --rm --rootfs "$FS" --read-only -u 1000 /bin/true
		ended_in_order
		canary_sings
	done
}

@test "S-030: generated files in /etc are not written through links" {
	local name kind
	for kind in absolute relative loop dangling; do
		for name in hosts resolv.conf hostname passwd group; do
			rm -rf "$FS/etc"
			mkdir "$FS/etc"
			link_to_canary "etc/$name" $kind /secret
			run minidock run --rm --rootfs "$FS" -h evil --add-host a:1.2.3.4 --dns 1.1.1.1 /bin/true
			ended_in_order
			canary_sings
		done
		link_to_canary etc $kind
		run minidock run --rm --rootfs "$FS" -h evil /bin/true
		ended_in_order
		canary_sings
	done
	rm -rf "$FS/etc"
	mkdir -p "$FS/etc/hosts" "$FS/etc/resolv.conf" "$FS/etc/hostname"
	run minidock run --rm --rootfs "$FS" /bin/true
	ended_in_order
}

@test "S-031: a working directory is not made through links" {
	local kind
	for kind in absolute relative chain magic; do
		link_to_canary a $kind
		run minidock run --rm --rootfs "$FS" -w /a/b/c /bin/true
		ended_in_order
		canary_sings
		run minidock run --rm --rootfs "$FS" -w /a/directory/c -u 1000:1000 /bin/true
		ended_in_order
		canary_sings
	done
}

@test "S-032: nothing in /sys/fs/cgroup can be written" {
	local mode
	for mode in --userns=host --userns=private; do
		run minidock run --rm $mode busybox sh -c '
			for file in $(find /sys/fs/cgroup -type f); do [ -w $file ] && (echo 1 >$file) 2>/dev/null && echo "wrote $file"; done
			mkdir /sys/fs/cgroup/evil 2>/dev/null && echo made; for d in /sys/fs/cgroup/*; do mkdir $d/evil 2>/dev/null && echo "made $d/evil"; done; echo end'
		[ "$status" -eq 0 ]
		output_is end
	done
}

@test "S-033: release_agent of cgroup v1 is out of reach" {
	requires cgroup-v1
	in_container busybox sh -c 'mkdir /m; mount -t cgroup -o memory c /m 2>/dev/null && echo mounted; find / -name release_agent 2>/dev/null; echo end'
	output_is end
	run minidock run --rm --cap-add SYS_ADMIN --security-opt seccomp=unconfined busybox sh -c '
		mkdir /m; mount -t cgroup -o memory c /m 2>/dev/null; for f in $(find / -xdev -name release_agent 2>/dev/null) /m/release_agent; do (echo /evil >$f) 2>/dev/null && echo "wrote $f"; done; echo end'
	output_is end
}

@test "S-034: limits hold in a private user namespace too" {
	run minidock run --name c --userns=private -m 32m busybox tail /dev/zero
	[ "$status" -eq 137 ]
	[ "$(field c '{{.State.OOMKilled}}')" = true ]
	run minidock run --rm --userns=private --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done 2>&1'
	output_matches 'fork|unavailable'
}

@test "S-035: a cgroup parent cannot lead elsewhere" {
	local parent
	for parent in .. ../.. /../../escape a/../../../escape . '' $'a\nb' "$(printf 'x%.0s' {1..5000})"; do
		run "$MINIDOCK" run --rm --cgroup-parent "$parent" busybox true
		[ "$status" -eq 125 ] || { [ -z "$parent" ] && [ "$status" -eq 0 ]; }
	done
	[ ! -e /sys/fs/cgroup/escape ]
	[ ! -e /sys/fs/cgroup/memory/escape ]
}

@test "S-036: very long words are carried or refused, never cut" {
	local long
	long=$(printf 'x%.0s' {1..70000})
	run minidock run --rm -e "LONG=$long" busybox sh -c 'echo ${#LONG}'
	ended_in_order
	[ "$status" -ne 0 ] || output_is 70000
	fails_with 125 "" minidock run --rm -h "$long" busybox true
	run minidock run --rm -v "/$long:/x" busybox true
	[ "$status" -eq 125 ]
	run minidock run --rm -l "a=$long" busybox true
	ended_in_order
}

@test "S-037: a volume is not filled through a link of the image" {
	local kind
	for kind in absolute relative magic; do
		link_to_canary data $kind
		run minidock run --rm --rootfs "$FS" -v "copied-$kind:/data" /bin/sh -c 'busybox find /data -type f'
		ended_in_order
		output_lacks secret
		not grep -rqs 'secret of the host' "$MINIDOCK_ROOT/volumes"
	done
}

@test "S-040 S-041: no record or undo list makes us remove what is not ours" {
	local id dir text
	id=$(minidock create busybox true)
	dir=$MINIDOCK_ROOT/containers/$id
	cp -a "$dir" "$MINIDOCK_ROOT/saved"
	for text in \
		'[{"call":"remove_tree","args":["'"$CANARY"'"]}]' \
		'[{"call":"remove_tree","args":["'"${CANARY%/*}"'","'"${CANARY##*/}"'"]}]' \
		'[{"call":"remove_tree","args":["'"$CANARY"'","directory"]}]' \
		'[{"call":"cgroup_remove","args":["'"$CANARY/directory"'"]}]' \
		'[{"call":"cgroup_remove","args":["/sys/fs/cgroup"]}]' \
		'[{"call":"unlink","args":["'"$CANARY/secret"'"]}]' \
		'[{"call":"umount2","args":["/proc",2]}]' \
		'{}' 'null' '[' ''; do
		printf '%s' "$text" >"$dir/undo.json"
		run minidock check --repair
		[ "$status" -le 1 ]
		run minidock rm -f "$id"
		[ "$status" -le 1 ]
		canary_sings
		mountpoint -q /proc
		rm -rf "$dir"
		cp -a "$MINIDOCK_ROOT/saved" "$dir"
	done
	local name
	for name in .. . ../../canary 'a b' "$(printf 'z%.0s' {1..64})"; do
		mkdir -p "$MINIDOCK_ROOT/containers/$name" 2>/dev/null || true
		run minidock rm -f "$name"
		run minidock check --repair
		canary_sings
	done
	find "$MINIDOCK_ROOT/containers" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
	find "$MINIDOCK_ROOT/names" -mindepth 1 -delete
	rm -rf "$MINIDOCK_ROOT/saved" "$MINIDOCK_ROOT/quarantine"
}

@test "S-042: state is for root only" {
	rm -rf "$MINIDOCK_ROOT"
	minidock create --name c busybox true >/dev/null
	local dir
	for dir in "$MINIDOCK_ROOT"/*; do
		[ "$(stat -c %a "$dir")" = 700 ] || [ ! -d "$dir" ]
	done
	[[ $(stat -c %a "$MINIDOCK_ROOT") =~ ^7[01][01]$ ]]
	[ -z "$(find "$MINIDOCK_ROOT/containers" -name '*.json' -perm /077)" ]
}

@test "S-043: overlay attributes in a layer are not believed" {
	python3 - "$MINIDOCK_ROOT/evil.tar" <<'PY'
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT) as tar:
    for name, value in (("trusted.overlay.redirect", "/etc"), ("trusted.overlay.opaque", "y"),
                        ("trusted.overlay.metacopy", ""), ("user.overlay.redirect", "/etc"), ("security.evil", "x")):
        info = tarfile.TarInfo("d-" + name)
        info.type = tarfile.DIRTYPE
        info.mode = 0o755
        info.pax_headers = {"SCHILY.xattr." + name: value}
        tar.addfile(info)
PY
	run minidock image import "$MINIDOCK_ROOT/evil.tar" evil:1
	ended_in_order
	[ -z "$(getfattr -R -d -m 'overlay|evil' "$MINIDOCK_ROOT/images" 2>/dev/null)" ]
	run python3 - "$MINIDOCK_ROOT/images" <<'PY'
import os, sys
for top, dirs, files in os.walk(sys.argv[1]):
    for name in dirs + files:
        path = os.path.join(top, name)
        for attribute in os.listxattr(path, follow_symlinks=False):
            if "overlay" in attribute or "evil" in attribute:
                print(path, attribute)
PY
	output_is ''
}

@test "S-044: a state root with separators in its name works" {
	local plain=$MINIDOCK_ROOT
	export MINIDOCK_ROOT=$plain/'a,b:c\d e'
	mkdir -p "$MINIDOCK_ROOT"
	run minidock run --rm busybox sh -c 'echo ok >/f; cat /f'
	local state=$status text=$output
	remove_all_containers
	export MINIDOCK_ROOT=$plain
	[ "$state" -eq 0 ]
	[ "$text" = ok ]
}
