"""peer_ratios.py FOLDER ROUNDS: medians and ratios from the output that compare_peers.sh keeps.

A round's ratio is of that round's own medians; printed are the median ratio of all rounds and its range. A peer's time
marked * had no block of timings without another busy process: it is too high by an unknown amount."""
import json
import pathlib
import re
import statistics
import sys

folder, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
CLEAN = re.compile(r"^(\S+)\s+n=\s*\d+ median=\s*([\d.]+)")
DIRTY = re.compile(r"^(\S+)\s+NO CLEAN BLOCK; dirty median ([\d.]+)")

# work, our file and bench, the peers' file, their names, the target as a share of the first
ROWS = [
    ("training step k10_n1000", "k10", "train_step/k10_n1000", "k10",
     {"tl": 0.45, "compile_man_fused": 0.70, "plain_man_fused": None}),
    ("training step GPT-2 small 2x256", "gpt2", "train_step/gpt2_small_2x256", "gpt2", {"tl": 0.45, "plain_fused": None}),
    ("forward 256x16", "forward", "forward/256x16", "probe", {"tl_fwd": None, "plain_fwd": None}),
    ("run_with_cache, everything", "forward", "run_with_cache/everything_256x16", "probe",
     {"tl_cache": 0.4, "plain_cache_hooks": None}),
    ("patching sweep 4x16x64", "patching", "patching/resid_pre_4x16_all_positions_differ", "probe",
     {"tl_sweep": 0.15, "tl_patching_module": None, "plain_sweep_resume": None}),
]


def ours(file, bench):
    """Counters of one bench, a dictionary a round."""
    found = []
    for number in range(1, rounds + 1):
        report = json.loads((folder / f"ours.{file}.{number}.json").read_text())
        found.append(next(each for each in report["benchmarks"] if each["name"].startswith(bench)))
    return found


def theirs(file, name):
    """Medians in ms, one a round, and whether any is dirty."""
    times, is_dirty = [], False
    for number in range(1, rounds + 1):
        for line in (folder / f"theirs.{file}.{number}.txt").read_text().splitlines():
            for form in (CLEAN, DIRTY):
                match = form.match(line)
                if match and match[1] == name:
                    times.append(float(match[2]))
                    is_dirty |= form is DIRTY
    if len(times) != rounds:
        sys.exit(f"error: {len(times)} timings of {name} in {rounds} rounds of {folder}/theirs.{file}")
    return times, is_dirty


def spread(values):
    return f"{statistics.median(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def line(*cells):
    print("{:<34}{:<22}{:>12}{:>12}  {:<22}{}".format(*cells))


context = json.loads((folder / "ours.k10.1.json").read_text())["context"]
print("machine: " + ", ".join(f"{key} {context[key]}" for key in ("cpu", "num_cpus", "instruction_set", "threads", "build")))
line("work", "against", "theirs ms", "ours ms", "ratio (range)", "target")
for work, file, bench, peer_file, peers in ROWS:
    mine = [each["median_ms"] for each in ours(file, bench)]
    for name, target in peers.items():
        times, is_dirty = theirs(peer_file, name)
        ratios = [a / b for a, b in zip(mine, times)]
        line(work, name, f"{statistics.median(times):.1f}{'*' if is_dirty else ' '}", f"{statistics.median(mine):.1f}",
             spread(ratios), f"<= {target}" if target else "")
    floors = [each["floor_ms"] for each in ours(file, bench)]
    over = [each["x_floor"] for each in ours(file, bench)]
    limit = {"k10": 1.35, "gpt2": 1.3}.get(file, 1.35 if bench.startswith("forward") else None)
    line(work, "floor", f"{statistics.median(floors):.1f} ", f"{statistics.median(mine):.1f}", spread(over),
         f"<= {limit}" if limit else "")
one = [each["median_ms"] for each in ours("k10_one_thread", "train_step/k10_n1000")]
two = [each["median_ms"] for each in ours("k10", "train_step/k10_n1000")]
line("training step k10_n1000", "our one thread", f"{statistics.median(one):.1f} ", f"{statistics.median(two):.1f}",
     spread([b / a for a, b in zip(one, two)]), f"<= {1 / 1.8:.3f}")
