/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minidock-pack - a directory becomes a tar stream. Descriptors: see images/worker.h.
 */
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "images/confine.h"
#include "images/pack_tree.h"
#include "images/worker.h"

#include <errno.h>
#include <string.h>

MD_DEFINE_AUTO(tar_writer, struct md_tar_writer *, md_tar_writer_free)

static int pack(struct md_error *err)
{
	MD_CLEANUP(md_cleanup_tar_writer)
	struct md_tar_writer *writer = md_tar_writer_create(MD_WORKER_OUTPUT);

	if (md_confine(MD_CONFINE_PACK, MD_WORKER_DIRECTORY, (uint64_t)1 << 40, err) < 0)
		return -1;
	return md_tree_pack(MD_WORKER_DIRECTORY, writer, err);
}

int main(void)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *object = md_json_object();
	md_auto_free char *line = NULL;

	/* A reader that went away has its own reason to tell. */
	if (pack(&err) < 0 && err.sys_errno != EPIPE) {
		md_json_set_string(object, "error", err.msg);
		md_json_set_number(object, "code", err.code);
	}
	line = md_json_compact(object);
	return md_write_all(MD_WORKER_RESULT, line, strlen(line)) < 0;
}
