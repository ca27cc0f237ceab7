/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/supervisor.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/proc.h"
#include "base/sys.h"
#include "containers/supervisor_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#define LISTEN_BACKLOG 64

/* Where the kernel has no close_range(2). Closing while reading could skip entries: read, then
 * close. */
static void close_from_slowly(int first)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int highest = first - 1;

	if (!dir)
		return;
	for (entry = readdir(dir); entry; entry = readdir(dir)) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (fd > highest)
			highest = fd;
	}
	(void)closedir(dir);
	for (int fd = first; fd <= highest; fd++)
		(void)close(fd);
}

/* Whatever our caller's shell had open must not stay open as long as the container lives. */
static void close_inherited(int first)
{
	if (sys_close_range((unsigned int)first, ~0U, 0) < 0)
		close_from_slowly(first);
}

static void stdio_to_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; fd >= 0 && i < 3; i++)
		(void)dup2(fd, i);
	if (fd > 2)
		(void)close(fd);
}

static void become_supervisor(int first_client, int lock)
{
	(void)fcntl(first_client, F_SETFD, FD_CLOEXEC);
	(void)fcntl(lock, F_SETFD, FD_CLOEXEC);
	close_inherited(lock + 1);
	stdio_to_null();
	(void)setsid(); /* fails only when we lead a session already */
	(void)chdir("/");
	(void)umask(0022);
	(void)prctl(PR_SET_NAME, "minidock:super", 0, 0, 0);
	/* Nobody may trace us or read our descriptors, whatever ids a container uses. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* With --pid=host the container's orphans come to us instead of to the host's pid 1. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static struct md_job *find_job(const struct md_supervisor *supervisor, pid_t pid)
{
	for (struct md_job *job = supervisor->jobs; job; job = job->next)
		if (job->pid == pid)
			return job;
	return NULL;
}

static int drop_text(struct dl_phdr_info *object, size_t size, void *context)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)context;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t start = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
		uintptr_t end = object->dlpi_addr + part->p_vaddr + part->p_memsz;

		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
			(void)madvise((void *)start, end - start, MADV_DONTNEED);
	}
	return 0;
}

/*
 * A start or an exec touches much more than the loop does. What it left in the heap goes back, and
 * so do its pages of program text: unchanged pages of a file come again by themselves.
 */
static void shrink(struct md_supervisor *supervisor)
{
	(void)malloc_trim(0);
	(void)madvise(supervisor->buffer, MD_CONTROL_FRAME_MAX, MADV_DONTNEED);
	(void)dl_iterate_phdr(drop_text, NULL);
}

static void end_job(struct md_job *job, int status)
{
	struct md_supervisor *supervisor = job->supervisor;
	struct md_exit how = {md_proc_exit_code(status), false};

	md_job_drain(job);
	md_peers_tell_exit(job, &how);
	md_job_free(job);
	shrink(supervisor);
}

static void reap(struct md_supervisor *supervisor)
{
	struct md_job *job;
	int status;
	pid_t pid;

	while (!supervisor->has_ended) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			return;
		job = find_job(supervisor, pid);
		if (job && job == supervisor->first)
			md_supervisor_end(supervisor, status);
		else if (job)
			end_job(job, status);
	}
}

static void on_signal(struct md_event_source *source, uint32_t events)
{
	struct md_supervisor *supervisor = source->owner;
	struct md_error ignored = MD_ERROR_INIT;
	struct signalfd_siginfo info;

	(void)events;
	while (read(source->fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(supervisor);
		else if (info.ssi_signo == SIGTERM && supervisor->first)
			(void)md_supervisor_stop(supervisor, md_supervisor_stop_signal(supervisor),
						 md_supervisor_stop_timeout(supervisor), &ignored);
	}
}

/*
 * SIGPIPE, SIGHUP and the keyboard's signals are taken and dropped: a supervisor ends with its
 * container. (The processes that we launch get their defaults back, runtime/child.c.)
 */
static int watch_signals(struct md_supervisor *supervisor, struct md_error *err)
{
	static const int signals[] = {SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGPIPE};
	sigset_t set;

	/* An ignored SIGCHLD is inherited, and would let the kernel reap without telling us. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&set, signals[i]);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	supervisor->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (supervisor->signals.fd < 0)
		return md_fail_errno(err, "signalfd");
	return md_event_loop_watch(&supervisor->loop, &supervisor->signals, EPOLLIN, err);
}

/* The directory is 0700, the socket 0600; a peer that is not root came by a descriptor passed on.
 */
static bool is_root_peer(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == 0;
}

static void on_connection(struct md_event_source *source, uint32_t events)
{
	struct md_supervisor *supervisor = source->owner;
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	if (is_root_peer(fd))
		(void)md_peer_create(supervisor, fd);
	else
		(void)close(fd);
}

static int listen_in(int dirfd, struct md_error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	md_auto_close int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return md_fail_errno(err, "socket");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/control.sock",
		       dirfd);
	/* A socket file that a dead supervisor left would keep us from making ours. */
	if (unlinkat(dirfd, "control.sock", 0) < 0 && errno != ENOENT)
		return md_fail_errno(err, "unlink 'control.sock'");
	/* The file gets the mode that the socket has when it is bound. */
	if (fchmod(fd, 0600) < 0)
		return md_fail_errno(err, "chmod a socket");
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return md_fail_errno(err, "bind 'control.sock'");
	if (listen(fd, LISTEN_BACKLOG) < 0)
		return md_fail_errno(err, "listen on 'control.sock'");
	return md_steal_fd(&fd);
}

static int open_control(struct md_supervisor *supervisor, struct md_error *err)
{
	md_auto_close int dirfd = md_store_open_run_dir(supervisor->store, supervisor->id, err);

	if (dirfd < 0)
		return -1;
	supervisor->listener.fd = listen_in(dirfd, err);
	if (supervisor->listener.fd < 0)
		return -1;
	return md_event_loop_watch(&supervisor->loop, &supervisor->listener, EPOLLIN, err);
}

static int load(struct md_supervisor *supervisor, const char *id, struct md_error *err)
{
	if (!md_id_is_valid(id))
		return md_fail(err, MD_ERR_INVALID, "'%s' is no container id", id);
	(void)snprintf(supervisor->id, sizeof(supervisor->id), "%s", id);
	supervisor->store = md_store_open(NULL, err);
	if (!supervisor->store)
		return -1;
	if (md_store_load_record(supervisor->store, id, &supervisor->record, err) < 0)
		return -1;
	return md_store_load_state(supervisor->store, id, &supervisor->state, err);
}

static int prepare(struct md_supervisor *supervisor, const char *id, struct md_error *err)
{
	if (load(supervisor, id, err) < 0)
		return -1;
	if (md_event_loop_init(&supervisor->loop, err) < 0)
		return -1;
	if (watch_signals(supervisor, err) < 0)
		return -1;
	return open_control(supervisor, err);
}

/* The first frame of the inherited socket: how this start behaves. */
static struct md_json *receive_start(struct md_supervisor *supervisor, int fd, struct md_error *err)
{
	struct md_frame frame;
	int got = md_frame_receive(fd, MD_CONTROL_FROM_CLIENT, supervisor->buffer, &frame, err);

	if (got == 0)
		(void)md_fail(err, MD_ERR_PEER, "the client is gone before the start");
	if (got <= 0)
		return NULL;
	return md_frame_json(&frame, err);
}

static struct md_window window_of(const struct md_json *request)
{
	return (struct md_window){
		(uint16_t)md_json_get_number(request, "rows", 0),
		(uint16_t)md_json_get_number(request, "columns", 0),
	};
}

static void greet_first_client(struct md_supervisor *supervisor, int fd,
			       const struct md_json *request)
{
	struct md_peer *peer = md_peer_create(supervisor, fd);
	struct md_json *answer;

	if (!peer)
		return; /* it died meanwhile; the container goes on */
	answer = md_json_object();
	md_json_set_number(answer, "pid", supervisor->first->pid);
	peer->made_request = true;
	md_peer_send_json(peer, MD_FRAME_ANSWER, answer);
	if (md_json_get_bool(request, "attach", false))
		md_peer_attach(peer, supervisor->first, request);
	else
		md_peer_finish(peer);
}

/* Nothing is read from the container before its first client is attached: it sees every byte. */
static int start_and_serve(struct md_supervisor *supervisor, int *first_client, int *lock,
			   struct md_error *err)
{
	md_auto_json struct md_json *request = receive_start(supervisor, *first_client, err);

	if (!request || md_supervisor_start(supervisor, window_of(request),
					    md_json_get_string(request, "init", NULL), err) < 0)
		return -1;
	md_close_fd(lock);
	greet_first_client(supervisor, md_steal_fd(first_client), request);
	if (md_job_watch(supervisor->first, err) < 0)
		return -1;
	shrink(supervisor);
	return md_event_loop_run(&supervisor->loop, err);
}

static void fini(struct md_supervisor *supervisor)
{
	while (supervisor->peers)
		md_peer_free(supervisor->peers);
	while (supervisor->jobs)
		md_job_free(supervisor->jobs);
	md_event_loop_close(&supervisor->loop, &supervisor->listener);
	md_event_loop_close(&supervisor->loop, &supervisor->signals);
	md_event_loop_close(&supervisor->loop, &supervisor->stop_timer);
	md_event_loop_fini(&supervisor->loop);
	md_spec_fini(&supervisor->spec);
	free(supervisor->filter);
	md_record_fini(&supervisor->record);
	md_state_fini(&supervisor->state);
	md_store_close(supervisor->store);
	(void)munmap(supervisor->buffer, MD_CONTROL_FRAME_MAX);
}

/* A mapping of its own and not part of the heap: only the pages that are used cost memory. */
static unsigned char *map_buffer(void)
{
	void *buffer = mmap(NULL, MD_CONTROL_FRAME_MAX, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED)
		abort(); /* as base/alloc.h: there is no memory */
	return buffer;
}

static void init(struct md_supervisor *supervisor)
{
	supervisor->loop.epoll_fd = -1;
	supervisor->buffer = map_buffer();
	supervisor->signals = (struct md_event_source){-1, 0, supervisor, on_signal};
	supervisor->listener = (struct md_event_source){-1, 0, supervisor, on_connection};
	supervisor->stop_timer = (struct md_event_source){-1, 0, supervisor, NULL};
	md_spec_init(&supervisor->spec);
	md_state_init(&supervisor->state);
}

int md_supervisor_main(const char *id, int first_client)
{
	struct md_supervisor supervisor = {.id = ""};
	struct md_error err = MD_ERROR_INIT, ignored = MD_ERROR_INIT;
	int lock = first_client + 1, result;

	become_supervisor(first_client, lock);
	init(&supervisor);
	result = prepare(&supervisor, id, &err);
	if (result == 0)
		result = start_and_serve(&supervisor, &first_client, &lock, &err);
	if (result < 0 && first_client >= 0) {
		md_auto_json struct md_json *why = md_control_error_to_json(&err);

		(void)md_frame_send_json(first_client, MD_FRAME_ERROR, why, &ignored);
	}
	md_close_fd(&first_client);
	md_close_fd(&lock);
	fini(&supervisor);
	return result < 0 ? 1 : 0;
}
