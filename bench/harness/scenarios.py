"""What is measured, one function a kind of scenario. Each returns {server name: result}; a result is a dict with the
rounds' figures, or {"left_out": reason}."""
import os
import random
import re
import shutil
import ssl
import statistics
import subprocess
import time
from dataclasses import dataclass

from . import load, machine
from .machine import Failed
from .servers import Floor, Site, Strictgate

SITES, CERTIFICATES = 10000, 2000
SITES_QUICK, CERTIFICATES_QUICK = 1000, 200
PER = SITES // CERTIFICATES
IDLE, IDLE_QUICK = 10000, 1000
RELOADS, RELOAD_EVERY_S, RELOAD_RATE = 20, 0.3, 3000
START_TIMEOUT_S = 60
PAUSE_BETWEEN_POLLS_S = 0.001


@dataclass(frozen=True)
class Work:
    """A scenario of which a fixed number of requests is measured in processor time."""
    name: str
    title: str
    count: int
    target: float       # of the best peer's figure
    arguments: tuple
    tls: bool = True
    h2: bool = False
    floor: bool = False  # the floor takes its turn as well

    def run(self, server, count):
        if self.h2:
            return load.run_h2(server, count, *self.arguments)
        return load.run(server, count, *self.arguments, tls=self.tls)


MIB = 1 << 20
WORKS = (
    Work("h1-small", "small request, HTTP/1.1, 64 connections", 40000, 0.80, ("--path", "/128", "--size", 128)),
    Work("h2-small", "small request, HTTP/2, 32 × 16 streams", 60000, 1.00, (32, 16, "/128"), h2=True),
    Work("16k", "16 KiB response", 20000, 0.85, ("--path", "/16384", "--size", 16384)),
    Work("64k", "64 KiB response", 10000, 0.80, ("--path", "/65536", "--size", 65536)),
    Work("1m", "1 MiB response", 1000, 0.95, ("--path", f"/{MIB}", "--size", MIB)),
    Work("upload", "1 MiB upload", 600, 0.95, ("--path", "/128", "--size", 128, "--upload", MIB)),
    Work("handshake-full", "full handshake, one request, close", 2500, 1.00,
         ("--path", "/128", "--size", 128, "--mode", "full", "--sources", 32)),
    Work("handshake-resumed", "resumed handshake, one request, close", 2500, 1.00,
         ("--path", "/128", "--size", 128, "--mode", "resumed", "--sources", 32)),
    Work("redirect", "redirect on plain HTTP, keep-alive", 60000, 0.85, ("--path", "/a", "--status", 302), tls=False,
         floor=True),
)


@dataclass
class Bench:
    """What all scenarios need."""
    folder: str
    upstream_port: int
    root: str           # PEM file of the authority
    certificates: str   # folder
    classes: tuple
    rounds: int
    quick: bool
    say: object
    keep_going: bool

    def app_site(self):
        return Site(load.HOST, os.path.join(self.certificates, "app"), load.STS)

    def many_sites(self, count):
        """Each with a policy of its own; PER of them share a certificate."""
        return [Site(f"site-{i:05}.bench.test", os.path.join(self.certificates, f"{i // PER:05}"), f"max-age={1000 + i}")
                for i in range(count)]

    def server(self, kind, sites, label=""):
        return kind(os.path.join(self.folder, kind.name.lower() + label), self.upstream_port, sites)

    def count(self, count):
        return max(200, count // 8) if self.quick else count


def each(bench, results, kind, action):
    """Runs action for one server. With --keep-going what fails is left out with its reason, else it ends the run."""
    if "left_out" in results.get(kind.name, {}):
        return
    try:
        action()
    except (Failed, OSError, subprocess.SubprocessError) as fault:
        if not bench.keep_going:
            raise Failed(f"{kind.name}: {fault}") from fault
        bench.say(f"FAILED {kind.name}: {fault}")
        results[kind.name] = {"left_out": f"failed: {fault}"}


def works(bench, chosen):
    """All works that were chosen, on servers that run side by side: A B C D E, A B C D E, …"""
    site = bench.app_site()
    fetch = load.Fetch(bench.root)
    running = {kind.name: bench.server(kind, [site]) for kind in bench.classes}
    results = {work.name: {} for work in chosen}
    try:
        for kind in bench.classes:
            running[kind.name].start()
            fetch.check(running[kind.name], site)
            fetch.check_h2(running[kind.name], bench.root, site)
        running[Floor.name] = bench.server(Floor, [site]).start()
        for work in chosen:
            work_rounds(bench, work, running, results[work.name])
    finally:
        for server in running.values():
            server.stop()
    return results


def work_rounds(bench, work, running, results):
    count = bench.count(work.count)
    for number in range(bench.rounds + 1):  # the first one warms up
        for kind in (*bench.classes, Floor) if work.floor else bench.classes:
            def measure(kind=kind):
                figures = work.run(running[kind.name], max(200, count // 5) if number == 0 else count)
                if number:
                    results.setdefault(kind.name, {"rounds": [], "requests": count})["rounds"].append(figures)
            each(bench, results, kind, measure)
    bench.say(f"{work.name}: " + ", ".join(
        f"{name} {min(r['us'] for r in one['rounds']):.1f}" for name, one in results.items() if "rounds" in one) + " µs")


def latency(bench):
    """Paced at half of what the server in the middle can do: the same moments for all."""
    site = bench.app_site()
    running = {kind.name: bench.server(kind, [site]) for kind in bench.classes}
    results, arguments = {}, ("--path", "/128", "--size", 128)
    seconds = 1 if bench.quick else 3
    try:
        for server in running.values():
            server.start()
        speeds = [load.run(server, bench.count(20000), *arguments)["per_second"] for server in running.values()]
        rate = int(statistics.median(speeds) / 2)
        for _ in range(bench.rounds):
            for kind in bench.classes:
                def measure(kind=kind):
                    figures = load.run(running[kind.name], rate * seconds, *arguments, "--rate", rate)
                    figures["rate"] = rate
                    results.setdefault(kind.name, {"rounds": []})["rounds"].append(figures)
                each(bench, results, kind, measure)
    finally:
        for server in running.values():
            server.stop()
    bench.say(f"latency at {rate}/s, p99: " + ", ".join(
        f"{name} {statistics.median(r['p99_us'] for r in one['rounds']):.0f}"
        for name, one in results.items() if "rounds" in one) + " µs")
    return results


def idle(bench):
    """Memory of connections that have had a request and wait for the next one."""
    count, results = IDLE_QUICK if bench.quick else IDLE, {}
    for kind in bench.classes:
        def measure(kind=kind):
            server = bench.server(kind, [bench.app_site()])
            try:
                server.start()
                load.run(server, 200, "--path", "/128", "--size", 128)
                time.sleep(0.5)
                before = server.memory_kb()
                holding = load.Load(server, "--mode", "idle", "--connections", count, "--sources", 16,
                                    "--path", "/128", "--size", 128)
                time.sleep(0.5)
                after = server.memory_kb()
                if holding.close():
                    raise Failed(f"{holding.what}: connections were closed: {holding.tail} {holding.errors}")
            finally:
                server.stop()
            results[kind.name] = {"connections": count, "before_kb": before, "after_kb": after,
                                  "kb_per_connection": (after["pss"] - before["pss"]) / count}
        each(bench, results, kind, measure)
    bench.say("idle: " + ", ".join(f"{name} {one['kb_per_connection']:.1f}" for name, one in results.items()
                                   if "kb_per_connection" in one) + " KB a connection")
    return results


def first_handshake(server, fetch, site, begun):
    """Seconds from exec to the end of the first handshake with the right certificate; its request must be right too."""
    end = begun + START_TIMEOUT_S
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise Failed(f"{server.name} ended by itself: {server.last_words()}")
        try:
            connected = fetch.handshake(server.https, site.name)
        except (OSError, ssl.SSLError):
            time.sleep(PAUSE_BETWEEN_POLLS_S)
            continue
        took = time.monotonic() - begun
        with connected:
            status, sts, _ = fetch.get(connected, site.name, "/128")
        if status == 200 and sts == [site.sts]:
            return took
        time.sleep(PAUSE_BETWEEN_POLLS_S)
    raise Failed(f"not ready within {START_TIMEOUT_S} s")


def timed_start(server, fetch, sites):
    begun = time.monotonic()
    server.launch()
    took = first_handshake(server, fetch, sites[-1], begun)
    memory = server.memory_kb()
    for site in random.Random(1).sample(sites, 50):
        fetch.check(server, site)
    for site in sites[::PER]:
        fetch.handshake(server.https, site.name).close()
    return {"seconds": took, "kb": memory, "kb_all_used": server.memory_kb()}


def start(bench):
    """Many sites, each with its own policy: from exec to the first right handshake."""
    sites, results = bench.many_sites(SITES_QUICK if bench.quick else SITES), {}
    fetch = load.Fetch(bench.root)
    for kind in bench.classes:
        server = bench.server(kind, sites, "-start")
        try:
            if kind is Strictgate:
                server.start()  # takes the sites in through the API
                server.stop()
                server.write_policies()
                from_state = timed_start(server, fetch, sites)
                server.stop()
                results[kind.name] = dict(timed_start(server, fetch, sites), from_state=from_state)
            else:
                server.configure()
                results[kind.name] = timed_start(server, fetch, sites)
        except (Failed, OSError) as fault:
            if kind is Strictgate:
                raise
            results[kind.name] = {"left_out": str(fault)[:300]}
        finally:
            server.stop()
        bench.say(f"start: {kind.name} {results[kind.name]}")
    return results


def reloads(bench):
    """One site changed each time, under a paced keep-alive load: what is lost, and what the others notice. The next
    change waits until the one before is served."""
    changes = 5 if bench.quick else RELOADS
    arguments = ("--path", "/128", "--size", 128, "--rate", RELOAD_RATE, "--tolerant")
    results = {}
    for kind in bench.classes:
        def measure(kind=kind):
            sites = [bench.app_site()] + bench.many_sites(changes)
            server = bench.server(kind, sites, "-reload")
            try:
                server.start()
                before = load.run(server, RELOAD_RATE * (1 if bench.quick else 3), *arguments)
                running = load.Load(server, "--requests", RELOAD_RATE * 120, "--until-eof", *arguments).go()
                times = []
                for i in range(changes):
                    server.plan(1 + i, f"max-age={5000 + i}")
                    begun = time.monotonic()
                    server.change(1 + i, f"max-age={5000 + i}")
                    machine.until("the change", lambda: served(bench, server, server.sites[1 + i]), 20, 0.01)
                    times.append(time.monotonic() - begun)
                    time.sleep(max(0.05, RELOAD_EVERY_S - times[-1]))
                time.sleep(1)
                running.end_input()
                during = running.result()
                running.close()
            finally:
                server.stop()
            results[kind.name] = {"reloads": changes, "rate": RELOAD_RATE, "requests": during["requests"],
                                  "failed": during["failed"], "reconnects": during["reconnects"],
                                  "p99_before_us": before["p99_us"], "p99_during_us": during["p99_us"],
                                  "p999_before_us": before["p999_us"], "p999_during_us": during["p999_us"],
                                  "effect_s": statistics.median(times), "fault": during["fault"]}
        each(bench, results, kind, measure)
    bench.say("reloads: " + ", ".join(f"{name} lost {one['failed']} of {one['requests']}"
                                      for name, one in results.items() if "failed" in one))
    return results


def served(bench, server, site):
    try:
        load.Fetch(bench.root).check(server, site)
        return True
    except (Failed, OSError, ssl.SSLError):
        return False


def syscalls(bench):
    """System calls a small request takes, seen by strace; what a server does when idle is in it."""
    if not shutil.which("strace"):
        return {kind.name: {"left_out": "strace is not installed"} for kind in bench.classes}
    count, results = 3000, {}
    for kind in bench.classes:
        def measure(kind=kind):
            server = bench.server(kind, [bench.app_site()])
            try:
                server.start()
                results[kind.name] = count_syscalls(server, count)
            finally:
                server.stop()
        each(bench, results, kind, measure)
    bench.say("syscalls: " + ", ".join(f"{name} {one['per_request']:.2f}" for name, one in results.items()
                                       if "per_request" in one) + " a request")
    return results


def count_syscalls(server, count):
    output = server.path("strace.txt")
    arguments = ("--path", "/128", "--size", 128)
    load.run(server, 500, *arguments)
    running = load.Load(server, "--requests", count, *arguments)
    command = ["strace", "-c", "-f", "-U", "calls,name", "-o", output]
    for pid in server.pids():
        command += ["-p", str(pid)]
    tracer = machine.start(command, machine.LOAD_CPU, server.path("strace.log"))
    machine.until("strace attached", lambda: "attached" in machine.read_text(server.path("strace.log")), 5)
    time.sleep(0.2)
    result = running.go().result()
    tracer.send_signal(2)
    tracer.wait(10)
    running.close()
    load.check(running.what, result, count)
    calls = {name: int(number) for number, name in re.findall(r"^\s*(\d+)\s+(\w+)\s*$", machine.read_text(output), re.M)
             if name != "total"}
    if not calls:
        raise Failed(f"strace said nothing: {machine.read_text(server.path('strace.log'))[-500:]}")
    top = {name: number / count for name, number in sorted(calls.items(), key=lambda one: -one[1]) if number >= count / 50}
    return {"per_request": sum(calls.values()) / count, "calls": top}


OTHERS = {"latency": latency, "idle-memory": idle, "start": start, "reloads": reloads, "syscalls": syscalls}
