"""The usual changes to a schedule, written into its YAML for an officer: from a day on another number, product or mixture.

Only the rows concerned are touched; comments and all else stay as they were written. The row that held until then ends the
day before, and the new one names its paper. Whether the whole still makes sense is for `read.tried` to say.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
import yaml

from tiemchung.domain.schedule.read import PAPERS, SCHEDULE
from tiemchung.domain.schedule.rows import Confidence, Role
from tiemchung.domain.schedule.source import UNKNOWN
from tiemchung.domain.schedule.wrong import ScheduleWrong

DAY = timedelta(days=1)
Texts = dict[str, str]


class NothingOpen(ScheduleWrong):
    """No row holds without an end, so there is none to follow; facts: `file`, `row`."""

    sentence = "{row}: không có dòng nào đang áp dụng không thời hạn; hãy sửa nguyên văn."
    field = "target"
    rule = "open_row"


class NotAfterTheRowBefore(ScheduleWrong):
    """The change would begin before the row that it follows; facts: `file`, `row`, `first`."""

    sentence = "{row}: dòng đang có bắt đầu từ {first}; thay đổi phải bắt đầu sau ngày đó."
    field = "since"
    rule = "after_the_row_before"


class AlreadyAllowed(ScheduleWrong):
    """The product may be given for this dose already; facts: `file`, `row`."""

    sentence = "{row}: vắc xin này đang được dùng cho mũi này rồi."
    field = "product"
    rule = "not_allowed_yet"


class By(msgspec.Struct, frozen=True, kw_only=True):
    """From which day a change holds and by which paper; without a paper it is unsure."""

    since: date
    paper: str | None
    confidence: Confidence = Confidence.sourced

    def row(self, **facts: object) -> dict[str, object]:
        """The keys of a row of this change; what is None is left out."""
        kept = {name: fact for name, fact in facts.items() if fact not in (None, False)}
        row = kept | {"since": self.since, "paper": self.paper or UNKNOWN}
        return row if self.confidence is Confidence.sourced else row | {"confidence": self.confidence.value}


class Length(msgspec.Struct, frozen=True, kw_only=True):
    """Another interval before a dose of a series, which counts from where it did."""

    series: str
    dose: int
    minimum: str
    recommended: str | None = None
    past_due: str | None = None


class AgeBound(msgspec.Struct, frozen=True, kw_only=True):
    """Another age of a product, or of a dose of a series that has its own: `bound` is from_age or to_age."""

    product: str | None = None
    series: str | None = None
    dose: int | None = None
    bound: str
    at: str


class DoseVolume(msgspec.Struct, frozen=True, kw_only=True):
    """Another volume of a product, for one role where its rows differ by role."""

    product: str
    at: float
    role: Role | None = None


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """A product, or a mixture, that a dose of a series takes from now on."""

    series: str
    dose: int
    product: str
    when: str | None = None
    consent: bool = False


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is given no more: in one dose of a series, or in none at all."""

    product: str
    series: str | None = None
    dose: int | None = None


Change = Length | AgeBound | DoseVolume | Allowed | Stopped


def changed(texts: Mapping[str, str], change: Change, by: By) -> Texts:
    """The texts with a change written into them. Raises `NothingOpen`, `NotAfterTheRowBefore`, `AlreadyAllowed`."""
    paper = _Sheet(texts[SCHEDULE])
    match change:
        case Length():
            _another_interval(paper, change, by)
        case AgeBound():
            _another_age(paper, change, by)
        case DoseVolume():
            _another_volume(paper, change, by)
        case Allowed():
            _allow(paper, change, by)
        case Stopped():
            _stop(paper, change, by)
    return {**texts, SCHEDULE: paper.written()}


def with_paper(texts: Mapping[str, str], number: str, on: date, vi: str, en: str) -> Texts:
    """The texts with a line for a paper, unless it is there already."""
    known = {str(each["id"]) for each in yaml.safe_load(texts[PAPERS]) or ()}
    if number in known:
        return dict(texts)
    line = {"id": number, "date": on, "read": "none", "url": None, "changed": {"vi": vi, "en": en}}
    lines = yaml.safe_dump([line], allow_unicode=True, sort_keys=False, width=10_000)
    return {**texts, PAPERS: texts[PAPERS].rstrip("\n") + "\n" + lines}


class _Sheet:
    """A YAML text with its nodes, and the insertions to be made into it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: yaml.Node = yaml.compose(text, Loader=yaml.CSafeLoader)
        self._insertions: list[tuple[int, str]] = []

    def node(self, *way: str) -> yaml.Node | None:
        """The node at the end of a way of keys, None where one is missing."""
        found: yaml.Node | None = self._root
        for key in way:
            found = None if found is None else _of(found, key)
        return found

    def rows(self, *way: str) -> list[yaml.Node]:
        """The rows of a list, none where it is missing."""
        return _members(self.node(*way))

    def dose(self, series: str, dose: int, key: str) -> list[yaml.Node]:
        """The rows of a dose of a series."""
        for each in _members(self.node("series")):
            if _said(each, "id") == series:
                wanted = _members(_of(each, "doses"))[dose - 1 : dose]
                return [row for one in wanted for row in _members(_of(one, key))]
        return []

    def follow(
        self, rows: Sequence[yaml.Node], by: By, what: str, row: Callable[[yaml.Node], dict[str, object]]
    ) -> None:
        """End every row without an end the day before, and let another one follow each of them."""
        current = [each for each in rows if _said(each, "until") is None]
        if not current:
            raise NothingOpen(file=SCHEDULE, row=what)
        for each in current:
            self.end(each, by, what)
            self.add(each, row(each), after=rows[-1])

    def end(self, row: yaml.Node, by: By, what: str) -> None:
        """Let a row hold until the day before."""
        first = _said(row, "since")
        if first is not None and by.since <= date.fromisoformat(first):
            raise NotAfterTheRowBefore(file=SCHEDULE, row=what, first=first)
        self._insertions.append((row.end_mark.index - 1, f", until: {by.since - DAY}"))

    def add(self, beside: yaml.Node, row: dict[str, object], *, after: yaml.Node) -> None:
        """A row after the last of its list, laid out as its neighbours are."""
        line = yaml.safe_dump(row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000).strip()
        start = self._text.rfind("\n", 0, beside.start_mark.index) + 1
        lead = self._text[start : beside.start_mark.index]
        in_block = lead.strip() == "-"
        self._insertions.append((after.end_mark.index, f"\n{lead}{line}" if in_block else f", {line}"))

    def written(self) -> str:
        """The text with what was inserted."""
        text = self._text
        for at, words in sorted(self._insertions, key=lambda each: -each[0]):
            text = text[:at] + words + text[at:]
        return text


def _another_interval(paper: _Sheet, change: Length, by: By) -> None:
    rows = paper.dose(change.series, change.dose, "interval")

    def row(before: yaml.Node) -> dict[str, object]:
        after = _of(before, "after")
        roles = [str(each.value) for each in _members(after)]
        return by.row(
            after=roles or _said(before, "after"),
            minimum=change.minimum,
            recommended=change.recommended,
            past_due=change.past_due,
            local=_plain(_of(before, "local")),
        )

    paper.follow(rows, by, f"{change.series} {change.dose}", row)


def _another_age(paper: _Sheet, change: AgeBound, by: By) -> None:
    if change.series is None or change.dose is None:
        rows, what = paper.rows("products", change.product or "", change.bound), change.product or ""
    else:
        rows, what = paper.dose(change.series, change.dose, change.bound), f"{change.series} {change.dose}"
    paper.follow(rows, by, what, lambda row: by.row(at=change.at))


def _another_volume(paper: _Sheet, change: DoseVolume, by: By) -> None:
    role = None if change.role is None else change.role.value
    rows = [each for each in paper.rows("products", change.product, "volume_ml") if _said(each, "role") == role]

    def row(before: yaml.Node) -> dict[str, object]:
        ages = {name: _said(before, name) for name in ("from_age", "to_age", "role")}
        return by.row(at=change.at, **ages)

    paper.follow(rows, by, change.product, row)


def _allow(paper: _Sheet, change: Allowed, by: By) -> None:
    rows = paper.dose(change.series, change.dose, "give")
    what = f"{change.series} {change.dose}, {change.product}"
    if not rows:
        raise NothingOpen(file=SCHEDULE, row=what)
    if any(_said(each, "product") == change.product and _said(each, "until") is None for each in rows):
        raise AlreadyAllowed(file=SCHEDULE, row=what)
    row = by.row(product=change.product, when=change.when, consent=change.consent)
    paper.add(rows[0], row, after=rows[-1])


def _stop(paper: _Sheet, change: Stopped, by: By) -> None:
    if change.series is None or change.dose is None:
        product = paper.node("products", change.product)
        rows = [] if product is None else [product]
    else:
        rows = [
            each for each in paper.dose(change.series, change.dose, "give") if _said(each, "product") == change.product
        ]
    rows = [each for each in rows if _said(each, "until") is None]
    if not rows:
        raise NothingOpen(file=SCHEDULE, row=change.product)
    for each in rows:
        paper.end(each, by, change.product)


def _of(node: yaml.Node, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _members(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _plain(node: yaml.Node | None) -> dict[str, object] | None:
    """What a paper leaves to provinces stays left to them."""
    if not isinstance(node, yaml.MappingNode):
        return None
    said = {str(name.value): str(value.value) for name, value in node.value}
    return {name: date.fromisoformat(text) if name == "since" else text for name, text in said.items()}


def _said(row: yaml.Node, key: str) -> str | None:
    found = _of(row, key)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None
