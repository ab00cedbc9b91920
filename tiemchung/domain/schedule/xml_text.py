"""Reading the texts of CDC's XML: each may be missing, blank or "n/a", which all mean that nothing is said."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from tiemchung.domain.schedule.dates import BadDuration, Duration, parse

Element = ElementTree.Element
NOTHING = frozenset({"", "n/a", "na", "none", "-"})
CODE = re.compile(r"\((\w+)\)\s*$|^(\w+)$")
NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?)\s*[A-Za-z]*$")
DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
AMERICAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class BadSchedule(ValueError):
    """A schedule file that cannot be understood: which file, where in it, and what is wrong there."""

    def __init__(self, file: str, where: str, wrong: str) -> None:
        super().__init__(f"{file}: {where}: {wrong}")
        self.file, self.where, self.wrong = file, where, wrong


def root(file: Path) -> Element:
    """The file's outermost element. Raises `BadSchedule`."""
    try:
        # The files are CDC's, laid into a folder by an officer; expat itself bounds the growth of entities.
        return ElementTree.parse(file).getroot()  # noqa: S314
    except ElementTree.ParseError as wrong:
        raise BadSchedule(file.name, "xml", str(wrong)) from None


class Reader:
    """One element of one file, so that what is wrong can be said with its place."""

    def __init__(self, file: str, element: Element, where: str) -> None:
        self.file, self.element, self.where = file, element, where

    def each(self, path: str) -> "list[Reader]":
        """The elements of a path that say anything, with their number in their place."""
        found = self.element.findall(path)
        return [
            Reader(self.file, element, f"{self.where}/{element.tag}{number}")
            for number, element in enumerate(found, start=1)
            if any((part.text or "").strip() for part in element.iter())
        ]

    def text(self, path: str) -> str | None:
        """A text, or None where nothing is said."""
        text = (self.element.findtext(path) or "").strip()
        return None if text.lower() in NOTHING else text

    def texts(self, path: str) -> list[str]:
        """Every text of a path that says anything."""
        texts = ((element.text or "").strip() for element in self.element.findall(path))
        return [text for text in texts if text.lower() not in NOTHING]

    def need(self, path: str) -> str:
        """A text that must be there. Raises `BadSchedule`."""
        text = self.text(path)
        if text is None:
            raise self.wrong(path, "missing")
        return text

    def codes(self, path: str) -> frozenset[str]:
        """Codes between semicolons or commas, alone or in brackets after a name. Raises `BadSchedule`."""
        codes: set[str] = set()
        for part in re.split(r"[;,]", self.text(path) or ""):
            if part.strip():
                match = CODE.search(part.strip())
                if match is None:
                    raise self.wrong(path, part)
                codes.add(cvx(match[1] or match[2]))
        return frozenset(codes)

    def numbers(self, path: str) -> frozenset[str]:
        """Numbers of groups, as they are written."""
        return frozenset(re.findall(r"\w+", self.text(path) or ""))

    def duration(self, path: str) -> Duration | None:
        """A length of calendar time. Raises `BadSchedule`."""
        text = self.text(path)
        try:
            return None if text is None else parse(text.replace("–", "-"))
        except BadDuration:
            raise self.wrong(path, text or "") from None

    def day(self, path: str) -> date | None:
        """A day, in either of the ways CDC has written them. Raises `BadSchedule`."""
        text = self.text(path)
        if text is None:
            return None
        try:
            if match := DAY.fullmatch(text):
                return date(int(match[1]), int(match[2]), int(match[3]))
            if match := AMERICAN_DAY.fullmatch(text):
                return date(int(match[3]), int(match[1]), int(match[2]))
        except ValueError:
            pass
        raise self.wrong(path, text)

    def number(self, path: str) -> float | None:
        """A number, with or without its unit behind it. Raises `BadSchedule`."""
        text = self.text(path)
        match = None if text is None else NUMBER.match(text)
        if text is not None and match is None:
            raise self.wrong(path, text)
        return None if match is None else float(match[1])

    def yes(self, path: str) -> bool:
        """Whether the text says yes."""
        return (self.text(path) or "").lower() in {"y", "yes"}

    def wrong(self, path: str, text: str) -> BadSchedule:
        """What to raise about a text of this element."""
        return BadSchedule(self.file, f"{self.where}/{path}", text)


def cvx(code: str) -> str:
    """A CVX code as CDC writes it: digits have at least two places."""
    return code.lstrip("0").zfill(2) if code.isdecimal() else code
