"""Whether a report.html or comparison.html is one inert file: report_page_check.py FILE [--links].

Prints what is wrong, one line each, and ends with 1 if anything is: tags that do not match, a script or a
handler that is not the page's own, anything that would be fetched, a link that leaves the page's folder, a
table row with another number of cells than its heading. --links: also every linked file must be there.
"""
import base64
import hashlib
import html.parser
import pathlib
import re
import sys

VOID = {"meta", "img", "br", "wbr", "hr", "link", "input"}
FOLDERS = re.compile(r"(figures(-[\w-]+)?|probes)/")  # figures-LABEL/ of another label


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.open = [], []
        self.ids, self.links, self.scripts = [], [], []
        self.policy = ""
        self.n_tables = self.n_columns = self.n_cells = self.n_images = 0

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        for name, value in attributes:
            if name.startswith("on"):
                self.faults.append(f"a handler {name} on <{tag}>")
            if name in {"src", "srcset", "data", "action", "style"} and not (value or "").startswith("data:image/png;base64,"):
                self.faults.append(f"<{tag} {name}={value!r}>")
        if "id" in values:
            self.ids.append(values["id"])
        if "href" in values:
            self.links.append(values["href"])
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        self.n_images += tag == "img"
        if tag == "img" and not values.get("alt"):
            self.faults.append("an image without words for it")
        if tag == "table":
            self.n_tables += 1
            self.n_columns = 0
        if tag == "tr":
            self.n_cells = 0
        self.n_cells += tag in {"td", "th"}
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> ends nothing, at {self.getpos()}")
        if tag == "tr":
            if self.n_columns and self.n_cells != self.n_columns:
                self.faults.append(f"a row of {self.n_cells} cells under {self.n_columns} columns, at {self.getpos()}")
            self.n_columns = self.n_columns or self.n_cells

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        if self.open and self.open[-1] in {"script", "style"} and re.search(r"url\(|@import|https?://", data):
            self.faults.append(f"an address in the <{self.open[-1]}>")

    def end(self):
        if self.open:
            self.faults.append(f"left open: {self.open}")
        if len(self.scripts) != 1:
            self.faults.append(f"{len(self.scripts)} scripts")
        for script in self.scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            if f"'sha256-{digest}'" not in self.policy:
                self.faults.append("a script that the policy does not name")
        if "default-src 'none'" not in self.policy:
            self.faults.append(f"policy {self.policy!r}")
        if len(set(self.ids)) != len(self.ids):
            self.faults.append(f"ids {self.ids}")
        for link in self.links:
            inside = link[1:] in self.ids if link.startswith("#") else "/" not in link or FOLDERS.match(link)
            if not inside or ".." in link.split("/") or ":" in link:
                self.faults.append(f"a link to {link!r}")


path = pathlib.Path(sys.argv[1])
text = path.read_bytes().decode("utf-8")
page = Page()
page.feed(text)
page.close()
page.end()
if "--links" in sys.argv[2:]:
    page.faults += [f"{link} is not there" for link in page.links
                    if not link.startswith("#") and not (path.parent / link).is_file()]
for fault in page.faults:
    print(fault)
print(f"{page.n_tables} tables, {page.n_images} images, {len(page.links)} links, {len(page.faults)} faults")
sys.exit(1 if page.faults else 0)
