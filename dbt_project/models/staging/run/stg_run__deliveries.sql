-- The same bytes under two names are one delivery: they have one extract.
select
    delivery_id,
    source_id,
    max(file_name) as file_name,
    sha256,
    max(delivery_number) as delivery_number,
    row_count,
    accepted_count,
    rejected_count,
    crowded_count,
    among_few_count,
    revised_count
from {{ source("run", "deliveries") }}
group by all
