/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles as people write them: the JSON of Docker (archMap, includes, excludes) and of the OCI
 * runtime specification (architectures). A typing error in a security profile must not turn into a
 * weaker filter, so whatever is not understood is refused.
 */
#include "runtime/seccomp.h"

#include "base/json.h"
#include "runtime/seccomp_condition.h"
#include "runtime/seccomp_filter.h"
#include "runtime/seccomp_json.h"
#include "runtime/seccomp_numbers.h"

#include <ctype.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>

#define MAX_ERRNO 4095 /* the kernel's; larger ones would look like a pointer */
#define MAX_EXACT 9007199254740992.0

struct action_name {
	const char *name;
	uint32_t action;
	bool takes_data; /* errnoRet */
};

static const struct action_name actions[] = {
	{"SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW, false},
	{"SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO, true},
	{"SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD, false},
	{"SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD, false},
	{"SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS, false},
	{"SCMP_ACT_LOG", SECCOMP_RET_LOG, false},
	{"SCMP_ACT_TRACE", SECCOMP_RET_TRACE, true},
	{"SCMP_ACT_TRAP", SECCOMP_RET_TRAP, false},
};

static const struct {
	const char *name;
	enum md_seccomp_op op;
} ops[] = {
	{"SCMP_CMP_NE", MD_SECCOMP_NE},
	{"SCMP_CMP_LT", MD_SECCOMP_LT},
	{"SCMP_CMP_LE", MD_SECCOMP_LE},
	{"SCMP_CMP_EQ", MD_SECCOMP_EQ},
	{"SCMP_CMP_GE", MD_SECCOMP_GE},
	{"SCMP_CMP_GT", MD_SECCOMP_GT},
	{"SCMP_CMP_MASKED_EQ", MD_SECCOMP_MASKED_EQ},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- actions ---- */

/* SECCOMP_RET_* with the errno of `errno_key`, EPERM if that is missing. */
static int read_action(const struct md_json *object, const char *key, const char *errno_key,
		       uint32_t *ret, struct md_error *err)
{
	const char *name = md_json_as_string(md_json_get(object, key), "");
	uint64_t data = 0;

	if (md_seccomp_json_whole(object, errno_key, MAX_ERRNO, &data, err) < 0)
		return -1;
	if (md_json_type(md_json_get(object, errno_key)) == MD_JSON_NULL)
		data = EPERM;
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		*ret = actions[i].action | (actions[i].takes_data ? (uint32_t)data : 0);
		return 0;
	}
	if (strcmp(name, "SCMP_ACT_NOTIFY") == 0)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "%s 'SCMP_ACT_NOTIFY' needs a program that answers; there is none",
			       key);
	return md_fail(err, MD_ERR_INVALID, "%s '%.60s' is no action (SCMP_ACT_ALLOW, _ERRNO, ...)",
		       key, name);
}

/* ---- architectures ---- */

/* "SCMP_ARCH_X86_64"; 0: unknown here. */
static uint32_t parse_arch(const char *name)
{
	static const char prefix[] = "SCMP_ARCH_";
	char lower[32];
	size_t i = 0;

	if (!md_str_starts(name, prefix) || strlen(name) >= sizeof(lower) + strlen(prefix))
		return 0;
	for (const char *p = name + strlen(prefix); *p; p++)
		lower[i++] = (char)tolower((unsigned char)*p);
	lower[i] = '\0';
	return md_seccomp_arch_parse(lower);
}

static int add_arch(const char *name, struct md_seccomp_plan *plan, struct md_error *err)
{
	uint32_t arch = parse_arch(name);

	if (!arch)
		return md_fail(err, MD_ERR_INVALID, "unknown architecture '%.60s'", name);
	for (size_t i = 0; i < plan->arch_count; i++) {
		if (plan->arches[i] == arch)
			return 0;
	}
	if (plan->arch_count == MD_SECCOMP_ARCHES_MAX)
		return md_fail(err, MD_ERR_INVALID, "more than %d architectures",
			       MD_SECCOMP_ARCHES_MAX);
	plan->arches[plan->arch_count++] = arch;
	return 0;
}

static int add_arch_list(const struct md_json *object, const char *key,
			 struct md_seccomp_plan *plan, struct md_error *err)
{
	const struct md_json *list = md_json_get(object, key);

	if (md_seccomp_json_list(object, key, MD_JSON_STRING, err) < 0)
		return -1;
	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		if (add_arch(md_json_as_string(item, ""), plan, err) < 0)
			return md_error_prefix(err, "%s", key);
	}
	return 0;
}

/*
 * The entry of this machine brings its sub-architectures; others are for other machines, some of
 * which our libseccomp may not know yet.
 */
static int read_arch_map(const struct md_json *root, struct md_seccomp_plan *plan,
			 struct md_error *err)
{
	const struct md_json *map = md_json_get(root, "archMap");

	if (md_seccomp_json_list(root, "archMap", MD_JSON_OBJECT, err) < 0)
		return -1;
	for (const struct md_json *entry = md_json_first(map); entry; entry = md_json_next(entry)) {
		const char *name = md_json_get_string(entry, "architecture", "");

		if (md_seccomp_json_keys(entry, " architecture subArchitectures ", err) < 0)
			return md_error_prefix(err, "archMap");
		if (parse_arch(name) != md_seccomp_arch_native())
			continue;
		if (add_arch_list(entry, "subArchitectures", plan, err) < 0)
			return md_error_prefix(err, "archMap");
	}
	return 0;
}

/*
 * The native architecture is always served. A list that names only others would make a filter under
 * which nothing can start.
 */
static int read_arches(const struct md_json *root, struct md_seccomp_plan *plan,
		       struct md_error *err)
{
	plan->arches[plan->arch_count++] = md_seccomp_arch_native();
	if (md_json_size(md_json_get(root, "architectures")) &&
	    md_json_size(md_json_get(root, "archMap")))
		return md_fail(err, MD_ERR_INVALID,
			       "architectures and archMap exclude each other: keep one");
	if (add_arch_list(root, "architectures", plan, err) < 0)
		return -1;
	return read_arch_map(root, plan, err);
}

/* ---- rules ---- */

static int read_arg(const struct md_json *value, struct md_seccomp_arg *ret, struct md_error *err)
{
	const char *op = md_json_get_string(value, "op", "");
	uint64_t index = 0;

	if (md_seccomp_json_keys(value, " index value valueTwo op ", err) < 0 ||
	    md_seccomp_json_whole(value, "index", 5, &index, err) < 0 ||
	    md_seccomp_json_whole(value, "value", MAX_EXACT, &ret->value, err) < 0 ||
	    md_seccomp_json_whole(value, "valueTwo", MAX_EXACT, &ret->value_two, err) < 0)
		return -1;
	ret->index = (unsigned int)index;
	for (size_t i = 0; i < COUNT(ops); i++) {
		if (strcmp(ops[i].name, op) == 0) {
			ret->op = ops[i].op;
			return 0;
		}
	}
	return md_fail(err, MD_ERR_INVALID, "op '%.60s' is no comparison (SCMP_CMP_EQ, ...)", op);
}

static int read_args(const struct md_json *entry, struct md_seccomp_rule *rule,
		     struct md_error *err)
{
	const struct md_json *list = md_json_get(entry, "args");

	if (md_seccomp_json_list(entry, "args", MD_JSON_OBJECT, err) < 0)
		return -1;
	if (md_json_size(list) > COUNT(rule->args))
		return md_fail(err, MD_ERR_INVALID, "args has more than 6 items");
	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		if (read_arg(item, &rule->args[rule->arg_count], err) < 0)
			return md_error_prefix(err, "args[%zu]", rule->arg_count);
		rule->arg_count++;
	}
	return 0;
}

static bool compares_one_twice(const struct md_seccomp_rule *rule)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < rule->arg_count; i++) {
		if (seen & 1u << rule->args[i].index)
			return true;
		seen |= 1u << rule->args[i].index;
	}
	return false;
}

/*
 * All comparisons of a rule must hold, except that several of one argument mean "any of them": the
 * OCI runtimes read it so.
 */
static void add_rule(const struct md_seccomp_rule *rule, struct md_seccomp_plan *plan)
{
	struct md_seccomp_rule one = *rule;

	if (!compares_one_twice(rule)) {
		md_seccomp_plan_add(plan, rule);
		return;
	}
	one.arg_count = 1;
	for (size_t i = 0; i < rule->arg_count; i++) {
		one.args[0] = rule->args[i];
		md_seccomp_plan_add(plan, &one);
	}
}

static void note_newest(const char *name, struct md_seccomp_plan *plan)
{
	int64_t number = md_seccomp_syscall_number(md_seccomp_arch_native(), name);

	if (number > plan->newest)
		plan->newest = (uint32_t)number;
}

static int add_names(const struct md_json *entry, bool applies, struct md_seccomp_rule *rule,
		     struct md_seccomp_plan *plan, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	const char *single = md_json_get_string(entry, "name", NULL);

	if (md_seccomp_json_list(entry, "names", MD_JSON_STRING, err) < 0)
		return -1;
	md_json_get_strings(entry, "names", &names);
	if (single)
		md_strv_add(&names, single);
	if (!names.count)
		return md_fail(err, MD_ERR_INVALID, "names is missing or empty");
	for (size_t i = 0; i < names.count; i++) {
		note_newest(names.items[i], plan);
		/* Longer than any system call: one of those names that nobody knows. */
		if (!applies || strlen(names.items[i]) >= sizeof(rule->name))
			continue;
		(void)snprintf(rule->name, sizeof(rule->name), "%s", names.items[i]);
		add_rule(rule, plan);
	}
	return 0;
}

static int read_entry(const struct md_json *entry, uint64_t caps, struct md_seccomp_plan *plan,
		      struct md_error *err)
{
	struct md_seccomp_rule rule = {0};
	bool applies = false;

	if (md_seccomp_json_keys(entry,
				 " name names action errnoRet args comment includes excludes ",
				 err) < 0 ||
	    read_action(entry, "action", "errnoRet", &rule.action, err) < 0 ||
	    read_args(entry, &rule, err) < 0 ||
	    md_seccomp_entry_applies(entry, caps, &applies, err) < 0)
		return -1;
	return add_names(entry, applies, &rule, plan, err);
}

static int read_entries(const struct md_json *root, uint64_t caps, struct md_seccomp_plan *plan,
			struct md_error *err)
{
	const struct md_json *list = md_json_get(root, "syscalls");
	size_t i = 0;

	if (md_seccomp_json_list(root, "syscalls", MD_JSON_OBJECT, err) < 0)
		return -1;
	for (const struct md_json *entry = md_json_first(list); entry;
	     entry = md_json_next(entry), i++) {
		if (read_entry(entry, caps, plan, err) < 0)
			return md_error_prefix(err, "syscalls[%zu]", i);
	}
	return 0;
}

static bool is_refusal(uint32_t action)
{
	uint32_t kind = action & SECCOMP_RET_ACTION_FULL;

	return kind != SECCOMP_RET_ALLOW && kind != SECCOMP_RET_LOG && kind != SECCOMP_RET_TRACE;
}

static int read_profile(const struct md_json *root, uint64_t caps, struct md_seccomp_plan *plan,
			struct md_error *err)
{
	if (md_seccomp_json_keys(root,
				 " defaultAction defaultErrnoRet architectures archMap syscalls "
				 "flags listenerPath listenerMetadata ",
				 err) < 0 ||
	    read_action(root, "defaultAction", "defaultErrnoRet", &plan->default_action, err) < 0)
		return -1;
	if (md_json_size(md_json_get(root, "flags")) || md_json_get(root, "listenerPath"))
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "flags and listenerPath are not supported (remove them)");
	if (read_arches(root, plan, err) < 0)
		return -1;
	plan->foreign_action = SECCOMP_RET_KILL_PROCESS;
	plan->skip_unknown = true;
	if (read_entries(root, caps, plan, err) < 0)
		return -1;
	/* libc falls back from calls that are newer than the profile only on ENOSYS. */
	plan->newer_is_enosys = is_refusal(plan->default_action);
	return 0;
}

int md_seccomp_compile_profile(const char *json_text, size_t length, uint64_t caps,
			       struct md_seccomp_code *ret, struct md_error *err)
{
	MD_CLEANUP(md_seccomp_plan_fini) struct md_seccomp_plan plan = {0};
	md_auto_json struct md_json *root = md_json_parse(json_text, length, err);

	if (!root || read_profile(root, caps, &plan, err) < 0 ||
	    md_seccomp_filter_build(&plan, &ret->filter, &ret->count, err) < 0)
		return md_error_prefix(err, "seccomp profile");
	return 0;
}
