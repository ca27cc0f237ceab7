/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.c - time whole processes against each other.
 *
 *	pairs [-n ROUNDS] [-g GAP-MS] NAME COMMAND... [::: NAME COMMAND...]...
 *
 * Every round runs each command once, in turn, so that what changes on the machine changes for all
 * of them. A gap before each run lets the machine become idle, as it is when a person types: some
 * kernel waits are invisible in a tight loop. Prints "NAME MEDIAN MINIMUM P95" in microseconds.
 *
 * vfork and exec: the timer's own size does not count. A command that fails ends everything.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32

struct contestant {
	const char *name;
	char **command;
	int64_t *us; /* one per round */
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void idle(long gap_ms)
{
	struct timespec gap = {.tv_sec = gap_ms / 1000, .tv_nsec = gap_ms % 1000 * 1000000};

	if (gap_ms > 0)
		nanosleep(&gap, NULL);
}

static int64_t run_once(const struct contestant *c)
{
	int64_t begin = now_us();
	pid_t child = vfork();
	int status;

	if (child == 0) {
		execvp(c->command[0], c->command);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		perror(c->name);
		exit(1);
	}
	if (status != 0) {
		fprintf(stderr, "pairs: %s ended with wait status %d\n", c->name, status);
		exit(1);
	}
	return now_us() - begin;
}

/* Split at ":::"; each part is a name and a command. Returns the number of parts. */
static int split(char **words, struct contestant *out, int rounds)
{
	int count = 0;

	while (*words && count < COMMANDS_MAX) {
		out[count].name = words[0];
		out[count].command = words + 1;
		out[count].us = calloc((size_t)rounds, sizeof(int64_t));
		count++;
		while (*words && strcmp(*words, ":::") != 0)
			words++;
		if (*words)
			*words++ = NULL;
	}
	return count;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void report(const struct contestant *c, int rounds)
{
	qsort(c->us, (size_t)rounds, sizeof(int64_t), compare);
	printf("%s %lld %lld %lld\n", c->name, (long long)c->us[rounds / 2], (long long)c->us[0],
	       (long long)c->us[rounds * 95 / 100]);
}

/* The commands write nowhere; the report goes to where stdout was. */
static void silence_output(int *ret_report_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	*ret_report_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (null < 0 || *ret_report_fd < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0) {
		perror("/dev/null");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct contestant contestants[COMMANDS_MAX];
	int rounds = 30, count, option, report_fd;
	long gap_ms = 0;

	while ((option = getopt(argc, argv, "+n:g:")) != -1) {
		if (option == 'n')
			rounds = (int)strtol(optarg, NULL, 10);
		else if (option == 'g')
			gap_ms = strtol(optarg, NULL, 10);
		else
			return 2;
	}
	count = split(argv + optind, contestants, rounds);
	silence_output(&report_fd);
	for (int i = 0; i < count; i++)
		run_once(&contestants[i]); /* warm up, not counted */
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++) {
			idle(gap_ms);
			contestants[i].us[round] = run_once(&contestants[i]);
		}
	}
	fflush(stdout);
	dup2(report_fd, STDOUT_FILENO);
	for (int i = 0; i < count; i++)
		report(&contestants[i], rounds);
	return 0;
}
