"""How an assessment came about, in plain words: each decision of the engine as a sentence."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from tiemchung.domain.schedule.answers import Step
from tiemchung.domain.schedule.read import Ready

# What the engine decided about a dose or a series.
OUTCOME_WORDS = {
    "Valid": "được tính",
    "Not Valid": "không được tính",
    "Extraneous": "không được tính",
    "Sub-standard": "không được tính",
    "Cannot Tell": "chưa xác định được",
    "Complete": "đã đủ",
    "Not Complete": "chưa đủ",
    "Aged Out": "quá tuổi",
    "Contraindicated": "chống chỉ định",
    "Immune": "đã có miễn dịch",
    "Not Recommended": "không cần tiêm",
}
WHY_WORDS = {
    "too_young": "chưa đủ tuổi",
    "too_old": "quá tuổi của liệu trình",
    "too_soon": "chưa đủ khoảng cách",
    "wrong_product": "không phải vắc xin của mũi này",
    "wrong_age_for_product": "vắc xin không dùng ở tuổi này",
    "not_in_force": "quy định chưa có hoặc không còn hiệu lực ngày đó",
    "surplus": "các mũi của liệu trình đã đủ",
    "same_day": "hai mũi trong một ngày",
    "inadvertent": "vắc xin không bao giờ được tính",
    "in_future": "ngày tiêm ở tương lai",
    "before_birth": "ngày tiêm trước ngày sinh",
    "substandard": "liều bị thu hồi hoặc bảo quản sai",
    "expired_lot": "lô đã hết hạn",
}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision in words, with the rule rows and papers that decided."""

    words: str
    rules: str
    papers: list[str]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions about one course, in the order in which they were taken."""

    course: str
    decisions: list[Decision]


def told(trace: tuple[Step, ...], ready: Ready, translate: Callable[[str], str]) -> list[Told]:
    """A trace in words, course by course; courses that none of the doses belongs to are left out."""
    names = {series.id: series.name for series in ready.schedule.rules.series}
    papers = dict(_papers(ready))
    found: list[Told] = []
    for step in trace:
        if step.question == "series":
            words = translate("{course}: {outcome}").format(
                course=translate(step.facts["series"]), outcome=translate(OUTCOME_WORDS[step.outcome])
            )
            found.append(Told(course=words, decisions=[]))
            continue
        course = translate(names[step.facts["series"]])
        if not found or found[-1].course != course:
            found.append(Told(course=course, decisions=[]))
        rules = [rule.strip() for rule in (step.rule or "").split(",") if rule.strip()]
        named = dict.fromkeys(paper for rule in rules if (paper := papers.get(rule)))
        found[-1].decisions.append(
            Decision(words=_sentence(step, ready, translate), rules=", ".join(rules), papers=list(named))
        )
    return [each for each in found if not each.decisions or any("✓" in one.words for one in each.decisions)]


def _sentence(step: Step, ready: Ready, translate: Callable[[str], str]) -> str:
    on = f"{date.fromisoformat(step.facts['on']):%d/%m/%Y}"
    if step.question != "dose":
        return translate("Ngày {on}: mũi {number} không cần đến").format(on=on, number=step.facts.get("target", ""))
    products = {product.code: product.name for product in ready.schedule.rules.products}
    product = products[step.facts["product"]]
    if step.outcome == "Valid":
        number = step.facts["target"]
        return "✓ " + translate("{product} ngày {on}: được tính là mũi {number} của liệu trình này").format(
            product=product, on=on, number=number
        )
    why = step.facts.get("why", "")
    return translate("{product} ngày {on}: {outcome} ở đây, vì {why}").format(
        product=product,
        on=on,
        outcome=translate(OUTCOME_WORDS[step.outcome]),
        why=translate(WHY_WORDS[why]) if why in WHY_WORDS else why,
    )


def _papers(ready: Ready) -> Iterator[tuple[str, str | None]]:
    for series in ready.schedule.rules.series:
        for dose in series.doses:
            yield from ((row.rule, row.paper) for row in (*dose.ages, *dose.intervals, *dose.preferable))
