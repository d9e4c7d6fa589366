-- What the records of each kind count in.
select distinct
    kinds.kind_key,
    counted.measure_id,
    counted.lens_id
from {{ ref("int_profile_kinds") }} as kinds
inner join {{ ref("int_record_counts") }} as counted on kinds.profile_key = counted.profile_key
