#!/usr/bin/env python3
"""How well the long-watch head predicts what it has not seen yet, beside simple rates, after an import of recorded traffic.

    prequential_auc.py --data-dir DIR [--potik build/release/potik]

Every play of the log carries the probability that the model gave it before it learned from it. The label is a long
watch: watch_ms >= min(0.95 * duration, 18,000), or 18,000 where the duration is unknown. Beside it stand two rates that
are prequential too, (long + a * base) / (plays + a) over the plays before, history included: of the video, and of the
user. Their base is the share of long watches among all plays before. AUC is the area under the ROC curve by rank sums
(Mann and Whitney 1947), ties counting half; log loss is in nats. All of it is computed by the store, in SQL.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SMOOTHING = 20.0           # a: plays that the base rate is worth
EARLIEST_MS = 18_000
SCORES = ("model", "video", "user", "base")

# A play counts for those that come later in time; of the same millisecond, in the log's order.
PLAYS = f"""
with plays as (
  select occurred_at, epoch, "partition", "offset", user_id, video_id, history, p_long_watch,
         (watch_ms >= least(0.95 * coalesce(duration_ms, 1e9), {EARLIEST_MS}))::int as long
  from events where type = 'video_played' and watch_ms is not null),
counted as (
  select *, count(*) over before_all as n, coalesce(sum(long) over before_all, 0) as k,
         count(*) over before_video as video_n, coalesce(sum(long) over before_video, 0) as video_k,
         count(*) over before_user as user_n, coalesce(sum(long) over before_user, 0) as user_k
  from plays
  window before_all as (order by occurred_at, epoch, "partition", "offset" rows between unbounded preceding and 1 preceding),
         before_video as (partition by video_id order by occurred_at, epoch, "partition", "offset"
                          rows between unbounded preceding and 1 preceding),
         before_user as (partition by user_id order by occurred_at, epoch, "partition", "offset"
                         rows between unbounded preceding and 1 preceding)),
scored as (
  select *, (k + 0.5) / (n + 1) as base from counted where not history and p_long_watch is not null),
rated as (
  select strftime(occurred_at + interval 8 hour, '%Y-%m-%d') as day, long, p_long_watch::double as model, base,
         (video_k + {SMOOTHING} * base) / (video_n + {SMOOTHING}) as video,
         (user_k + {SMOOTHING} * base) / (user_n + {SMOOTHING}) as "user"
  from scored)
"""


def _question(days):
    """One row for each day, or one for all. rank() leaves out half of the tied: the mean rank puts it back."""
    over = "partition by day " if days else ""
    ranks = ", ".join(f'rank() over ({over}order by "{s}") + (count(*) over (partition by {"day, " if days else ""}"{s}") - 1)'
                      f' / 2.0 as {s}_rank' for s in SCORES)
    auc = ", ".join(f"(sum({s}_rank * long) - sum(long) * (sum(long) + 1) / 2.0) / nullif(sum(long) * (count(*) - sum(long)), 0)"
                    for s in SCORES)
    clipped = {s: f'least(greatest("{s}", 1e-6), 1 - 1e-6)' for s in SCORES}
    loss = ", ".join(f"-avg(long * ln({p}) + (1 - long) * ln(1 - {p}))" for p in clipped.values())
    return (f"{PLAYS} select {'day' if days else chr(39) + 'all' + chr(39)}, count(*), avg(long), {auc}, {loss} "
            f"from (select *, {ranks} from rated) {'group by day order by day' if days else ''}")


def measure(sql):
    """Rows as objects, the days first and the whole last; `sql` asks the store and returns rows as lists."""
    names = ["day", "plays", "long", *(f"{s}_auc" for s in SCORES), *(f"{s}_log_loss" for s in SCORES)]
    return [dict(zip(names, row)) for row in sql(_question(True)) + sql(_question(False))]


def render(table):
    lines = ["            |        |       |  AUC of the long watch, by     |  log loss",
             "day         |  plays |  long |  model   video    user   base  |  model   video    user    base"]
    for row in table:
        auc, loss = ([row[f"{s}_{kind}"] for s in SCORES] for kind in ("auc", "log_loss"))
        numbers = lambda values: "  ".join(f"{math.nan if v is None else v:6.4f}" for v in values)
        lines.append(f"{row['day']:<11} | {row['plays']:6d} | {row['long']:5.3f} | {numbers(auc)} | {numbers(loss)}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--potik", default=str(PROJECT / "build" / "release" / "potik"))
    arguments = parser.parse_args()

    def sql(statement):
        done = subprocess.run([arguments.potik, "query", "--json", statement, "--data-dir", arguments.data_dir],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return json.loads(done.stdout)["rows"]

    print(render(measure(sql)))


if __name__ == "__main__":
    main()
