/* SPDX-License-Identifier: Apache-2.0 */
/* What the system call filter says to every number, and to the arguments that it looks at. */
#include "tests/payloads/selfcheck.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define NUMBERS  600
#define X32_BIT  0x40000000u
#define FAMILIES 64
#define GARBAGE  (UINT64_C(0x5a5a5a5a) << 32)

/* Which half of the argument register holds more than the kernel reads. */
enum upper {
	UPPER_CLEAR,
	UPPER_GARBAGE
};

/* Verdicts in the order in which they are printed. */
static const int kinds[] = {VERDICT_ALLOW,  EPERM,         ENOSYS,         EINVAL,
			    VERDICT_KILLED, VERDICT_FAULT, VERDICT_UNKNOWN};

/* "0-12,14" for all i with answers[i] == kind. */
static void list_ranges(const int *answers, int count, int kind, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (int i = 0; i < count; i++) {
		int first = i;

		if (answers[i] != kind)
			continue;
		while (i + 1 < count && answers[i + 1] == kind)
			i++;
		used += (size_t)snprintf(out + used, size - used, "%s%d", used ? "," : "", first);
		if (i > first)
			used += (size_t)snprintf(out + used, size - used, "-%d", i);
	}
}

static void print_ranges(struct json *out, const char *key, const int *answers, int count)
{
	char text[4 * NUMBERS];

	json_open(out, key, '{');
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		list_ranges(answers, count, kinds[k], text, sizeof(text));
		if (*text)
			json_string(out, verdict_text(kinds[k]), text);
	}
	json_close(out, '}');
}

static void ask_and_print(struct json *out, const char *key, const struct question *questions,
			  int count)
{
	int answers[NUMBERS];

	if (filter_ask(questions, (size_t)count, answers))
		print_ranges(out, key, answers, count);
	else
		json_string(out, key, "this kernel does not let us ask");
}

/*
 * uretprobe and uprobe pass every filter on newer kernels, so their answer would be the kernel's.
 * Asking for getpid in their place keeps the ranges whole.
 */
static uint32_t instead_of_probes(uint32_t number)
{
#if defined(__x86_64__)
	if (number == 335 || number == 336)
		return SYS_getpid;
#endif
	return number;
}

static void sweep(struct json *out, const char *key, enum entry entry, uint32_t bit)
{
	struct question questions[NUMBERS] = {0};

	for (uint32_t i = 0; i < NUMBERS; i++)
		questions[i] =
			(struct question){.entry = entry, .number = instead_of_probes(i) | bit};
	ask_and_print(out, key, questions, NUMBERS);
}

/* One call, the argument at `index` running from 0 to count - 1. */
static void run_argument(struct json *out, const char *key, struct question call, int index,
			 int count)
{
	struct question questions[FAMILIES];

	for (int i = 0; i < count; i++) {
		questions[i] = call;
		questions[i].args[index] |= (uint64_t)i;
	}
	ask_and_print(out, key, questions, count);
}

static uint64_t upper_half(enum upper upper)
{
	return upper == UPPER_GARBAGE ? GARBAGE : 0;
}

static void check_sockets(struct json *out, enum upper upper)
{
	uint64_t high = upper_half(upper);
	struct question call = {.number = SYS_socket, .args = {high, high | 2, high}};
	struct question netlink = {.number = SYS_socket, .args = {high | 16, high | 3, high}};
	struct question pair = {.number = SYS_socketpair, .args = {high, high | 1, high}};

	run_argument(out, "socket(family)", call, 0, FAMILIES);
	run_argument(out, "socket(AF_NETLINK, protocol)", netlink, 2, 32);
	run_argument(out, "socketpair(family)", pair, 0, FAMILIES);
}

/* Bit by bit: the namespaces are 17, 25 to 30; everything else starts threads and processes. */
static void check_clone(struct json *out, enum upper upper)
{
	struct question questions[32];

	for (int bit = 0; bit < 32; bit++)
		questions[bit] = (struct question){
			.number = SYS_clone, .args = {upper_half(upper) | UINT64_C(1) << bit}};
	ask_and_print(out, "clone(1 << bit)", questions, 32);
}

struct named_question {
	const char *name;
	struct question question;
};

static void check_named(struct json *out, enum upper upper)
{
	uint64_t high = upper_half(upper);
	const struct named_question named[] = {
		{"ioctl(TIOCSTI)", {.number = SYS_ioctl, .args = {high, high | TIOCSTI}}},
		{"ioctl(TIOCLINUX)", {.number = SYS_ioctl, .args = {high, high | TIOCLINUX}}},
		{"ioctl(TIOCGWINSZ)", {.number = SYS_ioctl, .args = {high, high | TIOCGWINSZ}}},
		{"personality(0)", {.number = SYS_personality, .args = {high}}},
		{"personality(8)", {.number = SYS_personality, .args = {high | 8}}},
		{"personality(0x20000)", {.number = SYS_personality, .args = {high | 0x20000}}},
		{"personality(0x20008)", {.number = SYS_personality, .args = {high | 0x20008}}},
		{"personality(-1)", {.number = SYS_personality, .args = {high | UINT32_MAX}}},
		{"personality(0x40000)", {.number = SYS_personality, .args = {high | 0x40000}}},
	};
	struct question questions[sizeof(named) / sizeof(named[0])];
	int answers[sizeof(named) / sizeof(named[0])];
	size_t count = sizeof(named) / sizeof(named[0]);

	for (size_t i = 0; i < count; i++)
		questions[i] = named[i].question;
	if (!filter_ask(questions, count, answers))
		return;
	for (size_t i = 0; i < count; i++)
		json_string(out, named[i].name, verdict_text(answers[i]));
}

static void check_arguments(struct json *out, const char *key, enum upper upper)
{
	json_open(out, key, '{');
	check_sockets(out, upper);
	check_clone(out, upper);
	check_named(out, upper);
	json_close(out, '}');
}

void check_filter(struct json *out)
{
	json_open(out, "filter", '{');
	sweep(out, "native", ENTRY_NATIVE, 0);
#if defined(__x86_64__)
	sweep(out, "i386", ENTRY_INT80, 0);
	sweep(out, "x32", ENTRY_NATIVE, X32_BIT);
#endif
	check_arguments(out, "arguments", UPPER_CLEAR);
	/* The same calls with something in the upper half: must be the same answers. */
	check_arguments(out, "arguments, upper half set", UPPER_GARBAGE);
	json_close(out, '}');
}
