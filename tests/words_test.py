"""A study's own words stand in its folder alone: studies/<name>/words.txt lists them, and no code of the other
folders may have one. Comments are not looked at. Prints each place that has one."""
import pathlib
import re
import sys

ROOMS = ["core", "hooks", "training", "probes", "analysis", "programs"]


def without_comments(text):
    return re.sub(r"^\s*//.*$|\s//\s.*$", "", text, flags=re.M)


def read_words(file):
    words, allowed = [], {}
    for line in file.read_text().splitlines():
        if line.startswith("allowed: "):
            word, path, reason = line[len("allowed: "):].split(" ", 2)
            allowed[word, path] = reason
        elif line and not line.startswith("#"):
            words.append(line)
    return words, allowed


def places_of(word, texts):
    for path, text in texts.items():
        if re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text):
            yield path


root = pathlib.Path(sys.argv[1])
texts = {path.relative_to(root).as_posix(): without_comments(path.read_text())
         for room in ROOMS for path in sorted((root / room).rglob("*")) if path.suffix in {".h", ".cpp"}}
faults, n_words, n_allowed = [], 0, 0
for file in sorted((root / "studies").glob("*/words.txt")):
    words, allowed = read_words(file)
    n_words += len(words)
    n_allowed += len(allowed)
    found = {(word, path) for word in words for path in places_of(word, texts)}
    faults += [f"{path}: '{word}' is a word of {file.parent.name}" for word, path in sorted(found - set(allowed))]
    faults += [f"{file.relative_to(root)}: {word} is no longer in {path}, which need not be allowed"
               for word, path in sorted(set(allowed) - found)]
for fault in faults:
    print(fault)
print(f"{len(texts)} files, {n_words} words, {n_allowed} places allowed, {len(faults)} faults")
sys.exit(1 if faults or not texts or not n_words else 0)
