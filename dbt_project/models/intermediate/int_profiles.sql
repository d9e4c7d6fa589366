select distinct
    profile_key,
    first_window,
    last_window,
    offence_code,
{%- for flag in offence_flags() %}
    {{ flag }}{{ "," if not loop.last }}
{%- endfor %}
from {{ ref("int_offences") }}
