#!/usr/bin/env bats
# image ls, inspect, tag, rm, prune, import.
load ../helpers/minidock

prepare()
{
	cold_images
	FS=$MINIDOCK_ROOT/fs
	rootfs "$FS"
	chmod 755 "$MINIDOCK_ROOT"
}

@test "the built-in image needs nothing and is listed after its first use" {
	in_container busybox true
	succeeds minidock image ls
	[[ ${lines[0]} =~ ^REPOSITORY\ +TAG\ +IMAGE\ ID\ +CREATED\ +SIZE$ ]]
	output_matches 'busybox +latest +[0-9a-f]{12}'
	succeeds minidock images -q
	output_matches '^[0-9a-f]{12}$'
}

@test "a tar can be imported and run, plain, gzip and zstd" {
	tar -C "$FS" -cf "$MINIDOCK_ROOT/a.tar" .
	gzip -k "$MINIDOCK_ROOT/a.tar"
	zstd -q "$MINIDOCK_ROOT/a.tar"
	local kind
	for kind in tar tar.gz tar.zst; do
		succeeds minidock image import "$MINIDOCK_ROOT/a.$kind" "imported:${kind//./-}"
		in_container "imported:${kind//./-}" /bin/echo "$kind"
		output_is "$kind"
	done
}

@test "a directory can be imported" {
	succeeds minidock image import "$FS" mine:1
	in_container mine:1 /bin/sh -c 'cat /etc/passwd'
	output_has root
}

@test "one layer is stored once" {
	minidock image import "$FS" a:1
	local before
	before=$(find "$MINIDOCK_ROOT/images/layers" -mindepth 1 -maxdepth 1 | wc -l)
	minidock image import "$FS" b:1
	[ "$(find "$MINIDOCK_ROOT/images/layers" -mindepth 1 -maxdepth 1 | wc -l)" -eq "$before" ]
}

@test "tag gives another name, rm takes names away and then the image" {
	minidock image import "$FS" mine:1
	succeeds minidock image tag mine:1 other:2
	in_container other:2 /bin/true
	minidock image import "$FS" third:3
	for filter in reference=third:3 reference='thi*'; do
		succeeds minidock image ls -q -f "$filter"
		[ ${#lines[@]} -eq 1 ]
	done
	succeeds minidock image rm third:3
	succeeds minidock image rm mine:1
	fails_with 125 mine:1 minidock run --rm mine:1 /bin/true
	in_container other:2 /bin/true
	succeeds minidock image rm other:2
	fails_with 1 nosuch minidock image rm nosuch
	fails_with 1 nosuch minidock image tag nosuch x:1
	run minidock image tag busybox 'Bad//Name'
	[ "$status" -ne 0 ]
}

@test "an image in use is not removed" {
	minidock image import "$FS" mine:1
	minidock create --name c mine:1 /bin/true >/dev/null
	run minidock image rm mine:1
	[ "$status" -eq 1 ]
	output_has "$(field c '{{.Id}}' | cut -c1-12)"
	minidock rm c
	succeeds minidock image rm mine:1
}

@test "prune removes what has no name" {
	minidock image import "$FS" mine:1
	echo other >"$FS/etc/other"
	minidock image import "$FS" mine:1
	succeeds minidock image prune -f
	succeeds minidock image ls -q
	[ ${#lines[@]} -eq 1 ]
	in_container mine:1 /bin/cat /etc/other
	output_is other
}

@test "inspect shows the configuration and the layers" {
	minidock image import "$FS" mine:1
	succeeds minidock image inspect mine:1
	[ "$(jq -r '.[0].RepoTags[0]' <<<"$output")" = mine:1 ]
	[ "$(jq -r '.[0].RootFS.Layers | length' <<<"$output")" = 1 ]
	fails_with 1 nosuch minidock image inspect nosuch
	succeeds minidock image inspect --format '{{.Id}}' mine:1
	output_matches '^sha256:[0-9a-f]{64}$'
}

@test "what is no archive is refused and leaves nothing" {
	head -c 100000 /dev/urandom >"$MINIDOCK_ROOT/noise"
	run minidock image import "$MINIDOCK_ROOT/noise" noise:1
	[ "$status" -ne 0 ]
	output_has noise
	tar -C "$FS" -cf "$MINIDOCK_ROOT/a.tar" .
	head -c 100000 "$MINIDOCK_ROOT/a.tar" >"$MINIDOCK_ROOT/cut.tar"
	run minidock image import "$MINIDOCK_ROOT/cut.tar" cut:1
	[ "$status" -ne 0 ]
	[ -z "$(ls -A "$MINIDOCK_ROOT/images/staging" 2>/dev/null)" ]
	fails_with 1 /nowhere minidock image import /nowhere x:1
	run minidock image import "$FS" 'Bad Name'
	[ "$status" -ne 0 ]
}
