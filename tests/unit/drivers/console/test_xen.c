/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xen's consoles before a Xen that is played: its ring emptied slowly or never, with counts that
 * cannot be, and its log, which a domain may be forbidden; no Xen at all.
 */
#include <stdlib.h>
#include <string.h>
#include "test.h"

#define arch_smccc4	       xen_smccc4
#define arch_xen	       xen_call
#define arch_probe_read	       xen_probe_read
#define arch_counter	       xen_counter
#define arch_counter_frequency xen_counter_frequency
#define arch_yield	       xen_yield
#define arch_map_sync	       xen_sync
#include "drivers/console/xen.c"

#define FREQUENCY 1000U
#define PORT	  7U
#define EPERM	  1

static struct {
	bool absent, other, no_ring_page, forbidden, no_channel, never;
	bool lies;	  /* the daemon counts what it has not got */
	uint64_t frame;	  /* of the ring, as Xen says */
	uint32_t at_once; /* bytes that the daemon takes each time it looks */
	unsigned int events, log_calls;
	uint64_t now;
	char text[8192];
	size_t length;
	struct ring ring;
} xen;

static void take(const char *text, size_t length)
{
	CHECK(xen.length + length <= sizeof(xen.text));
	memcpy(xen.text + xen.length, text, length);
	xen.length += length;
}

/* The daemon looks whenever the CPU waits or tells it. */
static void daemon_looks(void)
{
	struct ring *ring = &xen.ring;

	if (xen.lies)
		ring->out_taken = (uint32_t)((uint64_t)ring->out_put + 1);
	for (uint32_t i = 0; i < xen.at_once && !xen.never && !xen.lies; i++) {
		if (ring->out_taken == ring->out_put)
			return;
		take(&ring->out[ring->out_taken % sizeof(ring->out)], 1);
		ring->out_taken = (uint32_t)((uint64_t)ring->out_taken + 1);
	}
}

int64_t xen_smccc4(enum conduit conduit, uint32_t function, uint64_t a, uint64_t result[3])
{
	static const uint8_t uid[] = {0xa7, 0x18, 0x12, 0xdc, 0xc6, 0x98, 0x43, 0x69,
				      0x9a, 0xcf, 0x79, 0xd1, 0x8d, 0xde, 0xe6, 0x67};
	uint32_t word[4];

	CHECK_EQ(conduit, CONDUIT_HVC);
	CHECK_EQ(function, 0x8500ff01);
	CHECK_EQ(a, 0);
	if (xen.absent)
		return -1;
	memcpy(word, uid, sizeof(word));
	for (unsigned int i = 0; i < 3; i++)
		result[i] = word[i + 1] ^ (uint32_t)(xen.other && i == 2);
	return (int32_t)word[0];
}

static int64_t get_hvm_parameter(struct parameter *parameter)
{
	CHECK_EQ(sizeof(*parameter), 16);
	CHECK_EQ(parameter->domain, DOMID_SELF);
	if (parameter->index == CONSOLE_CHANNEL)
		parameter->value = PORT;
	else if (!xen.no_ring_page)
		parameter->value = xen.frame;
	return 0;
}

int64_t xen_call(uint32_t number, uint64_t a, uint64_t b, uint64_t c)
{
	CHECK(!xen.absent && !xen.other);
	if (number == HVM_OP && a == HVM_GET_PARAM)
		return get_hvm_parameter((struct parameter *)(uintptr_t)b);
	if (number == EVENT_CHANNEL && a == EVENT_SEND) {
		CHECK_EQ(*(const uint32_t *)(uintptr_t)b, PORT);
		xen.events++;
		daemon_looks();
		return xen.no_channel ? -EPERM : 0;
	}
	CHECK(number == CONSOLE_IO && a == CONSOLE_WRITE);
	xen.log_calls++;
	if (xen.forbidden)
		return -EPERM;
	take((const char *)(uintptr_t)c, b);
	return 0;
}

bool xen_probe_read(uintptr_t address, uint32_t *value)
{
	CHECK_EQ(address, (uintptr_t)&xen.ring.out_put);
	*value = xen.ring.out_put;
	return true;
}

uint64_t xen_counter(void)
{
	return xen.now += 10;
}

uint64_t xen_counter_frequency(void)
{
	return FREQUENCY;
}

void xen_yield(void)
{
	daemon_looks();
}

void xen_sync(void)
{
}

static void make(void)
{
	memset(&xen, 0, sizeof(xen));
	xen.frame = 0x39000;
	xen.at_once = 4096;
}

static const char said[] = "forearm: a line for whoever looks at it\r\n";
#define SAID (sizeof(said) - 1)

/* As often as it takes to go around the ring. */
static bool send(unsigned int lines)
{
	struct uart uart = {.base = (uintptr_t)&xen.ring};

	if (!xen_ring_console.start(&uart))
		return false;
	for (unsigned int i = 0; i < lines; i++)
		if (!xen_ring_console.send(&uart, said, SAID))
			return false;
	return true;
}

static void check_said(unsigned int lines)
{
	CHECK_EQ(xen.length, lines * SAID);
	for (unsigned int i = 0; i < lines; i++)
		CHECK(memcmp(xen.text + i * SAID, said, SAID) == 0);
}

TEST(xen_ring_is_where_xen_says)
{
	make();
	CHECK_EQ(offsetof(struct ring, out), 1024);
	CHECK_EQ(offsetof(struct ring, out_put), 3084);
	CHECK_EQ(xen_ring(), 0x39000000);
	xen.frame = 0;
	CHECK_EQ(xen_ring(), 0);
	xen.frame = UINT64_MAX;
	CHECK_EQ(xen_ring(), 0);
	xen.frame = UINT64_MAX / PAGE_SIZE;
	CHECK_EQ(xen_ring(), 0);
	make();
	xen.absent = true;
	CHECK_EQ(xen_ring(), 0);
	make();
	xen.other = true;
	CHECK_EQ(xen_ring(), 0);
}

TEST(xen_ring_takes_lines_past_its_end)
{
	make();
	xen.ring.out_put = xen.ring.out_taken = 0xfffffff0;
	CHECK(send(120));
	check_said(120);
	CHECK_EQ(xen.events, 120);
}

TEST(xen_ring_that_is_slow_gets_all)
{
	make();
	xen.at_once = 3;
	CHECK(send(120));
	xen.at_once = 4096;
	daemon_looks();
	check_said(120);
}

TEST(xen_ring_that_is_full_is_given_up_after_a_second)
{
	make();
	xen.never = true;
	CHECK(send((unsigned int)(sizeof(xen.ring.out) / SAID)));
	CHECK(xen.now < FREQUENCY);
	CHECK(!send(1));
	CHECK(xen.now >= FREQUENCY && xen.now < 3 * FREQUENCY);
	CHECK_EQ(xen.length, 0);
}

TEST(xen_ring_with_counts_that_cannot_be)
{
	make();
	xen.ring.out_put = 5;
	xen.ring.out_taken = 6;
	CHECK(!send(1));
	xen.ring.out_taken = 5U - 2049;
	CHECK(!send(1));
	xen.ring.out_taken = 0;
	xen.lies = true;
	CHECK(!send(3));
	CHECK(xen.now < FREQUENCY);
}

TEST(xen_ring_that_nobody_is_connected_to)
{
	make();
	xen.ring.connection = DISCONNECTED;
	CHECK(!send(1));
	make();
	xen.no_channel = true;
	CHECK(!send(1));
}

TEST(xen_log_takes_lines_unless_that_is_forbidden)
{
	struct uart uart = {0};

	make();
	CHECK(xen_log_console.start(&uart));
	CHECK(xen_log_console.send(&uart, said, SAID));
	check_said(1);
	xen.forbidden = true;
	CHECK(!xen_log_console.send(&uart, said, SAID));
	CHECK_EQ(xen.log_calls, 2);
	xen.absent = true;
	CHECK(!xen_log_console.start(&uart));
}
