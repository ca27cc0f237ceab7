/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "runtime/handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct pair {
	int fds[2];
};

static void pair_close(struct pair *pair)
{
	md_close_fd(&pair->fds[0]);
	md_close_fd(&pair->fds[1]);
}

static struct pair pair_open(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct pair pair = {{-1, -1}};

	CHECK(md_hs_open(pair.fds, &err) == 0);
	return pair;
}

static void a_turn_says_how_far_its_sender_came(void)
{
	MD_CLEANUP(pair_close) struct pair pair = pair_open();
	struct md_hs_slots none = {0}, got = {0};
	struct md_hs_failure failure;

	CHECK(md_hs_send_turn(pair.fds[0], 7, &none) == 0);
	CHECK(md_hs_receive(pair.fds[1], 7, &got, &failure) == MD_HS_OUTCOME_TURN);
	CHECK(got.count == 0);
}

static void a_turn_out_of_order_is_refused(void)
{
	MD_CLEANUP(pair_close) struct pair pair = pair_open();
	struct md_hs_slots none = {0}, got = {0};
	struct md_hs_failure failure;

	CHECK(md_hs_send_turn(pair.fds[0], 7, &none) == 0);
	CHECK(md_hs_receive(pair.fds[1], 8, &got, &failure) == MD_HS_OUTCOME_BROKEN);
	CHECK(errno == EPROTO);
}

static void descriptors_arrive_in_their_slots(void)
{
	MD_CLEANUP(pair_close) struct pair pair = pair_open();
	struct md_hs_slots sent = {.count = 2, .slots = {5, 9}}, got = {0};
	struct md_hs_failure failure;
	struct stat a, b;

	sent.fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sent.fds[1] = open("/", O_PATH | O_CLOEXEC);
	CHECK(md_hs_send_turn(pair.fds[0], 1, &sent) == 0);
	CHECK(md_hs_receive(pair.fds[1], 1, &got, &failure) == MD_HS_OUTCOME_TURN);
	CHECK(got.count == 2 && got.slots[0] == 5 && got.slots[1] == 9);
	CHECK(fstat(sent.fds[1], &a) == 0 && fstat(got.fds[1], &b) == 0 && a.st_ino == b.st_ino);
	CHECK(fcntl(got.fds[0], F_GETFD) == FD_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		md_close_fd(&sent.fds[i]);
		md_close_fd(&got.fds[i]);
	}
}

static void a_failure_brings_its_numbers_and_words(void)
{
	MD_CLEANUP(pair_close) struct pair pair = pair_open();
	struct md_hs_failure sent = {3, 14, ENOENT, MD_ERR_SYSTEM, "because"}, got = {0};
	struct md_hs_slots slots = {0};

	md_hs_send_failure(pair.fds[0], &sent);
	CHECK(md_hs_receive(pair.fds[1], 0, &slots, &got) == MD_HS_OUTCOME_FAILED);
	CHECK(got.op == 3 && got.call == 14 && got.sys_errno == ENOENT);
	CHECK_STR(got.text, "because");
}

static void end_of_file_is_its_own_outcome(void)
{
	MD_CLEANUP(pair_close) struct pair pair = pair_open();
	struct md_hs_slots slots = {0};
	struct md_hs_failure failure;

	md_close_fd(&pair.fds[0]);
	CHECK(md_hs_receive(pair.fds[1], 0, &slots, &failure) == MD_HS_OUTCOME_CLOSED);
}

static void foreign_bytes_are_refused(void)
{
	char junk[700];

	memset(junk, 0x41, sizeof(junk));
	for (size_t length = 1; length < sizeof(junk); length += 13) {
		MD_CLEANUP(pair_close) struct pair pair = pair_open();
		struct md_hs_slots slots = {0};
		struct md_hs_failure failure;

		CHECK(send(pair.fds[0], junk, length, 0) == (ssize_t)length);
		CHECK(md_hs_receive(pair.fds[1], 0, &slots, &failure) == MD_HS_OUTCOME_BROKEN);
	}
}

int main(void)
{
	RUN(a_turn_says_how_far_its_sender_came);
	RUN(a_turn_out_of_order_is_refused);
	RUN(descriptors_arrive_in_their_slots);
	RUN(a_failure_brings_its_numbers_and_words);
	RUN(end_of_file_is_its_own_outcome);
	RUN(foreign_bytes_are_refused);
	return DONE();
}
