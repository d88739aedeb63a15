"""Ports and processes of servers that a tool keeps on this machine's loopback."""
import ctypes
import os
import pathlib
import random
import signal
import socket

PORTS = range(20_000, 32_000)   # below those that the kernel gives to outgoing connections: a port stays ours in a restart
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count):
    """Ports that nobody listens on now. One may be taken before it is used; the start says so then."""
    found = []
    while len(found) < count:
        port = random.choice(PORTS)
        if port not in found and port_is_free(port):
            found.append(port)
    return found


def own_session(die_with_parent):
    """For preexec_fn: Ctrl-C is for the parent, who stops his servers in order; with `die_with_parent` they end when
    the thread that started them does, however it ends."""
    parent = os.getpid()

    def prepare():
        os.setsid()
        if die_with_parent:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def is_process(pid, argument):
    """Whether a remembered process id still is the one that has this argument, and not some later process."""
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(argument) in command
