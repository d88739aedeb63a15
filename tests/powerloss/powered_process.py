"""`potik serve` on a disk that forgets: each kill is a power failure, after which only what was synced is sure to be there.

    with PoweredProcess(data_dir, seed=3) as potik: ...    # as PotikProcess
"""
import os
import pathlib
import sys
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
from potik_process import PotikProcess  # noqa: E402
from power_cut import cut_power  # noqa: E402


def library():
    """The disk that forgets; None where it was not built."""
    path = pathlib.Path(os.environ.get("FORGETFUL_DISK", ""))
    return path if path.is_file() else None


@dataclass
class PoweredProcess(PotikProcess):
    seed: int = 1
    strict: bool = False   # names last only if their folder was synced
    cuts: list = field(default_factory=list)

    def __post_init__(self):
        super().__post_init__()
        self.data_dir = self.data_dir.resolve()
        self.journal = self.data_dir.parent / (self.data_dir.name + ".disk")
        self.journal.mkdir(parents=True, exist_ok=True)
        self.powered = True

    def surroundings(self):
        around = super().surroundings()
        if self.powered:
            around.update(LD_PRELOAD=str(library()), FORGETFUL_DISK_ROOT=str(self.data_dir),
                          FORGETFUL_DISK_JOURNAL=str(self.journal))
        return around

    def command(self, *arguments, **options):
        """On a disk that is not watched: it is what it is now."""
        self.powered = False
        try:
            return super().command(*arguments, **options)
        finally:
            self.powered = True

    def kill(self):
        super().kill()
        self.cut()

    def stop(self):
        code = super().stop()
        self.cut()  # what a stop in peace wrote must last, too
        return code

    def cut(self):
        cut = cut_power(self.data_dir, self.journal, self.seed * 1_000_003 + len(self.cuts), self.strict)
        self.cuts.append(cut)
        with open(self.log_path, "a", encoding="utf-8") as log:
            log.write("".join(f"--- power cut {len(self.cuts)}: {detail}\n" for detail in cut.details))
