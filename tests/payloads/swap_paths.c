/* SPDX-License-Identifier: Apache-2.0 */
/* swap_paths.c - exchange two paths as fast as the kernel can, until killed: swap_paths A B */
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	for (;;)
		(void)renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE);
}
