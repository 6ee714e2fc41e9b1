"""Routines over HTTP: list, check, save, replay."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator
from starlette.responses import Response

from legato.app import check, preview, routines
from legato.app.check import Checked
from legato.app.model import Input
from legato.app.preview import Before, Made
from legato.app.replay_digest import Replayed, digest
from legato.app.routines import Card, LeftOut, RoutineDetails
from legato.app.target import Target
from legato.care.person import Name
from legato.profiles.anatomy import Zone
from legato.profiles.profile import ROUTINE_NAME
from legato.service.devices.bridge import Bridge, Minutes
from legato.service.http.operation import Call, NoQuery, Operation
from legato.service.http.problems import refuse
from legato.service.job_runner import JobRunner

ONE = "/api/v1/routines/{routine}"
TAG = "routines"
LEFT_OUT = "Unusable files among the routines and people, with the reason"
A_DAY = "private, max-age=86400"
RoutineName = Annotated[str, Field(pattern=ROUTINE_NAME)]

DeviceName = RoutineName
"""A device of the service, or a built-in one."""


class OnDevice(Input):
    """On which device; may be omitted if the service has only one."""

    device: DeviceName | None = None


class OfLength(OnDevice):
    """At the length closest to `minutes` on the device; as written if omitted."""

    minutes: Minutes | None = None


class ForPerson(OfLength):
    """Also for whom; for the current person if nobody is named, like a start."""

    person: Name | None = None


class ReplayRequest(Input):
    """What to replay: a routine by name, or the YAML text of one; on which device, for whom, and about how long."""

    routine: RoutineName | None = None
    text: Annotated[str, Field(max_length=60_000)] | None = None
    device: DeviceName | None = None
    person: Name | None = None
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.routine is None) == (self.text is None):
            raise ValueError("give either a routine or a text")
        return self


def target(bridge: Bridge, name: str | None) -> Target:
    """The device that is meant: the description of one of the service's, or the name of a built-in one.

    Raises:
        Refusal: none is named, and the service does not have exactly one.
    """
    ids = [state.id for state in bridge.states()]
    if name is None:
        if len(ids) != 1:
            raise refuse(422, "which_device", f"name a device; the service has {', '.join(ids) or 'none'}")
        name = ids[0]
    if name not in ids:
        return name
    described = bridge.description(name)
    if described is None:
        raise refuse(409, "offline", f"{name} has not been connected yet, so it is not known what it can do")
    return described


def _caps(bridge: Bridge, name: str | None) -> Mapping[Zone, float]:
    """The caps set for the device that is meant; none for a built-in description."""
    return next((state.caps_mmhg for state in bridge.states() if name in (None, state.id)), {})


def operations(bridge: Bridge, jobs: JobRunner) -> list[Operation]:
    """All operations on routines."""
    return [*_looked_at(bridge, jobs), *_worked_on(bridge, jobs)]


def _looked_at(bridge: Bridge, jobs: JobRunner) -> list[Operation]:
    async def cards(_: Call) -> object:
        return await jobs.run(routines.cards)

    async def left_out(_: Call) -> object:
        return await jobs.run(routines.left_out)

    async def routine(call: Call) -> RoutineDetails:
        return await jobs.run(routines.explained, call.path["routine"])

    async def report(call: Call) -> Made:
        device = target(bridge, call.query.device)
        return await jobs.run(preview.report, call.path["routine"], device, call.query.minutes)

    async def before(call: Call) -> Before:
        wanted = call.query
        device, caps = target(bridge, wanted.device), _caps(bridge, wanted.device)
        return await jobs.run(preview.before, call.path["routine"], device, wanted.person, caps, wanted.minutes)

    async def picture(call: Call) -> Response:
        device = target(bridge, call.query.device)
        drawn = await jobs.run(preview.picture, call.path["routine"], device, call.query.minutes)
        return Response(drawn, headers={"Cache-Control": A_DAY}, media_type="image/svg+xml")

    return [
        _get("/api/v1/routines", "All routines", cards, Sequence[Card]),
        _get("/api/v1/left-out", LEFT_OUT, left_out, Sequence[LeftOut], guest=False),
        _get(ONE, "One routine, explained", routine, RoutineDetails),
        _get(f"{ONE}/report", "What a device makes of a routine", report, Made, OfLength),
        _get(
            f"{ONE}/before",
            "What a start would play, for whom, and within which limits",
            before,
            Before,
            ForPerson,
            guest=False,
        ),
        _get(
            f"{ONE}/picture.svg", "A small heat map of a routine on a device", picture, str, OfLength, "image/svg+xml"
        ),
    ]


def _get(
    path: str,
    summary: str,
    handle: Callable[[Call], Awaitable[object]],
    gives: object,
    query: type[Input] = NoQuery,
    media: str = "application/json",
    *,
    guest: bool = True,
) -> Operation:
    return Operation(
        method="GET", path=path, summary=summary, handle=handle, tag=TAG, query=query, gives=gives, media=media,
        refuses=(404, 409, 422, 503), guest=guest,
    )  # fmt: skip


def _worked_on(bridge: Bridge, jobs: JobRunner) -> list[Operation]:
    async def checked(call: Call) -> Checked:
        named = call.query.device
        return await jobs.run(check.check, call.body, target(bridge, named) if named else None)

    async def save(call: Call) -> Card:
        return await jobs.run(routines.save, call.path["routine"], call.body)

    async def replay(call: Call) -> Replayed:
        wanted = call.body
        device = target(bridge, wanted.device)
        return await jobs.run(digest, wanted.routine, wanted.text, device, wanted.person, wanted.minutes)

    return [
        Operation(
            method="POST", path="/api/v1/routines/check", summary="Check whether a routine is valid and what plays",
            handle=checked, tag=TAG, takes="yaml", query=OnDevice, gives=Checked, refuses=(404, 409, 422, 503),
        ),
        Operation(
            method="PUT", path=ONE, summary="Save a routine of your own; built-in ones cannot be changed",
            handle=save, tag=TAG, takes="yaml", gives=Card, refuses=(409, 422, 503),
        ),
        Operation(
            method="POST", path="/api/v1/replay", summary="Replay a routine on the simulator, in virtual time",
            handle=replay, tag=TAG, takes=ReplayRequest, gives=Replayed, refuses=(403, 404, 409, 422, 503),
        ),
    ]  # fmt: skip
