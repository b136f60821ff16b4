/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arithmetic on sizes and addresses (include/types.h, include/region.h) does what its comments
 * say, for all numbers: sums that 64 bits do not hold are capped, and nothing wraps around. (What
 * align_down() and align_up() make of other powers of two, the unit tests show: the provers know
 * little of bits.)
 *
 * prove: by wp
 * prove: inside include/types.h include/region.h
 * prove: open is_power_of_two: bits
 */
#include <stdbool.h>
#include <stdint.h>

#define PAGE_SIZE 4096ULL

/*@ assigns \nothing;
    ensures \result == (a < b ? a : b); */
static inline uint64_t min64(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures \result == (a > b ? a : b); */
static inline uint64_t max64(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures a + b <= UINT64_MAX ==> \result == a + b;
    ensures a + b > UINT64_MAX ==> \result == UINT64_MAX; */
static inline uint64_t add_capped(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures a >= b ==> \result == a - b;
    ensures a < b ==> \result == 0; */
static inline uint64_t sub_capped(uint64_t a, uint64_t b);

/*@ requires align > 0;
    assigns \nothing; */
static inline uint64_t align_down(uint64_t value, uint64_t align);

/*@ requires align > 0;
    assigns \nothing; */
static inline uint64_t align_up(uint64_t value, uint64_t align);

/*@ assigns \nothing;
    ensures \result <= value < \result + PAGE_SIZE && \result % PAGE_SIZE == 0; */
static inline uint64_t page_down(uint64_t value);

/*@ assigns \nothing;
    ensures value <= \result;
    ensures value + PAGE_SIZE - 1 <= UINT64_MAX ==>
	\result < value + PAGE_SIZE && \result % PAGE_SIZE == 0; */
static inline uint64_t page_up(uint64_t value);

#include "region.h"

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures region->base <= \result;
    ensures region->base + region->size <= UINT64_MAX ==>
	\result == region->base + region->size; */
static inline uint64_t region_end(const struct region *region);

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures \result <==> region->size > 0 && region->base + region->size - 1 > UINT64_MAX; */
static inline bool region_wraps(const struct region *region);

/*@ assigns \nothing;
    ensures \result <==> at + size <= room; */
static inline bool fits_in(uint64_t at, uint64_t size, uint64_t room);

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures \result <==>
	region->base <= base && base + size <= region->base + region->size; */
static inline bool in_range(uint64_t base, uint64_t size, const struct region *region);

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures \result <==> size > 0 && region->size > 0 &&
	base < region->base + region->size && region->base < base + size; */
static inline bool overlaps(uint64_t base, uint64_t size, const struct region *region);

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures \result.base <= region->base;
    ensures region->base + region->size <= UINT64_MAX ==>
	region->base + region->size <= \result.base + \result.size; */
static inline struct region region_pages(const struct region *region);

/*@ requires \valid_read(region);
    assigns \nothing;
    ensures \result.base >= region->base;
    ensures \result.size > 0 ==> \result.base + \result.size <= region->base + region->size &&
	\result.base % PAGE_SIZE == 0 && \result.size % PAGE_SIZE == 0; */
static inline struct region region_whole_pages(const struct region *region);
