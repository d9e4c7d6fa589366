select
    survey_name,
    surveyed_on,
    lad_code,
    respondent_group,
    question,
    answer,
    unweighted_count,
    unweighted_count_status,
    unweighted_base,
    unweighted_base_status,
    weighted_count,
    weighted_count_status,
    weighted_base,
    weighted_base_status,
    delivery_id,
    line
from {{ source("support", "community_survey") }}
