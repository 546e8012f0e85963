"""Rasa starts without TensorFlow, and says so where a component really needs it."""

import importlib
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from bot.assistant import tensorflow_standin as standin
from bot.settings import ROOT, child_environment, load_settings

CONFIG = """
recipe: default.v1
assistant_id: test
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
  - name: DIETClassifier
    epochs: 1
"""
EXAMPLES = """
version: "3.1"
nlu:
  - {intent: greet, examples: "- hi\\n- hello\\n"}
  - {intent: leave, examples: "- bye\\n- see you\\n"}
"""


def run(*command: str | Path, cwd: Path = ROOT, path: Path = ROOT) -> tuple[int, str]:
    """Exit code and output of a fresh process."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**child_environment(load_settings()), "PYTHONPATH": str(path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def python(code: str, path: Path = ROOT) -> tuple[int, str]:
    return run(sys.executable, "-W", "ignore", "-c", code, path=path)


@pytest.fixture
def rasa() -> Path:
    return Path(sys.executable).with_name("rasa")


def test_plain_rasa_starts(rasa: Path, tmp_path: Path) -> None:
    code, output = run(rasa, "--version", cwd=tmp_path)
    assert code == 0, output
    assert "3.6.21" in output


def test_a_component_that_needs_tensorflow_says_so_in_one_sentence(
    rasa: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text(CONFIG, "utf-8")
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [greet, leave]\n', "utf-8")
    (tmp_path / "data" / "nlu.yml").write_text(EXAMPLES, "utf-8")
    code, output = run(rasa, "train", "nlu", cwd=tmp_path)
    assert code != 0
    (said,) = {line for line in output.splitlines() if "TensorFlowMissingError: " in line}
    assert "TensorFlow is not installed and DIET" in said
    assert said.endswith("docs/decisions/0001-rasa-without-tensorflow.md.")


def test_it_stands_aside_for_the_real_one(tmp_path: Path) -> None:
    for name in ("tensorflow", "keras"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("real = 'yes'\n", "utf-8")
    code, output = python("import tensorflow, keras; print(tensorflow.real, keras.real)", tmp_path)
    assert (code, output.strip()) == (0, "yes yes")


def test_a_part_that_the_real_one_lacks_is_not_made_up(tmp_path: Path) -> None:
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").touch()
    code, output = python("import tensorflow.nowhere", tmp_path)
    assert code == 1
    assert "No module named 'tensorflow.nowhere'" in output


def test_every_python_of_the_environment_has_it(tmp_path: Path) -> None:
    code, output = run(
        sys.executable, "-c", "import tensorflow.keras.layers as t; print(t.Layer)", cwd=tmp_path
    )
    assert code == 0, output
    assert "Missing" in output


def test_matplotlib_asks_whether_something_is_a_tensor() -> None:
    code, output = python(
        "import tensorflow, numpy, matplotlib.cbook as c\n"
        "print(tensorflow.is_tensor(1), c._unpack_to_numpy(numpy.arange(3)))"
    )
    assert (code, output.strip()) == (0, "False [0 1 2]")


@pytest.mark.parametrize("name", ["tensorflow", "tensorflow.python.keras", "keras.layers"])
def test_dunder_names_are_not_made_up(name: str) -> None:
    module = importlib.import_module(name)
    for dunder in ("__wrapped__", "__version__", "__array_interface__"):
        assert not hasattr(module, dunder)
        assert not hasattr(standin.Missing, dunder)


def test_what_code_does_with_it_at_import() -> None:
    import tensorflow as tf

    class Layer(tf.keras.layers.Layer):
        pass

    def compute() -> int:
        return 7

    assert tf.function(compute)() == 7
    assert tf.Tensor[int] is standin.Missing
    annotation = dict[str, tf.Tensor] | None
    assert annotation is not None
    with pytest.raises(standin.TensorFlowMissingError, match="Layer needs it"):
        Layer()
    with pytest.raises(ImportError, match="TensorFlow is not installed"):
        tf.constant(1)


def test_installing_twice_is_once() -> None:
    standin.install()
    standin.install()
    finders = [f for f in sys.meta_path if type(f).__name__ == "_StandInFinder"]
    assert len(finders) == 1
    assert sys.meta_path.index(finders[0]) > sys.meta_path.index(PathFinder)
