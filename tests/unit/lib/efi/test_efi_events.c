/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of the EFI environment, and their timers. */
#include "lib/efi/events.h"
#include "test.h"

static struct efi_events events;

static void notify(void *event, void *context)
{
	(void)event;
	(void)context;
}

static struct efi_event *add(uint32_t type, uint64_t tpl)
{
	const struct efi_event new = {.type = type, .tpl = tpl, .notify = tpl ? notify : NULL};

	return efi_event_add(&events, &new);
}

TEST(efi_events_timers)
{
	struct efi_event *once, *again;

	efi_events_init(&events);
	once = add(EFI_EVENT_TIMER, 0);
	again = add(EFI_EVENT_TIMER, 0);
	efi_event_set_timer(once, EFI_TIMER_RELATIVE, 100, 10);
	efi_event_set_timer(again, EFI_TIMER_PERIODIC, 100, 20);
	efi_events_pass(&events, 109);
	CHECK(!once->signalled && !again->signalled);
	efi_events_pass(&events, 110);
	CHECK(once->signalled && !once->running && !again->signalled);
	efi_events_pass(&events, 165); /* two periods late: once */
	CHECK(again->signalled && again->running);
	CHECK_EQ(again->due, 180);
	again->signalled = false;
	efi_events_pass(&events, 179);
	CHECK(!again->signalled);
	efi_event_set_timer(again, EFI_TIMER_CANCEL, 179, 0);
	efi_events_pass(&events, UINT64_MAX);
	CHECK(!again->signalled);
	efi_event_set_timer(again, EFI_TIMER_RELATIVE, 5, UINT64_MAX);
	CHECK_EQ(again->due, UINT64_MAX);
	efi_event_set_timer(again, EFI_TIMER_PERIODIC, 5, 0);
	efi_events_pass(&events, 5);
	CHECK(again->signalled && again->running);
}

TEST(efi_events_order)
{
	struct efi_event *low, *high, *waits;

	efi_events_init(&events);
	low = add(EFI_EVENT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK);
	high = add(EFI_EVENT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY);
	waits = add(EFI_EVENT_NOTIFY_WAIT, EFI_TPL_NOTIFY);
	efi_event_signal(low);
	efi_event_signal(high);
	efi_event_signal(waits);
	CHECK(!efi_events_take(&events, EFI_TPL_NOTIFY));
	CHECK(efi_events_take(&events, EFI_TPL_CALLBACK) == high);
	CHECK(!efi_events_take(&events, EFI_TPL_CALLBACK));
	CHECK(efi_events_take(&events, EFI_TPL_APPLICATION) == low);
	CHECK(!efi_events_take(&events, EFI_TPL_APPLICATION));
	CHECK(!low->signalled && waits->signalled);
}

TEST(efi_events_are_checked)
{
	struct efi_event *first = NULL;

	efi_events_init(&events);
	for (unsigned int i = 0; i < EFI_EVENTS; i++) {
		struct efi_event *event = add(0, 0);

		REQUIRE(CHECK(event));
		first = first ? first : event;
	}
	CHECK(!add(0, 0));
	CHECK(efi_event_of(&events, first) == first);
	CHECK(!efi_event_of(&events, NULL));
	CHECK(!efi_event_of(&events, (char *)first + 1));
	CHECK(!efi_event_of(&events, &events.event[EFI_EVENTS]));
	first->used = false;
	CHECK(!efi_event_of(&events, first));
	CHECK(add(0, 0) == first);
}
