/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/attach.h"

#include <ctype.h>
#include <string.h>

/* The control character that ctrl-<c> types (ASCII: the low five bits), -1 if there is none. */
static int control_character(char c)
{
	int upper = toupper((unsigned char)c);

	if (upper < '@' || upper > '_')
		return -1;
	return upper & 0x1f;
}

/* One item between commas. */
static int parse_key(const char *item, size_t length)
{
	static const char prefix[] = "ctrl-";
	const size_t prefix_length = sizeof(prefix) - 1;

	if (length == 1)
		return (unsigned char)item[0];
	if (length == prefix_length + 1 && strncmp(item, prefix, prefix_length) == 0)
		return control_character(item[prefix_length]);
	return -1;
}

int md_detach_keys_parse(const char *text, struct md_detach_keys *ret, struct md_error *err)
{
	const char *item = text ? text : MD_DETACH_KEYS_DEFAULT;
	struct md_detach_keys keys = {.length = 0};

	while (*item) {
		size_t length = strcspn(item, ",");
		int key = parse_key(item, length);

		if (key < 0)
			return md_fail(err, MD_ERR_INVALID,
				       "detach keys '%s': '%.*s' is neither one character nor "
				       "ctrl-<letter or one of @ [ \\ ] ^ _>",
				       text, (int)length, item);
		if (keys.length == MD_DETACH_KEYS_MAX)
			return md_fail(err, MD_ERR_INVALID, "detach keys '%s': more than %d keys",
				       text, MD_DETACH_KEYS_MAX);
		keys.keys[keys.length++] = (unsigned char)key;
		item += length;
		if (*item == ',' && item[1] == '\0')
			return md_fail(err, MD_ERR_INVALID, "detach keys '%s': ends with a comma",
				       text);
		if (*item == ',')
			item++;
	}
	*ret = keys;
	return 0;
}

/*
 * One more byte after `matched` keys. When it breaks the sequence, its end may still be the start
 * of a new one ("a,a,b" typed as a a a b): keep the longest such end, release what is before.
 */
static void match_byte(struct md_detach_keys *keys, unsigned char byte, unsigned char *out,
		       size_t *length)
{
	unsigned char typed[MD_DETACH_KEYS_MAX + 1];
	size_t count = keys->matched + 1, keep;

	memcpy(typed, keys->keys, keys->matched);
	typed[keys->matched] = byte;
	for (keep = count; keep > 0; keep--)
		if (memcmp(typed + count - keep, keys->keys, keep) == 0)
			break;
	memcpy(out + *length, typed, count - keep);
	*length += count - keep;
	keys->matched = keep;
}

bool md_detach_keys_filter(struct md_detach_keys *keys, const unsigned char *bytes, size_t length,
			   unsigned char *out, size_t *ret_length)
{
	size_t count = 0;

	if (keys->length == 0) {
		memcpy(out, bytes, length);
		*ret_length = length;
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		match_byte(keys, bytes[i], out, &count);
		if (keys->matched == keys->length) {
			keys->matched = 0;
			*ret_length = count;
			return true;
		}
	}
	*ret_length = count;
	return false;
}
