/* SPDX-License-Identifier: Apache-2.0 */
#include "base/proc.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/number.h"
#include "base/sys.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#define STAT_MAX 4096 /* a line is below 1 KiB */

static int read_boot_id(char out[MD_BOOT_ID_MAX], struct md_error *err)
{
	md_auto_free char *text = NULL;

	if (md_fs_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", MD_BOOT_ID_MAX, &text, NULL,
		       err) < 0)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	if (strlen(text) >= MD_BOOT_ID_MAX)
		return md_fail(err, MD_ERR_CORRUPT, "boot id '%s' is too long", text);
	(void)snprintf(out, MD_BOOT_ID_MAX, "%s", text);
	return 0;
}

static int no_process(pid_t pid, struct md_error *err)
{
	return md_fail(err, MD_ERR_NOT_FOUND, "process %d does not exist", (int)pid);
}

static int read_start(pid_t pid, uint64_t *ret_start, struct md_error *err)
{
	md_auto_free char *text = NULL;
	struct md_error why = MD_ERROR_INIT;
	char path[40];
	pid_t parent;
	char state;

	if (pid <= 0)
		return no_process(pid, err);
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (md_fs_read(AT_FDCWD, path, STAT_MAX, &text, NULL, &why) < 0) {
		/* ESRCH: it ended between open and read. */
		if (why.code == MD_ERR_NOT_FOUND || why.sys_errno == ESRCH)
			return no_process(pid, err);
		*err = why;
		return -1;
	}
	if (md_proc_parse_stat(text, &state, &parent, ret_start, err) < 0)
		return md_error_prefix(err, "%s", path);
	return 0;
}

int md_proc_identify(pid_t pid, struct md_proc_id *ret, struct md_error *err)
{
	struct md_proc_id id = {.pid = pid};

	if (read_start(pid, &id.start_ticks, err) < 0 || read_boot_id(id.boot_id, err) < 0)
		return -1;
	*ret = id;
	return 0;
}

/* The pidfd may be of a later process with the same number: compare, then hand out. */
static int open_same(const struct md_proc_id *id, struct md_error *err)
{
	md_auto_close int pidfd = sys_pidfd_open(id->pid, 0);
	uint64_t start;
	int ended;

	if (pidfd < 0 && (errno == ESRCH || errno == EINVAL))
		return no_process(id->pid, err);
	if (pidfd < 0)
		return md_fail_errno(err, "pidfd_open of process %d", (int)id->pid);
	if (read_start(id->pid, &start, err) < 0)
		return -1;
	if (start != id->start_ticks)
		return no_process(id->pid, err);
	/* A zombie has ended; its state letter would say the same of a leader with live threads. */
	ended = md_proc_wait(pidfd, 0, err);
	if (ended < 0)
		return -1;
	if (ended)
		return no_process(id->pid, err);
	return md_steal_fd(&pidfd);
}

int md_proc_open(const struct md_proc_id *id, struct md_error *err)
{
	char boot_id[MD_BOOT_ID_MAX];

	if (id->pid <= 0)
		return no_process(id->pid, err);
	if (read_boot_id(boot_id, err) < 0)
		return -1;
	if (strcmp(boot_id, id->boot_id) != 0)
		return no_process(id->pid, err);
	return open_same(id, err);
}

bool md_proc_is_alive(const struct md_proc_id *id)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int pidfd = md_proc_open(id, &ignored);

	return pidfd >= 0;
}

int md_proc_wait(int pidfd, int timeout_ms, struct md_error *err)
{
	int64_t deadline_ns = md_clock_monotonic_ns() + timeout_ms * INT64_C(1000000);
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	int left_ms = timeout_ms;

	for (;;) {
		int n = poll(&p, 1, left_ms);

		if (n > 0 && (p.revents & POLLNVAL))
			return md_fail(err, MD_ERR_SYSTEM, "poll: %d is no open descriptor", pidfd);
		if (n >= 0)
			return n;
		if (errno != EINTR)
			return md_fail_errno(err, "poll of a pidfd");
		if (timeout_ms > 0) {
			int64_t left_ns = deadline_ns - md_clock_monotonic_ns();

			left_ms = left_ns > 0 ? (int)((left_ns + 999999) / 1000000) : 0;
		}
	}
}

/* As waitpid(2) would have said it: waitid(2) takes the word apart. */
static int wait_status(const siginfo_t *info)
{
	switch (info->si_code) {
	case CLD_KILLED:
		return info->si_status;
	case CLD_DUMPED:
		return info->si_status | 0x80;
	default:
		return (info->si_status & 0xff) << 8;
	}
}

int md_proc_reap(int pidfd, int *ret_status, struct md_error *err)
{
	siginfo_t info = {0};

	while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
		if (errno != EINTR)
			return md_fail_errno(err, "waitid of a pidfd");
	*ret_status = wait_status(&info);
	return 0;
}

int md_proc_signal(int pidfd, int signo, struct md_error *err)
{
	if (sys_pidfd_send_signal(pidfd, signo, NULL, 0) == 0)
		return 0;
	if (errno == ESRCH)
		return md_fail(err, MD_ERR_NOT_FOUND, "send %s: the process has ended",
			       md_signal_name(signo));
	return md_fail_errno(err, "send %s", md_signal_name(signo));
}

/* The next word of a line of numbers, as a string of its own; NULL at the end. */
static char *take_word(char **text)
{
	char *word = *text + strspn(*text, " ");
	size_t length = strcspn(word, " \n");

	if (length == 0)
		return NULL;
	*text = word + length + (word[length] != '\0');
	word[length] = '\0';
	return word;
}

/* Fields 3, 4 and 22 of proc(5); the word before the first one here ended with ')'. */
static bool parse_fields(char *fields, char *ret_state, int64_t *ret_parent, uint64_t *ret_start)
{
	struct md_error ignored = MD_ERROR_INIT;
	const char *state = NULL;
	const char *parent = NULL;
	const char *start = NULL;

	for (int field = 3; field <= 22; field++) {
		const char *word = take_word(&fields);

		if (!word)
			return false;
		if (field == 3)
			state = word;
		if (field == 4)
			parent = word;
		if (field == 22)
			start = word;
	}
	*ret_state = state[0];
	return strlen(state) == 1 && strchr("RSDZTtWXxKPI", state[0]) &&
	       md_parse_i64(parent, 0, INT32_MAX, ret_parent, &ignored) == 0 &&
	       md_parse_u64(start, 0, UINT64_MAX, ret_start, &ignored) == 0;
}

int md_proc_parse_stat(const char *text, char *ret_state, pid_t *ret_parent, uint64_t *ret_start,
		       struct md_error *err)
{
	const char *name_end = strrchr(text, ')');
	md_auto_free char *fields = NULL;
	int64_t parent;
	uint64_t start;
	char state;

	if (name_end)
		fields = md_xstrdup(name_end + 1);
	if (!fields || !parse_fields(fields, &state, &parent, &start))
		return md_fail(err, MD_ERR_CORRUPT, "'%.60s' is not a line of /proc/PID/stat",
			       text);
	*ret_state = state;
	*ret_parent = (pid_t)parent;
	*ret_start = start;
	return 0;
}

int md_proc_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
