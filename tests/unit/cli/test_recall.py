"""The recall dial changes what a recipe believes, and gives way to keys that are named."""

from __future__ import annotations

from docpriv.cli.options import FindFlags, chosen_recipe
from docpriv.recall import KEYS, Recall
from docpriv.recipes import load_recipe, recipe_keys, recipe_sha256


def test_each_position_believes_less_than_the_one_before():
    high, balanced, precise = (chosen_recipe(FindFlags(recall=level)) for level in Recall)
    assert high.finding.min_score < balanced.finding.min_score < precise.finding.min_score
    assert high.finding.names_bias > balanced.finding.names_bias > precise.finding.names_bias


def test_balanced_is_the_recipe_itself_and_the_others_have_their_own_digest():
    digests = {level: recipe_sha256(chosen_recipe(FindFlags(recall=level))) for level in Recall}
    assert digests[Recall.BALANCED] == recipe_sha256(load_recipe("redact"))
    assert len(set(digests.values())) == len(Recall)


def test_a_key_that_is_set_by_name_comes_last():
    assert chosen_recipe(FindFlags(sets=["finding.min_score=0.5"], recall=Recall.HIGH)).finding.min_score == 0.5


def test_every_key_of_the_dial_is_a_key_of_recipes():
    assert {key for keys in KEYS.values() for key in keys} <= set(recipe_keys())
