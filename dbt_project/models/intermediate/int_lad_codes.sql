-- The assessment's own vintage of districts decides: a code that it names always stands for itself.
with

changes as (
    select
        old_code,
        new_code
    from {{ ref("lad_code_changes") }}
),

-- A district may have changed twice: Taunton Deane is part of Somerset by way of Somerset West and Taunton.
given_up as (
    select
        changes.old_code as sent_code,
        case
            when named.lad_code is not null then changes.new_code
            else coalesce(later.new_code, changes.new_code)
        end as lad_code
    from changes
    left join changes as later on changes.new_code = later.old_code
    left join {{ ref("stg_run__districts") }} as named on changes.new_code = named.lad_code
),

-- A code that took the place of a single one can be read backwards; of a merger nobody knows which part is meant.
renamed as (
    select
        new_code,
        min(old_code) as old_code
    from changes
    group by all
    having count(*) = 1
),

codes as (
    select * from given_up

    union all

    select
        renamed.new_code as sent_code,
        renamed.old_code as lad_code
    from renamed
    inner join {{ ref("stg_run__districts") }} as named on renamed.old_code = named.lad_code
)

select
    codes.sent_code,
    codes.lad_code
from codes
left join {{ ref("stg_run__districts") }} as named on codes.sent_code = named.lad_code
where named.lad_code is null
