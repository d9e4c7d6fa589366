"""Nothing that ties counts together: no districts, no kinds, nothing nested."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.relations import Ties

NO_TIES = Ties(
    districts=pd.Series(dtype="str"),
    forces=pd.Series(dtype="str"),
    measure_parts=pd.DataFrame(
        columns=[
            "measure_id",
            "part_measure_id",
            "division",
            "part_breakdown",
            "part_breakdown_value",
            "part_split",
        ]
    ),
    breakdown_parts=pd.DataFrame(
        columns=["breakdown", "breakdown_value", "wider_breakdown", "wider_value"], dtype="str"
    ),
    nested=pd.DataFrame(
        columns=[
            "measure_id",
            "lens_id",
            "wider_measure_id",
            "wider_lens_id",
            "offence_subgroup",
            "split",
            "wider_split",
        ],
        dtype="str",
    ),
    rule_versions=pd.Series(dtype="str"),
)
