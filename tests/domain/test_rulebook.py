"""Publishing a schedule: two officers, a comparison that was read, a day from which it answers, and a history that stays."""

from datetime import date, timedelta

import pytest

from tests.arrange import a_member_of_staff
from tests.citizens import a_new_person
from tests.histories import a_dose
from tests.stores import acting
from tiemchung.domain import people, rulebook
from tiemchung.domain.rulebook import DraftId
from tiemchung.domain.schedule import read
from tiemchung.domain.schedule.wrong import ExampleFails, UnknownName
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

SHIPPED = read.shipped(rulebook.COVID)


def with_note(texts: dict[str, str], words: str = "# Một dòng ghi chú\n") -> dict[str, str]:
    """The same schedule, worded otherwise: another text with the same answers."""
    return texts | {"schedule.yaml": texts["schedule.yaml"] + words}


async def officers(db: Db) -> tuple[Db, Db]:
    return await acting(db, "national_operator"), await acting(db, "national_operator")


async def a_draft(author: Db, texts: dict[str, str] | None = None) -> DraftId:
    return await rulebook.write(author, texts or with_note(SHIPPED), "Thêm ghi chú")


async def read_by(second: Db, draft_id: DraftId) -> bytes:
    await rulebook.compare_waiting(second)
    return (await rulebook.open_comparison(second, draft_id)).digest


async def test_the_schedule_that_came_with_the_platform_answers_first(db: Db):
    force = await rulebook.in_force(db, date(2021, 8, 1))
    (first,) = await rulebook.history(db)
    assert force.rule_set_id == first.rule_set_id
    assert (first.author, first.approver) == (None, None)
    assert force.ready.schedule.rules.hash == first.digest.hex()


async def test_a_schedule_is_compiled_once_a_process(db: Db):
    first, again = [await rulebook.in_force(db, date(2021, 8, 1)) for _ in range(2)]
    assert first.ready is again.ready


async def test_a_change_is_published_by_two_officers_and_answers_from_its_day_on(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    digest = await read_by(second, draft_id)
    await rulebook.approve(second, draft_id, digest)
    today = clock.day_of(db.at)
    published = await rulebook.publish(second, draft_id, today + timedelta(days=3))
    assert (await rulebook.in_force(db, today + timedelta(days=2))).rule_set_id != published
    assert (await rulebook.in_force(db, today + timedelta(days=3))).rule_set_id == published
    newest, oldest = await rulebook.history(db)
    assert newest.rule_set_id == published
    assert newest.author is not None
    assert newest.approver is not None
    assert oldest.author is None
    assert (await rulebook.draft(db, draft_id)).status == "published"
    assert await rulebook.texts_of(db, published) == with_note(SHIPPED)


async def test_the_author_may_not_approve(db: Db):
    author, _ = await officers(db)
    draft_id = await a_draft(author)
    digest = await read_by(author, draft_id)
    with pytest.raises(rulebook.ApprovedByItsAuthor):
        await rulebook.approve(author, draft_id, digest)


async def test_nobody_approves_before_the_comparison_is_there(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    with pytest.raises(rulebook.NotCompared):
        await rulebook.approve(second, draft_id, (await rulebook.draft(db, draft_id)).digest)


async def test_nobody_approves_a_comparison_that_they_have_not_opened(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    digest = await read_by(author, draft_id)
    with pytest.raises(rulebook.NotRead):
        await rulebook.approve(second, draft_id, digest)


async def test_a_new_text_loses_its_comparison_and_its_approval(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    await rulebook.approve(second, draft_id, await read_by(second, draft_id))
    await rulebook.rewrite(author, draft_id, with_note(SHIPPED, "# Khác\n"), "Sửa lại")
    rewritten = await rulebook.draft(db, draft_id)
    assert (rewritten.status, rewritten.comparison, rewritten.approved_by) == ("comparing", None, None)
    with pytest.raises(rulebook.NotApproved):
        await rulebook.publish(second, draft_id, clock.day_of(db.at))


async def test_an_approval_of_a_text_that_has_changed_meanwhile_is_refused(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    digest = await read_by(second, draft_id)
    await rulebook.rewrite(author, draft_id, with_note(SHIPPED, "# Khác\n"), "Sửa lại")
    await read_by(second, draft_id)
    with pytest.raises(rulebook.NotCompared):
        await rulebook.approve(second, draft_id, digest)


async def test_nothing_is_published_into_the_past(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    await rulebook.approve(second, draft_id, await read_by(second, draft_id))
    with pytest.raises(rulebook.PublishedInThePast):
        await rulebook.publish(second, draft_id, clock.day_of(db.at) - timedelta(days=1))


async def test_a_draft_that_says_nothing_new_is_refused(db: Db):
    author, _ = await officers(db)
    with pytest.raises(rulebook.NothingChanged):
        await rulebook.write(author, SHIPPED, "Không đổi gì")


async def test_a_draft_whose_worked_cases_fail_is_refused(db: Db):
    author, _ = await officers(db)
    changed = SHIPPED["schedule.yaml"].replace(
        "minimum: 21 days, recommended: 21 days", "minimum: 22 days, recommended: 22 days"
    )
    with pytest.raises(ExampleFails) as wrong:
        await rulebook.write(author, SHIPPED | {"schedule.yaml": changed}, "Đổi khoảng cách")
    assert wrong.value.facts["file"] == "examples.yaml"
    assert wrong.value.facts["row"]


async def test_a_draft_that_names_an_unknown_product_is_refused(db: Db):
    author, _ = await officers(db)
    changed = SHIPPED["schedule.yaml"].replace("give: [{product: VC,", "give: [{product: VCX,", 1)
    with pytest.raises(UnknownName):
        await rulebook.write(author, SHIPPED | {"schedule.yaml": changed}, "Gõ nhầm")


async def test_only_the_author_rewrites_and_withdraws(db: Db):
    author, second = await officers(db)
    draft_id = await a_draft(author)
    with pytest.raises(rulebook.OnlyItsAuthor):
        await rulebook.rewrite(second, draft_id, with_note(SHIPPED, "# Khác\n"), "Sửa hộ")
    with pytest.raises(rulebook.OnlyItsAuthor):
        await rulebook.withdraw(second, draft_id)
    await rulebook.withdraw(author, draft_id)
    with pytest.raises(rulebook.DraftClosed):
        await rulebook.rewrite(author, draft_id, with_note(SHIPPED, "# Khác\n"), "Sửa lại")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (
            "update rule_set_draft set comparison = '{}', compared_digest = digest, compared_at = now(), "
            "approved_by = author_id, approved_at = now()",
            "draft_two_people",
        ),
        ("update rule_set_draft set approved_by = %(other)s, approved_at = now()", "draft_compared_as_it_is"),
        (
            "update rule_set_draft set comparison = '{}', compared_digest = digest, compared_at = now(), "
            "approved_by = %(other)s, approved_at = now()",
            "draft_read_before_approved",
        ),
        ("update rule_set_draft set rule_set_id = based_on", "draft_published_when_approved"),
        (
            "insert into rule_set (rule_set_id, code, disease, valid_from, body, digest, author_id, approved_by) "
            "select draft_id, code, 'COVID-19', now()::date, '{}', digest, author_id, author_id from rule_set_draft",
            "rule_set_two_people",
        ),
    ],
)
async def test_the_database_itself_holds_the_two_people(db: Db, change: str, constraint: str):
    author, _ = await officers(db)
    await a_draft(author)
    other, _ = await a_member_of_staff(db, "national_operator")
    with pytest.raises(Exception, match=constraint) as refused:
        await db.connection.execute(Query(change).encode(), {"other": other})
    assert constraint in str(refused.value)


async def test_a_comparison_counts_whom_a_change_moves(db: Db):
    author, second = await officers(db)
    today = clock.day_of(db.at)
    for number in range(2):
        person = await a_new_person(db, name=f"Trần Thị Nhắc Lại {number}", identifiers=[], contacts=[])
        person_id = (await people.register_person(db, person)).person_id
        for ordinal, days_ago in ((1, 160), (2, 100)):
            await a_dose(db, person_id, product="AZ", on=today - timedelta(days=days_ago), ordinal=ordinal)
    texts = SHIPPED | {
        "schedule.yaml": SHIPPED["schedule.yaml"].replace(
            "minimum: 3 months, recommended: 3 months, since: 2022-06-23",
            "minimum: 4 months, recommended: 4 months, since: 2022-06-23",
        ),
        "examples.yaml": "born: 1980-01-01\n",
    }
    draft_id = await a_draft(author, texts)
    await rulebook.compare_waiting(second)
    comparison = (await rulebook.draft(db, draft_id)).comparison
    assert comparison is not None
    assert (comparison.people, comparison.histories, comparison.moved, comparison.revalued) == (2, 1, 2, 0)
    told = {(line.state, line.role, line.ordinal): (line.before, line.after) for line in comparison.lines}
    assert told == {("due", "booster", 1): (2, 0), ("later", "booster", 1): (0, 2)}
