-- Sources of which no record says whether it was domestic.
select sources.source_id
from {{ ref("stg_run__extract_sources") }} as sources
left join {{ ref("int_offences") }} as offences
    on sources.source_id = offences.source_id and offences.is_domestic is not null
group by sources.source_id
having count(offences.source_id) = 0
