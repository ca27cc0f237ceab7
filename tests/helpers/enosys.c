/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enosys: run a program on a kernel that lacks some system calls.
 *
 *	enosys openat2,clone3 COMMAND [ARGUMENT...]      a "--" before COMMAND is fine
 *
 * The calls fail with ENOSYS in COMMAND and everything that it starts. Needs root, because it does
 * not set no_new_privs: that would change what is tested.
 */
#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "runtime/seccomp_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int plan_calls(const char *list, struct md_seccomp_plan *plan, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	struct md_seccomp_rule rule = {.action = SECCOMP_RET_ERRNO | ENOSYS};

	plan->default_action = plan->foreign_action = SECCOMP_RET_ALLOW;
	plan->arches[plan->arch_count++] = md_seccomp_arch_native();
	md_strv_split(&names, list, ',');
	for (size_t i = 0; i < names.count; i++) {
		if (md_seccomp_syscall_number(plan->arches[0], names.items[i]) < 0)
			return md_fail(err, MD_ERR_INVALID, "unknown system call '%s'",
				       names.items[i]);
		(void)snprintf(rule.name, sizeof(rule.name), "%s", names.items[i]);
		md_seccomp_plan_add(plan, &rule);
	}
	return 0;
}

static int take_away(const char *list, struct md_error *err)
{
	MD_CLEANUP(md_seccomp_plan_fini) struct md_seccomp_plan plan = {0};
	md_auto_free struct sock_filter *code = NULL;
	struct sock_fprog program;
	size_t count;

	if (plan_calls(list, &plan, err) < 0 ||
	    md_seccomp_filter_build(&plan, &code, &count, err) < 0)
		return -1;
	program = (struct sock_fprog){.len = (unsigned short)count, .filter = code};
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return md_fail_errno(err, "seccomp");
	return 0;
}

int main(int argc, char **argv)
{
	struct md_error err = MD_ERROR_INIT;
	int command = argc > 2 && strcmp(argv[2], "--") == 0 ? 3 : 2;

	if (argc <= command) {
		fprintf(stderr, "usage: enosys CALL[,CALL...] COMMAND [ARGUMENT...]\n");
		return 2;
	}
	if (take_away(argv[1], &err) < 0) {
		fprintf(stderr, "enosys: %s\n", err.msg);
		return 2;
	}
	(void)execvp(argv[command], argv + command);
	fprintf(stderr, "enosys: %s: %s\n", argv[command], strerror(errno));
	return 127;
}
