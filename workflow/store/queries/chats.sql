-- Chats: who may write to them now, what is owed, what became of it, what stands in them.

-- name: digest_owed
-- $1 tenant, $2 bots that are not silent, $3 and $4 quiet hours (null: none), $5 how many prompts a chat may be sent one by
-- one, $6 what a digest is about. Where more than these were never tried, one digest is owed instead, and stands for them.
-- Only in chats that nobody serves: their epoch moves on, so that whoever looked before claims none of them.
with crowded as (
    select chat_id from owed where tenant_id = $1 group by chat_id having count(*) > $5
), free as (
    select c.chat_id, r.person_id
    from crowded join chat c on c.tenant_id = $1 and c.chat_id = crowded.chat_id
    cross join lateral (
        select a.person_id, p.muted_until
        from account a join person p on p.tenant_id = $1 and p.person_id = a.person_id
        where a.tenant_id = $1 and a.chat_id = c.chat_id and a.revoked_at is null limit 1
    ) r
    where c.bot = any ($2) and c.private and c.unreachable_at is null
        and coalesce(c.leased_until, '-infinity') < clock_timestamp()
        and coalesce(c.not_before, '-infinity') <= clock_timestamp()
        and quiet_until($1, $3, $4) is null and coalesce(r.muted_until, '-infinity') <= clock($1)
    for no key update of c skip locked
), prompts as (
    select free.chat_id, free.person_id, d.stream_id, d.topic, d.delivery_no
    from free
    join owed o on o.tenant_id = $1 and o.chat_id = free.chat_id
    join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
        and d.delivery_no = o.delivery_no
    where d.waits and d.topic > 0 and d.attempt = 0 and d.digest is null
), many as (
    select chat_id, person_id from prompts group by chat_id, person_id having count(*) > $5
), speaking as (
    update chat c set deliveries = c.deliveries + 1, epoch = c.epoch + 1
    from many where c.tenant_id = $1 and c.chat_id = many.chat_id
    returning c.chat_id, many.person_id,
        (1::bigint << 62) | (hashtextextended(c.chat_id::text, c.deliveries::bigint << 20) & ((1::bigint << 62) - 1)) as no
), told as (
    insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at)
    select $1, chat_id, -1, no, person_id, chat_id, $6, false, clock($1) from speaking
    returning stream_id, topic, delivery_no, chat_id, at
), stood_for as (
    update delivery d set digest = s.no
    from speaking s join prompts p on p.chat_id = s.chat_id
    where d.tenant_id = $1 and d.stream_id = p.stream_id and d.topic = p.topic and d.delivery_no = p.delivery_no
    returning d.stream_id, d.topic, d.delivery_no, d.chat_id
), reached as (
    delete from owed o using stood_for d
    where o.tenant_id = $1 and o.chat_id = d.chat_id and o.stream_id = d.stream_id and o.topic = d.topic
        and o.delivery_no = d.delivery_no
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, chat_id, stream_id, topic, delivery_no, at from told

-- name: claim_owed
-- $1 tenant, $2 bots, $3 at most, $4 lease, $5 only these chats (null: any), $6 bots that are not silent, $7 and $8 quiet
-- hours (null: none). Who was owed something first comes first; where not all can be served, answers before what may wait.
-- A chat is leased, not its rows, and gets its oldest delivery alone, so that order holds; only what `waits` is passed over
-- while the reader is not to be disturbed. A first send counts before it is tried: it may arrive and nobody may know. A
-- private chat without an account in force is told only what anybody may read (topic -2). What a digest stands for is not
-- sent any more, whatever changed in it.
-- (`seen`: whoever claimed and recorded between our look and our lock has shown what we saw to be owed.)
with hush as materialized (
    select quiet_until($1, $7, $8) is not null as quiet, clock($1) as now
), waiting as (
    select chat_id, min(at) as since from owed
    where tenant_id = $1 and ($5::uuid[] is null or chat_id = any ($5))
    group by chat_id
), free as (
    select c.chat_id, c.bot, c.external_id, c.private, c.epoch, c.messages, w.since, r.person_id, r.language, h.hushed
    from waiting w
    join chat c on c.tenant_id = $1 and c.chat_id = w.chat_id
    join chat seen on seen.tenant_id = $1 and seen.chat_id = w.chat_id
    left join lateral (
        select a.person_id, p.language, p.muted_until
        from account a join person p on p.tenant_id = $1 and p.person_id = a.person_id
        where a.tenant_id = $1 and c.private and a.chat_id = c.chat_id and a.revoked_at is null limit 1
    ) r on true
    cross join lateral (
        select seen.bot = any ($6) and (hush.quiet or coalesce(r.muted_until > hush.now, false)) as hushed from hush
    ) h
    cross join lateral (
        select case when h.hushed or (select count(*) from waiting) > $3 then exists (
            select from owed o
            join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
                and d.delivery_no = o.delivery_no
            where o.tenant_id = $1 and o.chat_id = seen.chat_id and not d.waits
        ) else false end as soon
    ) s
    where c.bot = any ($2) and c.unreachable_at is null and c.epoch = seen.epoch
        and coalesce(c.leased_until, '-infinity') < clock_timestamp()
        and coalesce(c.not_before, '-infinity') <= clock_timestamp()
        and (not c.private or r.person_id is not null or exists (
            select from owed o where o.tenant_id = $1 and o.chat_id = seen.chat_id and o.topic = -2
        ))
        and (not h.hushed or s.soon)
    order by s.soon desc, w.since, c.chat_id
    limit $3 for no key update of c skip locked
), oldest as (
    select free.chat_id, o.stream_id, o.topic, o.delivery_no, o.wanted, o.at, o.stood_for
    from free cross join lateral (
        select o.*, d.digest is not null and d.message_ref is null as stood_for
        from (
            select * from owed where tenant_id = $1 and chat_id = free.chat_id order by at, delivery_no
        ) o
        join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
            and d.delivery_no = o.delivery_no
        where not (free.hushed and d.waits) and (not free.private or free.person_id is not null or o.topic = -2)
        order by o.at, o.delivery_no limit 1
    ) o
), forgotten as (
    delete from owed o using oldest
    where oldest.stood_for and o.tenant_id = $1 and o.chat_id = oldest.chat_id and o.stream_id = oldest.stream_id
        and o.topic = oldest.topic and o.delivery_no = oldest.delivery_no
), claimed as (
    update delivery d
    set epoch = free.epoch + 1, tries = d.tries + 1, chat_no = coalesce(d.chat_no, free.messages + 1),
        attempt = d.attempt + case when d.message_ref is null then 1 else 0 end
    from oldest join free on free.chat_id = oldest.chat_id
    where not oldest.stood_for and d.tenant_id = $1 and d.stream_id = oldest.stream_id and d.topic = oldest.topic
        and d.delivery_no = oldest.delivery_no
    returning d.*, free.bot, free.external_id, free.private, coalesce(d.person_id, free.person_id) as reader,
        free.language, oldest.wanted, oldest.at as owed_at
), leased as (
    update chat c set epoch = c.epoch + 1, leased_until = clock_timestamp() + $4, messages = c.messages + 1
    from claimed where c.tenant_id = $1 and c.chat_id = claimed.chat_id
)
select claimed.*, owed_at < clock($1) - interval '1 day' as late from claimed order by owed_at

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
        tries = case when h.word = 'shown' then 0 when h.word in ('paced', 'unreachable') then d.tries - 1 else d.tries end,
        message_ref = case h.word when 'shown' then coalesce(nullif(h.message_ref, ''), d.message_ref)
            when 'again' then null else d.message_ref end,
        chat_no = case h.word when 'again' then null else d.chat_no end,
        attempt = case
            when h.word = 'again' and d.attempt = 1 then 0  -- the one that is gone was the only one
            when h.word in ('later', 'paced', 'moved', 'unreachable') and d.message_ref is null then d.attempt - 1
            else d.attempt end,
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
-- $1 tenant, $2 chat, $3 what its network calls it now. Nothing, when that is another chat of ours already. Its epoch moves
-- on: what is being sent to it under its old name cannot be found under the new one.
update chat c set external_id = $3, epoch = c.epoch + 1, leased_until = null
where c.tenant_id = $1 and c.chat_id = $2 and not exists (
    select from chat o where o.tenant_id = $1 and o.bot = c.bot and o.external_id = $3
)

-- name: chat_beside
-- The chat of the same bot as chat $2 that its network calls $3.
select o.chat_id from chat c join chat o on o.tenant_id = $1 and o.bot = c.bot and o.external_id = $3
where c.tenant_id = $1 and c.chat_id = $2

-- name: forget_refs
-- Messages are counted anew in a chat of another name: what an old one was called there is some other message here.
update delivery set message_ref = null where tenant_id = $1 and chat_id = $2 and message_ref is not null

-- name: readdress_owed
-- What may have arrived in the old chat keeps its attempts: the copy in the new one is marked.
with left_behind as (
    update chat set epoch = epoch + 1, leased_until = null where tenant_id = $1 and chat_id = $2
), moved as (
    delete from owed where tenant_id = $1 and chat_id = $2 returning *
), addressed as (
    update delivery d set chat_id = $3, chat_no = null, message_ref = null
    from moved m
    where d.tenant_id = $1 and d.stream_id = m.stream_id and d.topic = m.topic and d.delivery_no = m.delivery_no
)
insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, wanted, at)
select tenant_id, $3, stream_id, topic, delivery_no, wanted, at from moved

-- name: readdress_accounts
update account set chat_id = $3 where tenant_id = $1 and chat_id = $2

-- name: readdress_room
-- The new chat is a group as the old one was, though nobody may have spoken in it yet.
with shared as (
    update chat c set private = false
    from chat old where c.tenant_id = $1 and c.chat_id = $3 and old.tenant_id = $1 and old.chat_id = $2 and not old.private
)
update room set chat_id = $3 where tenant_id = $1 and chat_id = $2

-- name: show_anew
-- What stands in chat $2 with buttons that somebody may still press: prompts of open tasks, cards of items under way, the
-- last question of a dialogue. Their tokens name the chat as it was called.
insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
select $1, $2, d.stream_id, d.topic, d.delivery_no, clock($1)
from delivery d
where d.tenant_id = $1 and d.chat_id = $2 and d.message_ref is not null and d.dead_at is null and case
    when d.topic < 0 then false
    when d.stream_id = $2 then d.topic = (
        select max(o.topic) from delivery o where o.tenant_id = $1 and o.stream_id = $2
    ) and exists (select from dialogue t where t.tenant_id = $1 and t.chat_id = $2 and t.state is not null)
    when d.topic = 0 then exists (
        select from item i where i.tenant_id = $1 and i.item_id = d.stream_id and i.ended_at is null
    )
    else exists (
        select from task k
        where k.tenant_id = $1 and k.item_id = d.stream_id and k.task_no = d.topic and k.closed_at is null
    ) end
on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1

-- name: next_wake
-- $2 bots (null: any), $3 bots that are not silent, $4 and $5 quiet hours. The first moment at which a chat that is owed
-- something may be written to again.
with hush as materialized (select quiet_until($1, $4, $5) as until, clock($1) as now)
select min(greatest(c.leased_until, c.not_before, clock_timestamp(), case when exists (
        select from owed o
        join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
            and d.delivery_no = o.delivery_no
        where h.until > h.now and o.tenant_id = $1 and o.chat_id = c.chat_id and not d.waits
    ) then null else clock_timestamp() + (h.until - h.now) end)) - clock_timestamp()
from chat c
left join lateral (
    select a.person_id, p.muted_until
    from account a join person p on p.tenant_id = $1 and p.person_id = a.person_id
    where a.tenant_id = $1 and c.private and a.chat_id = c.chat_id and a.revoked_at is null limit 1
) r on true
cross join lateral (
    select now, case when c.bot = any ($3) then greatest(until, r.muted_until) end as until from hush
) h
where c.tenant_id = $1 and c.unreachable_at is null and ($2::text[] is null or c.bot = any ($2))
    and c.chat_id in (select chat_id from owed where tenant_id = $1)
    and (not c.private or r.person_id is not null or exists (
        select from owed o where o.tenant_id = $1 and o.chat_id = c.chat_id and o.topic = -2
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

-- name: unreached
-- Whom nothing reaches somewhere, the longest first: one row for a chat and reason, or for a person without a chat.
with letters as (
    select d.chat_id, null::uuid as person_id, 'dead' as why, d.dead_at as at, d.stream_id, d.topic, d.delivery_no, d.detail
    from delivery d where d.tenant_id = $1 and d.dead_at is not null and d.chat_id is not null
    union all
    select c.chat_id, null, 'unreachable', c.unreachable_at, d.stream_id, d.topic, d.delivery_no, d.detail
    from chat c join owed o on o.tenant_id = $1 and o.chat_id = c.chat_id
    join delivery d on d.tenant_id = $1 and d.stream_id = o.stream_id and d.topic = o.topic
        and d.delivery_no = o.delivery_no
    where c.tenant_id = $1 and c.unreachable_at is not null
    union all
    select null, d.person_id, 'no chat', d.at, d.stream_id, d.topic, d.delivery_no, null
    from delivery d join person p on p.tenant_id = $1 and p.person_id = d.person_id
    where d.tenant_id = $1 and d.chat_id is null and p.left_at is null
)
select l.chat_id, coalesce(l.person_id, a.person_id) as person_id, l.why, min(l.at) as since, count(*) as letters,
    coalesce((array_agg(l.detail order by l.at desc) filter (where l.detail is not null))[1], '') as detail,
    coalesce(c.bot, '') as bot, coalesce(r.name, '') as room,
    bool_and(exists (
        select from delivery o
        where o.tenant_id = $1 and o.stream_id = l.stream_id and o.topic = l.topic and o.delivery_no <> l.delivery_no
            and o.person_id = a.person_id and o.sent > 0 and o.chat_id <> l.chat_id
    )) as elsewhere
from letters l
left join chat c on c.tenant_id = $1 and c.chat_id = l.chat_id
left join lateral (
    select person_id from account
    where tenant_id = $1 and chat_id = c.chat_id and c.private and revoked_at is null limit 1
) a on true
left join lateral (select name from room where tenant_id = $1 and chat_id = c.chat_id order by name limit 1) r on true
where l.chat_id is null or not c.private or a.person_id is not null
group by l.chat_id, l.person_id, a.person_id, l.why, c.bot, r.name
order by since, l.chat_id limit $2

-- name: chat_known
select exists (select from chat where tenant_id = $1 and chat_id = $2)

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

-- name: chat_reader
-- $2 a bot, $3 its private chat, as its network calls it: whose it is.
select a.person_id from chat c
join account a on a.tenant_id = $1 and a.chat_id = c.chat_id and a.revoked_at is null
where c.tenant_id = $1 and c.bot = $2 and c.external_id = $3 and c.private limit 1

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
