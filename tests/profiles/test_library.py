"""The built-in routines: each does what the source it names says, gently, and plays on every built-in device."""

from collections.abc import Iterator

import pytest

from legato.profiles import load
from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Device
from legato.profiles.envelope import USE_CAP_MMHG, ZONE_CAP_MMHG, envelope
from legato.profiles.profile import Profile
from legato.profiles.schema import schema
from legato.profiles.step_bases import Placed
from legato.profiles.step_expansion import expand
from legato.profiles.steps import AnyStep, Circle, Glide, Pulse, Repeat, Rest, Together


def every(steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    """Every step as written, those inside `repeat` and `together` too."""
    for step in steps:
        yield step
        if isinstance(step, Repeat | Together):
            yield from every(step.steps)


def glides(name: str) -> list[Glide]:
    return [step for step in every(load.profile(name).steps) if isinstance(step, Glide)]


def circles(name: str) -> list[Circle]:
    return [step for step in every(load.profile(name).steps) if isinstance(step, Circle)]


def test_everything_the_articles_describe_is_built_in() -> None:
    assert set(load.builtin_profiles()) == {
        "chair_full", "circulation", "cramp_relief", "deep_tissue_widening", "diabetic_gentle", "doms_recovery",
        "edema_upward", "flexibility", "foam_roll", "foot_relax", "goddard", "knee_circles", "lymphedema_mld",
        "neuromuscular", "percussion_legs", "popliteal_sweep", "post_competition", "posture", "quick_relief",
        "rls_evening", "sciatica_ease", "shin_splints", "sleep_winddown",
    }  # fmt: skip


def test_the_library_uses_every_kind_of_step() -> None:
    used = {step.do for profile in load.builtin_profiles().values() for step in every(profile.steps)}
    assert used == set(schema("profile")["properties"]["steps"]["items"]["discriminator"]["mapping"])


def test_what_claims_to_stay_on_a_place_or_to_work_on_it_presses_one_muscle_at_a_time() -> None:
    everywhere = [step for profile in load.builtin_profiles().values() for step in every(profile.steps)]
    claims = [step for step in everywhere if step.title.startswith(("Stay on", "Work on"))]
    assert len(claims) >= 3
    assert {step.do for step in claims} == {"press"}


def test_what_follows_a_trial_or_a_therapist_is_directed_by_a_clinician() -> None:
    directed = {name for name, profile in load.builtin_profiles().items() if profile.clinician_directed}
    assert directed == {"lymphedema_mld", "rls_evening", "sciatica_ease", "diabetic_gentle"}


def test_a_file_is_called_as_its_routine(routine: Profile) -> None:
    assert load.profile(routine.name) == routine


def test_a_person_reads_what_it_is_for_where_it_comes_from_and_when_not(routine: Profile) -> None:
    assert min(len(text) for text in (routine.title, routine.purpose, routine.origin, *routine.cautions)) > 10
    assert routine.cautions


def test_every_movement_has_a_title_to_read_while_it_plays(routine: Profile) -> None:
    assert all(turn.step.title for turn in expand(routine.steps))


def test_every_routine_stays_below_the_cap_of_its_use_and_lets_go_at_the_end(routine: Profile) -> None:
    pressures = [getattr(step, "pressure_mmhg", 0.0) for step in every(routine.steps)]
    assert max(pressures) <= USE_CAP_MMHG[routine.use]
    last = routine.steps[-1]
    assert isinstance(last, Pulse) or (isinstance(last, Rest) and last.vent)


def test_the_back_of_the_knee_is_only_stroked_lightly_and_upward(routine: Profile) -> None:
    for step in every(routine.steps):
        if isinstance(step, Placed) and Zone.POPLITEAL in (step.from_, step.last):
            assert isinstance(step, Glide)
            assert step.pressure_mmhg <= ZONE_CAP_MMHG[Zone.POPLITEAL]
            assert STRETCH_CM[step.from_] < STRETCH_CM[step.last]


def test_it_plays_within_an_hour_on_every_device(routine: Profile, device: Device) -> None:
    schedule = compile_profile(routine, device, envelope(device, routine.use))
    assert 60_000 < schedule.duration_ms <= 3_600_000


def test_something_of_it_is_felt_on_every_device(routine: Profile, device: Device) -> None:
    schedule = compile_profile(routine, device, envelope(device, routine.use))
    felt = [s for s in schedule.setpoints if device.channels[s.channel].unit in ("mmHg", "%") and s.target > 10]
    assert len(felt) >= 6


def test_the_more_is_dropped_the_clearer_it_is_said_why(routine: Profile, device: Device) -> None:
    report = compile_profile(routine, device, envelope(device, routine.use)).report
    reasons = (
        f"{device.name} has no ",
        f"what {device.name} has there lies ",
        "nothing plays of the ",
        "the back of the knee is only ever stroked",
    )
    lost = [note for note in report.dropped if note.asked not in ("circles", "one spot")]
    assert all(note.why.startswith(reasons) for note in lost)
    assert len(set(report.dropped)) == len(report.dropped)


def test_goddard_is_ankle_to_thigh_five_times_then_knee_circles_then_up_behind_the_knee() -> None:
    up_the_leg, behind_the_knee = glides("goddard")
    assert (up_the_leg.from_, up_the_leg.last, up_the_leg.times) == (Zone.ANKLE, Zone.THIGH, 5)
    assert (up_the_leg.pressure_mmhg, up_the_leg.speed_cm_s) == (35, 4)
    assert up_the_leg.eased(35, Zone.KNEE) <= 30
    (circle,) = circles("goddard")
    assert circle.from_ is Zone.KNEE
    assert circle.pressure_mmhg + circle.ripple_mmhg <= 30
    assert (behind_the_knee.last, behind_the_knee.pressure_mmhg) == (Zone.POPLITEAL, 20)


def test_on_the_default_boots_every_stroke_plays_as_written(routine: Profile) -> None:
    boots = load.device("boots-6")
    report = compile_profile(routine, boots, envelope(boots, routine.use)).report
    assert (report.clipped, report.slowed) == ((), ())


def test_deep_tissue_strokes_lengthen_from_the_ankle_and_circles_widen_on_the_knee() -> None:
    deep = [step for step in glides("deep_tissue_widening") if step.pressure_mmhg >= 60]
    assert [step.from_ for step in deep] == [Zone.ANKLE] * 4
    assert [step.last for step in deep] == [Zone.ANKLE, Zone.CALF, Zone.KNEE, Zone.THIGH]
    radii = [r for c in circles("deep_tissue_widening") for r in (c.radius_cm, c.end_radius_cm or c.radius_cm)]
    assert radii == sorted(radii)
    assert radii[0] < radii[-1]


def test_while_the_calf_is_stretched_the_calf_is_pressed_and_not_the_thigh() -> None:
    boots, routine = load.device("boots-6"), load.profile("flexibility")
    schedule = compile_profile(routine, boots, envelope(boots, routine.use))
    begins = {mark.title: mark.session_ms for mark in schedule.marks}
    for lap in ("1 of 3", "2 of 3", "3 of 3"):
        times = range(begins[f"Stretch ({lap})"], begins[f"Short rest ({lap})"], 100)
        tops = {c.name: max(schedule.tracks[c.index].at(t) for t in times) for c in boots.channels}
        assert tops["left_calf"] == tops["right_calf"] == 50
        assert all(mmhg <= 6 for name, mmhg in tops.items() if "calf" not in name)


def test_restless_legs_get_29_mmhg_for_5_s_of_every_minute_for_an_hour() -> None:
    *_, pulse = load.profile("rls_evening").steps
    assert isinstance(pulse, Pulse)
    assert (pulse.pressure_mmhg, pulse.on_s, pulse.period_s) == (29, 5, 60)
    assert 55 <= pulse.times <= 60


@pytest.mark.parametrize(
    ("name", "device", "minutes"),
    [
        ("lymphedema_mld", "boots-6-hip", (45, 60)),
        ("diabetic_gentle", "boots-6", (10, 15)),
        ("rls_evening", "boots-6", (55, 60)),
        ("doms_recovery", "boots-6", (20, 30)),
        ("goddard", "boots-6", (5, 7)),
    ],
)
def test_it_lasts_as_long_as_its_source_says(name: str, device: str, minutes: tuple[int, int]) -> None:
    target, profile = load.device(device), load.profile(name)
    lasts = compile_profile(profile, target, envelope(target, profile.use)).duration_ms / 60_000
    assert minutes[0] <= lasts <= minutes[1]


def test_foot_relax_leaves_the_rest_of_the_leg_alone() -> None:
    placed = [step for step in every(load.profile("foot_relax").steps) if isinstance(step, Placed)]
    assert {zone for step in placed for zone in (step.from_, step.last)} == {Zone.FOOT, Zone.ANKLE}


def test_the_chair_programme_shows_all_that_a_chair_can_do() -> None:
    kinds = {step.do for step in every(load.profile("chair_full").steps)}
    assert kinds >= {"heat", "glide", "wave", "sequence", "knead", "vibrate", "percuss", "friction", "rest"}
