/* SPDX-License-Identifier: BSD-2-Clause */
/* Which console a message goes to: one that answers, and takes it; none is touched before. */
#include <string.h>
#include "test.h"

#define pl011	       played_pl011
#define sbsa_uart      played_sbsa_uart
#define ns16550	       played_ns16550
#define console_use    played_use
#define console_or     played_or
#define console_ready  played_ready
#define console_start  played_start
#define console_send   played_send
#define console_driver played_driver
#include "boot/core/console.c"

#define CONSOLES 3

static struct {
	bool answers[CONSOLES], takes[CONSOLES];
	unsigned int count; /* of those that there are */
	unsigned int asked; /* for another one */
	unsigned int starts[CONSOLES], sends[CONSOLES];
	char text[64];
} world;

static bool start(struct uart *uart)
{
	world.starts[uart->base]++;
	return world.answers[uart->base];
}

static bool send(const struct uart *uart, const char *text, size_t length)
{
	world.sends[uart->base]++;
	if (world.takes[uart->base])
		memcpy(world.text, text, length);
	return world.takes[uart->base];
}

static int receive(const struct uart *uart)
{
	return world.takes[uart->base] ? 'k' : -1;
}

const struct uart_driver pl011 = {"arm,pl011", start, send, receive},
			 sbsa_uart = {"arm,sbsa-uart", start, send, NULL},
			 ns16550 = {"ns16550a", start, send, NULL};

static void use(unsigned int number)
{
	const struct uart uart = {.base = number};

	console_use(&pl011, &uart);
}

static bool next(void)
{
	if (++world.asked >= world.count)
		return false;
	use(world.asked);
	return true;
}

static void have(unsigned int count)
{
	memset(&world, 0, sizeof(world));
	memset(world.answers, 1, sizeof(world.answers));
	memset(world.takes, 1, sizeof(world.takes));
	world.count = count;
	use(0);
	console_or(next);
}

TEST(console_is_left_alone_until_there_is_something_to_say)
{
	have(2);
	CHECK(console_ready());
	CHECK_EQ(world.starts[0], 0);
	console_send("one", 4);
	console_send("two", 4);
	CHECK_TEXT(world.text, "two");
	CHECK_EQ(world.starts[0], 1);
	CHECK_EQ(world.sends[0], 2);
	CHECK_EQ(world.asked, 0);
}

TEST(console_that_does_not_answer_hides_no_other)
{
	have(3);
	world.answers[0] = world.answers[1] = false;
	console_send("one", 4);
	console_send("two", 4);
	CHECK_TEXT(world.text, "two");
	CHECK_EQ(world.sends[0] + world.sends[1], 0);
	CHECK_EQ(world.sends[2], 2);
	CHECK_EQ(world.starts[0] + world.starts[1] + world.starts[2], 3);
}

TEST(console_that_gets_stuck_hides_no_other)
{
	have(2);
	console_send("one", 4);
	world.takes[0] = false;
	console_send("two", 4);
	CHECK_TEXT(world.text, "two");
	console_send("three", 6);
	CHECK_TEXT(world.text, "three");
	CHECK_EQ(world.sends[0], 2);
}

TEST(console_of_none_that_answer_is_none)
{
	have(2);
	world.answers[0] = world.answers[1] = false;
	CHECK(!console_start());
	CHECK(!console_ready());
	console_send("one", 4);
	CHECK_EQ(world.asked, 2);
	CHECK_EQ(world.starts[0] + world.starts[1], 2);
}

TEST(console_is_looked_for_where_none_is_named)
{
	const struct uart uart = {0};

	have(2);
	console_use(NULL, &uart);
	CHECK(console_ready());
	CHECK_EQ(world.asked, 0);
	console_send("one", 4);
	CHECK_TEXT(world.text, "one");
	CHECK_EQ(world.sends[1], 1);
}

/* What goes wrong while one is looked for is told by nobody, and not for ever. */
static bool next_that_speaks(void)
{
	console_send("lost", 5);
	return false;
}

TEST(console_is_not_looked_for_while_it_is)
{
	const struct uart uart = {0};

	have(1);
	console_use(NULL, &uart);
	console_or(next_that_speaks);
	console_send("one", 4);
	CHECK_TEXT(world.text, "");
	CHECK(!console_ready());
}

TEST(console_drivers_have_names)
{
	CHECK(console_driver("ns16550a") == &ns16550);
	CHECK(console_driver("arm,pl011") == &pl011);
	CHECK(!console_driver("arm,pl01"));
}
