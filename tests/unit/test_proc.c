/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/sys.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define REST " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 4242 19 20\n"

/* A child that sleeps until it gets a signal. */
static pid_t start_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			(void)pause();
	return pid;
}

static void end_child(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static bool stat_refused(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t start = 7;
	pid_t parent;
	char state;

	return md_proc_parse_stat(text, &state, &parent, &start, &err) < 0 && start == 7 &&
	       err.code == MD_ERR_CORRUPT;
}

static void a_line_of_stat_is_read(void)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t start;
	pid_t parent;
	char state;

	CHECK(md_proc_parse_stat("77 (sh) S 12" REST, &state, &parent, &start, &err) == 0);
	CHECK(state == 'S' && parent == 12 && start == 4242);
}

static void an_evil_command_name_forges_nothing(void)
{
	static const char *const evil[] = {
		"77 (a) R 1 () S 12" REST,
		"77 (a) R 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 99) S 12" REST,
		"77 (a\n) Z 0\n(b) S 12" REST,
		"77 ()) S 12" REST,
		"77 () S 12" REST,
	};

	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
		struct md_error err = MD_ERROR_INIT;
		uint64_t start;
		pid_t parent;
		char state;

		CHECK(md_proc_parse_stat(evil[i], &state, &parent, &start, &err) == 0);
		CHECK(state == 'S' && parent == 12 && start == 4242);
	}
}

static void a_malformed_line_of_stat_is_refused(void)
{
	CHECK(stat_refused("") && stat_refused("77") && stat_refused("77 (sh"));
	CHECK(stat_refused("77 (sh)") && stat_refused("77 (sh) S") && stat_refused("77 (sh) S 12"));
	CHECK(stat_refused("77 (sh) ? 12" REST) && stat_refused("77 (sh) SS 12" REST));
	CHECK(stat_refused("77 (sh) S x" REST) && stat_refused("77 (sh) S -1" REST));
	CHECK(stat_refused("77 (sh) S 12 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 -5 19"));
	CHECK(stat_refused("77 (sh) S 99999999999" REST));
}

static void a_process_is_known_by_its_start(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_proc_id id;
	md_auto_close int pidfd = -1;

	CHECK(md_proc_identify(getpid(), &id, &err) == 0);
	CHECK(id.pid == getpid() && id.start_ticks > 0 && strlen(id.boot_id) == 36);
	CHECK(md_proc_is_alive(&id));
	pidfd = md_proc_open(&id, &err);
	CHECK(pidfd >= 0 && md_proc_wait(pidfd, 0, &err) == 0);
}

static void the_same_pid_of_another_start_or_boot_is_another_process(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_proc_id id;

	CHECK(md_proc_identify(getpid(), &id, &err) == 0);
	id.start_ticks++;
	CHECK(!md_proc_is_alive(&id));
	CHECK(md_proc_open(&id, &err) < 0 && err.code == MD_ERR_NOT_FOUND);
	id.start_ticks--;
	id.boot_id[0] = id.boot_id[0] == '0' ? '1' : '0';
	CHECK(!md_proc_is_alive(&id));
}

static void no_pid_is_no_process(void)
{
	static const pid_t none[] = {0, -1, 0x3fffffff};

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_proc_id id = {.pid = none[i]};

		CHECK(!md_proc_is_alive(&id));
		CHECK(md_proc_identify(none[i], &id, &err) < 0 && err.code == MD_ERR_NOT_FOUND);
	}
}

static void a_zombie_is_not_alive(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_proc_id id;
	pid_t pid = start_child();
	md_auto_close int pidfd = sys_pidfd_open(pid, 0);

	CHECK(md_proc_identify(pid, &id, &err) == 0 && md_proc_is_alive(&id));
	CHECK(md_proc_signal(pidfd, SIGTERM, &err) == 0);
	CHECK(md_proc_wait(pidfd, -1, &err) == 1);
	CHECK(!md_proc_is_alive(&id));
	end_child(pid);
	CHECK(md_proc_open(&id, &err) < 0 && err.code == MD_ERR_NOT_FOUND);
}

static void waiting_ends_with_the_time(void)
{
	struct md_error err = MD_ERROR_INIT;
	pid_t pid = start_child();
	md_auto_close int pidfd = sys_pidfd_open(pid, 0);

	CHECK(md_proc_wait(pidfd, 10, &err) == 0);
	end_child(pid);
	CHECK(md_proc_wait(pidfd, 10, &err) == 1);
}

static void on_alarm(int signo)
{
	(void)signo;
}

/* Signals its parent every few milliseconds for two seconds, if nobody ends it before. */
static pid_t start_nagging(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 500; i++) {
			(void)kill(getppid(), SIGUSR1);
			(void)poll(NULL, 0, 4);
		}
		_exit(0);
	}
	return pid;
}

static void signals_change_nothing_about_the_time(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct sigaction old;
	struct md_error err = MD_ERROR_INIT;
	pid_t pid = start_child();
	md_auto_close int pidfd = sys_pidfd_open(pid, 0);
	int64_t start_ns = md_clock_monotonic_ns();
	int64_t waited_ms;
	pid_t nagger;

	(void)sigaction(SIGUSR1, &action, &old);
	nagger = start_nagging();
	CHECK(md_proc_wait(pidfd, 40, &err) == 0 && err.code == MD_OK);
	waited_ms = (md_clock_monotonic_ns() - start_ns) / 1000000;
	CHECK(waited_ms >= 40 && waited_ms < 1000);
	end_child(nagger);
	(void)sigaction(SIGUSR1, &old, NULL);
	end_child(pid);
}

/* Wait status of a child that exits or kills itself. */
static int reap_child(int code, int signo)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_close int pidfd = -1;
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		if (signo)
			(void)raise(signo);
		_exit(code);
	}
	pidfd = sys_pidfd_open(pid, 0);
	CHECK(md_proc_reap(pidfd, &status, &err) == 0);
	CHECK(md_proc_reap(pidfd, &status, &err) < 0 && err.sys_errno == ECHILD);
	return status;
}

static void a_reaped_child_tells_how_it_ended(void)
{
	int status = reap_child(42, 0);

	CHECK(WIFEXITED(status) && md_proc_exit_code(status) == 42);
	status = reap_child(0, SIGTERM);
	CHECK(WIFSIGNALED(status) && md_proc_exit_code(status) == 128 + SIGTERM);
	CHECK(md_proc_exit_code(0) == 0 && md_proc_exit_code(SIGSEGV | 0x80) == 139);
}

static void signalling_the_dead_says_so(void)
{
	struct md_error err = MD_ERROR_INIT;
	pid_t pid = start_child();
	md_auto_close int pidfd = sys_pidfd_open(pid, 0);

	end_child(pid);
	CHECK(md_proc_signal(pidfd, SIGTERM, &err) < 0 && err.code == MD_ERR_NOT_FOUND);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_proc_signal(-1, SIGTERM, &err) < 0 && err.sys_errno == EBADF);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_proc_wait(1000000, 0, &err) < 0 && err.code == MD_ERR_SYSTEM);
}

static int parse_signal(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	int signo = -1;

	if (md_signal_parse(text, &signo, &err) < 0)
		CHECK(signo == -1 && err.code == MD_ERR_INVALID);
	return signo;
}

static void signals_have_names_and_numbers(void)
{
	CHECK(parse_signal("TERM") == SIGTERM && parse_signal("SIGTERM") == SIGTERM);
	CHECK(parse_signal("sigkill") == SIGKILL && parse_signal("9") == SIGKILL);
	CHECK(parse_signal("64") == 64 && parse_signal("IOT") == SIGABRT);
	CHECK(parse_signal("RTMIN") == 34 && parse_signal("SIGRTMIN+3") == 37);
	CHECK(parse_signal("RTMAX") == 64 && parse_signal("rtmax-2") == 62);
}

static void what_is_no_signal_is_refused(void)
{
	static const char *const bad[] = {
		"",           "0",       "65",       "-9",       "SIG",      "TERMX",
		"SIGSIGTERM", "RTMIN-1", "RTMIN+31", "RTMAX+1",  "RTMAX-31", "RTMIN+",
		"RTMIN3",     "9 ",      "SIGTERM ", "RTMIN+-1", "RTMIN+x",  "4294967305",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(parse_signal(bad[i]) == -1);
}

static void every_signal_has_a_name_that_reads_back(void)
{
	for (int signo = 1; signo <= 64; signo++)
		if (signo != 32 && signo != 33)
			CHECK(parse_signal(md_signal_name(signo)) == signo);
	CHECK_STR(md_signal_name(SIGTERM), "SIGTERM");
	CHECK_STR(md_signal_name(SIGABRT), "SIGABRT");
	CHECK_STR(md_signal_name(37), "SIGRTMIN+3");
	CHECK_STR(md_signal_name(32), "signal 32");
	CHECK_STR(md_signal_name(99), "signal 99");
	CHECK_STR(md_signal_name(0), "signal 0");
	CHECK_STR(md_signal_name(-1), "unknown signal");
	CHECK_STR(md_signal_name(128), "unknown signal");
}

int main(void)
{
	RUN(a_line_of_stat_is_read);
	RUN(an_evil_command_name_forges_nothing);
	RUN(a_malformed_line_of_stat_is_refused);
	RUN(a_process_is_known_by_its_start);
	RUN(the_same_pid_of_another_start_or_boot_is_another_process);
	RUN(no_pid_is_no_process);
	RUN(a_zombie_is_not_alive);
	RUN(waiting_ends_with_the_time);
	RUN(signals_change_nothing_about_the_time);
	RUN(a_reaped_child_tells_how_it_ended);
	RUN(signalling_the_dead_says_so);
	RUN(signals_have_names_and_numbers);
	RUN(what_is_no_signal_is_refused);
	RUN(every_signal_has_a_name_that_reads_back);
	return DONE();
}
