"""What can be wrong with a schedule that somebody wrote: each a named fact with its file, its row and the rule it breaks."""

from tiemchung.kit.errors import DomainError


class ScheduleWrong(DomainError):
    """Base of what a schedule is refused for; facts: `file`, `row`."""

    status = 422
    field = "text"


class NotYaml(ScheduleWrong):
    """The text cannot be read at all, or a key stands twice; facts: `file`, `row` (line), `words`."""

    sentence = "{file}, dòng {row}: không đọc được ({words})."
    rule = "yaml"


class FileMissing(ScheduleWrong):
    """A schedule is three files and its provinces; facts: `file`."""

    sentence = "Thiếu tệp {file}."
    rule = "files"


class WrongShape(ScheduleWrong):
    """A key is unknown or missing, or a value has the wrong type; facts: `file`, `row`, `words`."""

    sentence = "{file}, {row}: {words}."
    rule = "shape"


class WrongLength(ScheduleWrong):
    """A text is not a length of time; facts: `file`, `row`, `text`."""

    sentence = "{file}, {row}: “{text}” không phải là khoảng thời gian (ví dụ: 8 weeks, 6 months)."
    rule = "length_of_time"


class WrongOrder(ScheduleWrong):
    """A dose would be recommended before it is allowed, or late before it is recommended; facts: `file`, `row`."""

    sentence = "{file}, {row}: minimum, recommended và past_due phải theo thứ tự tăng dần."
    rule = "order_of_lengths"


class UnknownName(ScheduleWrong):
    """A row names a product, paper, finding, series or vital sign that is not there; facts: `file`, `row`, `kind`, `name`."""

    sentence = "{file}, {row}: không có {kind} “{name}”."
    rule = "known_name"


class NamedTwice(ScheduleWrong):
    """Two things have one name; facts: `file`, `row`, `name`."""

    sentence = "{file}, {row}: tên “{name}” đã dùng rồi."
    rule = "one_name"


class UnsurePaper(ScheduleWrong):
    """A row without a paper must say that it is unsure; facts: `file`, `row`."""

    sentence = "{file}, {row}: chưa rõ văn bản thì phải ghi confidence: unsure."
    rule = "paper"


class EndsBeforeItBegins(ScheduleWrong):
    """A row's last day is before its first; facts: `file`, `row`."""

    sentence = "{file}, {row}: ngày kết thúc trước ngày bắt đầu."
    rule = "days"


class DaysWithoutRow(ScheduleWrong):
    """Two rows that follow one another leave days out; facts: `file`, `row`, `first`, `last`."""

    sentence = "{file}, {row}: từ {first} đến {last} không có dòng nào."
    rule = "no_gap"


class RowsOverlap(ScheduleWrong):
    """Two rows for the same thing hold on the same day; facts: `file`, `row`, `first`."""

    sentence = "{file}, {row}: ngày {first} có hai dòng cùng hiệu lực."
    rule = "no_overlap"


class BelowFloor(ScheduleWrong):
    """A province's interval is shorter than the ministry allows; facts: `file`, `row`, `minimum`, `floor`."""

    sentence = "{file}, {row}: {minimum} ngắn hơn mức tối thiểu {floor} mà Bộ cho phép."
    rule = "floor"


class NotLeftToProvinces(ScheduleWrong):
    """A province changes a row, or on a day, that the ministry has not left to provinces; facts: `file`, `row`."""

    sentence = "{file}, {row}: Bộ không cho tỉnh đổi dòng này vào những ngày đó."
    rule = "local"


class ExampleFails(ScheduleWrong):
    """A worked case does not come out as written; facts: `file`, `row` (its name), `what`, `expected`, `got`."""

    sentence = "{file}, “{row}”: {what} phải là {expected}, nhưng ra {got}."
    rule = "example"
