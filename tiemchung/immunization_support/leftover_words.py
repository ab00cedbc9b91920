"""The advice on opened vials in sentences: what to open, when to stop, whom to call."""

from tiemchung.domain.immunizations.leftover import Advice
from tiemchung.kit import clock
from tiemchung.web.i18n import Translate


def sentences(advice: Advice, translate: Translate) -> list[str]:
    """The advice, the most urgent first; empty where there is nothing to decide."""
    if advice.over and not advice.left:
        return [translate("Không còn ai chờ và không còn liều trong lọ mở: không mở thêm lọ nào.")]
    told: list[str] = []
    if advice.open_now:
        told.append(translate("Mở thêm {count} lọ cho người đang chờ.").format(count=advice.open_now))
    elif advice.over:
        told.append(translate("Không mở thêm lọ nào: không còn ai chờ hoặc hẹn đến."))
    elif advice.left >= advice.waiting + advice.coming:
        told.append(translate("Không mở thêm lọ nào: liều trong lọ mở đủ cho mọi người còn lại."))
    else:
        told.append(translate("Chưa mở lọ mới: liều trong lọ mở đủ cho người đang chờ."))
    if advice.open_in_all > advice.open_now:
        told.append(translate("Đến hết phiên cần mở cả thảy {count} lọ nữa.").format(count=advice.open_in_all))
    if advice.spare < 0:
        told.append(
            translate("Thiếu {count} liều: xin điều chuyển, hoặc hẹn lại người đến sau.").format(count=-advice.spare)
        )
    elif advice.spare:
        told.append(_spare(advice, translate))
    return told


def _spare(advice: Advice, translate: Translate) -> str:
    """Whom to call for the doses that nobody is there for, and until when."""
    facts = {"spare": advice.spare, "call": advice.call}
    if advice.ends_at is not None:
        facts |= {"time": f"{clock.local(advice.ends_at):%H:%M}"}
    if not advice.call:
        return translate(
            "Sẽ thừa {spare} liều và chưa có ai đăng ký dự bị: mời người nhà đi cùng đủ điều kiện."
        ).format(**facts)
    if advice.ends_at is None:
        return translate("Sẽ thừa {spare} liều ở lọ cuối: mời {call} người dự bị trước khi mở.").format(**facts)
    return translate("Sẽ thừa {spare} liều: mời {call} người dự bị đến trước {time}.").format(**facts)
