-- A message that nobody remembered (its answer was lost) was pressed: it is adopted. The delivery that was waiting to be sent
-- again takes its reference; where there is none, the message is one copy more. Either way it is shown anew.

alter type commit_delivery add attribute message_ref text;

create or replace function commit_decisions(
    t uuid, organisation integer,
    items commit_item[], begun commit_begun[], streams commit_stream[], settled commit_settled[], orders commit_order[],
    dialogues commit_dialogue[], events commit_event[], tasks commit_task[], deliveries commit_delivery[],
    speaking uuid[], bumps commit_bump[], turns commit_turn[], counters commit_counter[], contents commit_content[], files commit_file[],
    out lost integer[], out why text[], out answered commit_settled[], out owed uuid[], out current integer,
    out committed_at timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    adopted constant boolean := exists (select from unnest(deliveries) where message_ref is not null);
begin
    select organisation_version, clock_timestamp() + shift into current, committed_at
    from tenant where tenant_id = t for share;
    if current is distinct from coalesce(organisation, current) then
        return;
    end if;

    -- Lock what is guarded, and see who lost.
    -- (What is asked of a locked row stands in `filter`: in `where` it would be asked before the lock.)
    select coalesce(array_agg(x.grp) filter (where held.version is distinct from x.expected), '{}') into lost
    from (select * from unnest(items) order by item_id) x
    left join lateral (
        select version from item where tenant_id = t and item_id = x.item_id for no key update
    ) held on true;
    why := array_fill('version'::text, array[cardinality(lost)]);

    select lost || array_agg(x.grp) filter (where held.done_at is not null),
        why || array_agg('settled'::text) filter (where held.done_at is not null),
        array_agg((x.grp, x.command_id, held.answer, null)::commit_settled) filter (where held.done_at is not null)
    into lost, why, answered
    from (select * from unnest(settled) order by command_id) x
    left join lateral (
        select done_at, answer from command where tenant_id = t and command_id = x.command_id for no key update
    ) held on true;

    if begun <> '{}' then
        select lost || array_agg(x.grp), why || array_agg(x.word) into lost, why
        from (
            select grp, case when exists (
                select from item where tenant_id = t and item_id = one.item_id
            ) then 'version' when exists (
                select from item where tenant_id = t and code = one.code
            ) then 'code' end as word
            from unnest(begun) one
        ) x
        where x.word is not null;
    end if;

    if dialogues <> '{}' then
        select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
            why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
        into lost, why
        from (select * from unnest(dialogues) order by chat_id) x
        left join lateral (
            select version from dialogue where tenant_id = t and chat_id = x.chat_id for no key update
        ) held on true;
    end if;

    if streams <> '{}' then
        select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
            why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
        into lost, why
        from (select * from unnest(streams) order by stream_id) x
        left join lateral (
            select version from stream where tenant_id = t and stream_id = x.stream_id for no key update
        ) held on true;
    end if;

    if counters <> '{}' then
        select lost || array_agg(x.grp) filter (where held.value is distinct from nullif(x.before, 0)),
            why || array_agg('version'::text) filter (where held.value is distinct from nullif(x.before, 0))
        into lost, why
        from (select * from unnest(counters) where before is not null order by name, unit_id, period) x
        left join lateral (
            select value from counter
            where tenant_id = t and name = x.name and unit_id = x.unit_id and period = x.period for no key update
        ) held on true;
    end if;

    -- Write what the winners wrote.
    update item i
    set version = x.version, head = x.head, state = x.state, title = x.title, place = x.place,
        next_at = x.next_at, ended_at = x.ended_at
    from unnest(items) x
    where i.tenant_id = t and i.item_id = x.item_id and x.grp <> all (lost);

    if begun <> '{}' then
        insert into item (tenant_id, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at)
        select t, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at
        from unnest(begun) where grp <> all (lost);

        insert into party (tenant_id, item_id, person_id, part)
        select t, item_id, submitter_id, 'submitter' from unnest(begun) where grp <> all (lost);
    end if;

    insert into event (tenant_id, stream_id, version, at, body, leaf)
    select t, stream_id, version, at, body, leaf from unnest(events) where grp <> all (lost);

    insert into party (tenant_id, item_id, person_id, part)
    select t, item_id, person_id, part from unnest(tasks) where part is not null and grp <> all (lost)
    on conflict (tenant_id, item_id, person_id) do nothing;

    -- Apart, because an upsert costs twice an insert: what has its row already comes without `opened_at`. Found by its key
    -- first: a plan made while there were few tasks would go through all of the tenant's, with every vote.
    update task k
    set holder = x.holder, decides = x.decides, part = x.part, closed_at = x.closed_at, outcome = x.outcome,
        choice = x.choice, person_id = x.person_id
    from unnest(tasks) x, lateral (
        select ctid from task where tenant_id = t and item_id = x.item_id and task_no = x.task_no offset 0
    ) held
    where k.tenant_id = t and k.ctid = held.ctid and x.opened_at is null and x.grp <> all (lost);

    insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides,
        part, opened_at, closed_at, outcome, choice, person_id)
    select t, item_id, task_no, run, place, round, holder, decides,
        part, opened_at, closed_at, outcome, choice, person_id
    from unnest(tasks) where opened_at is not null and grp <> all (lost);

    insert into command (tenant_id, command_id, accepted_at, held_until, done_at, answer, words)
    select t, command_id, committed_at, committed_at, committed_at, answer, words
    from unnest(settled) where grp <> all (lost)
    on conflict (tenant_id, command_id) do update
    set done_at = excluded.done_at, answer = excluded.answer, words = excluded.words, body = null;

    if orders <> '{}' then
        insert into command (tenant_id, command_id, body, accepted_at, held_until)
        select t, command_id, body, committed_at, clock_timestamp() from unnest(orders) where grp <> all (lost)
        on conflict (tenant_id, command_id) do nothing;
    end if;

    if dialogues <> '{}' then
        update dialogue d set version = x.version, state = x.state, expires_at = x.expires_at
        from unnest(dialogues) x
        where d.tenant_id = t and d.chat_id = x.chat_id and x.expected > 0 and x.grp <> all (lost);

        -- Without `on conflict`: of two who begin it at once, one fails, is tried again, and loses.
        insert into dialogue (tenant_id, chat_id, version, state, expires_at)
        select t, chat_id, version, state, expires_at from unnest(dialogues)
        where expected = 0 and grp <> all (lost) order by chat_id;
    end if;

    if streams <> '{}' then
        update stream s set version = x.version, head = x.head
        from unnest(streams) x
        where s.tenant_id = t and s.stream_id = x.stream_id and x.expected > 0 and x.grp <> all (lost);

        insert into stream (tenant_id, stream_id, kind, version, head)
        select t, stream_id, kind, version, head from unnest(streams)
        where expected = 0 and grp <> all (lost) order by stream_id;
    end if;

    if counters <> '{}' then
        update counter c set value = c.value + x.amount
        from unnest(counters) x
        where c.tenant_id = t and c.name = x.name and c.unit_id = x.unit_id and c.period = x.period
            and x.before > 0 and x.grp <> all (lost);

        insert into counter (tenant_id, name, unit_id, period, value)
        select t, name, unit_id, period, amount from unnest(counters)
        where before = 0 and grp <> all (lost) order by name, unit_id, period;

        insert into counter as kept (tenant_id, name, unit_id, period, value)
        select t, name, unit_id, period, sum(amount) from unnest(counters) where before is null and grp <> all (lost)
        group by name, unit_id, period order by name, unit_id, period
        on conflict (tenant_id, name, unit_id, period) do update set value = kept.value + excluded.value;
    end if;

    if contents <> '{}' then
        insert into content (tenant_id, commitment, subject, salt, body)
        select t, commitment, subject, salt, body from unnest(contents) where grp <> all (lost)
        on conflict (tenant_id, commitment) do nothing;
    end if;

    if files <> '{}' then
        insert into item_file (tenant_id, file_id, item_id)
        select t, file_id, item_id from unnest(files) where grp <> all (lost)
        on conflict (tenant_id, file_id, item_id) do nothing;
    end if;

    if bumps <> '{}' then
        with shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, d.chat_id, d.stream_id, d.topic, d.delivery_no, committed_at
            from (select * from unnest(bumps) order by stream_id, topic) x
            join delivery d on d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
            where x.grp <> all (lost) and d.chat_id is not null and d.dead_at is null
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select array_agg(chat_id) into owed from shown;
    end if;

    if turns <> '{}' then
        with turned as (
            update delivery d set about = coalesce(x.about, d.about)
            from (select * from unnest(turns) order by chat_id, message_ref) x
            where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref
                and x.grp <> all (lost)
            returning d.chat_id, d.stream_id, d.topic, d.delivery_no
        ), shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, committed_at from turned
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;

    if adopted then
        with taken as (
            update delivery d set message_ref = x.message_ref, sent = greatest(d.sent, 1), tries = 0
            from unnest(deliveries) x
            where x.message_ref is not null and x.grp <> all (lost)
                and d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic and d.chat_id = x.chat_id
                and d.message_ref is null and d.attempt > 0 and d.dead_at is null
                and (d.topic >= 0 or d.about = x.about)  -- many plain ones share a topic
            returning d.chat_id, d.stream_id, d.topic, d.delivery_no
        ), shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, committed_at from taken
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;

    if speaking <> '{}' then
        update chat set deliveries = chat.deliveries + 1
        from unnest(speaking) x where tenant_id = t and chat_id = x;
    end if;

    if deliveries <> '{}' then
        with told as (
            insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at,
                message_ref, sent, attempt)
            select t, y.stream_id, y.topic,
                case when y.base is not null then (y.base::bigint << 20) + y.n
                else (1::bigint << 62) | (hashtextextended(y.asked::text, ((
                    -- Beside any decision no version numbers it: the chat does, far above all versions.
                    select c.deliveries from chat c where c.tenant_id = t and c.chat_id = y.asked
                )::bigint << 20) + y.n) & ((1::bigint << 62) - 1)) end,
                y.person_id, y.chat_id, y.about, y.urgent, committed_at + y.n * interval '1 microsecond',
                y.message_ref, case when y.message_ref is null then 0 else 1 end,
                case when y.message_ref is null then 0 else 1 end
            from (
                select x.stream_id, x.base, x.topic, x.person_id, x.chat_id as asked, x.about, x.urgent, x.message_ref,
                    coalesce(a.chat_id, x.chat_id, (
                        select r.chat_id from room r where r.tenant_id = t and r.name = x.room
                    )) as chat_id,
                    row_number() over () as n
                from unnest(deliveries) x
                left join account a on a.tenant_id = t and a.person_id = x.person_id and a.revoked_at is null
                where x.grp <> all (lost) and not (x.once and exists (
                    select from delivery d
                    where d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
                        and coalesce(d.chat_id, d.person_id) = coalesce(a.chat_id, x.chat_id, x.person_id)
                )) and not (x.message_ref is not null and exists (
                    select from delivery d
                    where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref
                ))
            ) y
            where y.chat_id is not null or y.person_id is not null
            returning stream_id, topic, delivery_no, chat_id, at
        ), shown as (
            insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, at from told where chat_id is not null
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;
end $$;
