"""The addresses below /demo: faults, damage and the request log, for tests in other processes."""

from collections.abc import Callable, Mapping

from flask import Flask, Response, jsonify, request

from g3fs.demo.faults import FaultPlan, rule_from
from g3fs.demo.requestlog import RequestLog

Harm = Callable[[Mapping[str, object]], object]
"""Damages the gallery as JSON data says, and says what it did; ValueError if it cannot."""


def control_app(plan: FaultPlan, requests: RequestLog, harm: Harm) -> Flask:
    """Serves /demo/faults (GET, POST, DELETE), /demo/requests (GET, DELETE), /demo/damage."""
    app = Flask(__name__)

    def faults() -> Response:
        if request.method == "DELETE":
            plan.clear()
        if request.method == "POST":
            _plant(plan, request.get_json(force=True))
        return jsonify(plan.describe())

    def log() -> Response:
        if request.method == "DELETE":
            requests.clear()
        return jsonify(requests.describe())

    def damage() -> Response:
        return jsonify(harm(request.get_json(force=True)))

    app.add_url_rule("/demo/faults", view_func=faults, methods=["GET", "POST", "DELETE"])
    app.add_url_rule("/demo/requests", view_func=log, methods=["GET", "DELETE"])
    app.add_url_rule("/demo/damage", view_func=damage, methods=["POST"])
    app.register_error_handler(ValueError, _refuse)
    return app


def _plant(plan: FaultPlan, data: Mapping[str, object] | list[Mapping[str, object]]) -> None:
    """Plant one rule or several; none if one of them is wrong."""
    rules = [rule_from(entry) for entry in (data if isinstance(data, list) else [data])]
    for rule in rules:
        plan.add(rule)


def _refuse(error: ValueError) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400
