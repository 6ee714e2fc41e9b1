"""`legato replay`: the whole stack on the simulator, in virtual time."""

from math import inf
from pathlib import Path

from legato.app import people
from legato.app.replay import replay as replay_profile
from legato.app.simulated_user import Answers
from legato.app.summary import fault_lines, lines
from legato.cli.exit_codes import OUTCOME_EXIT
from legato.draw.heatmap import heatmap
from legato.errors import UsageError
from legato.extras import without
from legato.profiles import load
from legato.sim.faults.script import NO_FAULTS
from legato.sim.faults.script import load as load_script
from legato.terminal import output, remarks


def replay(
    name: str,
    device: str,
    person: str | None,
    minutes: float | None,
    seed: int,
    answers: str,
    faults: Path | None,
    out: Path | None,
    record: Path | None,
    strict: bool,
    json: bool,
) -> int:
    """Prints a summary and the heat map of what was felt; the exit code says how the run ended."""
    profile, described = remarks.routine(name), load.device(device)
    script = load_script(faults, described) if faults is not None else NO_FAULTS
    who = people.named(person)
    restrictions, minutes = remarks.restrictions(profile, who), remarks.minutes(profile, who, minutes)
    done = replay_profile(
        profile,
        described,
        seed,
        out or Path("out") / profile.name,
        strict,
        restrictions,
        _delays(answers),
        script,
        record,
        minutes,
    )
    for line in fault_lines(done.run):
        output.say(line)
    if json:
        output.as_json(done.summary.as_dict())
    else:
        for line in lines(done.summary, done.schedule, done.run.outcome):
            output.data(line)
        heatmap(done.curves, output.console())
    if "picture" not in done.summary.files:
        output.say(f"no picture was drawn: {without('matplotlib')}")
    return OUTCOME_EXIT[done.summary.outcome]


def _delays(answers: str) -> Answers:
    """Seconds from `5,never`."""
    try:
        delays = [None if word == "never" else float(word) for word in answers.split(",") if word]
    except ValueError:
        delays = [-1.0]
    if any(delay is not None and not 0 <= delay < inf for delay in delays):
        raise UsageError(f'--answers {answers} makes no sense; write seconds or never, as in "5,never"')
    return delays
