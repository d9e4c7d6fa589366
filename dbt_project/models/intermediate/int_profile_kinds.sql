-- Records that count in the same measures and definitions are of one kind: nobody who reads counts tells them apart.
select
    profile_key,
    {{ dbt.hash(dbt.listagg(
        "concat(measure_id, ' ', lens_id)", "','", "order by concat(measure_id, ' ', lens_id)"
    )) }} as kind_key
from {{ ref("int_record_counts") }}
group by profile_key
