/* SPDX-License-Identifier: Apache-2.0 */
/*
 * race.h - how long a test gives an adversary the chance to win.
 *
 *	for (int64_t end = race_end(); race_goes_on(end);)
 *		... what must hold while another thread moves things about ...
 *
 * A time and not a number of rounds: on a busy machine the suite stays as fast, on an idle one a
 * race gets thousands of rounds.
 */
#ifndef MD_TESTS_RACE_H
#define MD_TESTS_RACE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

static inline int64_t race_end(void)
{
	return md_clock_monotonic_ns() + INT64_C(150) * 1000000;
}

static inline bool race_goes_on(int64_t end)
{
	return md_clock_monotonic_ns() < end;
}

#endif
