"""Work out every public number of Tiêm Chủng again from its open data. Needs Python 3.9 and nothing else.

    python tinh-lai.py FOLDER     # with theo-ngay.csv, dan-so.csv, kho.csv, phan-bo.csv and chi-so.json in it
    python tinh-lai.py ADDRESS    # https://…/so-lieu or https://…/so-lieu/phien-ban/2021-12-31

Prints one line a number: what is published, what the lines sum to, and whether they agree; ends with 1 where they do not.
It is published beside the data, and the platform's own tests run it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str]
Number = tuple[int, "int | None"]


def main(source: str) -> int:
    """Compare what is published with what the lines sum to."""
    doses = list(csv.DictReader(io.StringIO(read(source, "theo-ngay.csv"))))
    people = list(csv.DictReader(io.StringIO(read(source, "dan-so.csv"))))
    stock = list(csv.DictReader(io.StringIO(read(source, "kho.csv"))))
    supply = list(csv.DictReader(io.StringIO(read(source, "phan-bo.csv"))))
    published = json.loads(read(source, "chi-so.json"))
    worked_out = numbers(doses, people, stock, supply, published["as_of"])
    wrong = 0
    for code, told in published["indicators"].items():
        found = worked_out.get(code)
        agrees = found == (told["numerator"], told["denominator"])
        wrong += not agrees
        sys.stdout.write(
            f"{'ok   ' if agrees else 'WRONG'} {code}: {told['numerator']}/{told['denominator']}, lines say {found}\n"
        )
    return 1 if wrong else 0


def numbers(doses: list[Row], people: list[Row], stock: list[Row], supply: list[Row], day: str) -> dict[str, Number]:
    """Each indicator as (numerator, denominator), by its definition at /so-lieu/cach-tinh; `day` is the last day counted."""
    until = [row for row in doses if row["day"] <= day]
    adults = {"band": "18+"}
    ends = {"completes": "True"}
    given = sum(int(row["given"]) for row in stock)
    first = {"dose_role": "basic", "ordinal": "1"}
    return {
        "doses": (total(until), None),
        "doses_today": (total(row for row in until if row["day"] == day), None),
        "adults_first": (total(until, **first, **adults), population(people, "18+")),
        "adults_complete": (total(until, **ends, **adults), population(people, "18+")),
        "people_complete": (total(until, **ends), population(people, "all")),
        "booster": (total(until, dose_role="additional") + total(until, dose_role="booster"), None),
        "utilisation": (given, sum(int(row["received"]) for row in stock)),
        "utilisation_decided": (given, sum(int(row["allocated"]) for row in supply)),
    }


def total(rows: Iterable[Row], **wanted: str) -> int:
    """Doses of the lines that have these values."""
    return sum(int(row["doses"]) for row in rows if all(row[name] == value for name, value in wanted.items()))


def population(people: list[Row], band: str) -> int:
    """People of a band of ages in all provinces."""
    return sum(int(row["people"]) for row in people if row["level"] == "province" and row["band"] == band)


def read(source: str, name: str) -> str:
    """A file's text, from a folder or from an address."""
    if not source.startswith(("http://", "https://")):
        return (Path(source) / name).read_text(encoding="utf-8")
    with urllib.request.urlopen(f"{source.rstrip('/')}/{name}", timeout=60) as answer:  # noqa: S310 — http(s) only, see above
        return answer.read().decode("utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
