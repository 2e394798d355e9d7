"""Strictgate and its peers, each set up as somebody who knows it well would: from a template in bench/peers/, with one
worker, on ports of its own, without access log."""
import grp
import http.client
import json
import os
import pwd
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from dataclasses import dataclass

from . import machine
from .machine import Failed

PEERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers")
NOBODY = "nobody"


def nobody_group():
    return grp.getgrgid(pwd.getpwnam(NOBODY).pw_gid).gr_name


@dataclass(frozen=True)
class Site:
    name: str
    certificate: str  # path without .crt, .key, .pem
    sts: str          # value of Strict-Transport-Security


class Server:
    """One gateway. start() returns when it accepts connections on both ports."""
    name = ""
    program = ""
    template = ""

    def __init__(self, folder, upstream_port, sites):
        self.dir = folder
        self.upstream = upstream_port
        self.sites = list(sites)
        self.http, self.https, self.admin = machine.free_port(), machine.free_port(), machine.free_port()
        self.process = None
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        if os.getuid() == 0:
            nobody = pwd.getpwnam(NOBODY)
            os.chown(self.dir, nobody.pw_uid, nobody.pw_gid)

    @classmethod
    def missing(cls):
        """Why it cannot be measured here, or None."""
        return None if shutil.which(cls.program) else f"{cls.program} is not installed"

    @classmethod
    def version(cls):
        return ""

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as handle:
            handle.write(text)

    def fill(self, text, **more):
        values = {"NAME": self.name, "DIR": self.dir, "HTTP": self.http, "HTTPS": self.https, "ADMIN": self.admin,
                  "UPSTREAM": self.upstream, "FILES": resource.getrlimit(resource.RLIMIT_NOFILE)[0], **more}
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        return text

    def configure(self):
        with open(os.path.join(PEERS, self.template), encoding="utf-8") as handle:
            text = handle.read()
        self.write(self.template, self.fill(self.fill(text, SITES=self.sites_text(), USER=self.user_text(),
                                                      **self.extra())))

    def extra(self):
        return {}

    def user_text(self):
        return ""

    def sites_text(self):
        return ""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ, HOME=self.dir, XDG_DATA_HOME=self.dir, XDG_CONFIG_HOME=self.dir)

    def launch(self):
        self.process = machine.start(self.command(), machine.SERVER_CPU, self.path("output.log"),
                                     env=self.environment(), cwd=self.dir)

    def start(self, timeout_s=60):
        self.configure()
        self.launch()
        self.wait_ready(timeout_s)
        return self

    def wait_ready(self, timeout_s):
        def ready():
            if self.process.poll() is not None:
                raise Failed(f"{self.name} ended by itself: {self.last_words()}")
            return machine.accepts(self.http) and machine.accepts(self.https)
        machine.until(f"{self.name} accepting connections", ready, timeout_s)

    def last_words(self):
        return machine.read_text(self.path("output.log"))[-2000:].strip()

    def pids(self):
        return machine.tree(self.process.pid)

    def cpu_ns(self):
        return machine.cpu_ns(self.pids())

    def memory_kb(self):
        return machine.memory_kb(self.pids())

    def stop(self):
        if self.process:
            machine.stop(self.process)
            self.process = None

    def plan(self, index, sts):
        """What may be made ready for a change before its time begins."""

    def change(self, index, sts):
        """Sets another policy for one site and reloads; returns when the command that does it is done."""
        site = self.sites[index]
        self.sites[index] = Site(site.name, site.certificate, sts)
        self.configure()
        self.reload()

    def reload(self):
        raise NotImplementedError


class Nginx(Server):
    name, program, template = "nginx", "nginx", "nginx.conf"

    @classmethod
    def version(cls):
        return subprocess.run([cls.program, "-v"], capture_output=True, text=True, check=False).stderr.split("/")[-1].strip()

    def command(self):
        return [self.program, "-c", self.path(self.template), "-p", self.dir]

    def user_text(self):
        return f"user {NOBODY} {nobody_group()};" if os.getuid() == 0 else ""

    def extra(self):
        return {"BUFFER": "32k", "BUSY": "96k"}

    def sites_text(self):
        return "\n".join(f"""    server {{
        listen 127.0.0.1:@HTTPS@ ssl http2 {'backlog=4096' if i == 0 else ''};
        server_name {site.name};
        ssl_certificate {site.certificate}.crt;
        ssl_certificate_key {site.certificate}.key;
        add_header Strict-Transport-Security "{site.sts}" always;
        location / {{ proxy_pass http://application; }}
    }}""" for i, site in enumerate(self.sites))

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


class Haproxy(Server):
    name, program, template = "HAProxy", "haproxy", "haproxy.cfg"

    @classmethod
    def version(cls):
        words = subprocess.run([cls.program, "-v"], capture_output=True, text=True, check=False).stdout.split()
        return words[2].split("-")[0]

    def command(self):
        return [self.program, "-W", "-f", self.path(self.template)]

    def user_text(self):
        return f"user {NOBODY}" if os.getuid() == 0 else ""

    def configure(self):
        # One certificate may serve several sites: each is loaded once.
        stems = dict.fromkeys(site.certificate for site in self.sites)
        self.write("crt-list", "".join(f"{stem}.pem\n" for stem in stems))
        self.write("sts.map", "".join(f"{site.name} {site.sts}\n" for site in self.sites))
        super().configure()

    def sites_text(self):
        if len(self.sites) == 1:
            return f'    http-response set-header Strict-Transport-Security "{self.sites[0].sts}"'
        return ("    http-request set-var(txn.host) req.hdr(host),field(1,:),lower\n"
                "    http-response set-header Strict-Transport-Security %[var(txn.host),map_str(@DIR@/sts.map)]")

    def reload(self):
        self.process.send_signal(signal.SIGUSR2)


class H2o(Server):
    name, program, template = "H2O", "h2o", "h2o.conf"

    @classmethod
    def version(cls):
        return subprocess.run([cls.program, "-v"], capture_output=True, text=True, check=False).stdout.split()[2]

    def command(self):
        # The master process starts the workers anew at SIGHUP.
        return [self.program, "-m", "master", "-c", self.path(self.template)]

    def user_text(self):
        return f"user: {NOBODY}" if os.getuid() == 0 else ""

    def sites_text(self):
        return "\n".join(f"""  "{site.name}":
    listen:
      host: 127.0.0.1
      port: @HTTPS@
      ssl:
        certificate-file: {site.certificate}.crt
        key-file: {site.certificate}.key
        minimum-version: TLSv1.2
    paths:
      "/":
        proxy.reverse.url: "http://127.0.0.1:@UPSTREAM@/"
        header.set: "Strict-Transport-Security: {site.sts}"
""" for site in self.sites)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


class Caddy(Server):
    name, program, template = "Caddy", "caddy", "Caddyfile"

    @classmethod
    def version(cls):
        return subprocess.run([cls.program, "version"], capture_output=True, text=True, check=False).stdout.split()[0]

    def command(self):
        return [self.program, "run", "--config", self.path(self.template), "--adapter", "caddyfile"]

    def environment(self):
        return dict(super().environment(), GOMAXPROCS="1")

    def sites_text(self):
        return "\n".join(f"""https://{site.name}:@HTTPS@ {{
	tls {site.certificate}.crt {site.certificate}.key
	header Strict-Transport-Security "{site.sts}"
	import application
}}""" for site in self.sites)

    def reload(self):
        done = subprocess.run([self.program, "reload", "--config", self.path(self.template), "--adapter", "caddyfile",
                               "--address", f"127.0.0.1:{self.admin}"], capture_output=True, text=True, check=False,
                              env=self.environment(), preexec_fn=machine.pinned(machine.SERVER_CPU))
        if done.returncode:
            raise Failed(f"caddy reload: {done.stderr[-500:]}")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.socket_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.socket_path)


class Strictgate(Server):
    name, template = "Strictgate", "strictgate.ini"
    program = ""  # set by bench/run
    SITES_A_REQUEST = 250
    # What guards would wait for in earnest.
    OVERRIDDEN = ["ports", "dwell", "traffic", "redirect", "content", "application", "other-ports", "served"]
    LOOK_S = 30

    @classmethod
    def missing(cls):
        return None if os.access(cls.program, os.X_OK) else f"{cls.program} is not built"

    @classmethod
    def version(cls):
        return subprocess.run([cls.program, "version"], capture_output=True, text=True, check=False).stdout.split()[1]

    def command(self):
        return [self.program, "-c", self.path(self.template), "run"]

    def start(self, timeout_s=60):
        super().start(timeout_s)
        self.wait_control(timeout_s)
        # As with the peers: idle connections of clients are held for longer, and 512 requests at a time (HTTP/2) find
        # 512 kept connections to the application.
        self.call("PATCH", "/v1/settings", {"limits": {"client_idle_timeout_ms": 600000,
                                                       "upstream_idle_count_max": 512}})
        if not self.call("GET", "/v1/sites")["sites"]:
            self.add_sites()
        return self

    def wait_control(self, timeout_s):
        def ready():
            try:
                return self.call("GET", "/v1/status")["gateway"]["connected"]
            except (OSError, http.client.HTTPException):
                return False
        machine.until("Strictgate's admin API", ready, timeout_s)

    def call(self, method, path, body=None):
        connection = UnixConnection(self.path("data/control.sock"))
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {} if body is None else {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}")
        finally:
            connection.close()
        if response.status >= 300 or answer.get("applied") is False:
            raise Failed(f"{method} {path}: {response.status} {json.dumps(answer)[:1000]}")
        return answer

    def site_json(self, site):
        return {"name": site.name, "upstreams": [f"http://127.0.0.1:{self.upstream}"],
                "certificate_pem": machine.read_text(site.certificate + ".crt"),
                "key_pem": machine.read_text(site.certificate + ".key")}

    def add_sites(self):
        if len(self.sites) == 1:
            self.call("POST", "/v1/sites", self.site_json(self.sites[0]))
        for begin in range(0, len(self.sites) if len(self.sites) > 1 else 0, self.SITES_A_REQUEST):
            self.call("POST", "/v1/sites",
                      [self.site_json(site) for site in self.sites[begin:begin + self.SITES_A_REQUEST]])
        if len(self.sites) <= 100:
            self.declare_root()
            for i, site in enumerate(self.sites):
                self.plan(i, site.sts)
                machine.until(f"a look at {site.name}", lambda name=site.name: self.was_seen(name), self.LOOK_S)
                self.set_policy(site)

    def declare_root(self):
        """A private root that all clients here have."""
        root = os.path.join(os.path.dirname(self.sites[0].certificate), "root.pem")
        self.call("POST", "/v1/private-roots", {"certificate_pem": machine.read_text(root)})

    def was_seen(self, name):
        """Guards wait for a look at the site, as it is now, from outside."""
        results = self.call("GET", f"/v1/sites/{name}/guards")["moves"]["start"]["guards"]
        return not any("Nobody has looked yet" in result["why"] for result in results)

    def plan(self, index, sts):
        """The present value and the next one are the rungs of the site's own ladder."""
        rungs = {int(value.split("=")[1]) for value in (self.sites[index].sts, sts)}
        self.call("PATCH", f"/v1/sites/{self.sites[index].name}", {"ladder": sorted(rungs)})

    def set_policy(self, site):
        override = {"guards": self.OVERRIDDEN, "reason": "a measurement", "confirm": site.name}
        self.call("PUT", f"/v1/sites/{site.name}/hsts",
                  {"max_age": int(site.sts.split("=")[1]), "override": override})

    def change(self, index, sts):
        site = self.sites[index]
        self.sites[index] = Site(site.name, site.certificate, sts)
        self.set_policy(self.sites[index])

    def write_policies(self):
        """Many policies at once: into the store of a stopped server."""
        policies = {site.name: int(site.sts.split("=")[1]) for site in self.sites}
        store = sqlite3.connect(self.path("data/strictgate.db"))
        with store:
            for name, content in store.execute("SELECT name, content FROM site").fetchall():
                site = json.loads(content)
                site["hsts"] = {"mode": "hold", "max_age": policies[name], "since": int(time.time()),
                                "ladder": [policies[name]]}
                store.execute("UPDATE site SET content = ?1 WHERE name = ?2", (json.dumps(site), name))
        store.close()
        for name in ("snapshot.sealed",):
            if os.path.exists(self.path("data/" + name)):
                os.unlink(self.path("data/" + name))


class Floor(Server):
    """No gateway: what the kernel alone takes for an answer on a kept connection (bench/micro/floor.c)."""
    name = "floor"

    def command(self):
        return [self.program, str(self.http)]

    def start(self, timeout_s=60):
        self.launch()
        machine.until("the floor accepting connections", lambda: machine.accepts(self.http), timeout_s)
        return self


ALL = (Strictgate, Nginx, Haproxy, H2o, Caddy)
