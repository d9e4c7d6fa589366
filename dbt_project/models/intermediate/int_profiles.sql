select distinct
    profile_key,
    month_start,
    offence_code,
{%- for flag in offence_flags() %}
    {{ flag }}{{ "," if not loop.last }}
{%- endfor %}
from {{ ref("int_offences") }}
