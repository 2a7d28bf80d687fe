/* Records what a process writes to and syncs of its database files, for rebuilding them as a disk would hold them.
 *
 * Preloaded into the server. Calls go through to the system; each is appended to the trace after it has succeeded, under
 * one lock, so that the trace is in the order of effects. Record: op, file, offset, length (little-endian), data. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OP_WRITE = 1, OP_TRUNCATE = 2, OP_SYNC = 3, OP_UNLINK = 4 };
enum { FILE_NONE = 0, FILE_DB = 1, FILE_WAL = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static unsigned char kinds[65536];

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static int kind_of(const char *path) {
    size_t length = path ? strlen(path) : 0;
    if (length >= 10 && strcmp(path + length - 10, "provost.db") == 0) return FILE_DB;
    if (length >= 14 && strcmp(path + length - 14, "provost.db-wal") == 0) return FILE_WAL;
    return FILE_NONE;
}

static void record(unsigned char op, unsigned char file, uint64_t offset, const void *data, uint32_t length) {
    unsigned char head[14];
    struct iovec parts[2] = {{head, sizeof head}, {(void *)data, data ? length : 0}};
    ssize_t want = (ssize_t)(sizeof head + parts[1].iov_len);
    if (trace < 0) {
        const char *path = getenv("PROVOST_TEST_TRACE");
        if (!path) return;
        trace = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (trace < 0) abort();
    }
    head[0] = op;
    head[1] = file;
    memcpy(head + 2, &offset, 8);
    memcpy(head + 10, &length, 4);
    /* One call, so that a kill leaves at most the last record short. */
    if (writev(trace, parts, 2) != want) abort();
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < (int)sizeof kinds) kinds[fd] = (unsigned char)kind_of(path);
    return fd;
}

static int file_of(int fd) { return fd >= 0 && fd < (int)sizeof kinds ? kinds[fd] : FILE_NONE; }

#define OPEN(NAME)                                                        \
    int NAME(const char *path, int flags, ...) {                          \
        static int (*real)(const char *, int, ...);                       \
        va_list rest;                                                     \
        mode_t mode;                                                      \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                        \
        va_start(rest, flags);                                            \
        mode = (flags & O_CREAT) ? (mode_t)va_arg(rest, int) : 0;         \
        va_end(rest);                                                     \
        return opened(real(path, flags, mode), path);                     \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < (int)sizeof kinds) kinds[fd] = FILE_NONE;
    return real(fd);
}

static ssize_t traced_pwrite(int fd, const void *data, size_t length, off_t offset) {
    ssize_t done;
    if (!real_pwrite) real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    if (!file_of(fd)) return real_pwrite(fd, data, length, offset);
    pthread_mutex_lock(&lock);
    done = real_pwrite(fd, data, length, offset);
    if (done > 0) record(OP_WRITE, (unsigned char)file_of(fd), (uint64_t)offset, data, (uint32_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return traced_pwrite(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return traced_pwrite(fd, data, length, offset); }

#define TRUNCATE(NAME)                                                                        \
    int NAME(int fd, off_t length) {                                                          \
        static int (*real)(int, off_t);                                                       \
        int done;                                                                             \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                            \
        if (!file_of(fd)) return real(fd, length);                                            \
        pthread_mutex_lock(&lock);                                                            \
        done = real(fd, length);                                                              \
        if (done == 0) record(OP_TRUNCATE, (unsigned char)file_of(fd), (uint64_t)length, 0, 0); \
        pthread_mutex_unlock(&lock);                                                          \
        return done;                                                                          \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(NAME)                                                                \
    int NAME(int fd) {                                                            \
        static int (*real)(int);                                                  \
        int done;                                                                 \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                \
        if (!file_of(fd)) return real(fd);                                        \
        pthread_mutex_lock(&lock);                                                \
        done = real(fd);                                                          \
        if (done == 0) record(OP_SYNC, (unsigned char)file_of(fd), 0, 0, 0);      \
        pthread_mutex_unlock(&lock);                                              \
        return done;                                                              \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    static int (*real)(const char *);
    int done;
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    if (!kind_of(path)) return real(path);
    pthread_mutex_lock(&lock);
    done = real(path);
    if (done == 0) record(OP_UNLINK, (unsigned char)kind_of(path), 0, 0, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
