"""Plain requests to Prefect's REST API, for the places where importing Prefect (three seconds) would be a waste."""

from __future__ import annotations

import base64
import json
import os
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from extractors.errors import WirewatchError


class NoAnswer(WirewatchError):
    """Prefect's server did not answer, or not as asked; the message names its address."""

    reason = "prefect"

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused
        """Whether the server found fault with the request (422 and the like), so that asking again changes nothing."""


def call(api_url: str, path: str, body: Any = None, *, method: str | None = None, timeout: float = 10.0) -> Any:
    """The decoded answer to a GET (no `body`), a POST, or `method`; None when the answer is empty.

    Raises `NoAnswer` when nobody answers within `timeout` seconds or the answer is an error.
    """
    try:
        request = Request(  # noqa: S310 -- http(s) only: the address is the API's, from our own state or the environment
            api_url.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **_authorization()},
            method=method,
        )
        # A proxy from the environment must not be asked for 127.0.0.1; for other hosts the environment is right.
        with _opener(api_url).open(request, timeout=timeout) as answer:
            content = answer.read()
    except HTTPError as error:
        detail = error.read(300).decode(errors="replace")
        refused = error.code in {400, 413, 422}
        said = f"Prefect's server at {api_url} answered {error.code} to {path}: {detail}"
        raise NoAnswer(said, refused=refused) from None
    except (URLError, OSError, HTTPException, ValueError) as error:  # ValueError: an address that is none
        why = getattr(error, "reason", None) or error
        raise NoAnswer(f"Prefect's server at {api_url} does not answer ({why}).") from None
    try:
        return json.loads(content) if content else None
    except ValueError:
        said = f"Prefect's server at {api_url} answered something else than JSON to {path}: its address ends with /api."
        raise NoAnswer(said) from None


def ready(api_url: str, *, timeout: float = 2.0) -> bool:
    """Whether the server at `api_url` takes requests; `/health` says yes some moments too early."""
    try:
        call(api_url, "/ready", timeout=timeout)
    except NoAnswer:
        return False
    return True


def _opener(api_url: str) -> Any:
    local = "//127.0.0.1" in api_url or "//localhost" in api_url
    return build_opener(ProxyHandler({})) if local else build_opener()


def _authorization() -> dict[str, str]:
    if key := os.environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    if pair := os.environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    return {}
