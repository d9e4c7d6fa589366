select
    lenses.lens_id,
    lenses.title,
    lenses.short_title,
    lenses.meaning,
    lenses.unknown_flag_rule,
    lenses.source,
    lenses.is_interpretation = 'yes' as is_interpretation,
    lenses.lens_id = assessment.local_lens_id as is_local,
    substitutes.indicator_id as substitute_indicator_id,
    substitutes.difference as substitute_difference,
    lenses.sort_order
from {{ ref("int_lenses") }} as lenses
cross join {{ ref("stg_run__assessment") }} as assessment
left join {{ ref("lens_substitutes") }} as substitutes on lenses.lens_id = substitutes.lens_id
