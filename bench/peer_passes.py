"""Runs the peers' probe_pass.py, which times passes and caches, and then TransformerLens's patching sweeps, which it
defines but times only on request. Run in the peers' folder."""
import sys

sys.path.insert(0, ".")
import probe_pass  # noqa: E402  (prints its own timings)
from quiet import collect, show  # noqa: E402

sweeps = {"tl_sweep": probe_pass.tl_sweep, "tl_patching_module": probe_pass.tl_patching}
for run in sweeps.values():
    run()
clean, dirty = collect(sweeps, 5, 1, 60)
for name in sweeps:
    show(name, clean[name], dirty[name])
