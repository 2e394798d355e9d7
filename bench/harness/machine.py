"""Processes on this machine: pinned to a processor, their time and memory read from /proc."""
import os
import resource
import signal
import socket
import subprocess
import time

SERVER_CPU, LOAD_CPU = {0}, {1}


class Failed(Exception):
    """Something that makes a measurement worthless; its text is for the operator."""


def pinned(cpus):
    """For preexec_fn: the process and all it starts run on these processors."""
    def pin():
        os.sched_setaffinity(0, cpus)
    return pin


def raise_limits():
    """Ten thousand connections need as many descriptors, here and in what is started from here."""
    wanted = 65536
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return
        except (ValueError, PermissionError):
            wanted = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return handle.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def tree(pid):
    """The process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            threads = os.listdir(f"/proc/{one}/task")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for thread in threads:
            waiting += [int(child) for child in read_text(f"/proc/{one}/task/{thread}/children").split()]
    return found


def cpu_ns(pids):
    """Time on a processor, in nanoseconds, of all threads: utime and stime would tick at 100 Hz."""
    total = 0
    for pid in pids:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for thread in threads:
            fields = read_text(f"/proc/{pid}/task/{thread}/schedstat").split()
            total += int(fields[0]) if fields else 0
    return total


def memory_kb(pids):
    """Resident and proportional set size: the latter counts what processes share once."""
    rss = pss = 0
    for pid in pids:
        for line in read_text(f"/proc/{pid}/smaps_rollup").splitlines():
            words = line.split()
            if words[0] == "Rss:":
                rss += int(words[1])
            elif words[0] == "Pss:":
                pss += int(words[1])
    return {"rss": rss, "pss": pss}


def start(command, cpus, log, **more):
    with open(log, "ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=pinned(cpus),
                                start_new_session=True, **more)


def stop(process, patience_s=15):
    """Ends what start() began, and what is left of its process group if it does not go by itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def until(what, condition, timeout_s, pause_s=0.005):
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {timeout_s} s")
        time.sleep(pause_s)


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def busy_share(seconds=0.5):
    """How much of the processors somebody uses right now, 0 to 1."""
    def sample():
        numbers = [int(word) for word in read_text("/proc/stat").split("\n", 1)[0].split()[1:]]
        return sum(numbers), numbers[3] + numbers[4]
    total, idle = sample()
    time.sleep(seconds)
    total_after, idle_after = sample()
    return 1 - (idle_after - idle) / max(1, total_after - total)
