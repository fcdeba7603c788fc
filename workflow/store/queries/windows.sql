-- What rules over many items look back at.

-- name: window_rows
-- The newest first, at most $5 and none before $6 (null: all).
select item_id, at, body from watched
where tenant_id = $1 and flow = $2 and rule = $3 and key = $4 and ($6::timestamptz is null or at >= $6)
order by at desc, item_id desc limit $5

-- name: forget_windows
delete from watched where tenant_id = $1 and flow = $2 and at < $3
