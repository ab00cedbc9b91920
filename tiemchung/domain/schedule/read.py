"""Reading our own schedules: a folder or its texts, checked for what no engine could notice, compiled for the engine.

A schedule is `schedule.yaml`, `papers.yaml`, `examples.yaml` and any number of `provinces/….yaml`. What is wrong
stops it by name (`wrong.py`), with its file and row; nothing is guessed or left out.
"""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from tiemchung.domain.schedule import check, compiler, examples
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.examples import Examples
from tiemchung.domain.schedule.source import Paper, Province, Source, with_days
from tiemchung.domain.schedule.wrong import FileMissing, NotYaml, WrongShape
from tiemchung.kit.crypto import digest_of_files

T = TypeVar("T")
SCHEDULE, PAPERS, EXAMPLES, PROVINCES = "schedule.yaml", "papers.yaml", "examples.yaml", "provinces/"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as it was written, file by file, read but not yet compiled. `provinces` by file name."""

    source: Source
    papers: list[Paper]
    examples: Examples
    provinces: dict[str, Province]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule that may be used: the engine's rule set, with what it was written as."""

    schedule: Schedule
    written: Written
    texts: dict[str, str]

    def place_of(self, area_code: str | None) -> str | None:
        """The place whose own rows hold in an area, by the area's code."""
        return next(
            (province.place for province in self.written.provinces.values() if province.area == area_code), None
        )


def load_schedule(folder: Path | Traversable) -> Schedule:
    """The schedule of a folder of ours. Raises `ScheduleWrong`."""
    return tried(texts_of(folder)).schedule


def texts_of(folder: Path | Traversable) -> dict[str, str]:
    """The files of a schedule by their names within it. Raises `FileMissing`."""
    provinces = folder / "provinces"
    names = [SCHEDULE, PAPERS, EXAMPLES]
    if provinces.is_dir():
        names += sorted(PROVINCES + file.name for file in provinces.iterdir() if file.name.endswith(".yaml"))
    for name in names:
        if not (folder / name).is_file():
            raise FileMissing(file=name)
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def shipped(code: str) -> dict[str, str]:
    """The texts of a schedule that comes with the platform."""
    return texts_of(files("tiemchung.domain.schedule") / "schedules" / code)


def tried(texts: Mapping[str, str]) -> Ready:
    """Read, check and compile a schedule's texts, and run its worked cases. Raises `ScheduleWrong`."""
    ready = from_texts(texts)
    examples.run(ready.schedule, ready.written.source, ready.written.examples)
    return ready


def from_texts(texts: Mapping[str, str]) -> Ready:
    """Read, check and compile texts whose worked cases have run before they were published. Raises `ScheduleWrong`."""
    written = from_trees({name: _tree(name, text) for name, text in texts.items()})
    return Ready(schedule=compiled(written, digest_of_files(texts).hex()), written=written, texts=dict(texts))


def from_trees(trees: Mapping[str, Any]) -> Written:
    """A schedule from its parsed files. Raises `FileMissing`, `WrongShape`."""
    for name in (SCHEDULE, PAPERS, EXAMPLES):
        if name not in trees:
            raise FileMissing(file=name)
    return Written(
        source=with_days(_shaped(SCHEDULE, trees[SCHEDULE], Source)),
        papers=_shaped(PAPERS, trees[PAPERS], list[Paper]),
        examples=_shaped(EXAMPLES, trees[EXAMPLES], Examples),
        provinces={name: _shaped(name, tree, Province) for name, tree in trees.items() if name.startswith(PROVINCES)},
    )


def compiled(written: Written, hash_: str = "") -> Schedule:
    """Check a schedule and compile it. Raises `ScheduleWrong`."""
    check.everything(written.source, written.papers, written.provinces)
    return Schedule(compiler.rule_set(written.source, written.papers, written.provinces, hash_))


def trees_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The parsed files of a schedule. Raises `NotYaml`."""
    return {name: _tree(name, text) for name, text in texts.items()}


class _OneKeyOnce(yaml.CSafeLoader):
    """YAML in which a key that stands twice is an error, not the last one silently, and a day stays the text that it is.

    Days are read with the shape: one that no calendar has is then an error with its row, not a crash of the reader.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"“{key.value}” stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _tree(name: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_OneKeyOnce)  # noqa: S506 (a safe loader with one more refusal)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise NotYaml(file=name, row=line, words=wrong.problem or "YAML") from wrong
    except yaml.YAMLError as wrong:
        raise NotYaml(file=name, row=1, words="YAML") from wrong


def _shaped(name: str, tree: Any, type_: type[T]) -> T:
    try:
        return msgspec.convert(tree, type_)
    except msgspec.ValidationError as wrong:
        words, _, where = str(wrong).partition(" - at `")
        raise WrongShape(file=name, row=where.rstrip("`") or "$", words=words) from wrong
