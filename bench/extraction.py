"""How well and at what price articles are extracted, beside trafilatura's defaults on the same pages.

    WIREWATCH_BENCH_DATA=<folder> python -m bench extraction

`<folder>/extraction` holds `ground-truth.json` (id -> {"articleBody", "url"}) and `html/<id>.html.gz`. The score is
that of scrapinghub/article-extraction-benchmark: multisets of 4-token shingles, precision and recall averaged over
pages, F1 of the two averages. CPU time is taken page by page, the two extractors in turn, so that a busy machine slows
both alike.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from bench import _data
from extractors import article, fingerprint
from extractors.records import Article

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 2
"""How often every page is extracted; the least time counts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and the text a person marked on it."""

    id: str
    url: str
    body: bytes
    truth: str


@dataclass(slots=True)
class Result:
    """What one extractor made of all pages: texts by page, and CPU seconds by page (the least of all rounds)."""

    texts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, page: str, text: str, seconds: float) -> None:
        self.texts[page] = text
        self.seconds[page] = min(seconds, self.seconds.get(page, seconds))


@dataclass(frozen=True, slots=True)
class Score:
    """Averages over pages."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall or 1)


def load(folder: Path) -> list[Sample]:
    """All pages of the folder; raises SystemExit with one sentence when it holds none."""
    try:
        truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
        return [
            Sample(
                id=page,
                url=item["url"],
                truth=item["articleBody"],
                body=gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()),
            )
            for page, item in truth.items()
        ]
    except OSError as error:
        raise SystemExit(
            f"{folder} is no folder of benchmark pages ({error}); it needs ground-truth.json and html/*.html.gz."
        ) from error


def shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    width = min(4, len(tokens))
    return Counter(tuple(tokens[at : at + width]) for at in range(len(tokens) - width + 1)) if tokens else Counter()


def page_score(text: str, truth: str) -> tuple[float, float]:
    """Precision and recall of one text."""
    found, wanted = shingles(text), shingles(truth)
    hits = sum((found & wanted).values())
    return (hits / found.total() if found else 0.0), (hits / wanted.total() if wanted else 0.0)


def score(samples: Sequence[Sample], texts: dict[str, str]) -> Score:
    pairs = [page_score(texts[sample.id], sample.truth) for sample in samples]
    return Score(precision=statistics.fmean(p for p, _ in pairs), recall=statistics.fmean(r for _, r in pairs))


def wirewatch(sample: Sample) -> str:
    """Text, metadata, language and grade: all that `article.read` does."""
    found = article.read(
        sample.body,
        url=sample.url,
        final_url=sample.url,
        content_type="text/html",
        entry=None,
        language_hint=None,
        now=_NOW,
    )
    return found.text if isinstance(found, Article) else ""


def peer(sample: Sample) -> str:
    """trafilatura's defaults, text only."""
    return trafilatura.extract(sample.body, include_comments=False) or ""


def peer_with_metadata(sample: Sample) -> str:
    """trafilatura with its metadata, the like of what we do."""
    document = trafilatura.bare_extraction(sample.body, include_comments=False, with_metadata=True)
    return (document.text or "") if document is not None else ""


EXTRACTORS: dict[str, Callable[[Sample], str]] = {
    "trafilatura": peer,
    "trafilatura + metadata": peer_with_metadata,
    "wirewatch, everything": wirewatch,
}


def run(samples: Sequence[Sample], *, rounds: int) -> dict[str, Result]:
    """Every extractor on every page, in turn, the order reversed from round to round."""
    results = {name: Result() for name in EXTRACTORS}
    for extract in EXTRACTORS.values():
        extract(samples[0])
    for lap in range(rounds):
        order = list(EXTRACTORS) if lap % 2 == 0 else list(EXTRACTORS)[::-1]
        for sample in samples:
            for name in order:
                started = time.process_time()
                text = EXTRACTORS[name](sample)
                results[name].note(sample.id, text, time.process_time() - started)
    return results


def fingerprint_cost(texts: Sequence[str]) -> float:
    """CPU seconds to fingerprint all texts, bands included."""
    started = time.process_time()
    for text in texts:
        fingerprint.bands(fingerprint.fingerprint(text).minhash)
    return time.process_time() - started


def report(samples: Sequence[Sample], results: dict[str, Result]) -> str:
    base = sum(results["trafilatura"].seconds.values())
    lines = [f"{len(samples)} pages", f"{'':26}{'F1':>7}{'P':>7}{'R':>7}{'ms/page':>9}{'median':>8}{'ratio':>7}"]
    for name, result in results.items():
        marks = score(samples, result.texts)
        times = list(result.seconds.values())
        lines.append(
            f"{name:26}{marks.f1:7.4f}{marks.precision:7.4f}{marks.recall:7.4f}"
            f"{1e3 * statistics.fmean(times):9.2f}{1e3 * statistics.median(times):8.2f}{sum(times) / base:7.2f}"
        )
    texts = list(results["wirewatch, everything"].texts.values())
    lines.append(f"fingerprint and bands {1e3 * fingerprint_cost(texts) / len(texts):.2f} ms/page")
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    folder = _data.folder("extraction")
    if folder is None:
        return 0
    samples = load(folder)
    print(report(samples, run(samples, rounds=ROUNDS)))
    return 0
