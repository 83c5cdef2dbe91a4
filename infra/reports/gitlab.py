"""What GitLab shows in a merge request: how many resources a plan creates, updates and deletes."""

from __future__ import annotations

import json
from collections import Counter

from infra.model.report import Report


def terraform_report(report: Report) -> str:
    """The counts of all plans as GitLab's terraform report; a replacement is a delete and a create.

    What only the state takes in or lets go of counts as an update.
    """
    counts: Counter[str] = Counter()
    for stack in report.stacks:
        counts += stack.plan.counts() if stack.plan else Counter()
    replaced = counts["replace"]
    return json.dumps(
        {
            "create": counts["create"] + replaced,
            "update": counts["update"] + counts["forget"] + counts["import"],
            "delete": counts["delete"] + replaced,
        }
    )
