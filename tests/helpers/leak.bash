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
	local file pid words seen=' '
	for file in $(grep -lFs -e "MINIDOCK_ROOT=$1" -e "$1/" /proc/[0-9]*/environ /proc/[0-9]*/mountinfo); do
		pid=${file#/proc/}
		pid=${pid%%/*}
		[[ $seen != *" $pid "* && -e /proc/$pid ]] || continue
		# A mount in our own namespace shows in every process here; it is reported as a mount.
		[[ $file == *mountinfo && /proc/$pid/ns/mnt -ef /proc/self/ns/mnt ]] && continue
		seen+="$pid "
		# Without words it has ended since: gone, or a zombie that its parent has not collected yet.
		words=$(tr '\0' ' ' <"/proc/$pid/cmdline")
		[ -z "$words" ] || echo "process $pid: $words"
	done 2>/dev/null
}

leak_mounts()
{
	local line
	while read -r line; do
		[[ $line != *"$1"* ]] || echo "mount: $line"
	done </proc/self/mountinfo
}

# The parent group itself may stay; a container's group may not. Written for bash's own globbing, as it runs for each test.
leak_cgroups()
{
	local group
	for group in /sys/fs/cgroup/$1/*/ /sys/fs/cgroup/*/$1/*/; do
		[ ! -d "$group" ] || echo "cgroup: ${group%/}"
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
	(cd /sys/class/net && echo *)
}

leak_new_links()
{
	local link
	for link in $(leak_links); do
		[[ " $1 " == *" $link "* || ! $link =~ ^(md|minidock|veth) ]] || echo "link: $link"
	done
}

# Take away by force what a failed test left, so that the next one starts clean.
leak_clear()
{
	local line pid directory group
	for group in /sys/fs/cgroup/$2/*/ /sys/fs/cgroup/*/$2/*/ /sys/fs/cgroup/$2/ /sys/fs/cgroup/*/$2/; do
		[ -d "$group" ] || continue
		while read -r pid; do
			kill -KILL "$pid" 2>/dev/null
		done <"$group/cgroup.procs"
		leak_rmdir "$group"
	done
	leak_processes "$1" | while read -r line pid line; do
		kill -KILL "${pid%:}" 2>/dev/null
	done
	leak_mounts "$1" | cut -d' ' -f6 | sort -r | while read -r directory; do
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
