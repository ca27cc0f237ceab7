/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/number.h"
#include "containers/lifecycle_parts.h"
#include "runtime/cgroup.h"
#include "runtime/host_probe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PROC_FILE_MAX (256 * 1024)

/* A file of /proc/PID; NULL when the process has ended. NUL bytes stay. */
static char *read_proc(pid_t pid, const char *name, size_t *ret_length)
{
	char path[64], *text = md_xcalloc(1, PROC_FILE_MAX + 1);
	md_auto_close int fd = -1;
	ssize_t n;

	*ret_length = 0;
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && *ret_length < PROC_FILE_MAX) {
		n = read(fd, text + *ret_length, PROC_FILE_MAX - *ret_length);
		if (n <= 0)
			break;
		*ret_length += (size_t)n;
	}
	if (*ret_length > 0 || (fd >= 0 && strcmp(name, "cmdline") == 0))
		return text;
	free(text);
	return NULL;
}

/* The last number on the line "NSpid:\t4711\t1": the pid in the innermost namespace. */
static pid_t inner_pid(const char *status, pid_t otherwise)
{
	const char *line = strstr(status, "\nNSpid:");
	const char *end, *start;

	if (!line)
		return otherwise;
	end = line + 1 + strcspn(line + 1, "\n");
	for (start = end; start > line && start[-1] != '\t' && start[-1] != ' ';)
		start--;
	return (pid_t)strtol(start, NULL, 10);
}

static uint64_t status_number(const char *status, const char *key, uint64_t otherwise)
{
	const char *line = strstr(status, key);

	return line ? strtoull(line + strlen(key), NULL, 10) : otherwise;
}

/* tty_nr of proc(5): minor in bits 31-20 and 7-0, major in bits 15-8. Unix98 slaves are 136-143. */
static char *terminal_name(unsigned int number)
{
	unsigned int major_number = number >> 8 & 0xff;
	unsigned int minor_number = (number & 0xff) | (number >> 12 & 0xfff00);

	if (major_number >= 136 && major_number <= 143)
		return md_xasprintf("pts/%u", (major_number - 136) * 256 + minor_number);
	return md_xstrdup("?");
}

static int64_t boot_ns(void)
{
	struct timespec since_boot;

	(void)clock_gettime(CLOCK_BOOTTIME, &since_boot);
	return md_clock_wall_ns() - since_boot.tv_sec * 1000000000LL - since_boot.tv_nsec;
}

/*
 * Fields of /proc/PID/stat behind the last ')', because the name before it may hold anything:
 * state(3) ppid(4) pgrp session tty_nr(7) ... utime(14) stime(15) ... starttime(22) vsize rss(24).
 */
static bool parse_stat(const char *stat, struct md_top_process *process)
{
	const long ticks = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
	const char *rest = strrchr(stat, ')');
	unsigned int tty;
	uint64_t user, system, start;
	int64_t rss;

	if (!rest ||
	    sscanf(rest + 1,
		   " %c %d %*d %*d %u %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
		   " %*d %*d %*d %*d %*d %*d %" SCNu64 " %*u %" SCNd64,
		   &process->state, &process->parent, &tty, &user, &system, &start, &rss) != 7)
		return false;
	process->cpu_ms = (user + system) * 1000 / (uint64_t)ticks;
	process->rss_bytes = rss > 0 ? (uint64_t)rss * (uint64_t)page : 0;
	process->started_ns = boot_ns() + (int64_t)(start * 1000000000ULL / (uint64_t)ticks);
	process->terminal = terminal_name(tty);
	return true;
}

/* Arguments with spaces between them; "[name]" in brackets for a process that has none. */
static char *command_of(pid_t pid, const char *status)
{
	size_t length;
	md_auto_free char *line = read_proc(pid, "cmdline", &length);
	const char *name = strchr(status, '\t');

	if (line && length > 0) {
		for (size_t i = 0; i + 1 < length; i++)
			if (line[i] == '\0')
				line[i] = ' ';
		return md_steal_ptr(&line);
	}
	if (!name)
		return md_xstrdup("?");
	return md_xasprintf("[%.*s]", (int)strcspn(name + 1, "\n"), name + 1);
}

/* False when the process ended while it was looked at. */
static bool look_at(pid_t pid, struct md_top_process *ret)
{
	size_t length;
	md_auto_free char *stat = read_proc(pid, "stat", &length);
	md_auto_free char *status = read_proc(pid, "status", &length);
	struct md_top_process process = {.pid = pid};

	if (!stat || !status || !parse_stat(stat, &process))
		return false;
	process.inside = inner_pid(status, pid);
	process.uid = (uint32_t)status_number(status, "\nUid:\t", 0);
	process.command = command_of(pid, status);
	*ret = process;
	return true;
}

static char *group_parent(const struct md_run_request *request)
{
	const char *parent =
		request->cgroup_parent ? request->cgroup_parent : MD_CGROUP_PARENT_DEFAULT;

	return md_xstrdup(parent + strspn(parent, "/"));
}

static int find_pids(struct md_engine *engine, const char *id, pid_t **ret, size_t *ret_count,
		     struct md_error *err)
{
	md_auto_free char *parent = NULL;
	struct md_host host;
	struct md_record record;

	if (md_host_probe(&host, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	parent = group_parent(&record.request);
	md_record_fini(&record);
	const struct md_cgroup group = {&host, parent, id};

	return md_cgroup_pids(&group, ret, ret_count, err);
}

int md_lifecycle_top(struct md_engine *engine, const char *id, struct md_top_process **ret,
		     size_t *ret_count, struct md_error *err)
{
	md_auto_free pid_t *pids = NULL;
	struct md_state state;
	bool runs;
	size_t count;

	if (md_lifecycle_load_state(engine->store, id, &state, err) < 0)
		return -1;
	runs = state.status == MD_STATUS_RUNNING || state.status == MD_STATUS_PAUSED;
	md_state_fini(&state);
	if (!runs)
		return md_fail(err, MD_ERR_STATE, "container '%.12s' is not running", id);
	if (find_pids(engine, id, &pids, &count, err) < 0)
		return md_error_prefix(err, "processes of container '%.12s'", id);
	*ret = md_xcalloc(count + 1, sizeof(**ret));
	*ret_count = 0;
	for (size_t i = 0; i < count; i++)
		*ret_count += look_at(pids[i], &(*ret)[*ret_count]);
	return 0;
}

void md_top_free(struct md_top_process *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].terminal);
		free(list[i].command);
	}
	free(list);
}
