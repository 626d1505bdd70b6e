/* A library to preload into a server. Every fsync and fdatasync takes at least DELAY_US
 * microseconds, as on a slower disk. COUNT_FILE (8 bytes) holds the number of calls. The library
 * still makes each real call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int64_t *count;
static int64_t delay_ns;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("COUNT_FILE"), *delay = getenv("DELAY_US");
  delay_ns = delay ? atoll(delay) * 1000 : 0;
  int file = path ? open(path, O_RDWR) : -1;
  if (file < 0) return;
  void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared != MAP_FAILED) count = shared;
  close(file);
}

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int slowly(const char *name, int file) {
  int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int64_t end = now_ns() + delay_ns;
  int result = sync_file(file);
  int64_t left = end - now_ns();
  if (left > 0) {
    struct timespec rest = {left / 1000000000LL, left % 1000000000LL};
    nanosleep(&rest, NULL);
  }
  if (count) __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
  return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
