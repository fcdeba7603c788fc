-- Which open item a duplicate joins.

-- name: merge_targets
select m.mac, m.item_id, m.until from merging m
join item i on i.tenant_id = $1 and i.item_id = m.item_id
where m.tenant_id = $1 and m.flow = $2 and m.mac = any ($3) and m.until > clock($1) and i.ended_at is null

-- name: forget_merges
-- With its window what it was keyed by is forgotten.
delete from merging where tenant_id = $1 and until <= clock($1)
