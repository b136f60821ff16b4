/* SPDX-License-Identifier: BSD-2-Clause */
/* Seconds since 1970 and the calendar. 32 bits of seconds end on 7 February 2106. */
#include "services.h"

#define MINUTE 60U
#define HOUR   (60U * MINUTE)
#define DAY    (24U * HOUR)

#define FIRST_YEAR 1970
#define LAST_YEAR  2106

static unsigned int days_of_year(unsigned int year)
{
	/* 2100 is the only year here whose number is a multiple of 4 and that has 365 days. */
	return year % 4 == 0 && year != 2100 ? 366 : 365;
}

static unsigned int days_of_month(unsigned int year, unsigned int month)
{
	if (month == 2)
		return days_of_year(year) - 337;
	/* 31 and 30 take turns, but both July and August have 31. */
	return 30 + ((month + month / 8) & 1);
}

void time_from_seconds(uint32_t seconds, struct efi_time *time)
{
	uint32_t day = seconds / DAY, rest = seconds % DAY;
	unsigned int year = FIRST_YEAR, month = 1;

	for (; day >= days_of_year(year); year++)
		day -= days_of_year(year);
	for (; day >= days_of_month(year, month); month++)
		day -= days_of_month(year, month);
	*time = (struct efi_time) {
		.year = (uint16_t)year,
		.month = (uint8_t)month,
		.day = (uint8_t)(day + 1),
		.hour = (uint8_t)(rest / HOUR),
		.minute = (uint8_t)(rest % HOUR / MINUTE),
		.second = (uint8_t)(rest % MINUTE),
		.zone = EFI_ZONE_UNSPECIFIED,
	};
}

static bool is_time(const struct efi_time *t)
{
	if (t->year < FIRST_YEAR || t->year > LAST_YEAR || t->month < 1 || t->month > 12)
		return false;
	if (t->day < 1 || t->day > days_of_month(t->year, t->month))
		return false;
	if (t->hour > 23 || t->minute > 59 || t->second > 59 || t->nanosecond > 999999999)
		return false;
	if (t->zone != EFI_ZONE_UNSPECIFIED && (t->zone < -EFI_ZONE_MAX || t->zone > EFI_ZONE_MAX))
		return false;
	return t->daylight <= 3;
}

/* A zone that is given is not kept, but the moment is. */
bool time_to_seconds(const struct efi_time *t, uint32_t *seconds)
{
	unsigned int days;
	int64_t result;

	if (!is_time(t))
		return false;
	days = t->day - 1U;
	for (unsigned int month = 1; month < t->month; month++)
		days += days_of_month(t->year, month);
	for (unsigned int year = FIRST_YEAR; year < t->year; year++)
		days += days_of_year(year);
	result = (int64_t)days * DAY + t->hour * HOUR + t->minute * MINUTE + t->second;
	if (t->zone != EFI_ZONE_UNSPECIFIED)
		result += t->zone * (int64_t)MINUTE;
	*seconds = (uint32_t)result;
	return result == *seconds;
}
