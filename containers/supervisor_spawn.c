/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/supervisor_spawn.h"

#include "base/cleanup.h"
#include "containers/sealed_exe.h"
#include "containers/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

/* Out of the way of the numbers that the descriptors will get in the new process. */
static int move_up(int *fd, struct md_error *err)
{
	int moved = fcntl(*fd, F_DUPFD_CLOEXEC, MD_SUPERVISOR_LOCK_FD + 1);

	if (moved < 0)
		return md_fail_errno(err, "duplicate a descriptor");
	(void)close(*fd);
	*fd = moved;
	return 0;
}

/* Ours, and what the sanitizers of a test build want; nothing else of the caller's environment. */
static void build_env(const struct md_store *store, struct md_strv *env)
{
	static const char *const kept[] = {"MINIDOCK_",
					   "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS="};

	for (char **entry = environ; *entry; entry++)
		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (md_str_starts(*entry, kept[i]))
				md_strv_add(env, *entry);
	md_strv_set(env, "MINIDOCK_ROOT", md_store_root(store));
	md_strv_set(env, "MINIDOCK_RUN", md_store_run_dir(store));
}

struct image {
	int exe, client, lock;
	char **argv, **envp;
};

/*
 * vfork(2): the child shares our memory until it has executed, so it makes system calls only. The
 * errno of a failure is left in our own variable.
 */
static pid_t execute(const struct image *image, int *ret_errno)
{
	pid_t pid = vfork();

	if (pid != 0)
		return pid;
	if (dup2(image->client, MD_SUPERVISOR_CLIENT_FD) >= 0 &&
	    dup2(image->lock, MD_SUPERVISOR_LOCK_FD) >= 0)
		(void)execveat(image->exe, "", image->argv, image->envp, AT_EMPTY_PATH);
	*ret_errno = errno;
	_exit(125);
}

static int start(struct md_store *store, const struct md_record *record, int client, int lock,
		 struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv argv = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv env = MD_STRV_INIT;
	md_auto_close int exe = md_sealed_exe_open(err);
	int child_errno = 0;

	if (exe < 0 || move_up(&exe, err) < 0)
		return -1;
	md_strv_addf(&argv, "minidock:[supervisor %s]", record->name);
	md_strv_add(&argv, "supervise");
	md_strv_add(&argv, record->id);
	build_env(store, &env);
	const struct image image = {exe, client, lock, argv.items, env.items};

	if (execute(&image, &child_errno) < 0)
		return md_fail_errno(err, "vfork the supervisor");
	if (child_errno == 0)
		return 0;
	errno = child_errno;
	return md_fail_errno(err, "execute the supervisor");
}

int md_supervisor_spawn(struct md_store *store, const struct md_record *record, int lock,
			struct md_error *err)
{
	md_auto_close int theirs = -1;
	md_auto_close int ours = -1;
	md_auto_close int shared_lock = -1;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return md_fail_errno(err, "socketpair");
	ours = pair[0];
	theirs = pair[1];
	shared_lock = fcntl(lock, F_DUPFD_CLOEXEC, MD_SUPERVISOR_LOCK_FD + 1);
	if (shared_lock < 0)
		return md_fail_errno(err, "duplicate the lock");
	if (move_up(&theirs, err) < 0 || start(store, record, theirs, shared_lock, err) < 0)
		return -1;
	return md_steal_fd(&ours);
}
