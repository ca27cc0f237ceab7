/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define JOIN_PREFIX "container:"

/* One flag that chooses a namespace. */
struct choice {
	const char *flag;
	const char *value;    /* NULL: not given */
	const char *privates; /* values besides "private" that mean a new one, space separated */
	bool is_host_default;
	bool can_join;
};

static bool is_word_of(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (*words) {
		size_t n = strcspn(words, " ");

		if (n == length && strncmp(words, word, n) == 0)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

static int choose(const struct choice *choice, enum md_ns_mode *ret, struct md_error *err)
{
	const char *value = choice->value;

	if (!value || !*value)
		*ret = choice->is_host_default ? MD_NS_HOST : MD_NS_PRIVATE;
	else if (strcmp(value, "host") == 0)
		*ret = MD_NS_HOST;
	else if (strcmp(value, "private") == 0 || is_word_of(choice->privates, value))
		*ret = MD_NS_PRIVATE;
	else if (choice->can_join && md_str_starts(value, JOIN_PREFIX))
		*ret = MD_NS_JOIN;
	else
		return md_fail(err, MD_ERR_INVALID, "%s: '%s' is none of host, private%s%s%s",
			       choice->flag, value, *choice->privates ? ", " : "", choice->privates,
			       choice->can_join ? ", container:NAME" : "");
	return 0;
}

static int check_network(const struct md_run_request *request, struct md_error *err)
{
	static const char later[] = "bridge default";

	if (!request->network || !is_word_of(later, request->network))
		return 0;
	(void)md_fail(err, MD_ERR_UNSUPPORTED, "--network: '%s' is not possible yet",
		      request->network);
	return md_error_hint(err, "use none, host or container:NAME");
}

static int choose_all(const struct md_run_request *request, struct md_spec *spec,
		      struct md_error *err)
{
	const struct {
		struct choice choice;
		enum md_ns_mode *mode;
	} all[] = {
		{{"--pid", request->pid, "", false, true}, &spec->pid_ns},
		{{"--ipc", request->ipc, "shareable none", false, true}, &spec->ipc_ns},
		{{"--uts", request->uts, "", false, true}, &spec->uts_ns},
		{{"--network", request->network, "none", false, true}, &spec->network_ns},
		{{"--cgroupns", request->cgroupns, "", false, false}, &spec->cgroup_ns},
		{{"--userns", request->userns, "", true, false}, &spec->user_ns},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (choose(&all[i].choice, all[i].mode, err) < 0)
			return -1;
	return 0;
}

int md_spec_join_target(const struct md_run_request *request, const char **ret,
			struct md_error *err)
{
	const char *values[] = {request->pid, request->ipc, request->uts, request->network};
	const char *target = NULL;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *name;

		if (!values[i] || !md_str_starts(values[i], JOIN_PREFIX))
			continue;
		name = values[i] + strlen(JOIN_PREFIX);
		if (!*name)
			return md_fail(err, MD_ERR_INVALID, "'%s' names no container", values[i]);
		if (target && strcmp(target, name) != 0)
			return md_fail(err, MD_ERR_UNSUPPORTED,
				       "namespaces of two containers, '%s' and '%s', cannot be "
				       "joined at once",
				       target, name);
		target = name;
	}
	*ret = target;
	return 0;
}

static int check_user_ns(const struct md_spec_source *source, const struct md_spec *spec,
			 struct md_error *err)
{
	if (spec->user_ns != MD_NS_PRIVATE)
		return 0;
	if (source->request->is_privileged)
		return md_fail(err, MD_ERR_INVALID,
			       "--privileged and --userns=private exclude each other: a "
			       "user namespace has no rights over the host");
	if (spec->pid_ns == MD_NS_JOIN || spec->ipc_ns == MD_NS_JOIN ||
	    spec->uts_ns == MD_NS_JOIN || spec->network_ns == MD_NS_JOIN)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "--userns=private cannot join namespaces of another container: "
			       "they belong to another user namespace");
	return 0;
}

static struct md_id_map private_map(const struct md_spec_source *source)
{
	return (struct md_id_map){
		.inside = 0, .outside = source->userns_base, .count = MD_USERNS_RANGE};
}

/* As Docker: with --network=host the container is called like the host. */
static char *default_hostname(const struct md_spec_source *source, const struct md_spec *spec)
{
	struct utsname names;

	if (spec->network_ns == MD_NS_HOST && uname(&names) == 0)
		return md_xstrdup(names.nodename);
	return md_xstrndup(source->id, MD_ID_SHORT_LENGTH);
}

static int set_hostname(const struct md_spec_source *source, struct md_spec *spec,
			struct md_error *err)
{
	const struct md_run_request *request = source->request;

	if (spec->uts_ns != MD_NS_PRIVATE) {
		if (request->hostname || request->domainname)
			return md_fail(err, MD_ERR_INVALID,
				       "--hostname and --domainname need a UTS namespace of "
				       "its own, not --uts=%s",
				       request->uts);
		return 0;
	}
	spec->hostname =
		request->hostname ? md_xstrdup(request->hostname) : default_hostname(source, spec);
	spec->domainname = md_xstrdup_or_null(request->domainname);
	return 0;
}

int md_spec_namespaces(const struct md_spec_source *source, struct md_spec *spec,
		       struct md_error *err)
{
	if (check_network(source->request, err) < 0 || choose_all(source->request, spec, err) < 0 ||
	    check_user_ns(source, spec, err) < 0)
		return -1;
	if (spec->user_ns == MD_NS_PRIVATE)
		spec->uid_map = spec->gid_map = private_map(source);
	return set_hostname(source, spec, err);
}

/*
 * A sysctl may be set only if the namespace that it belongs to is the container's own; everything
 * else would change the host. The grammar leaves no way to name another file below /proc/sys.
 */
static bool is_sysctl_name(const char *key)
{
	char before = '.';

	for (const char *c = key; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return false;
		if (*c == '.' && before == '.')
			return false;
		before = *c;
	}
	return before != '.';
}

static const struct {
	const char *key; /* ends with '.': every key below */
	enum {
		OF_IPC,
		OF_NETWORK,
		OF_UTS
	} space;
} namespaced_sysctls[] = {
	{"kernel.msgmax", OF_IPC}, {"kernel.msgmnb", OF_IPC},          {"kernel.msgmni", OF_IPC},
	{"kernel.sem", OF_IPC},    {"kernel.shmall", OF_IPC},          {"kernel.shmmax", OF_IPC},
	{"kernel.shmmni", OF_IPC}, {"kernel.shm_rmid_forced", OF_IPC}, {"fs.mqueue.", OF_IPC},
	{"net.", OF_NETWORK},      {"kernel.domainname", OF_UTS},
};

static bool matches(const char *pattern, const char *key)
{
	return md_str_ends(pattern, ".") ? md_str_starts(key, pattern) : strcmp(pattern, key) == 0;
}

static int check_sysctl(const struct md_spec *spec, const char *key, struct md_error *err)
{
	static const char *const names[] = {"--ipc", "--network", "--uts"};
	const enum md_ns_mode modes[] = {spec->ipc_ns, spec->network_ns, spec->uts_ns};

	for (size_t i = 0; i < sizeof(namespaced_sysctls) / sizeof(namespaced_sysctls[0]); i++) {
		unsigned int space = namespaced_sysctls[i].space;

		if (!is_sysctl_name(key) || !matches(namespaced_sysctls[i].key, key))
			continue;
		if (modes[space] == MD_NS_PRIVATE)
			return 0;
		return md_fail(err, MD_ERR_INVALID,
			       "--sysctl '%s' would change the host: it needs %s to be private",
			       key, names[space]);
	}
	return md_fail(err, MD_ERR_INVALID,
		       "--sysctl '%.200s' belongs to no namespace of the container (allowed: "
		       "net.*, fs.mqueue.*, kernel.{msgmax,msgmnb,msgmni,sem,shmall,shmmax,"
		       "shmmni,shm_rmid_forced,domainname})",
		       key);
}

static void add_sysctl(struct md_spec *spec, const char *key, size_t key_length, const char *value)
{
	spec->sysctls =
		md_xreallocarray(spec->sysctls, spec->sysctl_count + 1, sizeof(spec->sysctls[0]));
	spec->sysctls[spec->sysctl_count++] =
		(struct md_sysctl){md_xstrndup(key, key_length), md_xstrdup(value)};
}

/* What Docker sets too: ports below 1024 and ping without capabilities, in our own network only. */
static void default_sysctls(struct md_spec *spec, const struct md_strv *asked)
{
	static const char port[] = "net.ipv4.ip_unprivileged_port_start";
	static const char ping[] = "net.ipv4.ping_group_range";

	if (spec->network_ns != MD_NS_PRIVATE)
		return;
	if (!md_strv_value(asked, port))
		add_sysctl(spec, port, strlen(port), "0");
	if (!md_strv_value(asked, ping))
		add_sysctl(spec, ping, strlen(ping),
			   spec->user_ns == MD_NS_PRIVATE ? "0 65535" : "0 2147483647");
}

int md_spec_sysctls(const struct md_spec_source *source, struct md_spec *spec, struct md_error *err)
{
	const struct md_strv *asked = &source->request->sysctls;

	default_sysctls(spec, asked);
	for (size_t i = 0; i < asked->count; i++) {
		const char *equals = strchr(asked->items[i], '=');
		char *key;
		int result;

		if (!equals)
			return md_fail(err, MD_ERR_INVALID, "--sysctl '%s' is not KEY=VALUE",
				       asked->items[i]);
		key = md_xstrndup(asked->items[i], (size_t)(equals - asked->items[i]));
		result = check_sysctl(spec, key, err);
		free(key);
		if (result < 0)
			return -1;
		add_sysctl(spec, asked->items[i], (size_t)(equals - asked->items[i]), equals + 1);
	}
	return 0;
}
