"""Every #include "folder/..." follows the arrows of the house: core/base <- {hooks, core} <- {training, probes,
analysis} <- studies <- programs, and within core the order below. Prints each arrow that points back."""
import pathlib
import re
import sys

MIDDLE = {"core/base", "core", "hooks"}
ALLOWED = {
    "core/base": {"core/base"},
    "hooks": {"core/base", "hooks"},
    "core": MIDDLE,
    "training": MIDDLE | {"training"},
    "probes": MIDDLE | {"probes"},
    "analysis": MIDDLE | {"analysis"},
    "studies": MIDDLE | {"training", "probes", "analysis", "studies"},
    "programs": MIDDLE | {"training", "probes", "analysis", "studies", "programs"},
}
# Within core a folder may include itself and those before it.
CORE_ORDER = ["base", "config", "files", "store", "text", "data", "kernels", "model", "circuits", "exchange"]
# Within a room, a folder may not include these.
NOT_BACK = {
    "analysis": ["analysis/report", "analysis/compare"],
    "analysis/stats": ["analysis/plot", "analysis/figures", "analysis/report", "analysis/compare"],
    "analysis/plot": ["analysis/stats", "analysis/figures", "analysis/report", "analysis/compare"],
    "analysis/figures": ["analysis/report", "analysis/compare"],
    "analysis/report": ["analysis/compare"],
    "probes/patching": ["probes/replay"],
    "training/run": ["training", "training/optim"],
    "training/optim": ["training/run"],
}
WITHOUT_LIBTORCH = ["core/base", "core/config", "core/files", "core/store", "core/text", "core/data",
                    "core/exchange", "analysis"]
MOST_FILES = 45  # in one flat folder


def room_of(path):
    parts = path.split("/")
    return "core/base" if parts[:2] == ["core", "base"] else parts[0]


def faults_of(relative, text):
    folder = relative.rsplit("/", 1)[0]
    for line in re.findall(r'#include "([^"]+)"', text):
        if room_of(line) not in ALLOWED[room_of(relative)]:
            yield f"{room_of(relative)} may not include {line}"
        here, there = relative.split("/"), line.split("/")
        if here[0] == there[0] == "core" and CORE_ORDER.index(there[1]) > CORE_ORDER.index(here[1]):
            yield f"core/{here[1]} may not include {line}"
        if line.rsplit("/", 1)[0] in NOT_BACK.get(folder, []):
            yield f"{folder} may not include {line}"
    if any(relative.startswith(each + "/") for each in WITHOUT_LIBTORCH):
        if re.search(r"#include <(torch|ATen|c10)/", text):
            yield "this room does without LibTorch"
    if relative.endswith(".h") and "torch/torch.h" in text:
        yield "a header includes torch/torch.h"


root = pathlib.Path(sys.argv[1])
rooms = sorted({name.split("/")[0] for name in ALLOWED})
paths = sorted(path for room in rooms for path in (root / room).rglob("*") if path.suffix in {".h", ".cpp"})
faults = []
files_in = {}
for path in paths:
    relative = path.relative_to(root).as_posix()
    faults += [f"{relative}: {fault}" for fault in faults_of(relative, path.read_text())]
    folder = relative.rsplit("/", 1)[0]
    files_in[folder] = files_in.get(folder, 0) + 1
faults += [f"{folder}: {n} files, over {MOST_FILES}; which rooms hide in it?"
           for folder, n in sorted(files_in.items()) if n > MOST_FILES]
for fault in faults:
    print(fault)
print(f"{len(paths)} files, {len(faults)} faults")
sys.exit(1 if faults or not paths else 0)
