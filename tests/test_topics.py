"""Every topic is whole, no two declarations collide, and Rasa itself finds no fault."""

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.court import CourtProfile, load_court
from bot.knowledge.article_file import read_article
from bot.knowledge.model import Article
from bot.knowledge.seed import topic_folders
from bot.settings import ROOT, child_environment, load_settings

TOPICS = (
    "forgot_cmecf_password",
    "forgot_pacer_credentials",
    "account_type",
    "upgrade_legacy_account",
    "register_pacer_account",
    "shared_account",
    "firm_admin_account",
    "link_accounts",
    "link_trouble",
    "central_sign_on",
    "nextgen_overview",
    "limited_user_or_trustee",
    "efiling_registration",
    "pdf_requirements",
    "pdf_rejected",
    "pdf_fix",
    "check_my_pdf",
    "update_contact_info",
    "zoom_help_session",
    "learning_resources",
    "mfa",
    "pacer_fees",
    "court_announcements",
    "contact_human",
    "legal_advice",
    "case_information",
    "system_status",
    "out_of_scope",
)
SETTINGS = load_settings()
LEAST_EXAMPLES = 100
MOST_WORDS = 300
LONGEST_CHOICE = 60
# Rasa's dependencies speak of their own future at each start; what is said of our data is no part
KNOWN_WARNINGS = (
    "MovedIn20Warning",  # Rasa's tracker store on SQLAlchemy 1.4
    "Nesting argument groups is deprecated",  # Rasa's command line
    "pkg_resources is deprecated",  # Rasa's YAML validation
    "pkg_resources.declare_namespace",  # a package that Rasa imports
    "keys will default to True in jsonpickle",  # Rasa's events
    "Slot auto-fill has been removed",  # said whenever there is a slot at all
)


@cache
def content_of(file: Path) -> dict[str, Any]:
    """One YAML file of the assistant."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def declaring_files() -> list[Path]:
    """domain.yml and every file under data/ that Rasa reads."""
    data = [file for file in SETTINGS.data_dir.rglob("*.yml") if file.name != "court.yml"]
    return [ROOT / "domain.yml", *sorted(data)]


def normalised(text: str) -> str:
    """The words alone, so that case and stops make no difference."""
    return " ".join(re.findall(r"\w+", text.lower()))


def examples_in(file: Path) -> Iterator[tuple[str, str]]:
    """(intent, example) of a file; one example may span lines that are indented further."""
    for block in content_of(file).get("nlu") or ():
        if "intent" in block:
            for example in re.split(r"^- ", block["examples"], flags=re.MULTILINE)[1:]:
                yield block["intent"], " ".join(example.split())


@cache
def intents_of_examples() -> dict[str, set[str]]:
    """Normalised example: the intents that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in declaring_files():
        for intent, example in examples_in(file):
            found[normalised(example)].add(intent)
    return found


@pytest.fixture(scope="module")
def court() -> CourtProfile:
    return load_court(SETTINGS.court_file)


@pytest.fixture(params=TOPICS)
def topic(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(topic: str) -> Path:
    return SETTINGS.topics_dir / topic / "topic.yml"


@pytest.fixture
def article(topic: str) -> Article:
    return read_article(SETTINGS.topics_dir / topic / "article.md")


def test_the_topics_are_those_of_the_list() -> None:
    assert len(TOPICS) == 28
    assert {folder.name for folder in topic_folders(SETTINGS.topics_dir)} == set(TOPICS)


def test_intent_is_declared(topic: str, file: Path) -> None:
    assert content_of(file)["intents"] == [topic]


def test_examples_are_many(topic: str, file: Path) -> None:
    examples = list(examples_in(file))
    assert {intent for intent, _ in examples} == {topic}
    assert len({normalised(example) for _, example in examples}) >= LEAST_EXAMPLES


def test_a_rule_answers(topic: str, file: Path) -> None:
    answers = {"action_answer", "action_contact_human"}
    steps = [rule["steps"] for rule in content_of(file)["rules"]]
    assert any(
        rule[0].get("intent") == topic and answers & {step.get("action") for step in rule}
        for rule in steps
    )


def test_sources_can_be_opened(article: Article, court: CourtProfile) -> None:
    assert article.sources
    for source in article.sources:
        assert source.title.strip()
        assert re.fullmatch(r"https?://[^\s{}]+\.[^\s{}]+", court.fill(source.url)), source.url


def test_placeholders_are_known(article: Article, court: CourtProfile) -> None:
    texts = [article.plain_text, *(f"{source.title} {source.url}" for source in article.sources)]
    assert court.unknown_placeholders("\n".join(texts)) == set()
    assert not re.search(r"[{}]", court.fill("\n".join(texts)))


def test_next_topics_exist(topic: str, article: Article) -> None:
    assert set(article.next_topics) <= set(TOPICS) - {topic}
    assert len(set(article.next_topics)) == len(article.next_topics)


def test_choice_fits_its_button(article: Article) -> None:
    assert 0 < len(article.choice) <= LONGEST_CHOICE


def test_article_is_short_enough_to_read(article: Article) -> None:
    read = " ".join([article.short_answer, *article.sections.values()])
    assert len(read.split()) <= MOST_WORDS


def test_article_does_not_shout(article: Article) -> None:
    assert "!" not in article.plain_text


def test_choices_differ() -> None:
    choices = Counter(
        read_article(SETTINGS.topics_dir / topic / "article.md").choice.lower() for topic in TOPICS
    )
    assert [choice for choice, times in choices.items() if times > 1] == []


def test_no_example_has_two_intents() -> None:
    twice = {text: sorted(found) for text, found in intents_of_examples().items() if len(found) > 1}
    assert twice == {}


def test_no_unseen_question_is_an_example() -> None:
    with (ROOT / "tests" / "questions.tsv").open(encoding="utf-8", newline="") as lines:
        questions = [row["text"] for row in csv.DictReader(lines, delimiter="\t")]
    assert len(questions) >= 300
    assert [text for text in questions if normalised(text) in intents_of_examples()] == []


def test_questions_name_topics() -> None:
    with (ROOT / "tests" / "questions.tsv").open(encoding="utf-8", newline="") as lines:
        named = {row["topic"] for row in csv.DictReader(lines, delimiter="\t")}
    assert named == set(TOPICS)


def test_responses_do_not_shout() -> None:
    shouted = [
        name
        for file in declaring_files()
        for name, variants in (content_of(file).get("responses") or {}).items()
        if any("!" in str(variant.get("text", "")) for variant in variants)
    ]
    assert shouted == []


def names_in(file: Path, key: str) -> list[str]:
    """Names that a file declares under ``key``, whether listed or mapped."""
    declared = content_of(file).get(key) or ()
    return [str(name if isinstance(name, str) else next(iter(name))) for name in declared]


@pytest.mark.parametrize("key", ["intents", "entities", "slots", "responses", "forms", "actions"])
def test_nothing_is_declared_twice(key: str) -> None:
    # Rasa warns at most, and one of the two silently wins
    places = defaultdict(list)
    for file in declaring_files():
        for name in names_in(file, key):
            places[name].append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_actions_of_the_domain_are_those_of_the_package() -> None:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    registered = set(executor.actions)
    declared = {name for file in declaring_files() for name in names_in(file, "actions")}
    declared = {name for name in declared if not name.startswith("utter_")}
    form_helpers = {name for name in declared | registered if name.startswith("validate_")}
    assert declared - registered - form_helpers == set()
    assert registered - declared - form_helpers == set()
    forms = {name for file in declaring_files() for name in names_in(file, "forms")}
    assert form_helpers <= {f"validate_{form}" for form in forms}


def test_rasa_finds_no_fault() -> None:
    rasa = Path(sys.executable).with_name("rasa")
    done = subprocess.run(
        [rasa, "data", "validate"],
        cwd=ROOT,
        env=child_environment(SETTINGS),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    said = [
        line
        for line in done.stdout.splitlines()
        if re.search(r"Warning: |\bWARNING\b|\bERROR\b", line)
        and not any(known in line for known in KNOWN_WARNINGS)
    ]
    assert said == []
