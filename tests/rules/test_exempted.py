from __future__ import annotations

import pytest

from allocator.domain.force import Exemption, Force
from allocator.domain.plan import Finding
from allocator.errors import InputError
from allocator.files.digest import digest
from tests.rules.found import everything, found
from tests.tiny import agree, current, force, new, officer, plan


def exempt(of: Force, case_id: str, officer_id: str, *rules: str) -> Force:
    found = (Exemption(case_id=case_id, officer_id=officer_id, rule=rule, reason="continuity") for rule in rules)
    return of.replace(exemptions=(*of.exemptions, *found))


def untrained() -> Force:
    # Level 2 needs training: without an exemption U may neither keep c1 nor receive c2.
    return force(
        [officer("A"), officer("U", mosovo="none", buddy="A")], [current("c1", "U", level=2), new("c2", level=2)]
    )


def told(case_id: str, rule: str = "trained") -> Finding:
    facts = {"exempt_from": rule, "reason": "continuity"}
    return Finding("exempted", "note", 0, officer="U", case=case_id, facts=facts)


def test_told() -> None:
    f = exempt(untrained(), "c1", "U", "trained")
    assert found(plan(f, c2="A"), "exempted") == [told("c1")]
    assert [x.rule for x in everything(plan(f, c2="A")) if x.kind == "broken"] == []


def test_not_told() -> None:
    # Neither once the case is with somebody else, nor of another case or rule.
    f = exempt(untrained(), "c1", "U", "trained")
    assert found(plan(f, c1="A", c2="A"), "exempted") == []
    assert [x.case for x in everything(plan(f, c2="U")) if x.rule == "trained"] == ["c2"]
    other = exempt(untrained(), "c1", "U", "division")
    assert [x.rule for x in everything(plan(other, c2="A")) if x.kind == "broken"] == ["trained"]


def test_boundary() -> None:
    # Each rule that can be exempted, for receiving; the pair alone is exempt, and every rule has to be named.
    f = force(
        [officer("A"), officer("U", mosovo="none", status="closed", division="South")],
        [new("c1", level=2), current("c2", "A")],
    )
    rules = ["division", "trained", "open", "buddied"]
    for left_out in rules:
        partly = exempt(f, "c1", "U", *(rule for rule in rules if rule != left_out))
        assert [x.rule for x in everything(plan(partly, c1="U")) if x.kind == "broken"] == [left_out]
    whole = exempt(f, "c1", "U", *rules)
    assert found(plan(whole, c1="U"), "exempted") == [told("c1", rule) for rule in rules]


@pytest.mark.parametrize("rules", [("trained",), ("trained", "open"), ("division",), ("open", "buddied", "premises")])
def test_agrees(rules: tuple[str, ...]) -> None:
    f = force(
        [officer("A"), officer("U", mosovo="none", status="closed")],
        [current("c1", "U", level=2), new("c2", level=2), new("c3", level=2)],
    )
    allowed, refused = agree(exempt(exempt(f, "c1", "U", *rules), "c2", "U", *rules))
    assert allowed and refused


def test_an_exemption_of_strangers_is_bad_input() -> None:
    with pytest.raises(InputError) as error:
        exempt(untrained(), "c9", "V", "trained")
    assert [problem.column for problem in error.value.problems] == ["case_id", "officer_id"]


def test_the_digest_tells_of_exemptions() -> None:
    f = untrained()
    assert digest(exempt(f, "c1", "U", "trained")) != digest(f)
