"""The contest's tables: which figures are shown where."""

from bench.peers.contest import Contest, Entry
from bench.peers.tables import tables
from bench.stress.spread import Spread
from bench.stress.trial import LEGATO, HostCondition, Trial
from bench.table import markdown


def trial(p50: float, p99: float, worst: float, lost: int = 0) -> Trial:
    device = {"received": 8000, "sent": 16000, "late_max_ms": p50, "is_realtime": True}
    return Trial(Spread(p50, p99, worst, lost, 1600), {}, device)


def contest() -> Contest:
    done = Contest()
    for condition in HostCondition:
        done.entries["Legato", condition] = Entry([trial(1, 2, 3), trial(2, 9, 1200, lost=4), trial(3, 4, 5)])
        done.stolen[condition] = [0.1, 0.7, 0.0]
    return done


def test_each_condition_shows_what_tells_most_of_it() -> None:
    who, _ = tables(contest(), [LEGATO], 20, 3)
    assert who.rows == [
        (
            "Legato",
            "2.0 / 4.0 / 5.0 (4 lost)",
            "4.0 / 5.0 (4 lost)",
            "4.0 / 5.0 (4 lost)",
            "4.0 / 5.0 / 4",
            "5.0",
            "10.0",
        )
    ]
    assert "medians of 3 runs" in who.note


def test_how_good_it_was_to_measure_in_is_the_worst_of_all_runs() -> None:
    _, conditions = tables(contest(), [LEGATO], 20, 3)
    assert conditions.rows[0] == ("quiet", "3.0 ms", "0.7 %")
    assert "real-time priority" in conditions.note


def test_without_real_time_priority_the_table_says_so() -> None:
    done = contest()
    done.is_realtime = False
    assert "not permitted" in tables(done, [LEGATO], 20, 3)[1].note


def test_as_markdown_every_row_has_as_many_cells_as_the_head() -> None:
    text = markdown(tables(contest(), [LEGATO], 20, 3)[0])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 3
    assert {row.count("|") for row in rows} == {8}
