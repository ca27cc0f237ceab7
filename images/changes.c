/* SPDX-License-Identifier: Apache-2.0 */
#include "images/changes.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/proc.h"
#include "images/config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char blanks[] = " \t";

/* Reads one word with its quotes and backslashes taken off; *text moves behind it. */
static int next_word(const char **text, struct md_str *word, struct md_error *err)
{
	const char *p = *text + strspn(*text, blanks);
	char quote = '\0';

	for (; *p && (quote || !strchr(blanks, *p)); p++) {
		if (*p == '\\' && p[1] && quote != '\'')
			md_str_addc(word, *++p);
		else if (quote && *p == quote)
			quote = '\0';
		else if (!quote && (*p == '"' || *p == '\''))
			quote = *p;
		else
			md_str_addc(word, *p);
	}
	if (quote)
		return md_fail(err, MD_ERR_INVALID, "a quote %c is not closed", quote);
	*text = p + strspn(p, blanks);
	return 0;
}

static int split_words(const char *text, struct md_strv *out, struct md_error *err)
{
	text += strspn(text, blanks);
	while (*text) {
		MD_CLEANUP(md_str_fini) struct md_str word = MD_STR_INIT;

		if (next_word(&text, &word, err) < 0)
			return -1;
		md_strv_add(out, md_str_get(&word));
	}
	return 0;
}

/* A JSON list of strings; 0 when the text is none (it is then a shell line). */
static int read_json_list(const char *text, struct md_strv *out)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_json struct md_json *list = NULL;
	const struct md_json *item;

	if (*text != '[')
		return 0;
	list = md_json_parse(text, strlen(text), &ignored);
	if (!list)
		return 0;
	for (item = md_json_first(list); item; item = md_json_next(item))
		if (md_json_type(item) != MD_JSON_STRING)
			return 0;
	for (item = md_json_first(list); item; item = md_json_next(item))
		md_strv_add(out, md_json_as_string(item, ""));
	return 1;
}

static int change_command(struct md_strv *command, const char *text)
{
	md_strv_fini(command);
	*command = (struct md_strv)MD_STRV_INIT;
	if (read_json_list(text, command))
		return 0;
	md_strv_add(command, "/bin/sh");
	md_strv_add(command, "-c");
	md_strv_add(command, text);
	return 0;
}

static int change_cmd(struct md_image_config *config, const char *text, struct md_error *err)
{
	(void)err;
	return change_command(&config->cmd, text);
}

static int change_entrypoint(struct md_image_config *config, const char *text, struct md_error *err)
{
	(void)err;
	return change_command(&config->entrypoint, text);
}

static int set_pair(struct md_strv *out, const char *pair, bool (*is_allowed)(const char *),
		    struct md_error *err)
{
	const char *equals = strchr(pair, '=');
	md_auto_free char *key = NULL;

	if (!equals)
		return md_fail(err, MD_ERR_INVALID, "'%s' is not KEY=VALUE", pair);
	key = md_xstrndup(pair, (size_t)(equals - pair));
	if (!is_allowed(is_allowed == md_label_is_allowed ? key : pair))
		return md_fail(err, MD_ERR_INVALID, "'%s' is not an allowed name", key);
	md_strv_set(out, key, equals + 1);
	return 0;
}

static int change_pairs(struct md_strv *out, const char *text, bool (*is_allowed)(const char *),
			struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	size_t i;

	if (split_words(text, &words, err) < 0)
		return -1;
	/* The old form: everything behind the name is the value. */
	if (words.count > 1 && !strchr(words.items[0], '=')) {
		const char *value = text + strcspn(text, blanks);
		md_auto_free char *pair =
			md_xasprintf("%s=%s", words.items[0], value + strspn(value, blanks));

		return set_pair(out, pair, is_allowed, err);
	}
	for (i = 0; i < words.count; i++)
		if (set_pair(out, words.items[i], is_allowed, err) < 0)
			return -1;
	return 0;
}

static int change_env(struct md_image_config *config, const char *text, struct md_error *err)
{
	return change_pairs(&config->env, text, md_env_entry_is_valid, err);
}

static int change_label(struct md_image_config *config, const char *text, struct md_error *err)
{
	return change_pairs(&config->labels, text, md_label_is_allowed, err);
}

static int change_expose(struct md_image_config *config, const char *text, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	size_t i;

	if (split_words(text, &words, err) < 0)
		return -1;
	for (i = 0; i < words.count; i++) {
		const char *word = words.items[i];
		md_auto_free char *port =
			md_xasprintf("%s%s", word, strchr(word, '/') ? "" : "/tcp");

		if (!md_exposed_port_is_valid(port))
			return md_fail(err, MD_ERR_INVALID,
				       "'%s' is not PORT[-PORT][/tcp|udp|sctp]", word);
		if (!md_strv_has(&config->exposed_ports, port))
			md_strv_add(&config->exposed_ports, port);
	}
	return 0;
}

static int change_volume(struct md_image_config *config, const char *text, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv paths = MD_STRV_INIT;
	size_t i;

	if (!read_json_list(text, &paths) && split_words(text, &paths, err) < 0)
		return -1;
	for (i = 0; i < paths.count; i++) {
		if (paths.items[i][0] != '/' || strstr(paths.items[i], ".."))
			return md_fail(err, MD_ERR_INVALID, "'%s' is not an absolute path",
				       paths.items[i]);
		if (!md_strv_has(&config->volumes, paths.items[i]))
			md_strv_add(&config->volumes, paths.items[i]);
	}
	return 0;
}

static void replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

static int change_user(struct md_image_config *config, const char *text, struct md_error *err)
{
	if (strpbrk(text, blanks))
		return md_fail(err, MD_ERR_INVALID, "'%s' is not USER[:GROUP]", text);
	replace(&config->user, md_xstrdup(text));
	return 0;
}

static int change_workdir(struct md_image_config *config, const char *text, struct md_error *err)
{
	const char *base = config->working_dir ? config->working_dir : "";

	(void)err;
	if (text[0] == '/')
		base = NULL;
	replace(&config->working_dir,
		base ? md_xasprintf("%s%s%s", base, md_str_ends(base, "/") ? "" : "/", text)
		     : md_xstrdup(text));
	return 0;
}

static int change_stop_signal(struct md_image_config *config, const char *text,
			      struct md_error *err)
{
	int signo;

	if (md_signal_parse(text, &signo, err) < 0)
		return -1;
	replace(&config->stop_signal, md_xstrdup(text));
	return 0;
}

static const struct {
	const char *name;
	int (*apply)(struct md_image_config *config, const char *text, struct md_error *err);
} instructions[] = {
	{"CMD", change_cmd},         {"ENTRYPOINT", change_entrypoint},
	{"ENV", change_env},         {"EXPOSE", change_expose},
	{"LABEL", change_label},     {"STOPSIGNAL", change_stop_signal},
	{"USER", change_user},       {"VOLUME", change_volume},
	{"WORKDIR", change_workdir},
};

int md_image_change_apply(struct md_image_config *config, const char *line, struct md_error *err)
{
	const char *start = line + strspn(line, blanks);
	size_t length = strcspn(start, blanks);
	const char *text = start + length + strspn(start + length, blanks);
	size_t i;

	for (i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		const char *name = instructions[i].name;

		if (strlen(name) != length || strncasecmp(name, start, length) != 0)
			continue;
		if (!*text)
			return md_fail(err, MD_ERR_INVALID, "change '%s': nothing follows it",
				       line);
		if (instructions[i].apply(config, text, err) < 0)
			return md_error_prefix(err, "change '%s'", line);
		return 0;
	}
	return md_fail(err, MD_ERR_INVALID,
		       "change '%s': not one of CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, "
		       "USER, VOLUME, WORKDIR",
		       line);
}
