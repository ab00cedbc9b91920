"""An appointment as a calendar entry (RFC 5545): when and where, without the person's name or the vaccine."""

from datetime import datetime, timedelta

from tiemchung.domain.appointments.model import Appointment

_LINE_BYTES = 75


def ics(appointment: Appointment, at: datetime) -> str:
    """The text of an .ics file; lines are folded at 75 bytes, never inside a character."""
    ends_at = appointment.starts_at + timedelta(minutes=appointment.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tiem Chung//VI",
        "BEGIN:VEVENT",
        f"UID:{appointment.appointment_id}@tiemchung",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{appointment.starts_at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{ends_at:%Y%m%dT%H%M%SZ}",
        "SUMMARY:Lịch hẹn tiêm chủng",
        f"LOCATION:{_text(f'{appointment.place_name}, {appointment.place_address}')}",
        f"DESCRIPTION:{_text(f'Mã check-in: {appointment.shown_code}')}",
        f"STATUS:{'CONFIRMED' if appointment.live else 'CANCELLED'}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Lịch hẹn tiêm chủng",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE_BYTES:
            parts.append("")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n ".join(parts)
