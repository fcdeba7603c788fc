-- Commands as they arrive, and those that nobody finished.

-- name: accept_commands
-- $1 tenant, $2 bot, $3 command ids, $4 chats as their network calls them ('' for none), $5 bodies, $6 the bot's cursor
-- ('' leaves it), $7 how long they are held for who accepts them. Only what is new comes back. Chats are locked by their
-- ids first.
with given as (
    select g.* from unnest($3::uuid[], $4::text[], $5::bytea[]) with ordinality g(command_id, external_id, body, place)
    where not exists (select from command c where c.tenant_id = $1 and c.command_id = g.command_id)
), locked as (
    select chat_id from chat
    where tenant_id = $1 and bot = $2 and external_id = any ($4)
    order by chat_id for no key update
), spoken as (
    insert into chat as kept (tenant_id, bot, external_id, messages)
    select $1, $2, external_id, count(*) from given
    where external_id <> '' and (select count(*) from locked) >= 0
    group by external_id order by external_id
    on conflict (tenant_id, bot, external_id) do update
    set messages = kept.messages + excluded.messages, unreachable_at = null
    returning chat_id, external_id, messages
), read_on as (
    update bot set read_to = $6 where tenant_id = $1 and bot = $2 and $6 <> ''
)
insert into command (tenant_id, command_id, bot, chat_id, chat_no, body, accepted_at, held_until)
select $1, g.command_id, $2, s.chat_id,
    s.messages + 1 - row_number() over (partition by g.external_id order by g.place desc),
    g.body, clock($1) + g.place * interval '1 microsecond', clock_timestamp() + $7
from given g left join spoken s on s.external_id = g.external_id
order by g.place
on conflict (tenant_id, command_id) do nothing
returning command_id, chat_id, chat_no, accepted_at

-- name: take_orphans
-- $1 tenant, $2 at most, $3 how long they are held for who takes them. Of each chat only the oldest, so that order holds.
with oldest as (
    select distinct on (coalesce(chat_id, command_id)) command_id
    from command where tenant_id = $1 and done_at is null
    order by coalesce(chat_id, command_id), accepted_at, command_id
), free as (
    select c.command_id from oldest join command c on c.tenant_id = $1 and c.command_id = oldest.command_id
    where c.done_at is null and c.held_until < clock_timestamp()
    order by c.accepted_at limit $2 for no key update of c skip locked
), taken as (
    update command c set held_until = clock_timestamp() + $3, tries = c.tries + 1
    from free where c.tenant_id = $1 and c.command_id = free.command_id
    returning c.command_id, c.bot, c.chat_id, c.chat_no, c.body, c.accepted_at, c.tries
)
select taken.*, chat.external_id
from taken left join chat on chat.tenant_id = $1 and chat.chat_id = taken.chat_id
order by taken.accepted_at

-- name: command_answers
select k.command_id, c.answer from unnest($2::uuid[]) k(command_id) cross join lateral (
    select answer from command where tenant_id = $1 and command_id = k.command_id and done_at is not null offset 0
) c

-- name: waiting_commands
select count(*) from command where tenant_id = $1 and done_at is null
