/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libzstd would read besides: the formats before zstd 1.0, in which no kernel comes. Its
 * decoders of them would be 120 KiB of the image; these stand in their place.
 *
 * None is ever called: zstd.c hands over what has a header of zstd's own format (RFC 8878).
 */
#define NEVER_CALLED(function)                                                                     \
	void function(void);                                                                       \
	void function(void)                                                                        \
	{                                                                                          \
		__builtin_trap();                                                                  \
	}

#define VERSION(number)                                                                            \
	NEVER_CALLED(ZBUFF##number##_createDCtx)                                                   \
	NEVER_CALLED(ZBUFF##number##_decompressContinue)                                           \
	NEVER_CALLED(ZBUFF##number##_decompressInitDictionary)                                     \
	NEVER_CALLED(ZBUFF##number##_freeDCtx)                                                     \
	NEVER_CALLED(ZSTD##number##_createDCtx)                                                    \
	NEVER_CALLED(ZSTD##number##_decompress_usingDict)                                          \
	NEVER_CALLED(ZSTD##number##_findFrameSizeInfoLegacy)                                       \
	NEVER_CALLED(ZSTD##number##_freeDCtx)                                                      \
	NEVER_CALLED(ZSTD##number##_getFrameParams)

VERSION(v05)
VERSION(v06)
VERSION(v07)
