-- commit_decisions once more, with less work a batch: a statement that is begun and ended costs some twenty microseconds,
-- whatever it finds to do. What is guarded is no longer locked first and written afterwards: it is written where it still is
-- what was decided on. If all of it was written, nobody lost, and nobody need be looked for. If any of it was not, nothing
-- is (no_data_found), and whoever asked asks again, `careful`: everything guarded is locked and looked at first, as before,
-- and the winners are written. What is guarded and not written by its key (guards, counters, merges, lists) is looked at
-- first in any case. Either way rows are locked in one order; whoever asks has sorted them by their keys.
--
-- What is empty comes as null, and so does a time that is the batch's `moment`. A task that has its row and one that is new go
-- in one statement, as does a command, whether it was accepted or not: what is checked in a table is read once a statement.
-- Whoever holds a new task that is `about` something is prompted in every chat of theirs.
--
-- Plans are remembered, and may have been made while there were few rows. What may be missing is joined to the left, so that
-- it cannot come first in the join; and where it is only asked whether something is there, it is asked for as a value, which
-- is looked up, not with `exists`, for which a whole tenant may be gathered beforehand.

-- An item is guarded by the head of its log as well: it says all that ever happened, where a version is only a number.

alter type commit_item add attribute before bytea;
create type commit_line as (
    grp integer, item_id uuid, task_no integer, run integer, place text, round integer, holder uuid, decides boolean,
    part text, opened_at timestamptz, closed_at timestamptz, outcome text, choice text, person_id uuid,
    about bytea, urgent boolean
);

drop function commit_decisions(
    uuid, integer, commit_item[], commit_begun[], commit_stream[], commit_settled[], commit_order[], commit_dialogue[],
    commit_event[], commit_task[], commit_delivery[], uuid[], commit_bump[], commit_turn[], commit_counter[],
    commit_content[], commit_file[], commit_guard[], commit_answer[], commit_window[], commit_merge[], commit_list[]
);

create function commit_decisions(
    t uuid, organisation integer, moment timestamptz,
    items commit_item[], begun commit_begun[], streams commit_stream[], settled commit_settled[], orders commit_order[],
    dialogues commit_dialogue[], events commit_event[], tasks commit_line[], deliveries commit_delivery[],
    adopted boolean, speaking uuid[], bumps commit_bump[], turns commit_turn[], counters commit_counter[],
    contents commit_content[], files commit_file[], guards commit_guard[], answers commit_answer[], windows commit_window[],
    merges commit_merge[], lists commit_list[], careful boolean,
    out lost integer[], out why text[], out answered commit_settled[], out owed boolean, out current integer,
    out committed_at timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    held_item record;
    written bigint;
    missing bigint := 0;
begin
    if lists is not null then
        -- Lists are the organisation's: who changes one holds it alone from the first, or two would wait for each other.
        perform from tenant where tenant_id = t for no key update;
    end if;

    select organisation_version, clock_timestamp() + shift into current, committed_at
    from tenant where tenant_id = t for share;
    if current is distinct from coalesce(organisation, current) then
        return;
    end if;

    lost := array[]::integer[];
    owed := false;
    careful := careful or num_nonnulls(guards, counters, merges, lists) > 0;
    if careful then
        if guards is not null then
            -- What is only guarded stands among what is written: all in one order.
            for held_item in
                select x.item_id, bool_or(x.written) as written
                from (
                    select item_id, true as written from unnest(items)
                    union all
                    select item_id, false from unnest(guards)
                ) x
                group by x.item_id order by x.item_id
            loop
                if held_item.written then
                    perform from item where tenant_id = t and item_id = held_item.item_id for no key update;
                else
                    perform from item where tenant_id = t and item_id = held_item.item_id for share;
                end if;
            end loop;
        end if;

        -- Lock what is guarded, and see who lost.
        -- (What is asked of a locked row stands in `filter`: in `where` it would be asked before the lock.)
        select coalesce(array_agg(x.grp) filter (
            where held.version is distinct from x.expected or held.head is distinct from x.before
        ), '{}') into lost
        from (select * from unnest(items) order by item_id) x
        left join lateral (
            select version, head from item where tenant_id = t and item_id = x.item_id for no key update
        ) held on true;
        why := array_fill('version'::text, array[cardinality(lost)]);

        if guards is not null then
            select lost || array_agg(x.grp), why || array_agg('version'::text) into lost, why
            from unnest(guards) x
            left join item i on i.tenant_id = t and i.item_id = x.item_id
            where i.version is distinct from x.version or x.path <> '' and x.given <> (
                select coalesce(sum(s.version), 0) from answer a
                join stream s on s.tenant_id = t and s.stream_id = a.stream_id
                where a.tenant_id = t and a.item_id = x.item_id and a.path = x.path and a.round = x.round
            );
        end if;

        select lost || array_agg(x.grp) filter (where held.done_at is not null),
            why || array_agg('settled'::text) filter (where held.done_at is not null),
            array_agg((x.grp, x.command_id, held.answer, null)::commit_settled) filter (where held.done_at is not null)
        into lost, why, answered
        from (select * from unnest(settled) order by command_id) x
        left join lateral (
            select done_at, answer from command where tenant_id = t and command_id = x.command_id for no key update
        ) held on true;

        if begun is not null then
            select lost || array_agg(x.grp), why || array_agg(x.word) into lost, why
            from (
                select grp, coalesce(
                    (select 'version' from item where tenant_id = t and item_id = one.item_id),
                    (select 'code' from item where tenant_id = t and code = one.code)
                ) as word
                from unnest(begun) one
            ) x
            where x.word is not null;
        end if;

        if dialogues is not null then
            select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
                why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
            into lost, why
            from (select * from unnest(dialogues) order by chat_id) x
            left join lateral (
                select version from dialogue where tenant_id = t and chat_id = x.chat_id for no key update
            ) held on true;
        end if;

        if streams is not null then
            select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
                why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
            into lost, why
            from (select * from unnest(streams) order by stream_id) x
            left join lateral (
                select version from stream where tenant_id = t and stream_id = x.stream_id for no key update
            ) held on true;
        end if;

        if counters is not null then
            select lost || array_agg(x.grp) filter (where coalesce(held.value, 0) <> x.before),
                why || array_agg('version'::text) filter (where coalesce(held.value, 0) <> x.before)
            into lost, why
            from (select * from unnest(counters) where before is not null order by name, unit_id, period) x
            left join lateral (
                select value from counter
                where tenant_id = t and name = x.name and unit_id = x.unit_id and period = x.period for no key update
            ) held on true;
        end if;

        if merges is not null then
            -- There may be no row yet that could be locked: of two who come first at once, one waits here, and then
            -- sees the other's.
            perform pg_advisory_xact_lock(hashtextextended(t || x.flow || encode(x.mac, 'hex'), 0))
            from (select flow, mac from unnest(merges) order by flow, mac) x;
            select lost || array_agg(x.grp) filter (where held.until > committed_at and held.item_id <> x.item_id),
                why || array_agg('merged'::text) filter (where held.until > committed_at and held.item_id <> x.item_id)
            into lost, why
            from (select * from unnest(merges) order by flow, mac) x
            left join lateral (
                -- What is over is joined no more, though it be over by what is written here.
                select m.item_id, case when i.ended_at is null and not exists (
                    select from unnest(items) y where y.item_id = m.item_id and y.grp = x.grp and y.ended_at is not null
                ) then m.until else '-infinity' end as until
                from merging m left join item i on i.tenant_id = t and i.item_id = m.item_id
                where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac for no key update of m
            ) held on true;
        end if;

        if lists is not null then
            select lost || array_agg(x.grp), why || array_agg('list'::text) into lost, why
            from unnest(lists) x
            where not exists (
                select from roster r where r.tenant_id = t and r.kind = 'list' and r.name = x.list
            );
        end if;
    end if;

    -- Write what the winners wrote: first all that is guarded. Each row is found by its key, whatever the planner believes:
    -- what may be missing cannot come first in a join, nor is it kept aside whole under the settings of store/pool.py. (A plan
    -- made while a tenant had few rows would go through all of them for ever.)
    if items is not null then
        merge into item i
        using unnest(items) x on i.tenant_id = t and i.item_id = x.item_id
        when matched and i.version = x.expected and i.head = x.before and x.grp <> all (lost) then
            update set version = x.version, head = x.head, state = x.state, title = x.title, place = x.place,
                next_at = x.next_at, ended_at = x.ended_at
        when not matched and false then  -- that it may be missing
            insert (tenant_id) values (t);
        get diagnostics written = row_count;
        missing := missing + cardinality(items) - written;
    end if;

    if settled is not null then
        merge into command c
        using unnest(settled) x on c.tenant_id = t and c.command_id = x.command_id
        when matched and c.done_at is null and x.grp <> all (lost) then
            update set done_at = committed_at, answer = x.answer, words = x.words, body = null
        when not matched and x.grp <> all (lost) then
            insert (tenant_id, command_id, accepted_at, held_until, done_at, answer, words)
            values (t, x.command_id, committed_at, committed_at, committed_at, x.answer, x.words);
        get diagnostics written = row_count;
        missing := missing + cardinality(settled) - written;
    end if;

    -- (Of two who begin a dialogue or a stream at once, one fails, looks, and sees the other.)
    if dialogues is not null then
        merge into dialogue d
        using unnest(dialogues) x on d.tenant_id = t and d.chat_id = x.chat_id
        when matched and d.version = x.expected and x.grp <> all (lost) then
            update set version = x.version, state = x.state, expires_at = x.expires_at
        when not matched and x.expected = 0 and x.grp <> all (lost) then
            insert (tenant_id, chat_id, version, state, expires_at)
            values (t, x.chat_id, x.version, x.state, x.expires_at);
        get diagnostics written = row_count;
        missing := missing + cardinality(dialogues) - written;
    end if;

    if streams is not null then
        merge into stream s
        using unnest(streams) x on s.tenant_id = t and s.stream_id = x.stream_id
        when matched and s.version = x.expected and x.grp <> all (lost) then
            update set version = x.version, head = x.head
        when not matched and x.expected = 0 and x.grp <> all (lost) then
            insert (tenant_id, stream_id, kind, version, head)
            values (t, x.stream_id, x.kind, x.version, x.head);
        get diagnostics written = row_count;
        missing := missing + cardinality(streams) - written;
    end if;

    if missing > 0 then
        if careful then
            -- Of a loser nothing is written; but what was there for a winner a moment ago must be there still.
            select missing - count(*) into missing
            from (
                select grp from unnest(items) union all select grp from unnest(settled)
                union all select grp from unnest(dialogues) union all select grp from unnest(streams)
            ) x
            where x.grp = any (lost);
        end if;
        if missing > 0 then
            raise no_data_found using message = 'what was decided on has changed meanwhile; nothing was written';
        end if;
    end if;

    if begun is not null then
        insert into item (tenant_id, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at, parent_id, parent_path, parent_round, parent_row)
        select t, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at, parent_id, parent_path, parent_round, parent_row
        from unnest(begun) where grp <> all (lost);

        insert into party (tenant_id, item_id, person_id, part)
        select t, item_id, submitter_id, 'submitter' from unnest(begun)
        where submitter_id <> '00000000-0000-0000-0000-000000000000' and grp <> all (lost);
    end if;

    if events is not null then
        insert into event (tenant_id, stream_id, version, at, body, leaf)
        select t, stream_id, version, coalesce(at, moment), body, leaf from unnest(events) where grp <> all (lost);
    end if;

    if tasks is not null then
        insert into party (tenant_id, item_id, person_id, part)
        select t, item_id, person_id, part from unnest(tasks) where part is not null and grp <> all (lost)
        on conflict (tenant_id, item_id, person_id) do nothing;
    end if;

    if tasks is not null then
        merge into task k
        using unnest(tasks) x on k.tenant_id = t and k.item_id = x.item_id and k.task_no = x.task_no
        when matched and x.grp <> all (lost) then
            update set holder = x.holder, decides = x.decides, part = x.part,
                closed_at = case when x.outcome is not null then coalesce(x.closed_at, moment) end,
                outcome = x.outcome, choice = x.choice, person_id = x.person_id
        when not matched and x.grp <> all (lost) then
            insert (tenant_id, item_id, task_no, run, place, round, holder, decides, part, opened_at, closed_at, outcome,
                choice, person_id)
            values (t, x.item_id, x.task_no, x.run, x.place, x.round, x.holder, x.decides, x.part,
                coalesce(x.opened_at, moment), case when x.outcome is not null then coalesce(x.closed_at, moment) end,
                x.outcome, x.choice, x.person_id);
    end if;

    if orders is not null then
        insert into command (tenant_id, command_id, body, accepted_at, held_until)
        select t, command_id, body, committed_at, clock_timestamp() from unnest(orders) where grp <> all (lost)
        on conflict (tenant_id, command_id) do nothing;
    end if;

    if counters is not null then
        -- What is not there yet could not be locked: of two who take it first at once, one fails, is tried again, and loses.
        with taken as (
            update counter c set value = c.value + x.amount
            from unnest(counters) x
            where c.tenant_id = t and c.name = x.name and c.unit_id = x.unit_id and c.period = x.period
                and c.value = x.before and x.grp <> all (lost)
            returning c.name, c.unit_id, c.period
        )
        insert into counter (tenant_id, name, unit_id, period, value)
        select t, x.name, x.unit_id, x.period, x.amount from unnest(counters) x
        where x.before = 0 and x.amount <> 0 and x.grp <> all (lost) and not exists (
            select from taken where taken.name = x.name and taken.unit_id = x.unit_id and taken.period = x.period
        )
        order by x.name, x.unit_id, x.period;

        insert into counter as kept (tenant_id, name, unit_id, period, value)
        select t, name, unit_id, period, sum(amount) from unnest(counters) where before is null and grp <> all (lost)
        group by name, unit_id, period order by name, unit_id, period
        on conflict (tenant_id, name, unit_id, period) do update set value = kept.value + excluded.value;
    end if;

    if answers is not null then
        insert into answer (tenant_id, item_id, path, round, stream_id, person_id, at, body)
        select t, item_id, path, round, stream_id, person_id, at, body from unnest(answers)
        where grp <> all (lost) order by item_id, path, round, stream_id
        on conflict (tenant_id, item_id, path, round, stream_id) do update set at = excluded.at, body = excluded.body;
    end if;

    if windows is not null then
        insert into watched (tenant_id, flow, rule, key, item_id, at, body)
        select t, flow, rule, key, item_id, at, body from unnest(windows)
        where grp <> all (lost) order by flow, rule, key, item_id
        on conflict (tenant_id, flow, rule, key, item_id) do update set at = excluded.at, body = excluded.body;
    end if;

    if merges is not null then
        update merging m set item_id = x.item_id, until = x.until
        from unnest(merges) x
        where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac and x.grp <> all (lost);

        insert into merging (tenant_id, flow, mac, item_id, until)
        select t, x.flow, x.mac, x.item_id, x.until from unnest(merges) x
        where x.grp <> all (lost) and not exists (
            select from merging m where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac
        )
        order by x.flow, x.mac;
    end if;

    if lists is not null then
        update roster r
        set value = jsonb_set(r.value, '{rows}', (
            select jsonb_agg(y.line order by y.n)
            from (
                select coalesce(convert_from(x.body, 'UTF8')::jsonb, o.line) as line, o.n
                from jsonb_array_elements(coalesce(r.value -> 'rows', '[]')) with ordinality o(line, n)
                left join unnest(lists) x on x.list = r.name and x.name = o.line ->> 0 and x.grp <> all (lost)
                union all
                select convert_from(x.body, 'UTF8')::jsonb, 1000000000 + x.n
                from (select grp, list, name, body, row_number() over () as n from unnest(lists)) x
                where x.list = r.name and x.grp <> all (lost) and not exists (
                    select from jsonb_array_elements(coalesce(r.value -> 'rows', '[]')) o(line)
                    where o.line ->> 0 = x.name
                )
            ) y
        ))
        where r.tenant_id = t and r.kind = 'list' and r.name in (
            select x.list from unnest(lists) x where x.grp <> all (lost)
        );
        if found then
            update tenant set organisation_version = organisation_version + 1
            where tenant_id = t returning organisation_version into current;
        end if;
    end if;

    if contents is not null then
        insert into content (tenant_id, commitment, subject, salt, body)
        select t, commitment, subject, salt, body from unnest(contents) where grp <> all (lost)
        on conflict (tenant_id, commitment) do nothing;
    end if;

    if files is not null then
        insert into item_file (tenant_id, file_id, item_id)
        select t, file_id, item_id from unnest(files) where grp <> all (lost)
        on conflict (tenant_id, file_id, item_id) do nothing;
    end if;

    if num_nonnulls(items, bumps, tasks) > 0 then
        -- What is shown of an item that changed, and of a task that had its row, changes with it.
        insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
        select t, d.chat_id, d.stream_id, d.topic, d.delivery_no, committed_at
        from (
            select grp, stream_id, topic from unnest(bumps)
            union all
            select grp, item_id, 0 from unnest(items)
            union all
            select grp, item_id, task_no from unnest(tasks) where run is null
            order by stream_id, topic
        ) x
        join delivery d on d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
        where x.grp <> all (lost) and d.chat_id is not null and d.dead_at is null
        on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1;
        owed := found;
    end if;

    if turns is not null then
        with turned as (
            update delivery d set about = coalesce(x.about, d.about)
            from (select * from unnest(turns) order by chat_id, message_ref) x
            where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref
                and x.grp <> all (lost)
            returning d.chat_id, d.stream_id, d.topic, d.delivery_no
        )
        insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
        select t, chat_id, stream_id, topic, delivery_no, committed_at from turned
        on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1;
        owed := owed or found;
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
        )
        insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
        select t, chat_id, stream_id, topic, delivery_no, committed_at from taken
        on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1;
        owed := owed or found;
    end if;

    if speaking is not null then
        update chat set deliveries = chat.deliveries + 1
        from unnest(speaking) x where tenant_id = t and chat_id = x;
    end if;

    if deliveries is not null then
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
                where x.grp <> all (lost) and not (x.once and (
                    select true from delivery d
                    where d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
                        and coalesce(d.chat_id, d.person_id) = coalesce(a.chat_id, x.chat_id, x.person_id) limit 1
                ) is true) and not (x.message_ref is not null and (
                    select true from delivery d
                    where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref limit 1
                ) is true)
            ) y
            where y.chat_id is not null or y.person_id is not null
            returning stream_id, topic, delivery_no, chat_id, at
        )
        insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
        select t, chat_id, stream_id, topic, delivery_no, at from told where chat_id is not null;
        owed := owed or found;
    end if;

    if tasks is not null then
        -- The prompts of what is opened: their topic is new, so any number is free.
        with told as (
            insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at)
            select t, x.item_id, x.task_no, x.n, x.holder, x.chat_id, x.about, x.urgent,
                committed_at + (coalesce(cardinality(deliveries), 0) + x.n) * interval '1 microsecond'
            from (
                select x.item_id, x.task_no, x.holder, x.about, x.urgent, a.chat_id, row_number() over () as n
                from unnest(tasks) x
                left join account a on a.tenant_id = t and a.person_id = x.holder and a.revoked_at is null
                where x.about is not null and x.grp <> all (lost)
            ) x
            returning stream_id, topic, delivery_no, chat_id, at
        )
        insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
        select t, chat_id, stream_id, topic, delivery_no, at from told where chat_id is not null;
        owed := owed or found;
    end if;
end $$;

revoke execute on function commit_decisions from public;
grant execute on function commit_decisions to guankou_app;
