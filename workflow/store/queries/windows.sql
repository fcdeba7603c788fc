-- What rules over many items look back at.

-- name: window_rows
-- The newest first, at most $5 and none before $6 (null: all).
select item_id, at, body from watched
where tenant_id = $1 and flow = $2 and rule = $3 and key = $4 and ($6::timestamptz is null or at >= $6)
order by at desc, item_id desc limit $5

-- name: forget_windows
-- Of each key only the newest $2 are looked at.
delete from watched w
using (
    select flow, rule, key, item_id, row_number() over (partition by flow, rule, key order by at desc, item_id desc) as n
    from watched where tenant_id = $1
) old
where w.tenant_id = $1 and old.n > $2
    and w.flow = old.flow and w.rule = old.rule and w.key = old.key and w.item_id = old.item_id
