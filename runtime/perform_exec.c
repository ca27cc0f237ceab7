/* SPDX-License-Identifier: Apache-2.0 */
/* The last call: find the command and become it. */
#include "runtime/exec_diagnose.h"
#include "runtime/perform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *search_path(char **envp)
{
	for (; *envp; envp++)
		if (strncmp(*envp, "PATH=", 5) == 0)
			return *envp + 5;
	return DEFAULT_PATH;
}

/* "<dir>/<name>" or false if it does not fit; an empty directory means the working directory. */
static bool join(const char *dir, size_t dir_length, const char *name, char out[PATH_MAX])
{
	size_t name_length = strlen(name);

	if (dir_length == 0) {
		dir = ".";
		dir_length = 1;
	}
	if (dir_length + 1 + name_length + 1 > PATH_MAX)
		return false;
	memcpy(out, dir, dir_length);
	out[dir_length] = '/';
	memcpy(out + dir_length + 1, name, name_length + 1);
	return true;
}

/*
 * Try each directory in turn, as execvp(3): the first file that is there but cannot be executed is
 * remembered, because it explains more than "not found" at the end. Returns only on failure.
 */
static int exec_in_path(struct md_performer *performer, const char *name)
{
	int result = MD_ERR_NO_COMMAND, error = ENOENT;
	const char *dir = search_path(performer->envp);
	bool is_found = false;
	char path[PATH_MAX];

	for (;;) {
		size_t length = strcspn(dir, ":");

		if (join(dir, length, name, path)) {
			int refused;

			(void)execve(path, performer->argv, performer->envp);
			refused = errno;
			if (!is_found && access(path, F_OK) == 0) {
				is_found = true;
				error = refused;
				result = md_exec_diagnose(path, refused, performer->text,
							  sizeof(performer->text));
			}
		}
		if (dir[length] == '\0')
			break;
		dir += length + 1;
	}
	performer->code = result;
	errno = error;
	return -1;
}

static int exec_file(struct md_performer *performer, const char *path)
{
	int error;

	(void)execve(path, performer->argv, performer->envp);
	error = errno;
	performer->code = md_exec_diagnose(path, error, performer->text, sizeof(performer->text));
	errno = error;
	return -1;
}

int md_perform_exec(struct md_performer *performer, const struct md_call *call)
{
	int init = md_performer_fd(performer, call, 2);

	if (call->args[2] != MD_SLOT_NONE) {
		(void)syscall(SYS_execveat, init, "", performer->argv, performer->envp,
			      AT_EMPTY_PATH);
		return -1;
	}
	if (strchr(performer->argv[0], '/'))
		return exec_file(performer, performer->argv[0]);
	return exec_in_path(performer, performer->argv[0]);
}
