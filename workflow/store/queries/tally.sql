-- How much there is of everything.

-- name: tally_items
select place, count(*) as items, sum(version)::bigint as versions from item where tenant_id = $1 group by place

-- name: tally_prompts
-- Tasks of items that were shown in a chat at least once; a prompt to two chats counts twice, an edit does not count.
select count(*) from delivery d
join item i on i.tenant_id = $1 and i.item_id = d.stream_id
where d.tenant_id = $1 and d.topic > 0 and d.sent > 0
