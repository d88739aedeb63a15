#pragma once
// Clang's thread-safety attributes (clang.llvm.org/docs/ThreadSafetyAnalysis.html); nothing
// elsewhere. The Clang build turns a broken promise into an error. Use with base/mutex.h: the
// standard library's mutex carries no attributes.

#if defined(__clang__)
#define POTIK_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define POTIK_THREAD_ATTRIBUTE(x)
#endif

// On a class that is a lock, and on one that holds a lock for its scope.
#define POTIK_CAPABILITY(name) POTIK_THREAD_ATTRIBUTE(capability(name))
#define POTIK_SCOPED_CAPABILITY POTIK_THREAD_ATTRIBUTE(scoped_lockable)

// On a member: may be touched only while the lock is held (PT: what it points to).
#define POTIK_GUARDED_BY(mutex) POTIK_THREAD_ATTRIBUTE(guarded_by(mutex))
#define POTIK_PT_GUARDED_BY(mutex) POTIK_THREAD_ATTRIBUTE(pt_guarded_by(mutex))

// On a function: the caller holds the lock, or must not hold it.
#define POTIK_REQUIRES(...) POTIK_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define POTIK_EXCLUDES(...) POTIK_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

// On a function that takes or releases a lock itself.
#define POTIK_ACQUIRE(...) POTIK_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define POTIK_TRY_ACQUIRE(...) POTIK_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define POTIK_RELEASE(...) POTIK_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))

// For the few functions the analysis cannot follow; say why beside it.
#define POTIK_NO_THREAD_SAFETY_ANALYSIS POTIK_THREAD_ATTRIBUTE(no_thread_safety_analysis)
