-- The tenant's clock, and what is due by it.

-- name: now
select clock($1)

-- name: due_items
select item_id, version, next_at, clock($1) as now from item
where tenant_id = $1 and next_at <= clock($1) order by next_at limit $2

-- name: next_moment
-- Of any item, or of a flow that begins by itself.
select clock($1) as now, least(
    (select min(next_at) from item where tenant_id = $1 and next_at is not null),
    (select min(next_at) from schedule where tenant_id = $1)
) as next_at

-- name: shift_clock
-- Only a demonstration's clock can be moved, and only on. Whoever decides meanwhile has decided too early: as when the organisation changes.
update tenant set shift = shift + $2, organisation_version = organisation_version + 1
where tenant_id = $1 and demonstration and $2 >= interval '0'
