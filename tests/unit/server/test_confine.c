/*
 * test_confine.c - a daemon that somebody made run their code: what it tries,
 * and what comes of it. Each act in a process of its own, confined like serve.
 */
#define _GNU_SOURCE
#include "server/confine.h"

#include "tests/lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char place[] = "/tmp/cb-confine.XXXXXX";
static char state[64], beside[64];

/* ---- what it tries; true when it got its way ---- */

static bool starts_a_program(void)
{
	return execl("/bin/true", "true", (char *)NULL) == 0;
}

static bool makes_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool looks_into_another(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd >= 0 && close(fd) == 0;
}

static bool reads_another_file(void)
{
	return opens(beside, O_RDONLY);
}

static bool reads_what_it_need_not(void)
{
	return opens("/var/lib/dpkg/status", O_RDONLY);
}

static bool writes_beside(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/new", place);
	return opens(path, O_WRONLY | O_CREAT);
}

static bool makes_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED &&
	       mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool listens_to_the_wire(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool takes_another_space(void)
{
	return unshare(CLONE_NEWUSER) == 0;
}

/* ---- what it needs ---- */

static bool keeps_state(void)
{
	char path[96], renamed[96];

	snprintf(path, sizeof(path), "%s/new", state);
	snprintf(renamed, sizeof(renamed), "%s/key", state);
	return opens(path, O_WRONLY | O_CREAT) && rename(path, renamed) == 0 &&
	       opens(renamed, O_RDONLY) && unlink(renamed) == 0;
}

static bool reads_names_of_hosts(void)
{
	return opens("/etc/hosts", O_RDONLY);
}

static void *one(void *p)
{
	return p;
}

static bool starts_a_thread(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, one, NULL) == 0 &&
	       pthread_join(t, NULL) == 0;
}

static bool talks_to_a_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && close(fd) == 0;
}

static bool lets_others_look_into_it(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* The kernel asks the filter first: without one this fails for another reason.
 */
static bool asks_a_device_for_anything(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	return fd >= 0 && ioctl(fd, TIOCSTI, "x") != 0 && errno != EPERM;
}

static bool names_its_threads(void)
{
	return prctl(PR_SET_NAME, "worker", 0, 0, 0) == 0;
}

static bool sets_a_socket_nonblocking(void)
{
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && ioctl(fd, FIONBIO, &on) == 0 && close(fd) == 0;
}

static bool leaves_no_image(void)
{
	struct rlimit l;

	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       getrlimit(RLIMIT_CORE, &l) == 0 && l.rlim_max == 0;
}

/* How a confined process ended that tried it: its exit code, or minus the
 * signal. 2: it could not be confined. */
static int outcome(bool (*act)(void))
{
	struct config c = {
		.state_dir = state, .high_water_dir = "", .files_key = ""};
	struct err e;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(!confine(&c, &e) ? 2 : act() ? 1 : 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 3;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool dies(bool (*act)(void))
{
	return outcome(act) == -SIGSYS;
}

static bool fails(bool (*act)(void))
{
	return outcome(act) == 0;
}

static bool works(bool (*act)(void))
{
	return outcome(act) == 1;
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

static void no_program_and_no_process_is_started(void)
{
	CHECK(dies(starts_a_program));
	CHECK(fails(makes_a_process));
}

static void no_other_process_is_looked_into(void)
{
	CHECK(dies(looks_into_another));
	CHECK(dies(takes_another_space));
	CHECK(fails(lets_others_look_into_it));
	CHECK(fails(asks_a_device_for_anything));
}

static void what_was_written_is_not_run(void)
{
	CHECK(fails(makes_code));
}

static void the_wire_is_not_listened_to(void)
{
	CHECK(fails(listens_to_the_wire));
}

/* Of kernels without Landlock only the owners of files keep them apart. */
static void files_beside_the_state_are_out_of_reach(void)
{
	CHECK(!has_landlock() || fails(reads_another_file));
	CHECK(!has_landlock() || fails(reads_what_it_need_not));
	CHECK(!has_landlock() || fails(writes_beside));
}

static void what_it_needs_works(void)
{
	CHECK(works(keeps_state));
	CHECK(works(reads_names_of_hosts));
	CHECK(works(starts_a_thread));
	CHECK(works(talks_to_a_socket));
	CHECK(works(names_its_threads));
	CHECK(works(sets_a_socket_nonblocking));
}

static void no_image_of_its_memory_is_left(void)
{
	CHECK(works(leaves_no_image));
}

int main(void)
{
#ifdef LOOKS_INTO_ITSELF
	printf("1..0 # SKIP a sanitized program looks into itself\n");
	return tap_bad;
#endif
	if (!mkdtemp(place))
		return 2;
	snprintf(state, sizeof(state), "%s/state", place);
	snprintf(beside, sizeof(beside), "%s/beside", place);
	if (mkdir(state, 0700) != 0 || !opens(beside, O_WRONLY | O_CREAT))
		return 2;
	RUN(no_program_and_no_process_is_started);
	RUN(no_other_process_is_looked_into);
	RUN(what_was_written_is_not_run);
	RUN(the_wire_is_not_listened_to);
	RUN(files_beside_the_state_are_out_of_reach);
	RUN(what_it_needs_works);
	RUN(no_image_of_its_memory_is_left);
	unlink(beside);
	rmdir(state);
	rmdir(place);
	return tap_done();
}
