/* SPDX-License-Identifier: Apache-2.0 */
#include "base/name.h"

#include "base/number.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NAME_MAX_LENGTH     128
#define HOSTNAME_MAX_LENGTH 64 /* __NEW_UTS_LEN */
#define LABEL_MAX_LENGTH    63

#define HEX      "0123456789abcdef"
#define ALNUM    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* Without random numbers ids would repeat; the kernel only fails here before its pool is ready. */
static void random_bytes(void *out, size_t size)
{
	for (;;) {
		ssize_t n = getrandom(out, size, 0);

		/* Up to 256 bytes come whole or not at all. */
		if (n == (ssize_t)size)
			return;
		if (n >= 0 || errno != EINTR)
			abort();
	}
}

static void random_id(char out[MD_ID_LENGTH + 1])
{
	uint8_t bytes[MD_ID_LENGTH / 2];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		out[2 * i] = HEX[bytes[i] >> 4];
		out[2 * i + 1] = HEX[bytes[i] & 15];
	}
	out[MD_ID_LENGTH] = '\0';
}

void md_id_generate(char out[MD_ID_LENGTH + 1])
{
	/* The short form becomes a host name, and one of digits alone looks like an address. */
	do
		random_id(out);
	while (strspn(out, "0123456789") >= MD_ID_SHORT_LENGTH);
}

bool md_id_is_valid(const char *text)
{
	return strlen(text) == MD_ID_LENGTH && md_id_is_prefix(text);
}

bool md_id_is_prefix(const char *text)
{
	size_t length = strlen(text);

	return length >= 1 && length <= MD_ID_LENGTH && strspn(text, HEX) == length;
}

int md_name_check(const char *text, struct md_error *err)
{
	size_t length = strlen(text);

	if (length < 1 || length > NAME_MAX_LENGTH || !strchr(ALNUM, text[0]) ||
	    strspn(text, ALNUM "_.-") != length)
		return md_fail(err, MD_ERR_INVALID,
			       "'%.*s' is not a name (letters, digits, '_', '.' and '-', first a "
			       "letter or digit, at most %d)",
			       2 * NAME_MAX_LENGTH, text, NAME_MAX_LENGTH);
	return 0;
}

void md_name_generate(unsigned int attempt, char *out, size_t size)
{
	static const char *const moods[] = {
		"able",   "amber", "bold",    "brave",  "bright", "brisk",  "calm",   "clear",
		"clever", "cosy",  "crisp",   "daring", "deep",   "eager",  "early",  "fair",
		"fleet",  "fond",  "free",    "fresh",  "gentle", "glad",   "golden", "grand",
		"green",  "happy", "hardy",   "honest", "humble", "jolly",  "keen",   "kind",
		"lively", "loyal", "lucky",   "mellow", "merry",  "mild",   "misty",  "modest",
		"neat",   "noble", "patient", "placid", "polite", "proud",  "quick",  "quiet",
		"rapid",  "ready", "rosy",    "rustic", "serene", "silent", "silver", "smart",
		"snug",   "solid", "steady",  "sunny",  "swift",  "tidy",   "vivid",  "warm",
	};
	static const char *const things[] = {
		"acorn",  "anchor",  "badger",  "barrel", "beacon", "birch",  "bridge",  "brook",
		"cabin",  "canyon",  "cedar",   "cliff",  "cloud",  "comet",  "coral",   "crane",
		"delta",  "dune",    "ember",   "falcon", "fern",   "fjord",  "forest",  "garden",
		"glade",  "harbor",  "hazel",   "heron",  "hill",   "island", "juniper", "kettle",
		"lagoon", "lantern", "lark",    "ledge",  "maple",  "marsh",  "meadow",  "mill",
		"moss",   "oak",     "orchard", "otter",  "pebble", "pier",   "pine",    "pond",
		"quarry", "raft",    "reef",    "ridge",  "river",  "robin",  "sparrow", "spruce",
		"stone",  "summit",  "thicket", "valley", "violet", "wharf",  "willow",  "wren",
	};
	uint16_t pick[3];

	random_bytes(pick, sizeof(pick));
	(void)snprintf(out, size, "%s_%s", moods[pick[0] % COUNT(moods)],
		       things[pick[1] % COUNT(things)]);
	if (attempt > 0 && strlen(out) + 1 < size)
		(void)snprintf(out + strlen(out), size - strlen(out), "%u", pick[2] % 10U);
}

/* One label of a host name: letters, digits and inner hyphens. */
static bool is_label(const char *text, size_t length)
{
	return length >= 1 && length <= LABEL_MAX_LENGTH && strspn(text, ALNUM "-") >= length &&
	       text[0] != '-' && text[length - 1] != '-';
}

int md_hostname_check(const char *text, struct md_error *err)
{
	bool good = strlen(text) <= HOSTNAME_MAX_LENGTH;
	const char *label = text;

	while (good) {
		const char *end = strchrnul(label, '.');

		good = is_label(label, (size_t)(end - label));
		if (!*end)
			break;
		label = end + 1;
	}
	if (!good)
		return md_fail(err, MD_ERR_INVALID,
			       "'%.*s' is not a host name (letters, digits and inner '-', "
			       "separated by '.', at most %d bytes)",
			       2 * NAME_MAX_LENGTH, text, HOSTNAME_MAX_LENGTH);
	return 0;
}
