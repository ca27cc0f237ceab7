/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cid_file.h - the file of --cidfile: taken before the container is made, filled afterwards.
 */
#ifndef MD_CLI_CID_FILE_H
#define MD_CLI_CID_FILE_H

#include "base/error.h"

/*
 * Make the file; one that exists is MD_ERR_EXISTS, because its id may be of a container that still
 * runs. *ret_fd is -1 without a path (NULL), which md_cid_file_finish() accepts.
 */
int md_cid_file_take(const char *path, int *ret_fd, struct md_error *err);

/* Write the id and close; with `id` NULL remove the file again. */
int md_cid_file_finish(const char *path, int fd, const char *id, struct md_error *err);

#endif
