#!/usr/bin/env python3
"""How well the long-watch head predicts what it has not seen yet, beside simple rates, after an import.

    prequential_auc.py --data-dir DIR [--potik build/release/potik]

Every play of the log carries the probability that the model gave it before it learned from it. The label is a long
watch: watch_ms >= min(0.95 * duration, 18,000), or 18,000 where the duration is unknown. Beside it stand rates that are
prequential too, (long + a * base) / (plays + a) over the plays before: of the video and of the user over the log, and of
the video with the history included, of which only long watches are known, so that it is a popularity more than a rate.
Their base is the share of long watches among all plays before. AUC is the area under the ROC curve by rank sums (Mann
and Whitney 1947), ties counting half; log loss is in nats. All of it is computed by the store, in SQL.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SMOOTHING = 20.0           # a: plays that the base rate is worth
LONG_WATCH_MS = 18_000
TIMEOUT_MS = 300_000
SCORES = ("model", "video", "user", "history", "base")
HEADINGS = ("model", "video", "user", "video+h", "base")
ORDER = 'occurred_at, epoch, "partition", "offset"'
EARLIER = "rows between unbounded preceding and 1 preceding"


def _before(what, window, counted):
    """Plays, and long ones, before this one in time and, within a millisecond, in the log's order."""
    return (f"coalesce(sum({counted}) over {window}, 0) as {what}_n, "
            f"coalesce(sum({counted} * long) over {window}, 0) as {what}_k")


def _rate(what, base):
    return f"({what}_k + {SMOOTHING} * {base}) / ({what}_n + {SMOOTHING})"


PLAYS = f"""
with plays as (
  select {ORDER}, user_id, video_id, p_long_watch, (not history)::int as in_log,
         (watch_ms >= least(0.95 * coalesce(duration_ms, 1e9), {LONG_WATCH_MS}))::int as long
  from events where type = 'video_played' and watch_ms is not null),
counted as (
  select *, {_before('base', 'before_all', 'in_log')}, {_before('all', 'before_all', '1')},
         {_before('video', 'before_video', 'in_log')}, {_before('history', 'before_video', '1')},
         {_before('user', 'before_user', 'in_log')}
  from plays
  window before_all as (order by {ORDER} {EARLIER}),
         before_video as (partition by video_id order by {ORDER} {EARLIER}),
         before_user as (partition by user_id order by {ORDER} {EARLIER})),
scored as (
  select *, (base_k + 0.5) / (base_n + 1) as base, (all_k + 0.5) / (all_n + 1) as whole_base
  from counted where in_log = 1 and p_long_watch is not null),
rated as (
  select strftime(occurred_at + interval 8 hour, '%Y-%m-%d') as day, long, p_long_watch::double as model, base,
         {_rate('video', 'base')} as video, {_rate('user', 'base')} as "user",
         {_rate('history', 'whole_base')} as history
  from scored)
"""


def _question(days):
    """One row for each day, or one for all. rank() leaves out half of the tied: the mean rank puts it back."""
    day, group = ("day", "day, ") if days else ("'all'", "")
    over = "partition by day " if days else ""
    ranks = ", ".join(f'rank() over ({over}order by "{s}") + (count(*) over (partition by {group}"{s}") - 1) / 2.0'
                      f' as {s}_rank' for s in SCORES)
    pairs = "nullif(sum(long) * (count(*) - sum(long)), 0)"
    auc = ", ".join(f"(sum({s}_rank * long) - sum(long) * (sum(long) + 1) / 2.0) / {pairs}" for s in SCORES)
    clipped = {s: f'least(greatest("{s}", 1e-6), 1 - 1e-6)' for s in SCORES}
    loss = ", ".join(f"-avg(long * ln({p}) + (1 - long) * ln(1 - {p}))" for p in clipped.values())
    return (f"{PLAYS} select {day}, count(*), avg(long), {auc}, {loss} "
            f"from (select *, {ranks} from rated) {'group by day order by day' if days else ''}")


def measure(sql):
    """Rows as objects, the days first and the whole last; `sql` asks the store and returns rows as lists."""
    names = ["day", "plays", "long", *(f"{s}_auc" for s in SCORES), *(f"{s}_log_loss" for s in SCORES)]
    return [dict(zip(names, row)) for row in sql(_question(True)) + sql(_question(False))]


def render(table):
    head = "  ".join(f"{name:>7}" for name in HEADINGS)
    lines = [f"{'':11} | {'':6} | {'':5} | {'AUC of the long watch, by':<{len(head)}} | log loss",
             f"{'day':11} |  plays |  long | {head} | {head}"]
    for row in table:
        auc, loss = ("  ".join(f"{math.nan if row[f'{s}_{kind}'] is None else row[f'{s}_{kind}']:7.4f}" for s in SCORES)
                     for kind in ("auc", "log_loss"))
        lines.append(f"{row['day']:<11} | {row['plays']:6d} | {row['long']:5.3f} | {auc} | {loss}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--potik", default=str(PROJECT / "build" / "release" / "potik"))
    arguments = parser.parse_args()

    def sql(statement):
        done = subprocess.run([arguments.potik, "query", "--json", statement, "--data-dir", arguments.data_dir,
                               "--set", f"store.query_timeout_ms={TIMEOUT_MS}"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return json.loads(done.stdout)["rows"]

    print(render(measure(sql)))


if __name__ == "__main__":
    main()
