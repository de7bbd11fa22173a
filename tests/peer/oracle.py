"""Environments of the reference implementations: Hugging Face transformers of fixed versions.

Each is a venv in the user's cache that borrows torch from the build's .venv through a .pth file, so that only a few
small wheels are fetched. Run as a program, it makes the environments: `python oracle.py .venv [VERSION]...`.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

VERSIONS = ("5.17.0", "4.57.1")


class Unavailable(Exception):
    """The environment cannot be made here; the text says why."""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "switchyard"


def site_packages(environment):
    found = sorted(Path(environment).glob("lib/python3*/site-packages"))
    if not found:
        raise Unavailable(f"{environment} has no site-packages: run ./test once, which installs it")
    return found[0]


def quiet_environment():
    """Reference runs use the CPU and never the network."""
    return dict(os.environ, CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1",
                TOKENIZERS_PARALLELISM="false")


def works(python, version):
    if not python.exists():
        return False
    check = f"import transformers, torch, safetensors; assert transformers.__version__ == '{version}'"
    return subprocess.run([python, "-c", check], env=quiet_environment(), capture_output=True).returncode == 0


def make(folder, torch_environment, version):
    venv.create(folder, with_pip=True, clear=True, symlinks=True)
    torch_site = site_packages(torch_environment).resolve()
    (site_packages(folder) / "switchyard_torch.pth").write_text(f"{torch_site}\n")
    command = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               f"transformers=={version}", "safetensors"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        raise Unavailable(f"pip cannot install transformers=={version}: {lines[-1] if lines else 'no message'}")


def python_of(torch_environment, version):
    """The interpreter of the environment, made where it is missing. Raises Unavailable."""
    folder = cache_folder() / f"peer-{version}"
    python = folder / "bin/python"
    if not works(python, version):
        try:
            make(folder, torch_environment, version)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unavailable(f"cannot make {folder}: {error}") from error
        if not works(python, version):
            raise Unavailable(f"{folder} was made, but transformers {version} does not import there")
    return python


if __name__ == "__main__":
    for wanted in sys.argv[2:] or VERSIONS:
        print(python_of(Path(sys.argv[1]), wanted))
