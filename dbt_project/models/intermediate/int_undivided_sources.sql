-- Sources of which no record says whether it was domestic.
with

divided as (
    select source_id
    from {{ ref("int_offences") }}
    where is_domestic is not null

    union distinct

    select 'suspects' as source_id
    from {{ ref("int_suspects") }}
    where is_domestic is not null
)

select sources.source_id
from {{ ref("stg_run__extract_sources") }} as sources
left join divided on sources.source_id = divided.source_id
where divided.source_id is null
