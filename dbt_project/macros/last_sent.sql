{#- The rows of a staging model, of which a record that was sent again stands as last sent. -#}
{% macro last_sent(model, key) %}
    select *
    from (
        select
            records.*,
            rank() over (partition by {{ key }} order by deliveries.delivery_number desc) as recency
        from {{ ref(model) }} as records
        inner join {{ ref("stg_run__deliveries") }} as deliveries on records.delivery_id = deliveries.delivery_id
    ) as ranked
    where recency = 1
{% endmacro %}
