"""Reading what people type into Thai cells: text, numbers, ticks, telephone, e-mail; the only module of Thai words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

from templates import reading
from templates.reading import Raw as Raw
from templates.reading import Read as Read


def _words(text: str, meaning: str = "") -> dict[str, str]:
    return dict.fromkeys(text.split(), meaning)


_TONES = "\u0e48-\u0e4b"
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
PAIYANNOI = "ฯ"  # what follows the word is left out: the word is the beginning of a name
THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_ASCII = str.maketrans(THAI_DIGITS + "０１２３４５６７８９", "0123456789" * 2)
# Old Windows fonts kept moved copies of the marks at U+F700..F71A; text copied out of such files still carries them.
_MOVED = (
    "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e0d\u0e31\u0e4d\u0e47"
    "\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a"
)
_GLYPHS: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x180E, *range(0x200B, 0x2010)], None),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0E, 0xFE0F, 0xFEFF], None),
    **dict.fromkeys(range(0xD800, 0xE000), None),
    **dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n"),
    0x0D: "\r",
    **dict(zip(range(0xF700, 0xF71B), _MOVED, strict=True)),
    **dict(zip(map(ord, "０１２３４５６７８９％，．－／（）＋：＠"), "0123456789%,.-/()+:@", strict=True)),
}
_ESCAPED = re.compile(r"\r\n?|_x000[Dd]_\n?|_x000[Aa]_")
_CLUSTER = re.compile(f"[{_MARKS}\u0e33][{_MARKS}\u0e33\u0e32]*")
_DOTS = re.compile(r"[.…_]{2,}|…")
_FILLED = re.compile("\x1f *[0-9๐-๙][0-9๐-๙.,/: ]*(?=\x1f)")
_LATE = frozenset("\u0e48\u0e49\u0e4a\u0e4b\u0e4c")
_SPLIT = re.compile(f"[ก-ฮ][{_TONES}]? [{_TONES}]?[\u0e32\u0e33]")
_GLYPH = re.compile(
    "(?<![\u0e01-\u0e2f\u0e31-\u0e4e])[ก-ฮ][1-9+][ก-ฮ]|[ก-ฮ][\u0e31-\u0e3a]?[0-9+][\u0e30-\u0e3a\u0e47-\u0e4e]|[ใไ][ดหชว][1-9][ก-ฮ]"
    "|[\u0e01-\u0e4e]\\+(?=\\s|\\Z|[\u0e01-\u0e4e])|กำร(?!า)|ควำม|(?:[ตขคพ][1-9]น|[ก-ฮ][1-9](?:วย|วน|อง(?!ค)|อย|อม|อน))(?![\u0e30-\u0e3a\u0e47-\u0e4e])"
)
_NO_KEY = re.compile("[^\\w\u0e30-\u0e3a\u0e47-\u0e4e]|[_ฯ]")
BLANK_SIGNS = "-()[]‐‑‒–—―−_.…·•~"
_EMPTY = re.compile(f"[\\s{re.escape(BLANK_SIGNS)}]*\\Z")
_ERROR = re.compile(
    r"(#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|EXTERNAL!|PYTHON!"
    r"|GETTING_DATA)|Err:[0-9]{3})\Z", re.IGNORECASE)  # fmt: skip
_BLANK_WORDS = _words("ไม่มีข้อมูล ยังไม่มีข้อมูล ไม่พบข้อมูล ไม่ปรากฏข้อมูล ไม่เกี่ยวข้อง ไม่ระบุ ยังไม่ระบุ ว่าง เว้นว่าง na null nodata")
_NONE_WORDS = _words("ไม่มี ยังไม่มี none")
BLANK_WORDS, NONE_WORDS = tuple(_BLANK_WORDS), tuple(_NONE_WORDS)

# Words before and after a number -> the code they leave; "" says nothing, "%" says that it is a percentage.
_BEFORE = (
    _words("จำนวน รวม ทั้งสิ้น ทั้งหมด รวมทั้งสิ้น คิดเป็น เป็น เท่ากับ เฉลี่ย ค่าเฉลี่ย ได้ ฿ ที่ น้ำหนัก ค่าน้ำหนัก ครบ ผ่าน ดำเนินการแล้ว")
    | _words("ไม่น้อยกว่า ไม่ต่ำกว่า ไม่เกิน ไม่เกินกว่า ไม่มากกว่า ไม่สูงกว่า ไม่ถึง น้อยกว่า มากกว่า ต่ำกว่า สูงกว่า เกินกว่า เกิน", "COMPARATOR")
    | _words("มากกว่าหรือเท่ากับ น้อยกว่าหรือเท่ากับ ภายใน อย่างน้อย อย่างต่ำ อย่างมาก ตั้งแต่ ≥ ≤ > < >= <=", "COMPARATOR")
    | _words("เพิ่มขึ้น เพิ่ม สูงขึ้น ลดลง ลด ต่ำลง", "DIRECTION_WORD")
    | _words("ประมาณ โดยประมาณ ราว ราวๆ ๆ เกือบ ใกล้เคียง ~ ≈", "APPROX")
    | _words("ร้อยละ เปอร์เซ็นต์ % percent", "%")
)
_AFTER = (
    _words(
        "ครั้ง คน เรื่อง จังหวัด หน่วยงาน โครงการ กิจกรรม วัน บาท ราย ฉบับ ระบบ แห่ง ชุด เล่ม หลักสูตร กระบวนงาน ขั้นตอน ตัวชี้วัด "
        "มาตรการ ข้อ เดือน ปี สัปดาห์ ชั่วโมง ชม. นาที ช่องทาง รุ่น กลุ่ม ท่าน อำเภอ ตำบล หมู่บ้าน ครัวเรือน คะแนน ประเด็น รายการ "
        "ผลงาน คู่มือ เวที หน้า แผน เครื่อง คัน หลัง ไร่ กิโลเมตร กม. ชิ้น อัน องค์กร ส่วนราชการ ตัวอย่าง วันทำการ บาทถ้วน"
    )
    | _words("/ปี /เดือน /ไตรมาส /วัน /คน /ราย /ครั้ง ต่อ .- ,-")
    | _words("ขึ้นไป ลงมา เป็นอย่างน้อย", "COMPARATOR")
    | _words("กว่า โดยประมาณ", "APPROX")
    | _words("% เปอร์เซ็นต์ เปอร์เซ็น เปอร์เซนต์ เปอร์เซน เปอร์เซ็นต เปอเซ็นต์ เปอร์เซ็นท์ ร้อยละ percent pct", "%")
)
PERCENT_BEFORE, PERCENT_BESIDE = "ร้อยละ", ("เปอร์เซ็นต์", "%")  # those that formulas take off, too
PERCENT_WORDS = tuple(word for word, code in _BEFORE.items() if code == "%")
_LEVEL_BEFORE = _BEFORE | _words(
    "ระดับคะแนน ระดับ คะแนน ขั้นตอน ขั้น ผลการดำเนินการ ผลการดำเนินงาน ดำเนินการ ดำเนินงาน แล้วเสร็จ เสร็จ สำเร็จ อยู่ใน ใน ถึง มี "
    "ผล ผลคะแนน level lv. lv"
)
_MINUS = re.compile(r"[‐‑‒–—−](?=[0-9.])")
_BETWEEN = re.compile(r"\s*(?:[-‐‑‒–—−~]|ถึง)\s*")
_ONES = {word: n for n, word in enumerate(_words("ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า"))} | {"เอ็ด": 1}
_TENS = {word: 10**n for n, word in enumerate(_words("สิบ ร้อย พัน หมื่น แสน ล้าน"), 1)}
_WORD = re.compile("|".join([*_ONES, *_TENS]))

_MONTH_NAMES = (
    "มกราคม มกรา ม.ค. january jan|กุมภาพันธ์ กุมภาพันธ กุมภา ก.พ. february feb|มีนาคม มีนา มี.ค. march mar|"
    "เมษายน เมษา เม.ย. april apr|พฤษภาคม พฤษภา พ.ค. may|มิถุนายน มิถุนา มิ.ย. june jun|"
    "กรกฎาคม กรกฏาคม กรกฎา กรกฏา ก.ค. july jul|สิงหาคม สิงหา ส.ค. august aug|"
    "กันยายน กันยา ก.ย. september sept sep|ตุลาคม ตุลา ต.ค. october oct|"
    "พฤศจิกายน พฤษจิกายน พฤศจิกา พ.ย. november nov|ธันวาคม ธันวา ธ.ค. december dec"
)
_MONTHS = {
    word: f"{'e' if word.isascii() else 'm'}{month:02}"
    for month, names in enumerate(_MONTH_NAMES.split("|"), 1)
    for word in names.split()
}
MONTHS = tuple(names.split()[0] for names in _MONTH_NAMES.split("|"))  # written out, January first
# Word -> token of templates.dates: m06 a Thai month, e06 an English one, "" a word that says nothing.
DATE_WORDS = (
    _words("วันที่ วัน เดือน ภายใน ณ พ.ศ. ค.ศ. ปี ประจำ ประจำปี ระหว่าง ตั้งแต่ เริ่ม เริ่มตั้งแต่ ช่วง ที่ ของ รอบการรายงาน รอบการติดตาม ไม่เกิน ' ’")
    | _words("จันทร์ อังคาร พุธ พฤหัสบดี พฤหัส ศุกร์ เสาร์ อาทิตย์")
    | _words("สิ้น สิ้นเดือน สิ้นสุดเดือน ภายในเดือน ภายในสิ้นเดือน", "end")
    | _words("ปีงบประมาณ ประจำปีงบประมาณ ปีงบ งบประมาณ งปม. ปีงปม. ตลอดปี ตลอดปีงบประมาณ ทั้งปี ทั้งปีงบประมาณ fy", "fy")
    | _words("ไตรมาส quarter q", "q")
    | _words("ถึง จนถึง และ to - ‐ ‑ ‒ – — − ~", "-")
    | {"รอบ": "round", "ครั้งที่": "no", "รอบที่": "no", "เวลา": "at", "t": "at", "น.": "hr"}
    | _MONTHS
)
PHONE_EXTENSION = "ต่อ"  # what formulas know of the words of telephone numbers
DATE_BESIDE = ("วันที่", "เดือน", "พ.ศ.", "พ.ศ")  # those that say nothing and that formulas take off, too
_MANGLED = re.compile(
    rf"(?:[0-9]{{1,4}}[-/ ])?(?:{'|'.join(word.replace('.', '[.]?') for word in _MONTHS)})(?:[-/ ][0-9]{{1,4}})?\Z"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ t][0-9:.]*)?\Z"
)

_TICKED = _words("☑ ☒ ✓ ✔ ✅ ✗ ✘ ✕ ✖ × 🗸 🗹 🗷 ⌧ / \\ √ v x ● ◉ ⦿ ■ 1 ใช่ มี จริง yes y true")
_UNTICKED = _words("☐ □ ▢ ⬜ ○ ◯ 0 ไม่ใช่ ไม่ ไม่มี เท็จ no n false")
_PHONE_WORDS = (
    _words("หมายเลข เบอร์ สายตรง โทรศัพท์ โทรสาร โทร แฟกซ์ มือถือ telephone tel phone mobile fax")
    | _words("ต่อ กด extension ext. ext #", "x")
    | _words("หรือ และ or and", ";") | {"ถึง": "-"}
)
_PHONE_WORD = re.compile(rf"({'|'.join(map(re.escape, _PHONE_WORDS))})[\s.:]*")


def clean(text: str) -> str:
    """Mend a text without changing what it says, in the order of the domain notes F1; cleaning twice changes nothing.

    Moved glyphs, invisible characters, spaces, full-width figures, sara am, doubled and misplaced marks, line ends, dot
    leaders. Thai digits stay, except those typed into a dot leader. Never NFKC, which splits sara am.
    """
    text = _ESCAPED.sub("\n", text.translate(_GLYPHS)).replace("เเ", "แ")
    text = _DOTS.sub(_leader, _CLUSTER.sub(_ordered, text))
    text = _FILLED.sub(lambda match: digits(match[0]), text).replace("\x1f", " ")
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip("\n")


def _ordered(match: re.Match[str]) -> str:
    run = match[0]
    pieces = ["".join(sorted(dict.fromkeys(piece), key=_LATE.__contains__)) for piece in run.split("\u0e32")]
    if "\u0e33" not in run and not any("\u0e4d" in piece for piece in pieces[:-1]):
        return "\u0e32".join(pieces)
    marks = sorted(dict.fromkeys(c for c in run if c not in "\u0e32\u0e33\u0e4d"), key=_LATE.__contains__)
    return "".join(marks) + "\u0e33"


def _leader(match: re.Match[str]) -> str:
    run, text = match[0], match.string
    beside = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    number = ".." in run and any(c.isdecimal() for c in beside)
    if run in ("...", "…") and not number and match.start() and not beside[0].isspace():
        return run  # an ellipsis in prose, no leader
    return "\x1f" if number or "…" in run or "..." in run or "___" in run else run


def digits(text: str) -> str:
    """Turn Thai and full-width digits into 0-9; the rest stays."""
    return text.translate(_ASCII)


def thai_digits(text: str) -> str:
    """Turn 0-9 into Thai digits; the rest stays."""
    return text.translate(dict(zip(range(0x30, 0x3A), THAI_DIGITS, strict=True)))


def key(text: str) -> str:
    """Give what two spellings of a text share: cleaned, digits 0-9, lower case, no spaces, punctuation, paiyannoi."""
    return _NO_KEY.sub("", digits(clean(text)).casefold())


def flags(text: str) -> tuple[str, ...]:
    """Name the damage of a cleaned text that only a guess could mend: a split sara am, marks copied as other glyphs."""
    found = {"SPLIT_SARA_AM": _SPLIT.search(text), "PDF_GLYPH": _GLYPH.search(text)}
    return tuple(code for code, match in found.items() if match)


def nothing(text: str, none: str = "STATED_NONE") -> Read | None:
    """Judge a cleaned text without an answer: Excel error, blank marker, stated none; None when it may hold one."""
    if _ERROR.match(text):
        return Read(rejected="EXCEL_ERROR")
    word = key(text) if len(text) <= reading.WIDEST else text
    if word in _NONE_WORDS:
        return Read(codes=(none,))
    return Read() if _EMPTY.match(text) or word in _BLANK_WORDS else None


def read_text(raw: Raw) -> Read:
    """Read a text as a cleaned str; numbers and dates that stand in the cell become plain text."""
    if raw is None or not isinstance(raw, str):
        number = reading.plain(raw) if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool) else raw
        return Read(None if raw is None else str(raw if number is None else number))
    text = clean(raw)
    return nothing(text) or Read(text, flags(text))


def read_number(raw: Raw) -> Read:
    """Read a Decimal; unit and label words are taken off, words that change the meaning leave a code."""
    return reading.as_number(_number(raw, _BEFORE))


def read_percent(raw: Raw, number_format: str = "") -> Read:
    """Read a percentage as 0 to 100; a number, never a text, counts a hundredfold where its format shows %.

    Parentheses around it are no minus: seed 001 prints weights so.
    """
    if not isinstance(raw, str):
        return reading.as_percent(_number(raw, _BEFORE), number_format)
    text = clean(raw) if len(raw) <= reading.LONGEST else raw
    return reading.as_percent(_typed(text[1:-1] if text[:1] == "(" and text[-1:] == ")" else raw, _BEFORE), "")


def read_weight(raw: Raw, number_format: str = "") -> Read:
    """Read a weight in percent points of 100, as a percentage is read."""
    return read_percent(raw, number_format)


def read_level(raw: Raw, lowest: int = 1, highest: int = 5) -> Read:
    """Read a score level; `lowest` is 0 only where the policy allows it."""
    read = _number(raw, _LEVEL_BEFORE)
    if isinstance(read.value, Decimal) and not lowest <= read.value <= highest:
        return Read(rejected="OUT_OF_RANGE")
    return reading.as_number(read)


def _number(raw: Raw, before: Mapping[str, str]) -> Read:
    if isinstance(raw, str):
        return _typed(raw, before)
    if isinstance(raw, date | time | timedelta):
        return Read(rejected="EXCEL_DATE_MANGLED")
    value = None if raw is None or isinstance(raw, bool) else reading.plain(raw)
    return Read(value, rejected="BAD_NUMBER" if value is None and raw is not None else None)


def _typed(raw: str, before: Mapping[str, str]) -> Read:
    text = digits(clean(raw)).casefold().lstrip("'\u2018\u2019`")
    if found := nothing(text, "NONE_MAY_BE_ZERO"):
        return found
    if len(text) > reading.LONGEST:
        return Read(rejected="BAD_NUMBER")
    rest, codes = reading.peel(text, before, _AFTER)
    value = reading.numeral(_MINUS.sub("-", rest, count=1))
    if value is None and (value := _spelled(rest)) is not None:
        codes = (*codes, "THAI_WORD")
    if value is not None:
        return Read(value, codes)
    if _EMPTY.match(rest) and (rest or _DOTS.search(raw)):
        return Read()
    if _MANGLED.match(text) and any(c.isdecimal() for c in text):
        return Read(rejected="EXCEL_DATE_MANGLED")
    ends = [reading.numeral(reading.peel(end, before, _AFTER)[0]) for end in _BETWEEN.split(rest)]
    return Read(rejected="RANGE" if len(ends) == 2 and None not in ends else "BAD_NUMBER")


def _spelled(text: str) -> Decimal | None:
    text = "".join(text.split()).replace("ยี่สิบ", "สองสิบ")
    minus, (whole, point, rest) = text.startswith("ลบ"), text.removeprefix("ลบ").partition("จุด")
    words, parts = _WORD.findall(whole), _WORD.findall(rest)
    number = reading.spelled(words, _ONES, _TENS) if words and words[0] != "เอ็ด" else None
    whole_text = "".join(words) + point + "".join(parts) == whole + point + rest and bool(point) == bool(parts)
    if number is None or not whole_text or not set(parts) <= _ONES.keys() - {"เอ็ด"}:
        return None
    return reading.numeral(f"{'-' * minus}{number}.{''.join(str(_ONES[part]) for part in parts)}")


def read_tick(raw: Raw, font: str = "") -> Read:
    """Read a box as True or False; blank is False. In symbol fonts a character counts as what the font draws."""
    if not isinstance(raw, str):
        number = reading.plain(raw) if isinstance(raw, int | float | Decimal) else None
        return Read(bool(raw)) if raw is None or number in (0, 1) else Read(rejected="BAD_TICK")
    drawn = reading.drawn("".join(sorted(set(raw.strip(" ()[]")))), font)
    if drawn is not None:
        return Read(drawn)
    text = "".join(clean(raw).casefold().split()).strip("()[].")
    text = text[:1] if len(set(text)) == 1 else text
    if found := nothing(text):
        return found if found.rejected else Read(False)
    if text in ("o", "๐"):
        return Read(False, ("AMBIGUOUS",))
    return Read(text in _TICKED) if text in _TICKED | _UNTICKED else Read(rejected="BAD_TICK")


def read_phone(raw: Raw) -> Read:
    """Read Thai telephone numbers as offices print them, `0 2000 0099 ext 1234`; several are joined by ", "."""
    text = str(read_text(raw).value or "") if not isinstance(raw, str) else digits(clean(raw)).casefold()
    if found := nothing(text):
        return found
    text = _PHONE_WORD.sub(lambda match: _PHONE_WORDS[match[1]], text.lstrip("'"))
    return reading.telephones(text) if len(text) <= reading.LONGEST else Read(rejected="BAD_PHONE")


def read_email(raw: Raw) -> Read:
    """Read one e-mail address, trimmed and in lower case."""
    text = raw.translate(_GLYPHS) if isinstance(raw, str) else str(read_text(raw).value or "")
    return nothing(clean(text)) or reading.email(text)
