/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan must change nothing, so nothing here opens a store: directories are looked at only when
 * they exist, and what cannot be seen is replaced by something that has the same shape.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "containers/init_program.h"
#include "containers/lifecycle_parts.h"
#include "containers/userns_range.h"
#include "containers/volumes.h"
#include "runtime/compile.h"
#include "runtime/host_probe.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Any id would do; a fixed one makes two plans of one request the same bytes. */
#define PLAN_ID "feedc0defeedc0defeedc0defeedc0defeedc0defeedc0defeedc0defeedc0de"

#define ROOT_DEFAULT "/var/lib/minidock"

struct plan {
	struct md_run_request request; /* a copy, with what create adds */
	char *root, *directory, *volumes, *init;
	struct md_image image;
	struct md_host host;
	struct md_str *notes;
};

static void plan_fini(struct plan *plan)
{
	free(plan->root);
	free(plan->directory);
	free(plan->volumes);
	free(plan->init);
	md_image_fini(&plan->image);
	md_run_request_fini(&plan->request);
}

static char *choose_root(const char *root)
{
	const char *from_env = getenv("MINIDOCK_ROOT");

	if (root && *root)
		return md_xstrdup(root);
	return md_xstrdup(from_env && *from_env ? from_env : ROOT_DEFAULT);
}

static bool has_reference(const struct md_image *image, const char *text)
{
	md_auto_free char *reference = NULL;
	struct md_error ignored = MD_ERROR_INIT;

	if (strncmp(image->id, text, strlen(text)) == 0 ||
	    (strlen(image->id) > 7 && strncmp(image->id + 7, text, strlen(text)) == 0))
		return true;
	return md_reference_normalise(text, &reference, &ignored) == 0 &&
	       md_strv_has(&image->references, reference);
}

/* Take the image that the request names out of the list. */
static bool pick(struct plan *plan, struct md_image *list, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (!found && has_reference(&list[i], plan->request.image)) {
			plan->image = list[i];
			found = true;
		} else {
			md_image_fini(&list[i]);
		}
	}
	free(list);
	return found;
}

/* An existing, readable store is listed; md_image_find() could unpack the built-in image. */
static bool find_image(struct plan *plan)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *references = md_xasprintf("%s/images/references.json", plan->root);
	md_auto_close int root_fd = -1;
	struct md_image_store *store;
	struct md_image *list;
	size_t count;
	bool found = false;

	if (access(references, R_OK | W_OK) < 0)
		return false;
	root_fd = md_fs_open_dir(AT_FDCWD, plan->root, &ignored);
	if (root_fd < 0)
		return false;
	store = md_image_store_open(root_fd, plan->root, &ignored);
	if (!store)
		return false;
	if (md_image_list(store, &list, &count, &ignored) == 0)
		found = pick(plan, list, count);
	md_image_store_close(store);
	return found;
}

static void assume_image(struct plan *plan)
{
	md_strv_addf(&plan->image.layers, "%s/images/layers/IMAGE/fs", plan->root);
	md_strv_add(&plan->image.config.cmd, "sh");
	md_str_addf(plan->notes,
		    "image '%s' is not there or cannot be read: its layers are shown as one, its "
		    "command as 'sh'\n",
		    plan->request.image);
}

/* Whether the other container runs is known to root only. */
static int assume_join_target(struct plan *plan, struct md_error *err)
{
	const char *name;

	if (md_spec_join_target(&plan->request, &name, err) < 0)
		return -1;
	if (name)
		md_str_addf(plan->notes, "'%s' is taken to be running\n", name);
	return 0;
}

static int find_init(struct plan *plan, struct md_error *err)
{
	return plan->request.use_init ? md_init_program_find(&plan->init, err) : 0;
}

static int build(struct plan *plan, struct md_program *program, struct md_error *err)
{
	struct md_spec_source source = {
		.id = PLAN_ID,
		.request = &plan->request,
		.image = plan->request.rootfs ? NULL : &plan->image,
		.host = &plan->host,
		.directory = plan->directory,
		.volumes = plan->volumes,
		.init_path = plan->init,
		.userns_base = md_userns_range_first_choice(PLAN_ID),
		.is_plan = true,
	};
	MD_CLEANUP(md_spec_fini) struct md_spec spec;
	void *filter = NULL;
	int result;

	md_spec_init(&spec);
	result = assume_join_target(plan, err);
	if (result == 0)
		result = md_spec_build(&source, &spec, &filter, err);
	if (result == 0)
		md_compile_start(&spec, &plan->host, program);
	free(filter);
	return result;
}

static int compile(struct plan *plan, struct md_program *program, struct md_error *err)
{
	if (md_run_request_check(&plan->request, err) < 0 || md_host_probe(&plan->host, err) < 0 ||
	    find_init(plan, err) < 0)
		return -1;
	if (!plan->request.rootfs && !find_image(plan))
		assume_image(plan);
	md_volumes_declare(&plan->request, &plan->image.config);
	return build(plan, program, err);
}

int md_lifecycle_plan(const char *root, const struct md_run_request *request,
		      struct md_program *program, struct md_str *ret_notes, struct md_error *err)
{
	struct plan plan = {.notes = ret_notes};
	int result;

	md_run_request_copy(&plan.request, request);
	md_lifecycle_default_cgroup_parent(&plan.request);
	plan.root = choose_root(root);
	plan.directory = md_xasprintf("%s/containers/" PLAN_ID, plan.root);
	plan.volumes = md_xasprintf("%s/volumes", plan.root);
	result = compile(&plan, program, err);
	plan_fini(&plan);
	return result;
}
