/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minidock-unpack - the only program that parses archives. Descriptors: see images/worker.h.
 *
 *	minidock-unpack [builtin] [max-bytes=N] [max-entries=N] [max-ratio=N]
 */
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/number.h"
#include "images/confine.h"
#include "images/tar_reader.h"
#include "images/worker.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

MD_DEFINE_AUTO(tree, struct md_tree *, md_tree_free)

/* From the assembly file that make_busybox_tar.py writes. */
extern const char md_busybox_tar_start[], md_busybox_tar_end[];

static const struct md_tar_limits default_limits = {
	.bytes = (uint64_t)64 << 30,
	.ratio = 200,
	.ratio_from = (uint64_t)64 << 20,
	.entries = 1000000,
};

struct arguments {
	struct md_tar_source source;
	struct md_tar_limits limits;
};

static int parse_limit(const char *text, struct md_tar_limits *limits, struct md_error *err)
{
	const struct {
		const char *prefix;
		uint64_t *value;
	} known[] = {
		{"max-bytes=", &limits->bytes},
		{"max-entries=", &limits->entries},
		{"max-ratio=", &limits->ratio},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (md_str_starts(text, known[i].prefix))
			return md_parse_u64(text + strlen(known[i].prefix), 1, UINT64_MAX / 2,
					    known[i].value, err);
	return md_fail(err, MD_ERR_INVALID, "unknown argument '%s'", text);
}

static int parse_arguments(char **argv, struct arguments *ret, struct md_error *err)
{
	ret->source = (struct md_tar_source){.fd = MD_WORKER_INPUT};
	ret->limits = default_limits;
	for (argv++; *argv; argv++) {
		if (strcmp(*argv, "builtin") == 0)
			ret->source = (struct md_tar_source){
				.fd = -1,
				.memory = md_busybox_tar_start,
				.length = (size_t)(md_busybox_tar_end - md_busybox_tar_start),
			};
		else if (parse_limit(*argv, &ret->limits, err) < 0)
			return -1;
	}
	return 0;
}

static int unpack(const struct arguments *arguments, struct md_tar_result *ret,
		  struct md_error *err)
{
	MD_CLEANUP(md_cleanup_tree) struct md_tree *tree = NULL;

	if (md_confine(MD_CONFINE_UNPACK, MD_WORKER_DIRECTORY, arguments->limits.bytes, err) < 0)
		return -1;
	(void)posix_fadvise(MD_WORKER_INPUT, 0, 0, POSIX_FADV_SEQUENTIAL); /* not for pipes */
	tree = md_tree_create(MD_WORKER_DIRECTORY, MD_WORKER_NOTES);
	return md_tar_unpack(&arguments->source, &arguments->limits, tree, ret, err);
}

static struct md_json *describe(const struct md_tar_result *result, const struct md_error *err)
{
	struct md_json *object = md_json_object();

	if (err->code != MD_OK) {
		md_json_set_string(object, "error", err->msg);
		md_json_set_number(object, "code", err->code);
		return object;
	}
	md_json_set_string(object, "diff_id", result->diff_id);
	md_json_set_number(object, "tar_bytes", (int64_t)result->tar_bytes);
	md_json_set_number(object, "entries", (int64_t)result->entries);
	md_json_set_number(object, "skipped", (int64_t)result->skipped);
	md_json_set_number(object, "dropped_xattrs", (int64_t)result->dropped_xattrs);
	return object;
}

int main(int argc, char **argv)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_tar_result result = {0};
	md_auto_json struct md_json *object = NULL;
	md_auto_free char *line = NULL;
	struct arguments arguments;

	(void)argc;
	if (parse_arguments(argv, &arguments, &err) == 0)
		(void)unpack(&arguments, &result, &err);
	object = describe(&result, &err);
	line = md_json_compact(object);
	return md_write_all(MD_WORKER_RESULT, line, strlen(line)) < 0 ||
	       md_write_all(MD_WORKER_RESULT, "\n", 1) < 0;
}
