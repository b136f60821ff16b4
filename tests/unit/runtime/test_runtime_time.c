/* SPDX-License-Identifier: BSD-2-Clause */
/* Seconds and the calendar, against the C library's. */
#include <string.h>
#include <time.h>
#include "runtime/services.h"
#include "test.h"

#define DAY 86400

static void check_time(uint32_t seconds)
{
	time_t t = (time_t)seconds;
	struct efi_time time;
	struct tm tm;
	uint32_t back = ~seconds;

	gmtime_r(&t, &tm);
	memset(&time, 0xa5, sizeof(time));
	time_from_seconds(seconds, &time);
	test_note("%u seconds", seconds);
	CHECK_EQ(time.year, tm.tm_year + 1900);
	CHECK_EQ(time.month, tm.tm_mon + 1);
	CHECK_EQ(time.day, tm.tm_mday);
	CHECK_EQ(time.hour, tm.tm_hour);
	CHECK_EQ(time.minute, tm.tm_min);
	CHECK_EQ(time.second, tm.tm_sec);
	CHECK_EQ(time.nanosecond, 0);
	CHECK_EQ(time.zone, 0x7ff);
	CHECK_EQ(time.daylight, 0);
	CHECK_EQ(time.fill1, 0);
	CHECK_EQ(time.fill2, 0);
	CHECK(time_to_seconds(&time, &back));
	CHECK_EQ(back, seconds);
}

TEST(runtime_time_of_every_day)
{
	for (uint64_t day = 0; day * DAY <= UINT32_MAX; day++) {
		check_time((uint32_t)(day * DAY));
		check_time((uint32_t)(day * DAY) + (uint32_t)test_between(0, 23000));
		if (day)
			check_time((uint32_t)(day * DAY - 1));
	}
	check_time(UINT32_MAX);
}

TEST(runtime_time_of_every_second_of_a_day)
{
	for (uint32_t second = 0; second < DAY; second++)
		check_time(951782400 + second); /* 29 February 2000 */
}

static struct efi_time moment(int year, int month, int day, int hour, int minute, int second)
{
	return (struct efi_time) {
		.year = (uint16_t)year,
		.month = (uint8_t)month,
		.day = (uint8_t)day,
		.hour = (uint8_t)hour,
		.minute = (uint8_t)minute,
		.second = (uint8_t)second,
		.zone = 0x7ff,
	};
}

static bool is_taken(struct efi_time time)
{
	uint32_t seconds;

	return time_to_seconds(&time, &seconds);
}

TEST(runtime_days_of_each_month)
{
	for (int year = 1970; year <= 2105; year++) {
		for (int month = 1; month <= 12; month++) {
			struct tm tm = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = 0};
			time_t last = timegm(&tm);

			gmtime_r(&last, &tm);
			test_note("%d-%d has %d", year, month, tm.tm_mday);
			CHECK(is_taken(moment(year, month, tm.tm_mday, 23, 59, 59)));
			CHECK(!is_taken(moment(year, month, tm.tm_mday + 1, 0, 0, 0)));
			CHECK(!is_taken(moment(year, month, 0, 0, 0, 0)));
		}
	}
}

TEST(runtime_refuses_what_is_no_time)
{
	struct efi_time good = moment(2026, 11, 23, 5, 30, 0), bad;

	CHECK(is_taken(good));
	CHECK(!is_taken(moment(2026, 0, 23, 5, 30, 0)));
	CHECK(!is_taken(moment(2026, 13, 23, 5, 30, 0)));
	CHECK(!is_taken(moment(2026, 255, 23, 5, 30, 0)));
	CHECK(!is_taken(moment(2026, 11, 255, 5, 30, 0)));
	CHECK(!is_taken(moment(2026, 11, 23, 24, 30, 0)));
	CHECK(!is_taken(moment(2026, 11, 23, 5, 60, 0)));
	CHECK(!is_taken(moment(2026, 11, 23, 5, 30, 60)));
	bad = good, bad.nanosecond = 1000000000;
	CHECK(!is_taken(bad));
	bad = good, bad.nanosecond = 999999999;
	CHECK(is_taken(bad));
	bad = good, bad.daylight = 4;
	CHECK(!is_taken(bad));
	bad = good, bad.daylight = 3;
	CHECK(is_taken(bad));
	for (int zone = -32768; zone <= 32767; zone++) {
		bad = good, bad.zone = (int16_t)zone;
		CHECK_EQ(is_taken(bad), (zone >= -1440 && zone <= 1440) || zone == 0x7ff);
	}
}

TEST(runtime_refuses_what_32_bits_cannot_hold)
{
	CHECK(!is_taken(moment(0, 1, 1, 0, 0, 0)));
	CHECK(!is_taken(moment(1969, 12, 31, 23, 59, 59)));
	CHECK(is_taken(moment(1970, 1, 1, 0, 0, 0)));
	CHECK(is_taken(moment(2106, 2, 7, 6, 28, 15)));
	CHECK(!is_taken(moment(2106, 2, 7, 6, 28, 16)));
	CHECK(!is_taken(moment(2106, 12, 31, 0, 0, 0)));
	CHECK(!is_taken(moment(2107, 1, 1, 0, 0, 0)));
	CHECK(!is_taken(moment(65535, 1, 1, 0, 0, 0)));
}

/* Local time is UTC less the zone's minutes. */
TEST(runtime_time_with_a_zone)
{
	struct efi_time t = moment(1970, 1, 2, 0, 0, 0);
	uint32_t seconds;

	t.zone = -60; /* Berlin */
	CHECK(time_to_seconds(&t, &seconds));
	CHECK_EQ(seconds, 23 * 3600);
	t.zone = 300; /* New York */
	CHECK(time_to_seconds(&t, &seconds));
	CHECK_EQ(seconds, 29 * 3600);
	t = moment(1970, 1, 1, 0, 59, 59);
	t.zone = -60;
	CHECK(!is_taken(t));
	t = moment(2106, 2, 7, 6, 27, 16);
	t.zone = 1;
	CHECK(!is_taken(t));
	t.second = 15;
	CHECK(is_taken(t));
}
