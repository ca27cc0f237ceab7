/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spec_parts.h - the topics of spec_build.c, one file each. Nobody else includes it.
 *
 * Each fills its members of the spec from the source; the order is that of md_spec_build(): the
 * process needs to know the namespaces, and everything else the user.
 */
#ifndef MD_CONTAINERS_SPEC_PARTS_H
#define MD_CONTAINERS_SPEC_PARTS_H

#include "containers/spec_build.h"

/* spec_namespaces.c: namespaces, id maps, host name, sysctls. */
/* Modes of all namespaces, id maps, host name. */
int md_spec_namespaces(const struct md_spec_source *source, struct md_spec *spec,
		       struct md_error *err);
/* The defaults and what was asked for, if it belongs to a namespace of the container. */
int md_spec_sysctls(const struct md_spec_source *source, struct md_spec *spec,
		    struct md_error *err);

/* spec_root.c: layers, writable layer, or --rootfs. */
void md_spec_root(const struct md_spec_source *source, struct md_spec *spec);

/* spec_mounts.c: generated files, volumes, binds, tmpfs, in the order of their depth. */
int md_spec_mounts(const struct md_spec_source *source, struct md_spec *spec, struct md_error *err);

/* spec_devices.c: nodes beyond the default ones and the rules for all of them. */
int md_spec_devices(const struct md_spec_source *source, struct md_spec *spec,
		    struct md_error *err);

/* spec_process.c: command, environment, user, directory, limits. */
int md_spec_process(const struct md_spec_source *source, struct md_spec *spec,
		    struct md_error *err);

/* Set each KEY=VALUE; a KEY alone takes the variable away, as Docker does. */
void md_spec_set_env(struct md_strv *env, const struct md_strv *entries);

/* spec_user.c: a user as somebody named him ("", "uid", "user:group", ...), and --group-add or
 * NULL. */
struct md_spec_user {
	const char *text;
	const struct md_strv *group_add;
};

/*
 * Who that is by the container's own passwd and group, and where his home is; the caller frees
 * *ret_home. Sets uid, gid and groups.
 */
int md_spec_user(const struct md_root *root, const struct md_spec_user *user,
		 struct md_process *process, char **ret_home, struct md_error *err);

/* spec_sandbox.c: capabilities, filter, no_new_privs, hidden paths. */
int md_spec_sandbox(const struct md_spec_source *source, struct md_spec *spec, void **ret_filter,
		    struct md_error *err);
int md_spec_caps(const struct md_run_request *request, const struct md_host *host,
		 bool is_privileged, struct md_process *process, struct md_error *err);

#endif
