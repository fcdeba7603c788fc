-- Items that another item's step set going.

-- name: child_items
select item_id, code, parent_row, state from item
where tenant_id = $1 and parent_id = $2 and parent_path = $3 and parent_round = $4
order by parent_row, item_id

-- name: child_count
select count(*) as there, count(ended_at) as over from item
where tenant_id = $1 and parent_id = $2 and parent_path = $3 and parent_round = $4
