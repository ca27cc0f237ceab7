#!/usr/bin/env bats
# plan and run --dry-run: print the program, change nothing, need no root.
load ../helpers/minidock

@test "plan lists the operations and their calls" {
	succeeds minidock plan busybox echo hi
	local op
	for op in cgroup-create clone private-mounts overlay-root proc dev pivot-root hostname capabilities no-new-privs seccomp exec; do
		output_has "$op"
	done
	output_matches 'CLONE_NEWPID'
	output_has '"/bin/echo"\|echo' || output_has echo
}

@test "run --dry-run is plan" {
	# The id differs, nothing else may.
	minidock plan --name x busybox true | sed 's/[0-9a-f]\{12,64\}/ID/g' >"$MINIDOCK_ROOT.plan"
	minidock run --dry-run --name x busybox true | sed 's/[0-9a-f]\{12,64\}/ID/g' >"$MINIDOCK_ROOT.dry"
	diff "$MINIDOCK_ROOT.plan" "$MINIDOCK_ROOT.dry"
	rm -f "$MINIDOCK_ROOT".{plan,dry}
}

@test "plan changes nothing" {
	# A start's files are taken away after its end was told, so this one is only made.
	minidock create busybox true >/dev/null
	local before after
	state() {
		find "$MINIDOCK_ROOT" -printf '%p %y %s %T@ %m\n' | sort
		cat /proc/self/mountinfo
		find /sys/fs/cgroup -maxdepth 3 -type d -name "*$CGROUP_PARENT*"
		readlink /proc/self/ns/*
	}
	before=$(state)
	succeeds minidock plan -m 64m --cpus 0.5 -v /tmp:/data busybox true
	succeeds minidock plan --userns=private busybox true
	after=$(state)
	[ "$before" = "$after" ]
}

@test "plan makes no kernel call that changes something" {
	requires no-wrapper no-sanitizer
	minidock run --rm busybox true
	strace -f -o "$MINIDOCK_ROOT.strace" -e trace=mount,umount2,clone,clone3,unshare,setns,pivot_root,chroot,mkdir,mkdirat,unlink,unlinkat,rename,renameat2,symlinkat,sethostname,fsopen,move_mount,capset,setresuid \
		"$MINIDOCK" plan -m 64m busybox true >/dev/null
	# What is there and what is not is probed with arguments that cannot succeed.
	run grep -v -E '^[0-9]+ +(\+\+\+|---)| = -1 ' "$MINIDOCK_ROOT.strace"
	rm -f "$MINIDOCK_ROOT.strace"
	output_is ''
}

@test "plan needs no root" {
	requires no-wrapper
	command -v setpriv >/dev/null
	run setpriv --reuid 65534 --regid 65534 --clear-groups env "MINIDOCK_ROOT=$MINIDOCK_ROOT.nobody" "$MINIDOCK" plan busybox true
	[ "$status" -eq 0 ]
	output_has pivot
	[ ! -e "$MINIDOCK_ROOT.nobody" ]
}

@test "two plans of one container are the same" {
	minidock create --name c busybox true >/dev/null
	[ "$(minidock plan busybox true | sed 's/[0-9a-f]\{12,64\}/ID/g')" = "$(minidock plan busybox true | sed 's/[0-9a-f]\{12,64\}/ID/g')" ]
}

@test "plan says which preconditions do not hold on this host" {
	requires cgroup-v1
	run minidock plan --cpuset-cpus 4095 busybox true
	output_lacks 'Segmentation'
	succeeds minidock plan busybox true
}

@test "plan follows the flags" {
	succeeds minidock plan --userns=private busybox true
	output_has id-map
	succeeds minidock plan --privileged --userns=host busybox true
	output_lacks 'seccomp '
	succeeds minidock plan --read-only --tmpfs /t -h name --sysctl net.ipv4.ip_forward=1 busybox true
	output_has readonly-root
	output_has tmpfs
	output_has sysctl
}

@test "plan takes what run takes and refuses what run refuses" {
	fails_with 125 nosuchflag minidock plan --nosuchflag busybox true
	fails_with 125 lots minidock plan -m lots busybox true
	# Who plans may not be allowed to look into the image store.
	succeeds minidock plan nosuchimage true
	output_has "image 'nosuchimage' is not there"
}
