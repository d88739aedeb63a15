"""./run as people use it, in a small tree of its own in which all is built already.

    potik = RunTree(folder / "data", words=["--flink"]).make()
    potik.begin()
    potik.end(signal.SIGINT)
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field

from potik_process import PROJECT, PotikProcess, binary, reserve_port

START_SECONDS_MAX = 480
STOP_SECONDS_MAX = 180
SCRIPT = "#!/bin/sh\n"
# The tools of this tree, on the folders of that one.
KAFKA = SCRIPT + 'command=$1; shift\nexec {python} {tools}/kafka "$command" --dir "{folder}/build/kafka" "$@"\n'
FLINK = SCRIPT + 'exec {python} {tools}/flink "$@"\n'
BUILD = SCRIPT + 'echo "$@" >build.said\n'
MAKE_DEMO = SCRIPT + "mkdir -p $1 && : >>$1/videos.ndjson\n"


@dataclass
class RunTree(PotikProcess):
    """The server that ./run starts with `words`."""
    words: list = field(default_factory=list)

    @property
    def root(self):
        return self.data_dir.parent

    def make(self):
        shutil.copy(PROJECT / "run", self.root / "run")
        places = {"python": sys.executable, "tools": PROJECT / "tools", "folder": self.root}
        for name, text in {"build": BUILD, "make-demo": MAKE_DEMO, "kafka": KAFKA, "flink": FLINK}.items():
            self._write_program(self.root / "tools" / name, text.format(**places) if "{tools}" in text else text)
        (self.root / "build" / "release").mkdir(parents=True)
        (self.root / "build" / "release" / "potik").symlink_to(binary().resolve())
        return self

    @staticmethod
    def _write_program(path: pathlib.Path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def _spawn(self):
        left = self.port_lock   # held until nobody asks there any more
        self.port, self.port_lock = reserve_port()
        if left:
            left.close()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(["./run", *self.words, "--listen", f"127.0.0.1:{self.port}"], cwd=self.root,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                            env=self.surroundings())

    def begin(self):
        self.start(wait_ready=False)
        return self.wait_ready(START_SECONDS_MAX)

    def tool(self, name, *words):
        """What it says, on both ways."""
        done = subprocess.run([self.root / "tools" / name, *words], cwd=self.root, capture_output=True, text=True,
                              check=False)
        return done.stdout + done.stderr

    def end(self, number):
        """As Ctrl-C does it: to everyone in the terminal; SIGTERM to the one process that was started."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS_MAX)
