"""What a browser makes of a report.html or comparison.html: report_in_browser.py FILE.

Opens the page as it is in headless Chromium, clicks the heading of every column of every table twice, and
compares the order of rows with the one that the cells' numbers and ranks demand. Ends with 1 and says what is
wrong; prints "skipped: ..." and ends with 77 where there is no Chromium.
"""
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SECONDS = 240  # far above what it takes; a browser that hangs must not hang the tests

DRIVER = """<!DOCTYPE html><meta charset="utf-8">
<iframe id="frame" src="%s" style="width:1280px;height:800px"></iframe><pre id="result"></pre>
<script>
const frame = document.getElementById("frame");
function visit(table) {
  const rows = Array.from(table.tBodies[0].rows), clicks = [];
  const order = () => Array.from(table.tBodies[0].rows, row => rows.indexOf(row));
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    for (let n = 0; n < 2; ++n) {
      head.querySelector("button").click();
      clicks.push({column, sort: head.getAttribute("aria-sort"), order: order()});
    }
  });
  const of = cell => ({number: "number" in cell.dataset ? Number(cell.dataset.number) : null,
                       rank: Number(cell.dataset.rank || 0), text: cell.textContent});
  return {cells: rows.map(row => Array.from(row.cells, of)), clicks};
}
frame.addEventListener("load", () => {
  let result;
  try {
    result = Array.from(frame.contentDocument.querySelectorAll("table.sortable"), visit);
  } catch (error) {
    result = {error: String(error)};
  }
  document.getElementById("result").textContent = JSON.stringify(result);
});
</script>
"""


def visited(page):
    with tempfile.TemporaryDirectory() as folder:
        driver = pathlib.Path(folder, "driver.html")
        driver.write_text(DRIVER % page.resolve().as_uri(), encoding="utf-8")
        # One file may look into another: so the page itself stays as it is, with its policy.
        command = ["chromium", "--headless=new", f"--user-data-dir={folder}/profile", "--no-first-run", "--disable-gpu",
                   # A container's /dev/shm may be too small for a page.
                   "--disable-dev-shm-usage", "--disable-background-networking",
                   "--allow-file-access-from-files", "--dump-dom", driver.as_uri()]
        if os.getuid() == 0:
            command.insert(1, "--no-sandbox")  # it does not run as root
        said = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    found = re.search(r'<pre id="result">(.*?)</pre>', said.stdout, re.DOTALL)
    if not found or not found[1]:
        sys.exit(f"no result from Chromium, exit code {said.returncode}: {said.stderr[-2000:]}")
    result = json.loads(html.unescape(found[1]))
    if "error" in result:
        sys.exit(f"the page cannot be clicked: {result['error']}")
    return result


def expected(order, cells, column, down):
    """Numbers before texts, what has a rank after what has none, equal rows in the order that they had."""
    def number(row):
        return cells[row][column]["number"]
    numbers = sorted((row for row in order if number(row) is not None), key=number, reverse=down)
    texts = [row for row in order if number(row) is None]
    parts = texts + numbers if down else numbers + texts
    return sorted(parts, key=lambda row: cells[row][column]["rank"])


def faults_of(table):
    cells, order = table["cells"], list(range(len(table["cells"])))
    for click in table["clicks"]:
        column, came = click["column"], click["order"]
        wanted = expected(order, cells, column, click["sort"] == "descending")
        # Texts are in the order of the reader's language: here only where they stand is checked.
        def masked(rows):
            return [row if cells[row][column]["number"] is not None else (cells[row][column]["rank"], "text") for row in rows]
        if sorted(came) != sorted(order):
            yield f"column {column}: rows are lost"
        elif masked(came) != masked(wanted):
            yield f"column {column}, {click['sort']}: rows {came}, expected {wanted}"
        order = came
    sorts = [click["sort"] for click in table["clicks"]]
    if sorts != ["ascending", "descending"] * (len(sorts) // 2):
        yield f"a second click does not turn the order: {sorts}"


if shutil.which("chromium") is None:
    print("skipped: no chromium; scripts/setup.sh --browser installs it")
    sys.exit(77)
tables = visited(pathlib.Path(sys.argv[1]))
faults = [f"table {i}: {fault}" for i, table in enumerate(tables) for fault in faults_of(table)]
n_clicks = sum(len(table["clicks"]) for table in tables)
n_turned = sum(click["order"] != list(range(len(click["order"]))) for table in tables for click in table["clicks"])
print(*faults, f"{len(tables)} tables, {n_clicks} clicks, {n_turned} of them changed the order, {len(faults)} faults", sep="\n")
sys.exit(1 if faults or not n_turned else 0)
