/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_filter.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "runtime/seccomp_numbers.h"
#include "runtime/seccomp_prologue.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

MD_DEFINE_AUTO(context, scmp_filter_ctx, seccomp_release)
#define md_auto_context MD_CLEANUP(md_cleanup_context)

_Static_assert(SCMP_ACT_ALLOW == SECCOMP_RET_ALLOW && SCMP_ACT_ERRNO(1) == (SECCOMP_RET_ERRNO | 1),
	       "libseccomp's actions are the kernel's");
_Static_assert(MD_SECCOMP_X86_64 == SCMP_ARCH_X86_64 && MD_SECCOMP_X86 == SCMP_ARCH_X86 &&
		       MD_SECCOMP_X32 == SCMP_ARCH_X32 && MD_SECCOMP_AARCH64 == SCMP_ARCH_AARCH64 &&
		       MD_SECCOMP_ARM == SCMP_ARCH_ARM,
	       "our architecture numbers are libseccomp's");

/* Beyond every number that Linux will reach; below the x32 bit. */
#define NUMBER_MAX 0x3fffffffu

/* x32 has calls of its own from here to X32_OWN_LAST. */
#define X32_OWN_FIRST 512u
#define X32_OWN_LAST  547u

/* Calls that are compared by argument run through the whole filter each time: put them first. */
#define PRIORITY_WITH_ARGS 200

void md_seccomp_plan_fini(struct md_seccomp_plan *plan)
{
	free(plan->rules);
	plan->rules = NULL;
	plan->rule_count = plan->rule_capacity = 0;
}

void md_seccomp_plan_add(struct md_seccomp_plan *plan, const struct md_seccomp_rule *rule)
{
	if (plan->rule_count == plan->rule_capacity) {
		plan->rule_capacity = plan->rule_capacity ? 2 * plan->rule_capacity : 512;
		plan->rules =
			md_xreallocarray(plan->rules, plan->rule_capacity, sizeof(*plan->rules));
	}
	plan->rules[plan->rule_count++] = *rule;
}

uint32_t md_seccomp_arch_parse(const char *name)
{
	return seccomp_arch_resolve_name(name);
}

uint32_t md_seccomp_arch_native(void)
{
	return seccomp_arch_native();
}

int64_t md_seccomp_syscall_number(uint32_t arch, const char *name)
{
	int number = seccomp_syscall_resolve_name_arch(arch, name);

	/* Negative ones stand for calls of other architectures. */
	return number >= 0 ? number : md_seccomp_newer_number(arch, name);
}

bool md_seccomp_syscall_name(uint32_t arch, uint32_t number, char out[MD_SECCOMP_NAME_MAX])
{
	md_auto_free char *known = seccomp_syscall_resolve_num_arch(arch, (int)number);
	const char *name = known ? known : md_seccomp_newer_name(arch, number);
	size_t length = name ? strlen(name) : 0;

	if (!length || length >= MD_SECCOMP_NAME_MAX)
		return false;
	memcpy(out, name, length + 1);
	return true;
}

/* libseccomp calls return a negative errno. */
static int fail_lib(struct md_error *err, int result, const char *what)
{
	errno = -result;
	return md_fail_errno(err, "seccomp filter: %s", what);
}

static bool knows(const char *name)
{
	return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

/* ---- the prologue ---- */

/* The kernel reports x32 calls under x86_64. */
static uint32_t audit_arch(uint32_t arch)
{
	return arch == MD_SECCOMP_X32 ? MD_SECCOMP_X86_64 : arch;
}

static struct md_seccomp_section *find_section(struct md_seccomp_section *sections, size_t *count,
					       uint32_t arch)
{
	for (size_t i = 0; i < *count; i++) {
		if (sections[i].audit_arch == audit_arch(arch))
			return &sections[i];
	}
	sections[*count] = (struct md_seccomp_section){.audit_arch = audit_arch(arch)};
	return &sections[(*count)++];
}

static void add_guard(struct md_seccomp_section *section, uint32_t arch,
		      const struct md_seccomp_rule *rule)
{
	int64_t number = md_seccomp_syscall_number(arch, rule->name);
	struct md_seccomp_guard guard = {.number = (uint32_t)number, .action = rule->action};

	if (number < 0)
		return;
	assert(section->guard_count < MD_SECCOMP_GUARDS_MAX);
	memcpy(guard.compares, rule->compares, sizeof(guard.compares));
	section->guards[section->guard_count++] = guard;
}

static void add_newer_call(struct md_seccomp_section *section, uint32_t arch,
			   const struct md_seccomp_rule *rule)
{
	int64_t number = md_seccomp_newer_number(arch, rule->name);

	if (number >= 0)
		md_seccomp_section_add(section,
				       (struct md_seccomp_range){(uint32_t)number, (uint32_t)number,
								 rule->action});
}

/* What no kernel that we know would do anything with. */
static void add_unassigned(struct md_seccomp_section *section, uint32_t arch, uint32_t newest)
{
	uint32_t bit = arch == MD_SECCOMP_X32 ? MD_SECCOMP_X32_BIT : 0;
	uint32_t enosys = SECCOMP_RET_ERRNO | ENOSYS;
	uint32_t first, last;

	md_seccomp_gap(arch, &first, &last);
	if (last && last <= newest)
		md_seccomp_section_add(section, (struct md_seccomp_range){first, last, enosys});
	if (arch == MD_SECCOMP_X32 && newest < X32_OWN_FIRST) {
		md_seccomp_section_add(section, (struct md_seccomp_range){bit | (newest + 1),
									  bit | (X32_OWN_FIRST - 1),
									  enosys});
		newest = X32_OWN_LAST;
	}
	md_seccomp_section_add(
		section, (struct md_seccomp_range){bit | (newest + 1), bit | NUMBER_MAX, enosys});
}

static bool lists(const struct md_seccomp_plan *plan, uint32_t arch)
{
	for (size_t i = 0; i < plan->arch_count; i++) {
		if (plan->arches[i] == arch)
			return true;
	}
	return false;
}

static void fill_section(struct md_seccomp_section *section, uint32_t arch,
			 const struct md_seccomp_plan *plan)
{
	for (size_t i = 0; i < plan->rule_count; i++) {
		if (plan->rules[i].is_guard)
			add_guard(section, arch, &plan->rules[i]);
		else if (!knows(plan->rules[i].name))
			add_newer_call(section, arch, &plan->rules[i]);
	}
	if (plan->newer_is_enosys)
		add_unassigned(section, arch, plan->newest);
	/* A kernel without x32 says ENOSYS as well; libseccomp would take it for a foreign arch. */
	if (arch == MD_SECCOMP_X86_64 && !lists(plan, MD_SECCOMP_X32))
		md_seccomp_section_add(section,
				       (struct md_seccomp_range){MD_SECCOMP_X32_BIT, UINT32_MAX,
								 SECCOMP_RET_ERRNO | ENOSYS});
}

static size_t write_prologue(const struct md_seccomp_plan *plan, struct sock_filter *out)
{
	struct md_seccomp_section sections[MD_SECCOMP_ARCHES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < plan->arch_count; i++) {
		struct md_seccomp_section *section =
			find_section(sections, &count, plan->arches[i]);

		fill_section(section, plan->arches[i], plan);
	}
	return md_seccomp_prologue(sections, count, out);
}

/* ---- libseccomp's part ---- */

static const enum scmp_compare compare_ops[] = {
	[MD_SECCOMP_NE] = SCMP_CMP_NE,
	[MD_SECCOMP_LT] = SCMP_CMP_LT,
	[MD_SECCOMP_LE] = SCMP_CMP_LE,
	[MD_SECCOMP_EQ] = SCMP_CMP_EQ,
	[MD_SECCOMP_GE] = SCMP_CMP_GE,
	[MD_SECCOMP_GT] = SCMP_CMP_GT,
	[MD_SECCOMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static int add_rule(scmp_filter_ctx context, const struct md_seccomp_rule *rule,
		    struct md_error *err)
{
	int number = seccomp_syscall_resolve_name(rule->name);
	struct scmp_arg_cmp args[6];
	int result;

	for (size_t i = 0; i < rule->arg_count; i++)
		args[i] = (struct scmp_arg_cmp){.arg = rule->args[i].index,
						.op = compare_ops[rule->args[i].op],
						.datum_a = rule->args[i].value,
						.datum_b = rule->args[i].value_two};
	if (rule->arg_count)
		(void)seccomp_syscall_priority(context, number, PRIORITY_WITH_ARGS);
	result = seccomp_rule_add_array(context, rule->action, number,
					(unsigned int)rule->arg_count, args);
	/* The same rule twice is no mistake. */
	if (result < 0 && result != -EEXIST)
		return fail_lib(err, result, rule->name);
	return 0;
}

/* Names that libseccomp does not know: the prologue took them, if they mean anything. */
static int check_unknown(const struct md_seccomp_plan *plan, const struct md_seccomp_rule *rule,
			 struct md_error *err)
{
	bool is_ours = false;

	for (size_t i = 0; i < plan->arch_count; i++)
		is_ours |= md_seccomp_newer_number(plan->arches[i], rule->name) >= 0;
	/* uretprobe and the like: known, but not here. */
	is_ours |= md_seccomp_newer_number(MD_SECCOMP_X86_64, rule->name) >= 0;
	if (is_ours && rule->arg_count)
		return md_fail(
			err, MD_ERR_UNSUPPORTED,
			"system call '%s' is newer than this libseccomp: its arguments cannot "
			"be compared",
			rule->name);
	if (is_ours || plan->skip_unknown)
		return 0;
	return md_fail(err, MD_ERR_INVALID, "unknown system call '%s'", rule->name);
}

static int add_rules(scmp_filter_ctx context, const struct md_seccomp_plan *plan,
		     struct md_error *err)
{
	for (size_t i = 0; i < plan->rule_count; i++) {
		const struct md_seccomp_rule *rule = &plan->rules[i];

		if (rule->is_guard)
			continue;
		if (!knows(rule->name)) {
			if (check_unknown(plan, rule, err) < 0)
				return -1;
			continue;
		}
		/* libseccomp refuses rules that say what would happen anyway. */
		if (rule->action != plan->default_action && add_rule(context, rule, err) < 0)
			return -1;
	}
	return 0;
}

static int set_arches(scmp_filter_ctx context, const struct md_seccomp_plan *plan,
		      struct md_error *err)
{
	int result;

	for (size_t i = 0; i < plan->arch_count; i++) {
		result = seccomp_arch_add(context, plan->arches[i]);
		if (result < 0 && result != -EEXIST)
			return fail_lib(err, result, "add architecture");
	}
	if (!lists(plan, seccomp_arch_native())) {
		result = seccomp_arch_remove(context, seccomp_arch_native());
		if (result < 0)
			return fail_lib(err, result, "remove the native architecture");
	}
	result = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, plan->foreign_action);
	if (result < 0)
		return fail_lib(err, result, "set the action of foreign architectures");
	/*
	 * A binary tree instead of a list: installing a filter asks it about every call number
	 * once, and each call of the container's asks it again.
	 */
	result = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return result < 0 ? fail_lib(err, result, "ask for a binary tree") : 0;
}

/* libseccomp 2.5 writes filters to descriptors only. */
static int export(scmp_filter_ctx context, int *ret_fd, size_t *ret_bytes, struct md_error *err)
{
	md_auto_close int fd = memfd_create("seccomp", MFD_CLOEXEC);
	struct stat st;
	int result;

	if (fd < 0)
		return md_fail_errno(err, "memfd_create");
	result = seccomp_export_bpf(context, fd);
	if (result < 0)
		return fail_lib(err, result, "write the program");
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "fstat of a seccomp program");
	*ret_bytes = (size_t)st.st_size;
	*ret_fd = md_steal_fd(&fd);
	return 0;
}

static int join(const struct md_seccomp_plan *plan, scmp_filter_ctx context,
		struct sock_filter **ret, size_t *ret_count, struct md_error *err)
{
	md_auto_free struct sock_filter *code = NULL;
	md_auto_close int fd = -1;
	size_t bytes = 0, prologue;

	if (export(context, &fd, &bytes, err) < 0)
		return -1;
	code = md_xcalloc(MD_SECCOMP_PROLOGUE_MAX(plan->arch_count) + bytes / sizeof(*code),
			  sizeof(*code));
	prologue = write_prologue(plan, code);
	if (pread(fd, code + prologue, bytes, 0) != (ssize_t)bytes)
		return md_fail_errno(err, "read a seccomp program");
	*ret_count = prologue + bytes / sizeof(*code);
	if (*ret_count > BPF_MAXINSNS)
		return md_fail(err, MD_ERR_INVALID,
			       "seccomp filter of %zu instructions is longer than the kernel takes "
			       "(%d)",
			       *ret_count, BPF_MAXINSNS);
	*ret = md_steal_ptr(&code);
	return 0;
}

int md_seccomp_filter_build(const struct md_seccomp_plan *plan, struct sock_filter **ret,
			    size_t *ret_count, struct md_error *err)
{
	md_auto_context scmp_filter_ctx context = NULL;

	/* Level 3 has every action that we use; asking the kernel would tie builds to the machine.
	 */
	(void)seccomp_api_set(3);
	context = seccomp_init(plan->default_action);
	if (!context)
		return md_fail(err, MD_ERR_INVALID, "seccomp filter: bad default action 0x%x",
			       plan->default_action);
	if (set_arches(context, plan, err) < 0 || add_rules(context, plan, err) < 0)
		return -1;
	return join(plan, context, ret, ret_count, err);
}
