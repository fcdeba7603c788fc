-- Lists that people ask for. A title is people's words: it comes from content, and is null once erased.

-- name: inbox
select i.item_id, i.code, i.digest, i.unit_id, i.submitter_id, i.place, i.began_at, i.ended_at, i.next_at,
    k.task_no, k.run, k.round, k.place as task_place, k.opened_at, convert_from(c.body, 'UTF8') as title,
    count(*) over () as total
from task k
join item i on i.tenant_id = $1 and i.item_id = k.item_id
left join content c on c.tenant_id = $1 and c.commitment = i.title
where k.tenant_id = $1 and k.holder = $2 and k.closed_at is null
order by k.opened_at, k.item_id limit $3 offset $4

-- name: waiting_tasks
select count(*) from task where tenant_id = $1 and holder = $2 and closed_at is null

-- name: loads
select p.person_id, (select count(*) from task k where k.tenant_id = $1 and k.holder = p.person_id and k.closed_at is null) as n
from unnest($2::uuid[]) p(person_id)

-- name: submitted_items
select i.item_id, i.code, i.digest, i.unit_id, i.submitter_id, i.place, i.began_at, i.ended_at, i.next_at,
    convert_from(c.body, 'UTF8') as title,
    count(*) over () as total
from party p
join item i on i.tenant_id = $1 and i.item_id = p.item_id
left join content c on c.tenant_id = $1 and c.commitment = i.title
where p.tenant_id = $1 and p.person_id = $2 and p.part = 'submitter'
order by i.began_at desc, i.item_id limit $3 offset $4

-- name: find_items
-- $2: a pattern for `ilike`, or the beginning of a code.
select i.item_id, i.code, i.digest, i.unit_id, i.submitter_id, i.place, i.began_at, i.ended_at, i.next_at,
    convert_from(c.body, 'UTF8') as title,
    count(*) over () as total
from item i
left join content c on c.tenant_id = $1 and c.commitment = i.title
where i.tenant_id = $1 and (convert_from(c.body, 'UTF8') ilike $2 or i.code ilike $3)
order by i.began_at desc, i.item_id limit $4 offset $5

-- name: stream_events
select version, at, body, leaf from event where tenant_id = $1 and stream_id = $2 and version > $3
order by version limit $4

-- name: contents
select k.commitment, c.body from unnest($2::bytea[]) k(commitment) cross join lateral (
    select body from content where tenant_id = $1 and commitment = k.commitment offset 0
) c

-- name: item_tasks
select task_no, run, place, round, holder, decides, opened_at, closed_at, outcome, choice, person_id, part
from task where tenant_id = $1 and item_id = $2 order by task_no

-- name: involved_in
-- Of the items $3, those in which the person $2 had or has a task, or was told something. (What `exists` asks may be
-- gathered of the whole tenant beforehand, where a plan was made of few rows; a value is looked up.)
select i.item_id from unnest($3::uuid[]) i(item_id)
where coalesce(
    (select true from task k where k.tenant_id = $1 and k.item_id = i.item_id and $2 in (k.holder, k.person_id) limit 1),
    (select true from delivery d where d.tenant_id = $1 and d.stream_id = i.item_id and d.person_id = $2 limit 1)
)

-- name: running_items
-- $2: after this item, $3: at most.
select item_id from item where tenant_id = $1 and item_id > $2 and ended_at is null order by item_id limit $3

-- name: items_of_flow
-- $2: the flow, $3: at most; the newest first.
select i.item_id, i.code from item i
join flow_version v on v.tenant_id = $1 and v.digest = i.digest
where i.tenant_id = $1 and v.flow = $2 order by i.began_at desc, i.item_id limit $3
