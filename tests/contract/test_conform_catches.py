"""For every rule of the conformance kit a firmware that breaks it: the kit must notice, and say what is wrong."""

from collections.abc import Callable

import pytest

from firmware import wire
from firmware.core import Core
from legato.conform.kit import Report
from legato.conform.rules import RULES
from tests.contract import sabotage_frames as frames
from tests.contract import sabotage_sessions as sessions
from tests.contract.tampering import answering

SABOTAGE: dict[str, tuple[Callable[[Core], None], str]] = {
    "byte_by_byte": (frames.decoding(frames.forgets_halves), "no REPLY"),
    "bad_crc": (frames.trusts_every_frame, "answers what is no frame"),
    "cut_short": (frames.decoding(frames.counts_nothing), "0 bad frames"),
    "too_long": (frames.decoding(frames.never_recovers), "no "),
    "empty_frames": (frames.decoding(frames.counts_empty_frames), "bad frames, not 0"),
    "echo": (frames.answers_an_echo, "answers what is no frame"),
    "junk_flood": (frames.decoding(frames.gives_up_in_a_flood), "the session"),
    "welcome": (frames.has_few_slots, "8 queue slots"),
    "description_parts": (frames.gives_whole_parts_only, "no DESCRIPTION from 1 on"),
    "description_hash": (frames.has_another_hash, "the hash is 0000000000000000"),
    "malformed": (answering(wire.MALFORMED), "answer 0"),
    "unknown_kind": (answering(wire.UNKNOWN, wire.MALFORMED), "gets answer 9"),
    "arm": (frames.begins_anew_on_a_repeated_arm, "begun the session anew"),
    "one_session_at_a_time": (frames.arms_twice, "not NOT_NOW"),
    "stale_boot": (frames.takes_any_boot, "not WRONG_BOOT"),
    "stale_nonce": (frames.takes_any_nonce, "not WRONG_NONCE"),
    "session_zero": (answering(wire.MALFORMED), "not MALFORMED"),
    "stale_session": (frames.takes_any_session, "not WRONG_SESSION"),
    "any_session": (frames.greets_its_own_host_only, "no WELCOME"),
    "duplicates": (frames.before_each_frame(frames.takes_the_last_again), "slots are free"),
    "reordering": (frames.before_each_frame(frames.takes_any_number), "not OUT_OF_ORDER"),
    "numbers_go_round": (frames.before_each_frame(frames.skips_zero), "frame 255"),
    "queue_limit": (answering(wire.QUEUE_FULL), "not QUEUE_FULL"),
    "over_limit": (frames.has_no_caps, "not OVER_LIMIT"),
    "too_far_ahead": (frames.has_no_horizon, "not TOO_FAR_AHEAD"),
    "too_late": (frames.before_each_frame(frames.forgets_the_watermark), "not TOO_LATE"),
    "malformed_rows": (answering(wire.MALFORMED), "not MALFORMED"),
    "long_session": (frames.before_each_frame(frames.forgets_the_watermark), "the plan lasts for"),
    "after_the_end": (frames.before_each_frame(frames.forgets_the_end), "not NOT_NOW"),
    "wrong_state": (answering(wire.NOT_NOW), "not NOT_NOW"),
    "always_welcome": (sessions.refuses_stop_in_idle, "not OK"),
    "repeated_epoch": (sessions.forgets_epochs, "not (90, 0, 7)"),
    "gain": (sessions.jumps_to_a_gain, "the gain is 60 %"),
    "session_time": (sessions.runs_at_half_speed, "session time went on by"),
    "start_on_time": (sessions.starts_at_once, "session ms is"),
    "start_anew": (sessions.begins_when_it_was_told_first, "answered NOT_NOW"),
    "trim": (sessions.keeps_its_own_pace, "session ms is"),
    "pause_and_resume": (sessions.goes_on_in_a_pause, "goes on while it is paused"),
    "pause_ahead": (sessions.pauses_at_once, "not at 700"),
    "seek": (sessions.keeps_the_queue_on_seek, "free slots"),
    "stop": (sessions.releases_slowly, "not about 1000"),
    "completes": (sessions.ends_with_another_word, "not COMPLETED"),
    "told_at_once": (sessions.waits_for_the_beat, "a new state was told"),
    "clock": (sessions.has_a_fast_clock, "its clock went on"),
    "status_beat": (sessions.tells_every_tick, "STATUS comes every 10 ms"),
    "status_numbers": (sessions.skips_numbers, "STATUS numbers"),
    "counters": (sessions.tells_no_slack, "slack are (1, 256, 0)"),
    "holds": (sessions.runs_unfilled, "it measures"),
    "slew": (sessions.does_not_slew, "the command rose"),
    "pause_vents": (sessions.presses_on_in_a_pause, "it commands 12 mmHg"),
    "under_run": (sessions.waits_for_ever, "no STATUS with state STOPPING"),
    "under_run_mended": (sessions.waits_for_nothing, "NOT_NOW"),
    "short_silence": (sessions.is_impatient, "after 1 s of silence"),
    "silence": (sessions.never_minds_silence, "no STATUS with state STOPPING"),
    "foreign_life": (sessions.hears_life_in_everything, "everything is off after"),
    "silence_is_final": (sessions.changes_its_mind, "everything is off after"),
    "estop_at_once": (sessions.stops_at_the_next_tick, "after the frame was handled"),
    "estop_always": (sessions.stops_sessions_only, "no FAULT"),
    "fault_repeated": (sessions.tells_a_fault_once, "1 times in 1.1 s"),
    "latched": (sessions.clears_any_number, "not NOT_NOW"),
    "first_cause": (sessions.keeps_the_last_cause, "made another fault"),
    "no_clear_under_pressure": (sessions.clears_under_pressure, "not NOT_NOW"),
}


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_the_kit_catches_a_firmware_that_breaks(name: str, conformance: Callable[..., Report]) -> None:
    sabotage, says = SABOTAGE[name]
    (verdict,) = conformance("wrap-3", [name], sabotage).verdicts
    assert says in (verdict.broken or "nothing is wrong")
