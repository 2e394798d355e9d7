"""Drives the load: bench/load for HTTP/1.1, h2load for HTTP/2; refuses results with anything wrong in them."""
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time

from . import machine
from .machine import Failed

HOST = "app.test"
CIPHER = "TLS_AES_128_GCM_SHA256"
STS = "max-age=300"
SETTLE_S = 0.05  # for what a server does after the last response


class Load:
    """A run of bench/load: made when it is connected, measured by go() and result(), ended by close()."""
    program = ""  # set by bench/run

    def __init__(self, server, *arguments, tls=True, sts=STS):
        command = [self.program, "--port", str(server.https if tls else server.http), "--name", HOST]
        command += [str(argument) for argument in arguments]
        if tls:
            command += ["--field", f"\r\nStrict-Transport-Security: {sts}\r\n"]
        else:
            command += ["--plain"]
        self.what = f"load on {server.name} ({' '.join(map(str, arguments))})"
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=machine.pinned(machine.LOAD_CPU))
        if self.process.stdout.readline() != "ready\n":
            self.die("did not become ready")

    def die(self, why):
        self.process.kill()
        _, errors = self.process.communicate()
        raise Failed(f"{self.what}: {why} {errors.strip()[-1000:]}")

    def go(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self

    def result(self):
        line = self.process.stdout.readline()
        if not line:
            self.die("ended without a result:")
        return json.loads(line)

    def end_input(self):
        self.process.stdin.close()
        self.process.stdin = None

    def close(self):
        """Lets the connections go; returns the exit status."""
        if self.process.stdin:
            self.end_input()
        out, errors = self.process.communicate(timeout=60)
        self.tail, self.errors = out, errors
        return self.process.returncode


def check(what, result, count):
    if result["failed"] or result["right"] != count:
        raise Failed(f"{what}: {result['failed']} requests failed, {result['right']} of {count} were right"
                     f" ({result['fault']})")


def run(server, count, *arguments, tls=True):
    """A fixed number of requests: what it cost the server, all responses checked."""
    load = Load(server, "--requests", count, *arguments, tls=tls)
    pids = server.pids()
    before, begun = machine.cpu_ns(pids), time.monotonic()
    result = load.go().result()
    took = time.monotonic() - begun
    time.sleep(SETTLE_S)
    spent = machine.cpu_ns(pids) - before
    status = load.close()
    check(load.what, result, count)
    if status:
        raise Failed(f"{load.what}: ended with {status} {load.errors.strip()}")
    if "resumed" in arguments and result["resumed"] != count:
        raise Failed(f"{load.what}: {result['resumed']} of {count} handshakes were resumed")
    if "full" in arguments and result["resumed"]:
        raise Failed(f"{load.what}: {result['resumed']} handshakes were resumed that should not be")
    return {"us": spent / count / 1000, "seconds": took, "busy": spent / took / 1e9, "per_second": count / took,
            "p50_us": result["p50_us"], "p99_us": result["p99_us"], "p999_us": result["p999_us"],
            "reconnects": result["reconnects"]}


def h2load(server, count, connections, streams, path):
    command = ["h2load", "-t", "1", "-n", str(count), "-c", str(connections), "-m", str(streams),
               f"--tls13-ciphers={CIPHER}", "--groups=X25519", f"--connect-to=127.0.0.1:{server.https}",
               f"https://{HOST}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120,
                          preexec_fn=machine.pinned(machine.LOAD_CPU))
    right = re.search(r"status codes: (\d+) 2xx", done.stdout)
    if done.returncode or f"Cipher: {CIPHER}" not in done.stdout or "Application protocol: h2" not in done.stdout:
        raise Failed(f"h2load on {server.name}: {(done.stdout + done.stderr)[-1500:]}")
    if not right or int(right[1]) != count or ", 0 failed, 0 errored, 0 timeout" not in done.stdout:
        raise Failed(f"h2load on {server.name}: not all of {count} requests were right:\n{done.stdout[-1500:]}")


def run_h2(server, count, connections, streams, path):
    """As run(), over HTTP/2. The handshakes are taken off by a second run that does little else."""
    pids = server.pids()
    before = machine.cpu_ns(pids)
    h2load(server, connections, connections, 1, path)
    time.sleep(SETTLE_S)
    between, begun = machine.cpu_ns(pids), time.monotonic()
    h2load(server, count, connections, streams, path)
    took = time.monotonic() - begun
    time.sleep(SETTLE_S)
    spent = machine.cpu_ns(pids) - between
    requests = count - connections
    return {"us": (spent - (between - before)) / requests / 1000, "seconds": took, "busy": spent / took / 1e9,
            "per_second": count / took}


class Fetch:
    """One request over HTTPS with the certificate verified, as a sample of what the load gets."""

    def __init__(self, root):
        self.context = ssl.create_default_context(cafile=root)

    def handshake(self, port, name):
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        try:
            return self.context.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise

    def get(self, connected, name, path):
        """Status, all values of Strict-Transport-Security, body."""
        connection = http.client.HTTPConnection(name)
        connection.sock = connected
        connection.request("GET", path, headers={"Host": name})
        response = connection.getresponse()
        return response.status, response.headers.get_all("Strict-Transport-Security"), response.read()

    def check(self, server, site, path="/1000"):
        with self.handshake(server.https, site.name) as connected:
            status, sts, body = self.get(connected, site.name, path)
        if status != 200 or sts != [site.sts] or body != b"x" * int(path[1:]):
            raise Failed(f"{server.name}: {site.name}{path} got {status}, Strict-Transport-Security {sts},"
                         f" {len(body)} bytes {body[:50]!r}")

    def check_h2(self, server, root, site, path="/1000"):
        curl = shutil.which("curl")
        if not curl:
            raise Failed("curl is needed to look at a response over HTTP/2")
        done = subprocess.run([curl, "-sS", "--http2", "--cacert", root, "-i", "--connect-to",
                               f"::127.0.0.1:{server.https}", f"https://{site.name}{path}"],
                              capture_output=True, check=False, timeout=20)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = [line.strip() for line in head.decode("latin-1").lower().split("\r\n")]
        sts = [line for line in fields if line.startswith("strict-transport-security:")]
        if done.returncode or fields[0] != "http/2 200" or sts != [f"strict-transport-security: {site.sts}"] \
                or body != b"x" * int(path[1:]):
            raise Failed(f"{server.name}: {site.name}{path} over HTTP/2 got {head!r} and {len(body)} bytes"
                         f" {done.stderr!r}")
