"""How an answer of the engine is told: in one word where a person stands. Pure."""

from datetime import date

from tiemchung.domain.schedule.answers import Assessment, Forecast, SeriesStatus

STATES = {
    "due": "Đến hạn",
    "overdue": "Quá hạn",
    "later": "Chưa đến ngày",
    "deferred": "Trì hoãn",
    "closed": "Chưa có hướng dẫn tiêm",
    "complete": "Đã đủ các mũi",
    "aged_out": "Quá tuổi",
    "contraindicated": "Chống chỉ định",
    "immune": "Đã có miễn dịch",
    "not_recommended": "Không khuyến nghị",
    "cannot_tell": "Chưa xác định được",
}


def state(forecast: Forecast, on: date) -> str:
    """Where somebody stands for what comes next, by the words of `STATES`."""
    if forecast.status is not SeriesStatus.not_complete:
        return forecast.status.value.lower().replace(" ", "_")
    if not forecast.preferred and not forecast.allowed and not _waits_for_age(forecast, on):
        return "closed"
    if forecast.earliest is not None and on < forecast.earliest:
        return "later"
    if forecast.deferred_until is not None or any(r.code == "deferred_until_over" for r in forecast.reasons):
        return "deferred"
    return "overdue" if forecast.past_due is not None and on > forecast.past_due else "due"


def basic(answer: Assessment, group: str) -> Forecast:
    """What an answer says of the basic course."""
    return next(each for each in answer.forecasts if each.vaccine_group == group and each.role in {None, "basic"})


def is_complete(forecast: Forecast) -> bool:
    """Whether a course is complete."""
    return forecast.status is SeriesStatus.complete


def _waits_for_age(forecast: Forecast, on: date) -> bool:
    return forecast.earliest is not None and on < forecast.earliest
