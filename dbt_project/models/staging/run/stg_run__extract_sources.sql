select
    source_id,
    title as source_title,
    publisher,
    ask,
    licence,
    cadence,
    policy_id,
    is_openly_published
from {{ source("run", "extract_sources") }}
