/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tar_reader.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XATTRS_MAX     1000
#define WRITEBACK_STEP ((uint64_t)8 << 20)

MD_DEFINE_AUTO(archive, struct archive *, archive_read_free)
MD_DEFINE_AUTO(tar_hash, struct md_tar_hash *, md_tar_hash_free)

/* The tar's bytes with the inflater in front, when there is one. */
struct stream {
	struct md_tar_stream tar;
	struct archive *inflater;   /* NULL for a plain tar */
	unsigned char *head;        /* the first bytes of the source, then the inflater's input */
	size_t head_length;         /* bytes in it that nobody has taken yet */
	const unsigned char *block; /* inflated bytes that nobody has taken yet */
	size_t block_length;
	struct md_error
		*err; /* what callbacks report; libarchive passes on only that they failed */
};

static int fail_archive(struct archive *archive, const char *what, struct md_error *err)
{
	const char *why = archive_error_string(archive);
	char shown[300];

	if (err->code != MD_OK)
		return -1; /* a callback of ours said it */
	return md_fail(err, MD_ERR_INVALID, "%s: %s", what,
		       md_entry_printable(why ? why : "unknown reason", shown, sizeof(shown)));
}

/* libarchive asks for compressed bytes. */
static la_ssize_t give_compressed(struct archive *archive, void *argument, const void **ret)
{
	struct stream *stream = argument;
	ssize_t n = (ssize_t)stream->head_length;

	(void)archive;
	stream->head_length = 0;
	if (n == 0)
		n = md_tar_stream_read(&stream->tar, stream->head, MD_TAR_HASH_BUFFER, stream->err);
	*ret = stream->head;
	return n;
}

static int open_inflater(struct stream *stream)
{
	struct archive_entry *entry;
	struct archive *inflater = archive_read_new();

	stream->inflater = inflater;
	if (!inflater)
		return md_fail(stream->err, MD_ERR_SYSTEM, "libarchive has no memory");
	if (archive_read_support_filter_gzip(inflater) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(inflater) != ARCHIVE_OK ||
	    archive_read_support_format_raw(inflater) != ARCHIVE_OK ||
	    archive_read_open(inflater, stream, NULL, give_compressed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(inflater, &entry) != ARCHIVE_OK)
		return fail_archive(inflater, "decompress", stream->err);
	/* One is the source itself. Compression inside compression serves bombs only. */
	if (archive_filter_count(inflater) > 2)
		return md_fail(stream->err, MD_ERR_INVALID, "the archive is compressed twice");
	return 0;
}

static ssize_t read_inflated(struct stream *stream, unsigned char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		size_t part = size - used;
		la_int64_t offset;
		const void *block;
		int status;

		if (stream->block_length > 0) {
			if (part > stream->block_length)
				part = stream->block_length;
			memcpy(buffer + used, stream->block, part);
			stream->block += part;
			stream->block_length -= part;
			used += part;
			continue;
		}
		status = archive_read_data_block(stream->inflater, &block, &stream->block_length,
						 &offset);
		if (status == ARCHIVE_EOF)
			break;
		if (status != ARCHIVE_OK)
			return fail_archive(stream->inflater, "decompress", stream->err);
		stream->block = block;
	}
	return (ssize_t)used;
}

static ssize_t read_plain(struct stream *stream, unsigned char *buffer, size_t size)
{
	size_t length = stream->head_length;

	if (length == 0)
		return md_tar_stream_read(&stream->tar, buffer, size, stream->err);
	memcpy(buffer, stream->head, length);
	stream->head_length = 0;
	return (ssize_t)length;
}

/* The next part of the tar; 0 at its end. */
static la_ssize_t give_tar(struct archive *archive, void *argument, const void **ret)
{
	struct stream *stream = argument;
	unsigned char *buffer;
	ssize_t n;

	(void)archive;
	if (stream->err->code != MD_OK)
		return -1;
	buffer = md_tar_hash_buffer(stream->tar.hash);
	n = stream->inflater ? read_inflated(stream, buffer, MD_TAR_HASH_BUFFER)
			     : read_plain(stream, buffer, MD_TAR_HASH_BUFFER);
	if (n < 0 || md_tar_stream_commit(&stream->tar, buffer, (size_t)n, stream->err) < 0)
		return -1;
	*ret = buffer;
	return n;
}

static bool is_compressed(const unsigned char *head, size_t length)
{
	static const unsigned char gzip[] = {0x1f, 0x8b};
	static const unsigned char zstd[] = {0x28, 0xb5, 0x2f, 0xfd};

	return (length >= sizeof(gzip) && memcmp(head, gzip, sizeof(gzip)) == 0) ||
	       (length >= sizeof(zstd) && memcmp(head, zstd, sizeof(zstd)) == 0);
}

/* The first bytes decide whether there is an inflater. */
static int begin_stream(struct stream *stream)
{
	ssize_t n;

	stream->head = md_xreallocarray(NULL, 1, MD_TAR_HASH_BUFFER);
	n = md_tar_stream_read(&stream->tar, stream->head, MD_TAR_HASH_BUFFER, stream->err);
	if (n < 0)
		return -1;
	if (n == 0)
		return md_fail(stream->err, MD_ERR_INVALID, "the archive is empty");
	stream->head_length = (size_t)n;
	return is_compressed(stream->head, (size_t)n) ? open_inflater(stream) : 0;
}

static void end_stream(struct stream *stream)
{
	if (stream->inflater)
		(void)archive_read_free(stream->inflater);
	free(stream->head);
}

static int refuse(const struct md_entry *entry, const char *why, struct md_error *err)
{
	char shown[200];

	return md_fail(err, MD_ERR_INVALID, "archive member '%s': %s",
		       md_entry_printable(entry->path, shown, sizeof(shown)), why);
}

static int read_kind(struct archive_entry *from, struct md_entry *entry, struct md_error *err)
{
	switch (archive_entry_hardlink(from) ? 0 : archive_entry_filetype(from)) {
	case AE_IFREG:
		entry->kind = MD_ENTRY_FILE;
		return 0;
	case AE_IFDIR:
		entry->kind = MD_ENTRY_DIRECTORY;
		return 0;
	case AE_IFLNK:
		entry->kind = MD_ENTRY_SYMLINK;
		return 0;
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFIFO:
	case AE_IFSOCK:
		entry->kind = MD_ENTRY_SPECIAL;
		return 0;
	default:
		entry->kind = MD_ENTRY_HARDLINK;
		/* libarchive lost the target of a link: other readers may have it. */
		return archive_entry_hardlink(from) ? 0
						    : refuse(entry, "its kind cannot be told", err);
	}
}

static int read_target(struct archive_entry *from, struct md_entry *entry, struct md_error *err)
{
	const char *target;

	if (entry->kind == MD_ENTRY_HARDLINK) {
		/* Readers disagree about whether a link has content. */
		if (archive_entry_size_is_set(from) && archive_entry_size(from) > 0)
			return refuse(entry, "a hard link with content", err);
		if (md_entry_path(archive_entry_hardlink(from), entry->target, err) < 0)
			return -1;
		return *entry->target ? 0 : refuse(entry, "a hard link to the root", err);
	}
	if (entry->kind != MD_ENTRY_SYMLINK)
		return 0;
	target = archive_entry_symlink(from);
	if (!target || !*target || strlen(target) > MD_ENTRY_PATH_MAX)
		return refuse(entry, "its target is empty or longer than 4095 bytes", err);
	memcpy(entry->target, target, strlen(target) + 1);
	return 0;
}

static int read_owner(struct archive_entry *from, struct md_entry *entry, struct md_error *err)
{
	la_int64_t uid = archive_entry_uid(from);
	la_int64_t gid = archive_entry_gid(from);

	/* -1 means "leave it" to chown(2). */
	if (uid < 0 || uid >= UINT32_MAX || gid < 0 || gid >= UINT32_MAX)
		return refuse(entry, "its owner is no 32-bit number", err);
	entry->uid = (uid_t)uid;
	entry->gid = (gid_t)gid;
	return 0;
}

static int read_entry(struct archive_entry *from, struct md_entry *entry, struct md_error *err)
{
	const char *path = archive_entry_pathname(from);
	long nanoseconds = archive_entry_mtime_nsec(from);

	if (!path || !*path)
		return md_fail(err, MD_ERR_INVALID, "an archive member has no name");
	if (md_entry_path(path, entry->path, err) < 0)
		return -1;
	if (read_kind(from, entry, err) < 0)
		return -1;
	entry->mode = archive_entry_perm(from) & 07777;
	entry->mtime.tv_sec = archive_entry_mtime(from);
	entry->mtime.tv_nsec = nanoseconds >= 0 && nanoseconds < 1000000000 ? nanoseconds : 0;
	if (archive_entry_size(from) < 0)
		return refuse(entry, "its size is negative", err);
	entry->size = (uint64_t)archive_entry_size(from);
	if (read_owner(from, entry, err) < 0)
		return -1;
	return read_target(from, entry, err);
}

static void read_xattrs(struct archive_entry *from, struct md_xattrs *ret)
{
	int count = archive_entry_xattr_reset(from);

	ret->count = 0;
	if (count <= 0)
		return;
	if (count > XATTRS_MAX) {
		ret->dropped += (uint64_t)count;
		return;
	}
	ret->items = md_xreallocarray(ret->items, (size_t)count, sizeof(*ret->items));
	for (; count > 0; count--) {
		struct md_xattr *item = &ret->items[ret->count];

		if (archive_entry_xattr_next(from, &item->name, &item->value, &item->size) ==
		    ARCHIVE_OK)
			ret->count++;
	}
}

static int write_at(int fd, const char *data, size_t length, off_t offset)
{
	while (length > 0) {
		ssize_t n = pwrite(fd, data, length, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		offset += n;
		length -= (size_t)n;
	}
	return 0;
}

/*
 * The layer is flushed before it becomes visible. Letting the disk begin now, a few megabytes
 * behind us, leaves that flush little to wait for.
 */
static void begin_writeback(int fd, uint64_t *begun, uint64_t end)
{
	if (end < *begun + WRITEBACK_STEP)
		return;
	(void)sync_file_range(fd, (off_t)*begun, (off_t)(end - *begun), SYNC_FILE_RANGE_WRITE);
	*begun = end;
}

static int write_content(struct archive *archive, const struct md_entry *entry, int fd,
			 struct md_error *err)
{
	uint64_t begun = 0;
	uint64_t end = 0;

	for (;;) {
		la_int64_t offset = 0;
		const void *data;
		size_t length = 0;
		int status = archive_read_data_block(archive, &data, &length, &offset);

		if (status == ARCHIVE_EOF)
			break;
		if (status != ARCHIVE_OK)
			return fail_archive(archive, "read the content of a file", err);
		if (offset < 0 || (uint64_t)offset > entry->size ||
		    length > entry->size - (uint64_t)offset)
			return refuse(entry, "its content lies outside of its size", err);
		if (write_at(fd, data, length, offset) < 0)
			return md_fail_errno(err, "write the content of a file");
		end = (uint64_t)offset + length;
		begin_writeback(fd, &begun, end);
	}
	/* A hole at the end of a sparse file. */
	if (end < entry->size && ftruncate(fd, (off_t)entry->size) < 0)
		return md_fail_errno(err, "ftruncate to the size of a sparse file");
	return 0;
}

/* What lasts from member to member. */
struct unpacking {
	struct archive *archive;
	struct md_tree *tree;
	const struct md_tar_limits *limits;
	struct md_xattrs xattrs;
	uint64_t entries, skipped, file_bytes;
};

static int add_member(struct unpacking *work, const struct md_entry *entry,
		      struct archive_entry *from, struct md_error *err)
{
	md_auto_close int fd = -1;

	if (md_tree_add(work->tree, entry, &fd, err) < 0)
		return -1;
	if (fd < 0)
		return 0;
	if (entry->kind == MD_ENTRY_FILE && write_content(work->archive, entry, fd, err) < 0)
		return -1;
	read_xattrs(from, &work->xattrs);
	return md_tree_finish(work->tree, fd, entry, &work->xattrs, err);
}

static int take_member(struct unpacking *work, struct archive_entry *from, struct md_error *err)
{
	struct md_entry entry = {0};

	if (++work->entries > work->limits->entries)
		return md_fail(err, MD_ERR_INVALID, "the archive has more than %llu members",
			       (unsigned long long)work->limits->entries);
	if (read_entry(from, &entry, err) < 0)
		return -1;
	if (entry.kind == MD_ENTRY_SPECIAL) {
		work->skipped++;
		return 0;
	}
	if (entry.size > work->limits->bytes - work->file_bytes)
		return refuse(&entry, "its size exceeds the limit of an archive", err);
	work->file_bytes += entry.size;
	return add_member(work, &entry, from, err);
}

/*
 * Names are bytes. This program stays in the C locale because in a UTF-8 locale libarchive brings
 * names of pax headers into normal form C, which renames files; in the C locale it keeps the bytes
 * and warns about each that is not ASCII. Every other warning means that the archive is damaged.
 */
static bool is_name_kept_as_bytes(struct archive *archive)
{
	const char *why = archive_error_string(archive);

	return why && md_str_ends(why, " can't be converted from UTF-8 to current locale.");
}

static int take_members(struct unpacking *work, struct md_error *err)
{
	for (;;) {
		struct archive_entry *from;
		int status = archive_read_next_header(work->archive, &from);

		if (err->code != MD_OK)
			return -1; /* the stream's reader has set it */
		if (status == ARCHIVE_EOF)
			return 0;
		if (status != ARCHIVE_OK &&
		    (status != ARCHIVE_WARN || !is_name_kept_as_bytes(work->archive)))
			return fail_archive(work->archive, "not a tar archive we can trust", err);
		if (take_member(work, from, err) < 0)
			return -1;
	}
}

/* Hash what is behind the last member too, and see to it that nothing hides there. */
static int take_rest(struct stream *stream, uint64_t parsed, struct md_error *err)
{
	la_ssize_t n;

	do {
		const void *rest;

		n = give_tar(NULL, stream, &rest);
	} while (n > 0);
	return n < 0 ? -1 : md_tar_stream_check_end(&stream->tar, parsed, err);
}

static int unpack_stream(struct stream *stream, struct unpacking *work, struct md_error *err)
{
	struct archive *archive = work->archive;

	if (archive_read_support_format_tar(archive) != ARCHIVE_OK)
		return fail_archive(archive, "set up libarchive", err);
	if (begin_stream(stream) < 0)
		return -1;
	if (archive_read_open(archive, stream, NULL, give_tar, NULL) != ARCHIVE_OK)
		return fail_archive(archive, "open the archive", err);
	if (take_members(work, err) < 0)
		return -1;
	return take_rest(stream, (uint64_t)archive_filter_bytes(archive, 0), err);
}

int md_tar_unpack(const struct md_tar_source *source, const struct md_tar_limits *limits,
		  struct md_tree *tree, struct md_tar_result *ret, struct md_error *err)
{
	MD_CLEANUP(md_cleanup_archive) struct archive *archive = archive_read_new();
	MD_CLEANUP(md_cleanup_tar_hash) struct md_tar_hash *hash = md_tar_hash_start(err);
	struct unpacking work = {.archive = archive, .tree = tree, .limits = limits};
	struct stream stream = {
		.tar = {.source = *source, .limits = limits, .hash = hash},
		.err = err,
	};
	int done;

	if (!hash)
		return -1;
	if (!archive)
		return md_fail(err, MD_ERR_SYSTEM, "libarchive has no memory");
	done = unpack_stream(&stream, &work, err);
	end_stream(&stream);
	free(work.xattrs.items);
	if (done < 0 || md_tree_end(tree, err) < 0)
		return -1;
	md_tar_hash_finish(hash, ret->diff_id);
	ret->tar_bytes = stream.tar.bytes_out;
	ret->entries = work.entries;
	ret->skipped = work.skipped;
	ret->dropped_xattrs = work.xattrs.dropped;
	return 0;
}
