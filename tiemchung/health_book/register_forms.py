"""The pages of a registration as forms: one question a page, each read from what was typed, then and again at the end."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import people, registrations
from tiemchung.domain.registrations import Answer
from tiemchung.health_book import register_fields as read
from tiemchung.kit import clock
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, parse
from tiemchung.web.i18n import Translate

STEPS = ("giay-to", "nguoi-tiem", "noi-o", "nhom-uu-tien", "suc-khoe", "mong-muon", "kiem-tra")
TITLES = {
    "giay-to": "Giấy tờ",
    "nguoi-tiem": "Người tiêm",
    "noi-o": "Nơi ở hiện nay",
    "nhom-uu-tien": "Nhóm ưu tiên",
    "suc-khoe": "Tiền sử sức khỏe",
    "mong-muon": "Mong muốn",
    "kiem-tra": "Kiểm tra và gửi",
}
DOCUMENTS = {"national_id": "CCCD hoặc CMND", "passport": "Hộ chiếu", "none": "Chưa có giấy tờ"}
_ADULT = 18
_LONGEST_SCAN = 300


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """Who is registered by whom, and with which document."""

    who: str
    registrant_name: str | None
    contact_phone: str | None
    document: str
    number: str | None
    insurance: str | None


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The person."""

    name: str
    birth: fields.Born
    sex: str
    phone: str | None
    email: str | None
    nationality: str
    ethnic_group: str | None
    occupation: str
    workplace: str | None


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where the person stays now."""

    province: str
    district: str
    commune: str
    address: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The priority group."""

    group: int


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which dose, and when they would like it."""

    dose: str
    previous_product: str | None
    previous_on: date | None
    previous_place: str | None
    wanted_on: date
    wanted_part: str
    wanted_place: UUID | None


PAPERS = Form(
    Papers,
    who=Field("Người được đăng ký", fields.choice(people.RELATIONS)),
    registrant_name=Field("Họ và tên người đăng ký thay", fields.person_name, required=False),
    contact_phone=Field("Số điện thoại nhận mã xác nhận", fields.phone, required=False),
    document=Field("Loại giấy tờ", fields.choice(DOCUMENTS)),
    number=Field("Số giấy tờ", read.number, required=False),
    insurance=Field("Số thẻ BHYT", read.insurance, required=False),
)
ABOUT = Form(
    About,
    name=Field("Họ và tên", fields.person_name),
    birth=Field("Ngày sinh", fields.birth),
    sex=Field("Giới tính", fields.choice(people.SEXES)),
    phone=Field("Số điện thoại", fields.phone, required=False),
    email=Field("Thư điện tử", read.email, required=False),
    nationality=Field("Quốc tịch", read.country),
    ethnic_group=Field("Dân tộc", fields.text(10), required=False),
    occupation=Field("Nghề nghiệp", fields.text(100)),
    workplace=Field("Đơn vị công tác", fields.text(200), required=False),
)
HOME = Form(
    Home,
    province=Field("Tỉnh, thành phố", fields.text(5)),
    district=Field("Quận, huyện", fields.text(5)),
    commune=Field("Xã, phường", fields.text(6)),
    address=Field("Số nhà, đường, thôn", fields.text(200)),
)
GROUP = Form(Group, group=Field("Nhóm ưu tiên", fields.whole(1, 16)))
WISH = Form(
    Wish,
    dose=Field("Mũi tiêm", fields.choice(registrations.DOSES)),
    previous_product=Field("Vắc xin của mũi trước", fields.text(60), required=False),
    previous_on=Field("Ngày tiêm mũi trước", read.past_day, required=False),
    previous_place=Field("Nơi tiêm mũi trước", fields.text(150), required=False),
    wanted_on=Field("Ngày muốn được tiêm", read.wanted_on),
    wanted_part=Field("Buổi tiêm mong muốn", fields.choice(registrations.PARTS)),
    wanted_place=Field("Điểm tiêm mong muốn", fields.id_, required=False),
)


FORMS: dict[str, Form[Any]] = {
    "giay-to": PAPERS,
    "nguoi-tiem": ABOUT,
    "noi-o": HOME,
    "nhom-uu-tien": GROUP,
    "mong-muon": WISH,
}
HEALTH_FIELDS = tuple(f"{kind}_{question.code}" for question in registrations.QUESTIONS for kind in ("q", "note"))


class Health(msgspec.Struct, frozen=True):
    """The 12 answers; the fields are `q_<code>` and `note_<code>`."""

    answers: dict[str, Answer]


def read_step(step: str, typed: Mapping[str, Any], _: Translate) -> Filled[Any]:
    """One page of the form with its errors: each field by itself, then what must agree among them."""
    if step == "suc-khoe":
        return _read_health(typed, _)
    filled: Filled[Any] = parse(typed, FORMS[step], _)
    if step == "giay-to":
        _check_papers(filled, typed, _)
    if step == "mong-muon" and not filled.errors:
        _check_wish(filled, _)
    return filled


def check_guardian(filled: Filled[About], answers: Mapping[str, Any], _: Translate) -> None:
    """Whoever is under 18 is registered by a guardian, who agrees for them (Law 91/2025/QH15, art. 24)."""
    if answers.get("who") == "self" and people.age(filled.value.birth.on, clock.day_of(clock.now())) < _ADULT:
        filled.errors["birth"] = _(
            "Người dưới 18 tuổi do cha, mẹ hoặc người giám hộ đăng ký. Hãy quay lại bước Giấy tờ và chọn “Con tôi” hoặc"
            " “Người thân khác”."
        )


def scanned(typed: Mapping[str, Any]) -> dict[str, str]:
    """What the phone read from a citizen card on the first page: it fills later pages, where it is checked as if typed."""
    given = {name: str(typed.get(f"scan_{name}", ""))[:_LONGEST_SCAN] for name in ("name", "birth", "sex", "address")}
    return {name: value for name, value in given.items() if value}


def half_typed(step: str, typed: Mapping[str, Any]) -> dict[str, str]:
    """A page that was closed before it was finished: kept as it stands, read again like any other answer."""
    names = HEALTH_FIELDS if step == "suc-khoe" else tuple(FORMS[step].fields)
    return {name: str(typed[name])[:_LONGEST_SCAN] for name in names if typed.get(name)}


def _check_papers(filled: Filled[Papers], typed: Mapping[str, Any], _: Translate) -> None:
    if typed.get("who") in {"child", "parent", "relative"} and not typed.get("registrant_name"):
        filled.errors["registrant_name"] = _("Hãy nhập họ và tên của bạn, người đăng ký thay.")
    document = typed.get("document")
    if "number" in filled.errors or document not in DOCUMENTS or document == "none":
        return
    number = read.bare(str(typed.get("number", "")))
    if not number:
        filled.errors["number"] = _("Hãy nhập số giấy tờ, hoặc chọn “Chưa có giấy tờ”.")
    elif document == "national_id" and not people.is_national_id(number):
        filled.errors["number"] = _("Số CCCD có 12 chữ số, số CMND có 8 hoặc 9 chữ số; bạn đã nhập {length}.").format(
            length=len(number)
        )
    elif document == "passport" and not people.is_passport(number):
        filled.errors["number"] = _("Số hộ chiếu gồm 6 đến 20 chữ cái không dấu và chữ số.")


def _check_wish(filled: Filled[Wish], _: Translate) -> None:
    if filled.value.dose == "basic-1":
        return
    if filled.value.previous_on is None:
        filled.errors["previous_on"] = _("Hãy nhập ngày tiêm mũi trước.")
    if filled.value.previous_product is None:
        filled.errors["previous_product"] = _("Hãy chọn vắc xin của mũi trước.")


def _read_health(typed: Mapping[str, Any], _: Translate) -> Filled[Health]:
    filled: Filled[Health] = Filled()
    answers: dict[str, Answer] = {}
    for question in registrations.QUESTIONS:
        answer, note = str(typed.get(f"q_{question.code}", "")), str(typed.get(f"note_{question.code}", ""))
        filled.typed |= {f"q_{question.code}": answer, f"note_{question.code}": note}
        read_note = parse({"note": note}, _NOTE, _)
        if read_note.errors:
            filled.errors[f"note_{question.code}"] = read_note.errors["note"]
        elif answer not in {"yes", "no", "unknown"}:
            filled.errors[f"q_{question.code}"] = _("Hãy chọn Có, Không hoặc Không rõ cho câu: {question}").format(
                question=_(question.title)
            )
        else:
            answers[question.code] = Answer(
                answer=answer,  # pyright: ignore[reportArgumentType] — one of the three, as checked above
                note=(read_note.value.note or "") if answer == "yes" else "",
            )
    if not filled.errors:
        filled._value = Health(answers)  # pyright: ignore[reportPrivateUsage]
    return filled


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    note: str | None


_NOTE = Form(_Note, note=Field("Ghi chú", fields.text(200), required=False))


class Complete(msgspec.Struct, frozen=True, kw_only=True):
    """All pages together, read again before the form is sent."""

    papers: Papers
    about: About
    home: Home
    group: Group
    health: Health
    wish: Wish

    def doubts(self) -> list[people.Doubt]:
        """What in the citizen number contradicts the rest: shown, not refused."""
        if self.papers.document != "national_id" or not self.papers.number or self.about.birth.precision == "month":
            return []
        return people.national_id_doubts(self.papers.number, self.about.birth.on, self.about.sex)


def read_all(answers: Mapping[str, str], _: Translate) -> Complete | str:
    """The whole form, or the first page that is not right yet."""
    values: dict[str, Any] = {}
    for step in STEPS[:-1]:
        filled = read_step(step, answers, _)
        if filled.errors:
            return step
        values[step] = filled.value
    return Complete(
        papers=values["giay-to"],
        about=values["nguoi-tiem"],
        home=values["noi-o"],
        group=values["nhom-uu-tien"],
        health=values["suc-khoe"],
        wish=values["mong-muon"],
    )
