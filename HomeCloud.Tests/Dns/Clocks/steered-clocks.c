/*
 * Preloaded into a program under test: its clocks are those of the machine plus what a test wrote into the file that
 * STEERED_CLOCKS names, one offset a clock. libfaketime moves all clocks together, so it can play neither a suspend nor
 * NTP, and who waits for a time does not notice that it has come.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define SLICE (20 * 1000000LL)

/* Nanoseconds. A test writes each as one aligned word. */
struct offsets {
    int64_t monotonic;
    int64_t boot;
    int64_t wall;
};

static const struct offsets none;
static const struct offsets *offsets = &none;
static int (*machine_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void open_offsets(void)
{
    machine_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("STEERED_CLOCKS");
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    void *mapped = mmap(NULL, sizeof(struct offsets), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED)
        offsets = mapped;
}

static int64_t offset_of(clockid_t clock)
{
    switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
        return __atomic_load_n(&offsets->monotonic, __ATOMIC_RELAXED);
    case CLOCK_BOOTTIME:
        return __atomic_load_n(&offsets->boot, __ATOMIC_RELAXED);
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return __atomic_load_n(&offsets->wall, __ATOMIC_RELAXED);
    default:
        return 0;
    }
}

static int64_t of_machine(clockid_t clock)
{
    struct timespec now;
    machine_clock(clock, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

static struct timespec to_timespec(int64_t nanoseconds)
{
    return (struct timespec){.tv_sec = nanoseconds / SECOND, .tv_nsec = nanoseconds % SECOND};
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    /* Before the constructor ran. */
    int result = machine_clock == NULL ? (int)syscall(SYS_clock_gettime, clock, now) : machine_clock(clock, now);
    if (result == 0 && offset_of(clock) != 0)
        *now = to_timespec(now->tv_sec * SECOND + now->tv_nsec + offset_of(clock));
    return result;
}

time_t time(time_t *where)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where != NULL)
        *where = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict where, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    where->tv_sec = now.tv_sec;
    where->tv_usec = now.tv_nsec / 1000;
    return 0;
}

/*
 * A wait ends when the steered clock has reached its time, however it got there. The clock of a condition variable cannot
 * be asked for: it is the one whose time is nearer. After a slice the caller looks for itself whether what it waits for is
 * there (POSIX allows to wake without a reason); waiting on here could miss a signal.
 */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    int64_t end = until->tv_sec * SECOND + until->tv_nsec;
    int64_t from_monotonic = end - of_machine(CLOCK_MONOTONIC) - offset_of(CLOCK_MONOTONIC);
    int64_t from_wall = end - of_machine(CLOCK_REALTIME) - offset_of(CLOCK_REALTIME);
    int64_t left = llabs(from_monotonic) <= llabs(from_wall) ? from_monotonic : from_wall;
    struct timespec slice = to_timespec(of_machine(CLOCK_MONOTONIC) + (left < SLICE ? (left < 0 ? 0 : left) : SLICE));
    int result = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &slice);
    return result == ETIMEDOUT && left > SLICE ? 0 : result;
}
