"""Stands in for TensorFlow so that Rasa starts without it.

Rasa 3.6 imports TensorFlow at start even when no component of the pipeline uses it. This module
answers those imports with empty modules whose every attribute is :class:`Missing`: a class that may
be subclassed, subscripted, called as a decorator's name or used in annotations, and that says what
is missing as soon as a component really tries to make one.

The environment's ``helpdesk.pth``, which ``scripts/setup.sh`` writes, calls :func:`install` in each
new Python, so that plain ``rasa`` commands work too. Where the real TensorFlow is installed nothing
is replaced. Why, and how to go back: ``docs/decisions/0001-rasa-without-tensorflow.md``.
"""

import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType
from typing import Any

STOOD_IN = ("tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")


class TensorFlowMissingError(ImportError):
    """A component that needs TensorFlow was used in an environment without it."""


class _MissingType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing

    def __getitem__(cls, item: object) -> Any:
        return Missing

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Missing and len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # used as a decorator, at import
        if cls is Missing and _called_while_importing():
            return Missing  # for example tf.function(...), tf.constant(...) in a class body
        component = Missing.__name__ if cls is Missing else cls.__name__
        raise TensorFlowMissingError(
            f"TensorFlow is not installed and {component} needs it: use a component without "
            "TensorFlow in config.yml, or see docs/decisions/0001-rasa-without-tensorflow.md."
        )


class Missing(metaclass=_MissingType):
    """Whatever was asked of TensorFlow."""


def _called_while_importing() -> bool:
    frame = sys._getframe(2)
    return frame.f_code.co_name == "<module>" or "__module__" in frame.f_locals


def is_tensor(_: object) -> bool:
    """Nothing is a tensor here. matplotlib asks this of whatever module is loaded."""
    return False


class _StandIn(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return is_tensor if name == "is_tensor" else Missing


class _StandInLoader(Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


class _StandInFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        # what the real TensorFlow does not have is missing there, not stood in for
        if top not in STOOD_IN or not isinstance(sys.modules.get(top), _StandIn | None):
            return None
        return importlib.machinery.ModuleSpec(fullname, _StandInLoader(), is_package=True)


def install() -> None:
    """Put the stand-in behind all other finders, so that a real TensorFlow is found first."""
    if not any(isinstance(finder, _StandInFinder) for finder in sys.meta_path):
        sys.meta_path.append(_StandInFinder())
