/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/event_loop.h"

#include "base/cleanup.h"

#include <errno.h>
#include <sys/epoll.h>

int md_event_loop_init(struct md_event_loop *loop, struct md_error *err)
{
	loop->is_over = false;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return md_fail_errno(err, "epoll_create1");
	return 0;
}

void md_event_loop_fini(struct md_event_loop *loop)
{
	md_close_fd(&loop->epoll_fd);
}

int md_event_loop_watch(struct md_event_loop *loop, struct md_event_source *source, uint32_t events,
			struct md_error *err)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	source->events = events;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0)
		return md_fail_errno(err, "epoll_ctl descriptor %d", source->fd);
	return 0;
}

void md_event_loop_change(struct md_event_loop *loop, struct md_event_source *source,
			  uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};
	int operation = EPOLL_CTL_MOD;

	if (source->fd < 0 || source->events == events)
		return;
	if (source->events == 0)
		operation = EPOLL_CTL_ADD;
	else if (events == 0)
		operation = EPOLL_CTL_DEL;
	/* Fails only without kernel memory; then the source stays as it was. */
	if (epoll_ctl(loop->epoll_fd, operation, source->fd, &event) == 0)
		source->events = events;
}

void md_event_loop_close(struct md_event_loop *loop, struct md_event_source *source)
{
	if (source->fd < 0)
		return;
	/*
	 * Closing alone is not enough: a child that was cloned and did not exec yet still has the
	 * same open file, and the set would go on reporting it.
	 */
	md_event_loop_change(loop, source, 0);
	md_close_fd(&source->fd);
}

int md_event_loop_run(struct md_event_loop *loop, struct md_error *err)
{
	struct epoll_event event;

	while (!loop->is_over) {
		struct md_event_source *source;
		int n = epoll_wait(loop->epoll_fd, &event, 1, -1);

		if (n < 0 && errno != EINTR)
			return md_fail_errno(err, "epoll_wait");
		if (n < 1)
			continue;
		source = event.data.ptr;
		source->ready(source, event.events);
	}
	return 0;
}
