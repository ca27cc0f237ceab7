/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/print_flags.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <stdbool.h>
#include <sys/resource.h>

/* From <sys/mount.h>, which cannot be included beside <linux/mount.h> on Debian 12. */
#define MNT_DETACH 2

struct name {
	uint64_t value;
	const char *text;
};

#define NAME(constant)                          \
	{                                       \
		(uint64_t)(constant), #constant \
	}

static const struct name open_flags[] = {
	NAME(O_WRONLY), NAME(O_RDWR),     NAME(O_CREAT),     NAME(O_EXCL),     NAME(O_TRUNC),
	NAME(O_APPEND), NAME(O_NONBLOCK), NAME(O_DIRECTORY), NAME(O_NOFOLLOW), NAME(O_CLOEXEC),
	NAME(O_PATH),   NAME(O_NOCTTY),   {0, NULL},
};

static const struct name clone_flags[] = {
	NAME(CLONE_NEWNS),  NAME(CLONE_NEWUTS), NAME(CLONE_NEWIPC),    NAME(CLONE_NEWUSER),
	NAME(CLONE_NEWPID), NAME(CLONE_NEWNET), NAME(CLONE_NEWCGROUP), NAME(CLONE_NEWTIME),
	NAME(CLONE_PIDFD),  {0, NULL},
};

static const struct name ms_flags[] = {
	NAME(MS_RDONLY),      NAME(MS_NOSUID), NAME(MS_NODEV),  NAME(MS_NOEXEC),
	NAME(MS_REMOUNT),     NAME(MS_BIND),   NAME(MS_REC),    NAME(MS_MOVE),
	NAME(MS_PRIVATE),     NAME(MS_SLAVE),  NAME(MS_SHARED), NAME(MS_UNBINDABLE),
	NAME(MS_NOSYMFOLLOW), {0, NULL},
};

static const struct name attr_flags[] = {
	NAME(MOUNT_ATTR_RDONLY),
	NAME(MOUNT_ATTR_NOSUID),
	NAME(MOUNT_ATTR_NODEV),
	NAME(MOUNT_ATTR_NOEXEC),
	NAME(MOUNT_ATTR_IDMAP),
	NAME(MOUNT_ATTR_NOSYMFOLLOW),
	{0, NULL},
};

static const struct name tree_flags[] = {
	NAME(OPEN_TREE_CLONE), NAME(OPEN_TREE_CLOEXEC),   NAME(AT_RECURSIVE),
	NAME(AT_EMPTY_PATH),   NAME(AT_SYMLINK_NOFOLLOW), {0, NULL},
};

static const struct name umount_flags[] = {NAME(MNT_DETACH), {0, NULL}};

static const struct name propagations[] = {
	NAME(MS_PRIVATE), NAME(MS_SLAVE), NAME(MS_SHARED), NAME(MS_UNBINDABLE), {0, NULL},
};

static const struct name rlimits[] = {
	NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE),  NAME(RLIMIT_DATA),
	NAME(RLIMIT_STACK),    NAME(RLIMIT_CORE),   NAME(RLIMIT_RSS),
	NAME(RLIMIT_NPROC),    NAME(RLIMIT_NOFILE), NAME(RLIMIT_MEMLOCK),
	NAME(RLIMIT_AS),       NAME(RLIMIT_LOCKS),  NAME(RLIMIT_SIGPENDING),
	NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),   NAME(RLIMIT_RTPRIO),
	NAME(RLIMIT_RTTIME),   {0, NULL},
};

static const struct name prctls[] = {
	NAME(PR_SET_NO_NEW_PRIVS), NAME(PR_SET_KEEPCAPS),  NAME(PR_SET_DUMPABLE),
	NAME(PR_SET_SECUREBITS),   NAME(PR_SET_PDEATHSIG), {0, NULL},
};

static const struct name *table_of(enum md_arg_type type)
{
	static const struct {
		enum md_arg_type type;
		const struct name *names;
	} tables[] = {
		{MD_ARG_OPEN_FLAGS, open_flags},
		{MD_ARG_CLONE_FLAGS, clone_flags},
		{MD_ARG_MS_FLAGS, ms_flags},
		{MD_ARG_ATTR_FLAGS, attr_flags},
		{MD_ARG_TREE_FLAGS, tree_flags},
		{MD_ARG_UMOUNT_FLAGS, umount_flags},
		{MD_ARG_PROPAGATION, propagations},
		{MD_ARG_RLIMIT, rlimits},
		{MD_ARG_PRCTL, prctls},
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].type == type)
			return tables[i].names;
	return NULL;
}

/* One of several values, rather than a sum of bits. */
static bool is_enumeration(enum md_arg_type type)
{
	return type == MD_ARG_RLIMIT || type == MD_ARG_PRCTL;
}

static void print_one(const struct name *names, uint64_t value, struct md_str *out)
{
	for (; names->text; names++)
		if (names->value == value) {
			md_str_add(out, names->text);
			return;
		}
	md_str_addf(out, "%" PRIu64, value);
}

static void print_bits(const struct name *names, uint64_t value, struct md_str *out)
{
	const char *separator = "";

	for (; names->text; names++) {
		if (names->value == 0 || (value & names->value) != names->value)
			continue;
		md_str_addf(out, "%s%s", separator, names->text);
		separator = "|";
		value &= ~names->value;
	}
	if (value != 0)
		md_str_addf(out, "%s%#" PRIx64, separator, value);
	else if (!*separator)
		md_str_add(out, "0");
}

void md_print_flags(enum md_arg_type type, uint64_t value, struct md_str *out)
{
	const struct name *names = table_of(type);

	/* O_RDONLY is the absence of the others. */
	if (type == MD_ARG_OPEN_FLAGS && (value & (O_WRONLY | O_RDWR | O_PATH)) == 0)
		md_str_add(out, value ? "O_RDONLY|" : "O_RDONLY");
	if (type == MD_ARG_OPEN_FLAGS && value == 0)
		return;
	if (!names)
		md_str_addf(out, "%" PRId64, (int64_t)value);
	else if (is_enumeration(type))
		print_one(names, value, out);
	else
		print_bits(names, value, out);
}
