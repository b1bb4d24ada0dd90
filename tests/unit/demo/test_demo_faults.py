"""Fault rules: what they match, how often, and what they refuse to be."""

import re

import pytest

from g3fs.demo.faults import Facts, FaultPlan, FaultRule, rule_from


def _facts(method="GET", resource="data", item: int | None = 7, target="/rest/data/7?size=full"):
    return Facts(method=method, resource=resource, item=item, target=target)


@pytest.mark.parametrize(
    ("conditions", "struck"),
    [
        ({}, True),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"resource": "data"}, True),
        ({"resource": "tree"}, False),
        ({"item": 7}, True),
        ({"item": 8}, False),
        ({"path": "size=full$"}, True),
        ({"path": "size=thumb"}, False),
        ({"resource": "data", "item": 8}, False),
    ],
)
def test_a_rule_strikes_when_all_its_conditions_fit(conditions, struck):
    plan = FaultPlan()
    plan.plant("status", **conditions)
    assert bool(plan.take(_facts())) is struck


def test_a_rule_lets_some_pass_strikes_so_often_and_then_sleeps():
    plan = FaultPlan()
    planted = plan.plant("status", skip=2, times=1)
    assert [len(plan.take(_facts())) for _ in range(5)] == [0, 0, 1, 0, 0]
    assert (planted.seen, planted.hits) == (5, 1)


def test_requests_that_do_not_match_are_not_counted():
    plan = FaultPlan()
    plan.plant("status", resource="tree", skip=1)
    plan.take(_facts())
    assert plan.take(_facts(resource="tree")) == ()


def test_rules_strike_together_in_the_order_in_which_they_were_planted():
    plan = FaultPlan()
    plan.plant("delay", seconds=1)
    plan.plant("status", status=503)
    assert [rule.action for rule in plan.take(_facts())] == ["delay", "status"]


def test_a_rule_can_be_taken_out_alone():
    plan = FaultPlan()
    first, _ = plan.plant("delay"), plan.plant("status")
    plan.remove(first)
    assert [rule.action for rule in plan.take(_facts())] == ["status"]
    plan.clear()
    assert plan.take(_facts()) == ()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"action": "explode"}, "no such fault"),
        ({"action": "delay", "second": 1}, "no 'second'"),
        ({"action": "delay", "seconds": "1"}, "seconds cannot be '1'"),
        ({"action": "delay", "seconds": True}, "seconds cannot be True"),
        ({"action": "status", "times": 1.5}, "times cannot be 1.5"),
        ({"action": "drip", "rate": 0}, "rate must be positive"),
        ({"action": "cut", "size": -1}, "not negative"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(data, complaint):
    with pytest.raises(ValueError, match=complaint):
        rule_from(data)


def test_a_bad_pattern_is_refused_when_it_is_planted():
    with pytest.raises(re.error):
        FaultRule(action="delay", path="(")


def test_a_described_rule_tells_its_history():
    plan = FaultPlan()
    plan.plant("status", times=3)
    plan.take(_facts())
    (described,) = plan.describe()
    assert (described["action"], described["hits"], described["seen"]) == ("status", 1, 1)
