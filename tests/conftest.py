"""For all tests."""

from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say at once what failed: pytest tells at the end, and a crash of Python has no end.

    ``scripts/check.py`` repeats the lines that begin with ``!!``.
    """
    report = yield
    if report.failed:
        said = [line for line in report.longreprtext.splitlines() if line.startswith("E  ")]
        reporter = item.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line("")
        reporter.write_line(report.longreprtext)
        reporter.write_line(f"!! {report.nodeid} ({report.when}) {' '.join(said)[:500]}")
    return report
