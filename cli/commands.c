/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/str.h"
#include "cli/spelling.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct md_command md_cmd_attach, md_cmd_create, md_cmd_exec, md_cmd_inspect,
	md_cmd_kill, md_cmd_logs, md_cmd_pause, md_cmd_plan, md_cmd_ps, md_cmd_rename,
	md_cmd_restart, md_cmd_rm, md_cmd_run, md_cmd_start, md_cmd_stop, md_cmd_top,
	md_cmd_unpause, md_cmd_wait;
extern const struct md_command md_cmd_image_import, md_cmd_image_inspect, md_cmd_image_ls,
	md_cmd_image_prune, md_cmd_image_rm, md_cmd_image_tag;
extern const struct md_command md_cmd_check, md_cmd_help, md_cmd_info, md_cmd_man_page,
	md_cmd_supervise, md_cmd_version;

const struct md_command *const md_commands[] = {
	&md_cmd_run,
	&md_cmd_plan,
	&md_cmd_create,
	&md_cmd_start,
	&md_cmd_stop,
	&md_cmd_restart,
	&md_cmd_kill,
	&md_cmd_pause,
	&md_cmd_unpause,
	&md_cmd_wait,
	&md_cmd_rm,
	&md_cmd_rename,
	&md_cmd_exec,
	&md_cmd_attach,
	&md_cmd_ps,
	&md_cmd_top,
	&md_cmd_logs,
	&md_cmd_inspect,
	&md_cmd_image_ls,
	&md_cmd_image_inspect,
	&md_cmd_image_import,
	&md_cmd_image_tag,
	&md_cmd_image_rm,
	&md_cmd_image_prune,
	&md_cmd_check,
	&md_cmd_info,
	&md_cmd_version,
	&md_cmd_help,
	&md_cmd_man_page,
	&md_cmd_supervise,
	NULL,
};

static const struct {
	const char *word;
	enum md_command_group group;
} groups[] = {
	{"container", MD_GROUP_CONTAINER},
	{"image", MD_GROUP_IMAGE},
};

bool md_command_group_find(const char *word, enum md_command_group *ret)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (strcmp(groups[i].word, word) != 0)
			continue;
		*ret = groups[i].group;
		return true;
	}
	return false;
}

static bool is_called(const struct md_command *command, const char *name)
{
	if (strcmp(command->name, name) == 0)
		return true;
	for (const char *const *a = command->aliases; a && *a; a++)
		if (strcmp(*a, name) == 0)
			return true;
	return false;
}

static const struct md_command *find_name(const char *name)
{
	for (const struct md_command *const *c = md_commands; *c; c++)
		if (is_called(*c, name))
			return *c;
	return NULL;
}

/* `container stop` is `stop`, for every command of that group. */
static const struct md_command *find_in_group(const char *group, const char *word)
{
	char name[64];
	const struct md_command *command = NULL;

	(void)snprintf(name, sizeof(name), "%s %s", group, word);
	command = find_name(name);
	if (command || strcmp(group, "container") != 0)
		return command;
	command = find_name(word);
	return command && command->group == MD_GROUP_CONTAINER ? command : NULL;
}

const struct md_command *md_command_find(int count, char *const *words, int *ret_words)
{
	enum md_command_group group;
	bool has_group = md_command_group_find(words[0], &group);

	*ret_words = has_group ? 2 : 1;
	if (!has_group)
		return find_name(words[0]);
	return count > 1 ? find_in_group(words[0], words[1]) : NULL;
}

const char *md_command_suggest(const char *word)
{
	struct md_spelling spelling = MD_SPELLING_INIT(word);

	for (const struct md_command *const *c = md_commands; *c; c++) {
		if ((*c)->group == MD_GROUP_HIDDEN)
			continue;
		md_spelling_offer(&spelling, (*c)->name);
		for (const char *const *a = (*c)->aliases; a && *a; a++)
			md_spelling_offer(&spelling, *a);
	}
	return spelling.best;
}

int md_command_check_root(const struct md_command *command, struct md_error *err)
{
	if (geteuid() == 0)
		return 0;
	(void)md_fail(err, MD_ERR_UNSUPPORTED, "'%s' needs root, and this is user %u",
		      command->name, (unsigned int)geteuid());
	return md_error_hint(err, "try: sudo minidock %s ...", command->name);
}
