"""CDC's CDSi supporting data, any release of version 4, unchanged: a folder of XML into one compiled rule set."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from tiemchung.domain.schedule import cdsi_antigen
from tiemchung.domain.schedule.dates import Duration
from tiemchung.domain.schedule.model import Association, Conflict, Group, Product, RuleSet, Series, Spec
from tiemchung.domain.schedule.xml_text import BadSchedule, Reader, cvx, root


def load(folder: Path, *, spec: Spec | None = None) -> RuleSet:
    """Every XML file under the folder, whatever its name. Raises `BadSchedule`.

    The files do not say which specification they follow. Unless told, it is 4.5 where more than one antigen has seasons: before
    it, a single one had.
    """
    paths = sorted(folder.rglob("*.xml"))
    readers = [Reader(path.name, root(path), path.stem) for path in paths]
    antigens = [reader for reader in readers if reader.element.tag == "antigenSupportingData"]
    schedules = [reader for reader in readers if reader.element.tag == "scheduleSupportingData"]
    if not antigens:
        raise BadSchedule(str(folder), "*.xml", "no antigenSupportingData")
    if len(schedules) > 1:
        raise BadSchedule(str(folder), "*.xml", "more than one scheduleSupportingData")
    paper = f"CDSi {folder.resolve().name}"
    parts = [cdsi_antigen.read(reader, paper) for reader in antigens]
    series = tuple(each for part in parts for each in part.series)
    if len({part.antigen for part in parts}) < len(parts):
        raise BadSchedule(str(folder), "*.xml", "two files of one antigen")
    shared = schedules[0] if schedules else None
    return RuleSet(
        id="cdsi",
        version=paper,
        hash=hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest(),
        groups=_groups(shared, series),
        products=_products(shared, series),
        series=series,
        contraindications=tuple(each for part in parts for each in part.contraindications),
        immunities=tuple(part.immunity for part in parts if part.immunity),
        conflicts=_conflicts(shared, paper),
        findings={
            each.need("observationCode"): each.text("observationTitle") or ""
            for each in (shared.each("observations/observation") if shared else ())
        },
        spec=spec or _spec(series),
    )


def _spec(series: Sequence[Series]) -> Spec:
    seasonal = {each.antigen for each in series if any(dose.season is not None for dose in each.doses)}
    return Spec.season if len(seasonal) > 1 else Spec.all_doses


def _groups(shared: Reader | None, series: Sequence[Series]) -> tuple[Group, ...]:
    """The vaccine groups; a release without its schedule file has the groups that its series name."""
    aliases = _aliases()
    if shared is None:
        names = dict.fromkeys(each.vaccine_group for each in series)
        members = {name: [each.antigen for each in series if each.vaccine_group == name] for name in names}
        return tuple(
            Group(name=name, antigens=tuple(dict.fromkeys(members[name])), aliases=aliases.get(name, frozenset()))
            for name in names
        )
    full = {
        each.need("name"): each.text("administerFullVaccineGroup") for each in shared.each("vaccineGroups/vaccineGroup")
    }
    # Some releases map a group to one of its antigens only: the series of the others name the group themselves.
    mapped: dict[str, dict[str, None]] = {}
    for each in shared.each("vaccineGroupToAntigenMap/vaccineGroupMap"):
        mapped.setdefault(each.need("name"), {}).update(dict.fromkeys(each.texts("antigen")))
    for one in series:
        mapped.setdefault(one.vaccine_group, {})[one.antigen] = None
    return tuple(
        Group(
            name=name,
            antigens=tuple(antigens),
            full=None if full.get(name) is None else (full[name] or "").lower() in {"yes", "y"},
            aliases=aliases.get(name, frozenset()),
        )
        for name, antigens in mapped.items()
    )


def _products(shared: Reader | None, series: Sequence[Series]) -> tuple[Product, ...]:
    if shared is None:
        antigens: dict[str, dict[str, None]] = {}
        for each in series:
            for dose in each.doses:
                for product in {row.product for row in dose.preferable + dose.allowable} | dose.inadvertent:
                    antigens.setdefault(product, {})[each.antigen] = None
        return tuple(
            Product(
                code=code, name=code, cvx=code, associations=tuple(Association(antigen=each) for each in antigens[code])
            )
            for code in sorted(antigens)
        )
    return tuple(
        Product(
            code=(code := cvx(each.need("cvx"))),
            name=each.text("shortDescription") or code,
            cvx=code,
            associations=tuple(
                Association(
                    antigen=association.need("antigen"),
                    begin_age=association.duration("associationBeginAge"),
                    end_age=association.duration("associationEndAge"),
                )
                for association in each.each("association")
            ),
        )
        for each in shared.each("cvxToAntigenMap/cvxMap")
    )


def _conflicts(shared: Reader | None, paper: str) -> tuple[Conflict, ...]:
    rows = shared.each("liveVirusConflicts/liveVirusConflict") if shared else ()
    return tuple(
        Conflict(
            rule=f"conflict/{number}",
            paper=paper,
            previous=cvx(each.need("previous/cvx")),
            current=cvx(each.need("current/cvx")),
            begin=each.duration("conflictBeginInterval") or Duration(),
            end_after_valid=each.duration("minConflictEndInterval")
            or each.duration("conflictEndInterval")
            or Duration(),
            end=each.duration("conflictEndInterval") or Duration(),
        )
        for number, each in enumerate(rows, start=1)
    )


def _aliases() -> dict[str, frozenset[str]]:
    """Other names of vaccine groups that CDC's own test cases use; data, because they are names of vaccines."""
    text = (files("tiemchung.domain.schedule") / "cdsi_group_names.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, frozenset[str]])
