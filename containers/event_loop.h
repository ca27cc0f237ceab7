/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_loop.h - the supervisor's only way to wait: one epoll(7) set, one event at a time.
 *
 * One event per turn means that a handler may close and free any source, its own too, without
 * leaving an event behind that still points to it.
 */
#ifndef MD_CONTAINERS_EVENT_LOOP_H
#define MD_CONTAINERS_EVENT_LOOP_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct md_event_source {
	int fd;          /* -1: not open */
	uint32_t events; /* what is waited for; kept by the functions below */
	void *owner;
	void (*ready)(struct md_event_source *source, uint32_t events);
};

struct md_event_loop {
	int epoll_fd;
	bool is_over; /* set by a handler: the loop returns after it */
};

int md_event_loop_init(struct md_event_loop *loop, struct md_error *err);
void md_event_loop_fini(struct md_event_loop *loop);

/* Wait for `events` (EPOLLIN, EPOLLOUT) of source->fd; the source must outlive the watch. */
int md_event_loop_watch(struct md_event_loop *loop, struct md_event_source *source, uint32_t events,
			struct md_error *err);

/*
 * Wait for other events. None at all takes the descriptor out of the set, because a hang-up is
 * reported even for no events and would wake the loop for ever.
 */
void md_event_loop_change(struct md_event_loop *loop, struct md_event_source *source,
			  uint32_t events);

/* Stop waiting and close source->fd. A source that is not open is left alone. */
void md_event_loop_close(struct md_event_loop *loop, struct md_event_source *source);

/* Handle events until a handler sets is_over. */
int md_event_loop_run(struct md_event_loop *loop, struct md_error *err);

#endif
