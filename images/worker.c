/* SPDX-License-Identifier: Apache-2.0 */
#include "images/worker.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/sys.h"
#include "images/sanitizer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESULT_MAX ((size_t)64 << 10)

/* Where workers are, seen from the directory of the running program. */
static const char *const places[] = {
	".",         "../libexec/minidock", /* installed */
	"images",                           /* build trees */
	"../images", "../../images",
};

static char *own_directory(struct md_error *err)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0) {
		(void)md_fail_errno(err, "readlink '/proc/self/exe'");
		return NULL;
	}
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash) {
		(void)md_fail(err, MD_ERR_SYSTEM, "'/proc/self/exe' is no path");
		return NULL;
	}
	*slash = '\0';
	return md_xstrdup(path);
}

static char *executable(char *path)
{
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *find_worker(const char *name, struct md_error *err)
{
	const char *chosen = getenv("MINIDOCK_LIBEXEC");
	md_auto_free char *directory = own_directory(err);
	char *path = NULL;
	size_t i;

	if (!directory)
		return NULL;
	if (chosen)
		path = executable(md_xasprintf("%s/%s", chosen, name));
	for (i = 0; !path && i < sizeof(places) / sizeof(places[0]); i++)
		path = executable(md_xasprintf("%s/%s/%s", directory, places[i], name));
	if (!path)
		path = executable(md_xasprintf("%s/%s", MD_LIBEXEC_DIR, name));
	if (!path)
		(void)md_fail(err, MD_ERR_NOT_FOUND,
			      "program '%s' is not beside minidock in '%s' (set MINIDOCK_LIBEXEC)",
			      name, directory);
	return path;
}

/*
 * Copies above every target number first: posix_spawn's dup2 actions run in order, and a target
 * may be the number of a descriptor that is still to be copied.
 */
static int lift(const int fds[MD_WORKER_FDS], int lifted[MD_WORKER_FDS])
{
	size_t i;

	for (i = 0; i < MD_WORKER_FDS; i++) {
		if (fds[i] >= 0)
			lifted[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, MD_WORKER_FDS);
		else
			lifted[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fds[i] < 0 && lifted[i] >= 0 && lifted[i] < MD_WORKER_FDS) {
			int low = lifted[i];

			lifted[i] = fcntl(low, F_DUPFD_CLOEXEC, MD_WORKER_FDS);
			(void)close(low);
		}
		if (lifted[i] < 0)
			return -1;
	}
	return 0;
}

static pid_t spawn(const char *path, char *const argv[], const int lifted[MD_WORKER_FDS])
{
	char *nothing[] = {NULL};
	char **environment = MD_HAS_ASAN ? environ : nothing;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	pid_t pid = -1;
	int error;
	int i;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	for (i = 0; i < MD_WORKER_FDS; i++)
		(void)posix_spawn_file_actions_adddup2(&actions, lifted[i], i);
	error = posix_spawn(&pid, path, &actions, &attributes, argv, environment);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	errno = error;
	return error == 0 ? pid : -1;
}

static int start_with(const char *path, const char *argument, const int fds[MD_WORKER_FDS],
		      struct md_worker *ret, struct md_error *err)
{
	char *argv[] = {(char *)ret->name, (char *)argument, NULL};
	int lifted[MD_WORKER_FDS] = {-1, -1, -1, -1, -1, -1};
	pid_t pid = -1;
	size_t i;

	if (lift(fds, lifted) == 0)
		pid = spawn(path, argv, lifted);
	if (pid < 0)
		(void)md_fail_errno(err, "start '%s'", path);
	for (i = 0; i < MD_WORKER_FDS; i++)
		md_close_fd(&lifted[i]);
	if (pid < 0)
		return -1;
	ret->pidfd = sys_pidfd_open(pid, 0);
	if (ret->pidfd >= 0)
		return 0;
	(void)md_fail_errno(err, "pidfd_open of '%s'", path);
	(void)kill(pid, SIGKILL); /* our own child, not yet waited for: the pid is still its */
	(void)waitpid(pid, NULL, 0);
	return -1;
}

int md_worker_start(const char *name, const char *argument, const int fds[MD_WORKER_FDS],
		    struct md_worker *ret, struct md_error *err)
{
	md_auto_free char *path = find_worker(name, err);
	struct md_worker worker = {.name = name, .pidfd = -1, .result_fd = -1};
	int all[MD_WORKER_FDS];
	int result[2];

	if (!path)
		return -1;
	if (pipe2(result, O_CLOEXEC) < 0)
		return md_fail_errno(err, "pipe for '%s'", name);
	memcpy(all, fds, sizeof(all));
	all[MD_WORKER_STDERR] = STDERR_FILENO;
	all[MD_WORKER_RESULT] = result[1];
	worker.result_fd = result[0];
	if (start_with(path, argument, all, &worker, err) < 0)
		md_close_fd(&worker.result_fd);
	(void)close(result[1]);
	if (worker.pidfd < 0)
		return -1;
	*ret = worker;
	return 0;
}

static int read_result(const struct md_worker *worker, struct md_str *text, struct md_error *err)
{
	char buffer[4096];

	for (;;) {
		ssize_t n = read(worker->result_fd, buffer, sizeof(buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return md_fail_errno(err, "read the result of '%s'", worker->name);
		if (n == 0)
			return 0;
		if (text->length + (size_t)n > RESULT_MAX)
			return md_fail(err, MD_ERR_PEER, "'%s': its result is too long",
				       worker->name);
		md_str_add_bytes(text, buffer, (size_t)n);
	}
}

static int check_status(const struct md_worker *worker, int status, struct md_error *err)
{
	if (WIFSIGNALED(status))
		return md_fail(err, MD_ERR_PEER, "'%s' was killed by %s", worker->name,
			       md_signal_name(WTERMSIG(status)));
	if (WEXITSTATUS(status) != 0)
		return md_fail(err, MD_ERR_PEER, "'%s' ended with status %d and no result",
			       worker->name, WEXITSTATUS(status));
	return md_fail(err, MD_ERR_PEER, "'%s' gave no result", worker->name);
}

static int adopt_error(const struct md_json *result, struct md_error *err)
{
	const char *message = md_json_get_string(result, "error", NULL);
	int64_t code = md_json_get_number(result, "code", MD_ERR_PEER);
	bool known = code > MD_OK && code <= MD_ERR_NO_COMMAND;

	if (!message)
		return 0;
	return md_fail(err, known ? (enum md_error_code)code : MD_ERR_PEER, "%s", message);
}

struct md_json *md_worker_finish(struct md_worker *worker, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	md_auto_json struct md_json *result = NULL;
	int status = 0;

	if (read_result(worker, &text, err) < 0)
		return NULL;
	if (md_proc_reap(worker->pidfd, &status, err) < 0)
		return NULL;
	md_close_fd(&worker->pidfd);
	if (text.length == 0) {
		(void)check_status(worker, status, err);
		return NULL;
	}
	result = md_json_parse(md_str_get(&text), text.length, err);
	if (!result || adopt_error(result, err) < 0)
		return NULL;
	return md_steal_ptr(&result);
}

void md_worker_fini(struct md_worker *worker)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_error ignored_too = MD_ERROR_INIT;
	int status;

	if (worker->pidfd >= 0) {
		(void)md_proc_signal(worker->pidfd, SIGKILL, &ignored);
		(void)md_proc_reap(worker->pidfd, &status, &ignored_too);
	}
	md_close_fd(&worker->pidfd);
	md_close_fd(&worker->result_fd);
}
