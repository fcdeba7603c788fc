-- The tenant's clock, and what is due by it.

-- name: now
select clock($1)

-- name: due_items
select item_id, version, next_at, clock($1) as now from item
where tenant_id = $1 and next_at <= clock($1) order by next_at limit $2

-- name: next_moment
select clock($1) as now, (select min(next_at) from item where tenant_id = $1 and next_at is not null) as next_at

-- name: shift_clock
-- Only a demonstration's clock can be moved, and only on.
update tenant set shift = shift + $2 where tenant_id = $1 and demonstration and $2 >= interval '0'
