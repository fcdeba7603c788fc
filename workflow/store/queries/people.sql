-- People's accounts on networks, and the codes that link them.

-- name: account
select person_id, chat_id from account
where tenant_id = $1 and bot = $2 and external_id = $3 and revoked_at is null

-- name: accounts_of
select bot, external_id, chat_id, linked_at from account
where tenant_id = $1 and person_id = $2 and revoked_at is null order by linked_at

-- name: put_account
insert into account (tenant_id, bot, external_id, person_id, chat_id, linked_at)
values ($1, $2, $3, $4, $5, clock($1))
on conflict (tenant_id, bot, external_id) do update
set person_id = excluded.person_id, chat_id = excluded.chat_id, linked_at = excluded.linked_at, revoked_at = null

-- name: revoke_account
update account set revoked_at = clock($1)
where tenant_id = $1 and bot = $2 and external_id = $3 and revoked_at is null

-- name: deliver_unreached
-- What waited until the person had a chat.
with found as (
    update delivery set chat_id = $3 where tenant_id = $1 and person_id = $2 and chat_id is null
    returning stream_id, topic, delivery_no, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $3, stream_id, topic, delivery_no, at from found

-- name: deliver_open_tasks
-- Prompts of the person's open tasks that other chats of theirs show, and this one does not. A number after the last of
-- its topic is free: the next decision's are higher by far.
with missing as (
    select distinct on (d.stream_id, d.topic) d.*
    from task k
    join delivery d on d.tenant_id = $1 and d.stream_id = k.item_id and d.topic = k.task_no
    where k.tenant_id = $1 and k.holder = $2 and k.closed_at is null and d.chat_id <> $3 and not exists (
        select from delivery o
        where o.tenant_id = $1 and o.stream_id = d.stream_id and o.topic = d.topic and o.chat_id = $3
    )
    order by d.stream_id, d.topic, d.delivery_no desc
), told as (
    insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at)
    select $1, stream_id, topic, delivery_no + 1, $2, $3, about, urgent, at from missing
    returning stream_id, topic, delivery_no, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $3, stream_id, topic, delivery_no, at from told

-- name: put_link_code
insert into link_code (tenant_id, code_hash, person_id, expires_at)
values ($1, $2, $3, clock_timestamp() + $4)

-- name: take_link_code
-- Once, and in time.
update link_code set used_at = clock_timestamp()
where tenant_id = $1 and code_hash = $2 and used_at is null and expires_at > clock_timestamp()
returning person_id

-- name: sweep_link_codes
delete from link_code where tenant_id = $1 and expires_at < clock_timestamp() - interval '1 day'

-- name: speak
-- Languages are part of the organisation that every process keeps, so its version moves on.
with spoken as (
    update person set language = $3 where tenant_id = $1 and person_id = $2 and language <> $3 returning person_id
)
update tenant set organisation_version = organisation_version + 1
from spoken where tenant_id = $1

-- name: erase_words
-- Everything that commits to a person's words; the log keeps the commitments, and nobody can guess them back.
delete from content where tenant_id = $1 and subject = $2

-- name: erase_files
delete from file_part p using file f
where p.tenant_id = $1 and f.tenant_id = $1 and f.file_id = p.file_id and f.subject = $2
