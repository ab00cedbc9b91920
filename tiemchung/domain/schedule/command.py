"""`tiemchung schedule assess`: JSON lines in, one JSON line out for each, in the words of CDC's own test cases."""

import sys
from collections.abc import Iterable, Iterator

import msgspec

from tiemchung.domain.schedule.answers import Assessment, Evaluation, SeriesStatus
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.lines import BadLine, Question, read

DONE, BAD_SCHEDULE = 0, 2
encode = msgspec.json.Encoder().encode


def assess(schedule: Schedule) -> int:
    """Answer standard input line by line; a line that is wrong is answered with what is wrong, and the rest goes on."""
    out = sys.stdout.buffer
    for answered in answers(schedule, sys.stdin.buffer):
        out.write(encode(answered) + b"\n")
        out.flush()
    return DONE


def answers(schedule: Schedule, lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
    """The answer to each line, blank ones included: as many lines come out as went in."""
    for line in lines:
        try:
            question = read(line, schedule)
        except BadLine as wrong:
            yield {"id": wrong.id, "error": {"field": wrong.field, "rule": wrong.rule}}
            continue
        yield _answer(schedule, question)


def _answer(schedule: Schedule, question: Question) -> dict[str, object]:
    found = _ask(schedule, question, question.group.name)
    forecasts = [each for each in found.forecasts if each.vaccine_group == question.group.name]
    answer: dict[str, object] = {"id": question.id, "evaluations": _evaluations(schedule, question, found)}
    if not forecasts:
        # No series is meant for this person: nothing is asked for.
        return answer | {
            "series_status": SeriesStatus.not_recommended.value,
            "forecast_number": None,
            "earliest": None,
            "recommended": None,
            "past_due": None,
        }
    due = found.next(question.group.name)
    return answer | {
        "series_status": due.status.value,
        "forecast_number": None if due.number is None else str(due.number),
        "earliest": due.earliest,
        "recommended": due.recommended,
        "past_due": due.past_due,
    }


def _evaluations(schedule: Schedule, question: Question, found: Assessment) -> list[dict[str, object]]:
    """One for each dose, in the order of the line. A dose of another group is worth what it is worth there."""
    by_index = {each.index: each for each in found.evaluations}
    if len(by_index) < len(question.doses):
        by_index = {each.index: each for each in _ask(schedule, question, None).evaluations} | by_index
    return [
        {"date": said.date, "cvx": said.cvx} | _worth(by_index.get(index)) for index, said in enumerate(question.said)
    ]


def _worth(evaluation: Evaluation | None) -> dict[str, object]:
    if evaluation is None:
        return {"status": "Extraneous", "reason": "no_series"}
    reason = evaluation.reasons[0].code if evaluation.reasons else None
    return {"status": evaluation.status.value, "reason": reason}


def _ask(schedule: Schedule, question: Question, group: str | None) -> Assessment:
    return schedule.assess(
        question.subject,
        question.doses,
        question.findings,
        on=question.on,
        place=question.place,
        known_at=question.known_at,
        vaccine_group=group,
    )
