/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spelling.h"

#include "base/str.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#define WORD_MAX 63

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

unsigned int md_spelling_distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2];
	size_t rows_count = strlen(a), columns = strlen(b);

	if (rows_count > WORD_MAX || columns > WORD_MAX)
		return UINT_MAX;
	memset(rows, 0, sizeof(rows));
	for (unsigned int j = 0; j <= columns; j++)
		above[j] = j;
	for (unsigned int i = 1; i <= rows_count; i++) {
		unsigned int *spare = before;

		row[0] = i;
		for (unsigned int j = 1; j <= columns; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1, UINT_MAX);
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[columns];
}

void md_spelling_offer(struct md_spelling *spelling, const char *word)
{
	size_t length = strlen(spelling->wrong);
	unsigned int limit = length < 4 ? 1 : length < 8 ? 2 : 3;
	unsigned int distance = md_spelling_distance(spelling->wrong, word);

	/* "--mem" is nearer to "--memory" than letters can tell. */
	if (length >= 3 && md_str_starts(word, spelling->wrong))
		distance = 1;
	if (distance > limit || (spelling->best && distance >= spelling->distance))
		return;
	spelling->best = word;
	spelling->distance = distance;
}
