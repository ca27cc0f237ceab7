/* SPDX-License-Identifier: Apache-2.0 */
#include "images/import.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "images/blob.h"
#include "images/changes.h"
#include "images/config.h"
#include "images/id_index.h"
#include "images/layer.h"
#include "images/manifest.h"
#include "images/reference.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

/* Go's names for architectures, which OCI uses. */
static const char *architecture(const char *machine)
{
	static const char *const names[][2] = {
		{"x86_64", "amd64"},    {"aarch64", "arm64"},   {"armv7l", "arm"},
		{"ppc64le", "ppc64le"}, {"riscv64", "riscv64"}, {"s390x", "s390x"},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(machine, names[i][0]) == 0)
			return names[i][1];
	return machine;
}

static void describe(struct md_image *image, const struct md_unpacked *layer)
{
	struct utsname machine = {0};

	(void)uname(&machine);
	image->created_ns = md_clock_wall_ns();
	image->architecture = md_xstrdup(architecture(machine.machine));
	image->os = md_xstrdup("linux");
	md_strv_add(&image->diff_ids, layer->diff_id);
}

/* Stores configuration and manifest; fills id and digest. */
static int put_blobs(const struct md_image_store *store, const struct md_import_job *job,
		     const struct md_unpacked *unpacked, struct md_error *err)
{
	md_auto_json struct md_json *config = md_image_config_format(job->image, job->created_by);
	md_auto_free char *config_text = md_json_compact(config);
	struct md_descriptor layer = {.digest = unpacked->diff_id, .size = unpacked->tar_bytes};
	struct md_descriptor config_blob = {.size = strlen(config_text)};
	md_auto_json struct md_json *manifest = NULL;
	md_auto_free char *manifest_text = NULL;
	char digest[MD_DIGEST_TEXT_MAX];

	if (config_blob.size > MD_BLOB_MAX)
		return md_fail(err, MD_ERR_INVALID, "the image configuration is larger than 4 MiB");
	if (md_blob_put(store, config_text, config_blob.size, digest, err) < 0)
		return -1;
	job->image->id = md_xstrdup(digest);
	config_blob.digest = job->image->id;
	manifest = md_manifest_format(&config_blob, &layer);
	manifest_text = md_json_compact(manifest);
	if (md_blob_put(store, manifest_text, strlen(manifest_text), digest, err) < 0)
		return -1;
	job->image->digest = md_xstrdup(digest);
	md_id_index_put(store, job->image->id, digest);
	return 0;
}

static int commit(const struct md_image_store *store, const struct md_staging *staging,
		  const struct md_import_job *job, const struct md_unpacked *unpacked,
		  struct md_error *err)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	struct md_layer layer = {.diff_id = unpacked->diff_id, .size = unpacked->tar_bytes};
	md_auto_close int lock = md_image_store_lock(store, err);

	if (lock < 0 || md_layer_install(store, staging, &layer, err) < 0 ||
	    put_blobs(store, job, unpacked, err) < 0 || md_references_load(store, &refs, err) < 0)
		return -1;
	md_references_set(&refs, job->reference, job->image->digest);
	return md_references_save(store, &refs, err);
}

int md_import_run(struct md_image_store *store, const struct md_import_job *job,
		  struct md_unpacked *ret, struct md_error *err)
{
	MD_CLEANUP(md_staging_fini) struct md_staging staging = MD_STAGING_INIT;

	if (md_staging_create(store, &staging, err) < 0 ||
	    md_unpack(&staging, &job->source, ret, err) < 0)
		return -1;
	describe(job->image, ret);
	return commit(store, &staging, job, ret, err);
}

static int open_source(const char *path, struct md_unpack_source *ret, struct md_error *err)
{
	md_auto_close int fd = -1;
	struct stat st;

	if (strcmp(path, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return md_fail_errno(err, "open '%s'", path);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) &&
	    !S_ISSOCK(st.st_mode))
		return md_fail(err, MD_ERR_INVALID, "'%s' is neither an archive nor a directory",
			       path);
	ret->kind = S_ISDIR(st.st_mode) ? MD_UNPACK_DIRECTORY : MD_UNPACK_ARCHIVE;
	ret->fd = md_steal_fd(&fd);
	return 0;
}

static int apply_changes(const struct md_image_import *import, struct md_image_config *config,
			 struct md_error *err)
{
	size_t i;

	for (i = 0; import->changes && i < import->changes->count; i++)
		if (md_image_change_apply(config, import->changes->items[i], err) < 0)
			return -1;
	return 0;
}

static void warn(const struct md_image_import *import, const struct md_unpacked *unpacked)
{
	if (!import->warnings)
		return;
	if (unpacked->skipped > 0)
		md_strv_addf(import->warnings, "%llu devices, fifos and sockets were left out",
			     (unsigned long long)unpacked->skipped);
	if (unpacked->dropped_xattrs > 0)
		md_strv_addf(import->warnings, "%llu extended attributes were left out",
			     (unsigned long long)unpacked->dropped_xattrs);
}

int md_image_import(struct md_image_store *store, const struct md_image_import *import,
		    char **ret_id, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	md_auto_free char *reference = NULL;
	md_auto_free char *created_by = NULL;
	struct md_unpacked unpacked = {0};
	struct md_import_job job = {.source.fd = -1, .image = &image};
	int done;

	if (import->reference && md_reference_normalise(import->reference, &reference, err) < 0)
		return -1;
	if (apply_changes(import, &image.config, err) < 0 ||
	    open_source(import->source, &job.source, err) < 0)
		return -1;
	image.comment = md_xstrdup(import->message ? import->message : "");
	created_by = md_xasprintf("minidock image import %s", import->source);
	job.reference = reference;
	job.created_by = created_by;
	done = md_import_run(store, &job, &unpacked, err);
	md_close_fd(&job.source.fd);
	if (done < 0)
		return md_error_prefix(err, "import '%s'", import->source);
	warn(import, &unpacked);
	*ret_id = md_steal_ptr(&image.id);
	return 0;
}
