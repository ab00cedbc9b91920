"""A session's papers for a day without a line, in Vietnamese because they are signed: the list, the forms, the confirmation."""

from tiemchung.domain import immunizations
from tiemchung.domain.immunizations import screening
from tiemchung.domain.immunizations.paper import Missing
from tiemchung.domain.registrations import DOSES, ConsentText
from tiemchung.domain.sites import Session
from tiemchung.kit import clock
from tiemchung.web import qr
from tiemchung.web.paper import Paper, date_line
from tiemchung.web.text import day

OFFICE = "Hệ thống tiêm chủng quốc gia"
FOOT = "Tiêm Chủng · bản giấy của phiên, nhập lại trong ngày ở trang Nhập từ giấy"
BOX, LINE = "☐", "………………………………………………………………………………"
PERSON = ("Họ và tên", "Ngày sinh · giới tính", "Số giấy tờ · điện thoại", "Nơi ở hiện nay")
BLANK_ROWS = 8


def session_list(session: Session, expected: list[Missing]) -> Paper:
    """Who is expected, with the code to scan and blanks for what is written by hand; some empty rows for others."""
    rows = [
        [
            str(k),
            f"{one.name}\n{one.birth_date.year} · {DOSES.get(f'{one.dose_role}-{one.ordinal}', one.ordinal)}\n{one.key}",
            f"{clock.local(one.starts_at):%H:%M}",
            *[""] * 5,
        ]
        for k, one in enumerate(expected, start=1)
    ]
    rows += [[str(len(expected) + k), "", *[""] * 6] for k in range(1, BLANK_ROWS + 1)]
    return _paper(
        session,
        "Danh sách phiên tiêm",
        facts=[*_facts(session), ("Số người chưa có kết quả", str(len(expected)))],
        heads=["TT", "Người tiêm, mũi, mã", "Hẹn, giờ đến", "Khám", "Giờ tiêm", "Lọ, lô", "Tay", "Ký nhận"],
        widths=[0.5, 2.9, 0.8, 0.9, 0.9, 1, 0.6, 1.1],
        rows=rows,
        codes=[str(qr.svg(one.key)) if one.code else "" for one in expected] + [""] * BLANK_ROWS,
        remarks=["Khám: Đ đủ điều kiện, T thận trọng, H hoãn, C chống chỉ định. Không tiêm: ghi lý do ở cột giờ tiêm."],
        signers=["Người tiếp đón", "Bác sĩ khám", "Người tiêm"],
    )


def screening_form(session: Session, age_years: int, whom: str) -> Paper:
    """The form of the day for adults or children, with its questions and the vital signs to measure."""
    form = screening.form_for(age_years, clock.day_of(session.starts_at))
    # A box stays on one line with its words.
    conclusions = "   ".join(f"{BOX} {words}".replace(" ", "\u00a0") for words in screening.CONCLUSIONS.values())
    return _paper(
        session,
        f"Phiếu khám sàng lọc trước tiêm, {whom}",
        facts=[*_blanks(), ("Theo", form.paper), *[(label, LINE) for label in screening.VITALS.values()]],
        heads=["TT", "Câu hỏi", "Không", "Có"],
        widths=[0.4, 5, 0.6, 0.6],
        rows=[[str(k), item.words, BOX, BOX] for k, item in enumerate(form.asked, start=1)],
        remarks=[
            f"Kết luận:   {conclusions}",
            f"Lý do: {LINE}",
        ],
        signers=["Người được khám (cha mẹ, giám hộ)", "Bác sĩ khám"],
    )


def consent(session: Session, text: ConsentText) -> Paper:
    """The text in force, for the person or a guardian to sign."""
    return _paper(
        session,
        "Phiếu đồng ý tham gia tiêm chủng",
        facts=[*_blanks(), ("Cha mẹ, giám hộ (dưới 18 tuổi)", LINE), ("Vắc xin", session.product_name)],
        remarks=[*text.body.splitlines(), f"{BOX} Đồng ý tiêm chủng      {BOX} Không đồng ý tiêm chủng"],
        signers=["Người đồng ý", "Cán bộ tiếp đón"],
    )


def confirmation(session: Session) -> Paper:
    """The confirmation to fill in by hand and give along once the observation is over."""
    sites = " ".join(f"{BOX} {words}" for words in immunizations.BODY_SITES.values())
    return _paper(
        session,
        "Giấy xác nhận đã tiêm vắc xin phòng COVID-19",
        facts=[
            *_blanks(),
            *_facts(session),
            ("Mũi thứ", LINE),
            ("Số lô · lọ", LINE),
            ("Giờ tiêm", LINE),
            ("Vị trí tiêm", sites),
        ],
        remarks=[
            "Theo dõi sức khỏe trong 24 giờ đầu và 7 ngày; tự theo dõi đến 28 ngày. Có dấu hiệu nguy hiểm (khó thở, đau ngực, "
            "phát ban, co giật, ngất): gọi 115 hoặc đến cơ sở y tế gần nhất.",
            "Mũi tiêm hiện trong sổ sức khỏe điện tử khi điểm tiêm nhập lại phiên này.",
        ],
        signers=["Người tiêm", "Cơ sở tiêm chủng"],
    )


def _blanks() -> list[tuple[str, str]]:
    return [(label, LINE) for label in PERSON]


def _facts(session: Session) -> list[tuple[str, str]]:
    hours = f"{clock.local(session.starts_at):%H:%M}–{clock.local(session.ends_at):%H:%M}"
    return [("Phiên tiêm", f"{day(session.starts_at)}, {hours}"), ("Vắc xin", session.product_name)]


def _paper(session: Session, title: str, **parts: object) -> Paper:
    return Paper(
        office=OFFICE,
        place=session.place_name,
        title=title,
        number=f"phiên {day(session.starts_at)}",
        day=date_line(session.starts_at),
        foot=FOOT,
        **parts,  # pyright: ignore[reportArgumentType] — parts of a paper by name
    )
