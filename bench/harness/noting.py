"""Switches the noting of clients (src/gateway/came.c) off and on in a server that runs, and reads what it has counted.

Nobody is noted while the day in the shared memory is 0. Control sets it again now and then: who measures asks afterwards
whether that happened.
"""
import mmap
import os
import struct

from . import machine
from .machine import Failed

PAGE = 4096
DAY_AT = 0  # of struct clients
# Of struct counters, whose blocks begin with struct counters_worker; checked against what was asked for.
COUNTS_AT = {"handshakes": PAGE + 8 * 4, "h1": PAGE + 8 * (6 + 32 + 32), "h2": PAGE + 8 * (6 + 32 + 32 + 1)}


def shared(pid, name):
    """The descriptor of one of the supervisor's memfds."""
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{fd}").startswith(f"/memfd:{name}"):
                return os.open(f"/proc/{pid}/fd/{fd}", os.O_RDWR)
        except OSError:
            continue
    raise Failed(f"process {pid} has no memory named {name}")


def child(pid, role):
    for one in machine.tree(pid):
        if f"--child={role}" in machine.read_text(f"/proc/{one}/cmdline").split("\0"):
            return one
    raise Failed(f"process {pid} has no child that is {role}")


class Noting:
    def __init__(self, server):
        pid = server.process.pid
        self.gateway = child(pid, "gateway")
        self.clients = mmap.mmap(shared(pid, "strictgate-clients"), PAGE)
        self.counters = mmap.mmap(shared(pid, "strictgate-counters"), 2 * PAGE)
        self.day = self.clients[DAY_AT:DAY_AT + 8]
        if not any(self.day):
            raise Failed("nobody is noted yet")

    def set(self, noted):
        self.clients[DAY_AT:DAY_AT + 8] = self.day if noted else bytes(8)

    def is_set(self, noted):
        return self.clients[DAY_AT:DAY_AT + 8] == (self.day if noted else bytes(8))

    def count(self, what):
        return struct.unpack_from("<Q", self.counters, COUNTS_AT[what])[0]

    def cpu_ns(self):
        return machine.cpu_ns([self.gateway])
