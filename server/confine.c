/*
 * confine.c - see confine.h.
 *
 * The lists are data. A call that is not listed fails with EPERM, as if the
 * kernel did not allow it; what nobody but an attacker would try ends the
 * process at once.
 */
#define _GNU_SOURCE /* O_PATH, syscall() */
#include "server/confine.h"

#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- files ---- */

#define MAY_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MAY_WRITE                                                              \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |      \
		LANDLOCK_ACCESS_FS_MAKE_REG)
/* Everything the first Landlock knows; what no rule gives back is refused. */
#define HANDLED                                                                \
	(MAY_READ | MAY_WRITE | LANDLOCK_ACCESS_FS_EXECUTE |                   \
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |   \
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
		LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What libraries read of the system: names of hosts, zones, entropy, limits. */
static const char *const readable[] = {"/etc", "/usr", "/lib", "/lib64",
	"/proc", "/sys/devices/system/cpu", "/dev/urandom", "/dev/null",
	"/run/systemd"};

/* A place that is not there needs no rule. A rule for a file must not name what
 * only directories have. */
static bool allow(int rules, const char *path, uint64_t access, struct err *e)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	int dir;
	bool ok;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return true;
	dir = openat(rule.parent_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE |
				       LANDLOCK_ACCESS_FS_WRITE_FILE;
	else
		close(dir);
	ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		     &rule, 0) == 0;
	if (!ok)
		err_set(e, ERR_INTERNAL, "landlock: '%s': %s", path,
			strerror(errno));
	close(rule.parent_fd);
	return ok;
}

static bool allow_files(int rules, const struct config *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(readable); i++)
		if (!allow(rules, readable[i], MAY_READ, e))
			return false;
	return allow(rules, c->state_dir, MAY_READ | MAY_WRITE, e) &&
	       (!c->high_water_dir[0] || allow(rules, c->high_water_dir,
						 MAY_READ | MAY_WRITE, e)) &&
	       (!c->files_key[0] || allow(rules, c->files_key, MAY_READ, e));
}

static bool confine_files(const struct config *c, struct err *e)
{
	struct landlock_ruleset_attr handled = {.handled_access_fs = HANDLED};
	int rules = (int)syscall(
		SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	bool ok;

	if (rules < 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
		log_write(c, LOG_WARN,
			"this kernel has no Landlock: files are "
			"kept apart by their owners only");
		return true;
	}
	if (rules < 0)
		return err_set(
			e, ERR_INTERNAL, "landlock: %s", strerror(errno));
	ok = allow_files(rules, c, e);
	if (ok && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		ok = err_set(e, ERR_INTERNAL, "landlock: %s", strerror(errno));
	close(rules);
	return ok;
}

/* ---- system calls ---- */

#define CALL(name) SCMP_SYS(name)

static const int allowed[] = {
	/* files and descriptors */
	CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(pread64),
	CALL(pwrite64), CALL(open), CALL(openat), CALL(close), CALL(fstat),
	CALL(newfstatat), CALL(stat), CALL(lstat), CALL(statx), CALL(lseek),
	CALL(access), CALL(faccessat), CALL(faccessat2), CALL(fcntl),
	CALL(fsync), CALL(fdatasync), CALL(ftruncate), CALL(rename),
	CALL(renameat), CALL(renameat2), CALL(unlink), CALL(unlinkat),
	CALL(mkdir), CALL(getdents64), CALL(getcwd), CALL(readlink),
	CALL(readlinkat), CALL(flock), CALL(dup), CALL(dup2), CALL(dup3),
	CALL(pipe), CALL(pipe2), CALL(umask),
	/* memory */
	CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise), CALL(mlock),
	CALL(mlock2), CALL(munlock), CALL(msync), CALL(membarrier),
	/* network */
	CALL(connect), CALL(accept), CALL(accept4), CALL(bind), CALL(listen),
	CALL(getsockname), CALL(getpeername), CALL(getsockopt),
	CALL(setsockopt), CALL(sendto), CALL(recvfrom), CALL(sendmsg),
	CALL(recvmsg), CALL(sendmmsg), CALL(recvmmsg), CALL(shutdown),
	CALL(socketpair), CALL(sendfile),
	/* waiting */
	CALL(poll), CALL(ppoll), CALL(select), CALL(pselect6),
	CALL(epoll_create), CALL(epoll_create1), CALL(epoll_ctl),
	CALL(epoll_wait), CALL(epoll_pwait), CALL(epoll_pwait2), CALL(eventfd),
	CALL(eventfd2), CALL(futex), CALL(clock_nanosleep), CALL(nanosleep),
	CALL(restart_syscall),
	/* threads and signals */
	CALL(set_robust_list), CALL(get_robust_list), CALL(rseq), CALL(exit),
	CALL(exit_group), CALL(sched_yield), CALL(sched_getaffinity),
	CALL(sched_getparam), CALL(sched_getscheduler), CALL(gettid),
	CALL(getpid), CALL(getppid), CALL(getuid), CALL(geteuid), CALL(getgid),
	CALL(getegid), CALL(tgkill), CALL(rt_sigaction), CALL(rt_sigprocmask),
	CALL(rt_sigreturn), CALL(rt_sigtimedwait), CALL(sigaltstack),
	CALL(set_tid_address),
	/* time and the machine */
	CALL(clock_gettime), CALL(clock_getres), CALL(gettimeofday), CALL(time),
	CALL(getrandom), CALL(getrusage), CALL(times), CALL(uname),
	CALL(sysinfo), CALL(prlimit64), CALL(getrlimit)};

static const int deadly[] = {CALL(execve), CALL(execveat), CALL(ptrace),
	CALL(process_vm_readv), CALL(process_vm_writev), CALL(mount),
	CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(init_module),
	CALL(finit_module), CALL(delete_module), CALL(kexec_load), CALL(bpf),
	CALL(perf_event_open), CALL(keyctl), CALL(add_key), CALL(request_key),
	CALL(userfaultfd), CALL(io_uring_setup), CALL(open_by_handle_at),
	CALL(setns), CALL(unshare), CALL(setuid), CALL(setresuid), CALL(fork),
	CALL(vfork)};

/* Of these only what is named; what else they can do is for an attacker: being
 * looked into again, or a terminal's input. */
static const struct {
	int call;
	unsigned argument;
	scmp_datum_t value;
} narrow[] = {
	{CALL(prctl), 0, PR_SET_NAME    },
	{CALL(prctl), 0, PR_GET_NAME    },
	{CALL(prctl), 0, PR_GET_DUMPABLE},
	{CALL(ioctl), 1, FIONBIO        },
	{CALL(ioctl), 1, FIONREAD       },
	{CALL(ioctl), 1, TCGETS         },
};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6};

static int rule_each(
	scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(f, action, calls[i], 0);
	return rc;
}

/* Nothing that was written becomes code; new threads, no new processes.
 * clone3() hides its flags: without it the C library takes clone(). */
static int rule_arguments(scmp_filter_ctx f)
{
	static const int mapping[] = {CALL(mmap), CALL(mprotect)};
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);

	for (size_t i = 0; i < ARRAY_LEN(mapping) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, mapping[i], 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD,
				CLONE_THREAD));
	for (size_t i = 0; i < ARRAY_LEN(narrow) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, narrow[i].call, 1,
			SCMP_CMP(narrow[i].argument, SCMP_CMP_EQ,
				narrow[i].value, 0));
	for (size_t i = 0; i < ARRAY_LEN(families) && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(socket), 1,
			SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	return rc;
}

static bool confine_calls(struct err *e)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc = f ? rule_each(f, SCMP_ACT_ALLOW, allowed, ARRAY_LEN(allowed))
		   : -ENOMEM;

	if (rc == 0)
		rc = rule_each(
			f, SCMP_ACT_KILL_PROCESS, deadly, ARRAY_LEN(deadly));
	if (rc == 0)
		rc = rule_arguments(f);
	if (rc == 0)
		rc = seccomp_load(f);
	if (f)
		seccomp_release(f);
	return rc == 0 ||
	       err_set(e, ERR_INTERNAL, "seccomp: %s", strerror(-rc));
}

/* ---- all of it ---- */

/* Nobody looks into it, no file holds what was in its memory. */
static bool keep_to_itself(struct err *e)
{
	const struct rlimit none = {0, 0};

	return (setrlimit(RLIMIT_CORE, &none) == 0 &&
		       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) ||
	       err_set(e, ERR_INTERNAL, "confining: %s", strerror(errno));
}

bool confine(const struct config *c, struct err *e)
{
#ifdef LOOKS_INTO_ITSELF
	(void)confine_files;
	(void)confine_calls;
	(void)keep_to_itself;
	(void)c;
	return e != NULL;
#else
	return keep_to_itself(e) && confine_files(c, e) && confine_calls(e);
#endif
}
