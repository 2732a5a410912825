"""Every #include "folder/..." follows the arrows of the house: hooks <- core <- {training, probes, analysis}
<- programs, within core the order below, and the model without its algebra. Prints each arrow that points back."""
import pathlib
import re
import sys

ALLOWED = {
    "hooks": {"hooks"},
    "core": {"hooks", "core"},
    "training": {"hooks", "core", "training"},
    "probes": {"hooks", "core", "probes"},
    "analysis": {"hooks", "core", "analysis"},
    "programs": {"hooks", "core", "training", "probes", "analysis", "programs"},
}
# Within core a folder may include itself and those before it.
CORE_ORDER = ["config", "store", "data", "kernels", "model", "exchange"]
WITHOUT_LIBTORCH = ["core/config", "core/store", "core/data", "core/exchange", "analysis"]

root = pathlib.Path(sys.argv[1])
faults = []
checked = 0
for room in ALLOWED:
    for path in sorted((root / room).rglob("*")):
        if path.suffix not in {".h", ".cpp"}:
            continue
        checked += 1
        relative = path.relative_to(root)
        text = path.read_text()
        for line in re.findall(r'#include "([^"]+)"', text):
            parts = line.split("/")
            if parts[0] not in ALLOWED[room]:
                faults.append(f"{relative}: {room} may not include {line}")
            if room == "core" and parts[0] == "core" and len(parts) > 2 and len(relative.parts) > 2:
                if CORE_ORDER.index(parts[1]) > CORE_ORDER.index(relative.parts[1]):
                    faults.append(f"{relative}: core/{relative.parts[1]} may not include {line}")
            if line.startswith("core/model/algebra/") and relative.parent == pathlib.Path("core/model"):
                faults.append(f"{relative}: the model does without {line}")
        if any(str(relative).startswith(each) for each in WITHOUT_LIBTORCH):
            if re.search(r"#include <(torch|ATen|c10)/", text):
                faults.append(f"{relative}: this room does without LibTorch")
        if path.suffix == ".h" and "torch/torch.h" in text:
            faults.append(f"{relative}: a header includes torch/torch.h")
for fault in faults:
    print(fault)
print(f"{checked} files, {len(faults)} arrows that point back")
sys.exit(1 if faults or checked == 0 else 0)
