/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "containers/attach.h"

/* Type `text` in one go, or byte by byte; what came through is in `out`. */
static bool type(struct md_detach_keys *keys, const char *text, size_t step, char *out)
{
	unsigned char passed[64];
	size_t length, total = 0, left = strlen(text);
	bool detached = false;

	while (left > 0 && !detached) {
		size_t n = left < step ? left : step;

		detached = md_detach_keys_filter(keys, (const unsigned char *)text, n, passed,
						 &length);
		memcpy(out + total, passed, length);
		total += length;
		text += n;
		left -= n;
	}
	out[total] = '\0';
	return detached;
}

static struct md_detach_keys parsed(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_detach_keys keys = {.length = 99};

	CHECK(md_detach_keys_parse(text, &keys, &err) == 0);
	return keys;
}

static void the_default_is_ctrl_p_ctrl_q(void)
{
	struct md_detach_keys keys = parsed(NULL);

	CHECK(keys.length == 2 && keys.keys[0] == 0x10 && keys.keys[1] == 0x11);
}

static void names_of_keys_are_read(void)
{
	struct md_detach_keys keys = parsed("ctrl-x,y,ctrl-@,ctrl-],ctrl-_,ctrl-A");

	CHECK(keys.length == 6);
	CHECK(memcmp(keys.keys, "\x18y\x00\x1d\x1f\x01", 6) == 0);
	CHECK(parsed("").length == 0);
}

static void bad_names_are_refused(void)
{
	static const char *const bad[] = {"ctrl-", "ctrl-1", "ab",
					  "a,,b",  "a,",     "ctrl-p ctrl-q",
					  ",",     "Ctrl-p", "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_detach_keys keys;

		CHECK(md_detach_keys_parse(bad[i], &keys, &err) < 0);
		CHECK(err.code == MD_ERR_INVALID);
	}
}

static void the_sequence_detaches_and_is_not_passed_on(void)
{
	for (size_t step = 1; step <= 5; step++) {
		struct md_detach_keys keys = parsed(NULL);
		char out[64];

		CHECK(type(&keys, "ls\n\x10\x11ignored", step, out));
		CHECK_STR(out, "ls\n");
	}
}

static void a_broken_sequence_is_passed_on_whole(void)
{
	for (size_t step = 1; step <= 5; step++) {
		struct md_detach_keys keys = parsed(NULL);
		char out[64];

		CHECK(!type(&keys, "\x10x\x10\x10y", step, out));
		CHECK_STR(out, "\x10x\x10\x10y");
	}
}

static void a_repeated_first_key_still_starts_the_sequence(void)
{
	struct md_detach_keys keys = parsed("a,a,b");
	char out[64];

	CHECK(type(&keys, "aaab", 1, out));
	CHECK_STR(out, "a");
	keys = parsed("ctrl-p,ctrl-q");
	CHECK(type(&keys, "\x10\x10\x11", 3, out));
	CHECK_STR(out, "\x10");
}

static void without_a_sequence_everything_passes(void)
{
	struct md_detach_keys keys = parsed("");
	char out[64];

	CHECK(!type(&keys, "\x10\x11", 2, out));
	CHECK_STR(out, "\x10\x11");
}

int main(void)
{
	RUN(the_default_is_ctrl_p_ctrl_q);
	RUN(names_of_keys_are_read);
	RUN(bad_names_are_refused);
	RUN(the_sequence_detaches_and_is_not_passed_on);
	RUN(a_broken_sequence_is_passed_on_whole);
	RUN(a_repeated_first_key_still_starts_the_sequence);
	RUN(without_a_sequence_everything_passes);
	return DONE();
}
