"""Runs the Python example of docs/file-formats.md against files that a test has made.

    read_with_h5py.py PAGE FOLDER

FOLDER holds checkpoint.h5, record.h5 and expected.json (what the example has to find in them).
"""

import json
import pathlib
import re
import sys

import numpy as np


def run_example(code, checkpoint_path, record_path):
    found = {"checkpoint_path": str(checkpoint_path), "record_path": str(record_path)}
    exec(code, found)
    return found


def check(found, expected):
    assert found["step"] == expected["step"]
    assert found["model_words"] == expected["model_words"]
    assert sorted(found["parameters"]) == sorted(expected["parameters"])
    for name, about in expected["parameters"].items():
        array = found["parameters"][name]
        assert array.dtype == np.float32
        assert list(array.shape) == about["shape"], name
        assert array.ravel().tolist() == about["values"], name
    assert found["steps"].tolist() == expected["steps"]
    assert found["names"][0] == expected["quantity"]
    np.testing.assert_array_equal(
        found["mean"], np.array(expected["mean"]).reshape(found["mean"].shape)
    )
    assert found["axes"] == expected["axes"]
    assert found["coordinates"]["step"].tolist() == expected["steps"]
    assert {axis: values.tolist() for axis, values in found["coordinates"].items()} == expected[
        "coordinates"
    ]
    assert found["units"] == expected["units"]


def damage_is_seen(code, folder):
    damaged = bytearray((folder / "checkpoint.h5").read_bytes())
    damaged[-1] ^= 1
    (folder / "damaged.h5").write_bytes(damaged)
    try:
        run_example(code, folder / "damaged.h5", folder / "record.h5")
    except AssertionError:
        return True
    return False


def main():
    page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1, "the page has one Python example"
    found = run_example(blocks[0], folder / "checkpoint.h5", folder / "record.h5")
    check(found, json.loads((folder / "expected.json").read_text(encoding="utf-8")))
    assert damage_is_seen(blocks[0], folder)


main()
