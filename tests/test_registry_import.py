"""Lists of local bodies are taken into a season: matched by type, name and province, told apart by district, nothing removed."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from season_tools import Outcome, Trial, command

from processors import season as seasons
from processors.registry_match import match
from processors.table_file import Line
from templates.local_names import Body, Unread, official_name, read_body

HEADS = "ประเภท,ชื่อ,อำเภอ,จังหวัด,รหัส,อีเมล"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("registry") / "season", "2568", ("ita_2568",), ("D01021", "P34"))


@pytest.fixture
def trial(made: Trial) -> Trial:
    """Give the season as it was made: its list with one department and one province."""
    path = made.root / "agencies.csv"
    kept = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line[:5] in ("code,", "D0102", "P34,จ")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8-sig")
    return made


def take(trial: Trial, tmp_path: Path, *lines: str, heads: str = HEADS, more: tuple[str, ...] = ()) -> Outcome:
    """Import a CSV of these lines."""
    path = tmp_path / "list.csv"
    path.write_text("\n".join((heads, *lines)) + "\n", encoding="utf-8-sig")
    return trial.run("registry", "import", str(path), "--json", *more)


def rows(trial: Trial, name: str = "agencies.csv") -> list[dict[str, str]]:
    with (trial.root / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def bodies(trial: Trial) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(trial) if row["kind"] == "local"}


def reasons(done: Outcome) -> list[tuple[str, str]]:
    """Give line and reason of every line of the report."""
    return [(item["line"], item["reason"]) for item in done.json()["report"]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("อบต.", "คำไหล", "ศรีเมืองใหม่", "อุบลราชธานี"), ("อบต.", "คำไหล", "ศรีเมืองใหม่", "34")),
        (("", "องค์การบริหารส่วนตำบลคำไหล", "อ.ศรีเมืองใหม่", "จ.อุบลราชธานี"), ("อบต.", "คำไหล", "ศรีเมืองใหม่", "34")),
        (("", "อบต.คำไหล อำเภอศรีเมืองใหม่ จังหวัดอุบลราชธานี", "", ""), ("อบต.", "คำไหล", "ศรีเมืองใหม่", "34")),
        (("", "อ.บ.ต. คำไหล", "", "๓๔"), ("อบต.", "คำไหล", "", "34")),
        (("องค์การบริหารส่วนตำบล (อบต.)", "คำไหล", "-", "อุบลราชธานี"), ("อบต.", "คำไหล", "", "34")),
        (("อบต", "อบต คำไหล", "", "อุบลราชธานี"), ("อบต.", "คำไหล", "", "34")),
        (("", "เทศบาลเมืองยโสธร", "เมือง", ""), ("ทม.", "ยโสธร", "เมืองยโสธร", "35")),
        (("", "อบจ.ยโสธร", "", ""), ("อบจ.", "ยโสธร", "", "35")),
        (("", "เทศบาลตำบลบางระจัน สิงห์บุรี", "", "สิงห์บุรี"), ("ทต.", "บางระจัน", "", "17")),
        (("", "เมืองพัทยา", "บางละมุง", "ชลบุรี"), ("เมืองพัทยา", "เมืองพัทยา", "บางละมุง", "20")),
        (("อบต.", "เมืองพัทยาใต้", "", "ชลบุรี"), ("อบต.", "เมืองพัทยาใต้", "", "20")),
        (("", "กทม.", "", ""), ("กทม.", "กรุงเทพมหานคร", "", "10")),
        (("ทต.", "ทนงศักดิ์", "", "เลย"), ("ทต.", "ทนงศักดิ์", "", "42")),
    ],
)  # fmt: skip
def test_a_body_is_read_however_it_is_written(cells: tuple[str, ...], expected: tuple[str, ...]) -> None:
    body = read_body(dict(zip(("type", "name", "district", "province"), cells, strict=True)))
    assert isinstance(body, Body)
    assert (body.type, body.name, body.district, body.province) == expected
    assert not body.province_told


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("อบต.", "", "", "ยโสธร"), "no_name"), (("อบต.", "-", "", "ยโสธร"), "no_name"), (("", "อบต.", "", "ยโสธร"), "no_name"),
        (("", "คำไหล", "", "ยโสธร"), "no_type"), (("กรม", "คำไหล", "", "ยโสธร"), "no_type"), (("", "เทศบาลยโสธร", "", ""), "no_type"),
        (("อบต.", "เทศบาลตำบลคำไหล", "", "ยโสธร"), "type_disagrees"),
        (("อบต.", "คำไหล", "", ""), "no_province"), (("", "ทต.ยโสธร", "", ""), "no_province"),
        (("อบต.", "คำไหล", "", "ดาวอังคาร"), "unknown_province"), (("อบต.", "คำไหล", "", "สมุทร"), "ambiguous_province"),
        (("อบต.", "คำไหล จ.เลย", "", "ยโสธร"), "province_disagrees"),
        (("อบต.", "คำไหล โทร 081-234-5678", "", "อุบลราชธานี"), "phone"),
    ],
)  # fmt: skip
def test_a_row_that_names_no_body_says_why(cells: tuple[str, ...], why: str) -> None:
    body = read_body(dict(zip(("type", "name", "district", "province"), cells, strict=True)))
    assert isinstance(body, Unread) and body.why == why


def test_names_are_official_and_a_province_by_likeness_is_told() -> None:
    body = read_body({"name": "อบต.คำไหล", "province": "อุบลราชทานี"})
    assert isinstance(body, Body) and body.full_name == "องค์การบริหารส่วนตำบลคำไหล"
    assert (body.province, body.province_told) == ("34", "อุบลราชทานี")
    assert official_name({"name": "ทม.ยโสธร จ.ยโสธร"}) == ("เทศบาลเมืองยโสธร", "", "ยโสธร")
    assert official_name({"name": "กรมที่ดิน"})[0] == ""


def test_new_bodies_get_codes_of_their_province_and_stand_under_no_ministry(trial: Trial, tmp_path: Path) -> None:
    done = take(trial, tmp_path, "อบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี,,a@example.go.th", ",เทศบาลนครอุบลราชธานี,,,,", ",อบจ.ยโสธร,,,,")
    assert (done.status, reasons(done)) == (0, [])
    found = bodies(trial)
    assert list(found) == ["L340001", "L340002", "L350001"]
    assert found["L340001"] == {
        "code": "L340001", "name_th": "องค์การบริหารส่วนตำบลคำไหล", "framework": "ita_2568", "ministry": "", "province": "34",
        "emails": "a@example.go.th", "sla": "0", "exempt_reason": "", "kind": "local", "type": "อบต.", "district": "ศรีเมืองใหม่",
    }  # fmt: skip
    agency = seasons.load(trial.root).by_code["ita_2568", "L340001"]
    assert (agency.within, agency.group, agency.district, agency.due) == ("province", "34", "ศรีเมืองใหม่", True)


def test_the_same_list_twice_changes_nothing(trial: Trial, tmp_path: Path) -> None:
    lines = ("อบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี,,", "อบต.,นาคำ,ศรีเมืองใหม่,อุบลราชธานี,,", "อบต.,นาคำ,เขื่องใน,อุบลราชธานี,,", ",โรงเรียน,,,,")
    first = take(trial, tmp_path, *lines)
    kept = {name: (trial.root / name).read_bytes() for name in ("agencies.csv", "registry_report.csv")}
    second = take(trial, tmp_path, *reversed(lines[:3]), lines[3])
    assert (first.status, second.status) == (3, 3)
    assert (first.json()["new"], second.json()["new"], second.json()["changed"], second.json()["same"]) == (3, 0, 0, 3)
    assert (trial.root / "agencies.csv").read_bytes() == kept["agencies.csv"]
    assert take(trial, tmp_path, *lines).status == 3
    assert {name: (trial.root / name).read_bytes() for name in kept} == kept


def test_known_bodies_keep_their_code_and_take_over_what_the_file_states(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,old@example.go.th", ",ทต.นาคำ,,อุบลราชธานี,,")
    done = take(trial, tmp_path, ",องค์การบริหารส่วนตำบล คำไหล,อ.ศรีเมืองใหม่,34,,", ",ทต.นาคำ,,อุบลราชธานี,,new@example.go.th")
    assert (done.status, done.json()["changed"], done.json()["new"]) == (0, 2, 0)
    found = bodies(trial)
    assert (found["L340001"]["district"], found["L340001"]["emails"]) == ("ศรีเมืองใหม่", "old@example.go.th")
    assert (found["L340002"]["district"], found["L340002"]["emails"]) == ("", "new@example.go.th")


def test_bodies_of_one_name_are_told_apart_by_their_district(trial: Trial, tmp_path: Path) -> None:
    two = ("อบต.,นาคำ,ศรีเมืองใหม่,อุบลราชธานี,,", "อบต.,นาคำ,เขื่องใน,อุบลราชธานี,,")
    assert take(trial, tmp_path, *two).json()["new"] == 2
    done = take(trial, tmp_path, "อบต.,นาคำ,,อุบลราชธานี,,")
    assert (done.status, reasons(done)) == (3, [("2", "needs_district"), ("", "absent"), ("", "absent")])
    mixed = take(trial, tmp_path, *two, "อบต.,นาคำ,,อุบลราชธานี,,", "ทต.,นาคำ,,อุบลราชธานี,,")
    assert reasons(mixed) == [("4", "needs_district")] and mixed.json()["new"] == 1
    other = take(trial, tmp_path, two[0], "อบต.,นาคำ,ตระการพืชผล,อุบลราชธานี,,")
    assert ("3", "other_district") in reasons(other) and other.json()["new"] == 0


def test_a_known_body_without_district_is_not_guessed(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,นาคำ,,อุบลราชธานี,,")
    done = take(trial, tmp_path, "อบต.,นาคำ,ศรีเมืองใหม่,อุบลราชธานี,,", "อบต.,นาคำ,เขื่องใน,อุบลราชธานี,,")
    assert reasons(done)[:2] == [("2", "known_without"), ("3", "known_without")]
    assert list(bodies(trial)) == ["L340001"]


def test_codes_of_the_file_are_kept_and_checked(trial: Trial, tmp_path: Path) -> None:
    done = take(
        trial, tmp_path,
        "อบต.,คำไหล,,อุบลราชธานี,6340101,", "อบต.,นาคำ,,อุบลราชธานี,634-01,", "อบต.,ลาดควาย,,อุบลราชธานี,6340101,",
        "อบต.,เอือดใหญ่,,อุบลราชธานี,D01021,", "อบต.,วาริน,,อุบลราชธานี,34,", "อบต.,สงยาง,,อุบลราชธานี,c01,",
        "อบต.,ตะบ่าย,,อุบลราชธานี,๖๓๔๐๑๐๒,", "อบต.,คำไหล,,อุบลราชธานี,6340103,",
    )  # fmt: skip
    assert reasons(done) == [
        ("3", "bad_code"), ("4", "code_twice"), ("5", "code_taken"), ("6", "code_taken"), ("7", "code_taken"), ("9", "twice"),
    ]  # fmt: skip
    assert list(bodies(trial)) == ["6340101", "6340102"]
    again = take(trial, tmp_path, "อบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี,6340101,", "อบต.,ตะบ่าย,,อุบลราชธานี,6340199,", "ทต.,ใหม่,,อุบลราชธานี,6340102,")
    assert reasons(again)[:2] == [("3", "code_disagrees"), ("4", "code_taken")]
    assert bodies(trial)["6340101"]["district"] == "ศรีเมืองใหม่"
    moved = take(trial, tmp_path, "อบต.,คำไหล,ตระการพืชผล,อุบลราชธานี,6340101,")  # with its code the file may correct a district
    assert moved.status == 0 and bodies(trial)["6340101"]["district"] == "ตระการพืชผล"


def test_a_likeness_is_told_and_never_taken(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี,,")
    done = take(trial, tmp_path, "อบต.,ดำไหล,ศรีเมืองใหม่,อุบลราชธานี,,")
    assert reasons(done) == [("2", "like_only"), ("", "absent")] and done.status == 3
    assert "L340001" in done.json()["report"][0]["message"]
    # Where the known body stands in the file itself, or the row has a code of its own, it is another one.
    both = take(trial, tmp_path, "อบต.,คำไหล,ศรีเมืองใหม่,อุบลราชธานี,,", "อบต.,ดำไหล,ศรีเมืองใหม่,อุบลราชธานี,,")
    assert (both.status, both.json()["new"]) == (0, 1)
    coded = take(trial, tmp_path, "อบต.,คำไหม,ศรีเมืองใหม่,อุบลราชธานี,X1,", "อบต.,คำไหล,,อุบลราชธานี,,", "อบต.,ดำไหล,,อุบลราชธานี,,")
    assert (coded.status, coded.json()["new"]) == (0, 1)


def test_the_report_names_line_reason_and_remedy_and_no_address(trial: Trial, tmp_path: Path) -> None:
    done = take(
        trial, tmp_path, "อบต.,คำไหล,=1+1,อุบลราชทานี,,a@example.go.th bad@@example", ",=cmd|x,,ยโสธร,,secret@example.go.th", "",
    )  # fmt: skip
    assert done.status == 3 and done.json()["new"] == 1
    told = rows(trial, "registry_report.csv")
    assert [(row["บรรทัด"], row["สถานะ"]) for row in told] == [
        ("3", "ไม่ได้นำเข้า"), ("2", "นำเข้าแล้ว โปรดตรวจสอบ"), ("2", "นำเข้าแล้ว โปรดตรวจสอบ"), ("2", "นำเข้าแล้ว โปรดตรวจสอบ")
    ]  # fmt: skip
    assert all(row["สาเหตุ"] and row["สิ่งที่ต้องทำ"] for row in told)
    text = (trial.root / "registry_report.csv").read_text(encoding="utf-8-sig")
    assert "@example" not in text and not any(value.startswith(("=", "+", "-", "@")) for row in told for value in row.values())
    assert bodies(trial)["L340001"]["district"] == "1+1" and bodies(trial)["L340001"]["emails"] == "a@example.go.th"


def test_nothing_is_removed_and_columns_of_the_owner_stay(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,")
    path = trial.root / "agencies.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([f"{lines[0]},note", *(f"{line},ของเรา" for line in lines[1:])]) + "\n", encoding="utf-8-sig")
    done = take(trial, tmp_path, "อบต.,นาคำ,,อุบลราชธานี,,")
    assert (done.status, reasons(done), done.json()["absent"]) == (0, [("", "absent")], 1)
    assert [(row["code"], row["note"]) for row in rows(trial)] == [
        ("D01021", "ของเรา"), ("P34", "ของเรา"), ("L340001", "ของเรา"), ("L340002", ""),
    ]  # fmt: skip


def test_a_trial_writes_nothing(trial: Trial, tmp_path: Path) -> None:
    before = trial.digests()
    done = take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,", ",x,,,,", more=("--dry-run",))
    assert (done.status, done.json()["new"], done.json()["dry_run"]) == (3, 1, True)
    assert trial.digests() == before


@pytest.mark.parametrize("coding", ["utf-8", "cp874", "utf-16"])
def test_the_columns_may_be_named_in_either_language_in_any_order(trial: Trial, tmp_path: Path, coding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text("รายชื่อ อปท.\n\nprovince;Name;note;TYPE\nอุบลราชธานี;คำไหล;x;อบต.\n", encoding=coding)
    done = trial.run("registry", "import", str(path), "--json")
    assert (done.status, done.json()["new"], done.json()["unused"]) == (0, 1, ["note"])


def test_a_workbook_is_read_too(trial: Trial, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("ปก").write(0, 0, "รายชื่อองค์กรปกครองส่วนท้องถิ่น")
    page = book.add_worksheet("รายชื่อ")
    lines = (("รหัส อปท.", "ชื่อ อปท.", "จังหวัด", "อำเภอ"), (6340101, "อบต.คำไหล", 34, "ศรีเมืองใหม่"), ("", "เทศบาลเมืองยโสธร", "", ""))
    for at, values in enumerate(lines, 2):
        page.write_row(at, 1, values)
    book.close()
    done = trial.run("registry", "import", str(path), "--json")
    assert (done.status, list(bodies(trial))) == (0, ["6340101", "L350001"])
    assert "6340101" in trial.run("issue", "measures", "--agency", "6340101").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0broken", "can't be read"), (b"PK\x03\x04broken", "can't be read"), (b"", "no heading"),
        (b"a,b\n1,2\n", "no heading"), ("ชื่อ\nคำไหล\n".encode(), "no heading"),
        ("ชื่อ,จังหวัด,หน่วยงาน\nก,ข,ค\n".encode(), "two columns mean name"), (b"\x00\x01\xff\xfe,\x00", "neither a CSV"),
    ],
)  # fmt: skip
def test_an_unusable_file_is_refused(trial: Trial, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    before = trial.digests()
    done = trial.run("registry", "import", str(path))
    assert done.status == 2 and said in done.err, done.err
    assert trial.digests() == before
    assert trial.run("registry", "import", str(tmp_path / "none.csv")).status == 2


def test_a_framework_without_local_bodies_is_refused(tmp_path: Path, made: Trial) -> None:
    assert made.run("registry", "import", "x.csv", "--framework", "dept_2557").status == 2
    other = Trial(tmp_path / "season")
    assert "local" in other.run("registry", "import", "x.csv").err


def test_bodies_keep_one_code_in_every_framework(tmp_path: Path) -> None:
    both = Trial(tmp_path / "season", "2568", ("ita_2568", "ita_2566", "dept_2557"), ("D01021",))
    assert take(both, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,", more=("--framework", "ita_2566")).status == 0
    done = take(both, tmp_path, "อบต.,นาคำ,,อุบลราชธานี,,", "อบต.,คำไหล,,อุบลราชธานี,,")
    assert (done.status, done.json()["frameworks"]) == (0, ["ita_2568", "ita_2566"])
    found = sorted((row["framework"], row["code"], row["name_th"][-5:]) for row in rows(both) if row["kind"] == "local")
    assert found == [
        ("ita_2566", "L340001", "คำไหล"), ("ita_2566", "L340002", "ลนาคำ"),
        ("ita_2568", "L340001", "คำไหล"), ("ita_2568", "L340002", "ลนาคำ"),
    ]  # fmt: skip


def test_a_code_that_a_workbook_was_issued_to_is_not_given_again(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,")
    assert trial.run("issue", "measures", "--agency", "L340001").status == 0
    path = trial.root / "agencies.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("L340001", "X9"), encoding="utf-8-sig")
    assert take(trial, tmp_path, "อบต.,นาคำ,,อุบลราชธานี,,").json()["new"] == 1
    assert list(bodies(trial)) == ["X9", "L340002"]


def test_commands_about_ministries_and_provinces_know_local_bodies(trial: Trial, tmp_path: Path) -> None:
    take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,6340101,", "อบต.,นาคำ,,ยโสธร,,")
    ministry: Any = trial.run("status", "--json", "--ministry", "MOI").json()
    province: Any = trial.run("status", "--json", "--province", "34").json()
    assert {item["agency"] for item in ministry["agencies"]} == {"P34"}
    assert {item["agency"] for item in province["agencies"]} == {"P34", "6340101"}
    done = trial.run("issue", "measures", "--ministry", "MOI")
    assert "P34" in done.out and "6340101" not in done.out and "L350001" not in done.out


def test_many_rows_are_matched_in_time_that_grows_as_their_number() -> None:
    """What would take minutes at a whole country's list, were every row held against every other."""
    def seconds(count: int) -> float:
        lines = [Line(at, {"name": f"อบต.หนอง{at}", "province": "34", "district": "เมือง"}) for at in range(count)]
        start = dt.datetime.now()
        taken, doubts = match(lines, [], frozenset())
        assert len(taken) == count and not doubts
        return (dt.datetime.now() - start).total_seconds()

    assert seconds(4000) < 12


def test_help_and_json_are_what_programs_rely_on(trial: Trial, tmp_path: Path) -> None:
    assert "import" in command("registry", "--help").out
    done = take(trial, tmp_path, "อบต.,คำไหล,,อุบลราชธานี,,")
    keys = {"frameworks", "dry_run", "rows", "new", "changed", "same", "left", "remarks", "absent", "unused", "report"}
    assert set(json.loads(done.out)) == keys
