/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_EVENTS_H
#define FOREARM_EFI_EVENTS_H

#include "types.h"

/*
 * Events of the EFI environment (UEFI Specification 2.10, 7.1). Nothing interrupts an application:
 * timers are looked at when it calls, by whoever has the time. An event is an address in the list,
 * which is checked. Pure: notification functions are called by the caller.
 */

#define EFI_EVENTS 64

/* Types; a sum. */
#define EFI_EVENT_TIMER		0x80000000U
#define EFI_EVENT_RUNTIME	0x40000000U
#define EFI_EVENT_NOTIFY_WAIT	0x100U
#define EFI_EVENT_NOTIFY_SIGNAL 0x200U
#define EFI_EVENT_AT_EXIT	0x201U /* signalled by ExitBootServices() */
#define EFI_EVENT_AT_ADDRESSES	0x60000202U

/* Priorities: a notification function interrupts what is at a lower one. */
#define EFI_TPL_APPLICATION 4
#define EFI_TPL_CALLBACK    8
#define EFI_TPL_NOTIFY	    16
#define EFI_TPL_HIGH	    31

enum efi_timer { EFI_TIMER_CANCEL, EFI_TIMER_PERIODIC, EFI_TIMER_RELATIVE };

struct efi_event {
	uint32_t type;
	uint64_t tpl;
	void (*notify)(void *event, void *context);
	void *context;
	bool used, signalled, queued; /* queued: its function has to be called */
	bool key;		      /* what waits for a key */
	bool running;		      /* its timer */
	uint64_t due, period;	      /* in the caller's ticks; period 0: once */
};

struct efi_events {
	struct efi_event event[EFI_EVENTS];
};

void efi_events_init(struct efi_events *events);

/* Adds one: what is in 'event' of type, tpl, notify and context. NULL: there is no room. */
struct efi_event *efi_event_add(struct efi_events *events, const struct efi_event *event);

/* The event that it is, or NULL. */
struct efi_event *efi_event_of(struct efi_events *events, void *event);

/* It has happened. */
void efi_event_signal(struct efi_event *event);

/* Starts or stops a timer: after that many ticks, and then for each so many. */
void efi_event_set_timer(struct efi_event *event, enum efi_timer timer, uint64_t now,
			 uint64_t ticks);

/* Signals what is due. One whose time is long over counts once. */
void efi_events_pass(struct efi_events *events, uint64_t now);

/* Takes the event with the highest priority above 'tpl' whose function has to be called; or NULL.
 */
struct efi_event *efi_events_take(struct efi_events *events, uint64_t tpl);

#endif
