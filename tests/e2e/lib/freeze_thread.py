"""Stops one thread of a process, as a debugger does, until standard input ends; then it goes on. Argument: its number.

The kernel lets the thread go on as well when this program dies.
"""
import ctypes
import os
import sys

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WAIT_ALL = 0x40000000  # threads that are no children

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
thread = int(sys.argv[1])


def ask(request):
    if libc.ptrace(request, thread, None, None) != 0:
        sys.exit(f"ptrace {request:#x}: {os.strerror(ctypes.get_errno())}")


ask(SEIZE)
ask(INTERRUPT)
os.waitpid(thread, WAIT_ALL)
print("stopped", flush=True)
sys.stdin.read()
ask(DETACH)
