/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	asker (child) ── call with a mark in its 6th argument ──► container's filter ──► EPERM, kill
 *	                                                              │ allowed
 *	answerer (parent) ◄── SECCOMP_RET_USER_NOTIF ◄── our filter ◄─┘
 *	                  ──► "fails with CAUGHT": the call is never made
 *
 * A refusal of the container's filter outranks SECCOMP_RET_USER_NOTIF, so what the asker sees is
 * exactly that filter's answer, for any number and any arguments, dangerous or not. When the filter
 * kills the asker, a new one goes on behind the question that did it.
 */
#include "tests/payloads/selfcheck.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK   0x5e1fc4ecu /* in both halves of the 6th argument; i386 has one half */
#define CAUGHT 4000        /* an errno that the kernel never uses */

/* What asker and answerer share. */
struct board {
	size_t next;
	int answers[];
};

/* ---- asking ---- */

#if defined(__x86_64__)

/* The mark must not stay in r9: a later, ordinary call would carry it. */
static long call_native(const struct question *q)
{
	register uint64_t r10 __asm__("r10") = 0;
	register uint64_t r8 __asm__("r8") = 0;
	register uint64_t r9 __asm__("r9") = (uint64_t)MARK << 32 | MARK;
	long result;

	__asm__ volatile("syscall\n\txor %%r9d, %%r9d"
			 : "=a"(result), "+r"(r9)
			 : "a"((long)(int32_t)q->number), "D"(q->args[0]), "S"(q->args[1]),
			   "d"(q->args[2]), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}

static long call_int80(const struct question *q)
{
	long result;

	/* rbp holds the 6th argument; below rsp may lie the red zone. */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpush %%rbp\n\tmov %[mark], %%ebp\n\t"
			 "int $0x80\n\tpop %%rbp\n\tlea 128(%%rsp), %%rsp"
			 : "=a"(result)
			 : "a"((long)q->number), "b"(q->args[0]), "c"(q->args[1]), "d"(q->args[2]),
			   "S"(0L), "D"(0L), [mark] "i"(MARK)
			 : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
}

#else

static long call_native(const struct question *q)
{
	long result = syscall((long)q->number, q->args[0], q->args[1], q->args[2], 0, 0,
			      (uint64_t)MARK << 32 | MARK);

	return result < 0 ? -errno : result;
}

static long call_int80(const struct question *q)
{
	(void)q;
	return -ENOSYS;
}

#endif

static int install_catcher(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

static bool send_fd(int channel, int fd)
{
	char byte = 0, space[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = space,
				 .msg_controllen = sizeof(space)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	*head = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
				 .cmsg_type = SCM_RIGHTS,
				 .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(channel, &message, 0) == 1;
}

static int receive_fd(int channel)
{
	char byte, space[CMSG_SPACE(sizeof(int))];
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = space,
				 .msg_controllen = sizeof(space)};
	struct cmsghdr *head;
	int fd;

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (!head)
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

static int ask_one(const struct question *q)
{
	long result = q->entry == ENTRY_INT80 ? call_int80(q) : call_native(q);

	if (result == -CAUGHT)
		return VERDICT_ALLOW;
	return result < 0 ? (int)-result : VERDICT_UNKNOWN;
}

static void ask_rest(int channel, const struct question *questions, size_t count,
		     struct board *board)
{
	int catcher = install_catcher();

	if (catcher < 0 || !send_fd(channel, catcher))
		_exit(1);
	(void)close(catcher);
	(void)close(channel);
	for (; board->next < count; board->next++)
		board->answers[board->next] = ask_one(&questions[board->next]);
	_exit(0);
}

/* ---- answering ---- */

/* Until the last process with our filter is gone, which the kernel reports as POLLHUP. */
static void answer_all(int catcher)
{
	for (;;) {
		struct pollfd ready = {.fd = catcher, .events = POLLIN};
		struct seccomp_notif request = {0};
		struct seccomp_notif_resp response = {0};

		if (poll(&ready, 1, -1) < 0 || !(ready.revents & POLLIN))
			return;
		if (ioctl(catcher, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0)
			continue;
		response.id = request.id;
		response.error = -CAUGHT;
		(void)ioctl(catcher, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

/* One asker's life: false if it could not even begin. */
static bool run_asker(const struct question *questions, size_t count, struct board *board)
{
	int channel[2], catcher, status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		ask_rest(channel[1], questions, count, board);
	(void)close(channel[1]);
	catcher = receive_fd(channel[0]);
	(void)close(channel[0]);
	if (catcher >= 0) {
		answer_all(catcher);
		(void)close(catcher);
	}
	if (waitpid(pid, &status, 0) < 0 || catcher < 0)
		return false;
	if (WIFSIGNALED(status))
		board->answers[board->next++] =
			WTERMSIG(status) == SIGSYS ? VERDICT_KILLED : VERDICT_FAULT;
	return true;
}

bool filter_ask(const struct question *questions, size_t count, int *answers)
{
	size_t size = sizeof(struct board) + count * sizeof(int);
	struct board *board =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool can_ask = board != MAP_FAILED;

	(void)fflush(stdout);
	while (can_ask && board->next < count)
		can_ask = run_asker(questions, count, board);
	if (can_ask)
		memcpy(answers, board->answers, count * sizeof(int));
	if (board != MAP_FAILED)
		(void)munmap(board, size);
	return can_ask;
}

const char *verdict_text(int verdict)
{
	const char *name;

	switch (verdict) {
	case VERDICT_ALLOW:
		return "allow";
	case VERDICT_KILLED:
		return "killed";
	case VERDICT_FAULT:
		return "fault";
	case VERDICT_UNKNOWN:
		return "unknown";
	default:
		name = strerrorname_np(verdict);
		return name ? name : "an unknown errno";
	}
}
