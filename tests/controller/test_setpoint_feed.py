"""The feed: far enough ahead, never too far, never more than the device has room for, and everything once."""

from hypothesis import given
from hypothesis import strategies as st

from legato.controller.link.host_messages import SetPoints
from legato.controller.session.setpoint_feed import AHEAD_MS, REFILL_MS, SetpointFeed
from legato.firmware import wire
from legato.profiles.schedule import SetPoint

END_MS = 60_000

rows_of_a_schedule = st.lists(
    st.builds(
        SetPoint,
        st.integers(0, END_MS // 10).map(lambda tick: tick * 10),
        st.integers(0, 11),
        st.integers(0, 200).map(lambda half: half / 2),
        st.integers(0, 3_000).map(lambda tick: tick * 10),
    ),
    max_size=300,
).map(lambda rows: tuple(sorted(rows)))


def all_frames(feed: SetpointFeed, session_ms: int, room: int) -> list[SetPoints]:
    frames = []
    while (frame := feed.next_frame(session_ms, room)) is not None:
        room -= len(frame.rows)
        frames.append(frame)
    return frames


@given(rows_of_a_schedule)
def test_every_set_point_goes_exactly_once_and_in_order(rows: tuple[SetPoint, ...]) -> None:
    feed = SetpointFeed(rows, 0, END_MS)
    frames = [frame for now in range(0, END_MS + 1, 100) for frame in all_frames(feed, now, 256)]
    sent = [row for frame in frames for row in frame.rows]
    assert [row.when_ms for row in sent] == [row.when_ms for row in rows]
    for channel in {row.channel for row in rows}:
        assert [row for row in sent if row.channel == channel] == [row for row in rows if row.channel == channel]
    assert feed.is_done
    assert [frame.end for frame in frames] == [False] * (len(frames) - 1) + [True]


def test_what_asks_the_same_at_the_same_moment_goes_side_by_side_and_costs_two_bytes() -> None:
    both = (SetPoint(0, 0, 35.0, 900), SetPoint(0, 1, 6.0, 500), SetPoint(0, 6, 35.0, 900), SetPoint(0, 7, 6.0, 500))
    frame = SetpointFeed(both, 0, END_MS).next_frame(0, 256)
    assert frame is not None
    assert [row.channel for row in frame.rows] == [1, 7, 0, 6]
    assert len(frame.pack()) == 4 + 4 + 2 + 4 + 2


@given(rows_of_a_schedule, st.integers(1, 300))
def test_nothing_goes_too_far_ahead_and_no_frame_is_too_long(rows: tuple[SetPoint, ...], room: int) -> None:
    feed = SetpointFeed(rows, 0, END_MS)
    for now in range(0, END_MS + 1, 100):
        for frame in all_frames(feed, now, room):
            assert frame.complete_ms <= now + AHEAD_MS
            assert all(frame.base_ms <= row.when_ms <= now + AHEAD_MS for row in frame.rows)
            assert len(frame.pack()) <= wire.MAX_PAYLOAD


@given(rows_of_a_schedule)
def test_what_is_promised_complete_lacks_nothing(rows: tuple[SetPoint, ...]) -> None:
    feed, gone = SetpointFeed(rows, 0, END_MS), 0
    for now in range(0, END_MS + 1, 100):
        for frame in all_frames(feed, now, 256):
            gone += len(frame.rows)
            assert all(row.when_ms >= frame.complete_ms for row in rows[gone:])


@given(rows_of_a_schedule)
def test_two_seconds_are_always_in_hand_where_there_is_room(rows: tuple[SetPoint, ...]) -> None:
    feed = SetpointFeed(rows, 0, END_MS)
    for now in range(0, END_MS + 1, 100):
        all_frames(feed, now, 10_000)
        assert feed.is_done or feed.complete_ms - now >= REFILL_MS > 2_000


@given(rows_of_a_schedule, st.integers(-5, 40))
def test_the_room_in_the_devices_queue_is_respected(rows: tuple[SetPoint, ...], room: int) -> None:
    frames = all_frames(SetpointFeed(rows, 0, END_MS), 0, room)
    assert sum(len(frame.rows) for frame in frames) <= max(room, 0)


def test_frames_fill_up_before_they_go() -> None:
    rows = tuple(SetPoint(100 * i, i % 6, 30.0, 500) for i in range(600))
    feed, sizes = SetpointFeed(rows, 0, END_MS), []
    for now in range(0, END_MS + 1, 100):
        sizes += [len(frame.rows) for frame in all_frames(feed, now, 256)]
    assert min(sizes[:-1]) >= 22


def test_a_routine_with_nothing_to_say_only_moves_the_watermark() -> None:
    feed = SetpointFeed((), 0, END_MS)
    first = feed.next_frame(0, 256)
    assert first == SetPoints(0, AHEAD_MS, ())
    assert feed.next_frame(AHEAD_MS - REFILL_MS, 256) is None
    assert feed.next_frame(AHEAD_MS - REFILL_MS + 10, 256) is not None
