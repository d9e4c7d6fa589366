"""A staged delivery beside those before it: what it revises, what it repeats, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pipeline.contracts import Contract
from pipeline.ingest.batch import Objection, missing_months, objections, unfinished_months
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.kept import extract_of, kept_extract
from pipeline.ingest.manifest import Manifests
from pipeline.ingest.revisions import compare, relate
from pipeline.ingest.stage import Staged
from pipeline.names import name_some
from pipeline.register import Decision, Delivery
from pipeline.settings import Settings


def against_history(
    settings: Settings,
    manifests: Manifests,
    delivered: Delivered,
    contract: Contract,
    staged: Staged,
    current: Iterable[Delivery],
    as_of: date,
) -> tuple[Delivery, tuple[Objection, ...]]:
    """The line of a staged delivery with what it revises, and every objection to it."""
    line = staged.line
    history = [each for each in current if each.source_id == line.source_id and each.key != line.key]
    relation = relate(line, staged.extract, contract, history, lambda each: kept_extract(settings, each))
    lost = [each for each in relation.revises if not extract_of(settings, each).exists()]
    sent_anew = [each for each in relation.revises if each.sha256 != line.sha256 and each not in lost]
    changes = (
        compare(staged.extract, [extract_of(settings, each) for each in sent_anew], contract, sent_anew, line)
        if sent_anew
        else {}
    )
    notes = [f"it takes the place of {earlier.file_name}" for earlier in relation.revises]
    notes += [
        f"the rows of {earlier.file_name} are gone, so nobody can tell what changed" for earlier in lost
    ]
    notes += [
        f"it adds records to months of {earlier.file_name}, and without identifiers nobody can tell whether some are "
        "the same"
        for earlier in relation.stragglers
    ]
    notes += [
        f"it holds {relation.again[earlier.delivery_id]:,} records that {earlier.file_name} holds too: the later "
        "record counts"
        for earlier in relation.overlaps
        if earlier.delivery_id in relation.again
    ]
    notes += unfinished_months(line, contract)
    missing = missing_months(line, contract, history)
    if missing:
        notes.append(f"no delivery holds {name_some(missing)}: figures of those periods are not available")
    line = replace(
        line,
        supersedes=tuple(earlier.delivery_id for earlier in relation.revises),
        changes=changes,
        warnings=(*line.warnings, *notes),
    )
    found = [
        *objections(line, contract, history, manifests.rows_of(delivered, contract, line.rows_in), as_of)
    ]
    without_keys = [each for each in relation.overlaps if each.delivery_id not in relation.again]
    if without_keys:
        names = name_some([earlier.file_name for earlier in without_keys])
        sentence = (
            f"it speaks in part of the same periods as {names}, and its records have no identifier to tell which are "
            "the same: ask for the whole period"
        )
        found.append(Objection("overlap", sentence))
    return line, tuple(found)


def settle(
    line: Delivery, found: Iterable[Objection], decisions: Iterable[Decision]
) -> tuple[Delivery, tuple[Objection, ...]]:
    """The line with a note of every objection that somebody overruled for its bytes, and the objections that stand."""
    reasons = {
        each.rule: each.reason
        for each in decisions
        if (each.assessment, each.sha256) == (line.assessment, line.sha256)
    }
    found = tuple(found)
    notes = [
        f"accepted although {each.sentence} ({reasons[each.rule]})" for each in found if each.rule in reasons
    ]
    standing = tuple(each for each in found if each.rule not in reasons)
    return replace(line, warnings=(*line.warnings, *notes)), standing
