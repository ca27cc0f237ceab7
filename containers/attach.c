/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/attach.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/proc.h"
#include "containers/attach_place.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_CHUNK (32 * 1024)

struct session {
	const struct md_attach *attach;
	struct md_detach_keys keys;
	struct md_attach_place place;
	bool stdin_open;
	int forwarded_signal; /* that nobody proxies: the session ends and it is raised again */

	unsigned char *frame; /* the received frame; output not yet written lies in it */
	const unsigned char *output;
	size_t output_length;
	int output_fd;

	unsigned char *typed; /* read from stdin */
	unsigned char *input; /* the same after the detach keys, waiting for the socket */
	size_t input_length;
	bool owes_stdin_end;
	bool awaits_taken; /* the container has not taken the last STDIN frame yet */

	bool is_over;
	enum md_attach_end end;
	struct md_exit exit;
};

/* The supervisor may be gone while its last frames still wait to be read: that is no error here. */
static int send_unless_gone(int sent, struct md_error *err)
{
	if (sent < 0 && err->code == MD_ERR_PEER) {
		*err = (struct md_error)MD_ERROR_INIT;
		return 1;
	}
	return sent;
}

static int flush_input(struct session *session, struct md_error *err)
{
	int fd = session->attach->fd, sent = 1;

	if (session->input_length > 0) {
		sent = send_unless_gone(md_frame_send(fd, MD_FRAME_STDIN, session->input,
						      session->input_length, err),
					err);
		if (sent > 0) {
			session->input_length = 0;
			session->awaits_taken = true;
		}
	}
	if (sent > 0 && session->owes_stdin_end && !session->awaits_taken) {
		sent = send_unless_gone(md_frame_send(fd, MD_FRAME_STDIN_END, NULL, 0, err), err);
		if (sent > 0)
			session->owes_stdin_end = false;
	}
	return sent < 0 ? -1 : 0;
}

static int read_stdin(struct session *session, struct md_error *err)
{
	ssize_t n = read(STDIN_FILENO, session->typed, INPUT_CHUNK);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		session->stdin_open = false;
		session->owes_stdin_end = true;
		return flush_input(session, err);
	}
	if (md_detach_keys_filter(&session->keys, session->typed, (size_t)n, session->input,
				  &session->input_length)) {
		session->is_over = true;
		session->end = MD_ATTACH_DETACHED;
		return send_unless_gone(
			       md_frame_send(session->attach->fd, MD_FRAME_DETACH, NULL, 0, err),
			       err) < 0
			       ? -1
			       : 0;
	}
	return flush_input(session, err);
}

/* What would have ended us ends us, but only after the terminal is as it was. */
static int end_by_signal(struct session *session, int signo)
{
	session->is_over = true;
	session->end = MD_ATTACH_DETACHED;
	session->forwarded_signal = signo;
	return 0;
}

static int pass_signal(struct session *session, int signo, struct md_error *err)
{
	const struct md_attach *attach = session->attach;
	struct md_window window;

	if (signo == SIGWINCH) {
		window = md_attach_window();
		if (!attach->has_terminal || window.rows == 0 || window.columns == 0)
			return 0;
		return send_unless_gone(md_frame_send_window(attach->fd, window, err), err);
	}
	if (attach->proxies_signals && !attach->has_terminal)
		return send_unless_gone(md_frame_send_signal(attach->fd, signo, err), err);
	return end_by_signal(session, signo);
}

static int read_signals(struct session *session, struct md_error *err)
{
	struct signalfd_siginfo info;

	while (read(session->place.signal_fd, &info, sizeof(info)) == sizeof(info))
		if (pass_signal(session, (int)info.ssi_signo, err) < 0)
			return -1;
	return 0;
}

static bool is_blocking_pipe(int fd)
{
	struct stat st;

	return fd <= STDERR_FILENO && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static int output_for(const struct session *session, enum md_frame_type type)
{
	int number = type == MD_FRAME_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
	int own = session->place.pipes[number - STDOUT_FILENO];

	return own >= 0 ? own : number;
}

static int write_output(struct session *session, struct md_error *err)
{
	size_t length = session->output_length;
	ssize_t n;

	if (length > PIPE_BUF && is_blocking_pipe(session->output_fd))
		length = PIPE_BUF;
	n = write(session->output_fd, session->output, length);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0 && errno == EPIPE)
		return end_by_signal(session, SIGPIPE);
	if (n < 0)
		return md_fail_errno(err, "write the output of the container to %s",
				     session->output_fd == output_for(session, MD_FRAME_STDOUT)
					     ? "stdout"
					     : "stderr");
	session->output += n;
	session->output_length -= (size_t)n;
	return 0;
}

static int take_frame(struct session *session, const struct md_frame *frame, struct md_error *err)
{
	md_auto_json struct md_json *json = NULL;

	if (frame->type == MD_FRAME_STDOUT || frame->type == MD_FRAME_STDERR) {
		session->output = frame->payload;
		session->output_length = frame->length;
		session->output_fd = frame->type == MD_FRAME_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
		return 0;
	}
	if (frame->type == MD_FRAME_STDIN_TAKEN) {
		session->awaits_taken = false;
		return 0;
	}
	if (frame->type == MD_FRAME_EXIT) {
		session->is_over = true;
		session->end = MD_ATTACH_EXITED;
		return md_client_parse_exit(frame, &session->exit, err);
	}
	json = md_frame_json(frame, err);
	if (!json)
		return -1;
	if (frame->type == MD_FRAME_ERROR)
		return md_control_error_from_json(json, err);
	return 0; /* an answer to nothing we asked: a newer supervisor may say more */
}

static int read_socket(struct session *session, struct md_error *err)
{
	struct md_frame frame;
	int got = md_frame_receive(session->attach->fd, MD_CONTROL_FROM_SUPERVISOR, session->frame,
				   &frame, err);

	if (got < 0)
		return err->code == MD_OK ? 0 : -1;
	if (got == 0)
		return md_fail(err, MD_ERR_PEER,
			       "the supervisor ended before the container did (see 'minidock "
			       "check')");
	return take_frame(session, &frame, err);
}

enum {
	POLL_SOCKET,
	POLL_STDIN,
	POLL_SIGNAL,
	POLL_OUTPUT,
	POLL_COUNT
};

/* A descriptor without interest is taken out: poll(2) reports hang-up even for no events. */
static void interest(struct pollfd *item, int fd, int events)
{
	item->fd = events ? fd : -1;
	item->events = (short)events;
	item->revents = 0;
}

static void collect(const struct session *session, struct pollfd items[POLL_COUNT])
{
	bool has_output = session->output_length > 0;
	bool has_input = session->input_length > 0 || session->owes_stdin_end;
	bool can_type = session->stdin_open && !has_input && !session->awaits_taken;

	interest(&items[POLL_SOCKET], session->attach->fd,
		 (has_output ? 0 : POLLIN) | (has_input ? POLLOUT : 0));
	interest(&items[POLL_STDIN], STDIN_FILENO, can_type ? POLLIN : 0);
	interest(&items[POLL_SIGNAL], session->place.signal_fd, POLLIN);
	interest(&items[POLL_OUTPUT], session->output_fd, has_output ? POLLOUT : 0);
}

static int step(struct session *session, struct md_error *err)
{
	struct pollfd items[POLL_COUNT];

	collect(session, items);
	if (poll(items, POLL_COUNT, -1) < 0)
		return errno == EINTR ? 0 : md_fail_errno(err, "poll");
	if (items[POLL_SIGNAL].revents && read_signals(session, err) < 0)
		return -1;
	if (items[POLL_OUTPUT].revents && write_output(session, err) < 0)
		return -1;
	if ((items[POLL_SOCKET].revents & POLLOUT) && flush_input(session, err) < 0)
		return -1;
	if ((items[POLL_SOCKET].events & POLLIN) && (items[POLL_SOCKET].revents & ~POLLOUT) &&
	    read_socket(session, err) < 0)
		return -1;
	if (!session->is_over && items[POLL_STDIN].revents)
		return read_stdin(session, err);
	return 0;
}

static int loop(struct session *session, struct md_error *err)
{
	while (!session->is_over)
		if (step(session, err) < 0)
			return -1;
	return 0;
}

/* Only a terminal's user can type a detach sequence; in piped bytes it would be data. */
static int choose_keys(struct session *session, struct md_error *err)
{
	const struct md_attach *attach = session->attach;

	if (!attach->has_terminal || !attach->has_stdin)
		return 0;
	return md_detach_keys_parse(attach->detach_keys, &session->keys, err);
}

int md_attach_run(const struct md_attach *attach, enum md_attach_end *ret_end,
		  struct md_exit *ret_exit, struct md_error *err)
{
	md_auto_free unsigned char *frame = md_xcalloc(1, MD_CONTROL_FRAME_MAX);
	md_auto_free unsigned char *typed = md_xcalloc(1, INPUT_CHUNK);
	md_auto_free unsigned char *input = md_xcalloc(1, INPUT_CHUNK + MD_DETACH_KEYS_MAX);
	struct session session = {.attach = attach,
				  .stdin_open = attach->has_stdin,
				  .frame = frame,
				  .typed = typed,
				  .input = input,
				  .output_fd = -1};
	int result;

	if (choose_keys(&session, err) < 0)
		return -1;
	result = md_attach_place_enter(
		&session.place, attach->fd,
		attach->has_terminal && attach->has_stdin ? MD_ATTACH_RAW : MD_ATTACH_COOKED, err);
	if (result == 0)
		result = loop(&session, err);
	md_attach_place_leave(&session.place);
	if (result < 0)
		return -1;
	if (session.forwarded_signal) {
		(void)raise(session.forwarded_signal);
		return md_fail(err, MD_ERR_STATE, "ended by %s",
			       md_signal_name(session.forwarded_signal));
	}
	*ret_end = session.end;
	*ret_exit = session.exit;
	return 0;
}

int md_attach_check_terminal(struct md_error *err)
{
	if (isatty(STDIN_FILENO))
		return 0;
	(void)md_fail(err, MD_ERR_INVALID, "the input device is not a TTY");
	return md_error_hint(err, "-t with -i needs a terminal at stdin; leave out -t, or -i");
}

struct md_window md_attach_window(void)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		return (struct md_window){size.ws_row, size.ws_col};
	return (struct md_window){0, 0};
}
