/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/op.h"

#include <assert.h>

#define ENGINE MD_SIDE_ENGINE
#define CHILD  MD_SIDE_CHILD

/* clang-format off */
static const struct md_op_info infos[MD_OP_COUNT] = {
	[MD_OP_CGROUP_CREATE] = {"cgroup-create", ENGINE, MD_STATE_CGROUP,
		"A control group is a directory in a special file system; making the directory makes the group. "
		"It is made before the process, so that the process is never outside its limits.",
		"cgroups(7), mkdir(2)"},
	[MD_OP_CGROUP_LIMIT] = {"cgroup-limit", ENGINE, MD_STATE_CGROUP,
		"A limit is a number written into a file of the group. The kernel enforces it for every process "
		"in the group together, however many they become.",
		"cgroups(7)"},
	[MD_OP_DEVICE_RULES] = {"device-rules", ENGINE, MD_STATE_CGROUP,
		"A device node is only a number; whether opening it works is decided here. Everything is "
		"forbidden first, then the harmless devices are allowed.",
		"cgroups(7), bpf(2)"},
	[MD_OP_CGROUP_OPEN] = {"cgroup-open", ENGINE, MD_STATE_FDS,
		"One more process of a container belongs into the groups that the container has. They are opened "
		"here, before the process exists, because it will not see them from inside.",
		"cgroups(7), clone(2)"},
	[MD_OP_OVERLAY_ROOT] = {"overlay-root", ENGINE, MD_STATE_MOUNTS,
		"Stacks the read-only layers of the image below one writable directory. All containers share the "
		"layers; only what this one changes takes space.",
		"mount(2), overlayfs (kernel documentation)"},
	[MD_OP_DIRECTORY_ROOT] = {"directory-root", ENGINE, MD_STATE_MOUNTS,
		"Uses a directory as it is for the root. A second view of it is made first, because only a mount "
		"can become a root.",
		"open_tree(2), move_mount(2)"},
	[MD_OP_VOLUME_SOURCE] = {"volume-source", ENGINE, MD_STATE_FDS,
		"Takes hold of the directory on the host as a mount that is attached nowhere yet. From here on only "
		"the descriptor is used: renaming or replacing the path changes nothing any more.",
		"open_tree(2)"},
	[MD_OP_INIT] = {"init", ENGINE, MD_STATE_FDS,
		"Opens the small first process that passes signals on and collects dead children, for programs "
		"that were not written to be pid 1.",
		"pid_namespaces(7), wait(2)"},
	[MD_OP_STDIO_OWNER] = {"stdio-owner", ENGINE, MD_STATE_FDS,
		"Gives the pipes of standard output and error to the user that the command will run as; otherwise it "
		"could write to them but not open /dev/stdout.",
		"fchown(2), pipe(7)"},
	[MD_OP_JOIN_PID_NS] = {"join-pid-namespace", ENGINE, MD_STATE_NAMESPACES,
		"A process cannot change its own process ids, so setns(2) on a pid namespace works for the children: "
		"the next process we clone is born inside.",
		"setns(2), pid_namespaces(7)"},
	[MD_OP_CLONE] = {"clone", ENGINE, MD_STATE_PROCESS | MD_STATE_NAMESPACES | MD_STATE_CGROUP,
		"One call makes the new process and, flag by flag, the namespaces it lives in. A container is this "
		"process and what it can no longer see.",
		"clone(2), namespaces(7)"},
	[MD_OP_ID_MAP] = {"id-map", ENGINE, MD_STATE_IDS,
		"Tells the kernel which ids outside stand behind the ids inside. Root in the container is then an "
		"ordinary, powerless id on the host.",
		"user_namespaces(7)"},
	[MD_OP_IDMAPPED_ROOT] = {"idmapped-root", ENGINE, MD_STATE_MOUNTS,
		"The files of the image belong to root on disk. An id-mapped mount shows them as belonging to the "
		"container's root without changing one byte on disk.",
		"mount_setattr(2)"},
	[MD_OP_IDMAPPED_VOLUME] = {"idmapped-volume", ENGINE, MD_STATE_MOUNTS,
		"Translates the owners of a volume's files, so that what root writes inside belongs to root on "
		"disk.",
		"mount_setattr(2)"},
	[MD_OP_NAMESPACE_ROOT] = {"namespace-root", CHILD, MD_STATE_IDS,
		"The process entered its user namespace as nobody. It becomes root inside, which is an ordinary "
		"user outside.",
		"user_namespaces(7)"},
	[MD_OP_CGROUP_JOIN] = {"cgroup-join", CHILD, MD_STATE_CGROUP,
		"The process moves itself into its groups by writing 0, its own name, to their task files. From "
		"here on the limits hold.",
		"cgroups(7)"},
	[MD_OP_SESSION] = {"session", CHILD, MD_STATE_SESSION,
		"A session of its own cuts the process off from the terminal of whoever started it, and a keyring "
		"of its own from their kernel keys.",
		"setsid(2), session-keyring(7)"},
	[MD_OP_OOM_SCORE] = {"oom-score", CHILD, MD_STATE_LIMITS,
		"When the host itself runs out of memory, processes with a higher score are ended first.",
		"proc_pid_oom_score_adj(5)"},
	[MD_OP_JOIN_NAMESPACES] = {"join-namespaces", CHILD, MD_STATE_NAMESPACES,
		"Enters the namespaces of the running container, all at once, through a descriptor of its first process.",
		"setns(2), pidfd_open(2)"},
	[MD_OP_CGROUP_NAMESPACE] = {"cgroup-namespace", CHILD, MD_STATE_NAMESPACES,
		"Makes the group we are in look like the root of the tree. It must come after joining, because the "
		"root is wherever the process stands at this moment.",
		"cgroup_namespaces(7)"},
	[MD_OP_PRIVATE_MOUNTS] = {"private-mounts", CHILD, MD_STATE_MOUNTS,
		"A new mount namespace starts as a copy that still shares events with the host. Making it a slave "
		"stops our mounts from appearing out there.",
		"mount_namespaces(7)"},
	[MD_OP_ATTACH_ROOT] = {"attach-root", CHILD, MD_STATE_MOUNTS,
		"Attaches the prepared root on top of this mount namespace. Paths still lead to the host's files "
		"until pivot-root.",
		"move_mount(2)"},
	[MD_OP_PROC] = {"proc", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"A fresh /proc shows the processes of the pid namespace of whoever mounts it. Without it, ps would "
		"show the host.",
		"proc(5), pid_namespaces(7)"},
	[MD_OP_DEV] = {"dev", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"An empty /dev in memory gets the few device nodes that every program expects, and terminals of "
		"its own.",
		"mknod(2), pts(4)"},
	[MD_OP_SHM] = {"shm", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"Shared memory is a file system in memory, with a size that bounds it.",
		"shm_overview(7), tmpfs(5)"},
	[MD_OP_MQUEUE] = {"mqueue", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"Shows the message queues of the container's own IPC namespace as files.",
		"mq_overview(7), ipc_namespaces(7)"},
	[MD_OP_SYS] = {"sys", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"/sys describes the kernel's devices. It is mounted read-only, because what is written there "
		"changes the host.",
		"sysfs(5)"},
	[MD_OP_CGROUP_MOUNT] = {"cgroup-mount", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"Shows the container its own control groups, read-only: programs read their memory limit here.",
		"cgroups(7), cgroup_namespaces(7)"},
	[MD_OP_DEVICE] = {"device", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"Adds the node of a device that was asked for. The device rules decide whether it can be opened.",
		"mknod(2)"},
	[MD_OP_VOLUME] = {"volume", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"The same directory, seen from two places: a bind mount lets the container keep data on the host. "
		"It is attached to a descriptor, so that no symbolic link in the image can lead it elsewhere.",
		"open_tree(2), move_mount(2)"},
	[MD_OP_TMPFS] = {"tmpfs", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"A file system in memory that vanishes with the container.",
		"tmpfs(5)"},
	[MD_OP_ETC_FILE] = {"etc-file", CHILD, MD_STATE_MOUNTS | MD_STATE_FILES,
		"Puts a generated file over the one of the image: names and addresses differ from container to "
		"container, the image does not.",
		"hosts(5), resolv.conf(5), hostname(5)"},
	[MD_OP_CONSOLE] = {"console", CHILD, MD_STATE_SESSION | MD_STATE_FDS | MD_STATE_MOUNTS | MD_STATE_FILES,
		"Makes a terminal pair in the container's own /dev/pts. The inner side becomes standard input, output "
		"and error; the outer side travels to the supervisor.",
		"pty(7), ioctl_tty(2)"},
	[MD_OP_STDIO] = {"stdio", CHILD, MD_STATE_FDS,
		"Standard input, output and error become the pipes of the supervisor, which writes the log.",
		"dup2(2), pipe(7)"},
	[MD_OP_HOSTNAME] = {"hostname", CHILD, MD_STATE_HOSTNAME,
		"The UTS namespace holds one host name. Changing it inside changes nothing outside.",
		"sethostname(2), uts_namespaces(7)"},
	[MD_OP_LOOPBACK] = {"loopback", CHILD, MD_STATE_NETWORK,
		"A new network namespace has one interface, lo, and it is down. Programs expect 127.0.0.1 to work.",
		"network_namespaces(7), netdevice(7)"},
	[MD_OP_SYSCTL] = {"sysctl", CHILD, MD_STATE_SYSCTL,
		"Kernel parameters that belong to a namespace can be set for the container alone.",
		"sysctl(8), proc_sys(5), namespaces(7)"},
	[MD_OP_MASK_PATHS] = {"mask-paths", CHILD, MD_STATE_MOUNTS,
		"Some files of /proc and /sys describe or control the whole machine. An empty file or directory is "
		"mounted over each.",
		"proc(5), mount(2)"},
	[MD_OP_READONLY_PATHS] = {"readonly-paths", CHILD, MD_STATE_MOUNTS,
		"Other parts of /proc may be read but must not be written: a write there would reach the host.",
		"mount_setattr(2), proc_sys(5)"},
	[MD_OP_PIVOT_ROOT] = {"pivot-root", CHILD, MD_STATE_ROOT | MD_STATE_MOUNTS,
		"Swaps the root of the mount namespace and then detaches the old one. The host's files are not "
		"hidden, they are gone: no path leads there any more.",
		"pivot_root(2)"},
	[MD_OP_CHROOT] = {"chroot", CHILD, MD_STATE_ROOT,
		"Only moves the name / for this process. The host's mounts are all still there, and a process with "
		"CAP_SYS_CHROOT and an open directory outside can walk out: use it to learn, not to isolate.",
		"chroot(2)"},
	[MD_OP_WORKDIR] = {"workdir", CHILD, MD_STATE_ROOT | MD_STATE_FILES,
		"The directory the command starts in; a start makes it when it is missing. It is checked to lie inside "
		"the root: a working directory outside would be a way out.",
		"chdir(2), getcwd(2)"},
	[MD_OP_READONLY_ROOT] = {"readonly-root", CHILD, MD_STATE_MOUNTS,
		"Makes the root mount read-only, after everything that had to be created in it was created.",
		"mount_setattr(2)"},
	[MD_OP_RLIMITS] = {"rlimits", CHILD, MD_STATE_LIMITS,
		"Limits of a single process, older than control groups: open files, core dumps, locked memory.",
		"getrlimit(2)"},
	[MD_OP_UMASK] = {"umask", CHILD, MD_STATE_LIMITS,
		"A known file mode mask, whatever that of the caller was.",
		"umask(2)"},
	[MD_OP_CLOSE_FDS] = {"close-fds", CHILD, MD_STATE_FDS,
		"Every descriptor beyond 0, 1 and 2 is marked to close at exec. One open host directory would be a "
		"way out of the root.",
		"close_range(2)"},
	[MD_OP_CAPABILITIES] = {"capabilities", CHILD, MD_STATE_CAPS,
		"Root's power is divided into about forty capabilities. All but a few are dropped, from the "
		"bounding set too, so that no program can get them back.",
		"capabilities(7)"},
	[MD_OP_USER] = {"user", CHILD, MD_STATE_IDS,
		"Sets user, group and supplementary groups, all of them explicitly: a group left over would be a "
		"right left over.",
		"setresuid(2), setgroups(2), credentials(7)"},
	[MD_OP_NO_NEW_PRIVS] = {"no-new-privs", CHILD, MD_STATE_CAPS,
		"From now on execve(2) can never give more rights than the process has: setuid programs lose "
		"their effect.",
		"prctl(2), PR_SET_NO_NEW_PRIVS"},
	[MD_OP_LANDLOCK] = {"landlock", CHILD, MD_STATE_CAPS,
		"Puts the process into a Landlock domain. All files stay as reachable as they were, but in any domain "
		"the kernel refuses to change mounts, whatever capabilities a process may get hold of.",
		"landlock(7), landlock_restrict_self(2)"},
	[MD_OP_SECCOMP] = {"seccomp", CHILD, MD_STATE_SECCOMP,
		"A small program runs in the kernel before every system call and refuses those that a container has "
		"no business making.",
		"seccomp(2), bpf(2)"},
	[MD_OP_EXEC] = {"exec", CHILD, MD_STATE_PROGRAM,
		"Replaces this program by the container's command. What was set up before stays; what could have set "
		"it up is gone.",
		"execve(2)"},
};
/* clang-format on */

const struct md_op_info *md_op_info(enum md_op_kind kind)
{
	assert(kind < MD_OP_COUNT && infos[kind].name);
	return &infos[kind];
}
