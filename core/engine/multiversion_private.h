// One source, several processors: the loader picks the widest version of a function that the machine has.
#pragma once

// Sanitizers instrument the picker itself, which runs before they are ready; and only x86-64 gains from it
// here.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&     \
    !defined(__SANITIZE_THREAD__)
#define STRATOSCOPE_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define STRATOSCOPE_MULTIVERSION
#endif

// A body that becomes part of each version of the function that calls it.
#define STRATOSCOPE_INLINE [[gnu::always_inline]] inline
