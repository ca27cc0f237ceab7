/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"

void md_spec_root(const struct md_spec_source *source, struct md_spec *spec)
{
	struct md_root *root = &spec->root;

	root->mount_point = md_xasprintf("%s/root/mount", source->directory);
	root->via = source->request->root_via;
	root->is_readonly = source->request->is_readonly;
	if (source->request->rootfs) {
		root->kind = MD_ROOT_DIRECTORY;
		root->directory = md_xstrdup(source->request->rootfs);
		return;
	}
	root->kind = MD_ROOT_OVERLAY;
	md_strv_copy(&root->layers, &source->image->layers);
	root->upper = md_xasprintf("%s/root/upper", source->directory);
	root->work = md_xasprintf("%s/root/work", source->directory);
}
