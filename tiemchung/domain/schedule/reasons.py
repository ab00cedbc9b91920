"""The sentences of reasons: Vietnamese here, which is the message id of the English one; facts stand in braces."""

import re
from collections.abc import Callable
from datetime import date

from tiemchung.domain.schedule.answers import Reason

WORDS = {
    "too_young": "Chưa đủ tuổi: sớm nhất ngày {earliest}.",
    "too_old": "Đã quá tuổi của mũi này, tính đến ngày {latest}.",
    "too_soon": "Chưa đủ khoảng cách: sớm nhất ngày {earliest}, đủ {interval} kể từ ngày {since}.",
    "before_finding": "Mũi này tiêm trước ngày {observed} nên không tính cho đợt tiêm sau ngày đó.",
    "same_day": "Ngày {on} đã tiêm một mũi cùng loại; hai mũi trong một ngày chỉ tính là một.",
    "live_conflict": "Quá gần vắc xin sống {previous} tiêm ngày {since}: sớm nhất ngày {earliest}.",
    "wrong_product": "{product} không dùng được cho mũi này.",
    "other_products": "Mũi này không tiêm {product}; vắc xin được dùng: {products}.",
    "wrong_age_for_product": "{product} không dùng ở tuổi này cho mũi này.",
    "inadvertent": "{product} không bao giờ được tính cho mũi này.",
    "surplus": "Mũi thừa: các mũi cần tiêm đã đủ.",
    "not_in_force": "Quy định cho mũi này chưa hoặc không còn hiệu lực vào ngày đó.",
    "substandard": "Liều vắc xin bị thu hồi hoặc bảo quản không đúng.",
    "expired_lot": "Lô vắc xin đã hết hạn ngày {expired_on}.",
    "before_birth": "Ngày tiêm {on} trước ngày sinh {born_on}.",
    "in_future": "Ngày tiêm {on} sau ngày xem xét {today}.",
    "immune": "Đã có miễn dịch: {finding}.",
    "immune_by_birth": "Được coi là đã có miễn dịch vì sinh trước ngày {before}.",
    "contraindicated": "Chống chỉ định: {finding}.",
    "deferred": "Hoãn tiêm vì {finding} ngày {since}: sớm nhất ngày {earliest}.",
    "deferred_until_over": "Hoãn tiêm đến khi hết: {finding}.",
    "needs_care": "Thận trọng khi tiêm: {finding}.",
    "needs_hospital": "Tiêm ở nơi cấp cứu được phản vệ: {finding}.",
    "ask_finding": "Chưa biết, cần hỏi: {finding}.",
    "season_over": "Đã hết mùa tiêm ngày {ended}.",
    "aged_out": "Đã quá tuổi để tiêm tiếp, tính đến ngày {latest}.",
    "not_licensed": "{product} chưa được dùng hoặc không còn được dùng cho mũi này vào ngày đó.",
    "too_young_for_product": "Chưa đủ tuổi dùng {product}: sớm nhất ngày {earliest}.",
    "too_old_for_product": "Đã quá tuổi dùng {product}.",
    "off_policy": "Mũi này vẫn được tính nhưng không phải vắc xin được khuyến cáo.",
    "only_when": "Chỉ dùng khi: {finding}.",
    "consent_needed": "Cần người được tiêm đồng ý riêng với vắc xin này.",
    "no_dose_due": "Không có mũi nào cần tiêm bằng vắc xin này.",
    "lot_expired": "Lô {lot} đã hết hạn ngày {expired_on}.",
    "lot_recalled": "Lô {lot} đã bị thu hồi.",
    "lot_not_released": "Lô {lot} chưa được phép sử dụng.",
    "cannot_tell": "Ngày ghi chưa đủ nên không xác định được: có thể là {statuses}.",
    "cannot_tell_days": "Ngày ghi chưa đủ nên không xác định được ngày.",
}
ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
AMOUNT = re.compile(r"(\d+) (year|month|week|day)s?")
UNITS = {
    "year": "{number} năm",
    "month": "{number} tháng",
    "week": "{number} tuần",
    "day": "{number} ngày",
}


def sentence(reason: Reason, translate: Callable[[str], str] = str) -> str:
    """The reason as people read it, with its paper in brackets; `translate` gives the English of a Vietnamese sentence."""
    facts = {name: _shown(fact, translate) for name, fact in reason.facts.items()}
    words = translate(WORDS[reason.code]).format(**facts)
    return f"{words} ({reason.paper})" if reason.paper else words


def length(text: str, translate: Callable[[str], str] = str) -> str:
    """A length of time as people read it: "8 weeks" is 8 tuần."""
    return AMOUNT.sub(lambda match: translate(UNITS[match[2]]).format(number=match[1]), text)


def age(text: str, translate: Callable[[str], str] = str) -> str:
    """An age as people read it: "18 years" is 18 tuổi, anything else a length of time."""
    years = re.fullmatch(r"(\d+) years?", text)
    return translate("{number} tuổi").format(number=years[1]) if years else length(text, translate)


def _shown(fact: str, translate: Callable[[str], str]) -> str:
    """A fact in words: days as dd/mm/yyyy, lengths of time in the reader's language, anything else as it is."""
    if ISO_DAY.fullmatch(fact):
        return f"{date.fromisoformat(fact):%d/%m/%Y}"
    if AMOUNT.match(fact):
        return length(fact, translate)
    return translate(fact)
