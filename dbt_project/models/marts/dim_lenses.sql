select
    lenses.lens_id,
    lenses.title,
    lenses.short_title,
    lenses.meaning,
    lenses.unknown_flag_rule,
    lenses.source,
    lenses.is_interpretation = 'yes' as is_interpretation,
    lenses.lens_id = assessment.local_lens_id as is_local,
    stand_ins.indicator_id as stand_in_indicator_id,
    stand_ins.difference as stand_in_difference,
    lenses.sort_order
from {{ ref("int_lenses") }} as lenses
cross join {{ ref("stg_run__assessment") }} as assessment
left join {{ ref("lens_stand_ins") }} as stand_ins on lenses.lens_id = stand_ins.lens_id
