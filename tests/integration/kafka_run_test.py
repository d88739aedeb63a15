#!/usr/bin/env python3
"""./run --kafka as people use it: a broker of its own, topics that Kafka's console tools show, and after an end a second
start that goes on where the first one was."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import traffic  # noqa: E402
from kafka_broker import skip_if_missing  # noqa: E402
from potik_process import PROJECT, PotikProcess, binary, reserve_port  # noqa: E402

START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60
# A tree around the script in which all is built already, and the cluster is in this tree's folder.
KAFKA = """#!/bin/sh
command=$1; shift
exec {python} {tool} "$command" --dir "{folder}/build/kafka" "$@"
"""


def write_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


class Tree(PotikProcess):
    """The server that ./run --kafka starts in a small tree of its own."""

    def make(self):
        root = self.data_dir.parent
        shutil.copy(PROJECT / "run", root / "run")
        write_program(root / "tools" / "build", '#!/bin/sh\necho "$@" >build.said\n')
        write_program(root / "tools" / "make-demo", "#!/bin/sh\nmkdir -p $1 && : >$1/videos.ndjson\n")
        write_program(root / "tools" / "kafka",
                      KAFKA.format(python=sys.executable, tool=PROJECT / "tools" / "kafka", folder=root))
        (root / "build" / "release").mkdir(parents=True)
        (root / "build" / "release" / "potik").symlink_to(binary().resolve())
        return self

    def _spawn(self):
        self.port, self.port_lock = reserve_port()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(["./run", "--kafka", "--listen", f"127.0.0.1:{self.port}"],
                                            cwd=self.data_dir.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, env=self.surroundings())

    def begin(self):
        self.start(wait_ready=False)
        return self.wait_ready(START_SECONDS_MAX)

    def kafka(self, *words):
        done = subprocess.run([self.data_dir.parent / "tools" / "kafka", *words], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def end(self, number):
        """As Ctrl-C does it: to everyone in the terminal; SIGTERM to the one process that was started."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS_MAX)


class RunKafka(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="potik-run-kafka-")
        self.addCleanup(folder.cleanup)
        self.potik = Tree(pathlib.Path(folder.name) / "data").make()
        self.addCleanup(self.leave_nothing)

    def leave_nothing(self):
        if self.potik.running():
            self.potik.end(signal.SIGTERM)
        self.potik.kafka("stop")

    def feed(self, index):
        answer = self.potik.post_events(traffic.batch(index, 100))
        self.assertEqual(202, answer.status)
        count = 100 * (index + 1)
        self.potik.wait_until(lambda: self.potik.sql("select count(*) from events")[0][0] == count, 60,
                              f"the store did not hold {count} events")

    def test_topics_can_be_looked_at_and_a_second_start_goes_on(self):
        potik = self.potik.begin()
        self.assertIn("build,run,kafka potik", (potik.data_dir.parent / "build.said").read_text())
        self.feed(0)
        topics = potik.kafka("topics", "--list").split()
        self.assertLessEqual({"potik.events", "potik.enriched", "potik.progress"}, set(topics))
        seen = potik.kafka("consume", "potik.enriched", "--from-beginning", "--isolation-level", "read_committed",
                           "--max-messages", "100", "--timeout-ms", "60000")
        self.assertEqual(100, seen.count('"event_id":'))
        self.assertEqual(0, potik.end(signal.SIGINT), potik.log_tail())
        self.assertIn("does not run", potik.kafka("status"))

        potik.begin()
        self.assertIn("potik.events: was there, 8 partitions", potik.log_tail())
        self.feed(1)
        ends = potik.kafka("offsets", "--topic", "potik.events").split()
        self.assertEqual(200, sum(int(line.rsplit(":", 1)[1]) for line in ends))
        self.assertEqual(0, potik.end(signal.SIGTERM), potik.log_tail())
        self.assertIn("does not run", potik.kafka("status"))


if __name__ == "__main__":
    skip_if_missing()
    unittest.main()
