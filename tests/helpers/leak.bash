# What tests leave behind. Everything of a test is recognised by its state root (a unique path) or its cgroup parent (a
# unique name), so that other programs on the machine do not disturb the proof.

# leak_list ROOT CGROUP_PARENT: one line per thing that should be gone, nothing when all is. What is about to end is
# given two seconds.
leak_list()
{
	local tries left
	# What we run to look must not look like what we look for.
	local -x MINIDOCK_ROOT=
	for ((tries = 0; tries < 40; tries++)); do
		left=$(leak_list_now "$@")
		[ -n "$left" ] || return 0
		sleep 0.05
	done
	echo "$left"
}

leak_list_now()
{
	local -x MINIDOCK_ROOT=
	leak_processes "$1"
	leak_mounts "$1"
	leak_cgroups "$2"
	leak_state "$1"
}

# Processes that were started with this root, or whose mount namespace shows it: so namespaces that are held, too.
leak_processes()
{
	local file pid
	for file in $(grep -lFs -e "MINIDOCK_ROOT=$1" /proc/[0-9]*/environ; grep -lFs -e "$1/" /proc/[0-9]*/mountinfo); do
		pid=${file#/proc/}
		pid=${pid%%/*}
		# The grep itself had the environment and is gone by now.
		[ -e "/proc/$pid" ] || continue
		leak_shares_our_mounts "$pid" && ! grep -qFs -e "MINIDOCK_ROOT=$1" "/proc/$pid/environ" && continue
		echo "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done 2>/dev/null | sort -u
}

# A mount in our own namespace shows in every process here; it is reported as a mount.
leak_shares_our_mounts()
{
	[ "$(readlink "/proc/$1/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ]
}

leak_mounts()
{
	grep -F -e "$1" /proc/self/mountinfo | sed 's/^/mount: /'
}

leak_cgroups()
{
	find /sys/fs/cgroup -maxdepth 2 -name "$1" -type d 2>/dev/null |
		while read -r parent; do
			# The parent group itself may stay; a container's group may not.
			find "$parent" -mindepth 1 -type d | sed 's/^/cgroup: /'
		done
}

leak_state()
{
	local directory
	for directory in "$1"/containers/* "$1"/names/* "$1"/run/*; do
		[ -e "$directory" ] || [ -L "$directory" ] || continue
		# The record of user-namespace ranges in use stays.
		[ "$directory" != "$1/run/userns" ] || continue
		echo "state: $directory"
	done
}

leak_links()
{
	ls /sys/class/net
}

leak_new_links()
{
	comm -13 <(echo "$1" | sort) <(leak_links | sort) | grep -E '^(md|minidock|veth)' | sed 's/^/link: /'
}

# Take away by force what a failed test left, so that the next one starts clean.
leak_clear()
{
	local directory pid
	find /sys/fs/cgroup -maxdepth 2 -name "$2" -type d 2>/dev/null |
		while read -r directory; do
			find "$directory" -depth -type d | while read -r group; do
				while read -r pid; do
					kill -KILL "$pid" 2>/dev/null
				done <"$group/cgroup.procs"
				leak_rmdir "$group"
			done
		done
	leak_processes "$1" | sed -n 's/^process \([0-9]*\):.*/\1/p' | while read -r pid; do
		kill -KILL "$pid" 2>/dev/null
	done
	grep -F -e " $1" /proc/self/mountinfo | cut -d' ' -f5 | sort -r | while read -r directory; do
		umount -l "$directory"
	done
	return 0
}

leak_rmdir()
{
	local tries
	for ((tries = 0; tries < 20; tries++)); do
		rmdir "$1" 2>/dev/null && return
		sleep 0.05
	done
}
