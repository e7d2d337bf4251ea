"""Runs, workers, database and Prefect server killed by lot, over and over: is anything lost, or there twice?

    python -m bench kills [--kills 20] [--seed 1] [--away 60]

Real runs over a press on loopback that goes on publishing, two at once at times; by a plan that the seed decides
somebody is sent SIGKILL: a run, one of its worker processes, a backend or the postmaster of the database, Prefect's
server. Some databases stay away for `--away` seconds, and, where this process may mount one, some disks run full. After
each episode, and more strictly after every third, when a run has ended that nobody disturbed, the books must balance.
`tests/books.py` says what is looked at. Fails on the first fault.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.siege import Camp, Press
from tests.strikes import Episode, plan

REST = 3
"""Episodes between two runs that nobody disturbs."""
DISK = "3g"
"""Room for the home: what its log of changes may grow to, and as much again."""


def main(argv: Sequence[str] = ()) -> int:
    """Print a line an episode and the sums; 1 if anything was lost, doubled or told by a traceback."""
    parser = argparse.ArgumentParser(prog="python -m bench kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--away", type=float, default=60.0)
    asked = parser.parse_args(argv)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-kills-")))
        folder.chmod(0o755)
        full = stack.enter_context(_disk(folder / "home"))
        if not full:
            print("No full disk among the episodes: this process may not mount one of its own.")
        camp = stack.enter_context(Camp(folder, stack.enter_context(Press(asked.seed))))
        return Siege(camp, asked.kills).run(plan(asked.seed, away=asked.away, full=full))


class Siege:
    """Episodes one after the other, and what they came to."""

    def __init__(self, camp: Camp, kills: int) -> None:
        self.camp, self.kills = camp, kills
        self.hit: Counter[str] = Counter()
        self.missed = 0
        self.ends: Counter[str] = Counter()
        self.began = time.monotonic()

    def run(self, episodes: Iterator[Episode]) -> int:
        """Live through episodes until so many were killed; 1 after a fault."""
        for episode in episodes:
            faults = self._live_through(episode)
            over = self.hit.total() - self.hit["disk"] >= self.kills
            if not faults and (over or episode.number % REST == 0):
                faults = self._rest(last=over)
            if faults or over:
                return self._sum_up(faults)
        return 0

    def _live_through(self, episode: Episode) -> list[str]:
        blows, ended = self.camp.live_through(episode)
        for blow in blows:
            self.hit[blow.strike.victim] += blow.hit
            self.missed += not blow.hit
        self.ends.update(str(end).partition(" (")[0] for end in ended)
        kind = f"{episode.runs} run(s)" + (f", away or full for {episode.away:g} s" if episode.away else "")
        print(
            f"{time.monotonic() - self.began:6.0f} s  {self.hit.total():3} hits  episode {episode.number}: "
            f"{episode.new} new, {kind}: {'; '.join(map(str, blows))} -> {', '.join(map(str, ended))}",
            flush=True,
        )
        self.camp.revive()
        noisy = [f"a traceback: {end.complaint}" for end in ended if "Traceback" in end.complaint]
        return noisy + self.camp.faults(at_rest=False)

    def _rest(self, *, last: bool) -> list[str]:
        report, faults = self.camp.rest()
        if faults:
            return faults
        balance = report["balance"]
        print(
            f"{'':11}taken over: {balance['carried']} articles of runs before, {report['outcomes']}; all there once",
            flush=True,
        )
        if last:
            report, faults = self.camp.rest()
            if not faults and (report["new"], report["outcomes"]) != (0, {}):
                return [f"one more run found something left: {report}"]
        return faults

    def _sum_up(self, faults: list[str]) -> int:
        victims = ", ".join(f"{count} × {victim}" for victim, count in self.hit.most_common() if count)
        print(f"\n{self.hit.total()} hits ({victims}), {self.missed} missed, {len(self.camp.press.listed)} articles")
        for end, count in self.ends.most_common():
            print(f"{count:5} runs: {end}")
        for fault in faults:
            print(f"FAULT: {fault}")
        print(f"{len(faults)} faults" if faults else "nothing lost, nothing twice")
        return int(bool(faults))


@contextmanager
def _disk(folder: Path) -> Iterator[bool]:
    """Whether a small disk of its own could be mounted at `folder`, until the block ends."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
