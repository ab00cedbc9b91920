"""A complete form in the words of the domain."""

from tiemchung.domain import people
from tiemchung.domain.people import Contact, Identifier, NewPerson
from tiemchung.domain.registrations import History, NewRegistration, Previous
from tiemchung.health_book.register_forms import Complete
from tiemchung.kit import clock


def registration(
    form: Complete, *, account_phone: str, area_id: int, group_id: int, consent_text_id: int, channel: str
) -> NewRegistration:
    """What the form says, in the words of the domain."""
    for_self = form.papers.who == "self"
    dose_role, _, ordinal = form.wish.dose.partition("-")
    previous = None
    if form.wish.previous_product and form.wish.previous_on:
        previous = Previous(
            product=form.wish.previous_product,
            given_on=form.wish.previous_on,
            place=form.wish.previous_place or "",
        )
    young = people.age(form.about.birth.on, clock.day_of(clock.now())) < 18
    return NewRegistration(
        person=_person(form, account_phone, area_id, group_id),
        channel=channel,
        relation="self" if for_self else "relative",
        dose_role=dose_role,
        ordinal=int(ordinal),
        wanted_on=form.wish.wanted_on,
        wanted_part=form.wish.wanted_part,
        wanted_place_id=form.wish.wanted_place,
        history=History(answers=form.health.answers, previous=previous if form.wish.dose != "basic-1" else None),
        consent_text_id=consent_text_id,
        given_by="self" if for_self else "guardian" if young else "registrant",
    )


def _person(form: Complete, account_phone: str, area_id: int, group_id: int) -> NewPerson:
    about, papers = form.about, form.papers
    numbers: list[Identifier] = []
    if papers.number and papers.document != "none":
        country = "VN" if papers.document == "national_id" else about.nationality
        numbers.append(Identifier(kind=papers.document, country=country, value=papers.number))
    if papers.insurance:
        numbers.append(Identifier(kind="insurance", country="VN", value=papers.insurance))
    young = people.age(about.birth.on, clock.day_of(clock.now())) < 18
    holder = "self" if papers.who == "self" else "guardian" if young else "registrant"
    contacts = [Contact(kind="phone", relation=holder, holder_name=papers.registrant_name, value=account_phone)]
    if about.phone and about.phone != account_phone:
        contacts.append(Contact(kind="phone", relation="self", holder_name=None, value=about.phone))
    if about.email:
        contacts.append(Contact(kind="email", relation=holder, holder_name=papers.registrant_name, value=about.email))
    return NewPerson(
        name=about.name,
        sex=about.sex,
        birth_date=about.birth.on,
        birth_precision=about.birth.precision,
        nationality=about.nationality,
        ethnic_group=about.ethnic_group,
        occupation=about.occupation,
        workplace=about.workplace,
        area_id=area_id,
        address=form.home.address,
        priority_group_id=group_id,
        tags=["national_id_doubt"] if form.doubts() else [],
        identifiers=numbers,
        contacts=contacts,
    )
