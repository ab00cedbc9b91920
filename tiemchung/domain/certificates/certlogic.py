"""CertLogic: the EU's language of business rules. Where its public tests and its text differ, the tests are followed."""

import calendar
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d{1,2}):?(\d\d)?)?")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?")
_FRAGMENTS = re.compile(r"[/#:]")
_DEEPEST = 64


class RuleError(ValueError):
    """An expression that cannot be worked out: the rule that holds it fails."""


def evaluate(rule: Any, data: Any, depth: int = 0) -> Any:
    """The value of an expression over data. Dates are aware datetimes. Raises `RuleError`, and nothing else."""
    if depth > _DEEPEST:
        raise RuleError("nested too deep")
    if isinstance(rule, str | bool) or _whole(rule):
        return rule
    if isinstance(rule, list):
        return [evaluate(part, data, depth + 1) for part in rule]
    if not isinstance(rule, dict) or len(rule) != 1:
        raise RuleError("an expression is a literal, a list, or an object of one operation")
    ((operator, operands),) = rule.items()
    if operator == "var":
        return _var(operands, data)
    operation = _OPERATIONS.get(operator)
    if operation is None:
        raise RuleError(f"no operation {operator!r}")
    if not isinstance(operands, list) or not operands:
        raise RuleError(f"{operator!r} wants a list of operands")
    return operation(operator, operands, data, depth + 1)


def truthy(value: Any) -> bool:
    """Whether a value counts as true; empty lists and objects do not. Raises `RuleError` for dates."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return bool(value)
    raise RuleError("a date is neither true nor false")


def _var(path: Any, data: Any) -> Any:
    if not isinstance(path, str):
        raise RuleError("'var' wants a path")
    if path == "":
        return data
    for part in path.split("."):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and len(part) < 10 and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _if(_: str, operands: list[Any], data: Any, depth: int) -> Any:
    guard, then, otherwise = _exactly(3, operands)
    return evaluate(then if truthy(evaluate(guard, data, depth)) else otherwise, data, depth)


def _and(_: str, operands: list[Any], data: Any, depth: int) -> Any:
    if len(operands) < 2:
        raise RuleError("'and' wants two operands or more")
    value: Any = True
    for operand in operands:
        value = evaluate(operand, data, depth)
        if not truthy(value):
            break
    return value


def _not(_: str, operands: list[Any], data: Any, depth: int) -> bool:
    (operand,) = _exactly(1, operands)
    return not truthy(evaluate(operand, data, depth))


def _same(_: str, operands: list[Any], data: Any, depth: int) -> bool:
    left, right = (evaluate(operand, data, depth) for operand in _exactly(2, operands))
    if isinstance(left, list | dict | datetime) or isinstance(left, bool) != isinstance(right, bool):
        return left is right
    return left == right


def _in(_: str, operands: list[Any], data: Any, depth: int) -> bool:
    left, right = (evaluate(operand, data, depth) for operand in _exactly(2, operands))
    if right is None:
        return False
    if not isinstance(right, list):
        raise RuleError("the right side of 'in' is a list")
    return any(left == one and isinstance(left, bool) == isinstance(one, bool) for one in right)


def _plus(_: str, operands: list[Any], data: Any, depth: int) -> int:
    left, right = (evaluate(operand, data, depth) for operand in _exactly(2, operands))
    if not _whole(left) or not _whole(right):
        raise RuleError("'+' adds whole numbers")
    return left + right


def _compare(operator: str, operands: list[Any], data: Any, depth: int) -> bool:
    if len(operands) not in {2, 3}:
        raise RuleError(f"{operator!r} wants two or three operands")
    values = [evaluate(operand, data, depth) for operand in operands]
    if operator in _DATE_WORDS:
        if not all(isinstance(value, datetime) for value in values):
            raise RuleError(f"{operator!r} compares dates")
    else:
        values = [0 if value is None else value for value in values]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            raise RuleError(f"{operator!r} compares numbers")
    holds = _COMPARISONS[_DATE_WORDS.get(operator, operator)]
    return all(holds(left, right) for left, right in itertools.pairwise(values))


def _plus_time(_: str, operands: list[Any], data: Any, depth: int) -> datetime:
    operand, amount, unit = _exactly(3, operands)
    text = evaluate(operand, data, depth)
    if not isinstance(text, str) or not _whole(amount):
        raise RuleError("'plusTime' wants a date as text and a whole number")
    at = _moment(text)
    try:
        if unit in {"day", "hour"}:
            return at + timedelta(**{f"{unit}s": amount})
        if unit in {"month", "year"}:
            year, month = divmod(at.month - 1 + (amount * 12 if unit == "year" else amount), 12)
            # A day that the month lacks runs over into the next: 29 February and a year is 1 March.
            return at.replace(year=at.year + year, month=month + 1, day=1) + timedelta(days=at.day - 1)
    except (OverflowError, ValueError):
        raise RuleError("a date out of range") from None
    raise RuleError(f"no unit {unit!r}")


def _reduce(_: str, operands: list[Any], data: Any, depth: int) -> Any:
    operand, step, initial = _exactly(3, operands)
    values, accumulator = evaluate(operand, data, depth), evaluate(initial, data, depth)
    if values is None:
        return accumulator
    if not isinstance(values, list):
        raise RuleError("'reduce' wants a list")
    for current in values:
        accumulator = evaluate(step, {"accumulator": accumulator, "current": current, "data": data}, depth)
    return accumulator


def _from_uvci(_: str, operands: list[Any], data: Any, depth: int) -> str | None:
    operand, index = _exactly(2, operands)
    text = evaluate(operand, data, depth)
    if (text is not None and not isinstance(text, str)) or not _whole(index):
        raise RuleError("'extractFromUVCI' wants an identifier and a whole number")
    parts = _FRAGMENTS.split(text.removeprefix("URN:UVCI:")) if text is not None else []
    return parts[int(index)] if 0 <= index < len(parts) else None


def _birth(_: str, operands: list[Any], data: Any, depth: int) -> datetime:
    (operand,) = _exactly(1, operands)
    text = evaluate(operand, data, depth)
    if not isinstance(text, str) or not (_DATE.fullmatch(text) or _PARTIAL.fullmatch(text)):
        raise RuleError("'dccDateOfBirth' wants a date of birth")
    return _moment(text)


def _moment(text: str) -> datetime:
    """A date, a time, or the last possible day of a month or a year."""
    try:
        if partial := _PARTIAL.fullmatch(text):
            year, month = int(partial[1]), int(partial[2] or 12)
            return datetime(year, month, calendar.monthrange(year, month)[1], tzinfo=UTC)
        if day := _DATE.fullmatch(text):
            return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
        if time := _TIME.fullmatch(text):
            zone = timedelta(hours=int(time[4] or 0), minutes=int(time[5] or 0))
            at = datetime.fromisoformat(time[1]).replace(
                tzinfo=UTC, microsecond=int((time[2] or ".0")[1:4].ljust(3, "0")) * 1000
            )
            return at - zone if time[3] != "-" else at + zone
    except (ValueError, OverflowError):  # calendar.IllegalMonthError is a ValueError
        pass
    raise RuleError(f"no date: {text[:40]!r}")


def _exactly(count: int, operands: list[Any]) -> list[Any]:
    if len(operands) != count:
        raise RuleError(f"{count} operands wanted")
    return operands


def _whole(value: Any) -> bool:
    """An integer; JSON knows no other, so 1.0 is one."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def text_of(value: Any) -> Any:
    """A result as JSON: moments as ISO 8601 in UTC with milliseconds, as the reference implementation writes them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, list):
        return [text_of(one) for one in value]
    return {key: text_of(one) for key, one in value.items()} if isinstance(value, dict) else value


_DATE_WORDS = {"after": ">", "before": "<", "not-after": "<=", "not-before": ">="}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_OPERATIONS: dict[str, Callable[[str, list[Any], Any, int], Any]] = {
    "if": _if,
    "and": _and,
    "!": _not,
    "===": _same,
    "in": _in,
    "+": _plus,
    "plusTime": _plus_time,
    "reduce": _reduce,
    "extractFromUVCI": _from_uvci,
    "dccDateOfBirth": _birth,
    **dict.fromkeys((*_COMPARISONS, *_DATE_WORDS), _compare),
}
