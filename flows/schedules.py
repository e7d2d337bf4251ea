"""What runs when: `prefect.yaml` as `wirewatch serve` reads it, so that the schedules are written down once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractors.errors import Misconfigured
from flows import prefect_api
from models.settings import Settings

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.deployments.runner import RunnerDeployment

INGEST = "flows.ingest.ingest"
ENTRYPOINT = r"^\w+(\.\w+)+$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_Strict):
    """When a deployment is due: by `interval` (seconds), `cron` or `rrule`."""

    slug: str
    interval: int | None = Field(None, ge=1)
    cron: str | None = None
    rrule: str | None = None
    timezone: str = "UTC"
    parameters: dict[str, Any] = {}
    active: bool = True

    @model_validator(mode="after")
    def _one_kind(self) -> Schedule:
        if sum(bool(kind) for kind in (self.interval, self.cron, self.rrule)) != 1:
            raise ValueError("give exactly one of interval, cron and rrule")
        return self

    @model_validator(mode="after")
    def _understood(self) -> Schedule:
        """Prefect takes it: it would say so only once database and server are up, and not of which deployment."""
        from prefect.client.schemas.schedules import construct_schedule  # noqa: PLC0415 -- see `served`

        try:
            construct_schedule(interval=self.interval, cron=self.cron, rrule=self.rrule, timezone=self.timezone)
        except ValidationError as error:
            raise ValueError(_first(error)) from None
        except (TypeError, OverflowError) as error:  # a rule without FREQ, an interval beyond all calendars
            raise ValueError(f"Prefect takes no such schedule: {error}") from None
        return self

    @property
    def words(self) -> str:
        """For people: `every 15 minutes`, `daily at 03:40 UTC`."""
        if self.interval is not None:
            size, unit = (60, "minutes") if self.interval % 60 == 0 else (1, "seconds")
            count = self.interval // size
            return f"every {count} {unit}" if count > 1 else f"every {unit.removesuffix('s')}"
        if self.cron is not None and (daily := re.fullmatch(r"(\d+) (\d+) \* \* \*", self.cron)):
            return f"daily at {int(daily[2]):02}:{int(daily[1]):02} {self.timezone}"
        if self.cron is not None and (often := re.fullmatch(r"(?:\*|\d+-59)/(\d+) \* \* \* \*", self.cron)):
            return f"every {often[1]} minutes"
        return f"by {self.cron or self.rrule} ({self.timezone})"


class Limit(_Strict):
    """How many runs of a deployment may work at once, and what happens to one too many."""

    limit: int = Field(ge=1)
    collision_strategy: Literal["CANCEL_NEW", "ENQUEUE"]


class Deployment(_Strict):
    """A flow with its schedules; the work pool matters only to `prefect deploy`."""

    name: str
    entrypoint: str = Field(pattern=ENTRYPOINT)
    description: str | None = None
    tags: list[str] = []
    parameters: dict[str, Any] = {}
    enforce_parameter_schema: bool = True
    concurrency_limit: Limit | None = None
    work_pool: dict[str, Any] = {}
    schedules: list[Schedule] = []

    @property
    def flow(self) -> str:
        """The flow's own name."""
        return self.entrypoint.rsplit(".", 1)[1]


def of(settings: Settings) -> tuple[Deployment, ...]:
    """The deployments as this person wants them: the ingest at the interval of the settings. Raises `Misconfigured`."""
    return at_pace(read(settings.deployments), ingest_minutes=settings.ingest_minutes)


def read(path: Path) -> tuple[Deployment, ...]:
    """The deployments that `path` declares; raises `Misconfigured` naming the file and the key."""
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"{path} cannot be read: {' '.join(str(error).split())}.") from None
    listed = declared.get("deployments") if isinstance(declared, dict) else None
    if not isinstance(listed, list):
        raise Misconfigured(f"{path} has no list of deployments.")
    return tuple(
        _checked(one, place=f"{path}, deployment {number}{_name(one)}") for number, one in enumerate(listed, 1)
    )


def at_pace(deployments: Iterable[Deployment], *, ingest_minutes: int) -> tuple[Deployment, ...]:
    """The same deployments, with the ingest every `ingest_minutes`."""

    def paced(one: Deployment) -> Deployment:
        if one.entrypoint != INGEST:
            return one
        schedules = [
            schedule.model_copy(update={"interval": ingest_minutes * 60}) if schedule.interval else schedule
            for schedule in one.schedules
        ]
        return one.model_copy(update={"schedules": schedules})

    return tuple(map(paced, deployments))


def starts_at_once(deployment: Deployment) -> bool:
    """Whether a first run is due as soon as `serve` is up: for what comes in intervals, a start is as good as any."""
    return any(schedule.interval is not None and schedule.active for schedule in deployment.schedules)


def pause(api_url: str, deployments: Iterable[str]) -> None:
    """Schedule no more runs of these deployments (ids), and forget those that were scheduled ahead or are late.

    Serving them anew ends the pause. Raises `NoAnswer`.
    """
    for deployment_id in deployments:
        # Not by a PATCH, which leaves the late ones.
        prefect_api.call(api_url, f"/deployments/{deployment_id}/pause_deployment", {})


async def served(deployment: Deployment, *, now: datetime) -> RunnerDeployment:
    """The deployment for a Prefect runner; intervals are counted from `now`, when the first run starts."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig  # noqa: PLC0415 -- Prefect takes three seconds
    from prefect.flows import load_flow_from_entrypoint  # noqa: PLC0415 -- see above
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415 -- see above

    flow: Flow[..., Any] = load_flow_from_entrypoint(deployment.entrypoint, use_placeholder_flow=False)
    limit = deployment.concurrency_limit
    return await flow.ato_deployment(
        deployment.name,
        description=deployment.description,
        tags=deployment.tags,
        parameters=deployment.parameters,
        enforce_parameter_schema=deployment.enforce_parameter_schema,
        concurrency_limit=ConcurrencyLimitConfig(**limit.model_dump()) if limit else None,
        schedules=[_prefects(schedule, now) for schedule in deployment.schedules],
        entrypoint_type=EntrypointType.MODULE_PATH,
        paused=False,
    )


def _checked(declared: Any, *, place: str) -> Deployment:
    try:
        return Deployment.model_validate(declared)
    except ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Misconfigured(f"{place}: {key + ': ' if key else ''}{_first(error)}.") from None


def _first(error: ValidationError) -> str:
    """What the first mistake is."""
    return error.errors()[0]["msg"].removeprefix("Value error, ").removesuffix(".")


def _name(declared: Any) -> str:
    """` (maintain/nightly)`, as Prefect calls a deployment; nothing where it does not say."""
    match declared:
        case {"name": str(name), "entrypoint": str(entrypoint)} if re.fullmatch(ENTRYPOINT, entrypoint):
            return f" ({entrypoint.rpartition('.')[2]}/{name})"
    return ""


def _prefects(schedule: Schedule, now: datetime) -> Any:
    from prefect.schedules import Cron, Interval, RRule  # noqa: PLC0415 -- see `served`

    common: dict[str, Any] = schedule.model_dump(include={"timezone", "slug", "parameters", "active"})
    if schedule.interval is not None:
        return Interval(timedelta(seconds=schedule.interval), anchor_date=now, **common)
    return Cron(schedule.cron, **common) if schedule.cron is not None else RRule(schedule.rrule or "", **common)
