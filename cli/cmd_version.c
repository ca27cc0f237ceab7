/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/facts_output.h"

#include <sys/utsname.h>

struct flags {
	const char *format;
};

static const struct md_option options[] = {
	{"format", 'f', "FORMAT", "json, or a template: '{{.Client.Version}}'", md_option_set_text,
	 offsetof(struct flags, format)},
	MD_OPTIONS_END,
};

static struct md_json *side(const struct utsname *host)
{
	struct md_json *json = md_json_object();

	md_json_set_string(json, "Version", MD_VERSION);
	md_json_set_string(json, "Os", "linux");
	md_json_set_string(json, "Arch", host->machine);
	md_json_set_string(json, "KernelVersion", host->release);
	return json;
}

/* There is no daemon: the client is the engine. Scripts ask for .Server.Version. */
static int run(struct md_invocation *in, struct md_error *err)
{
	md_auto_json struct md_json *facts = md_json_object();
	struct flags flags = {0};
	struct utsname host;

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	if (uname(&host) < 0)
		return md_fail_errno(err, "uname");
	md_json_set(facts, "Client", side(&host));
	md_json_set(facts, "Server", side(&host));
	return md_facts_print(facts, flags.format, err);
}

const struct md_command md_cmd_version = {
	.name = "version",
	.group = MD_GROUP_SYSTEM,
	.operands = "",
	.summary = "print the version",
	.options = options,
	.works_unprivileged = true,
	.run = run,
};
