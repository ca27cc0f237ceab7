/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_handlers.h"

#include "base/name.h"
#include "base/proc.h"
#include "cli/env_pair.h"
#include "cli/label_file.h"
#include "cli/run_flags.h"

#include <arpa/inet.h>
#include <string.h>

static struct md_run_request *request_of(void *flags)
{
	return &((struct md_run_flags *)flags)->request;
}

MD_RUN_HANDLER(md_run_set_name)
{
	if (md_name_check(value, err) < 0)
		return -1;
	return md_option_set_copy(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_hostname)
{
	if (md_hostname_check(value, err) < 0)
		return -1;
	return md_option_set_copy(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_workdir)
{
	if (value[0] != '/')
		return md_fail(err, MD_ERR_INVALID, "'%s' is no absolute path", value);
	return md_option_set_copy(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_entrypoint)
{
	request_of(flags)->has_entrypoint = true;
	return md_option_set_copy(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_env)
{
	return md_env_pair_add(md_option_member(option, flags), value, err);
}

MD_RUN_HANDLER(md_run_set_label)
{
	char *label;

	if (md_label_parse(value, &label, err) < 0)
		return -1;
	md_strv_take(md_option_member(option, flags), label);
	return 0;
}

MD_RUN_HANDLER(md_run_set_add_host)
{
	if (md_parse_add_host(value, err) < 0)
		return -1;
	return md_option_set_list(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_dns)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, value, address) != 1 && inet_pton(AF_INET6, value, address) != 1)
		return md_fail(err, MD_ERR_INVALID, "'%s' is no IPv4 or IPv6 address", value);
	return md_option_set_list(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_signal)
{
	int signo;

	if (md_signal_parse(value, &signo, err) < 0)
		return -1;
	return md_option_set_copy(option, value, flags, err);
}
