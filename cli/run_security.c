/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_handlers.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/run_flags.h"

#include <stdlib.h>
#include <string.h>

static struct md_run_request *request_of(void *flags)
{
	return &((struct md_run_flags *)flags)->request;
}

MD_RUN_HANDLER(md_run_set_capability)
{
	char *name;

	if (md_parse_capability(value, &name, err) < 0)
		return -1;
	md_strv_take(md_option_member(option, flags), name);
	return 0;
}

MD_RUN_HANDLER(md_run_set_profile)
{
	enum md_profile *member = &request_of(flags)->profile;

	(void)option;
	if (strcmp(value, "strict") == 0)
		*member = MD_PROFILE_STRICT;
	else if (strcmp(value, "docker") == 0)
		*member = MD_PROFILE_DOCKER;
	else
		return md_fail(err, MD_ERR_INVALID, "'%s' is neither 'strict' nor 'docker'", value);
	return 0;
}

static int set_seccomp(struct md_run_request *request, const char *value, struct md_error *err)
{
	char *path = NULL;

	if (strcmp(value, "unconfined") == 0) {
		path = md_xstrdup(value);
	} else if (strcmp(value, "default") != 0 && strcmp(value, "builtin") != 0) {
		path = realpath(value, NULL);
		if (!path)
			return md_fail_errno(err, "seccomp profile '%s'", value);
	}
	free(request->seccomp);
	request->seccomp = path;
	return 0;
}

static int set_no_new_privileges(struct md_run_request *request, const char *value,
				 struct md_error *err)
{
	if (md_parse_bool(*value ? value : "true", &request->no_new_privs, err) < 0)
		return -1;
	request->has_no_new_privs = true;
	return 0;
}

/* PATH[:PATH...] or ALL. */
static int add_unmask(struct md_run_request *request, const char *value, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv paths = MD_STRV_INIT;

	if (strcasecmp(value, "ALL") == 0) {
		md_strv_add(&request->unmask, "ALL");
		return 0;
	}
	md_strv_split(&paths, value, ':');
	for (size_t i = 0; i < paths.count; i++) {
		if (paths.items[i][0] != '/')
			return md_fail(err, MD_ERR_INVALID,
				       "unmask: '%s' is neither ALL nor an "
				       "absolute path",
				       paths.items[i]);
		md_strv_add(&request->unmask, paths.items[i]);
	}
	return 0;
}

static int set_system_paths(struct md_run_request *request, const char *value, struct md_error *err)
{
	if (strcmp(value, "unconfined") != 0)
		return md_fail(err, MD_ERR_INVALID, "systempaths: '%s' is not 'unconfined'", value);
	return add_unmask(request, "ALL", err);
}

/* There is no AppArmor or SELinux confinement to switch off, so doing that is no change. */
static int accept_unconfined(struct md_run_request *request, const char *value,
			     struct md_error *err)
{
	(void)request;
	if (strcmp(value, "unconfined") == 0 || strcmp(value, "disable") == 0)
		return 0;
	return md_fail(err, MD_ERR_UNSUPPORTED,
		       "'%s': AppArmor and SELinux profiles are not in this version", value);
}

MD_RUN_HANDLER(md_run_set_security_opt)
{
	static const struct {
		const char *key;
		int (*set)(struct md_run_request *request, const char *value, struct md_error *err);
	} keys[] = {
		{"seccomp", set_seccomp},        {"no-new-privileges", set_no_new_privileges},
		{"unmask", add_unmask},          {"systempaths", set_system_paths},
		{"apparmor", accept_unconfined}, {"label", accept_unconfined},
	};
	size_t length = strcspn(value, "=:");
	const char *behind = value[length] ? value + length + 1 : "";

	(void)option;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].key) == length && memcmp(keys[i].key, value, length) == 0)
			return keys[i].set(request_of(flags), behind, err);
	return md_fail(err, MD_ERR_INVALID,
		       "unknown '%s' (known: seccomp=FILE|unconfined, no-new-privileges[=false], "
		       "unmask=PATH|ALL, systempaths=unconfined)",
		       value);
}

/* Which settings are allowed depends on the namespaces: containers/ decides. */
MD_RUN_HANDLER(md_run_set_sysctl)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value)
		return md_fail(err, MD_ERR_INVALID, "'%s' is no KEY=VALUE", value);
	return md_option_set_list(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_namespace)
{
	static const struct {
		const char *name, *words[4];
		bool can_join;
	} modes[] = {
		{"userns", {"host", "private"}, false},
		{"pid", {"private", "host"}, true},
		{"ipc", {"private", "host", "shareable"}, true},
		{"uts", {"private", "host"}, false},
		{"cgroupns", {"private", "host"}, false},
		{"network", {"none", "host"}, true},
		{"net", {"none", "host"}, true},
	};
	size_t i = 0;

	if (md_str_starts(option->name, "net") &&
	    (strcmp(value, "bridge") == 0 || strcmp(value, "default") == 0))
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "'%s': bridge networks are not in this "
			       "version (use none, host or container:NAME)",
			       value);
	while (strcmp(modes[i].name, option->name) != 0)
		i++;
	for (size_t k = 0; k < 4 && modes[i].words[k]; k++)
		if (strcmp(modes[i].words[k], value) == 0)
			return md_option_set_copy(option, value, flags, err);
	if (modes[i].can_join && md_str_starts(value, "container:") && value[10])
		return md_option_set_copy(option, value, flags, err);
	return md_fail(err, MD_ERR_INVALID, "'%s' is none of '%s', '%s'%s", value,
		       modes[i].words[0], modes[i].words[1],
		       modes[i].can_join ? ", 'container:NAME'" : "");
}

MD_RUN_HANDLER(md_run_refuse)
{
	(void)value;
	(void)flags;
	return md_fail(err, MD_ERR_UNSUPPORTED, "%s", option->help);
}

/* The words of Docker that ask for what happens anyway. */
MD_RUN_HANDLER(md_run_set_restart)
{
	return strcmp(value, "no") == 0 ? 0 : md_run_refuse(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_pull)
{
	if (strcmp(value, "missing") == 0 || strcmp(value, "never") == 0)
		return 0;
	return md_run_refuse(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_ignore)
{
	(void)option;
	(void)value;
	(void)flags;
	(void)err;
	return 0;
}
