/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.c - the program minidock-init: pid 1 of a container started with --init.
 *
 *	minidock-init -- COMMAND [ARGUMENT...]
 *
 * The kernel gives pid 1 two duties that ordinary programs do not know of: orphaned processes
 * become its children and must be waited for, and signals without a handler do not reach it. This
 * one starts the command as a child, passes every signal on, collects every child, and ends as the
 * command ended (pid_namespaces(7)). Static, because it runs in images that may hold no library at
 * all.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_CANNOT_INVOKE 126
#define STATUS_NOT_FOUND     127

/*
 * A process group of its own, in the foreground of the terminal if there is one: Ctrl-C then
 * reaches the command once, from the terminal, and not a second time from us.
 */
static void take_terminal(void)
{
	(void)setpgid(0, 0);
	(void)tcsetpgrp(STDIN_FILENO, getpgrp());
}

static void become(char **argv, const sigset_t *old)
{
	int error;

	/* A background process that calls tcsetpgrp(3) is stopped by SIGTTOU unless that is
	 * blocked. */
	take_terminal();
	(void)sigprocmask(SIG_SETMASK, old, NULL);
	(void)execvp(argv[0], argv);
	error = errno;
	(void)dprintf(STDERR_FILENO, "minidock-init: execute '%s': %s\n", argv[0], strerror(error));
	_exit(error == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_INVOKE);
}

static int exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* Collect every child that has ended; true when the command was among them. */
static bool collect(pid_t command, int *ret_status)
{
	bool has_ended = false;
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			break;
		if (pid != command)
			continue;
		*ret_status = exit_status(status);
		has_ended = true;
	}
	return has_ended;
}

static int serve(pid_t command, const sigset_t *all)
{
	siginfo_t info;
	int status = 0;

	for (;;) {
		int signo = sigwaitinfo(all, &info);

		if (signo < 0)
			continue; /* EINTR */
		if (signo == SIGCHLD) {
			if (collect(command, &status))
				return status;
			continue;
		}
		/* The terminal's own signals went to its foreground group already. */
		if (signo == SIGTTIN || signo == SIGTTOU)
			continue;
		(void)kill(command, signo);
	}
}

int main(int argc, char **argv)
{
	sigset_t all, old;
	pid_t command;

	if (argc < 3 || strcmp(argv[1], "--") != 0) {
		(void)fprintf(stderr, "usage: minidock-init -- COMMAND [ARGUMENT...]\n");
		return STATUS_CANNOT_INVOKE;
	}
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	command = fork();
	if (command < 0) {
		(void)fprintf(stderr, "minidock-init: fork: %s\n", strerror(errno));
		return STATUS_CANNOT_INVOKE;
	}
	if (command == 0)
		become(argv + 2, &old);
	return serve(command, &all);
}
