/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - the kinds of kernel call that a program can hold, and what their arguments mean.
 *
 * One table (MD_CALLS) says for every kind the name under which strace(1) would show it and how
 * each argument prints. runtime/perform.c has one small function per kind; runtime/print.c needs
 * nothing but this table.
 *
 * Kinds whose name has no system call of the same name are primitives, with their calls said here:
 *
 *	write_file       openat(O_WRONLY | O_CLOEXEC), write, close
 *	write_cgroup     the same with fstatfs before the write: refused outside cgroup file systems
 *	cgroup_inherit   (directory, name) a control file that reads as empty gets what the file of
 *	                 that name in the directory above holds: read, then write_cgroup
 *	write_proc       write_file on /proc/PID/<name> of the first process
 *	open_proc        openat on /proc/PID/<name> of the first process
 *	write_sysctl     root_open below the container's /proc/sys, fstatfs (refused outside
 *	                 procfs), write, close
 *	chown_pipe       fstat, fchown, only if it is a pipe: never a device of the host
 *	mount_on         mount(2) on /proc/self/fd/N, for kernels without the mount API
 *	root_mkdirs      md_safe_mkdirs(): mkdirat, openat2(RESOLVE_IN_ROOT) per component
 *	root_system_dir  mkdirat, openat2(RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS): /proc, /sys and
 *	                 /dev of an image must be directories, a link is refused
 *	root_touch       md_safe_touch(); root_open: md_safe_open()
 *	console          open /dev/pts/ptmx inside, TIOCSPTLCK, TIOCGPTPEER, TIOCSWINSZ, TIOCSCTTY;
 *	                 the outer side goes into the output slot, the inner one into <stdin>
 *	link_up          socket, ioctl(SIOCGIFFLAGS, SIOCSIFFLAGS): bring an interface up
 *	remount_path     root_open, open_tree(OPEN_TREE_CLONE | AT_RECURSIVE), mount_setattr,
 *	                 move_mount onto itself; missing is fine
 *	mask             open the path inside; a directory gets the empty tmpfs, a file /dev/null;
 *	                 missing is fine
 *	setfsid          setfsgid, setfsuid, capset: the ids for files alone, capabilities kept
 *	landlock         landlock_create_ruleset, _add_rule, _restrict_self: a domain that takes no
 *	                 file away, but forbids to change mounts
 *	exec             execve for each directory of PATH, or execveat for --init
 */
#ifndef MD_RUNTIME_CALL_H
#define MD_RUNTIME_CALL_H

/* How an argument is stored and printed. */
enum md_arg_type {
	MD_ARG_NONE = 0,
	MD_ARG_INT,
	MD_ARG_U64,
	MD_ARG_MODE,         /* octal */
	MD_ARG_SLOT,         /* descriptor */
	MD_ARG_TEXT,         /* quoted string */
	MD_ARG_DATA,         /* bytes; printed like text when printable */
	MD_ARG_BPF,          /* struct sock_filter[]; printed as a count */
	MD_ARG_EBPF,         /* struct bpf_insn[] */
	MD_ARG_IDS,          /* gid_t[] */
	MD_ARG_STRINGS,      /* NUL-separated strings: an argv */
	MD_ARG_DEVICE,       /* makedev(major, minor) */
	MD_ARG_CAP,          /* CAP_NAME */
	MD_ARG_CAPS,         /* set of capabilities */
	MD_ARG_OPEN_FLAGS,   /* O_* */
	MD_ARG_CLONE_FLAGS,  /* CLONE_* */
	MD_ARG_MS_FLAGS,     /* MS_* */
	MD_ARG_ATTR_FLAGS,   /* MOUNT_ATTR_* */
	MD_ARG_TREE_FLAGS,   /* OPEN_TREE_*, AT_RECURSIVE, AT_EMPTY_PATH */
	MD_ARG_UMOUNT_FLAGS, /* MNT_* */
	MD_ARG_RLIMIT,       /* RLIMIT_* */
	MD_ARG_PROPAGATION,  /* MS_PRIVATE, MS_SLAVE, MS_SHARED */
	MD_ARG_PRCTL,        /* PR_* */
};

/* clang-format off */
/* X(constant, name, argument types...) */
#define MD_CALLS(X)                                                                               \
	/* files and directories */                                                               \
	X(MKDIRAT, "mkdirat", SLOT, TEXT, MODE)                                                   \
	X(UNLINKAT, "unlinkat", SLOT, TEXT, INT)                                                  \
	X(RMDIR, "rmdir", TEXT)                                                                   \
	X(SYMLINKAT, "symlinkat", TEXT, SLOT, TEXT)                                               \
	X(MKNODAT, "mknodat", SLOT, TEXT, MODE, DEVICE)                                           \
	X(FCHMODAT, "fchmodat", SLOT, TEXT, MODE)                                                 \
	X(FCHOWNAT, "fchownat", SLOT, TEXT, INT, INT)                                             \
	X(OPENAT, "openat", SLOT, TEXT, OPEN_FLAGS, MODE)                                         \
	X(CLOSE, "close", SLOT)                                                                   \
	X(DUP2, "dup2", SLOT, INT)                                                                \
	X(WRITE_FILE, "write_file", SLOT, TEXT, DATA)                                             \
	X(WRITE_CGROUP, "write_cgroup", SLOT, TEXT, DATA)                                         \
	X(CGROUP_INHERIT, "cgroup_inherit", TEXT, TEXT)                                           \
	X(WRITE_PROC, "write_proc", TEXT, DATA)                                                   \
	X(WRITE_SYSCTL, "write_sysctl", SLOT, TEXT, DATA)                                         \
	X(CHOWN_PIPE, "chown_pipe", SLOT, INT, INT)                                               \
	X(OPEN_PROC, "open_proc", TEXT, OPEN_FLAGS)                                               \
	/* inside the container's root */                                                         \
	X(ROOT_MKDIRS, "root_mkdirs", SLOT, TEXT, MODE)                                           \
	X(ROOT_SYSTEM_DIR, "root_system_dir", SLOT, TEXT, MODE)                                   \
	X(ROOT_TOUCH, "root_touch", SLOT, TEXT, MODE)                                             \
	X(ROOT_OPEN, "root_open", SLOT, TEXT, OPEN_FLAGS)                                         \
	X(MASK, "mask", SLOT, TEXT, SLOT, SLOT)                                                   \
	X(REMOUNT_PATH, "remount_path", SLOT, TEXT, ATTR_FLAGS)                                   \
	/* processes and namespaces */                                                            \
	X(CLONE, "clone3", CLONE_FLAGS, SLOT)                                                     \
	X(CLONE_OLD, "clone", CLONE_FLAGS)                                                        \
	X(UNSHARE, "unshare", CLONE_FLAGS)                                                        \
	X(SETNS, "setns", SLOT, CLONE_FLAGS)                                                      \
	/* mounts */                                                                              \
	X(MOUNT, "mount", TEXT, TEXT, TEXT, MS_FLAGS, TEXT)                                       \
	X(MOUNT_ON, "mount_on", TEXT, SLOT, TEXT, MS_FLAGS, TEXT)                                 \
	X(UMOUNT2, "umount2", TEXT, UMOUNT_FLAGS)                                                 \
	X(OPEN_TREE, "open_tree", SLOT, TEXT, TREE_FLAGS)                                         \
	X(MOVE_MOUNT, "move_mount", SLOT, SLOT)                                                   \
	X(FSOPEN, "fsopen", TEXT)                                                                 \
	X(FSCONFIG_STRING, "fsconfig_string", SLOT, TEXT, TEXT)                                   \
	X(FSCONFIG_FLAG, "fsconfig_flag", SLOT, TEXT)                                             \
	X(FSCONFIG_FD, "fsconfig_fd", SLOT, TEXT, SLOT)                                           \
	X(FSCONFIG_CREATE, "fsconfig_create", SLOT)                                               \
	X(FSMOUNT, "fsmount", SLOT, ATTR_FLAGS)                                                   \
	X(MOUNT_SETATTR, "mount_setattr", SLOT, TREE_FLAGS, ATTR_FLAGS, PROPAGATION, SLOT)        \
	X(PIVOT_ROOT, "pivot_root", TEXT, TEXT)                                                   \
	X(CHROOT, "chroot", TEXT)                                                                 \
	X(CHDIR, "chdir", TEXT)                                                                   \
	X(FCHDIR, "fchdir", SLOT)                                                                 \
	X(CHECK_CWD, "getcwd", TEXT)                                                              \
	/* attributes of the process */                                                           \
	X(SETHOSTNAME, "sethostname", TEXT)                                                       \
	X(SETDOMAINNAME, "setdomainname", TEXT)                                                   \
	X(LINK_UP, "link_up", TEXT)                                                               \
	X(PRLIMIT, "prlimit64", RLIMIT, U64, U64)                                                 \
	X(UMASK, "umask", MODE)                                                                   \
	X(SETSID, "setsid", INT)                                                                  \
	X(CONSOLE, "console", SLOT, INT, INT)                                                     \
	X(KEYCTL_JOIN, "keyctl_join_session_keyring", TEXT)                                       \
	X(SETGROUPS, "setgroups", IDS)                                                            \
	X(SETRESGID, "setresgid", INT)                                                            \
	X(SETFSID, "setfsid", INT, INT)                                                           \
	X(SETRESUID, "setresuid", INT)                                                            \
	X(PRCTL, "prctl", PRCTL, U64)                                                             \
	X(CAPBSET_DROP, "prctl_capbset_drop", CAP)                                                \
	X(AMBIENT_RAISE, "prctl_cap_ambient_raise", CAP)                                          \
	X(CAPSET, "capset", CAPS, CAPS, CAPS)                                                     \
	X(LANDLOCK, "landlock", TEXT)                                                             \
	X(SECCOMP, "seccomp", BPF)                                                                \
	X(BPF_DEVICE, "bpf_prog_attach", SLOT, EBPF)                                              \
	X(CLOSE_RANGE, "close_range", INT)                                                        \
	X(EXEC, "execve", STRINGS, STRINGS, SLOT)                                                 \
	/* undo */                                                                                \
	X(CGROUP_KILL, "cgroup_kill", TEXT)                                                       \
	X(CGROUP_REMOVE, "cgroup_remove", TEXT)
/* clang-format on */

enum md_call_kind {
#define X(constant, ...) MD_CALL_##constant,
	MD_CALLS(X)
#undef X
	MD_CALL_COUNT,
};

struct md_call_info {
	const char *name;
	enum md_arg_type args[6]; /* ends with MD_ARG_NONE */
};

/* Never NULL; `kind` must be below MD_CALL_COUNT. */
const struct md_call_info *md_call_info(enum md_call_kind kind);

/* Number of arguments that the kind takes. */
unsigned int md_call_arg_count(enum md_call_kind kind);

/* The kind with that name, MD_CALL_COUNT if there is none. */
enum md_call_kind md_call_find(const char *name);

#endif
