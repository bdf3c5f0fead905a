"""Run a season of every kind of agency to its results: `python bench/every_kind.py TARGET [--agencies 8300] [--measures SHARE]`.

TARGET becomes a season marked as simulated: departments and provinces of the registry, and made local bodies up to the number
asked for. They come in by `registry import`, the centre's workbook of scores is filled by `fill`, a share of the agencies hands
in reports of measures, and the real `nightly` takes all of it. Every stage is a process of its own; its time, its processor time
(workers included) and the memory of its largest process are printed, then what the night says of its own stages, then the
counts. What must be there is checked: workbooks of every ministry and province, rows and files that balance. Nothing is
asserted about time.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from processors import season  # noqa: E402
from processors.disk import put  # noqa: E402
from processors.store import Ledger  # noqa: E402
from templates import registry  # noqa: E402
from templates.instruments import Profile  # noqa: E402
from templates.registry import Agency  # noqa: E402
from workbook.patch import Value, patch  # noqa: E402

FRAMEWORK, DAY, SEED = "ita_2568", "2025-10-15", 25680
SHARE = 0.25
NIGHTS = 2
"""The second finds nothing new and shows what a quiet night costs."""
FIRST = ["หนอง", "บ้าน", "โคก", "นา", "ห้วย", "วัง", "ท่า", "ดอน", "คลอง", "บาง", "ทุ่ง", "เขา", "แม่", "ป่า", "โนน"]
SECOND = [
    "ใหญ่", "น้อย", "งาม", "ทอง", "เงิน", "แก้ว", "ขาม", "สัก", "ยาง", "ไผ่", "บัว", "หว้า", "ม่วง", "แดง", "ขาว", "เหนือ", "ใต้",
    "กลาง", "หลวง", "ไทร",
]  # fmt: skip
KINDS = (("องค์การบริหารส่วนตำบล", 5300), ("เทศบาลตำบล", 2247), ("เทศบาลเมือง", 195), ("เทศบาลนคร", 30))
"""How many bodies of each type there are, about; one อบจ. per province comes first."""
UNITS = ("สำนักปลัด", "กองคลัง", "กองช่าง", "กองการศึกษา", "หน่วยตรวจสอบภายใน")
DEEDS = (
    "จัดทำคู่มือการให้บริการ", "เปิดช่องทางรับฟังความคิดเห็น", "อบรมเจ้าหน้าที่", "เผยแพร่แผนการใช้จ่าย",
    "ทบทวนขั้นตอนการอนุมัติ", "ตรวจสอบการใช้ทรัพย์สิน",
)  # fmt: skip
MARK = "(ข้อมูลจำลอง)"
ADVICE = "ควรเพิ่มช่องทางรับฟังความคิดเห็นของผู้มาติดต่อ (ข้อมูลจำลอง)"


def bodies(count: int) -> Iterator[dict[str, str]]:
    """Make local bodies: names of two syllables and a number, spread over the provinces that are administrations."""
    provinces = [row for row in registry.records("provinces") if row["is_provincial_administration"] == "1"]
    for row in provinces[:count]:
        yield {"ประเภท": "อบจ.", "ชื่อ": row["name_th"], "อำเภอ": "เมือง", "จังหวัด": row["name_th"]}
    total = sum(number for _, number in KINDS)
    kinds = [kind for kind, number in KINDS for _ in range(number)]
    for at in range(max(count - len(provinces), 0)):
        name = f"{FIRST[at % len(FIRST)]}{SECOND[at // len(FIRST) % len(SECOND)]}{at + 1}"
        home = provinces[at % len(provinces)]["name_th"]
        kind = kinds[at * 7919 % total]
        yield {"ประเภท": kind, "ชื่อ": kind + name, "อำเภอ": f"สมมติ{at % 12 + 1}", "จังหวัด": home}


def make(target: Path, count: int) -> None:
    """Make the season and the list of local bodies."""
    made = season.init(target, 2568, (FRAMEWORK,), simulated=True)
    rows = list(bodies(count - len(made.agencies)))
    write_rows(target / "made" / "local_bodies.csv", rows)


def write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def score(agency: Agency, profile: Profile) -> dict[str, str]:
    """Make the scores of an agency: indicators around a mean of its own, instruments and total reckoned from them."""
    chance = random.Random(f"{SEED}:{agency.code}")
    level = chance.gauss(90, 5)
    row = {"agency": agency.code}
    total = Decimal(0)
    for item in profile.instruments:
        own = [one for one in profile.indicators if one.instrument == item.code]
        values = [rounded(Decimal(min(max(chance.gauss(level, 4), 40), 100))) for _ in own]
        row |= {f"i{one.no}": str(value) for one, value in zip(own, values, strict=True)}
        mean = rounded(sum(values, Decimal(0)) / len(values))
        row[item.code.lower()] = str(mean)
        total += mean * item.weight / 100
    row["total"] = str(rounded(total))
    row["recommendation"] = ADVICE if chance.random() < 0.3 else ""
    row["previous.total"] = str(rounded(min(total + Decimal(chance.gauss(-1, 2)), Decimal(100))))
    return row


def scores(target: Path) -> None:
    """Write the list of scores of every agency that is due."""
    whole = season.load(target)
    profile = whole.frameworks[FRAMEWORK].profile
    assert profile is not None
    write_rows(target / "made" / "scores.csv", [score(item, profile) for item in whole.agencies if item.due])


def chosen(target: Path, share: float) -> list[str]:
    """Give the codes of the agencies that report measures: every so many-th, so that all kinds are among them."""
    due = [item.code for item in season.load(target).agencies if item.due]
    return [code for at, code in enumerate(due) if int(at * share) != int((at + 1) * share)]


def measures(code: str) -> dict[str, list[Value]]:
    """Make a report of two to six measures."""
    chance = random.Random(f"{SEED}:measures:{code}")
    numbers = chance.sample(range(1, 11), chance.randint(2, 6))
    rows: list[dict[str, Value]] = []
    for at, number in enumerate(numbers, 1):
        deed = chance.choice(DEEDS)
        rows.append(
            {
                "indicator_no": str(number),
                "measure": f"{deed} ลำดับที่ {at} {MARK}",
                "progress_summary": f"ดำเนินการแล้ว {chance.randint(2, 40)} ครั้ง มีผู้เกี่ยวข้อง {chance.randint(10, 900)} คน {MARK}",
                "outcome": f"ข้อร้องเรียนลดลงเหลือ {chance.randint(0, 90)} เรื่อง จาก {chance.randint(91, 300)} เรื่อง {MARK}",
                "responsible": chance.choice(UNITS),
                "period": "ปีงบประมาณ พ.ศ. 2568",
            }
        )
    return {f"measures_l5.{name}": [row[name] for row in rows] for name in rows[0]}


def hand_in(target: Path) -> None:
    """Fill the reports of measures and put everything into the inbox."""
    whole = season.load(target)
    ledger = Ledger(whole.ledger_path)
    for (code, form), row in ledger.newest_issued().items():
        path = whole.outbox / row.file
        if form == f"{FRAMEWORK}/measures":
            put(whole.inbox / path.name, patch(path.read_bytes(), measures(code)))
        else:
            put(whole.inbox / path.name, path.with_name(f"{path.stem}_filled.xlsx").read_bytes())
    ledger.close()


def timed(what: str, command: Sequence[str], known: Sequence[int] = (0,)) -> str:
    """Run one stage as a process of its own, print what it took, and give what it printed."""
    start = time.monotonic()
    with (Path(os.environ.get("TMPDIR", "/tmp")) / f"every_kind_{os.getpid()}.txt").open("w+", encoding="utf-8") as said:
        running = subprocess.Popen(command, cwd=ROOT, stdout=said)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        said.seek(0)
        text = said.read()
    Path(said.name).unlink()
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"{what:<28}{seconds:>9.1f}{cpu:>9.1f}{peak:>9.0f}", flush=True)
    if running.returncode not in known:
        raise SystemExit(f"{what}: status {running.returncode}\n{text[-2000:]}")
    return text


def own(stage: str, target: Path, *more: str) -> list[str]:
    return [sys.executable, __file__, str(target), "--stage", stage, *more]


def product(target: Path, *arguments: str) -> list[str]:
    where = ("--season", str(target), "--as-of", DAY, "--lang", "en", "-q")
    return [sys.executable, "-m", "processors.cli", *arguments, *where]


def run(target: Path, count: int, share: float) -> None:
    """Make, import, issue, fill, hand in, run the nights, check."""
    print(f"{'stage':<28}{'seconds':>9}{'cpu s':>9}{'MB':>9}")
    timed("init", own("make", target, "--agencies", str(count)))
    listed = str(target / "made" / "local_bodies.csv")
    timed("registry import", product(target, "registry", "import", listed))
    timed("registry import again", product(target, "registry", "import", listed))
    timed("issue ita_result", product(target, "issue", "ita_result"))
    timed("(make the scores)", own("scores", target))
    timed("fill ita_result", product(target, "fill", "ita_result", str(target / "made" / "scores.csv")))
    codes = chosen(target, share)
    named = [part for code in codes for part in ("--agency", code)]
    timed(f"issue measures ({len(codes)})", product(target, "issue", "measures", *named))
    timed("(fill the measures)", own("hand_in", target))
    said, own_stages = [], ""
    for at in range(1, NIGHTS + 1):
        said.append(timed(f"nightly {at}", product(target, "nightly")))
        told = json.loads((target / "results" / "run.json").read_text(encoding="utf-8"))
        own_stages = own_stages or json.dumps(told["durations"])
    timed("status --json", product(target, "status", "--json"))
    timed("publish", product(target, "publish"))
    print("the first night's own stages, until its results were written:", own_stages)
    print("\n".join(text.strip().splitlines()[-1] for text in said))
    check(target, count, len(codes))


def check(target: Path, count: int, reports: int) -> None:
    """Hold what is published against what went in, and print the counts."""
    whole = season.load(target)
    with (whole.results / "data" / "ranks.csv").open(encoding="utf-8-sig", newline="") as lines:
        ranked = list(csv.DictReader(lines))
    due = [item for item in whole.agencies if item.due]
    local = [item for item in due if item.within == registry.BY_PROVINCE]
    files = {path.relative_to(whole.results).as_posix(): path.stat().st_size for path in whole.results.rglob("*.xlsx")}
    counts = {"agencies": len(whole.agencies), "due": len(due), "local": len(local), "reports": reports, "ranked": len(ranked)}
    print(", ".join(f"{name} {number}" for name, number in counts.items()))
    print(f"workbooks {len(files)}, {sum(files.values()) / 1e6:.0f} MB, national {files['national.xlsx'] / 1e6:.1f} MB")
    assert whole.simulated and len(whole.agencies) == count
    assert {row["agency"] for row in ranked} >= {item.code for item in due}
    for item in due:
        assert item.province == "" or f"provinces/{item.province}.xlsx" in files, item
        assert item.ministry == "" or f"ministries/{item.ministry}.xlsx" in files, item
    proof = subprocess.run(product(target, "status", "--json"), cwd=ROOT, stdout=subprocess.PIPE, check=True)
    standing = json.loads(proof.stdout)
    assert standing["balances"] and standing["found"] == reports + 1, standing["mistakes"]
    assert standing["verdicts"]["accepted"] == reports + 1, standing["verdicts"]
    print("balance: found", standing["found"], {name: number for name, number in standing["verdicts"].items() if number})


def main() -> None:
    """Run all stages, or one of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--agencies", type=int, default=8300)
    parser.add_argument("--measures", type=float, default=SHARE, help="share of the agencies that report measures")
    parser.add_argument("--stage", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    target = asked.target.absolute()
    if asked.stage == "make":
        make(target, asked.agencies)
    elif asked.stage:
        {"scores": scores, "hand_in": hand_in}[asked.stage](target)
    else:
        run(target, asked.agencies, asked.measures)


if __name__ == "__main__":
    main()
