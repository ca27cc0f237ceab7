/* SPDX-License-Identifier: Apache-2.0 */
/* What a client may send to a supervisor, and the other way round; detach keys in what was typed.
 */
#include "tests/fuzz/fuzz.h"

#include "containers/attach.h"
#include "containers/client.h"
#include "containers/control.h"

static void check_json(const struct md_frame *frame)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_error other = MD_ERROR_INIT;
	md_auto_json struct md_json *json = md_frame_json(frame, &err);
	struct md_exit ended = {0};

	(void)fuzz_result(json ? 0 : -1, &err);
	/* Whatever the other side says, it becomes an error; its words may be none. */
	if (json)
		ALWAYS(md_control_error_from_json(json, &other) == -1 && other.code != MD_OK &&
		       memchr(other.msg, '\0', sizeof(other.msg)));
	(void)fuzz_result(md_client_parse_exit(frame, &ended, &err), &err);
}

static void check_frame(const uint8_t *data, size_t size, enum md_control_side side)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_frame frame;

	if (fuzz_result(md_frame_decode(data, size, side, &frame, &err), &err) < 0)
		return;
	ALWAYS(frame.length == size - 1 && frame.length <= MD_CONTROL_PAYLOAD_MAX);
	if (frame.type == MD_FRAME_SIGNAL)
		ALWAYS(md_frame_signal(&frame) >= 1 && md_frame_signal(&frame) <= 64);
	if (frame.type == MD_FRAME_RESIZE)
		ALWAYS(md_frame_window(&frame).rows && md_frame_window(&frame).columns);
	if (frame.type == MD_FRAME_REQUEST || frame.type == MD_FRAME_ERROR ||
	    frame.type == MD_FRAME_EXIT)
		check_json(&frame);
}

/* The first line is the key sequence, the rest is typed in pieces; nothing is lost or invented. */
static void check_keys(const uint8_t *data, size_t size)
{
	md_auto_free char *text = fuzz_text(data, size);
	char *typed = strchr(text, '\n');
	struct md_detach_keys keys = {0};
	struct md_error err = MD_ERROR_INIT;
	unsigned char out[7 + MD_DETACH_KEYS_MAX];
	size_t passed = 0;
	size_t total = 0;

	if (!typed)
		return;
	*typed++ = '\0';
	if (fuzz_result(md_detach_keys_parse(text, &keys, &err), &err) < 0)
		return;
	ALWAYS(keys.length <= MD_DETACH_KEYS_MAX);
	for (size_t left = strlen(typed); left > 0;) {
		size_t part = left < 7 ? left : 7;
		size_t length = 0;

		if (md_detach_keys_filter(&keys, (const unsigned char *)typed, part, out, &length))
			return;
		passed += length;
		total += part;
		typed += part;
		left -= part;
		ALWAYS(passed + keys.matched == total);
	}
}

FUZZ(data, size)
{
	check_frame(data, size, MD_CONTROL_FROM_CLIENT);
	check_frame(data, size, MD_CONTROL_FROM_SUPERVISOR);
	check_keys(data, size);
	return 0;
}
