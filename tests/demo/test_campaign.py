"""The demonstration campaign: the nation's curve, nobody too young, no dose too early, the same every time."""

import tracemalloc
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from tiemchung.demo.campaign import Batch, Dose, Person, TooManyDoses, batches, plan
from tiemchung.demo.curve import curve, shares
from tiemchung.demo.plan import Plan
from tiemchung.domain.schedule import read, tables
from tiemchung.domain.schedule.dates import add
from tiemchung.schema.load import rows

PEOPLE, DOSES = 20_000, 40_000
SCHEDULE = read.from_texts(read.shipped("vn-covid19")).schedule


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(PEOPLE, DOSES)


@pytest.fixture(scope="module")
def stream(planned: Plan) -> list[Batch]:
    return list(batches(planned))


@pytest.fixture(scope="module")
def histories(stream: list[Batch]) -> list[tuple[Person, list[Dose]]]:
    of: dict[int, list[Dose]] = defaultdict(list)
    for batch in stream:
        for dose in batch.doses:
            of[dose.person].append(dose)
    return [(person, of[person.index]) for batch in stream for person in batch.people]


def test_there_are_as_many_people_and_doses_as_asked(stream):
    assert [person.index for batch in stream for person in batch.people] == list(range(PEOPLE))
    assert sum(len(batch.doses) for batch in stream) == DOSES


def test_each_day_has_its_share_of_the_national_curve(stream):
    lines = list(rows("national_daily.csv"))
    wanted = shares(DOSES, [int(str(row["doses"])) for row in lines])
    given = Counter(day_of(dose.at) for batch in stream for dose in batch.doses)
    assert {date.fromisoformat(str(row["day"])): n for row, n in zip(lines, wanted, strict=True) if n} == given


@pytest.mark.parametrize("doses", [1, 377, 40_000, 197_910_353])
def test_the_curve_sums_to_any_number_of_doses(doses):
    days = curve(doses)
    assert sum(day.doses for day in days) == doses
    assert all(day.first + day.later + day.third == day.doses for day in days)


def test_first_doses_courses_and_boosters_are_in_the_nation_s_proportion(stream):
    counts = Counter((dose.role, dose.ordinal) for batch in stream for dose in batch.doses)
    after = counts["booster", 1] + counts["additional", 1]
    assert counts["basic", 1] / DOSES == pytest.approx(79_603_926 / 197_910_353, rel=0.02)
    assert after / DOSES == pytest.approx(40_851_505 / 197_910_353, rel=0.05)


def test_nobody_gets_a_product_too_young(histories):
    ages = tables.ages(SCHEDULE, "COVID-19")
    for person, doses in histories:
        for dose in doses:
            on = day_of(dose.at)
            assert any(
                row.product == dose.product
                and add(person.born, row.from_age) <= on
                and (row.to_age is None or on < add(person.born, row.to_age))
                for row in ages
                if row.until is None or on <= row.until
            ), (person, dose)
            assert _age(person.born, on) >= 18 or (
                dose.product == "PF" and dose.role == "basic" and on >= date(2021, 10, 14)
            )


def test_no_dose_comes_before_its_interval(histories):
    for _, doses in histories:
        for before, dose in pairwise(doses):
            on = day_of(dose.at)
            assert on >= day_of(before.at) + timedelta(days=_shortest(before, dose, on)), (before, dose)


def test_roles_and_ordinals_tell_a_course(histories):
    ends = {(row.product, row.number) for row in tables.course_doses(SCHEDULE) if row.completes}
    for _, doses in histories:
        told = [(dose.role, dose.ordinal) for dose in doses]
        basic = [dose for dose in doses if dose.role == "basic"]
        assert told[: len(basic)] == [("basic", k + 1) for k in range(len(basic))]
        assert len(told) - len(basic) <= 1
        if basic:
            last = [(dose.product, dose.ordinal) in ends for dose in basic]
            assert not any(last[:-1])
            assert len(told) == len(basic) or last[-1]


def test_all_eight_vaccines_are_used_once_they_are_licensed(stream):
    doses = [dose for batch in stream for dose in batch.doses]
    assert {dose.product for dose in doses} >= {"AZ", "PF", "MOD", "VC", "HV", "SPU1", "SPU2", "ABD"}
    firsts = {p: min(day_of(d.at) for d in doses if d.product == p) for p in ("PF", "MOD", "ABD")}
    assert firsts["PF"] >= date(2021, 7, 7)
    assert firsts["MOD"] >= date(2021, 7, 1)
    assert firsts["ABD"] >= date(2021, 9, 17)


def test_big_cities_come_first_and_regions_end_where_the_ministry_says(planned):
    first = Counter()
    adults = Counter()
    on = {"79": date(2021, 8, 31), "01": date(2021, 9, 20), "40": date(2021, 9, 20)}
    reached = Counter()
    regions = {"RRD": "north", "NMM": "north", "NCC": "centre", "CHL": "highlands", "SE": "south", "MKD": "south"}
    for cohort in planned.cohorts:
        if cohort.band != "adult":
            continue
        district = planned.country.districts[cohort.district]
        begun = planned.sessions[cohort.doses[0].session].day if cohort.doses else date.max
        adults[district.province] += cohort.people
        adults[regions[district.region]] += cohort.people
        first[district.province] += cohort.people * (begun <= on.get(district.province, date.min))
        reached[regions[district.region]] += cohort.people * (begun <= date(2021, 12, 30))
    assert first["79"] / adults["79"] > 0.6
    assert first["01"] / adults["01"] > 0.7
    assert first["40"] / adults["40"] < 0.45
    for region, wanted in (("north", 0.961), ("centre", 0.968), ("highlands", 0.968), ("south", 1.0)):
        assert reached[region] / adults[region] == pytest.approx(wanted, abs=0.03)


def test_a_session_has_one_product_of_one_lot_in_date_and_numbers_its_people(planned, stream):
    numbers: dict[int, list[int]] = defaultdict(list)
    for batch in stream:
        for dose in batch.doses:
            session, lot = planned.sessions[dose.session], planned.lots[dose.lot]
            numbers[dose.session].append(dose.turn)
            assert dose.product == session.product == lot.product
            assert day_of(dose.at) == session.day
            assert lot.first_used_on <= session.day < lot.expires_on
            assert 7 <= (datetime.fromtimestamp(dose.at, UTC) + timedelta(hours=7)).hour < 18
    assert all(sorted(own) == list(range(planned.sessions[s].people)) for s, own in numbers.items())
    assert len({(lot.product, lot.number) for lot in planned.lots}) == len(planned.lots)


def test_second_doses_are_given_where_the_first_were_or_near(planned, histories):
    province = planned.country.province_of
    for _, doses in histories:
        assert len({province(planned.sessions[dose.session].site) for dose in doses}) <= 1


def test_the_same_seed_gives_the_same_stream(stream):
    again = list(batches(plan(PEOPLE, DOSES)))
    assert again == stream
    other = next(batches(plan(PEOPLE, DOSES, seed=7)))
    assert other.people[0] != stream[0].people[0]


def test_the_featured_site_works(planned):
    codes = {planned.country.sites[session.site].code for session in planned.sessions}
    assert "46005" in codes


@pytest.mark.parametrize(("people", "doses"), [(1, 0), (1_000, 10), (500, 1_000), (3_000, 6_100)])
def test_any_size_works(people, doses):
    stream = list(batches(plan(people, doses)))
    assert sum(len(batch.people) for batch in stream) == people
    assert sum(len(batch.doses) for batch in stream) == doses


def test_more_doses_than_people_may_get_are_refused():
    with pytest.raises(TooManyDoses):
        plan(1_000, 5_000)


def test_memory_stays_that_of_the_plan_and_one_batch():
    planned = plan(100_000, 200_000)
    tracemalloc.start()
    for _ in batches(planned):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 100,000 people with their doses would take about 150 MB at once.
    assert peak < 40_000_000


def day_of(at: int) -> date:
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=7)).date()


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _shortest(before: Dose, dose: Dose, on: date) -> int:
    """The rules again, written from the papers and not from the planner."""
    if dose.role == "booster":
        return 90 if on >= date(2021, 12, 17) else 181
    if dose.role == "additional":
        assert on >= date(2021, 12, 17)
        return 28
    if before.product == "AZ":
        return 28 if on >= date(2021, 9, 20) and dose.product == "AZ" else 56
    return {"PF": 21, "MOD": 28, "VC": 21, "HV": 21, "SPU1": 21, "ABD": 14}[before.product]
