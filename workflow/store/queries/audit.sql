-- The log, read in whole; and the streams that are no items, written one deed at a time.

-- name: lock_stream
select version, head from stream where tenant_id = $1 and stream_id = $2 for no key update

-- name: put_stream
insert into stream (tenant_id, stream_id, kind, version, head) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, stream_id) do update set version = excluded.version, head = excluded.head

-- name: put_event
insert into event (tenant_id, stream_id, version, at, body, leaf) values ($1, $2, $3, $4, $5, $6)

-- name: audit_items
-- $2: after this item, $3: at most.
select item_id, digest, code, unit_id, submitter_id, version, head, state, place, next_at, ended_at,
    parent_id, parent_path, parent_round, parent_row
from item where tenant_id = $1 and item_id > $2 order by item_id limit $3

-- name: audit_streams
select stream_id, kind, version, head from stream where tenant_id = $1 and stream_id > $2 order by stream_id limit $3

-- name: audit_events
select stream_id, version, at, body, leaf from event
where tenant_id = $1 and stream_id = any ($2) order by stream_id, version

-- name: audit_tasks
select item_id, task_no, run, place, round, holder, decides, opened_at, closed_at, outcome, choice, person_id, part
from task where tenant_id = $1 and item_id = any ($2) order by item_id, task_no

-- name: stray_events
-- Events of a stream that nothing else knows of.
select e.stream_id, e.version from event e
where e.tenant_id = $1
    and not exists (select from item i where i.tenant_id = $1 and i.item_id = e.stream_id)
    and not exists (select from stream s where s.tenant_id = $1 and s.stream_id = e.stream_id)
order by e.stream_id, e.version limit 1

-- name: spoilt_words
-- Words that are not what was committed to, and the first event that commits to them (none: a name, or what was typed).
select c.commitment, e.stream_id, e.version
from (
    select commitment from content
    where tenant_id = $1 and commitment <> sha256('\x02'::bytea || salt || body)
) c
left join event e on e.tenant_id = $1 and position(convert_to(encode(c.commitment, 'hex'), 'UTF8') in e.body) > 0
order by e.at nulls last limit 1

-- name: spoilt_files
-- The same for the bytes of a file, as long as they and the salt of its name are there.
select f.commitment, e.stream_id, e.version
from (
    select f.commitment from file f
    join content c on c.tenant_id = $1 and c.commitment = f.name
    where f.tenant_id = $1 and f.complete_at is not null and f.commitment <> (
        select sha256('\x02'::bytea || c.salt || string_agg(p.bytes, ''::bytea order by p.part))
        from file_part p where p.tenant_id = $1 and p.file_id = f.file_id
    )
) f
left join event e on e.tenant_id = $1 and position(convert_to(encode(f.commitment, 'hex'), 'UTF8') in e.body) > 0
order by e.at nulls last limit 1

-- name: audit_tail
select e.stream_id, e.version, e.at, e.body, e.leaf, i.code from event e
left join item i on i.tenant_id = $1 and i.item_id = e.stream_id
where e.tenant_id = $1 order by e.at desc, e.stream_id, e.version desc limit $2

-- name: count_events
select count(*) as events, count(distinct stream_id) as streams from event where tenant_id = $1

-- name: rebuild_item
update item set state = $4, place = $5, next_at = $6, ended_at = $7, head = $8, version = $3,
    parent_id = $9, parent_path = $10, parent_round = $11, parent_row = $12
where tenant_id = $1 and item_id = $2

-- name: clear_tasks
delete from task where tenant_id = $1 and item_id = $2

-- name: clear_parties
delete from party where tenant_id = $1 and item_id = $2

-- name: rebuild_parties
insert into party (tenant_id, item_id, person_id, part)
select $1, $2, p.* from unnest($3::uuid[], $4::text[]) p(person_id, part)
on conflict (tenant_id, item_id, person_id) do nothing

-- name: rebuild_tasks
insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, part, opened_at, closed_at, outcome,
    choice, person_id)
select $1, k.item_id, k.task_no, k.run, k.place, k.round, k.holder, k.decides, k.part, k.opened_at, k.closed_at,
    k.outcome, k.choice, k.person_id
from unnest($2::commit_task[]) k
