/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_private.h - what the files containers/log_*.c share: names, lines, safe opening.
 *
 * Log files are numbered by age: 0 is "container.log", n is "container.log.n".
 */
#ifndef MD_CONTAINERS_LOG_PRIVATE_H
#define MD_CONTAINERS_LOG_PRIVATE_H

#include "containers/log.h"

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MD_LOG_PIECE_MAX    16384 /* bytes of output in one record */
#define MD_LOG_ESCAPED_MAX  6     /* a byte becomes at most "\udcXX" */
#define MD_LOG_OVERHEAD_MAX 96    /* of a record, around its bytes */
#define MD_LOG_SLACK        16    /* encoding may write this much behind its end */
#define MD_LOG_RECORD_MAX   (MD_LOG_PIECE_MAX * MD_LOG_ESCAPED_MAX + MD_LOG_OVERHEAD_MAX)

#define MD_LOG_NAME_SIZE 32

/* The name of file `number`. */
void md_log_name(unsigned int number, char out[MD_LOG_NAME_SIZE]);

/*
 * Open file `number` if it is a regular file of ours with one name, never through a link. `flags`
 * as for open(2). MD_ERR_NOT_FOUND when there is none; MD_ERR_CORRUPT when somebody has put
 * something else there.
 */
int md_log_open(int dirfd, unsigned int number, int flags, struct md_error *err);

/* What comes behind the escaped bytes of a record. */
struct md_log_suffix {
	char text[MD_LOG_OVERHEAD_MAX];
	size_t length;
};

/* The suffix of records of this stream and time. */
void md_log_make_suffix(enum md_stream stream, int64_t time_ns, struct md_log_suffix *ret);

/*
 * Write one record to `out`, which has room for MD_LOG_ESCAPED_MAX * length + MD_LOG_OVERHEAD_MAX +
 * MD_LOG_SLACK bytes. Returns its length.
 */
size_t md_log_encode(char *out, const void *bytes, size_t length,
		     const struct md_log_suffix *suffix);

/* Bytes of the first `length` that end at the end of a UTF-8 character; 0 only for 0. */
size_t md_log_cut(const void *bytes, size_t length);

/*
 * The record of a line, or, in a line that is damaged before it, an intact record at its end. False
 * when there is none. *ret_skipped: the bytes of the line that belong to no record.
 */
bool md_log_salvage_line(const char *line, size_t length, struct md_str *scratch,
			 struct md_log_record *ret, size_t *ret_skipped);

/* Whether the options want this record. */
bool md_log_is_wanted(const struct md_log_options *options, const struct md_log_record *record);

/* The files of one moment, newest first. */
struct md_log_file {
	int fd;
	ino_t inode;
	uint64_t size;
};

struct md_log_set {
	struct md_log_file *files;
	size_t count;
};

/* Open all of them; none is no error. */
int md_log_set_open(int dirfd, struct md_log_set *ret, struct md_error *err);

/* Close those that are still open. */
void md_log_set_close(struct md_log_set *set);

/*
 * The file that follows `inode` in time: its descriptor and inode. -1 without error when that is
 * the newest. A file that is gone is followed by the oldest one.
 */
int md_log_open_next(int dirfd, ino_t inode, ino_t *ret_inode, struct md_error *err);

/* Number of the file with this inode, -1 when it is none of them (any more). */
int md_log_number_of(int dirfd, ino_t inode);

/* Where the last options->tail wanted records begin: index in the set and offset. */
int md_log_find_tail(const struct md_log_set *set, const struct md_log_options *options,
		     size_t *ret_index, uint64_t *ret_offset, struct md_error *err);

#endif
