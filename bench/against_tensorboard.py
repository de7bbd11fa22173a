#!/usr/bin/env python3
"""The same scalars in the workbench and in TensorBoard: time from the program's start until every series of every run
can be drawn. Prints JSON.

    python against_tensorboard.py STORE WINDOW_BENCH [--pairs 3]

STORE is a run store (bench/make_store writes large ones), WINDOW_BENCH the executable bench_window. The interpreter needs
TensorBoard (pip install tensorboard). TensorBoard samples every series down to 1,000 points, the workbench keeps all."""

import argparse
import json
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def write_events(store, folder):
    """One event file a run, one event a step with all its finite values."""
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    names = dict(database.execute("SELECT key, name FROM series"))
    tags = {}
    for run, name in database.execute("SELECT key, name FROM run WHERE deleted_ms IS NULL"):
        rows = database.execute("SELECT step, series, value FROM point WHERE run = ? AND kind = 0 ORDER BY step", (run,))
        target = Path(folder) / name
        target.mkdir()
        with open(target / "events.out.tfevents.0000000000.bench", "wb") as file:
            writer = RecordWriter(file)
            writer.write(Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
            step, values = None, []
            for row_step, series, value in rows:
                if row_step != step:
                    if values:
                        writer.write(event(step, values))
                    step, values = row_step, []
                values.append(Summary.Value(tag=names[series], simple_value=value))
                tags.setdefault(name, set()).add(names[series])
            if values:
                writer.write(event(step, values))
            writer.flush()
    return tags


def event(step, values):
    return Event(wall_time=1.0 + step, step=step, summary=Summary(value=values)).SerializeToString()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path, form=None):
    """A page's JSON; with a form it is posted."""
    data = urllib.parse.urlencode(form, doseq=True).encode() if form else None
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=60) as answer:
        return json.load(answer)


def tensorboard_seconds(folder, tags):
    """From the start until the last series of every run was served with its last point."""
    port = free_port()
    begin = time.monotonic()
    server = subprocess.Popen([sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--port", str(port),
                               "--host", "127.0.0.1", "--reload_interval", "1"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        missing = {(run, tag) for run, series in tags.items() for tag in series}
        while missing:
            if server.poll() is not None:
                sys.exit(f"tensorboard ended with status {server.returncode}")
            if time.monotonic() - begin > 900:
                sys.exit(f"tensorboard did not list {len(missing)} series within 15 minutes")
            try:
                shown = get(port, "/data/plugin/scalars/tags")
                missing -= {(run, tag) for run, series in shown.items() for tag in series}
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass  # it is not up yet
            time.sleep(0.1)
        # As its own page asks: one request a tag for all runs.
        for tag in sorted({tag for series in tags.values() for tag in series}):
            runs = [run for run, series in tags.items() if tag in series]
            answer = get(port, "/data/plugin/scalars/scalars_multirun", {"tag": tag, "runs": runs})
            if any(not answer.get(run) for run in runs):
                sys.exit(f"tensorboard serves no points of {tag}")
        return time.monotonic() - begin
    finally:
        server.terminate()
        server.wait()


def workbench_seconds(program, store):
    begin = time.monotonic()
    done = subprocess.run([program, "load", str(store)], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        sys.exit(f"{program} failed: {done.stderr}")
    return seconds, json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("window_bench")
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    if not options.store.is_file():
        sys.exit(f"{options.store} is not a file")
    theirs, ours, detail = [], [], {}
    with tempfile.TemporaryDirectory() as folder:
        tags = write_events(options.store, folder)
        for _ in range(options.pairs):
            seconds, detail = workbench_seconds(options.window_bench, options.store)
            ours.append(seconds)
            theirs.append(tensorboard_seconds(folder, tags))
    print(json.dumps({
        "runs": len(tags), "series": sum(len(series) for series in tags.values()),
        "workbench_seconds": statistics.median(ours), "tensorboard_seconds": statistics.median(theirs),
        "ratio": statistics.median(t / o for t, o in zip(theirs, ours)), "workbench": detail}, indent=1))


if __name__ == "__main__":
    main()
