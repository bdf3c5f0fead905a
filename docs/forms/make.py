"""Draw the pictures of all forms: a whole simulated season by the command, every form as PDF by LibreOffice, its pages as PNG.

Run it where `cleanreport` is installed, with `soffice`, `pdftoppm` and `pdftotext` (poppler-utils) and `montage`
(ImageMagick) on the path:

    python docs/forms/make.py [SEASON]

SEASON is the folder of a demonstration that was made before (`cleanreport demo SEASON`); without it one is made. It takes a few
minutes, writes `*.png` and `README.md` beside itself, and replaces what it wrote before.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CENTRE = "D01021"
DAY = "2014-10-24"
FORMS = ("plan", "report9", "report12", "sar9", "sar12", "respondents", "review", "survey")
FRAMEWORKS = {"dept_2557": ("D01021", "OPM"), "prov_2557": ("P50", "C12")}
"""Framework -> the agency and the group that stand for all others."""
TITLES = {
    "plan": "แผนสร้างความโปร่งใส (แบบฟอร์ม 1)",
    "report9": "รายงานความก้าวหน้า รอบ 9 เดือน",
    "report12": "รายงานผล รอบ 12 เดือน และรายงานการสิ้นสุดโครงการ",
    "sar9": "รายงานการประเมินตนเอง (SAR) รอบ 9 เดือน",
    "sar12": "รายงานการประเมินตนเอง (SAR) รอบ 12 เดือน",
    "respondents": "ฐานข้อมูลผู้รับบริการ",
    "review": "แบบพิจารณาแผน",
    "survey": "ผลการสำรวจความโปร่งใส",
}
GUIDE = {
    "วิธีกรอกและส่งคืน": "instruction",
    "(1) หลักการและเหตุผล": "entries",
    "ห้ามใส่ 0 แทนช่องว่าง": "table",
    "ยังไม่พร้อมส่ง": "ready",
}
"""A text on a page of the plan -> the picture of that page."""
PAGES = 8
"""Pages of a form that its picture shows."""
CANDIDATES = 12
"""Correction workbooks among which the one that says most is shown."""
LIMIT = 120_000
"""Bytes of one picture."""


@dataclass(frozen=True)
class Picture:
    """One form as a picture: its framework, form, pages that it has, and the file."""

    framework: str
    form: str
    pages: int
    file: str


def run(*command: str | Path) -> str:
    """Run a program; what it says where it fails is the reason to stop."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{command[0]}: {done.stdout[-500:]}{done.stderr[-2000:]}")
    return done.stdout


def tool(name: str) -> str:
    """Find a program beside this Python or on the path."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or sys.exit(f"{name} is not installed")


def recipient(framework: str, form: str) -> str:
    """Say to whom the sample of a form is issued: agency, group or centre."""
    agency, group = FRAMEWORKS[framework]
    return CENTRE if form == "survey" else group if form == "review" else agency


def issued(season: Path, framework: str, form: str) -> Path:
    """Issue a form to its sample recipient and give the workbook."""
    code = recipient(framework, form)
    for old in (season / "outbox" / code).glob(f"2???_{code}_{form}_????.xlsx"):
        old.unlink()  # written again by the program as it is now
    run(tool("cleanreport"), "--season", season, "--as-of", DAY, "issue", f"{framework}/{form}", "--agency", code)
    return sorted((season / "outbox" / code).glob(f"2???_{code}_{form}_????.xlsx"))[-1]


def pdf(workbooks: list[Path], work: Path) -> list[Path]:
    """Print workbooks as LibreOffice prints them."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    run(tool("soffice"), "--headless", profile, "--convert-to", "pdf", "--outdir", work, *workbooks)
    return [work / f"{path.stem}.pdf" for path in workbooks]


def pages(document: Path, dots: int) -> list[Path]:
    """Draw the pages of a document, `dots` to an inch."""
    run(tool("pdftoppm"), "-r", str(dots), "-png", document, document.with_suffix(""))
    return sorted(document.parent.glob(f"{document.stem}-*.png"))


def sheet(drawn: list[Path], target: Path) -> None:
    """Put pages side by side into one small picture."""
    for colours in ("64", "48", "32", "24", "16"):
        tile = f"{min(4, len(drawn))}x"
        look = ("-tile", tile, "-geometry", "+5+5", "-background", "#B8BEC6", "+dither", "-colors", colours)
        run(tool("montage"), *drawn, *look, f"PNG8:{target}")
        if target.stat().st_size <= LIMIT:
            return
    sys.exit(f"{target.name} stays larger than {LIMIT} bytes")


def single(document: Path, text: str, target: Path) -> None:
    """Draw the first page of a document that holds a text, large enough to be read in a guide."""
    shown = run(tool("pdftotext"), document, "-").split("\f")
    at = next((str(page) for page, words in enumerate(shown, 1) if text in words), None)
    if at is None:
        sys.exit(f"{document.name}: no page holds {text}")
    drawn = document.with_name(f"page_{target.name}")
    run(tool("pdftoppm"), "-r", "68", "-f", at, "-l", at, "-singlefile", "-png", document, drawn.with_suffix(""))
    sheet([drawn], target)


def forms(season: Path, work: Path) -> list[Picture]:
    """Draw all forms of all frameworks; gives what was drawn."""
    books = {(framework, form): work / f"{framework}_{form}.xlsx" for framework in FRAMEWORKS for form in FORMS}
    for (framework, form), book in books.items():
        shutil.copy(issued(season, framework, form), book)
    found = []
    for (framework, form), document in zip(books, pdf(list(books.values()), work), strict=True):
        drawn = pages(document, 36)
        sheet(drawn[:PAGES], work / f"{framework}_{form}.png")
        found.append(Picture(framework, form, len(drawn), f"{framework}_{form}.png"))
    return found


def guide(season: Path, work: Path) -> None:
    """Draw the single pages that the guides show: instruction, entries, readiness, correction, receipt."""
    plan = work / "dept_2557_plan.pdf"
    for text, name in GUIDE.items():
        single(plan, text, work / f"guide_{name}.png")
    receipt = sorted((season / "outbox" / CENTRE).glob("receipt_*_plan_*.xlsx"))[-1]
    copies = []
    for at, book in enumerate([receipt, *sorted((season / "outbox").glob("D*/fix_*.xlsx"))[:CANDIDATES]]):
        copies.append(work / f"answer{at}.xlsx")
        shutil.copy(book, copies[-1])
    received, *returned = pdf(copies, work)
    telling = max(returned, key=lambda path: len(run(tool("pdftotext"), "-f", "1", "-l", "1", path, "-")))
    for document, name in ((telling, "guide_correction"), (received, "guide_receipt")):
        sheet(pages(document, 68)[:1], work / f"{name}.png")


def readme(found: list[Picture]) -> str:
    """Write the page that links all pictures."""
    lines = ["# แบบฟอร์มทั้งหมด", ""]
    note = f"แต่ละรูปแสดงไม่เกิน {PAGES} หน้าแรกของแบบฟอร์มตามที่พิมพ์จริง จากปีสาธิต (จำลอง)"
    lines += [f"{note} สร้างด้วย `python docs/forms/make.py`", ""]
    for framework in FRAMEWORKS:
        lines += [f"## {framework}", ""]
        for item in found:
            if item.framework == framework:
                title = TITLES[item.form]
                lines += [f"### {title} (`{framework}/{item.form}`, {item.pages} หน้า)", "", f"![{title}]({item.file})", ""]
    return "\n".join(lines)


def main() -> None:
    """Make the season, unless the folder of one is given; draw everything, write the page."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        season = Path(sys.argv[1]) if len(sys.argv) > 1 else work / "season"
        if not season.exists():
            run(tool("cleanreport"), "demo", season)
        found = forms(season, work)
        guide(season, work)
        for old in HERE.glob("*.png"):
            old.unlink()
        for new in [*(work / item.file for item in found), *work.glob("guide_*.png")]:
            shutil.copy(new, HERE)
    (HERE / "README.md").write_text(readme(found), encoding="utf-8")
    total = sum(path.stat().st_size for path in HERE.glob("*.png"))
    print(f"{len(found)} forms, {sum(item.pages for item in found)} pages, {total // 1000} kB")


if __name__ == "__main__":
    main()
