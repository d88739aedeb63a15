#!/usr/bin/env python3
"""Power failures at random moments under load: producers, attacks, changes of reference data. What was acknowledged is
there once, whatever the disk forgot of what was never synced.

    power_loss_test.py [--cuts N] [--seed N] [--strict] [--keep FOLDER]
"""
import argparse
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
from powered_process import PoweredProcess, library  # noqa: E402
import kill_loop  # noqa: E402  (found by powered_process)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="names last only if their folder was synced")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if library() is None:
        print("skipped: FORGETFUL_DISK names no library")
        return 77
    made = []

    def process(data_dir, environment):
        made.append(PoweredProcess(data_dir, environment=environment, seed=arguments.seed, strict=arguments.strict))
        return made[0]

    with tempfile.TemporaryDirectory(prefix="potik-power-") as folder:
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
        findings = kill_loop.run(arguments.keep or pathlib.Path(folder), arguments.cuts, arguments.seed, process)
    cuts = made[0].cuts
    lost = sum(cut.bytes for cut in cuts)
    print(f"{len(cuts)} cuts took back {sum(cut.names for cut in cuts)} names and {lost} bytes of "
          f"{sum(cut.files for cut in cuts)} files, {sum(cut.torn for cut in cuts)} torn")
    if not lost:
        findings.append("no cut took anything back: the disk did not forget")
    if findings:
        print("\n".join(findings[:50]))
        print(f"again: power_loss_test.py --cuts {arguments.cuts} --seed {arguments.seed} --keep FOLDER")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
