"""Restrictions combine to the tightest, and every one of them says why."""

from hypothesis import given
from hypothesis import strategies as st

from legato.profiles.anatomy import Face, Zone
from legato.profiles.restrictions import Limit, Means, Restrictions

LIMITS = st.builds(Limit, st.floats(1, 110), st.sampled_from(["age", "wish", "veins"]))
RESTRICTIONS = st.builds(
    Restrictions,
    cap_mmhg=st.none() | LIMITS,
    zone_caps_mmhg=st.dictionaries(st.sampled_from(Zone), LIMITS),
    hold_s=st.none() | LIMITS,
    forbidden=st.dictionaries(st.sampled_from(Means), st.just("because")),
    left_out=st.dictionaries(st.sampled_from(Zone), st.just("because")),
)


def test_no_restrictions_restrict_nothing() -> None:
    assert Restrictions().cap_at(Zone.CALF, Face.AROUND) is None


@given(RESTRICTIONS)
def test_no_restrictions_change_nothing(some: Restrictions) -> None:
    assert some & Restrictions() == some == Restrictions() & some


@given(RESTRICTIONS, RESTRICTIONS)
def test_the_order_does_not_matter(a: Restrictions, b: Restrictions) -> None:
    assert a & b == b & a


@given(RESTRICTIONS, RESTRICTIONS, st.sampled_from(Zone), st.sampled_from(Face))
def test_both_are_never_looser_than_either(a: Restrictions, b: Restrictions, zone: Zone, face: Face) -> None:
    both, caps = (a & b).cap_at(zone, face), [cap for one in (a, b) if (cap := one.cap_at(zone, face))]
    assert (both is None) == (not caps)
    assert all(both is not None and both.value <= cap.value for cap in caps)


def test_a_zone_keeps_its_own_cap_below_the_one_for_all() -> None:
    some = Restrictions(cap_mmhg=Limit(50, "wish"), zone_caps_mmhg={Zone.KNEE: Limit(15, "nerve")})
    assert some.cap_at(Zone.KNEE, Face.AROUND) == Limit(15, "nerve")
    assert some.cap_at(Zone.THIGH, Face.AROUND) == Limit(50, "wish")


def test_a_zone_left_out_gets_nothing() -> None:
    assert Restrictions(left_out={Zone.POPLITEAL: "veins"}).cap_at(Zone.POPLITEAL, Face.BACK) == Limit(0, "veins")


def test_what_presses_only_the_front_of_the_knee_spares_its_back() -> None:
    veins = Restrictions(left_out={Zone.POPLITEAL: "veins"})
    assert veins.cap_at(Zone.KNEE, Face.FRONT) is None
    assert veins.cap_at(Zone.KNEE, Face.AROUND) == Limit(0, "veins")
