"""The network between a client and a broker, for tests that disturb it: a port of loopback that passes on what comes.

    with NetworkLink(port, target=9092) as link:
        connect(port)
        link.cut()       # nothing passes, nobody is told: as behind a switch that lost its power
        link.mend()      # what was on its way arrives, late, even if the client has long given up
        link.reset()     # all connections end at once; new ones are taken

Threads of its own, two a connection; all calls may come from any thread.
"""
import contextlib
import socket
import threading

CHUNK_BYTES = 65_536


class NetworkLink:
    def __init__(self, port, target):
        self.port = port
        self.target = target
        self.cuts = 0
        self._passes = threading.Event()
        self._passes.set()
        self._mutex = threading.Lock()
        self._sockets = set()
        self._listener = None

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def __exit__(self, *_):
        # A thread in accept() holds the port until it is woken.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()
        self._passes.set()

    def cut(self):
        self._passes.clear()
        self.cuts += 1

    def mend(self):
        self._passes.set()

    def reset(self):
        with self._mutex:
            ended, self._sockets = self._sockets, set()
        for one in ended:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self._passes.wait()
        try:
            broker = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            return client.close()
        with self._mutex:
            self._sockets |= {client, broker}
        back = threading.Thread(target=self._pass_on, args=(broker, client), daemon=True)
        back.start()
        self._pass_on(client, broker)
        back.join()
        with self._mutex:
            self._sockets -= {client, broker}
        client.close()
        broker.close()

    def _pass_on(self, source, sink):
        """Until the source ends; what it sent before is delivered."""
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                self._passes.wait()
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
