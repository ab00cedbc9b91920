"""Where a member of staff can go: the places of the support system and the command centre, by role."""

import msgspec

from tiemchung.domain.access import Staff
from tiemchung.kit.db import Actor


class Item(msgspec.Struct, frozen=True):
    """A place of the menu; its label is a message id."""

    url: str
    label: str


_SITE = frozenset({"registrar", "doctor", "nurse", "site_head"})
_OFFICERS = frozenset({"province_officer", "district_officer"})
_NATION_AND_PROVINCE = frozenset({"province_officer", "national_operator"})
# What a role does every day stands first: the first few are in sight, the others under one button.
_MENU: tuple[tuple[frozenset[str], Item], ...] = (
    (_SITE, Item("/diem-tiem/hom-nay", "Hôm nay")),
    (frozenset({"province_officer"}), Item("/diem-tiem/dang-ky", "Đăng ký")),
    (frozenset({"site_head"}) | _OFFICERS, Item("/diem-tiem/ke-hoach", "Kế hoạch phiên")),
    (frozenset({"storekeeper", "site_head"}), Item("/diem-tiem/kho", "Kho vắc xin")),
    (
        frozenset({"province_officer", "station_clerk", "commune_police"}),
        Item("/diem-tiem/dinh-danh", "Đối chiếu định danh"),
    ),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/canh-bao", "Cảnh báo")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/", "Điều hành")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/vung", "Theo vùng")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/chat-luong", "Chất lượng và công bằng")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/ban-tin", "Bản tin hằng ngày")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/lich-tiem", "Lịch tiêm")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/vac-xin", "Vắc xin theo lô")),
    (_SITE, Item("/diem-tiem/khai-bao", "Khai báo")),
    (frozenset({"site_head"}), Item("/diem-tiem/thiet-bi", "Thiết bị")),
    (frozenset({"doctor", "nurse", "site_head", "province_officer"}), Item("/diem-tiem/phan-ung", "Phản ứng")),
    (_OFFICERS | {"nurse", "site_head"}, Item("/diem-tiem/chenh", "Đã tiêm và đã ghi")),
    (frozenset({"site_head", "province_officer"}), Item("/diem-tiem/phan-anh", "Phản ánh")),
    (frozenset({"site_head", "registrar"}), Item("/diem-tiem/danh-sach", "Danh sách")),
    (frozenset({"province_officer"}), Item("/diem-tiem/trung-lap", "Hồ sơ nghi trùng")),
    (_NATION_AND_PROVINCE, Item("/diem-tiem/co-so", "Cơ sở xin làm điểm tiêm")),
    (_NATION_AND_PROVINCE, Item("/diem-tiem/cau-hoi", "Câu hỏi của người dân")),
    (_OFFICERS | {"registrar", "site_head"}, Item("/diem-tiem/dat-ho", "Đặt lịch hộ")),
    (_OFFICERS | {"national_operator"}, Item("/diem-tiem/boc-tham", "Bốc thăm")),
    (frozenset({"national_operator"}), Item("/diem-tiem/lo", "Danh mục lô")),
    (_NATION_AND_PROVINCE, Item("/diem-tiem/thu-hoi", "Thu hồi chứng nhận")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/thu-hoi", "Thu hồi lô")),
    (_NATION_AND_PROVINCE, Item("/dieu-hanh/su-dung", "Sử dụng và hao hụt")),
    (frozenset({"national_operator"}), Item("/dieu-hanh/ngay-mo", "Ngày mở đặt lịch")),
    (frozenset({"national_operator"}), Item("/dieu-hanh/dat-lich", "Kiểm toán đặt lịch")),
    (_NATION_AND_PROVINCE, Item("/diem-tiem/nhan-vien", "Nhân viên")),
)


def menu_of(actor: Actor | None) -> list[Item]:
    """What this actor's menu offers; nothing for citizens and strangers."""
    if not isinstance(actor, Staff):
        return []
    return [item for roles, item in _MENU if actor.has(*roles)]
