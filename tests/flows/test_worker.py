"""Worker processes whose run was killed end in silence: their terminal is somebody else's by then."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flows.crew import START
from flows.jobs import TagJob, frame
from models.settings import ROOT

TAXONOMY = 'name = "test"\n[concepts.treaty]\nen = ["treaty"]\n[[topics]]\nslug = "pact"\ntitle = "P"\nrules = [{ all = ["treaty"] }]\n'


@pytest.mark.parametrize(
    "sent",
    [b"", frame(TAXONOMY)[:20], frame(TAXONOMY) + frame(TagJob((("A", "b"),)))[:30], frame(TAXONOMY) + frame(TagJob((("A", "b"),)))],
    ids=["before all", "within the taxonomy", "within a job", "before the answer"],
)  # fmt: skip
def test_a_worker_whose_run_has_died_ends_without_a_word(sent: bytes) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", START], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdout is not None
    worker.stdout.close()  # nobody reads its answers any more
    worker.stdout = None
    _, said = worker.communicate(sent, timeout=120)

    assert (worker.returncode, said) == (0, b"")
