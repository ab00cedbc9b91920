"""SMART Scheduling Links: open half hours as files of FHIR R4 resources, one a line, that any finder may fetch.

Specification: smart-scheduling-links (HL7, SMART), of which these are the manifest, Location, Schedule and Slot. It requires
a postal code of every address. Viet Nam's (five digits, decision 2475/QĐ-BTTTT of 2017) are given by commune and are in no list
that this platform has, so each address says in FHIR's own words that its code is unknown, instead of carrying one of elsewhere.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tiemchung.domain.appointments import published
from tiemchung.domain.appointments.published import PublishedHalfHour, PublishedSession, PublishedSite
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.settings import settings

AT = "/smart-scheduling-links"
_FILES = (("Location", "locations"), ("Schedule", "schedules"), ("Slot", "slots"))
_OURS = "http://fhir-registry.smarthealthit.org"
_UNKNOWN = {
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
}
_SERVICES = [
    {
        "coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/service-type", "code": "57", "display": "Immunization"},
            {
                "system": f"{_OURS}/CodeSystem/service-type",
                "code": "covid19-immunization",
                "display": "COVID-19 Immunization Appointment",
            },
        ]
    }
]


async def manifest(db: Db, _: str, __: str) -> str:
    """What there is to fetch, and as of when."""
    base = settings().base
    return _json(
        {
            "transactionTime": _instant(db.at),
            "request": f"{base}{AT}/$bulk-publish",
            "output": [{"type": kind, "url": f"{base}{AT}/{name}.ndjson"} for kind, name in _FILES],
            "error": [],
        }
    )


async def locations(db: Db, _: str, __: str) -> str:
    """The sites, one FHIR Location a line."""
    return _lines(_location(site) for site in await published.published_sites(db))


async def schedules(db: Db, _: str, __: str) -> str:
    """The sessions, one FHIR Schedule a line."""
    return _lines(_schedule(session) for session in await published.published_sessions(db))


async def slots(db: Db, _: str, __: str) -> str:
    """The half hours, one FHIR Slot a line."""
    return _lines(_slot(half_hour) for half_hour in await published.published_half_hours(db))


def _location(site: PublishedSite) -> dict[str, Any]:
    where = {"position": {"latitude": site.lat, "longitude": site.lon}} if site.lat and site.lon else {}
    return {
        "resourceType": "Location",
        "id": str(site.place_id),
        "identifier": [{"system": f"{settings().base}/tim-diem-tiem", "value": site.code}],
        "name": site.name,
        "telecom": [
            {"system": "phone", "value": "19009095"},
            {"system": "url", "value": f"{settings().base}/tim-diem-tiem"},
        ],
        "address": {
            "line": [site.address],
            "city": site.commune,
            **({"district": site.district} if site.district else {}),
            "state": site.province,
            "_postalCode": _UNKNOWN,
            "country": "VN",
        },
        **where,
    }


def _schedule(session: PublishedSession) -> dict[str, Any]:
    vaccine = {"display": session.product_name}
    if session.cvx:
        vaccine = {"system": "http://hl7.org/fhir/sid/cvx", "code": session.cvx, **vaccine}
    return {
        "resourceType": "Schedule",
        "id": str(session.session_id),
        "serviceType": _SERVICES,
        "actor": [{"reference": f"Location/{session.place_id}"}],
        "extension": [{"url": f"{_OURS}/StructureDefinition/vaccine-product", "valueCoding": vaccine}],
    }


def _slot(half_hour: PublishedHalfHour) -> dict[str, Any]:
    link = f"{settings().base}/so-suc-khoe/dat-lich?diem={half_hour.place_id}"
    return {
        "resourceType": "Slot",
        # Of the session and the second of its beginning: the same half hour keeps its id.
        "id": f"{half_hour.session_id}.{int(half_hour.starts_at.timestamp())}",
        "schedule": {"reference": f"Schedule/{half_hour.session_id}"},
        "status": "free" if half_hour.places else "busy",
        "start": _instant(half_hour.starts_at),
        "end": _instant(half_hour.ends_at),
        "extension": [
            {"url": f"{_OURS}/StructureDefinition/booking-deep-link", "valueUrl": link},
            {"url": f"{_OURS}/StructureDefinition/slot-capacity", "valueInteger": half_hour.places},
        ],
    }


def _instant(at: datetime) -> str:
    return clock.local(at).isoformat(timespec="seconds")


def _lines(resources: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"{_json(resource)}\n" for resource in resources)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
