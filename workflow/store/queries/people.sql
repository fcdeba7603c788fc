-- People's accounts on networks, what they are told of them, and what waits for who has none.

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

-- name: last_holder
-- Whose an account is, or was last; it is held until the transaction ends.
select person_id, chat_id, revoked_at is null as active from account
where tenant_id = $1 and bot = $2 and external_id = $3 for update

-- name: revoke_account
update account set revoked_at = clock($1)
where tenant_id = $1 and bot = $2 and external_id = $3

-- name: end_dialogue
-- Whoever decides on it just now loses, and sees that it is over.
update dialogue set state = null, expires_at = null, version = version + 1 where tenant_id = $1 and chat_id = $2

-- name: set_aside_chat
-- A chat is somebody else's from now on. What it showed, what was said in it and what was owed to it go to a chat of nobody;
-- whatever is being sent there is fenced out.
with emptied as (
    update chat set epoch = epoch + 1, leased_until = null where tenant_id = $1 and chat_id = $2
    returning bot, external_id, messages
), aside as (
    insert into chat (tenant_id, bot, external_id, messages)
    select $1, bot, external_id || ' ' || gen_random_uuid(), messages from emptied
    returning chat_id
), shown as (
    update delivery d set chat_id = aside.chat_id, epoch = d.epoch + 1
    from aside where d.tenant_id = $1 and d.chat_id = $2
), said as (
    update command c set chat_id = aside.chat_id
    from aside where c.tenant_id = $1 and c.chat_id = $2 and c.done_at is not null
)
delete from owed where tenant_id = $1 and chat_id = $2

-- name: readdress_unsent
-- $2 a chat that is not $3's any more: what they were never shown goes to their first chat, or waits for one, unless another
-- chat of theirs has it already.
with unsent as (
    delete from owed o using delivery d
    where o.tenant_id = $1 and o.chat_id = $2 and d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
        and d.delivery_no = o.delivery_no and d.person_id = $3 and d.sent = 0
    returning o.stream_id, o.topic, o.delivery_no, o.wanted, o.at
), first as (
    select (
        select chat_id from account
        where tenant_id = $1 and person_id = $3 and revoked_at is null order by linked_at limit 1
    ) as chat_id
), addressed as (
    update delivery d set chat_id = first.chat_id, chat_no = null
    from unsent u cross join first
    where d.tenant_id = $1 and d.stream_id = u.stream_id and d.topic = u.topic and d.delivery_no = u.delivery_no
        and not exists (
            select from delivery o join account a on a.tenant_id = $1 and a.chat_id = o.chat_id
            where o.tenant_id = $1 and o.stream_id = d.stream_id and o.topic = d.topic and o.delivery_no <> d.delivery_no
                and o.about = d.about and a.person_id = $3 and a.revoked_at is null
        )
    returning d.stream_id, d.topic, d.delivery_no, d.chat_id, u.wanted, u.at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, wanted, at)
select $1, chat_id, stream_id, topic, delivery_no, wanted, at from addressed where chat_id is not null
returning chat_id

-- name: tell_anybody
-- $2 a chat, $3 the command that is answered, $4 what about: whoever reads there. Nothing, where it was told that within $5.
-- It is owed since the transaction began: an answer comes before whatever else the transaction sends there.
with told as (
    insert into delivery (tenant_id, stream_id, topic, delivery_no, chat_id, about, urgent, at)
    select $1, $2, -2, hashtextextended($3::uuid::text, 0) & ((1::bigint << 62) - 1), $2, $4, false, now() + tenant.shift
    from tenant
    where tenant.tenant_id = $1 and not exists (
        select from delivery d
        where d.tenant_id = $1 and d.stream_id = $2 and d.topic = -2 and d.about = $4 and d.at > clock($1) - $5::interval
    )
    on conflict (tenant_id, stream_id, topic, delivery_no) do nothing
    returning delivery_no, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $2, $2, -2, delivery_no, at from told
returning chat_id

-- name: tell_people
-- $2 a stream, $3 the version that says so, $4 people, $5 what about; $6 a chat that knows already. With $7 it waits for
-- those who have no chat.
with told as (
    insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at)
    select $1, $2, -1, ($3::bigint << 20) + row_number() over (), p.person_id, a.chat_id, $5, $7, clock($1)
    from unnest($4::uuid[]) p(person_id)
    left join account a on a.tenant_id = $1 and a.person_id = p.person_id and a.revoked_at is null
    where a.chat_id is distinct from $6 and (a.chat_id is not null or $7)
    returning stream_id, topic, delivery_no, chat_id, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, chat_id, stream_id, topic, delivery_no, at from told where chat_id is not null
returning chat_id

-- name: deliver_unreached
-- What waited until the person had a chat: owed from now on, in its own order, after what they are told first.
with found as (
    update delivery set chat_id = $3 where tenant_id = $1 and person_id = $2 and chat_id is null
    returning stream_id, topic, delivery_no, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $3, stream_id, topic, delivery_no, clock($1) + row_number() over (order by at) * interval '1 microsecond'
from found

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
select $1, $3, stream_id, topic, delivery_no, clock($1) + row_number() over (order by at) * interval '1 microsecond'
from told

-- name: speak
-- Languages are part of the organisation that every process keeps, so its version moves on.
with spoken as (
    update person set language = $3 where tenant_id = $1 and person_id = $2 and language <> $3 returning person_id
)
update tenant set organisation_version = organisation_version + 1
from spoken where tenant_id = $1

-- name: mute
update person set muted_until = $3 where tenant_id = $1 and person_id = $2

-- name: muted
select muted_until from person where tenant_id = $1 and person_id = $2 and muted_until > clock($1)

-- name: erase_words
-- Everything that commits to a person's words; the log keeps the commitments, and nobody can guess them back.
delete from content where tenant_id = $1 and subject = $2

-- name: erase_files
delete from file_part p using file f
where p.tenant_id = $1 and f.tenant_id = $1 and f.file_id = p.file_id and f.subject = $2
