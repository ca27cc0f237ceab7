/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "containers/client.h"
#include "containers/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char buffer[MD_CONTROL_FRAME_MAX + 16];

static int decode(const char *bytes, size_t length, enum md_control_side side,
		  struct md_frame *frame)
{
	struct md_error err = MD_ERROR_INIT;
	int result = md_frame_decode(bytes, length, side, frame, &err);

	CHECK((result < 0) == (err.code == MD_ERR_CORRUPT));
	return result;
}

static void every_byte_is_a_known_type_or_refused(void)
{
	static const char client[] = "RIEWSD", supervisor[] = "AF12TX";
	struct md_frame frame;

	for (int type = 0; type < 256; type++) {
		char bytes[5] = {(char)type, 1, 1, 1, 1};
		size_t length = type == 'W' ? 5 : 2;

		if (strchr("EDT", type) && type != 0)
			length = 1;
		if (type != 0 && strchr("RAFX", type))
			length = 3;
		CHECK((decode(bytes, length, MD_CONTROL_FROM_CLIENT, &frame) == 0) ==
		      (type != 0 && strchr(client, type) != NULL));
		CHECK((decode(bytes, length, MD_CONTROL_FROM_SUPERVISOR, &frame) == 0) ==
		      (type != 0 && strchr(supervisor, type) != NULL));
	}
}

static void an_empty_message_is_refused(void)
{
	struct md_frame frame;

	CHECK(decode("", 0, MD_CONTROL_FROM_CLIENT, &frame) < 0);
}

static void lengths_are_those_of_the_type(void)
{
	struct md_frame frame;

	CHECK(decode("Wabc", 4, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("Wabcde", 6, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("S", 1, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("S\x01\x02", 3, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("Ex", 2, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("I", 1, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	memset(buffer, 'I', sizeof(buffer));
	CHECK(decode((const char *)buffer, MD_CONTROL_FRAME_MAX, MD_CONTROL_FROM_CLIENT, &frame) ==
	      0);
	CHECK(frame.length == MD_CONTROL_PAYLOAD_MAX);
	CHECK(decode((const char *)buffer, MD_CONTROL_FRAME_MAX + 1, MD_CONTROL_FROM_CLIENT,
		     &frame) < 0);
}

static void a_signal_is_one_of_1_to_64(void)
{
	struct md_frame frame;

	CHECK(decode("S\x00", 2, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("S\x41", 2, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("S\xff", 2, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("S\x40", 2, MD_CONTROL_FROM_CLIENT, &frame) == 0);
	CHECK(md_frame_signal(&frame) == 64);
}

static void a_window_has_a_size(void)
{
	struct md_frame frame;

	CHECK(decode("W\x00\x00\x50\x00", 5, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("W\x18\x00\x00\x00", 5, MD_CONTROL_FROM_CLIENT, &frame) < 0);
	CHECK(decode("W\x18\x00\x50\x01", 5, MD_CONTROL_FROM_CLIENT, &frame) == 0);
	CHECK(md_frame_window(&frame).rows == 24 && md_frame_window(&frame).columns == 336);
}

static void frames_arrive_as_they_were_sent(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_frame frame;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	CHECK(md_frame_send(pair[0], MD_FRAME_STDOUT, "abc", 3, &err) == 1);
	CHECK(md_frame_send(pair[0], MD_FRAME_STDIN_TAKEN, NULL, 0, &err) == 1);
	CHECK(md_frame_receive(pair[1], MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, &err) == 1);
	CHECK(frame.type == MD_FRAME_STDOUT && frame.length == 3);
	CHECK(memcmp(frame.payload, "abc", 3) == 0);
	CHECK(md_frame_receive(pair[1], MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, &err) == 1);
	CHECK(frame.type == MD_FRAME_STDIN_TAKEN && frame.length == 0);
	CHECK(close(pair[0]) == 0);
	CHECK(md_frame_receive(pair[1], MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, &err) == 0);
	CHECK(md_frame_send(pair[1], MD_FRAME_DETACH, NULL, 0, &err) < 0);
	CHECK(err.code == MD_ERR_PEER);
	(void)close(pair[1]);
}

static void a_message_that_is_too_long_is_refused_not_cut(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_frame frame;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	memset(buffer, 'I', sizeof(buffer));
	CHECK(send(pair[0], buffer, MD_CONTROL_FRAME_MAX + 1, 0) == MD_CONTROL_FRAME_MAX + 1);
	CHECK(md_frame_receive(pair[1], MD_CONTROL_FROM_CLIENT, buffer, &frame, &err) < 0);
	CHECK(err.code == MD_ERR_CORRUPT);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void a_full_socket_is_no_error(void)
{
	struct md_error err = MD_ERROR_INIT;
	int pair[2], sent;

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
	do
		sent = md_frame_send(pair[0], MD_FRAME_STDOUT, buffer, MD_CONTROL_PAYLOAD_MAX,
				     &err);
	while (sent == 1);
	CHECK(sent == 0 && err.code == MD_OK);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void the_last_frame_survives_a_close_with_unread_input(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_frame frame;
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	CHECK(md_frame_send(pair[0], MD_FRAME_STDIN, "never read", 10, &err) == 1);
	CHECK(md_frame_send(pair[1], MD_FRAME_EXIT, "{}", 2, &err) == 1);
	CHECK(close(pair[1]) == 0);
	CHECK(md_frame_receive(pair[0], MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, &err) == 1);
	CHECK(frame.type == MD_FRAME_EXIT);
	(void)close(pair[0]);
}

static void errors_travel_whole(void)
{
	struct md_error sent = MD_ERROR_INIT, got = MD_ERROR_INIT;

	errno = EACCES;
	(void)md_fail_errno(&sent, "open '/x'");
	sent.code = MD_ERR_NOT_EXECUTABLE;
	md_auto_json struct md_json *json = md_control_error_to_json(&sent);

	CHECK(md_control_error_from_json(json, &got) == -1);
	CHECK(got.code == MD_ERR_NOT_EXECUTABLE && got.sys_errno == EACCES);
	CHECK_STR(got.msg, sent.msg);
}

static void an_error_of_unknown_code_is_the_peers_fault(void)
{
	static const char text[] = "{\"code\":\"MD_ERR_FUTURE\",\"errno\":-5,\"message\":\"new\"}";
	struct md_error err = MD_ERROR_INIT, got = MD_ERROR_INIT;
	md_auto_json struct md_json *json = md_json_parse(text, strlen(text), &err);

	CHECK(md_control_error_from_json(json, &got) == -1);
	CHECK(got.code == MD_ERR_PEER && got.sys_errno == 0);
	CHECK_STR(got.msg, "new");
}

static void only_objects_are_requests(void)
{
	static const char *const bad[] = {"[]", "1", "\"x\"", "{", "{}x", "null"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_frame frame = {MD_FRAME_REQUEST, (const unsigned char *)bad[i],
					 strlen(bad[i])};

		CHECK(md_frame_json(&frame, &err) == NULL && err.code == MD_ERR_CORRUPT);
	}
}

static void exit_codes_outside_a_byte_are_refused(void)
{
	static const char *const bad[] = {"{\"code\":256}", "{\"code\":-1}", "{}",
					  "{\"code\":\"0\"}"};
	struct md_frame good = {MD_FRAME_EXIT, (const unsigned char *)"{\"code\":137,\"oom\":true}",
				23};
	struct md_error err = MD_ERROR_INIT;
	struct md_exit how;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct md_error why = MD_ERROR_INIT;
		struct md_frame frame = {MD_FRAME_EXIT, (const unsigned char *)bad[i],
					 strlen(bad[i])};

		CHECK(md_client_parse_exit(&frame, &how, &why) < 0);
	}
	CHECK(md_client_parse_exit(&good, &how, &err) == 0);
	CHECK(how.code == 137 && how.is_oom_killed);
}

int main(void)
{
	RUN(every_byte_is_a_known_type_or_refused);
	RUN(an_empty_message_is_refused);
	RUN(lengths_are_those_of_the_type);
	RUN(a_signal_is_one_of_1_to_64);
	RUN(a_window_has_a_size);
	RUN(frames_arrive_as_they_were_sent);
	RUN(a_message_that_is_too_long_is_refused_not_cut);
	RUN(a_full_socket_is_no_error);
	RUN(the_last_frame_survives_a_close_with_unread_input);
	RUN(errors_travel_whole);
	RUN(an_error_of_unknown_code_is_the_peers_fault);
	RUN(only_objects_are_requests);
	RUN(exit_codes_outside_a_byte_are_refused);
	return DONE();
}
