select
    delivery_id,
    source_id,
    file_name,
    sha256,
    delivery_number,
    row_count,
    accepted_count,
    rejected_count
from {{ source("run", "deliveries") }}
