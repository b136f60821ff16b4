/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of the EFI environment, and their timers. */
#include <string.h>
#include "lib/efi/events.h"

void efi_events_init(struct efi_events *events)
{
	memset(events, 0, sizeof(*events));
}

struct efi_event *efi_event_add(struct efi_events *events, const struct efi_event *event)
{
	for (unsigned int i = 0; i < EFI_EVENTS; i++) {
		struct efi_event *at = &events->event[i];

		if (at->used)
			continue;
		*at = (struct efi_event) {.type = event->type,
					  .tpl = event->tpl,
					  .notify = event->notify,
					  .context = event->context,
					  .used = true};
		return at;
	}
	return NULL;
}

struct efi_event *efi_event_of(struct efi_events *events, void *event)
{
	uintptr_t first = (uintptr_t)events->event, at = (uintptr_t)event;

	if (at < first || at - first >= sizeof(events->event) ||
	    (at - first) % sizeof(events->event[0]) || !((struct efi_event *)event)->used)
		return NULL;
	return event;
}

void efi_event_signal(struct efi_event *event)
{
	if (event->signalled)
		return;
	event->signalled = true;
	event->queued = event->type & EFI_EVENT_NOTIFY_SIGNAL && event->notify;
}

void efi_event_set_timer(struct efi_event *event, enum efi_timer timer, uint64_t now,
			 uint64_t ticks)
{
	event->running = timer != EFI_TIMER_CANCEL;
	event->due = add_capped(now, ticks);
	event->period = timer == EFI_TIMER_PERIODIC ? max64(ticks, 1) : 0;
}

void efi_events_pass(struct efi_events *events, uint64_t now)
{
	for (unsigned int i = 0; i < EFI_EVENTS; i++) {
		struct efi_event *event = &events->event[i];

		if (!event->used || !event->running || event->due > now)
			continue;
		event->running = event->period;
		event->due = add_capped(now, event->period -
						     (now - event->due) % max64(event->period, 1));
		efi_event_signal(event);
	}
}

struct efi_event *efi_events_take(struct efi_events *events, uint64_t tpl)
{
	struct efi_event *found = NULL;

	for (unsigned int i = 0; i < EFI_EVENTS; i++) {
		struct efi_event *event = &events->event[i];

		if (event->used && event->queued && event->tpl > tpl &&
		    (!found || event->tpl > found->tpl))
			found = event;
	}
	if (found) {
		found->queued = false;
		found->signalled = false; /* its function has had it */
	}
	return found;
}
