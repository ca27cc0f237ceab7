/* SPDX-License-Identifier: Apache-2.0 */
#include "base/proc.h"

#include "base/number.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What kill -l counts from: libc keeps the kernel's 32 and 33 for itself. */
#define FIRST_REALTIME 34
#define LAST_REALTIME  64

static const struct {
	int signo;
	const char *name;
} signals[] = {
	{SIGHUP, "SIGHUP"},
	{SIGINT, "SIGINT"},
	{SIGQUIT, "SIGQUIT"},
	{SIGILL, "SIGILL"},
	{SIGTRAP, "SIGTRAP"},
	{SIGABRT, "SIGABRT"},
	{SIGBUS, "SIGBUS"},
	{SIGFPE, "SIGFPE"},
	{SIGKILL, "SIGKILL"},
	{SIGUSR1, "SIGUSR1"},
	{SIGSEGV, "SIGSEGV"},
	{SIGUSR2, "SIGUSR2"},
	{SIGPIPE, "SIGPIPE"},
	{SIGALRM, "SIGALRM"},
	{SIGTERM, "SIGTERM"},
	{SIGSTKFLT, "SIGSTKFLT"},
	{SIGCHLD, "SIGCHLD"},
	{SIGCONT, "SIGCONT"},
	{SIGSTOP, "SIGSTOP"},
	{SIGTSTP, "SIGTSTP"},
	{SIGTTIN, "SIGTTIN"},
	{SIGTTOU, "SIGTTOU"},
	{SIGURG, "SIGURG"},
	{SIGXCPU, "SIGXCPU"},
	{SIGXFSZ, "SIGXFSZ"},
	{SIGVTALRM, "SIGVTALRM"},
	{SIGPROF, "SIGPROF"},
	{SIGWINCH, "SIGWINCH"},
	{SIGIO, "SIGIO"},
	{SIGPWR, "SIGPWR"},
	{SIGSYS, "SIGSYS"},
	/* Older names of the same numbers: read, never written. */
	{SIGABRT, "SIGIOT"},
	{SIGCHLD, "SIGCLD"},
	{SIGIO, "SIGPOLL"},
};

#define RTMIN(n)  [FIRST_REALTIME + (n)] = "SIGRTMIN+" #n
#define NUMBER(n) [n] = "signal " #n

/* Names that are not in the table above, one per number so that they can be handed out. */
static const char *const numbered[] = {
	NUMBER(0),   NUMBER(32),
	NUMBER(33),  [FIRST_REALTIME] = "SIGRTMIN",
	RTMIN(1),    RTMIN(2),
	RTMIN(3),    RTMIN(4),
	RTMIN(5),    RTMIN(6),
	RTMIN(7),    RTMIN(8),
	RTMIN(9),    RTMIN(10),
	RTMIN(11),   RTMIN(12),
	RTMIN(13),   RTMIN(14),
	RTMIN(15),   RTMIN(16),
	RTMIN(17),   RTMIN(18),
	RTMIN(19),   RTMIN(20),
	RTMIN(21),   RTMIN(22),
	RTMIN(23),   RTMIN(24),
	RTMIN(25),   RTMIN(26),
	RTMIN(27),   RTMIN(28),
	RTMIN(29),   [LAST_REALTIME] = "SIGRTMAX",
	NUMBER(65),  NUMBER(66),
	NUMBER(67),  NUMBER(68),
	NUMBER(69),  NUMBER(70),
	NUMBER(71),  NUMBER(72),
	NUMBER(73),  NUMBER(74),
	NUMBER(75),  NUMBER(76),
	NUMBER(77),  NUMBER(78),
	NUMBER(79),  NUMBER(80),
	NUMBER(81),  NUMBER(82),
	NUMBER(83),  NUMBER(84),
	NUMBER(85),  NUMBER(86),
	NUMBER(87),  NUMBER(88),
	NUMBER(89),  NUMBER(90),
	NUMBER(91),  NUMBER(92),
	NUMBER(93),  NUMBER(94),
	NUMBER(95),  NUMBER(96),
	NUMBER(97),  NUMBER(98),
	NUMBER(99),  NUMBER(100),
	NUMBER(101), NUMBER(102),
	NUMBER(103), NUMBER(104),
	NUMBER(105), NUMBER(106),
	NUMBER(107), NUMBER(108),
	NUMBER(109), NUMBER(110),
	NUMBER(111), NUMBER(112),
	NUMBER(113), NUMBER(114),
	NUMBER(115), NUMBER(116),
	NUMBER(117), NUMBER(118),
	NUMBER(119), NUMBER(120),
	NUMBER(121), NUMBER(122),
	NUMBER(123), NUMBER(124),
	NUMBER(125), NUMBER(126),
	NUMBER(127),
};

/* "RTMIN", "RTMIN+3", "RTMAX-1" without "SIG"; 0 for anything else. */
static int parse_realtime(const char *name)
{
	struct md_error ignored = MD_ERROR_INIT;
	const uint64_t span = LAST_REALTIME - FIRST_REALTIME;
	uint64_t offset = 0;
	bool is_min = strncasecmp(name, "RTMIN", 5) == 0;

	if (!is_min && strncasecmp(name, "RTMAX", 5) != 0)
		return 0;
	name += 5;
	if (*name && *name != (is_min ? '+' : '-'))
		return 0;
	if (*name && md_parse_u64(name + 1, 0, span, &offset, &ignored) < 0)
		return 0;
	return is_min ? FIRST_REALTIME + (int)offset : LAST_REALTIME - (int)offset;
}

static int parse_named(const char *name)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (strcasecmp(name, signals[i].name + strlen("SIG")) == 0)
			return signals[i].signo;
	return parse_realtime(name);
}

int md_signal_parse(const char *text, int *ret, struct md_error *err)
{
	struct md_error ignored = MD_ERROR_INIT;
	const char *name = text;
	uint64_t number;
	int signo;

	if (md_parse_u64(text, 1, LAST_REALTIME, &number, &ignored) == 0) {
		*ret = (int)number;
		return 0;
	}
	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	signo = parse_named(name);
	if (!signo)
		return md_fail(err, MD_ERR_INVALID,
			       "'%s' is not a signal (a name such as TERM, or 1 to %d)", text,
			       LAST_REALTIME);
	*ret = signo;
	return 0;
}

const char *md_signal_name(int signo)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (signals[i].signo == signo)
			return signals[i].name;
	if (signo >= 0 && (size_t)signo < sizeof(numbered) / sizeof(*numbered))
		return numbered[signo];
	return "unknown signal";
}
