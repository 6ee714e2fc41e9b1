"""Before a run that a script begins: whether it may play, and what plays, with nobody there who could be asked."""

from datetime import timedelta

from legato.app import facade, people
from legato.app.admission import Admission, admit_here, insist_on_rest, length
from legato.app.routine import routine_of
from legato.care.person import Person
from legato.errors import NotAdmitted, NotAllowed, UsageError
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.service.devices.run_policy import Prepared
from legato.service.run.admission import made_ready


def admitted(
    given: object, device: Device, person: object, minutes: object, acknowledged: object, keep_simulated: object
) -> tuple[Profile, Prepared]:
    """What a script has given, made ready for `device` and for the `person` who is named, or for who is current.

    A schedule is compiled once more, within the limits of this person, and plays as it was given or not at all: it is
    no way around a gate, a rest or a cap.

    Raises:
        UsageError: something else is given than is expected, or a schedule for another device.
        InvalidFile: there is no such routine, or its file is not valid.
        UnknownName: there is no such person.
        NotAllowed: it is not for this person, or not yet, or a caution is not `acknowledged`; or the schedule is not
            what its routine is for this person.
        DiaryError: the diary cannot be read, so nobody knows of the last massage.
        CompileError: it cannot be made safe on this device, or has no such length there.
    """
    routine, who = _routine(given, device, minutes), people.person_of(person)
    admission = admit_here(routine, who)
    if not facade.flag(acknowledged, "acknowledged"):
        _insist_on_acknowledged(admission)
    keeps = facade.flag(keep_simulated, "keep_simulated")
    wanted = None if isinstance(given, Schedule) else length(routine, who, facade.length(minutes)).minutes
    prepared = made_ready(routine, who, device, admission.restrictions, wanted, keep_simulated=keeps)
    if isinstance(given, Schedule):
        _insist_on_same(given, prepared.schedule, who)
    return routine, prepared


def rested(profile: Profile, prepared: Prepared) -> Prepared:
    """What is `prepared`, unless the person has had another massage since: right before the diary has this one.

    Raises:
        NotAdmitted: they have not rested enough.
        DiaryError: the diary cannot be read, so nobody knows.
    """
    if prepared.person is not None:
        insist_on_rest(profile, people.one(prepared.person), timedelta(milliseconds=prepared.schedule.duration_ms))
    return prepared


def _routine(given: object, device: Device, minutes: object) -> Profile:
    if not isinstance(given, Schedule):
        return routine_of(given)
    if given.routine is None:
        raise UsageError("this schedule was not made by legato.compile; play a routine, or compile one")
    if not is_same_build(given.device, device):
        raise UsageError(
            f"the schedule is for {given.device.name}, and another device is here, {device.name}; compile it with"
            " legato.compile(routine, device.description)"
        )
    if minutes is not None:
        raise UsageError("a schedule has its length already; give the minutes to legato.compile")
    return given.routine


def _insist_on_acknowledged(admission: Admission) -> None:
    if admission.cautions:
        cautions = " ".join(admission.cautions)
        raise NotAdmitted(
            f"{cautions} Nothing plays before that is acknowledged: acknowledged=True does it.",
            "acknowledge",
            admission.cautions,
        )


def _insist_on_same(given: Schedule, narrowed: Schedule, person: Person | None) -> None:
    if _plays(given) == _plays(narrowed):
        return
    new = (note for note in narrowed.report.notes if note not in given.report.notes)
    why = next((f" ({note.step}: asked {note.asked}, plays {note.plays}, {note.why})" for note in new), "")
    whom = "here" if person is None else f"for {person.name}"
    raise NotAllowed(f"the schedule is not what {given.profile} compiles to {whom}{why}; play the routine instead")


def _plays(schedule: Schedule) -> tuple[object, ...]:
    return schedule.duration_ms, schedule.setpoints, schedule.marks, schedule.cues
