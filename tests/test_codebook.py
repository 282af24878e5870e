"""The codebook: every device's own examples, and files that cannot be used."""

from pathlib import Path

import polars as pl
import pytest

from builders import make_sentences
from rhetoscope import InputError, actors, codebook
from rhetoscope.codebook.device import check_patterns, parse_devices
from rhetoscope.coding import code_sentences
from rhetoscope.coding.devices import DeviceFinder

DEVICES = codebook.load_codebook()
FAMILIES = {
    "agency", "argument", "evidentials", "labelling", "metadiscourse", "obligation", "threat",
    "war_journalism", "peace_journalism",
}  # fmt: skip
NAMES = {"impersonal_evidential", "hedge", "booster", "obligation", "threat", "agentless_passive"}
EXAMPLES = [(device, example) for device in DEVICES for example in device.examples]
COUNTEREXAMPLES = [(device, text) for device in DEVICES for text in device.counterexamples]

OWN = """
family = "own"
[[device]]
name = "thanks"
definition = "A word of thanks."
citation = "None."
source = "Own list"
licence = "MIT"
terms = ["thank you"]
counterexamples = ["No thanks."]
[[device.example]]
text = "Armenia said thank you."
spans = ["thank you"]
"""
PATTERN = """
[[device.pattern]]
name = "thanked"
trigger = ["thanked"]
"""
NOUN = 'anchor = "noun"\ndependency = [{ RIGHT_ID = "verb", RIGHT_ATTRS = { TAG = "VB" } }]'


@pytest.fixture(scope="module")
def table() -> actors.ActorTable:
    return actors.load_actors()


def coded(text: str, device: codebook.Device, table: actors.ActorTable) -> pl.DataFrame:
    return code_sentences(make_sentences(text), [device], table)[0]


def test_devices_and_families_keep_their_names() -> None:
    assert {device.name for device in DEVICES} >= NAMES
    assert {device.family for device in DEVICES} == FAMILIES
    for family in ("war_journalism", "peace_journalism"):
        assert sum(device.family == family for device in DEVICES) >= 8


@pytest.mark.parametrize(("device", "example"), EXAMPLES, ids=[f"{d.name}: {e.text[:40]}" for d, e in EXAMPLES])
def test_a_device_is_found_in_its_examples(
    device: codebook.Device, example: codebook.Example, table: actors.ActorTable
) -> None:
    found = coded(example.text, device, table)
    assert found["text"].to_list() == list(example.spans)
    for column in ("actor", "target", "voice"):
        if (wanted := getattr(example, column)) is not None:
            assert wanted in found[column].to_list()


@pytest.mark.parametrize(("device", "text"), COUNTEREXAMPLES, ids=[f"{d.name}: {t[:40]}" for d, t in COUNTEREXAMPLES])
def test_a_device_is_not_found_in_its_counterexamples(
    device: codebook.Device, text: str, table: actors.ActorTable
) -> None:
    assert coded(text, device, table).is_empty()


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_every_device_has_three_examples_its_limits_and_terms_that_are_found(device: codebook.Device) -> None:
    assert min(len(device.examples), len(device.counterexamples)) >= 3
    assert device.scope
    assert all(len(note) > 20 for note in device.scope)
    assert len(set(device.terms)) == len(device.terms)
    assert all(term == term.strip() == term.lower() for term in device.terms)
    texts = pl.Series([f"so {term.upper().rstrip('*')}." for term in device.terms], dtype=pl.String)
    assert set(DeviceFinder([device]).search(texts).terms) == set(range(len(device.terms)))


def test_a_file_of_the_analyst_adds_and_replaces(tmp_path: Path, table: actors.ActorTable) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN + OWN.split('"own"')[1].replace("thanks", "hedge").replace("thank you", "dunno"), "utf-8")
    devices = {device.name: device for device in codebook.load_codebook(str(file))}
    assert devices["hedge"].terms == ("dunno",)
    assert devices["thanks"].family == "own"
    assert len(devices) == len(DEVICES) + 1
    assert coded("Armenia said thank  you twice.", devices["thanks"], table)["actor"].to_list() == ["Armenia"]


@pytest.mark.parametrize(("change", "message"), [
    (("terms =", "term ="), r"mine.toml, line 9: device 'thanks' has the unknown key 'term'"),
    (('definition = "A word of thanks."', ""), "device 'thanks' lacks definition"),
    (('terms = ["thank you"]', 'terms = "thank you"'), "must give terms as a list"),
    (('spans = ["thank you"]', 'spans = ["thanks"]'), "does not hold its span 'thanks'"),
    (('counterexamples = ["No thanks."]', ""), "needs an example and a counterexample"),
    (('licence = "MIT"', 'licence = "MIT"\nactor = "object"'), "has actor = 'object'; known are subject"),
    (('licence = "MIT"', 'licence = "MIT"\nactor = ""'), "has actor = ''; known are subject"),
    (('licence = "MIT"', 'licence = "MIT"\nrule = "rhyme"'), "has rule = 'rhyme'; known are repeated_opening"),
    (
        ("[[device.example]]", f'{PATTERN}needs = "("\ntokens = [{{ LOWER = "x" }}]\n[[device.example]]'),
        r"has needs = '\(', which is no regular expression",
        ),
    (('"own"', '"own'), "not readable as TOML.*line 2"),
    (("[[device.example]]", f"{PATTERN}\n[[device.example]]"), "needs either tokens or dependency"),
    (
        ("[[device.example]]", f'{PATTERN}tokens = [{{ LOWERS = "thanked" }}]\n[[device.example]]'),
        r"line \d+: pattern 'thanked' of device 'thanks' is no pattern that spaCy takes",
        ),
    (
        ("[[device.example]]", f'{PATTERN}dependency = [{{ RIGHT_ATTRS = {{ TAG = "VB" }} }}]\n[[device.example]]'),
        "is no pattern that spaCy takes",
        ),
    (("[[device.example]]", f"{PATTERN}{NOUN}\n[[device.example]]"), "names 'noun', which is no RIGHT_ID"),
])  # fmt: skip
def test_a_file_that_breaks_the_format_is_refused_in_a_sentence(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN.replace(*change), "utf-8")
    with pytest.raises(InputError, match=message) as refused:
        codebook.load_codebook(str(file))
    assert "\n" not in str(refused.value)


def test_a_file_gives_once_what_all_its_devices_share(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        OWN.replace('citation = "None."\n', "").replace("family", 'citation = "Shared (2024)."\nfamily'), "utf-8"
    )
    assert {device.name: device.citation for device in codebook.load_codebook(str(file))}["thanks"] == "Shared (2024)."


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("name = 'é'".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.toml is not UTF-8"):
        codebook.load_codebook(str(tmp_path / "latin.toml"))
    with pytest.raises(InputError, match=r"none\.toml is not a file"):
        codebook.load_codebook(str(tmp_path / "none.toml"))


def test_the_page_shows_every_device_with_its_citation_and_terms() -> None:
    page = codebook.format_codebook(DEVICES)
    for device in DEVICES:
        assert f"### {device.name}" in page
        assert device.citation in page
        assert all(term in page for term in device.terms)
        assert all(note in page for note in device.scope)


def test_lists_and_reliability_hold_every_device() -> None:
    names = {device.name for device in DEVICES}
    assert set(codebook.list_devices(DEVICES)["device"]) == names
    table, measured = codebook.read_reliability(), codebook.read_measured()
    assert names <= set(table["device"])
    assert table.head(measured.height).select(measured.columns).equals(measured)
    assert (table.filter(pl.col("f1").is_null())["tier"] == "C").all()
    assert {"hedge", "threat", "stance", "agentless_passive", "negative_evaluation"} <= set(measured["device"])


@pytest.mark.parametrize("file", sorted(Path(codebook.__file__).parent.glob("*.toml")), ids=lambda file: file.stem)
def test_spacy_takes_every_pattern_of_the_package(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    check_patterns(parse_devices(text, file.name).values(), text, file.name)
