/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack_newcomers.c - attack every process that appears in this container: attach to it, read its
 * descriptors, open its program for writing. A process whose program belongs to the container is
 * fair game and not counted; one that still runs the engine's program is the hole. Prints "ready",
 * then one line per success. Ends at SIGTERM, or when /stop exists.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIDS_MAX 4096

static bool is_ours[PIDS_MAX]; /* runs a program of the container, by pid */

/* 1: it runs what is not in this container, 0: it runs what is, or may not be looked at, -1: it is
 * gone. */
static int is_foreign(pid_t pid)
{
	char path[64], target[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return errno == EACCES || errno == EPERM ? 0 : -1;
	target[n] = '\0';
	return access(target, X_OK) != 0 || strstr(target, "memfd:") || strstr(target, "minidock");
}

static bool runs_ours(pid_t pid)
{
	char path[64], target[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	return n > 0 && is_foreign(pid) == 0;
}

static void try_program(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (is_foreign(pid) > 0)
			printf("opened the program of %d for writing\n", pid);
		close(fd);
	}
}

static void try_descriptors(pid_t pid)
{
	char path[64];
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	if (!fds)
		return;
	if (readdir(fds) && is_foreign(pid) > 0)
		printf("read the descriptors of %d\n", pid);
	closedir(fds);
}

static void try_attach(pid_t pid)
{
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0)
		return;
	waitpid(pid, NULL, __WALL);
	if (is_foreign(pid) > 0)
		printf("attached to %d\n", pid);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static void attack_all(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		exit(1);
	for (entry = readdir(proc); entry; entry = readdir(proc)) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 1 || pid >= PIDS_MAX || pid == getpid() || is_ours[pid])
			continue;
		try_program(pid);
		try_descriptors(pid);
		try_attach(pid);
		is_ours[pid] = runs_ours(pid);
	}
	closedir(proc);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (access("/stop", F_OK) != 0)
		attack_all();
	return 0;
}
