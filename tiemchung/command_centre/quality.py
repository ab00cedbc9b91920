"""Data quality and equity for managers: what is wrong with the records, and whom the campaign reaches."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import analytics
from tiemchung.kit.db import Db
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

IDENTITY_WORDS = {
    "matched": "Khớp với dữ liệu dân cư",
    "mismatched": "Không khớp",
    "unchecked": "Chưa đối chiếu",
    "no_identifier": "Chưa có số định danh",
    "foreigner": "Người nước ngoài",
}
CHANNEL_WORDS = {
    "invitation": "Được mời",
    "self": "Tự đặt lịch",
    "agent": "Đặt hộ qua điện thoại",
    "walk_in": "Tự đến",
    "imported": "Nhập từ danh sách",
    "unknown": "Chưa rõ",
}
SEXES = {"female": "Nữ", "male": "Nam", "other": "Khác"}
DISTANCE_WORDS = {
    "commune": "Cùng xã, phường",
    "0-5": "Xã khác, dưới 5 km",
    "5-10": "5 đến dưới 10 km",
    "10-20": "10 đến dưới 20 km",
    "20-50": "20 đến dưới 50 km",
    "50+": "Từ 50 km",
    "unknown": "Chưa rõ",
}
NO_ETHNIC_GROUP = {"unknown": "Chưa khai dân tộc"}
NOTES = {
    "distance": "đường chim bay từ trung tâm xã, phường nơi ở",
    "ethnicity": "theo lời khai khi mũi được đếm; người có hồ sơ được đếm mỗi giờ",
}


@get("/dieu-hanh/chat-luong", opt=staff(*MANAGERS))
async def quality(db: Db, request: Web) -> Response[bytes]:
    """The quality of the data of one's reach, and who was reached: by channel, age, sex, group, distance, ethnicity."""
    reach = reach_of(request.state.actor)
    identities = await analytics.quality.identities(db, province=reach.code)
    channels = await analytics.quality.channels(db, province=reach.code)
    return page(
        request,
        "command_centre/quality.html",
        quality=await analytics.quality.quality(db, province=reach.code, path=reach.path),
        identities=identities,
        people=sum(one.people for one in identities),
        identity_words=IDENTITY_WORDS,
        channels=channels,
        doses=sum(one.doses for one in channels),
        channel_words=CHANNEL_WORDS,
        reached=await analytics.reached(db, province=reach.code),
        words={"sex": SEXES, "distance": DISTANCE_WORDS, "ethnicity": NO_ETHNIC_GROUP},
        notes=NOTES,
        at=db.at,
    )


routes: list[ControllerRouterHandler] = [quality]
