/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/attach_place.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static void signals_to_read(sigset_t *set)
{
	static const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM, SIGUSR1,
				      SIGUSR2, SIGALRM, SIGWINCH, SIGPWR,  SIGIO};

	(void)sigemptyset(set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(set, signals[i]);
	for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++)
		(void)sigaddset(set, signo);
}

static int make_raw(struct md_attach_place *place, struct md_error *err)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &place->terminal) < 0)
		return 0; /* no terminal: what is piped in goes through as it is */
	raw = place->terminal;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		return md_fail_errno(err, "switch the terminal to raw mode");
	place->is_raw = true;
	return 0;
}

/*
 * A pipe that polls writable has room for PIPE_BUF bytes and may block for more, which would keep
 * signals and typed input waiting. Opened again it is a file description of our own, which may
 * refuse to block without changing that of whoever shares the pipe.
 */
static int open_output(int number)
{
	struct stat st;
	char path[32];

	if (fstat(number, &st) < 0 || !S_ISFIFO(st.st_mode))
		return -1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", number);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

int md_attach_place_enter(struct md_attach_place *place, int socket, enum md_attach_mode mode,
			  struct md_error *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;

	place->is_raw = false;
	place->pipes[0] = open_output(STDOUT_FILENO);
	place->pipes[1] = open_output(STDERR_FILENO);
	place->socket = socket;
	place->socket_flags = fcntl(socket, F_GETFL);
	(void)fcntl(socket, F_SETFL, place->socket_flags | O_NONBLOCK);
	signals_to_read(&set);
	(void)sigprocmask(SIG_BLOCK, &set, &place->mask);
	(void)sigaction(SIGPIPE, &ignore, &place->pipe_action);
	place->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (place->signal_fd < 0)
		return md_fail_errno(err, "signalfd");
	return mode == MD_ATTACH_RAW ? make_raw(place, err) : 0;
}

void md_attach_place_leave(struct md_attach_place *place)
{
	if (place->is_raw)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &place->terminal);
	md_close_fd(&place->signal_fd);
	md_close_fd(&place->pipes[0]);
	md_close_fd(&place->pipes[1]);
	(void)fcntl(place->socket, F_SETFL, place->socket_flags);
	(void)sigaction(SIGPIPE, &place->pipe_action, NULL);
	(void)sigprocmask(SIG_SETMASK, &place->mask, NULL);
}
