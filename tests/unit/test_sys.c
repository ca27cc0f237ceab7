/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/sys.h"
#include "tests/unit/force_errno.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* An answer that none of these calls gives by itself: who sees it has made the call. */
#define MARK EXFULL

static long call_openat2(void)
{
	return sys_openat2(-1, NULL, NULL, 0);
}

static long call_open_tree(void)
{
	return sys_open_tree(-1, NULL, 0);
}

static long call_move_mount(void)
{
	return sys_move_mount(-1, NULL, -1, NULL, 0);
}

static long call_fsopen(void)
{
	return sys_fsopen(NULL, 0);
}

static long call_fsconfig(void)
{
	return sys_fsconfig(-1, 0, NULL, NULL, 0);
}

static long call_fsmount(void)
{
	return sys_fsmount(-1, 0, 0);
}

static long call_mount_setattr(void)
{
	return sys_mount_setattr(-1, NULL, 0, NULL, 0);
}

static long call_pivot_root(void)
{
	return sys_pivot_root(NULL, NULL);
}

static long call_clone3(void)
{
	return sys_clone3(NULL, 0);
}

static long call_pidfd_open(void)
{
	return sys_pidfd_open(-1, 0);
}

static long call_pidfd_send_signal(void)
{
	return sys_pidfd_send_signal(-1, 0, NULL, 0);
}

static long call_close_range(void)
{
	return sys_close_range(2, 1, 0);
}

static long call_seccomp(void)
{
	return sys_seccomp(~0U, 0, NULL);
}

static long call_bpf(void)
{
	return sys_bpf(-1, NULL, 0);
}

static long call_keyctl(void)
{
	return sys_keyctl(-1, 0, 0);
}

static long call_capset(void)
{
	return sys_capset(NULL, NULL);
}

static const struct {
	const char *name;
	unsigned int number;
	long (*call)(void);
} calls[] = {
	{"openat2", SYS_openat2, call_openat2},
	{"open_tree", SYS_open_tree, call_open_tree},
	{"move_mount", SYS_move_mount, call_move_mount},
	{"fsopen", SYS_fsopen, call_fsopen},
	{"fsconfig", SYS_fsconfig, call_fsconfig},
	{"fsmount", SYS_fsmount, call_fsmount},
	{"mount_setattr", SYS_mount_setattr, call_mount_setattr},
	{"pivot_root", SYS_pivot_root, call_pivot_root},
	{"clone3", SYS_clone3, call_clone3},
	{"pidfd_open", SYS_pidfd_open, call_pidfd_open},
	{"pidfd_send_signal", SYS_pidfd_send_signal, call_pidfd_send_signal},
	{"close_range", SYS_close_range, call_close_range},
	{"seccomp", SYS_seccomp, call_seccomp},
	{"bpf", SYS_bpf, call_bpf},
	{"keyctl", SYS_keyctl, call_keyctl},
	{"capset", SYS_capset, call_capset},
};

/* Exit status of a child in which only this call answers MARK: 0 when the wrapper saw it. */
static int see_mark(size_t i)
{
	int status = -1;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		errno = 0;
		/* Without the filter it must be something else, or the proof is none. */
		if (calls[i].call() != -1 || errno == MARK)
			exit(1);
		if (force_errno(calls[i].number, MARK) < 0)
			exit(77);
		exit(calls[i].call() == -1 && errno == MARK ? 0 : 2);
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_wrapper_makes_its_own_call(void)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		int status = see_mark(i);

		if (status)
			printf("# %s: %d\n", calls[i].name, status);
		CHECK(status == 0 || status == 77);
	}
}

static void arguments_arrive_in_order(void)
{
	int fd = dup(1);
	int pidfd = sys_pidfd_open(getpid(), 0);

	CHECK(fd >= 0 && sys_close_range((unsigned int)fd, (unsigned int)fd, 0) == 0);
	CHECK(close(fd) == -1 && errno == EBADF);
	CHECK(pidfd >= 0 && sys_pidfd_send_signal(pidfd, 0, NULL, 0) == 0);
	CHECK(sys_pidfd_send_signal(pidfd, 0, NULL, 1U << 31) == -1 && errno == EINVAL);
	CHECK(close(pidfd) == 0);
}

int main(void)
{
	RUN(every_wrapper_makes_its_own_call);
	RUN(arguments_arrive_in_order);
	return DONE();
}
