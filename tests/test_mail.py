"""Letters: who gets which, what they say, each once; against real mail servers on the loopback, and as files."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
import signal
import socket
import string
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import filling
import mailing
import pytest
from mailing import CENTRE, LINE, Box, configure, copied, ledger_of, night, recipients, registry, server, text_of, written
from season_tools import Trial, command

from processors import letters, season
from processors.addressee import address, addresses
from processors.bulletin import NightWords
from processors.compose import Enclosed, House, Letter, compose
from processors.due import of_returns
from processors.letters import send_due
from processors.mail import EXAMPLE, Mail, read_mail
from processors.reminders import newest_step
from workbook.errors import AppError

ROOT = Path(__file__).parents[1]
WORDS = tomllib.loads((ROOT / "templates" / "texts" / "mail.toml").read_text(encoding="utf-8"))
TH = WORDS["th"]
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
SENDER = "reports@example.go.th"
NAMES = ["notice_000003", "receipt_000003", "return_000001", "return_000004", "summary_2014-04-10_5"]
SMTP = {"from_": SENDER, "server": "127.0.0.1", "security": "none", "centre": [CENTRE]}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give a season after a night: accepted, returned, conflict, and one agency that nobody can write to."""
    return mailing.made(tmp_path_factory.mktemp("mail") / "season")


@pytest.fixture
def fresh(scene: Trial, tmp_path: Path) -> Trial:
    """Give that season before anybody was written to."""
    return copied(scene, tmp_path / "season")


# -- addresses ---------------------------------------------------------------------------------------------------------

GOOD = {
    "a@b.th": "a@b.th", " A.b+c@Opdc.GO.th ": "A.b+c@opdc.go.th", "x@ไทย.th": "x@xn--o3cw4h.th",
    "o'neil@b-c.co": "o'neil@b-c.co",
}  # fmt: skip
BAD = [
    "", "a", "a@b", "@b.th", "a@", "a b@c.th", "a@b.th,c@d.th", "a@b.th;c@d.th", "a@b.th c@d.th", "a@b.th\nBcc: x@y.th",
    "a\r\nBcc:x@y.th", "Name <a@b.th>", '"a"@b.th', "a..b@c.th", ".a@c.th", "a@-b.th", "a@b..th", "a@1.2.3.4", "ก@b.th",
    "a@b.th\x00", "a@[127.0.0.1]", "a" * 65 + "@b.th", "a@" + "b" * 64 + ".th", "a@" + "b." * 130 + "th", "a@b@c.th", "a\u200b@b.th",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_what_is_one_address(text: str) -> None:
    assert address(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address(text: str) -> None:
    assert address(text) == ""


def test_an_address_is_written_to_once_whatever_its_letters() -> None:
    assert addresses(["A@b.th", None, 3, "a@B.th", "c@b.th", "no"]) == ("A@b.th", "c@b.th")


# -- configuration -------------------------------------------------------------------------------------------------------


def test_every_mistake_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.write_text("hush-hush")
    open_to_all.chmod(0o644)
    raw = {
        "from": "nobody", "server": "mail.example.go.th", "port": 0, "security": "ssl", "user": "u", "password_file": "open",
        "ca_file": "gone.pem", "timeout_seconds": 0, "centre": ["a@b.th", "x"], "remind_before": [3, "x"], "remind_after": [0],
        "max_attachment_mb": "ten", "passwort": "x",
    }  # fmt: skip
    with pytest.raises(AppError) as told:
        read_mail(raw, tmp_path, "[mail]")
    text = str(told.value)
    assert told.value.status == 4 and len(text.splitlines()) == 11
    for key in ("passwort", "from", "port", "security", "password_file", "ca_file", "timeout_seconds", "centre", "max_attachment_mb"):
        assert f"[mail] {key}" in text or f"unknown key {key!r}" in text, key
    assert "remind_before" in text and "remind_after" in text and "hush" not in text


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"server": "mail.example.go.th"}, "from is missing"),
        ({"from": SENDER, "server": "m.example.go.th", "user": "u"}, "user wants password_file"),
        ({"from": SENDER, "server": "m.example.go.th", "password_file": "shut"}, "password_file wants user"),
        ({"from": SENDER, "server": "m.example.go.th", "user": "u", "password_file": "none"}, "password_file: none"),
        ({"from": SENDER, "server": "m.example.go.th", "user": "u", "password_file": "shut", "security": "none"}, "no password"),
        ({"from": SENDER, "server": "m.example.go.th\r\nQUIT"}, "server holds a line end"),
        ({"port": True}, "port is True"),
    ],
)
def test_what_does_not_go_together(tmp_path: Path, raw: dict[str, object], told: str) -> None:
    (tmp_path / "shut").touch(mode=0o600)
    with pytest.raises(AppError, match=told) as found:
        read_mail(raw, tmp_path, "[mail]")
    assert found.value.status == 4


@pytest.mark.parametrize("here", ["127.0.0.1", "::1", "localhost"])
def test_a_password_may_go_to_this_computer_itself(tmp_path: Path, here: str) -> None:
    (tmp_path / "shut").touch(mode=0o600)
    raw = {"from": SENDER, "server": here, "user": "u", "password_file": "shut", "security": "none"}
    assert read_mail(raw, tmp_path, "[mail]").port == 25


def test_defaults_and_what_init_writes(tmp_path: Path, scene: Trial) -> None:
    assert read_mail({}, tmp_path, "[mail]") == Mail(port=587)
    assert read_mail({"security": "tls"}, tmp_path, "[mail]").port == 465
    shown = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", EXAMPLE)
    (tmp_path / "mail.password").touch(mode=0o600)
    raw = tomllib.loads(shown)["mail"]
    assert read_mail(raw, tmp_path, "[mail]").centre == ("centre@example.go.th",)
    assert tomllib.loads(EXAMPLE) == {"mail": {}}
    assert "[mail]" in (scene.root / "season.toml").read_text(encoding="utf-8")


def test_a_wrong_table_stops_the_command_with_status_4(fresh: Trial) -> None:
    configure(fresh, server="mail.example.go.th", port=70000)
    ran = fresh.run("status")
    assert ran.status == 4 and "season.toml: [mail] port" in ran.err and "from is missing" in ran.err


# -- texts -----------------------------------------------------------------------------------------------------------------


def gaps(sentence: str) -> set[str]:
    return {gap for _, gap, _, _ in string.Formatter().parse(sentence) if gap}


def test_every_sentence_has_both_languages_with_the_same_gaps() -> None:
    assert set(TH) == set(WORDS["en"])
    for key, sentence in TH.items():
        assert sentence.strip() and gaps(sentence) == gaps(WORDS["en"][key]), key


def test_every_sentence_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "processors").glob("*.py"))
    for key in TH:
        name = re.sub(r"^(return\w*|conflict\w*|superseded|wrong_round|notice|receipt|remind_\w+?|summary)_(subject|lead)$", r"_\2", key)
        name = re.sub(r"^kind_\w+", "kind_", re.sub(r"^fact_", "", re.sub(r"^status_\d$", "status_", name)))
        assert name in code, key


# -- what each letter says ---------------------------------------------------------------------------------------------------

PLAN_TITLE = "แผนสร้างความโปร่งใสในการปฏิบัติราชการ"
OPDC = "สำนักงานคณะกรรมการพัฒนาระบบราชการ"


def filled(key: str, **values: object) -> str:
    """Fill a sentence of the data file, each gap named."""
    assert gaps(TH[key]) == set(values), key
    return str(TH[key]).format(**values)


def place(folder: str, name: str) -> str:
    """Say where a file stands, as letters do."""
    return filled("where", path=f"{folder} › {name}")


def lead_of(mail: EmailMessage) -> str:
    """Give the line of a letter that says what is to be done."""
    return text_of(mail).splitlines()[2]


def letter(key: str, said: list[tuple[str, str]], *, agency: str = OPDC, **values: object) -> str:
    """Give the text of a letter: whom it is to, what is to be done, its facts, its foot."""
    facts = "\n".join(f"{TH['fact_' + name]}: {value}" for name, value in said)
    hail = filled("hail_notice") if key == "notice" else filled("hail", agency=agency)
    return "\n".join([hail, "", filled(f"{key}_lead", **values), "", facts, "", filled("foot", office=OPDC), ""])


def test_the_letters_of_a_night(fresh: Trial) -> None:
    """Every kind once, word for word, from the data file; who is accepted, returned, in conflict; the twin goes along."""
    posted = night(fresh)
    assert (posted.written, posted.sent, posted.waiting, posted.nobody, posted.spoiled) == (5, 0, 0, ["P51"], ("P51",))
    found = written(fresh)
    assert list(found) == NAMES
    assert {name: recipients(mail) for name, mail in found.items()} == {
        "notice_000003": ["certifier@d01021.example.go.th"],
        "receipt_000003": ["recorder@d01021.example.go.th"],
        "return_000001": ["recorder@d01002.example.go.th", "saraban@d01002.example.go.th"],
        "return_000004": ["recorder@p50.example.go.th", "office@p50.example.go.th", "second@p50.example.go.th"],
        "summary_2014-04-10_5": [CENTRE],
    }
    final = f"{PLAN_TITLE} (ฉบับสมบูรณ์)"
    named = {"form": final, "agency": OPDC, "code": "D01021", "seq": "000003"}
    taken = [
        ("agency", f"{OPDC} (D01021)"), ("form", final), ("seq", "000003"),
        ("received", "20 พ.ค. 2557 เวลา 09.00 น. (เวลาประเทศไทย)"),
        ("receipt", place("D01021", "receipt_000003_2557_D01021_plan_0001.xlsx")), ("file", "D01021_plan.xlsx"),
    ]  # fmt: skip
    read_on = filled("next_warnings", count=1)
    assert found["notice_000003"]["Subject"] == filled("notice_subject", **named)
    assert text_of(found["notice_000003"]) == letter("notice", taken, next=read_on, office=OPDC)
    assert found["receipt_000003"]["Subject"] == filled("receipt_subject", **named)
    assert text_of(found["receipt_000003"]) == letter("receipt", taken, next=read_on)


def test_a_return_letter_brings_the_correction_workbook(fresh: Trial) -> None:
    night(fresh)
    mail = written(fresh)["return_000004"]
    final, fix = f"{PLAN_TITLE} (ฉบับสมบูรณ์)", "fix_000004_2557_P50_plan_0001.xlsx"
    cells = fresh_errors(fresh, 4)
    assert mail["Subject"] == filled(
        "return_subject", amount=filled("amount_cells", count=len(cells)), form=final, agency="จังหวัดเชียงใหม่", code="P50",
        seq="000004",
    )  # fmt: skip
    sheets = Counter(sheet for sheet, _ in cells).most_common()
    said = ", ".join(filled("mend_sheet", sheet=sheet, count=count) for sheet, count in sorted(sheets, key=lambda one: (-one[1], one[0])))
    facts = [
        ("fix", filled("attached", where=place("P50", fix))), ("mend", filled("mend_cells", count=len(cells), sheets=said)),
        ("agency", "จังหวัดเชียงใหม่ (P50)"), ("form", final), ("seq", "000004"),
        ("received", "20 พ.ค. 2557 เวลา 09.00 น. (เวลาประเทศไทย)"),
        ("receipt", place("P50", "receipt_000004_2557_P50_plan_0001.xlsx")), ("file", "P50_plan.xlsx"),
    ]  # fmt: skip
    by = filled("by_date", date="30 พ.ค. 2557")
    assert text_of(mail) == letter("return", facts, agency="จังหวัดเชียงใหม่", fix=fix, by=by)
    (inside,) = mail.iter_attachments()
    assert inside.get_filename() == fix
    assert inside.get_content() == (fresh.root / "outbox" / "P50" / fix).read_bytes()
    assert mail["Auto-Submitted"] == "auto-generated" and mail["X-Unsent"] == "1"


def fresh_errors(trial: Trial, seq: int) -> set[tuple[str, tuple[int, int]]]:
    """Give the cells with errors of a return, as the ledger has them."""
    import json

    with ledger_of(trial) as ledger:
        found = json.loads(ledger.rows("SELECT findings FROM returned WHERE seq=?", seq)[0][0])
    return {(place[0], (place[1], place[2])) for _, severity, place, *_ in found if severity == "error" and place}


OTHERS = {
    "superseded": ("UPDATE returned SET verdict='superseded' WHERE seq=4", {}),
    "wrong_round": ("UPDATE returned SET verdict='wrong_round' WHERE seq=4", {"receipt": "receipt_000004_2557_P50_plan_0001.xlsx"}),
    "return_look": ("""UPDATE returned SET findings='[["EXTERNAL_LINKS","error",null,"",{}]]' WHERE seq=4""", {"fix": "", "by": ""}),
    "return_empty": ("""UPDATE returned SET findings='[["EMPTY_FORM","error",null,"",{}]]' WHERE seq=4""", {"fix": "", "by": ""}),
    "return_receipt": ("UPDATE returned SET findings='[]' WHERE seq=4", {"receipt": "receipt_000004_2557_P50_plan_0001.xlsx", "by": ""}),
}  # fmt: skip
"""Kind of sentences -> how the return came to be so, and the gaps of its first line."""


@pytest.mark.parametrize("kind", OTHERS)
def test_what_other_answers_ask_for(fresh: Trial, kind: str) -> None:
    change, values = OTHERS[kind]
    with ledger_of(fresh) as ledger:
        ledger.run(change)
    fix = fresh.root / "outbox" / "P50" / "fix_000004_2557_P50_plan_0001.xlsx"
    if kind == "return_receipt":
        fix.unlink()
    night(fresh)
    mail = next(mail for name, mail in written(fresh).items() if name.endswith("_000004"))
    lead = {**values, **({"fix": fix.name} if "fix" in values else {})}
    lead |= {"by": filled("by_date", date="30 พ.ค. 2557")} if "by" in values else {}
    named = {"form": f"{PLAN_TITLE} (ฉบับสมบูรณ์)", "agency": "จังหวัดเชียงใหม่", "code": "P50", "seq": "000004"}
    assert mail["Subject"] == filled(f"{kind}_subject", **named)
    assert lead_of(mail) == filled(f"{kind}_lead", **lead)
    assert recipients(mail)[0] == "recorder@p50.example.go.th"


def test_a_preliminary_plan_that_was_taken_says_what_is_still_to_come(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run("UPDATE returned SET verdict='accepted', stage='preliminary', findings='[]' WHERE seq=4")
    night(fresh)
    last = filled("next_stage", last="ฉบับสมบูรณ์", by=filled("by_date", date="30 พ.ค. 2557"))
    assert lead_of(written(fresh)["receipt_000004"]) == filled("receipt_lead", next=last)


def test_two_files_in_conflict_get_one_letter_that_names_both(fresh: Trial) -> None:
    night(fresh)
    found = written(fresh)
    mail = found["return_000001"]
    assert "return_000002" not in found and not list(mail.iter_attachments())
    assert lead_of(mail) == filled("conflict_lead", a="A_one.xlsx", b="B_two.xlsx", by=TH["by_soon"])
    text = text_of(mail)
    receipts = ", ".join(place("D01002", f"receipt_{seq}_2557_D01002_plan_0001.xlsx") for seq in ("000001", "000002"))
    for name, value in (("file", "A_one.xlsx, B_two.xlsx"), ("seq", "000001, 000002"), ("receipt", receipts)):
        assert f"{TH['fact_' + name]}: {value}\n" in text
    assert TH["fact_fix"] not in text and TH["fact_mend"] not in text and "000001, 000002" in str(mail["Subject"])


AGAIN = (
    "INSERT INTO returned ({0}) SELECT path, sha256, verdict, form, issue, agency, serial, stage, flags, findings, extracted, "
    "saved_by, received, days_late, 1, '2014-04-11T01:00:00+07:00', known FROM returned WHERE seq IN ({1}) ORDER BY seq"
)
COLUMNS = (
    "path, sha256, verdict, form, issue, agency, serial, stage, flags, findings, extracted, saved_by, received, days_late, "
    "answered, received_at, known"
)
"""Puts returns into the ledger once more, as a night does that judged the same files again."""


def test_a_third_file_in_conflict_is_named_in_a_letter_of_its_own_night(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        night(fresh)
        ledger.run(AGAIN.format(COLUMNS, "1,2"))
        ledger.run(AGAIN.format(COLUMNS, "2"))
        ledger.run("UPDATE returned SET path=x'432e786c7378', sha256='c' WHERE seq=(SELECT max(seq) FROM returned)")
    night(fresh, "2014-04-11")
    new = [name for name in written(fresh) if name.startswith("return")][2:]
    assert new == ["return_000008"]
    lead = filled("conflict_many_lead", a="C.xlsx", b="A_one.xlsx”, “B_two.xlsx", by=TH["by_soon"])
    assert lead_of(written(fresh)["return_000008"]) == lead


def test_a_conflict_whose_answers_come_in_two_runs_is_one_letter(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run("UPDATE returned SET answered=0 WHERE seq=2")
        night(fresh)
        ledger.run("UPDATE returned SET answered=1")
    night(fresh)
    assert [name for name in written(fresh) if name.startswith("return")] == ["return_000001", "return_000004"]


@pytest.mark.parametrize(("change", "letters"), [("", []), (", verdict='superseded'", ["aside_000006"]), (", sha256='x'", ["return_000006"])])
def test_what_is_judged_once_more_to_the_same_end_is_not_written_about_again(fresh: Trial, change: str, letters: list[str]) -> None:
    night(fresh)
    before = set(written(fresh))
    with ledger_of(fresh) as ledger:
        ledger.run(AGAIN.format(COLUMNS, "4"))
        ledger.run(f"UPDATE returned SET answered=1{change} WHERE seq=6")
        if not change:
            ledger.run(AGAIN.format(COLUMNS, "1,2,3"))
    night(fresh, "2014-04-11")
    assert sorted(name for name in set(written(fresh)) - before if "summary" not in name) == letters


def test_a_file_that_nobody_read_goes_to_the_recorder_of_the_plan_that_was_taken(fresh: Trial) -> None:
    """A workbook of a round that is not open has a passport and no cells: its addresses are known from elsewhere."""
    with ledger_of(fresh) as ledger:
        ledger.run(AGAIN.format(COLUMNS, "3"))
        ledger.run("UPDATE returned SET verdict='wrong_round', sha256='w', extracted='{}' WHERE seq=6")
    night(fresh)
    assert recipients(written(fresh)["aside_000006"]) == ["recorder@d01021.example.go.th", "saraban@d01021.example.go.th"]


def test_the_summary_for_the_centre_holds_no_personal_data(fresh: Trial) -> None:
    night(fresh, words=NightWords(LINE, 3, True))
    mail = written(fresh)["summary_2014-04-10_5"]
    head = filled("head_people", count=4)
    assert mail["Subject"] == filled("summary_subject", date="10 เม.ย. 2557", head=head)
    facts = [
        ("line", LINE), ("status", TH["status_3"]), ("balance", TH["yes"]),
        ("people", "ส่งคืนให้แก้ไข 2, ส่งมาต่างกันในคืนเดียวกัน 2"), ("no_address", "P51"), ("spoiled", "P51"),
        ("letters", filled("letters_line", sent=0, written=4, waiting=0, doubtful=0)), ("results", "results/status.xlsx"),
    ]  # fmt: skip
    said = "\n".join(f"{TH['fact_' + name]}: {value}" for name, value in facts)
    text = text_of(mail)
    assert text == "\n".join([head, "", said, "", TH["foot_centre"], ""])
    assert "@" not in text and "ชื่อผู้" not in text


@pytest.mark.parametrize(
    ("words", "head"),
    [
        (NightWords(LINE, 0, True), "head_well"), (NightWords(LINE, 5, True), "head_later"),
        (NightWords(LINE, 3, False), "head_balance"), (NightWords("", 4, None, "the share is gone"), "head_trouble"),
    ],
)  # fmt: skip
def test_the_summary_leads_with_how_the_night_ended(fresh: Trial, words: NightWords, head: str) -> None:
    night(fresh)
    night(fresh, "2014-04-11", words)
    mail = next(mail for name, mail in written(fresh).items() if name.startswith("summary_2014-04-11"))
    assert str(mail["Subject"]).endswith(TH[head]) and words.trouble in text_of(mail)


# -- who gets letters ----------------------------------------------------------------------------------------------------------


def test_nobody_is_written_to_whom_neither_agency_nor_registry_nor_configuration_names(fresh: Trial) -> None:
    """Also when cells and registry hold what would be a header, a list, or somebody else's line."""
    spoil = {"D01021": "a@b.th\nBcc: evil@x.th,Name <odd@x.th>", "P50": "office@p50.example.go.th"}
    registry(fresh, lambda row: row.update(emails=spoil.get(row["code"], row["emails"])))
    with ledger_of(fresh) as ledger:
        sql = "UPDATE returned SET extracted=json_set(extracted, '$.answers.certifier[0].email', ?) WHERE seq=3"
        ledger.run(sql, "c@d.th\r\nBcc: evil@x.th")
    night(fresh)
    named = {mailing.person("recorder", code) for code in ("D01021", "D01002", "P50")}
    named |= {"saraban@d01002.example.go.th", "office@p50.example.go.th", CENTRE}
    found = written(fresh)
    assert {name for mail in found.values() for name in recipients(mail)} == named
    assert "notice_000003" not in found
    for path in (fresh.root / "outbox" / "_mail").glob("*.eml"):
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        assert b"evil" not in head and head.count(b"\nTo:") == 1 and b"\nBcc" not in head


def test_agency_text_in_a_letter_stays_one_line_of_plain_text() -> None:
    facts = {
        "text": "receipt", "form": "x", "agency": "ก\r\nBcc: evil@x.th", "code": "\x00\u202eD1", "seq": "1", "next": "",
        "fact_file": "a\nb\ud800.xlsx",
    }  # fmt: skip
    letter = Letter("receipt:1", "receipt", 1, ("a@b.th",), facts, "2014-05-20T09:00:00+07:00")
    mail = mailing.parsed(compose(letter, House("s", SENDER, "office\nX: y"), Enclosed()))
    assert mail["Bcc"] is None and mail["X"] is None and "\n" not in str(mail["Subject"]) and "D1" in str(mail["Subject"])
    assert "a b.xlsx\n" in text_of(mail) and mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8"


def test_a_thai_name_of_an_attachment_survives() -> None:
    name = "แก้ไข_กรมการปกครองส่วนท้องถิ่นและหน่วยงานที่เกี่ยวข้อง_000123.xlsx"
    facts = {"text": "summary", "date": "x", "head": "y"}
    letter = Letter("summary:x", "summary", 0, ("a@b.th",), facts, "2014-05-20T09:00:00+07:00")
    data = compose(letter, House("s", SENDER, "o"), Enclosed(name, b"PK\x03\x04", "there"))
    (inside,) = mailing.parsed(data).iter_attachments()
    assert inside.get_filename() == name and b"filename*" in data and data.isascii()
    assert max(len(line) for line in data.splitlines()) < 998


def test_who_certifies_his_own_return_gets_one_letter(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        sql = "UPDATE returned SET extracted=json_set(extracted, '$.answers.recorder[0].email', ?) WHERE seq=3"
        ledger.run(sql, "Certifier@D01021.example.go.th")
    night(fresh)
    assert [name for name in written(fresh) if name.endswith("_000003")] == ["notice_000003"]


def test_a_return_that_names_nobody_has_its_receipt_sent_to_the_agency(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run("UPDATE returned SET extracted='{}' WHERE seq=3")
    night(fresh)
    assert recipients(written(fresh)["receipt_000003"]) == ["saraban@d01021.example.go.th"]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ("verdict='duplicate'", []), ("verdict='unreadable'", []), ("verdict='not_ours', agency=''", []),
        ("known=0", []), ("answered=0", []), ("verdict='superseded'", ["aside_000004"]), ("verdict='wrong_round'", ["aside_000004"]),
    ],
)  # fmt: skip
def test_which_verdicts_get_a_letter(fresh: Trial, change: str, kinds: list[str]) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run(f"UPDATE returned SET {change} WHERE seq=4")
    night(fresh)
    assert [name for name in written(fresh) if name.endswith("_000004")] == kinds
    if "answered" in change:
        with ledger_of(fresh) as ledger:
            ledger.run("UPDATE returned SET answered=1")
        night(fresh)
        assert "return_000004" in written(fresh)  # its letter came with its answer


def test_what_was_forgotten_is_not_written_about_any_more(fresh: Trial) -> None:
    port = mailing.free_port()
    configure(fresh, port=port, **SMTP)
    assert night(fresh).waiting == 5
    with ledger_of(fresh) as ledger:
        ledger.run("INSERT INTO forgotten SELECT seq, sha256, form, agency, received, 'asked', '[]', 1 FROM returned WHERE seq=4")
    box = Box()
    with server(box, port=port):
        night(fresh)
    assert len(box.taken) == 4 and not any("000004" in subject for subject in box.subjects)


# -- the workbook that goes along ------------------------------------------------------------------------------------------


def enclosed_or_note(trial: Trial) -> tuple[int, str]:
    mail = written(trial)["return_000004"]
    line = next(line for line in text_of(mail).splitlines() if line.startswith(f"{TH['fact_fix']}: "))
    return len(list(mail.iter_attachments())), line.partition(": ")[2]


def test_a_large_workbook_stays_where_it_is(fresh: Trial) -> None:
    configure(fresh, max_attachment_mb=0.001)
    night(fresh)
    where = place("P50", "fix_000004_2557_P50_plan_0001.xlsx")
    assert enclosed_or_note(fresh) == (0, filled("too_large", where=where))


@pytest.mark.parametrize("how", ["changed", "link", "gone"])
def test_only_the_workbook_that_the_night_made_goes_along(fresh: Trial, tmp_path: Path, how: str) -> None:
    """Between the night and the sending somebody put another file into the outbox."""
    port = mailing.free_port()
    configure(fresh, port=port, **SMTP)
    night(fresh)
    path = fresh.root / "outbox" / "P50" / "fix_000004_2557_P50_plan_0001.xlsx"
    if how == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        os.replace(path, tmp_path / "elsewhere")
        if how == "link":
            path.symlink_to(tmp_path / "elsewhere")
    configure(fresh, centre=[CENTRE])
    night(fresh)
    assert enclosed_or_note(fresh) == (0, filled("not_attached", where=place("P50", path.name)))


def test_a_list_of_persons_is_never_attached(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run("UPDATE returned SET form='prov_2557/respondents', stage='' WHERE seq=4")
    night(fresh)
    assert enclosed_or_note(fresh) == (0, filled("not_attached", where=place("P50", "fix_000004_2557_P50_plan_0001.xlsx")))


def test_a_form_of_the_centre_goes_back_to_the_centre(fresh: Trial) -> None:
    with ledger_of(fresh) as ledger:
        ledger.run("UPDATE returned SET form='prov_2557/survey', agency='D01021', stage='', extracted='{}' WHERE seq=4")
    night(fresh)
    assert recipients(written(fresh)["return_000004"]) == [CENTRE]


# -- each once -------------------------------------------------------------------------------------------------------------


def files(trial: Trial) -> dict[str, str]:
    folder = trial.root / "outbox" / "_mail"
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_files_are_the_same_bytes_in_every_run_and_written_once(fresh: Trial, scene: Trial, tmp_path: Path) -> None:
    night(fresh)
    first = files(fresh)
    again = copied(scene, tmp_path / "again")
    night(again)
    assert files(again) == first and len(first) == 5
    shutil.rmtree(fresh.root / "outbox" / "_mail")
    assert night(fresh).written == 0 and not written(fresh)


def test_letters_that_were_files_are_not_sent_when_a_server_comes(fresh: Trial) -> None:
    night(fresh)
    box = Box()
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
    assert (posted.sent, posted.waiting, box.taken) == (0, 0, [])


def test_a_folder_that_takes_no_file_is_told_of_and_the_letters_wait(fresh: Trial) -> None:
    (fresh.root / "outbox" / "_mail").write_bytes(b"")
    posted = night(fresh)
    assert posted.written == 0 and posted.waiting == 5 and posted.trouble_text("th").startswith("เขียนจดหมายลง _mail ไม่ได้")
    (fresh.root / "outbox" / "_mail").unlink()
    assert night(fresh).written == 5


def test_a_season_that_wants_no_letters_writes_none_later_either(fresh: Trial) -> None:
    configure(fresh, enabled=False, centre=[CENTRE])
    assert night(fresh).lines("th") == []
    configure(fresh, centre=[CENTRE])
    night(fresh, "2014-04-11", NightWords(LINE, 0, True))
    assert list(written(fresh)) == ["summary_2014-04-11_5"]


def test_a_simulation_writes_files_that_say_so_and_opens_no_connection(fresh: Trial) -> None:
    box = Box()
    with server(box) as port:
        configure(fresh, simulated=True, port=port, **SMTP)
        assert night(fresh).written == 5
    assert box.offered == []
    for mail in written(fresh).values():
        assert str(mail["Subject"]).startswith("[จำลอง] ") and text_of(mail).startswith(TH["simulated"] + "\n")


def test_one_summary_a_day_unless_something_came(fresh: Trial) -> None:
    night(fresh)
    night(fresh, words=NightWords(LINE, 0, True))
    assert [name for name in written(fresh) if name.startswith("summary")] == ["summary_2014-04-10_5"]
    night(fresh, words=NightWords("", 4, None, "the share is gone"))
    assert [name for name in written(fresh) if name.startswith("summary")] == ["summary_2014-04-10_5", "summary_2014-04-10_5_4"]


def test_a_quiet_night_asks_the_ledger_little(fresh: Trial) -> None:
    night(fresh)
    asked: list[str] = []
    with ledger_of(fresh) as ledger:
        ledger.db.set_trace_callback(asked.append)
        made = season.load(fresh.root)
        send_due(made, ledger, dt.date(2014, 4, 10), NightWords(LINE, 0, True))
    assert len(asked) <= 25 and not any("INSERT INTO mail" in one for one in asked)


# -- reminders ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "step"),
    [
        ("2014-08-16", None), ("2014-08-17", -14), ("2014-08-27", -14), ("2014-08-28", -3), ("2014-08-31", -3),
        ("2014-09-01", 1), ("2014-09-06", 1), ("2014-09-07", 7), ("2014-10-07", 7), ("2014-10-08", None),
    ],
)  # fmt: skip
def test_only_the_newest_step_is_due(day: str, step: int | None) -> None:
    assert newest_step(Mail(), dt.date(2014, 8, 31), dt.date.fromisoformat(day)) == step


def test_no_step_before_the_deadline_is_due_after_it() -> None:
    mail = Mail(remind_before=(5, 0), remind_after=())
    assert newest_step(mail, dt.date(2014, 8, 31), dt.date(2014, 8, 31)) == 0
    assert newest_step(mail, dt.date(2014, 8, 31), dt.date(2014, 9, 1)) is None


@pytest.fixture(scope="module")
def reporting(scene: Trial, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Give the season with its nine-month report issued to who has a final plan."""
    trial = copied(scene, tmp_path_factory.mktemp("reporting") / "season")
    night(trial)
    assert trial.run("issue", "report9", day="2014-07-10").status == 0
    return trial


def kept(source: Trial, root: Path) -> Trial:
    """Copy a season with its letters."""
    shutil.copytree(source.root, root)
    trial = object.__new__(Trial)
    trial.root = root
    shutil.rmtree(root / "outbox" / "_mail")
    return trial


def reminded(trial: Trial, day: str) -> list[str]:
    """Give the reminders that one night writes."""
    return reminded_on(trial, [day]).get(day, [])


def reminded_on(trial: Trial, days: Sequence[str]) -> dict[str, list[str]]:
    """Give the reminders that each of some nights writes."""
    found: dict[str, list[str]] = {}
    folder = trial.root / "outbox" / "_mail"
    before = {path.stem for path in folder.glob("remind*")}
    made = season.load(trial.root)
    with ledger_of(trial) as ledger:
        for day in days:
            send_due(made, ledger, dt.date.fromisoformat(day), NightWords(LINE, 0, True))
            now = {path.stem for path in folder.glob("remind*")}
            found |= {day: sorted(now - before)} if now - before else {}
            before = now
    return found


def test_reminders_over_a_season_of_days(reporting: Trial, tmp_path: Path) -> None:
    """Each step once; the plan's stages; who has no plan is asked for the plan; provinces with two addresses get one letter."""
    trial = kept(reporting, tmp_path / "season")
    registry(trial, lambda row: row.update(exempt_reason="ยุบเลิก" if row["code"] == "D01002" else ""))
    preliminary, final = "remind_prov_2557-plan_preliminary_P50_2014-04-30", "remind_prov_2557-plan_final_P50_2014-05-30"
    nine, province = "remind_dept_2557-report9__D01021_2014-08-31", "remind_prov_2557-report9__P50_2014-08-31"
    expected = {
        "2014-04-16": [f"{preliminary}_-14"], "2014-04-27": [f"{preliminary}_-3"], "2014-05-01": [f"{preliminary}_1"],
        "2014-05-07": [f"{preliminary}_7"], "2014-05-16": [f"{final}_-14"], "2014-05-27": [f"{final}_-3"],
        "2014-05-31": [f"{final}_1"], "2014-06-06": [f"{final}_7"],
        "2014-08-17": [f"{nine}_-14", f"{province}_-14"], "2014-08-28": [f"{nine}_-3", f"{province}_-3"],
        "2014-09-01": [f"{nine}_1", f"{province}_1"], "2014-09-07": [f"{nine}_7", f"{province}_7"],
    }  # fmt: skip
    # Each of those days and the days about it: what is due is written on the first of them and not again.
    near = {dt.date.fromisoformat(day) + dt.timedelta(days=n) for day in expected for n in (-1, 0, 1)}
    assert reminded_on(trial, sorted(day.isoformat() for day in near)) == expected
    mails = written(trial)
    both = ["saraban@d01021.example.go.th", "recorder@d01021.example.go.th"]
    assert recipients(mails[f"{nine}_-14"]) == both
    assert recipients(mails[f"{province}_-14"]) == ["office@p50.example.go.th", "second@p50.example.go.th"]
    for step in ("-14", "7"):
        mail = mails[f"{province}_{step}"]
        named = {"date": "31 ส.ค. 2557", "form": "รายงานความก้าวหน้า รอบ 9 เดือน", "agency": "จังหวัดเชียงใหม่", "code": "P50"}
        assert mail["Subject"] == filled("remind_plan_subject", **named)
        file = filled("plan_named", file="2557_P50_plan_0001.xlsx")
        assert lead_of(mail) == filled("remind_plan_lead", plan=f"{PLAN_TITLE} (ฉบับสมบูรณ์)", plan_file=file, office=OPDC, date=named["date"])
        assert TH["standing_unissued"] in text_of(mail) and place("P50", "2557_P50_plan_0001.xlsx") in text_of(mail)
    title = "รายงานความก้าวหน้าของการดำเนินการสร้างความโปร่งใสในการปฏิบัติราชการ รอบ 9 เดือน"
    named = {"date": "31 ส.ค. 2557", "form": "รายงานความก้าวหน้า รอบ 9 เดือน", "agency": OPDC, "code": "D01021"}
    facts = [
        ("due", "31 ส.ค. 2557"), ("standing", TH["standing_silent"]),
        ("form_file", place("D01021", "2557_D01021_report9_0001.xlsx")), ("agency", f"{OPDC} (D01021)"), ("form", title),
    ]  # fmt: skip
    for step, kind in (("-14", "remind_before"), ("-3", "remind_before"), ("1", "remind_after"), ("7", "remind_after")):
        mail = mails[f"{nine}_{step}"]
        assert mail["Subject"] == filled(f"{kind}_subject", **named)
        assert text_of(mail) == letter(kind, facts, date="31 ส.ค. 2557")


STANDING = {
    "verdict='returned'": ("returned", {"seq": "000004", "where": "โฟลเดอร์ส่งกลับ › P50"}),
    "verdict='conflict'": ("conflict", {}),
    "verdict='accepted', stage='preliminary'": ("accepted", {"seq": "000004", "stage": "ฉบับสมบูรณ์"}),
    "verdict='wrong_round'": ("other", {"seq": "000004", "verdict": "ไม่ตรงรอบ"}),
}  # fmt: skip
"""How a return came to be so -> the sentence of a reminder about where the agency stands."""


@pytest.mark.parametrize("change", STANDING)
def test_a_reminder_says_where_the_agency_stands(reporting: Trial, tmp_path: Path, change: str) -> None:
    trial = kept(reporting, tmp_path / "season")
    with ledger_of(trial) as ledger:
        ledger.run(f"UPDATE returned SET {change} WHERE seq=4")
    (name,) = (one for one in reminded(trial, "2014-05-16") if "plan_final_P50" in one)
    kind, gaps_of_it = STANDING[change]
    assert f"{TH['fact_standing']}: {filled(f'standing_{kind}', **gaps_of_it)}\n" in text_of(written(trial)[name])


def test_whoever_has_filed_or_need_not_is_not_reminded(reporting: Trial, tmp_path: Path) -> None:
    trial = kept(reporting, tmp_path / "season")
    registry(trial, lambda row: row.update(sla="1" if row["code"] == "P50" else "0"))
    insert = (
        "INSERT INTO returned (path, sha256, verdict, form, issue, agency, serial, stage, flags, findings, extracted, saved_by, "
        "received, days_late, answered, known) VALUES (x'61', 'f', 'accepted', 'dept_2557/report9', '', 'D01021', '', '', '[]', "
        "'[]', '{}', '', '2014-08-01', 0, 1, 1)"
    )
    assert reminded(trial, "2014-08-17") == ["remind_dept_2557-report9__D01002_2014-08-31_-14", "remind_dept_2557-report9__D01021_2014-08-31_-14"]
    with ledger_of(trial) as ledger:
        ledger.run(insert)
    assert reminded(trial, "2014-08-28") == ["remind_dept_2557-report9__D01002_2014-08-31_-3"]


def test_who_was_not_given_the_form_is_not_asked_for_it_and_a_sealed_round_is_over(reporting: Trial, tmp_path: Path) -> None:
    trial = kept(reporting, tmp_path / "season")
    registry(trial, lambda row: row.update(sla="0" if row["code"] == "D01021" else "1"))
    with ledger_of(trial) as ledger:
        ledger.run("DELETE FROM issued WHERE form='dept_2557/report9'")
    assert reminded(trial, "2014-08-17") == []
    assert len(reminded(kept(reporting, tmp_path / "second"), "2014-08-17")) > 0
    third = kept(reporting, tmp_path / "third")
    with ledger_of(third) as ledger:
        ledger.run("INSERT INTO sealed (round, folder, day) VALUES ('9', 'closed/9', '2014-08-16')")
    assert reminded(third, "2014-08-17") == []


def test_a_reminder_that_waited_is_dropped_when_it_is_void_and_a_new_deadline_reminds_anew(reporting: Trial, tmp_path: Path) -> None:
    trial = kept(reporting, tmp_path / "season")
    registry(trial, lambda row: row.update(sla="0" if row["code"] == "D01021" else "1"))
    port = mailing.free_port()
    configure(trial, port=port, **{**SMTP, "centre": []})
    assert night(trial, "2014-08-18").waiting == 1
    box = Box()
    with server(box, port=port):
        night(trial, "2014-08-29")
        assert len(box.taken) == 1  # the newer step alone
        path = trial.root / "frameworks" / "dept_2557" / "framework.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('date = "2014-08-31"', 'date = "2014-09-10"'), encoding="utf-8")
        night(trial, "2014-08-29")
    date = "10 ก.ย. 2557"
    assert [subject.partition(":")[0] for subject in box.subjects][1:] == [filled("remind_before_subject", date=date, form="", agency="", code="").partition(":")[0]]


# -- mail servers -------------------------------------------------------------------------------------------------------------


def test_a_server_gets_every_letter_once(fresh: Trial) -> None:
    box = Box()
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
        assert night(fresh).lines("th")[:-1] == []
    assert (posted.sent, posted.written, posted.waiting, posted.doubtful) == (5, 0, 0, [])
    assert sorted(tuple(to) for to, _ in box.taken) == sorted(tuple(recipients(mail)) for _, mail in box.taken)
    assert len(set(box.numbers)) == 5 and not (fresh.root / "outbox" / "_mail").exists()
    twin = next(mail for _, mail in box.taken if "000004" in str(mail["Subject"]))
    (inside,) = twin.iter_attachments()
    assert inside.get_content() == (fresh.root / "outbox" / "P50" / "fix_000004_2557_P50_plan_0001.xlsx").read_bytes()
    assert twin["From"] == SENDER and twin["X-Unsent"] is None


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, Path]:
    """Give a certificate of the loopback."""
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate of the test, is not installed")
    return mailing.certificate(tmp_path_factory.mktemp("cert"))


def secured(trial: Trial, port: int, cert: Path, **more: object) -> None:
    """Configure login over an encrypted connection."""
    path = trial.root / "mail.password"
    path.touch(mode=0o600)
    path.write_text("s3cret-word\n")
    values = {**SMTP, "security": "starttls", "port": port, "user": "reports", "password_file": path.name, "ca_file": str(cert)}
    configure(trial, **{**values, **more})


def test_starttls_and_login(fresh: Trial, signed: tuple[object, Path]) -> None:
    context, cert = signed
    box = Box()
    options = {"tls_context": context, "require_starttls": True, "authenticator": mailing.by("reports", "s3cret-word"), "auth_required": True}
    with server(box, **options) as port:
        secured(fresh, port, cert)
        assert night(fresh).sent == 5
    assert box.secure == [True] * 5


@pytest.mark.parametrize("wrong", ["password", "certificate", "plain"])
def test_letters_wait_when_the_server_can_not_be_trusted_or_does_not_trust_us(fresh: Trial, signed: tuple[object, Path], wrong: str) -> None:
    """A wrong password, a certificate that nobody vouches for, no encryption: nothing leaves, and no password is shown."""
    context, cert = signed
    box = Box()
    known = mailing.by("reports", "other" if wrong == "password" else "s3cret-word")
    safe = {} if wrong == "plain" else {"tls_context": context, "require_starttls": True}
    with server(box, authenticator=known, auth_require_tls=wrong != "plain", **safe) as port:
        secured(fresh, port, cert, **({"ca_file": ""} if wrong == "certificate" else {}))
        posted = night(fresh)
    assert posted.waiting == 5 and box.offered == []
    said = posted.trouble_text("th") + posted.trouble_text("en")
    assert "127.0.0.1" in said and "s3cret-word" not in said and ("535" in said) == (wrong == "password")


def test_tls_from_the_first_byte(fresh: Trial, signed: tuple[object, Path]) -> None:
    context, cert = signed
    box = Box()
    with server(box, authenticator=mailing.by("reports", "s3cret-word"), auth_require_tls=False, ssl_context=context) as port:
        secured(fresh, port, cert, security="tls")
        assert night(fresh).sent == 5


def test_a_refused_recipient_stops_nobody_else_and_is_not_tried_again(fresh: Trial) -> None:
    gone = {"recorder@d01021.example.go.th", "office@p50.example.go.th"}
    box = Box(answers=lambda name: "550 no such person <secret@x.th>" if name in gone else "")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
        assert (posted.sent, posted.waiting) == (4, 0)
        assert posted.doubtful == ["receipt D01021 000003: 550", "return P50 000004: 550"]
        tried = Counter(box.offered)
        assert night(fresh).doubtful == []
    assert Counter(box.offered) == tried and tried["recorder@d01021.example.go.th"] == 1
    summary = next(text_of(mail) for to, mail in box.taken if to == [CENTRE])
    told = [filled("undelivered", kind=TH[f"kind_{kind}"], agency=name, code=code, seq=seq, reply="550") for kind, name, code, seq in (
        ("receipt", OPDC, "D01021", "000003"), ("return", "จังหวัดเชียงใหม่", "P50", "000004"),
    )]  # fmt: skip
    assert ", ".join(told) in summary and "@" not in summary
    left = next(to for to, mail in box.taken if "000004" in str(mail["Subject"]))
    assert left == ["recorder@p50.example.go.th", "second@p50.example.go.th"]


def test_who_is_refused_for_now_is_tried_again_alone_and_not_for_ever(fresh: Trial) -> None:
    full = {"office@p50.example.go.th"}
    box = Box(answers=lambda name: "451 later" if name in full else "")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        assert [night(fresh).waiting for _ in range(4)] == [1] * 4
        assert len(box.taken) == 5
        last = night(fresh)
        assert last.doubtful == ["return P50 000004: 451"] and last.waiting == 0
        full.clear()
        night(fresh)
    assert Counter(box.offered)["office@p50.example.go.th"] == 5 and Counter(box.offered)["second@p50.example.go.th"] == 1


def test_who_was_refused_for_now_gets_the_letter_later(fresh: Trial) -> None:
    full = {"office@p50.example.go.th"}
    box = Box(answers=lambda name: "451 later" if name in full else "")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        night(fresh)
        full.clear()
        assert night(fresh).sent == 1
    first, last = (next(one for one in box.taken if who in one[0]) for who in ("second@p50.example.go.th", "office@p50.example.go.th"))
    assert last[0] == ["office@p50.example.go.th"] and first[1]["Message-ID"] == last[1]["Message-ID"]


def test_a_letter_that_the_server_will_not_have_is_doubtful(fresh: Trial) -> None:
    box = Box(ends=lambda count, mail: "554 looks like spam" if "000003" in str(mail["Subject"]) else "")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
        assert night(fresh).waiting == 0
    assert posted.doubtful == ["notice D01021 000003: 554", "receipt D01021 000003: 554"] and posted.sent == 3


def test_a_server_that_takes_no_large_letter_gets_it_without_the_workbook(fresh: Trial) -> None:
    box = Box()
    with server(box, data_size_limit=40_000) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
    assert posted.sent == 5 and posted.doubtful == []
    mail = next(mail for _, mail in box.taken if "000004" in str(mail["Subject"]))
    assert not list(mail.iter_attachments())
    assert filled("too_large", where=place("P50", "fix_000004_2557_P50_plan_0001.xlsx")) in text_of(mail)


def test_a_server_that_is_down_costs_nothing_but_time(fresh: Trial) -> None:
    port = mailing.free_port()
    configure(fresh, port=port, **SMTP)
    posted = night(fresh)
    assert (posted.sent, posted.waiting) == (0, 5) and "Connection refused" in posted.trouble_text("th")
    assert night(fresh).waiting == 5
    box = Box()
    with server(box, port=port):
        night(fresh)
    assert len(box.numbers) == len(set(box.numbers)) == 5


def test_a_server_that_serves_nobody_loses_no_letter(fresh: Trial) -> None:
    """It says for good what is for now: it does not know us yet, or wants a password."""
    box = Box(answers=lambda name: "554 5.7.1 relay access denied")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
        assert (posted.sent, posted.waiting) == (0, 5) and "554" in posted.trouble_text("th")
        box.answers = lambda name: ""
        assert night(fresh).sent == 5
    assert len(box.numbers) == len(set(box.numbers)) == 5


def test_the_only_letter_of_a_night_is_not_refused_for_ever(fresh: Trial) -> None:
    registry(fresh, lambda row: row.update(sla="1"))
    box = Box(answers=lambda name: "550 unknown" if name != CENTRE else "")
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        posted = night(fresh)
        assert posted.sent == 1 and posted.waiting == 0 and len(posted.doubtful) == 4
        assert "000004" in text_of(box.taken[0][1])
        with ledger_of(fresh) as ledger:
            ledger.run("UPDATE mail SET sent='' WHERE seq=4")
        configure(fresh, port=port, **{**SMTP, "centre": []})
        assert [night(fresh).waiting for _ in range(5)] == [1, 1, 1, 1, 0]


def test_a_connection_that_ends_early_is_made_once_more(fresh: Trial) -> None:
    """Servers that take a few letters per connection."""
    box = Box(ends=lambda count, mail: "421 enough for now" if count and not count % 3 and count not in told else "")
    told: set[int] = set()
    whole = box.ends
    box.ends = lambda count, mail: (whole(count, mail), told.add(count))[0]
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        assert night(fresh).sent == 4
        assert night(fresh).sent == 1
    assert len(set(box.numbers)) == len(box.numbers) == 5


def listening(speak: bytes, pause: float) -> tuple[socket.socket, threading.Thread]:
    """Listen as a server that says a sign now and then, or nothing at all."""
    door = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        try:
            with door.accept()[0] as line:
                while speak:
                    line.sendall(speak)
                    time.sleep(pause)
                line.recv(1)
        except OSError:
            return

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    return door, thread


def test_a_server_that_says_nothing_is_left_after_its_time(fresh: Trial) -> None:
    door, thread = listening(b"", 0)
    with door:
        configure(fresh, port=door.getsockname()[1], timeout_seconds=0.3, **SMTP)
        start = time.monotonic()
        posted = night(fresh)
    assert time.monotonic() - start < 3 and posted.waiting == 5 and posted.trouble_text("th")
    thread.join(5)


def test_a_server_that_never_ends_its_greeting_is_cut(fresh: Trial) -> None:
    """Each sign of it comes in time; only the bound of the whole night ends it."""
    door, thread = listening(b"2", 0.02)
    with door:
        configure(fresh, port=door.getsockname()[1], night_seconds=0.4, **SMTP)
        start = time.monotonic()
        posted = night(fresh)
    assert time.monotonic() - start < 3 and posted.waiting == 5 and "0.4" in posted.trouble_text("en")
    thread.join(5)


def test_the_time_of_a_night_is_over_even_if_the_server_keeps_talking(fresh: Trial) -> None:
    """What was taken until then is noted, the others go the next night."""
    box = Box(answers=lambda name: time.sleep(0.15) or "")
    with server(box) as port:
        configure(fresh, port=port, night_seconds=0.4, **SMTP)
        start = time.monotonic()
        posted = night(fresh)
        assert time.monotonic() - start < 3 and 0 < posted.sent < 5 and posted.waiting == 5 - posted.sent
        assert "0.4" in posted.trouble_text("th")
        configure(fresh, port=port, **SMTP)
        night(fresh)
    assert len(set(box.numbers)) == 5


# -- killed ----------------------------------------------------------------------------------------------------------------------

RUN = """
import datetime as dt, sys
from pathlib import Path
from processors import letters, season
from processors.bulletin import NightWords
from processors.store import Ledger
made = season.load(Path(sys.argv[1]))
letters.send_due(made, Ledger(made.ledger_path), dt.date(2014, 4, 10), NightWords("line", 3, True))
"""


@pytest.mark.parametrize("when", ["recipient", "letter"])
def test_killed_between_two_letters_nobody_gets_two_and_nobody_none(fresh: Trial, when: str) -> None:
    """Killed before a letter is handed over nothing repeats; killed before the server's word came it repeats with its number."""
    child: list[subprocess.Popen[bytes]] = []

    def kill(name: str) -> str:
        if when == "recipient" and name == "recorder@d01021.example.go.th" and child[0].poll() is None:
            child[0].send_signal(signal.SIGKILL)
            child[0].wait()
            return "451 gone"
        return ""

    def kill_late(count: int, mail: object) -> str:
        if when == "letter" and count == 2 and child[0].poll() is None:
            child[0].send_signal(signal.SIGKILL)
            child[0].wait()
        return ""

    box = Box(answers=kill, ends=kill_late)
    with server(box) as port:
        configure(fresh, port=port, **SMTP)
        child.append(subprocess.Popen([sys.executable, "-c", RUN, str(fresh.root)], cwd=ROOT))
        assert child[0].wait(60) == -signal.SIGKILL
        assert 0 < len(box.taken) < 5
        night(fresh)
    repeated = [number for number, count in Counter(box.numbers).items() if count > 1]
    assert len(set(box.numbers)) == 5 and len(repeated) == (when == "letter")


def test_killed_after_the_letters_and_before_the_summary(fresh: Trial) -> None:
    """The next run, which takes nothing in, tells the centre of what came."""
    with ledger_of(fresh) as ledger:
        made = season.load(fresh.root)
        letters._queue_due(made, ledger, (dt.date(2014, 4, 10), 5, "2014-04-10T20:00:00+07:00"), letters.Posted())
        assert of_returns(made, ledger, 5, "").letters == []
    night(fresh, words=NightWords("received 5, new 0", 0, True))
    assert list(written(fresh)) == NAMES
    assert "ส่งคืนให้แก้ไข 2" in text_of(written(fresh)["summary_2014-04-10_5"])


def test_the_command_needs_no_table_of_mail(tmp_path: Path) -> None:
    """A season from before there were letters."""
    made = command("init", str(tmp_path / "s"), "--year", "2557", "--framework", "dept_2557")
    assert made.status == 0
    config = tmp_path / "s" / "season.toml"
    config.write_text(config.read_text(encoding="utf-8").partition("\n[mail]\n")[0], encoding="utf-8")
    assert season.load(tmp_path / "s").mail == Mail(port=587)
    assert filling.PLAN
