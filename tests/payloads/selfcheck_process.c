/* SPDX-License-Identifier: Apache-2.0 */
/* The process itself: identity, privileges, limits, and what it sees of others. */
#include "tests/payloads/selfcheck.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

/* ---- namespaces ---- */

static const char *const namespaces[] = {"cgroup", "ipc",  "mnt",  "net",
					 "pid",    "time", "user", "uts"};

static bool is_among(const char *text, int count, char **list)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(list[i], text) == 0)
			return true;
	}
	return false;
}

static void check_namespaces(struct json *out, int count, char **hosts)
{
	char path[64], target[64];
	ssize_t n;

	json_open(out, "namespaces", '{');
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", namespaces[i]);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		json_string(out, namespaces[i],
			    n < 0                            ? "unreadable"
			    : is_among(target, count, hosts) ? "host"
							     : "own");
	}
	json_close(out, '}');
}

/* ---- /proc/self/status ---- */

static void print_status_line(struct json *out, const char *line)
{
	static const char *const wanted[] = {"Uid",    "Gid",        "Groups",  "CapInh",
					     "CapPrm", "CapEff",     "CapBnd",  "CapAmb",
					     "Umask",  "NoNewPrivs", "Seccomp", "Seccomp_filters"};
	char key[64], value[256];

	if (sscanf(line, "%63[^:]:%255[^\n]", key, value) != 2)
		return;
	for (char *p = value; *p; p++)
		*p = *p == '\t' ? ' ' : *p;
	for (char *end = value + strlen(value); end > value && end[-1] == ' ';)
		*--end = '\0';
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (strcmp(key, wanted[i]) == 0)
			json_string(out, key, value + strspn(value, " "));
	}
}

static void check_status(struct json *out)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[512];

	json_open(out, "status", '{');
	while (file && fgets(line, sizeof(line), file))
		print_status_line(out, line);
	json_number(out, "Securebits", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
	json_number(out, "Dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
	json_close(out, '}');
	if (file)
		(void)fclose(file);
}

static void check_id_map(struct json *out, const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	unsigned int inside, outside, count;

	json_open(out, key, '[');
	/* The host id of a private range differs from machine to machine. */
	while (file && fscanf(file, "%u %u %u", &inside, &outside, &count) == 3) {
		char text[96];

		(void)snprintf(text, sizeof(text), "%u -> %s, %u ids", inside,
			       outside == inside ? "same" : "other", count);
		json_string(out, NULL, text);
	}
	json_close(out, ']');
	if (file)
		(void)fclose(file);
}

/* ---- descriptors, environment, limits ---- */

static int compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void check_descriptors(struct json *out)
{
	DIR *dir = opendir("/proc/self/fd");
	int fds[256], count = 0;

	json_open(out, "descriptors", '[');
	for (struct dirent *e; dir && (e = readdir(dir)) != NULL && count < 256;) {
		if (isdigit((unsigned char)e->d_name[0]) && atol(e->d_name) != dirfd(dir))
			fds[count++] = (int)atol(e->d_name);
	}
	qsort(fds, (size_t)count, sizeof(fds[0]), compare_numbers);
	for (int i = 0; i < count; i++)
		json_number(out, NULL, fds[i]);
	json_close(out, ']');
	if (dir)
		(void)closedir(dir);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_environment(struct json *out)
{
	size_t count = 0;

	while (environ[count])
		count++;
	qsort(environ, count, sizeof(environ[0]), compare_texts);
	json_open(out, "environment", '[');
	for (size_t i = 0; i < count; i++)
		json_string(out, NULL, environ[i]);
	json_close(out, ']');
}

static void check_limits(struct json *out)
{
	struct rlimit limit = {0};

	json_open(out, "limits", '{');
	(void)getrlimit(RLIMIT_CORE, &limit);
	json_number(out, "core", (int64_t)limit.rlim_cur);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	json_number(out, "nofile", (int64_t)limit.rlim_cur);
	json_close(out, '}');
}

/* ---- what it sees of others ---- */

/* Processes other than this one; pid 1 is this one, unless --init runs it. */
static int count_other_processes(void)
{
	DIR *dir = opendir("/proc");
	int count = 0;

	for (struct dirent *e; dir && (e = readdir(dir)) != NULL;)
		count += isdigit((unsigned char)e->d_name[0]) && atol(e->d_name) != getpid();
	if (dir)
		(void)closedir(dir);
	return count;
}

static int count_abstract_sockets(void)
{
	FILE *file = fopen("/proc/net/unix", "re");
	char line[512];
	int count = 0;

	while (file && fgets(line, sizeof(line), file))
		count += strchr(line, '@') != NULL;
	if (file)
		(void)fclose(file);
	return count;
}

static void check_interfaces(struct json *out)
{
	FILE *file = fopen("/proc/net/dev", "re");
	char line[512], name[64];

	json_open(out, "interfaces", '[');
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %63[^:|]:", name) == 1 && strchr(line, ':'))
			json_string(out, NULL, name);
	}
	json_close(out, ']');
	if (file)
		(void)fclose(file);
}

static void check_surroundings(struct json *out)
{
	char cwd[PATH_MAX] = "";
	struct utsname host;

	(void)uname(&host);
	json_string(out, "hostname", host.nodename);
	json_string(out, "domainname", host.domainname);
	/* The raw call: one outside the root begins with "(unreachable)". */
	json_string(out, "working directory",
		    syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0 ? "none" : cwd);
	json_number(out, "pid", getpid());
	json_number(out, "other processes", count_other_processes());
	json_number(out, "abstract sockets", count_abstract_sockets());
	check_interfaces(out);
}

void check_process(struct json *out, int namespace_count, char **host_namespaces)
{
	check_descriptors(out);
	check_namespaces(out, namespace_count, host_namespaces);
	check_id_map(out, "/proc/self/uid_map", "uid map");
	check_id_map(out, "/proc/self/gid_map", "gid map");
	check_status(out);
	check_environment(out);
	check_limits(out);
	check_surroundings(out);
}
