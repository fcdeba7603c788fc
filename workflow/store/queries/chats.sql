-- Chats: who may write to them now, what is owed, what became of it, what stands in them.

-- name: claim_owed
-- $1 tenant, $2 bots, $3 at most, $4 lease, $5 only these chats (null: any). A chat is leased, not its rows, and gets its
-- oldest delivery alone, so that order holds. A first send counts before it is tried: it may arrive and nobody may know.
-- A private chat whose account was revoked is told nothing more.
with free as (
    select c.chat_id from chat c
    where c.tenant_id = $1 and c.bot = any ($2) and c.unreachable_at is null
        and coalesce(c.leased_until, '-infinity') < clock_timestamp()
        and coalesce(c.not_before, '-infinity') <= clock_timestamp()
        and c.chat_id in (
            select chat_id from owed where tenant_id = $1 and ($5::uuid[] is null or chat_id = any ($5))
        )
        and (not c.private or exists (
            select from account a where a.tenant_id = $1 and a.chat_id = c.chat_id and a.revoked_at is null
        ))
    limit $3 for no key update skip locked
), oldest as (
    select distinct on (o.chat_id) o.chat_id, o.stream_id, o.topic, o.delivery_no, o.wanted, o.at
    from free join owed o on o.tenant_id = $1 and o.chat_id = free.chat_id
    order by o.chat_id, o.at, o.delivery_no
), leased as (
    update chat c set epoch = c.epoch + 1, leased_until = clock_timestamp() + $4, messages = c.messages + 1
    from oldest where c.tenant_id = $1 and c.chat_id = oldest.chat_id
    returning c.chat_id, c.bot, c.external_id, c.private, c.epoch, c.messages
), claimed as (
    update delivery d
    set epoch = leased.epoch, tries = d.tries + 1, chat_no = coalesce(d.chat_no, leased.messages),
        attempt = d.attempt + case when d.message_ref is null then 1 else 0 end
    from oldest join leased on leased.chat_id = oldest.chat_id
    where d.tenant_id = $1 and d.stream_id = oldest.stream_id and d.topic = oldest.topic
        and d.delivery_no = oldest.delivery_no
    returning d.*, leased.bot, leased.external_id, leased.private, oldest.wanted, oldest.at as owed_at
)
select claimed.*, coalesce(claimed.person_id, (
    select a.person_id from account a
    where a.tenant_id = $1 and a.chat_id = claimed.chat_id and a.revoked_at is null and claimed.private limit 1
)) as reader
from claimed order by owed_at

-- name: record_outcomes
-- $1 tenant; then one array a column. Only who holds the chat's last lease is heard; the others come back.
with given as (
    select * from unnest($2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::bigint[], $7::int[], $8::text[], $9::text[],
        $10::float8[], $11::text[])
    g(chat_id, epoch, stream_id, topic, delivery_no, wanted, word, message_ref, after, detail)
), held as (
    select g.* from given g
    join chat c on c.tenant_id = $1 and c.chat_id = g.chat_id and c.epoch = g.epoch
    order by g.chat_id for no key update of c
), recorded as (
    update delivery d
    set sent = d.sent + case h.word when 'shown' then 1 else 0 end,
        sent_at = case h.word when 'shown' then clock($1) else d.sent_at end,
        tries = case h.word when 'shown' then 0 else d.tries end,
        message_ref = case h.word when 'shown' then coalesce(nullif(h.message_ref, ''), d.message_ref)
            when 'again' then null else d.message_ref end,
        chat_no = case h.word when 'again' then null else d.chat_no end,
        attempt = d.attempt - case
            when h.word in ('later', 'moved', 'unreachable') and d.message_ref is null then 1 else 0 end,
        dead_at = case h.word when 'dead' then clock($1) else d.dead_at end,
        detail = case when h.detail <> '' then h.detail else d.detail end
    from held h
    where d.tenant_id = $1 and d.stream_id = h.stream_id and d.topic = h.topic and d.delivery_no = h.delivery_no
        and d.epoch = h.epoch
), settled as (
    delete from owed o using held h
    where o.tenant_id = $1 and o.chat_id = h.chat_id and o.stream_id = h.stream_id and o.topic = h.topic
        and o.delivery_no = h.delivery_no and (h.word = 'shown' and o.wanted = h.wanted or h.word = 'dead')
), released as (
    update chat c
    set leased_until = null,
        not_before = case when h.after > 0 then clock_timestamp() + h.after * interval '1 second' end,
        unreachable_at = case h.word when 'unreachable' then clock($1) end
    from held h where c.tenant_id = $1 and c.chat_id = h.chat_id
)
select chat_id, epoch from given except select chat_id, epoch from held

-- name: rename_chat
-- $1 tenant, $2 chat, $3 what its network calls it now. Nothing, when that is another chat of ours already.
update chat c set external_id = $3
where c.tenant_id = $1 and c.chat_id = $2 and not exists (
    select from chat o where o.tenant_id = $1 and o.bot = c.bot and o.external_id = $3
)

-- name: chat_beside
-- The chat of the same bot as chat $2 that its network calls $3.
select o.chat_id from chat c join chat o on o.tenant_id = $1 and o.bot = c.bot and o.external_id = $3
where c.tenant_id = $1 and c.chat_id = $2

-- name: readdress_owed
with moved as (
    delete from owed where tenant_id = $1 and chat_id = $2 returning *
), addressed as (
    update delivery d set chat_id = $3, chat_no = null, message_ref = null, attempt = 0
    from moved m
    where d.tenant_id = $1 and d.stream_id = m.stream_id and d.topic = m.topic and d.delivery_no = m.delivery_no
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, wanted, at)
select tenant_id, $3, stream_id, topic, delivery_no, wanted, at from moved

-- name: readdress_accounts
update account set chat_id = $3 where tenant_id = $1 and chat_id = $2

-- name: next_wake
-- The first moment at which a chat that is owed something may be written to again.
select min(greatest(c.leased_until, c.not_before, clock_timestamp())) - clock_timestamp()
from chat c
where c.tenant_id = $1 and c.unreachable_at is null and ($2::text[] is null or c.bot = any ($2))
    and c.chat_id in (select chat_id from owed where tenant_id = $1)
    and (not c.private or exists (
        select from account a where a.tenant_id = $1 and a.chat_id = c.chat_id and a.revoked_at is null
    ))

-- name: dead_letters
-- What nobody was reached with: given up, no chat to send to, or a chat that refuses.
select d.stream_id, d.topic, d.delivery_no, d.person_id, d.chat_id, d.about, d.dead_at as at,
    coalesce(d.detail, '') as detail, 'dead' as why
from delivery d where d.tenant_id = $1 and d.dead_at is not null
union all
select d.stream_id, d.topic, d.delivery_no, d.person_id, null, d.about, d.at, '', 'no chat'
from delivery d where d.tenant_id = $1 and d.chat_id is null
union all
select d.stream_id, d.topic, d.delivery_no, d.person_id, d.chat_id, d.about, c.unreachable_at, coalesce(d.detail, ''),
    'unreachable'
from chat c join owed o on o.tenant_id = $1 and o.chat_id = c.chat_id
join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
    and d.delivery_no = o.delivery_no
where c.tenant_id = $1 and c.unreachable_at is not null
order by at

-- name: revive_chat
-- $2 a chat: what was given up there is owed again.
with tried as (
    update chat set unreachable_at = null, not_before = null where tenant_id = $1 and chat_id = $2
), revived as (
    update delivery set dead_at = null, tries = 0 where tenant_id = $1 and chat_id = $2 and dead_at is not null
    returning stream_id, topic, delivery_no, at
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $2, stream_id, topic, delivery_no, at from revived
on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do nothing

-- name: find_chat
select chat_id from chat where tenant_id = $1 and bot = $2 and external_id = $3

-- name: open_chat
-- $4: whether it is one person's.
insert into chat (tenant_id, bot, external_id, private) values ($1, $2, $3, $4)
on conflict (tenant_id, bot, external_id) do update set unreachable_at = null
returning chat_id

-- name: bind_room
insert into room (tenant_id, name, chat_id) values ($1, $2, $3)
on conflict (tenant_id, name) do update set chat_id = excluded.chat_id

-- name: transcript
-- $1 tenant, $2 chat, $3 and $4 numbers between which to look (0: no bound), $5 at most: the newest, in order.
select * from (
    (select chat_no as no, false as mine, at, stream_id as id, topic, delivery_no, about as body, null as words,
        sent, attempt, coalesce(message_ref, '') as message_ref, null::bytea as answer
    from delivery
    where tenant_id = $1 and chat_id = $2 and chat_no > $3 and ($4 = 0 or chat_no < $4) and dead_at is null
    order by chat_no desc limit $5)
    union all
    (select c.chat_no, true, c.accepted_at, c.command_id, 0, 0, c.body, convert_from(said.body, 'UTF8'),
        0, 0, '', c.answer
    from command c
    left join content said on said.tenant_id = $1 and said.commitment = c.words
    where c.tenant_id = $1 and c.chat_id = $2 and c.chat_no > $3 and ($4 = 0 or c.chat_no < $4)
    order by c.chat_no desc limit $5)
) both_sides
order by no desc limit $5
