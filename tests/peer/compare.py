"""`switchyard-cli checkpoint forward` against a reference: logits within 1e-4, routes identical.

`python compare.py CLI TORCH_ENVIRONMENT REFERENCE`, REFERENCE a transformers version or `loop`. Exit status 77, with the
reason, where the reference cannot be installed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import oracle

SKIPPED = 77
TOLERANCE = 1e-4


def run(command):
    done = subprocess.run(command, env=oracle.quiet_environment(), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")


def compare_cases(folder):
    """Runs in the oracle environment, which reads safetensors with their own library."""
    from safetensors.torch import load_file

    failed = 0
    for place in sorted(Path(folder).iterdir()):
        case = json.loads((place / "case.json").read_text())
        expected, got = load_file(place / "expected.safetensors"), load_file(place / "result.safetensors")
        problems = compare_tensors(case, expected, got)
        routes = [value for name, value in expected.items() if name != "logits"]
        tokens, dropped = sum(r.numel() for r in routes), sum(int((r < 0).sum()) for r in routes)
        worst = float((expected["logits"] - got["logits"]).abs().max()) if not problems or "logits" in got else float("nan")
        print(f"{'FAIL' if problems else 'ok  '} {case['semantics']:12} {case['name']:28} |dlogit| {worst:.1e}  "
              f"logit std {float(expected['logits'].std(correction=0)):.2f}  dropped {dropped}/{tokens}")
        for problem in problems:
            print("     " + problem)
        failed += bool(problems)
    return failed


def compare_tensors(case, expected, got):
    if sorted(expected) != sorted(got):
        return [f"tensors {sorted(got)}, expected {sorted(expected)}"]
    problems = []
    for name, value in expected.items():
        if got[name].shape != value.shape or got[name].dtype != value.dtype:
            problems.append(f"{name} is {got[name].dtype} {list(got[name].shape)}, expected {value.dtype} {list(value.shape)}")
        elif name == "logits":
            worst = float((value - got[name]).abs().max())
            if not worst <= TOLERANCE:
                problems.append(f"logits differ by {worst}, allowed are {TOLERANCE}")
        elif not value.equal(got[name]):
            problems.append(f"{name}: {int((value != got[name]).sum())} of {value.numel()} tokens go elsewhere")
    routes = [value for name, value in expected.items() if name != "logits"]
    if case["drops"] and not any((value < 0).any() for value in routes):
        problems.append("the case must drop tokens, and drops none")
    if float(expected["logits"].std(correction=0)) < 0.3:
        problems.append("the logits hardly differ: the case shows nothing")
    return problems


def main():
    cli, environment, reference = sys.argv[1:4]
    try:
        python = oracle.python_of(environment, oracle.VERSIONS[0] if reference == "loop" else reference)
    except oracle.Unavailable as error:
        print(f"skipped: {error}")
        return SKIPPED
    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory(prefix="sy-peer-") as folder:
        run([python, here / "reference.py", folder, reference])
        for place in sorted(Path(folder).iterdir()):
            case = json.loads((place / "case.json").read_text())
            run([cli, "checkpoint", "forward", place / "model", "--input", place / "input.json", "--output",
                 place / "result.safetensors", "--semantics", case["semantics"]])
        return subprocess.run([python, here / "compare.py", "--compare", folder], env=oracle.quiet_environment()).returncode


if __name__ == "__main__":
    sys.exit(1 if compare_cases(sys.argv[2]) else 0) if sys.argv[1] == "--compare" else sys.exit(main())
