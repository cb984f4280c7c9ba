"""Times learnt from passages, and arrivals expected: against integration by brute force, and by counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import exp, log

import numpy as np
import pytest
from scipy import integrate, stats

from sarai.corridors.learnt import (
    Arrivals,
    Passage,
    Sighting,
    TravelTimes,
    network_prior,
    passages,
    place_near,
)
from sarai.corridors.loading import read

DAY = datetime(2026, 3, 1, tzinfo=UTC)

TABLES = {
    "places": "code,name,country,kind,latitude_deg,longitude_deg,source\n"
    "CNURM,Urumqi,CN,city,43.8,87.6,s\nKZDOS,Dostyk,KZ,post,45.2,82.4,s\nKZALA,Almaty,KZ,city,43.25,76.95,s\n",
    "legs": "code,start,end,mode,gauge_mm,distance_km,source\n"
    "a,CNURM,KZDOS,rail,1435,480,s\nb,KZDOS,KZALA,rail,1520,840,s\n",
    "paces": "mode,speed_kmh,source\nrail,40,s\n",
    "handlings": "kind,start,end,form,hours,source\npost,rail-1435,rail-1520,*,20,s\n",
    "borders": "start,end,mode,hours,source\n*,*,rail,30,s\n",
    "goods": "code,name,form,t_per_unit,source\nbox,Boxes,container,10,s\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def network():
    return read({name: [(name, text)] for name, text in TABLES.items()})


def unknown(start: str, end: str) -> None:
    return None


def passage(hours: float, came: datetime = DAY) -> Passage:
    return Passage(("i", "n"), "A", "B", came - timedelta(hours=hours), came)


# -- sightings -----------------------------------------------------------------------------------


def test_a_stay_is_no_part_of_a_passage():
    seen = [("A", 0), ("A", 5), ("B", 15), ("B", 40), ("C", 50)]
    sightings = [Sighting(("i", "1"), DAY + timedelta(hours=hour), place) for place, hour in seen]
    found = [(each.start, each.end, each.hours) for each in passages(reversed(sightings))]
    assert found == [("A", "B", 10.0), ("B", "C", 10.0)]


def test_consignments_are_kept_apart():
    two = [Sighting(("i", "1"), DAY, "A"), Sighting(("i", "2"), DAY + timedelta(hours=1), "B")]
    assert list(passages(two)) == []


def test_two_places_at_one_time_have_no_passage_between_them():
    assert list(passages([Sighting(("i", "1"), DAY, "A"), Sighting(("i", "1"), DAY, "B")])) == []


def test_a_position_is_at_the_place_that_is_near(network):
    assert place_near(network, 45.25, 82.48).code == "KZDOS"
    assert place_near(network, 45.25, 83.0) is None


# -- times ---------------------------------------------------------------------------------------


def test_the_network_says_what_nobody_has_made_yet(network):
    """Twelve hours to the border, thirty at it, twenty to change the gauge, twenty-one to go."""
    prior = network_prior(network, "box")
    mean_h, variance = prior("CNURM", "KZALA")
    assert mean_h == pytest.approx(480 / 40 + 30 + 20 + 840 / 40)
    assert variance == pytest.approx((0.25**2) * (12**2 + 30**2 + 20**2 + 21**2))
    assert TravelTimes(prior).time("CNURM", "KZALA").mean_h == pytest.approx(mean_h, rel=0.03)
    assert prior("CNURM", "CNURM") is None and prior("XXXXX", "KZALA") is None


def test_what_comes_next_is_what_integration_says():
    """The predictive density is the integral of the normal over the posterior, computed on its own."""
    hours = [40.0, 55.0, 47.0, 80.0]
    times = TravelTimes(lambda start, end: (50.0, 144.0))
    for each in hours:
        times.learn(passage(each))
    found = times.time("A", "B")
    spread = log(1 + 144 / 2500)
    mu0, kappa0, alpha0, beta0 = log(50) - spread / 2, 4.0, 3.0, spread * 2

    mu, variance = np.meshgrid(np.linspace(2.5, 5.5, 601), np.geomspace(2e-4, 3.0, 801), indexing="ij")
    posterior = (
        stats.invgamma.pdf(variance, alpha0, scale=beta0)
        * stats.norm.pdf(mu, mu0, np.sqrt(variance / kappa0))
        * np.prod([stats.norm.pdf(log(each), mu, np.sqrt(variance)) for each in hours], axis=0)
    )

    def whole(density: np.ndarray) -> float:
        inner = integrate.trapezoid(density, variance, axis=1)
        return integrate.trapezoid(inner, mu[:, 0])

    for y in (log(30), log(50), log(90)):
        predicted = whole(posterior * stats.norm.pdf(y, mu, np.sqrt(variance))) / whole(posterior)
        expected = stats.t.pdf((y - found.mu) / found.scale, found.freedom) / found.scale
        assert predicted == pytest.approx(expected, rel=0.002)


def test_enough_passages_outweigh_the_network():
    times = TravelTimes(lambda start, end: (50.0, 144.0))
    rng = np.random.default_rng(1)
    for each in np.exp(rng.normal(log(120), 0.3, 400)):
        times.learn(passage(float(each)))
    found = times.time("A", "B")
    assert found.median_h == pytest.approx(120, rel=0.05)
    assert found.variance == pytest.approx(0.09, rel=0.15)


def test_old_passages_fade_and_the_order_of_news_does_not_matter():
    old = [passage(20.0, DAY - timedelta(days=450)) for _ in range(20)]
    new = [passage(60.0 + index, DAY) for index in range(20)]
    forwards, backwards = TravelTimes(unknown), TravelTimes(unknown)
    for each in [*old, *new]:
        forwards.learn(each)
    for each in [*reversed(new), *old]:
        backwards.learn(each)
    assert forwards.time("A", "B").median_h > 64
    assert forwards.time("A", "B")._asdict() == pytest.approx(backwards.time("A", "B")._asdict())


def test_nothing_is_said_of_what_nobody_knows():
    times = TravelTimes(unknown)
    times.learn(passage(20.0))
    times.learn(passage(21.0))
    assert times.time("A", "B") is None
    assert Arrivals(times).expect("A", "B", DAY, DAY) is None
    times.learn(passage(22.0))
    assert times.time("A", "B").median_h == pytest.approx((20 * 21 * 22) ** (1 / 3))


# -- arrivals ------------------------------------------------------------------------------------


def took(rng: np.random.Generator) -> float:
    """Nothing like a lognormal: most go smoothly, one in six is stopped for days."""
    return float(20 + rng.gamma(4, 4) + (rng.random() < 1 / 6) * rng.uniform(48, 200))


@pytest.mark.parametrize("seed", range(4))
def test_eight_of_ten_come_within_the_interval(seed):
    """Of 1,500 that come one after the other; binomial, four standard deviations."""
    rng = np.random.default_rng(seed)
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    arrivals = Arrivals(times)
    inside = 0
    for index in range(2_000):
        left = DAY + timedelta(hours=index)
        hours = took(rng)
        if index >= 500:
            expected = arrivals.expect("A", "B", left, left)
            inside += expected.early <= left + timedelta(hours=hours) <= expected.late
        arrivals.came("A", "B", hours)
        times.learn(passage(hours, left + timedelta(hours=hours)))
    assert abs(inside / 1_500 - 0.8) < 4 * (0.16 / 1_500) ** 0.5


def test_who_has_not_come_is_expected_later_and_the_interval_still_holds():
    """Looked at again after 45 hours: of those that are still under way, eight in ten come within it."""
    rng = np.random.default_rng(7)
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    arrivals = Arrivals(times)
    inside = seen = 0
    for index in range(4_000):
        left, hours = DAY + timedelta(minutes=30 * index), took(rng)
        if index >= 1_000 and hours > 45:
            expected = arrivals.expect("A", "B", left, left + timedelta(hours=45))
            assert expected.early >= left + timedelta(hours=45)
            inside += expected.early <= left + timedelta(hours=hours) <= expected.late
            seen += 1
        arrivals.came("A", "B", hours)
        times.learn(passage(hours, left + timedelta(hours=hours)))
    assert seen > 500 and abs(inside / seen - 0.8) < 4 * (0.16 / seen) ** 0.5 + 1 / 100


def test_the_probability_to_be_late_is_what_is_counted():
    rng = np.random.default_rng(3)
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    arrivals = Arrivals(times)
    said, late = [], []
    for index in range(3_000):
        left, hours = DAY + timedelta(hours=index), took(rng)
        if index >= 500:
            said.append(arrivals.expect("A", "B", left, left, left + timedelta(hours=60)).late_probability)
            late.append(hours > 60)
        arrivals.came("A", "B", hours)
        times.learn(passage(hours, left + timedelta(hours=hours)))
    assert np.mean(said) == pytest.approx(np.mean(late), abs=0.03)


def test_without_experience_it_is_students_t(network):
    times = TravelTimes(network_prior(network, "box"))
    expected = Arrivals(times).expect("CNURM", "KZALA", DAY, DAY, DAY + timedelta(hours=100))
    time = times.time("CNURM", "KZALA")
    low = exp(time.mu + time.scale * stats.t.ppf(0.1, time.freedom))
    assert (expected.early - DAY).total_seconds() / 3600 == pytest.approx(low)
    assert expected.calibrated == 0 and expected.passages == 0
    chance = stats.t.sf((log(100) - time.mu) / time.scale, time.freedom)
    assert expected.late_probability == pytest.approx(chance, abs=1e-4)


@pytest.mark.parametrize(
    "gone", [timedelta(days=10), timedelta(days=1_000), timedelta(days=300_000)], ids=str
)
def test_what_is_lost_is_expected_within_a_year(gone: timedelta):
    """Student's t has no end: nine of ten that are far too late already would come within some centuries."""
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    expected = Arrivals(times).expect("A", "B", DAY, DAY + gone)
    assert DAY + gone <= expected.early <= expected.median <= expected.late
    assert expected.late <= DAY + gone + timedelta(days=366, seconds=1)


def test_a_date_in_no_calendar_is_not_told():
    """Whoever writes the last year there is into a document stops nobody's page."""
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    left = datetime(9999, 12, 31, 20, tzinfo=UTC)
    expected = Arrivals(times).expect("A", "B", left, DAY)
    assert left < expected.late <= datetime.max.replace(tzinfo=UTC)


def test_who_is_past_the_deadline_is_late():
    times = TravelTimes(lambda start, end: (30.0, 100.0))
    after = Arrivals(times).expect("A", "B", DAY, DAY + timedelta(hours=31), DAY + timedelta(hours=30))
    assert after.late_probability == 1.0
