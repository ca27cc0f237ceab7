/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tar_writer.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define BLOCK       512
#define BUFFER_SIZE ((size_t)1 << 20)
#define NAME_FIELD  100
#define OCTAL7_MAX  07777777ull     /* owners, modes, device numbers */
#define OCTAL11_MAX 077777777777ull /* sizes, times */

/* POSIX ustar, as on tape. */
struct header {
	char name[NAME_FIELD];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char link[NAME_FIELD];
	char magic[8];
	char uname[32], gname[32];
	char major[8], minor[8];
	char prefix[155];
	char padding[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

struct md_tar_writer {
	int fd;
	uint64_t written; /* bytes of the stream so far */
	size_t used;
	char buffer[BUFFER_SIZE];
};

struct md_tar_writer *md_tar_writer_create(int fd)
{
	struct md_tar_writer *writer = md_xcalloc(1, sizeof(*writer));

	writer->fd = fd;
	return writer;
}

void md_tar_writer_free(struct md_tar_writer *writer)
{
	free(writer);
}

static int flush(struct md_tar_writer *writer, struct md_error *err)
{
	if (md_write_all(writer->fd, writer->buffer, writer->used) < 0)
		return md_fail_errno(err, "write the archive");
	writer->used = 0;
	return 0;
}

int md_tar_writer_data(struct md_tar_writer *writer, const void *data, size_t length,
		       struct md_error *err)
{
	const char *from = data;

	while (length > 0) {
		size_t part = sizeof(writer->buffer) - writer->used;

		if (part > length)
			part = length;
		memcpy(writer->buffer + writer->used, from, part);
		writer->used += part;
		writer->written += part;
		from += part;
		length -= part;
		if (writer->used == sizeof(writer->buffer) && flush(writer, err) < 0)
			return -1;
	}
	return 0;
}

int md_tar_writer_pad(struct md_tar_writer *writer, struct md_error *err)
{
	static const char zeros[BLOCK];
	size_t over = writer->written % BLOCK;

	return over == 0 ? 0 : md_tar_writer_data(writer, zeros, BLOCK - over, err);
}

int md_tar_writer_end(struct md_tar_writer *writer, struct md_error *err)
{
	static const char zeros[2 * BLOCK];

	if (md_tar_writer_data(writer, zeros, sizeof(zeros), err) < 0)
		return -1;
	return flush(writer, err);
}

/* Octal digits and a NUL; 0 for what does not fit, which the pax header then says. */
static void put_octal(char *field, size_t size, uint64_t value, uint64_t most)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%0*llo", (int)size - 1,
		       (unsigned long long)(value > most ? 0 : value));
	memcpy(field, digits, size);
}

static void put_text(char *field, size_t size, const char *text)
{
	size_t length = strlen(text);

	memcpy(field, text, length < size ? length : size);
}

static void put_checksum(struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned int sum = 0;
	size_t i;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (i = 0; i < BLOCK; i++)
		sum += bytes[i];
	(void)snprintf(header->checksum, 7, "%06o", sum);
	header->checksum[7] = ' ';
}

/* One record: "LENGTH KEY=VALUE\n", where the length counts its own digits. */
static void add_record(struct md_str *records, const char *key, const void *value, size_t length)
{
	size_t rest = strlen(key) + length + 3; /* blank, '=', newline */
	size_t total = rest + 1;

	while ((size_t)snprintf(NULL, 0, "%zu", total) + rest != total)
		total++;
	md_str_addf(records, "%zu %s=", total, key);
	md_str_add_bytes(records, value, length);
	md_str_addc(records, '\n');
}

static void add_number(struct md_str *records, const char *key, uint64_t value, uint64_t most)
{
	char digits[24];

	if (value <= most)
		return;
	(void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	add_record(records, key, digits, strlen(digits));
}

static bool has_target(const struct md_entry *entry)
{
	return entry->kind == MD_ENTRY_SYMLINK || entry->kind == MD_ENTRY_HARDLINK;
}

static uint64_t seconds(const struct md_entry *entry)
{
	return entry->mtime.tv_sec > 0 ? (uint64_t)entry->mtime.tv_sec : 0;
}

static void add_records(struct md_str *records, const struct md_entry *entry, const char *path,
			const struct md_tar_extra *extra)
{
	size_t i;

	if (strlen(path) > NAME_FIELD)
		add_record(records, "path", path, strlen(path));
	if (has_target(entry) && strlen(entry->target) > NAME_FIELD)
		add_record(records, "linkpath", entry->target, strlen(entry->target));
	add_number(records, "uid", entry->uid, OCTAL7_MAX);
	add_number(records, "gid", entry->gid, OCTAL7_MAX);
	add_number(records, "mtime", seconds(entry), OCTAL11_MAX);
	if (entry->kind == MD_ENTRY_FILE)
		add_number(records, "size", entry->size, OCTAL11_MAX);
	for (i = 0; i < extra->xattr_count; i++) {
		md_auto_free char *key = md_xasprintf("SCHILY.xattr.%s", extra->xattrs[i].name);

		add_record(records, key, extra->xattrs[i].value, extra->xattrs[i].size);
	}
}

static int write_header(struct md_tar_writer *writer, struct header *header, struct md_error *err)
{
	memcpy(header->magic, "ustar\00000", sizeof(header->magic));
	put_checksum(header);
	return md_tar_writer_data(writer, header, sizeof(*header), err);
}

static int write_records(struct md_tar_writer *writer, const struct md_str *records,
			 struct md_error *err)
{
	struct header header = {.type = 'x'};

	if (records->length == 0)
		return 0;
	put_text(header.name, sizeof(header.name), "PaxHeaders/entry");
	put_octal(header.mode, sizeof(header.mode), 0644, OCTAL7_MAX);
	put_octal(header.uid, sizeof(header.uid), 0, OCTAL7_MAX);
	put_octal(header.gid, sizeof(header.gid), 0, OCTAL7_MAX);
	put_octal(header.size, sizeof(header.size), records->length, OCTAL11_MAX);
	put_octal(header.mtime, sizeof(header.mtime), 0, OCTAL11_MAX);
	if (write_header(writer, &header, err) < 0 ||
	    md_tar_writer_data(writer, records->data, records->length, err) < 0)
		return -1;
	return md_tar_writer_pad(writer, err);
}

static char type_of(const struct md_entry *entry, const struct md_tar_extra *extra)
{
	switch (entry->kind) {
	case MD_ENTRY_FILE:
		return '0';
	case MD_ENTRY_HARDLINK:
		return '1';
	case MD_ENTRY_SYMLINK:
		return '2';
	case MD_ENTRY_DIRECTORY:
		return '5';
	case MD_ENTRY_SPECIAL:
		break;
	}
	if (S_ISCHR(extra->type))
		return '3';
	return S_ISBLK(extra->type) ? '4' : '6';
}

static void fill_header(struct header *header, const struct md_entry *entry, const char *path,
			const struct md_tar_extra *extra)
{
	uint64_t size = entry->kind == MD_ENTRY_FILE ? entry->size : 0;

	put_text(header->name, sizeof(header->name), path);
	put_octal(header->mode, sizeof(header->mode), entry->mode, OCTAL7_MAX);
	put_octal(header->uid, sizeof(header->uid), entry->uid, OCTAL7_MAX);
	put_octal(header->gid, sizeof(header->gid), entry->gid, OCTAL7_MAX);
	put_octal(header->size, sizeof(header->size), size, OCTAL11_MAX);
	put_octal(header->mtime, sizeof(header->mtime), seconds(entry), OCTAL11_MAX);
	put_octal(header->major, sizeof(header->major), major(extra->device), OCTAL7_MAX);
	put_octal(header->minor, sizeof(header->minor), minor(extra->device), OCTAL7_MAX);
	header->type = type_of(entry, extra);
	if (has_target(entry))
		put_text(header->link, sizeof(header->link), entry->target);
}

int md_tar_writer_member(struct md_tar_writer *writer, const struct md_entry *entry,
			 const struct md_tar_extra *extra, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str records = MD_STR_INIT;
	md_auto_free char *path = NULL;
	struct header header = {0};

	path = md_xasprintf("%s%s", *entry->path ? entry->path : ".",
			    entry->kind == MD_ENTRY_DIRECTORY ? "/" : "");
	add_records(&records, entry, path, extra);
	fill_header(&header, entry, path, extra);
	if (write_records(writer, &records, err) < 0)
		return -1;
	return write_header(writer, &header, err);
}
