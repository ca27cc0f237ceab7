/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stop_flags.h"

#include "base/proc.h"
#include "containers/lifecycle.h"

int md_stop_flags_check(struct md_stop_flags *flags, struct md_error *err)
{
	int signo;

	if (flags->timeout_s < -1 && flags->timeout_s != MD_STOP_TIMEOUT_UNSET)
		return md_fail(err, MD_ERR_INVALID, "--timeout: %d is below -1", flags->timeout_s);
	if (flags->signal && md_signal_parse(flags->signal, &signo, err) < 0)
		return md_error_prefix(err, "--signal");
	if (flags->is_forced) {
		flags->signal = "SIGKILL";
		flags->timeout_s = 0;
	}
	return 0;
}
