/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "base/fs.h"
#include "runtime/exec_diagnose.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Writes `bytes` to a fresh executable file and asks why execve failed with `error`. */
static int diagnose(const void *bytes, size_t length, mode_t mode, int error, char out[512])
{
	char path[] = "/tmp/minidock-diagnose-XXXXXX";
	int fd = mkstemp(path);
	int code;

	CHECK(fd >= 0 && md_write_all(fd, bytes, length) == 0 && fchmod(fd, mode) == 0);
	md_close_fd(&fd);
	code = md_exec_diagnose(path, error, out, 512);
	(void)unlink(path);
	return code;
}

static void a_missing_file_is_a_missing_command(void)
{
	char text[512];

	CHECK(md_exec_diagnose("/nowhere/at/all", ENOENT, text, sizeof(text)) == MD_ERR_NO_COMMAND);
	CHECK(strstr(text, "no such file in the container"));
}

static void a_missing_interpreter_is_named(void)
{
	static const char script[] = "#! /opt/lua/bin/lua -v\nprint(1)\n";
	char text[512];

	CHECK(diagnose(script, strlen(script), 0755, ENOENT, text) == MD_ERR_NO_COMMAND);
	CHECK(strstr(text, "the interpreter '/opt/lua/bin/lua' of script"));
}

static void windows_line_ends_are_named(void)
{
	static const char script[] = "#!/bin/sh\r\necho hi\r\n";
	char text[512];

	CHECK(diagnose(script, strlen(script), 0755, ENOENT, text) == MD_ERR_NO_COMMAND);
	CHECK(strstr(text, "CRLF"));
}

static void a_foreign_processor_is_named(void)
{
	Elf64_Ehdr header = {.e_ident = ELFMAG, .e_machine = EM_S390};
	char text[512];

	header.e_ident[EI_CLASS] = ELFCLASS64;
	CHECK(diagnose(&header, sizeof(header), 0755, ENOEXEC, text) == MD_ERR_NOT_EXECUTABLE);
	CHECK(strstr(text, "is built for s390x"));
}

static void a_missing_loader_is_named(void)
{
	static const char loader[] = "/lib/ld-nowhere.so.1";
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr program;
		char loader[sizeof(loader)];
	} file = {
		.header = {.e_ident = ELFMAG, .e_phnum = 1},
		.program = {.p_type = PT_INTERP, .p_filesz = sizeof(loader)},
	};
	char text[512];

#if defined(__x86_64__)
	file.header.e_machine = EM_X86_64;
#else
	file.header.e_machine = EM_AARCH64;
#endif
	file.header.e_phoff = sizeof(file.header);
	file.program.p_offset = sizeof(file.header) + sizeof(file.program);
	memcpy(file.loader, loader, sizeof(loader));
	CHECK(diagnose(&file, sizeof(file), 0755, ENOENT, text) == MD_ERR_NO_COMMAND);
	CHECK(strstr(text, "the program loader '/lib/ld-nowhere.so.1'"));
}

static void what_is_no_program_is_said(void)
{
	char text[512];

	CHECK(diagnose("hello world", 11, 0755, ENOEXEC, text) == MD_ERR_NOT_EXECUTABLE);
	CHECK(strstr(text, "neither a program"));
	CHECK(diagnose("", 0, 0755, ENOEXEC, text) == MD_ERR_NOT_EXECUTABLE);
	CHECK(strstr(text, "empty"));
}

static void a_missing_permission_is_named(void)
{
	char text[512];

	CHECK(diagnose("#!/bin/sh\n", 10, 0644, EACCES, text) == MD_ERR_NOT_EXECUTABLE);
	CHECK(strstr(text, "chmod +x"));
	CHECK(md_exec_diagnose("/tmp", EACCES, text, sizeof(text)) == MD_ERR_NOT_EXECUTABLE);
	CHECK(strstr(text, "is a directory"));
}

static void long_paths_are_cut_not_overrun(void)
{
	char path[2000], text[64];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	(void)md_exec_diagnose(path, ENOENT, text, sizeof(text));
	CHECK(strlen(text) == sizeof(text) - 1);
}

int main(void)
{
	RUN(a_missing_file_is_a_missing_command);
	RUN(a_missing_interpreter_is_named);
	RUN(windows_line_ends_are_named);
	RUN(a_foreign_processor_is_named);
	RUN(a_missing_loader_is_named);
	RUN(what_is_no_program_is_said);
	RUN(a_missing_permission_is_named);
	RUN(long_paths_are_cut_not_overrun);
	return DONE();
}
