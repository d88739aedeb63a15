#!/usr/bin/env python3
"""The harness of the process tests, tried on a stand-in for the server: one that starts late, dies or hangs."""
import pathlib
import sys
import tempfile
import textwrap
import unittest

sys.dont_write_bytecode = True
from potik_process import PotikFailed, PotikProcess  # noqa: E402

STAND_IN = """\
#!{python}
import http.server, os, signal, sys, time
data, mode = sys.argv[3], os.environ["MODE"]
host, port = sys.argv[5].rsplit(":", 1)
starts = os.path.join(data, "starts")
os.makedirs(data, exist_ok=True)
with open(starts, "a") as f:
    f.write("x")
count = os.path.getsize(starts)
if mode == "dies" or (mode == "port taken once" and count == 1):
    sys.exit("cannot listen: address already in use" if mode != "dies" else "no such thing")
signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "hangs" else lambda *_: os._exit(0))
begun = time.monotonic()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = mode != "never ready" and time.monotonic() - begun > 0.2
        self.send_response(200 if ready or self.path != "/readyz" else 503)
        self.end_headers()
        self.wfile.write(b"# HELP a b\\na_total{{x=\\"y z\\"}} 3\\n")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.end_headers()
        self.wfile.write(body)

http.server.ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
"""


class Harness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        program = self.folder / "potik"
        program.write_text(textwrap.dedent(STAND_IN).format(python=sys.executable))
        program.chmod(0o755)
        self.program = program

    def potik(self, mode):
        potik = PotikProcess(self.folder / "data", program=self.program, environment={"MODE": mode})
        self.addCleanup(potik.__exit__)
        return potik

    def test_it_waits_until_ready_and_talks(self):
        potik = self.potik("well").start()
        self.assertEqual(200, potik.get("/readyz").status)
        answer = potik.post_events([{"a": 1}, {"b": 2}])
        self.assertEqual((202, [{"a": 1}, {"b": 2}]), (answer.status, answer.lines()))
        self.assertEqual({'a_total{x="y z"}': 3.0}, potik.metrics())
        self.assertEqual(0, potik.stop())

    def test_it_starts_again_after_a_kill(self):
        potik = self.potik("well").start()
        potik.kill()
        self.assertFalse(potik.running())
        with self.assertRaises(OSError):
            potik.get("/readyz")
        self.assertTrue(potik.start().running())

    def test_a_program_that_ends_is_told_with_its_log(self):
        with self.assertRaisesRegex(PotikFailed, "(?s)ended with code 1.*no such thing"):
            self.potik("dies").start()

    def test_a_program_that_is_never_ready_is_told(self):
        potik = self.potik("never ready").start(wait_ready=False)
        with self.assertRaisesRegex(PotikFailed, "was not ready within"):
            potik.wait_ready(seconds=1)

    def test_a_port_taken_meanwhile_is_exchanged(self):
        self.assertTrue(self.potik("port taken once").start().running())

    def test_leaving_the_block_ends_even_one_that_ignores_sigterm(self):
        with self.potik("hangs") as potik:
            potik.start()
        self.assertFalse(potik.running())


if __name__ == "__main__":
    unittest.main()
