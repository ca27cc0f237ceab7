/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/exec_diagnose.h"

#include "base/cleanup.h"
#include "base/error.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#else
#error "exec_diagnose.c: name this architecture's ELF machine"
#endif

/* A sentence in the making, without stdio: what does not fit is cut. */
struct sentence {
	char *out;
	size_t size, used;
};

static void add(struct sentence *s, const char *text)
{
	for (; *text && s->used + 1 < s->size; text++)
		s->out[s->used++] = *text;
	s->out[s->used] = '\0';
}

static void say(struct sentence *s, const char *a, const char *path, const char *b)
{
	s->used = 0;
	add(s, a);
	add(s, path);
	add(s, b);
}

static const char *machine_name(unsigned int machine)
{
	static const struct {
		unsigned int machine;
		const char *name;
	} names[] = {
		{EM_386, "32-bit x86"}, {EM_X86_64, "x86_64"}, {EM_ARM, "32-bit ARM"},
		{EM_AARCH64, "arm64"},  {EM_RISCV, "RISC-V"},  {EM_PPC64, "ppc64"},
		{EM_S390, "s390x"},     {EM_MIPS, "MIPS"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return "another processor";
}

/* "#!/bin/sh\r": the interpreter that the kernel looks for has a carriage return in its name. */
static bool diagnose_script(struct sentence *s, const char *path, const char *head, size_t length)
{
	char interpreter[256] = "";
	size_t start = 2, n = 0;

	while (start < length && (head[start] == ' ' || head[start] == '\t'))
		start++;
	while (start + n < length && n + 1 < sizeof(interpreter) &&
	       !strchr(" \t\n\r", head[start + n])) {
		interpreter[n] = head[start + n];
		n++;
	}
	if (memchr(head, '\r', length)) {
		say(s, "'", path,
		    "' has Windows line ends (CRLF) in its first line; convert it with: sed -i "
		    "'s/\\r$//'");
		return true;
	}
	if (access(interpreter, F_OK) == 0)
		return false;
	say(s, "the interpreter '", interpreter, "' of script '");
	add(s, path);
	add(s, "' is not in the image");
	return true;
}

static void name_interpreter(struct sentence *s, int fd, const Elf64_Phdr *phdr, const char *path)
{
	char interpreter[256] = "";
	size_t want =
		phdr->p_filesz < sizeof(interpreter) ? phdr->p_filesz : sizeof(interpreter) - 1;

	if (pread(fd, interpreter, want, (off_t)phdr->p_offset) <= 0)
		return;
	say(s, "the program loader '", interpreter, "' of '");
	add(s, path);
	add(s, "' is not in the image: it was built for another C library or system");
}

static bool diagnose_elf(struct sentence *s, int fd, const char *path, const Elf64_Ehdr *header)
{
	Elf64_Phdr phdr;

	if (header->e_machine != NATIVE_MACHINE) {
		say(s, "'", path, "' is built for ");
		add(s, machine_name(header->e_machine));
		add(s, ", this machine is ");
		add(s, machine_name(NATIVE_MACHINE));
		return true;
	}
	for (unsigned int i = 0; i < header->e_phnum && i < 64; i++) {
		off_t at = (off_t)(header->e_phoff + (uint64_t)i * sizeof(phdr));

		if (pread(fd, &phdr, sizeof(phdr), at) != (ssize_t)sizeof(phdr))
			return false;
		if (phdr.p_type != PT_INTERP)
			continue;
		name_interpreter(s, fd, &phdr, path);
		return s->used > 0;
	}
	return false;
}

static bool diagnose_content(struct sentence *s, const char *path)
{
	md_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	union {
		char bytes[256];
		Elf64_Ehdr elf;
	} head = {{0}};
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, head.bytes, sizeof(head.bytes) - 1);
	if (n >= 2 && head.bytes[0] == '#' && head.bytes[1] == '!') {
		char *end = memchr(head.bytes, '\n', (size_t)n);

		return diagnose_script(s, path, head.bytes,
				       end ? (size_t)(end - head.bytes) : (size_t)n);
	}
	if (n >= (ssize_t)sizeof(Elf64_Ehdr) && memcmp(head.bytes, ELFMAG, SELFMAG) == 0)
		return diagnose_elf(s, fd, path, &head.elf);
	if (n >= 0 && n < 4)
		say(s, "'", path, "' is empty or too short to be a program");
	else
		say(s, "'", path,
		    "' is neither a program for Linux nor a script that begins with #!");
	return true;
}

static void diagnose_access(struct sentence *s, const char *path)
{
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		say(s, "'", path, "' is a directory");
	else if (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOEXEC))
		say(s, "'", path, "' lies on a mount with the option noexec");
	else if (stat(path, &st) == 0 && !(st.st_mode & 0111))
		say(s, "'", path, "' is not marked as executable; use chmod +x");
	else
		say(s, "no permission to execute '", path, "' as this user");
}

int md_exec_diagnose(const char *path, int error, char *out, size_t size)
{
	struct sentence s = {out, size, 0};
	struct stat st;

	out[0] = '\0';
	if ((error == ENOENT || error == ENOTDIR || error == ELOOP) && stat(path, &st) < 0) {
		say(&s, "'", path, "': no such file in the container");
		return MD_ERR_NO_COMMAND;
	}
	if (error == ENOENT || error == ENOEXEC || error == EINVAL)
		(void)diagnose_content(&s, path);
	else if (error == EACCES || error == EPERM)
		diagnose_access(&s, path);
	return error == ENOENT ? MD_ERR_NO_COMMAND : MD_ERR_NOT_EXECUTABLE;
}
