/* SPDX-License-Identifier: Apache-2.0 */
/* What the container is called, whom it can talk to, and its own kernel parameters. */
#include "runtime/compile.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <string.h>

static void hostname(const struct md_spec *spec, struct md_program *program)
{
	if (spec->uts_ns != MD_NS_PRIVATE || (!spec->hostname && !spec->domainname))
		return;
	md_program_op(program, MD_OP_HOSTNAME, NULL);
	if (spec->hostname)
		md_emit(program, MD_CALL_SETHOSTNAME, MD_TEXT(spec->hostname));
	if (spec->domainname)
		md_emit(program, MD_CALL_SETDOMAINNAME, MD_TEXT(spec->domainname));
}

/* "net.ipv4.ip_forward" is the file net/ipv4/ip_forward. */
static char *sysctl_path(const char *key)
{
	char *path = md_xasprintf("proc/sys/%s", key);

	for (char *c = path; *c; c++)
		if (*c == '.')
			*c = '/';
	return path;
}

static void sysctls(const struct md_spec *spec, struct md_program *program)
{
	if (spec->sysctl_count == 0)
		return;
	md_program_op(program, MD_OP_SYSCTL, NULL);
	for (size_t i = 0; i < spec->sysctl_count; i++) {
		md_auto_free char *path = sysctl_path(spec->sysctls[i].key);

		md_emit(program, MD_CALL_WRITE_SYSCTL, MD_FD(MD_SLOT_ROOT), MD_TEXT(path),
			MD_BYTES(spec->sysctls[i].value, strlen(spec->sysctls[i].value)));
	}
}

void md_compile_identity(const struct md_spec *spec, struct md_program *program)
{
	hostname(spec, program);
	if (spec->network_ns == MD_NS_PRIVATE) {
		md_program_op(program, MD_OP_LOOPBACK, NULL);
		md_emit(program, MD_CALL_LINK_UP, MD_TEXT("lo"));
	}
	sysctls(spec, program);
}
